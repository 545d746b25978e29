//! What stands in a cell, and what that means.

use crate::analysis::map::{Cell, NodeMap};
use crate::output::document::{Document, Style, Text};

/// What a glyph stands for, in the order of the legend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    All,
    Some,
    None,
    Excluded,
    Misplaced,
    Unknown,
}

const MARKS: [Mark; 6] = [
    Mark::All,
    Mark::Some,
    Mark::None,
    Mark::Excluded,
    Mark::Misplaced,
    Mark::Unknown,
];

impl Mark {
    const fn style(self) -> Style {
        match self {
            Self::All => Style::Good,
            Self::Some | Self::Unknown => Style::Warn,
            Self::None | Self::Misplaced => Style::Bad,
            Self::Excluded => Style::Plain,
        }
    }

    const fn glyph(self, unicode: bool) -> &'static str {
        match (self, unicode) {
            (Self::All, true) => "●",
            (Self::All, false) => "+",
            (Self::Some, true) => "◐",
            (Self::Some, false) => "~",
            (Self::None, true) => "○",
            (Self::None, false) => "x",
            (Self::Excluded, true) => "·",
            (Self::Excluded, false) => ".",
            (Self::Misplaced, _) => "!",
            (Self::Unknown, _) => "?",
        }
    }

    const fn meaning(self) -> &'static str {
        match self {
            Self::All => "available and current on all nodes that should run it",
            Self::Some => "on some",
            Self::None => "on none",
            Self::Excluded => "no node should run it",
            Self::Misplaced => "nodes with a pod that shouldn't be there",
            Self::Unknown => "nodes of which too little could be read",
        }
    }
}

/// The marks of a cell with their numbers.
fn marks(cell: Cell) -> Vec<(Mark, String)> {
    let mut marks = Vec::new();
    let wanted = cell.good + cell.broken;
    match (cell.good, cell.broken) {
        (0, 0) => {}
        (good, 0) => marks.push((Mark::All, good.to_string())),
        (0, _) => marks.push((Mark::None, format!("0/{wanted}"))),
        (good, _) => marks.push((Mark::Some, format!("{good}/{wanted}"))),
    }
    if cell.misplaced > 0 {
        marks.push((Mark::Misplaced, cell.misplaced.to_string()));
    }
    if cell.unknown > 0 {
        marks.push((Mark::Unknown, cell.unknown.to_string()));
    }
    if marks.is_empty() && cell.excluded > 0 {
        marks.push((Mark::Excluded, String::new()));
    }
    marks
}

/// A cell: `●12`, `◐10/12 !1`, `·`; nothing where there is no node.
pub(super) fn cell_text(cell: Cell, unicode: bool) -> Text {
    let mut text = Text::default();
    for (mark, numbers) in marks(cell) {
        if !text.0.is_empty() {
            text = text.and(Style::Plain, " ");
        }
        text = text.and(mark.style(), format!("{}{numbers}", mark.glyph(unicode)));
    }
    text
}

/// What the marks mean that are on the map.
pub(super) fn legend(document: &mut Document, map: &NodeMap, unicode: bool) {
    let cells = map.rows.iter().flat_map(|row| &row.cells);
    let used: Vec<Mark> = cells
        .flat_map(|c| marks(*c))
        .map(|(mark, _)| mark)
        .collect();
    // "on some" is short for what the first says.
    let some = used.iter().any(|m| matches!(m, Mark::Some | Mark::None));
    let mut text = Text::default();
    for mark in MARKS {
        let is_said = used.contains(&mark) || (mark == Mark::All && some);
        if !is_said {
            continue;
        }
        if mark_begins_a_line(mark, &text) {
            document.line(0, std::mem::take(&mut text));
        } else if !text.0.is_empty() {
            text = text.and(Style::Plain, "   ");
        }
        text = text.and(mark.style(), mark.glyph(unicode));
        text = text.and(Style::Plain, format!(" {}", mark.meaning()));
    }
    document.line(0, text);
}

/// Nodes that should run it have a line, all others one more.
fn mark_begins_a_line(mark: Mark, before: &Text) -> bool {
    let glyph = |(_, piece): &(Style, String)| ["●", "+"].contains(&piece.as_str());
    let others = matches!(mark, Mark::Excluded | Mark::Misplaced | Mark::Unknown);
    others && before.0.iter().any(glyph)
}
