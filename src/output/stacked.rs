//! Tables where the width has no room for all columns: the last ones go below each row.

use unicode_width::UnicodeWidthStr;

use super::document::Text;
use super::render::{Fit, line, longest_word};
use super::rows::{GAP, rows, width};
use super::sanitize::sanitize;

/// Columns before what stands below a row.
const INDENT: usize = 4;

/// How many columns may go below at most: what is left must still look like a table.
const MOST: usize = 2;

/// How many of the last columns have to go below the rows, so that no word, a label or a
/// taint to be copied, is broken in the middle; `None` where none has to, or where that
/// would do no good.
pub(super) fn below(header: &[&str], rows: &[Vec<Text>], room: usize) -> Option<usize> {
    let columns = header.len();
    if words_fit(header, rows, room) {
        return None;
    }
    (1..=MOST.min(columns.saturating_sub(1)))
        .find(|below| stand_beside(header, rows, columns - below, room))
}

/// The same for rows of one line each: the last column goes below where only that keeps
/// the terminal from breaking the lines.
pub(super) fn below_lines(header: &[&str], rows: &[Vec<Text>], room: usize) -> Option<usize> {
    let columns = header.len();
    let does_good = columns > 1
        && !stand_beside(header, rows, columns, room)
        && stand_beside(header, rows, columns - 1, room);
    does_good.then_some(1)
}

/// Whether it is enough for rows of one line each that the last column is wrapped.
pub(super) fn last_wraps(header: &[&str], rows: &[Vec<Text>], room: usize) -> bool {
    let columns = header.len();
    let Some(last) = columns.checked_sub(1).filter(|last| *last > 0) else {
        return false;
    };
    let words = word(header, rows, last) + GAP;
    !stand_beside(header, rows, columns, room)
        && stand_beside(header, rows, last, room.saturating_sub(words))
}

/// Whether the first `columns` can stand beside each other without being wrapped.
fn stand_beside(header: &[&str], rows: &[Vec<Text>], columns: usize, room: usize) -> bool {
    let whole = |at| of_column(header, rows, at, UnicodeWidthStr::width, width);
    (0..columns).map(whole).sum::<usize>() + padding(columns) <= room
}

/// Whether all columns can stand beside each other without a word that is broken.
pub(super) fn words_fit(header: &[&str], rows: &[Vec<Text>], room: usize) -> bool {
    let columns = rows.first().map_or(0, Vec::len).max(header.len());
    let words = (0..columns).map(|at| word(header, rows, at));
    words.sum::<usize>() + padding(columns) <= room
}

/// Whether what the other columns leave when none of them is wrapped is too little for the
/// words of this one.
pub(super) fn is_crowded(header: &[&str], rows: &[Vec<Text>], at: usize, room: usize) -> bool {
    let columns = header.len();
    let others = (0..columns).filter(|other| *other != at);
    let others = others.map(|other| of_column(header, rows, other, UnicodeWidthStr::width, width));
    let left = room.saturating_sub(others.sum::<usize>() + padding(columns));
    left < word(header, rows, at)
}

const fn padding(columns: usize) -> usize {
    GAP * columns.saturating_sub(1)
}

/// The widest of a column, as `head` measures its head and `cell` its cells.
fn of_column(
    header: &[&str],
    rows: &[Vec<Text>],
    at: usize,
    head: impl Fn(&str) -> usize,
    cell: impl Fn(&Text) -> usize,
) -> usize {
    let cells = rows.iter().filter_map(|row| row.get(at)).map(cell);
    let head = header.get(at).map_or(0, |text| head(text));
    cells.max().unwrap_or(0).max(head)
}

/// The widest word of a column.
pub(super) fn word(header: &[&str], rows: &[Vec<Text>], at: usize) -> usize {
    of_column(header, rows, at, longest_word, cell_word)
}

/// The widest word of a cell. Pieces of two styles can be one word.
fn cell_word(cell: &Text) -> usize {
    let pieces = cell.0.iter().map(|(_, piece)| sanitize(piece));
    longest_word(&pieces.collect::<String>())
}

/// Writes the rows with their last `below` cells under them, the heads likewise.
pub(super) fn stacked(
    out: &mut String,
    (indent, below): (usize, usize),
    header: &[&str],
    all: &[Vec<Text>],
    fit: Fit,
) {
    let left = header.len().saturating_sub(below);
    let (heads, heads_below) = header.split_at_checked(left).unwrap_or((header, &[]));
    let beside: Vec<Vec<Text>> = all
        .iter()
        .map(|row| row.iter().take(left).cloned().collect())
        .collect();
    let mut table = Vec::new();
    // Memory takes all that is written to it.
    let _ = rows(&mut table, indent, heads, &beside, fit);
    let table = String::from_utf8(table).unwrap_or_default();
    let mut lines = table.lines();
    let mut next = |out: &mut String| {
        out.push_str(lines.next().unwrap_or_default());
        out.push('\n');
    };
    if fit.headers {
        next(out);
        for head in heads_below {
            line(out, indent + INDENT, &(*head).into(), fit);
        }
    }
    for row in all {
        next(out);
        for cell in row.iter().skip(left).filter(|cell| width(cell) > 0) {
            line(out, indent + INDENT, cell, fit);
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const HEADER: [&str; 3] = ["NODE", "STATE", "WHY"];

    fn table() -> Vec<Vec<Text>> {
        let why = "taint node-role.kubernetes.io/control-plane:NoSchedule isn't tolerated";
        vec![
            vec!["節点-1".into(), "missing".into(), why.into()],
            vec!["n2".into(), "available".into(), "".into()],
        ]
    }

    #[test]
    fn columns_go_below_only_where_a_word_would_break() {
        assert_eq!(below(&HEADER, &table(), 80), None);
        assert_eq!(below(&HEADER, &table(), 60), Some(1));
        assert_eq!(below(&HEADER, &table(), 12), Some(2));
        assert_eq!(below(&HEADER, &table(), 5), None);
    }

    #[test]
    fn of_lines_only_the_last_column_gives_way() {
        let rows = [vec![
            "agent-1".into(),
            "no".into(),
            "FailedCreate (2 nodes)".into(),
        ]];
        // Beside each other they take 7 + 2 + 5 + 2 + 22.
        for (room, wraps, goes_below) in [
            (38, false, None),
            (37, true, Some(1)),
            (27, false, Some(1)),
            (13, false, None),
        ] {
            assert_eq!(last_wraps(&HEADER, &rows, room), wraps, "{room}");
            assert_eq!(below_lines(&HEADER, &rows, room), goes_below, "{room}");
        }
    }

    #[test]
    fn what_is_below_is_whole() {
        let fit = Fit {
            width: Some(60),
            color: false,
            headers: true,
        };
        let mut out = String::new();
        stacked(&mut out, (1, 1), &HEADER, &table(), fit);
        let wanted = [
            " NODE    STATE",
            "     WHY",
            " 節点-1  missing",
            "     taint node-role.kubernetes.io/control-plane:NoSchedule",
            "       isn't tolerated",
            " n2      available",
        ];
        assert!(out.lines().eq(wanted), "{out}");
        let mut out = String::new();
        let headers = false;
        stacked(&mut out, (1, 1), &HEADER, &table(), Fit { headers, ..fit });
        assert!(out.starts_with(" 節点-1  missing\n"), "{out}");
    }
}
