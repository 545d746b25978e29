//! Tables: columns without borders, as kubectl prints them, fitted to a width.

mod columns;
mod rows;
mod widths;

use std::borrow::Cow;
use std::io::{self, Write};

use comfy_table::{ColumnConstraint, Width, presets};
use unicode_width::UnicodeWidthStr;

use super::document::Table;
use super::render::{Fit, line, push_trimmed, styled};
use columns::Columns;
use widths::wrapped_widths;

pub(super) use columns::cell_width;
pub(super) use rows::fitted;

/// Spaces between two columns.
pub(super) const GAP: usize = 2;

/// The indentation of what is below a row.
const BELOW_INDENT: usize = 4;

/// How a table is fitted to the width.
#[derive(Debug, PartialEq, Eq)]
enum Arrangement {
    /// Each row is one line, however long.
    Lines,
    /// Cells are wrapped.
    Wrapped,
    /// This many of the last columns are below each row.
    Below(usize),
}

/// Writes a table.
///
/// # Errors
/// When `out` can't be written.
pub(super) fn write(out: &mut impl Write, table: &Table, fit: Fit) -> io::Result<()> {
    let room = fit.width.map(|width| width.saturating_sub(table.indent));
    let columns = Columns::measure(&table.header, &table.rows, fit.width.is_some());
    let arrangement = room.map_or(Arrangement::Lines, |room| {
        arrangement(&columns, table.wraps, room)
    });
    match (arrangement, room) {
        (Arrangement::Wrapped, Some(room)) => wrapped(out, table, &columns, room, fit),
        (Arrangement::Below(below), _) => lines(out, table, &columns, below, fit),
        _ => lines(out, table, &columns, 0, fit),
    }
}

/// Keeps words, such as a label or a taint to be copied, from being broken in the middle.
fn arrangement(columns: &Columns, wraps: bool, room: usize) -> Arrangement {
    let wraps = wraps || columns.fit_with_last_wrapped(room);
    let below = if wraps {
        columns.below_words(room)
    } else {
        columns.below_lines(room)
    };
    match below {
        Some(below) => Arrangement::Below(below),
        None if wraps => Arrangement::Wrapped,
        None => Arrangement::Lines,
    }
}

/// Writes each row as one line, and its last `below` cells under it. Cells are measured once and
/// written once, so that the cost is proportional to the length of the rows.
fn lines(
    out: &mut impl Write,
    table: &Table,
    columns: &Columns,
    below: usize,
    fit: Fit,
) -> io::Result<()> {
    let heads = table.header.iter();
    let beside = columns.len().saturating_sub(below);
    let widths = columns.line_widths(beside, fit.headers);
    let mut text = String::new();
    if fit.headers && columns.has_heads {
        let whole = heads.clone().take(beside);
        let whole = whole.map(|head| (Cow::Borrowed(*head), head.width()));
        push_row(&mut text, table.indent, whole, &widths);
        for head in heads.skip(beside) {
            line(&mut text, table.indent + BELOW_INDENT, &(*head).into(), fit);
        }
    }
    for row in &table.rows {
        let whole = row.iter().take(beside);
        let whole = whole.map(|cell| (Cow::Owned(styled(cell, fit.color)), cell_width(cell)));
        push_row(&mut text, table.indent, whole, &widths);
        let below = row.iter().skip(beside);
        for cell in below.filter(|cell| cell_width(cell) > 0) {
            line(&mut text, table.indent + BELOW_INDENT, cell, fit);
        }
        out.write_all(text.as_bytes())?;
        text.clear();
    }
    out.write_all(text.as_bytes())
}

fn push_row<'a>(
    out: &mut String,
    indent: usize,
    cells: impl Iterator<Item = (Cow<'a, str>, usize)>,
    widths: &[usize],
) {
    let mut row = String::new();
    let mut spaces = indent;
    for ((text, width), widest) in cells.zip(widths) {
        row.extend(std::iter::repeat_n(' ', spaces));
        row.push_str(&text);
        spaces = widest.saturating_sub(width) + GAP;
    }
    push_trimmed(out, &row);
}

