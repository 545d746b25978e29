//! Long lists: how much of them is shown, and how much isn't.

use crate::words::Sentence;
use crate::words::notation;

use super::document::{Document, Text};

/// How much of a long list is shown.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Rows of a list; `None` for all.
    pub rows: Option<usize>,
    /// Whether every node is listed, instead of groups.
    pub wide: bool,
}

impl Limits {
    /// How many names a cell lists.
    pub(super) fn names(self) -> usize {
        self.rows.map_or(usize::MAX, |rows| rows.min(5))
    }
}

/// Keeps the first rows of a long list, and returns how many it left out.
pub(super) fn cut<T>(rows: &mut Vec<T>, limit: Option<usize>) -> usize {
    let shown = limit.unwrap_or(usize::MAX).min(rows.len());
    let left_off = rows.len() - shown;
    rows.truncate(shown);
    left_off
}

/// Adds a table of the first pods, and says how many it left off.
pub(super) fn first_rows(
    document: &mut Document,
    indent: usize,
    header: &[&'static str],
    mut rows: Vec<Vec<Text>>,
    limits: Limits,
) {
    let left_off = cut(&mut rows, limits.rows);
    document.table(indent, header, rows);
    document.left_off(left_off, "pod");
}

/// The names up to the limit, and how many more there are.
pub(super) fn listed(mut names: Vec<String>, limits: Limits) -> Sentence {
    let left_off = cut(&mut names, limits.rows);
    notation::listed(&names, left_off)
}

/// The same in a cell of a table, which has fewer where there is too little room.
pub(super) fn names(names: &[impl AsRef<str>], limits: Limits) -> Text {
    let cell = Text::from(few(names, limits));
    if limits.rows.is_none() {
        return cell;
    }
    let fewer = (1..limits.names().min(names.len())).rev();
    cell.or(fewer.map(|most| notation::cut_off(names, most).into()))
}

/// At most five names, and how many more there are; all of them without a limit.
pub(super) fn few(names: &[impl AsRef<str>], limits: Limits) -> Sentence {
    notation::cut_off(names, limits.names())
}
