//! The content of a cell, and its meaning.

use crate::analysis::map::{Cell, NodeMap};
use crate::output::document::{Document, Style, Text};
use crate::words::map::{Mark, meaning};

const MARKS: [Mark; 6] = [
    Mark::All,
    Mark::Some,
    Mark::None,
    Mark::Excluded,
    Mark::Misscheduled,
    Mark::Unknown,
];

const fn style(mark: Mark) -> Style {
    match mark {
        Mark::All => Style::Good,
        Mark::Some | Mark::Unknown => Style::Warn,
        Mark::None | Mark::Misscheduled => Style::Bad,
        Mark::Excluded => Style::Plain,
    }
}

const fn glyph(mark: Mark, unicode: bool) -> &'static str {
    match (mark, unicode) {
        (Mark::All, true) => "●",
        (Mark::All, false) => "+",
        (Mark::Some, true) => "◐",
        (Mark::Some, false) => "~",
        (Mark::None, true) => "○",
        (Mark::None, false) => "x",
        (Mark::Excluded, true) => "·",
        (Mark::Excluded, false) => ".",
        (Mark::Misscheduled, _) => "!",
        (Mark::Unknown, _) => "?",
    }
}

/// The marks of a cell, each with its number of nodes and the total.
fn marks(cell: Cell) -> Vec<(Mark, Option<usize>, Option<usize>)> {
    let mut marks = Vec::new();
    let desired = cell.clean + cell.broken;
    match (cell.clean, cell.broken) {
        (0, 0) => {}
        (clean, 0) => marks.push((Mark::All, Some(clean), None)),
        (0, _) => marks.push((Mark::None, Some(0), Some(desired))),
        (clean, _) => marks.push((Mark::Some, Some(clean), Some(desired))),
    }
    if cell.misscheduled > 0 {
        marks.push((Mark::Misscheduled, Some(cell.misscheduled), None));
    }
    if cell.unknown > 0 {
        marks.push((Mark::Unknown, Some(cell.unknown), None));
    }
    if marks.is_empty() && cell.excluded > 0 {
        marks.push((Mark::Excluded, None, None));
    }
    marks
}

/// A cell: `●12`, `◐10/12 !1`, `·`; empty where there is no node.
pub(super) fn cell_text(cell: Cell, unicode: bool) -> Text {
    let mut text = Text::default();
    for (mark, count, of) in marks(cell) {
        if !text.is_empty() {
            text = text.and(Style::Plain, " ");
        }
        let style = style(mark);
        text = text.and(style, glyph(mark, unicode));
        if let Some(count) = count {
            text = text.and(style, count);
        }
        if let Some(of) = of {
            text = text.and(style, "/").and(style, of);
        }
    }
    text
}

/// The legend of the marks on the map.
pub(super) fn legend(document: &mut Document, map: &NodeMap, unicode: bool) {
    let cells = map.rows.iter().flat_map(|row| &row.cells);
    let used: Vec<Mark> = cells
        .flat_map(|c| marks(*c))
        .map(|(mark, ..)| mark)
        .collect();
    // "on some" is short for what the first entry says.
    let some = used.iter().any(|m| matches!(m, Mark::Some | Mark::None));
    let mut text = Text::default();
    let mut of_eligible = false;
    for mark in MARKS {
        let is_said = used.contains(&mark) || (mark == Mark::All && some);
        if !is_said {
            continue;
        }
        let is_of_eligible = matches!(mark, Mark::All | Mark::Some | Mark::None);
        // Nodes that should run it take a line, all others one more.
        if of_eligible && !is_of_eligible {
            document.line(0, std::mem::take(&mut text));
        } else if !text.is_empty() {
            text = text.and(Style::Plain, "   ");
        }
        of_eligible = is_of_eligible;
        text = text.and(style(mark), glyph(mark, unicode));
        text = text.and(Style::Plain, " ").and(Style::Plain, meaning(mark));
    }
    document.line(0, text);
}
