//! Tables with one line per row that lose the least important columns, where there is no room for
//! all numbers.

use super::document::Text;
use super::table::{GAP, cell_width};

/// Leaves out a column.
pub(super) fn leave_out(header: &mut Vec<&'static str>, rows: &mut [Vec<Text>], head: &str) {
    let Some(at) = header.iter().position(|one| *one == head) else {
        return;
    };
    header.remove(at);
    for row in rows.iter_mut().filter(|row| at < row.len()) {
        row.remove(at);
    }
}

/// Leaves out the columns of `least`, one after the other, until all but the last column, which may
/// go below, fit the width.
pub(super) fn narrow(
    header: &mut Vec<&'static str>,
    rows: &mut [Vec<Text>],
    width: Option<usize>,
    least: &[&str],
) {
    for head in least {
        if width.is_some_and(|width| beside_last(header, rows) > width) {
            leave_out(header, rows, head);
        }
    }
}

/// The width of all columns but the last.
fn beside_last(header: &[&'static str], rows: &[Vec<Text>]) -> usize {
    let beside = header.len().saturating_sub(1);
    let widths = header.iter().enumerate().take(beside).map(|(at, head)| {
        let cells = rows.iter().filter_map(|row| row.get(at)).map(cell_width);
        GAP + cells.max().unwrap_or_default().max(head.len())
    });
    widths.sum::<usize>().saturating_sub(GAP)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> (Vec<&'static str>, Vec<Vec<Text>>) {
        let row = vec![
            "agent".into(),
            3_usize.into(),
            1_usize.into(),
            "full".into(),
        ];
        (vec!["NAME", "BROKEN", "EXCLUDED", "CAUSE"], vec![row])
    }

    #[test]
    fn what_matters_least_goes_first_and_only_where_it_must() {
        // The first three take 5 + 2 + 6 + 2 + 8.
        for (width, wanted) in [
            (None, 4),
            (Some(23), 4),
            (Some(22), 3),
            (Some(12), 2),
            (Some(1), 2),
        ] {
            let (mut header, mut rows) = table();
            narrow(&mut header, &mut rows, width, &["EXCLUDED", "BROKEN"]);
            assert_eq!(header.len(), wanted, "{width:?}");
            assert!(rows.iter().all(|row| row.len() == wanted), "{rows:?}");
            assert_eq!(header.last(), Some(&"CAUSE"));
        }
    }
}