/// Writes rows whose cells are wrapped.
fn wrapped(
    out: &mut impl Write,
    table: &Table,
    columns: &Columns,
    room: usize,
    fit: Fit,
) -> io::Result<()> {
    let mut drawn = comfy_table::Table::new();
    drawn.load_style(presets::NOTHING);
    if fit.headers && columns.has_heads {
        drawn.set_header(table.header.clone());
    }
    for row in &table.rows {
        drawn.add_row(row.iter().map(|cell| styled(cell, fit.color)));
    }
    let widths = wrapped_widths(table, columns, room, fit.headers);
    let last = widths.len().saturating_sub(1);
    for (at, (column, width)) in drawn.column_iter_mut().zip(widths).enumerate() {
        let gap = if at == last { 0 } else { GAP };
        column.set_padding((0, u16::try_from(gap).unwrap_or_default()));
        let width = u16::try_from(width + gap).unwrap_or(u16::MAX);
        column.set_constraint(ColumnConstraint::Absolute(Width::Fixed(width)));
    }
    let mut text = String::new();
    for line in drawn.lines() {
        push_trimmed(&mut text, &format!("{}{line}", " ".repeat(table.indent)));
    }
    out.write_all(text.as_bytes())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::columns::OVERLONG;
    use super::*;
    use crate::output::document::{Quoted, Style, Text};

    fn written(header: &[&'static str], rows: &[Vec<Text>], fit: Fit) -> String {
        let table = Table {
            indent: 1,
            header: header.to_vec(),
            rows: rows.to_vec(),
            wraps: true,
            lists: 0..0,
        };
        let mut out = Vec::new();
        write(&mut out, &table, fit).unwrap();
        String::from_utf8(out).unwrap()
    }

    const FIT: Fit = Fit {
        width: None,
        color: false,
        headers: true,
    };

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let rows = [
            vec!["節点".into(), (Style::Bad, "no").into(), "x".into()],
            vec!["a\nb".into(), "".into(), "".into()],
        ];
        let text = written(&["NODE", "", "WHY"], &rows, FIT);
        assert_eq!(text, " NODE      WHY\n 節点  no  x\n a b\n");
        let color = true;
        let colored = written(&["NODE", "", "WHY"], &rows, Fit { color, ..FIT });
        assert_eq!(
            colored.replace("\u{1b}[31m", "").replace("\u{1b}[39m", ""),
            text
        );
    }

    #[test]
    fn an_overlong_list_of_names_widens_no_other_row() {
        let names = "n".repeat(OVERLONG + 1);
        let rows = [
            vec![Quoted::new(&names).into(), "missing".into()],
            vec!["n1".into(), "failed".into()],
        ];
        let text = written(&["NODE", "STATE"], &rows, FIT);
        assert_eq!(
            text,
            format!(" NODE  STATE\n {names}  missing\n n1    failed\n")
        );
    }

    const HEADER: [&str; 3] = ["NODE", "STATE", "WHY"];

    fn nodes() -> Vec<Vec<Text>> {
        let why = "taint node-role.kubernetes.io/control-plane:NoSchedule isn't tolerated";
        vec![
            vec!["節点-1".into(), "missing".into(), why.into()],
            vec!["n2".into(), "available".into(), "".into()],
        ]
    }

    #[test]
    fn columns_go_below_only_where_a_word_would_break() {
        let columns = Columns::measure(&HEADER, &nodes(), true);
        for (room, wanted) in [
            (80, Arrangement::Wrapped),
            (60, Arrangement::Below(1)),
            (12, Arrangement::Below(2)),
            (5, Arrangement::Wrapped),
        ] {
            assert_eq!(arrangement(&columns, true, room), wanted, "{room}");
        }
    }

    #[test]
    fn of_lines_only_the_last_column_gives_way() {
        let rows = [vec![
            "agent-1".into(),
            "no".into(),
            "FailedCreate (2 nodes)".into(),
        ]];
        let columns = Columns::measure(&HEADER, &rows, true);
        // Beside each other they take 7 + 2 + 5 + 2 + 22.
        for (room, wanted) in [
            (38, Arrangement::Lines),
            (37, Arrangement::Wrapped),
            (27, Arrangement::Below(1)),
            (13, Arrangement::Lines),
        ] {
            assert_eq!(arrangement(&columns, false, room), wanted, "{room}");
        }
    }

    #[test]
    fn what_is_below_is_whole() {
        let width = Some(61);
        let text = written(&HEADER, &nodes(), Fit { width, ..FIT });
        let wanted = [
            " NODE    STATE",
            "     WHY",
            " 節点-1  missing",
            "     taint node-role.kubernetes.io/control-plane:NoSchedule",
            "       isn't tolerated",
            " n2      available",
        ];
        assert!(text.lines().eq(wanted), "{text}");
        let headers = false;
        let text = written(
            &HEADER,
            &nodes(),
            Fit {
                width,
                headers,
                ..FIT
            },
        );
        assert!(text.starts_with(" 節点-1  missing\n"), "{text}");
    }
}
