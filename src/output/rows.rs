//! Tables of which each row is one line.

use std::borrow::Cow;
use std::io::{self, Write};

use unicode_width::UnicodeWidthStr;

use super::document::Text;
use super::render::{Fit, styled};
use super::sanitize::sanitize;

/// Spaces between two columns.
pub(super) const GAP: usize = 2;

/// A cell that is wider doesn't widen its column: all rows would be padded to it, and a
/// list of the names of many nodes can be as long as the table is high.
const OVERLONG: usize = 256;

/// Writes the rows below their heads, each column as wide as its widest cell. Cells are
/// measured once and written once, so that it costs no more than the rows are long.
///
/// # Errors
/// When `out` can't be written.
pub(super) fn rows(
    out: &mut impl Write,
    indent: usize,
    header: &[&str],
    rows: &[Vec<Text>],
    fit: Fit,
) -> io::Result<()> {
    let shows_heads = fit.headers && !header.is_empty();
    let mut widths: Vec<usize> = Vec::new();
    if shows_heads {
        header.iter().for_each(|head| widths.push(head.width()));
    }
    for row in rows {
        for (index, cell) in row.iter().enumerate() {
            let width = width(cell);
            match widths.get_mut(index) {
                Some(widest) if width <= OVERLONG => *widest = width.max(*widest),
                Some(_) => {}
                None => widths.push(if width > OVERLONG { 0 } else { width }),
            }
        }
    }
    // An empty column still is one.
    widths.iter_mut().for_each(|width| *width = (*width).max(1));
    let mut line = String::new();
    if shows_heads {
        let heads = header
            .iter()
            .map(|head| (Cow::Borrowed(*head), head.width()));
        write_row(out, &mut line, indent, heads, &widths)?;
    }
    for row in rows {
        let cells = row
            .iter()
            .map(|cell| (Cow::Owned(styled(cell, fit.color)), width(cell)));
        write_row(out, &mut line, indent, cells, &widths)?;
    }
    Ok(())
}

fn write_row<'a>(
    out: &mut impl Write,
    line: &mut String,
    indent: usize,
    cells: impl Iterator<Item = (Cow<'a, str>, usize)>,
    widths: &[usize],
) -> io::Result<()> {
    line.clear();
    let mut spaces = indent;
    for ((text, width), widest) in cells.zip(widths) {
        line.extend(std::iter::repeat_n(' ', spaces));
        line.push_str(&text);
        spaces = widest.saturating_sub(width) + GAP;
    }
    writeln!(out, "{}", line.trim_end())
}

/// The columns that a cell takes, without its colours.
pub(super) fn width(cell: &Text) -> usize {
    match cell.0.as_slice() {
        [] => 0,
        [(_, text)] if text.is_ascii() && !text.bytes().any(|b| b.is_ascii_control()) => text.len(),
        pieces => {
            let text: String = pieces.iter().map(|(_, piece)| sanitize(piece)).collect();
            text.width()
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::output::document::Style;

    fn written(header: &[&str], all: &[Vec<Text>], color: bool) -> String {
        let fit = Fit {
            width: None,
            color,
            headers: true,
        };
        let mut out = Vec::new();
        rows(&mut out, 1, header, all, fit).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let all = [
            vec!["節点".into(), (Style::Bad, "no").into(), "x".into()],
            vec!["a\nb".into(), "".into(), "".into()],
        ];
        let text = written(&["NODE", "", "WHY"], &all, false);
        assert_eq!(text, " NODE      WHY\n 節点  no  x\n a b\n");
        let colored = written(&["NODE", "", "WHY"], &all, true);
        assert_eq!(
            colored.replace("\u{1b}[31m", "").replace("\u{1b}[39m", ""),
            text
        );
    }

    #[test]
    fn an_overlong_list_of_names_widens_no_other_row() {
        let names = "n".repeat(OVERLONG + 1);
        let all = [
            vec![names.as_str().into(), "missing".into()],
            vec!["n1".into(), "failed".into()],
        ];
        let text = written(&["NODE", "STATE"], &all, false);
        assert_eq!(
            text,
            format!(" NODE  STATE\n {names}  missing\n n1    failed\n")
        );
    }
}
