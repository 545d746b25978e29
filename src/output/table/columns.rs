//! How wide the columns of a table are, and how many fit a line.

use unicode_width::UnicodeWidthStr;

use super::GAP;
use crate::output::document::Text;
use crate::output::sanitize::sanitize;

/// A wider cell doesn't widen its column where rows aren't wrapped: all other cells would be padded
/// to it, and a list of the names of many nodes can be as long as the table is high.
pub(super) const OVERLONG: usize = 256;

/// How many columns may go below at most: the rest must still look like a table.
const MOST_BELOW: usize = 2;

/// The widths of a column's cells.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Column {
    /// Its head.
    pub(super) head: usize,
    /// The widest word of its head.
    pub(super) head_word: usize,
    /// Its widest cell.
    pub(super) cell: usize,
    /// Its widest cell that isn't overlong.
    line_cell: usize,
    /// The widest word of its cells.
    cell_word: usize,
}

impl Column {
    /// The width where nothing is wrapped.
    pub(super) fn whole(&self) -> usize {
        self.head.max(self.cell)
    }

    /// Its widest word.
    pub(super) fn word(&self) -> usize {
        self.head_word.max(self.cell_word)
    }
}

/// The columns of a table, measured once.
#[derive(Debug)]
pub(super) struct Columns {
    columns: Vec<Column>,
    /// Whether they have heads. Without them none goes below.
    pub(super) has_heads: bool,
    /// The widest row, without the gaps between its cells.
    pub(super) widest_row: usize,
}

impl Columns {
    /// Measures all cells, and their words only on request.
    pub(super) fn measure(header: &[&str], rows: &[Vec<Text>], words: bool) -> Self {
        let heads = header.iter().map(|head| Column {
            head: head.width(),
            head_word: longest_word(head),
            ..Column::default()
        });
        let mut columns: Vec<Column> = heads.collect();
        let mut widest_row = 0;
        for row in rows {
            if columns.len() < row.len() {
                columns.resize_with(row.len(), Column::default);
            }
            let mut whole = 0;
            for (column, cell) in columns.iter_mut().zip(row) {
                let width = cell_width(cell);
                whole += width;
                column.cell = column.cell.max(width);
                if width <= OVERLONG {
                    column.line_cell = column.line_cell.max(width);
                }
                if words {
                    column.cell_word = column.cell_word.max(cell_word(cell));
                }
            }
            widest_row = widest_row.max(whole);
        }
        Self {
            columns,
            has_heads: !header.is_empty(),
            widest_row,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.columns.len()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Column> {
        self.columns.iter()
    }

    /// The width of the first `count` columns where each row is one line.
    pub(super) fn line_widths(&self, count: usize, shows_heads: bool) -> Vec<usize> {
        let columns = self.columns.iter().take(count);
        // An empty column still is one.
        let width = |c: &Column| c.line_cell.max(if shows_heads { c.head } else { 0 }).max(1);
        columns.map(width).collect()
    }

    /// Whether all columns fit next to each other without breaking a word.
    pub(super) fn words_fit(&self, room: usize) -> bool {
        let words = self.columns.iter().map(Column::word);
        words.sum::<usize>() + gaps(self.len()) <= room
    }

    /// Whether the other columns, unwrapped, leave too little room for the words of this one.
    pub(super) fn is_crowded(&self, column: &Column, room: usize) -> bool {
        let all = self.columns.iter().map(Column::whole).sum::<usize>();
        let others = all - column.whole() + gaps(self.len());
        room.saturating_sub(others) < column.word()
    }

    /// How many of the last columns have to go below the rows so that no word is broken; `None`
    /// where none has to, or where that wouldn't help.
    pub(super) fn below_words(&self, room: usize) -> Option<usize> {
        if !self.has_heads || self.words_fit(room) {
            return None;
        }
        let most = MOST_BELOW.min(self.len().saturating_sub(1));
        (1..=most).find(|below| self.stand_beside(self.len() - below, room))
    }

    /// The same for rows of one line each: the last column goes below only where that keeps the
    /// terminal from breaking the lines.
    pub(super) fn below_lines(&self, room: usize) -> Option<usize> {
        let beside = self.len().checked_sub(1).filter(|beside| *beside > 0)?;
        let does_good = self.has_heads
            && !self.stand_beside(self.len(), room)
            && self.stand_beside(beside, room);
        does_good.then_some(1)
    }

    /// Whether wrapping the last column is enough for rows of one line each.
    pub(super) fn fit_with_last_wrapped(&self, room: usize) -> bool {
        let Some((last, others)) = self.columns.split_last() else {
            return false;
        };
        let left = room.saturating_sub(last.word() + GAP);
        self.has_heads
            && !others.is_empty()
            && !self.stand_beside(self.len(), room)
            && self.stand_beside(others.len(), left)
    }

    /// Whether the first `count` columns fit next to each other without being wrapped.
    fn stand_beside(&self, count: usize, room: usize) -> bool {
        let whole = self.columns.iter().take(count).map(Column::whole);
        whole.sum::<usize>() + gaps(count) <= room
    }
}

/// The gaps between this many columns.
pub(super) const fn gaps(columns: usize) -> usize {
    GAP * columns.saturating_sub(1)
}

/// The width of a cell in columns, without its colours.
pub(in crate::output) fn cell_width(cell: &Text) -> usize {
    let is_plain = |text: &str| text.is_ascii() && !text.bytes().any(|b| b.is_ascii_control());
    let mut pieces = cell.pieces();
    match (pieces.next(), pieces.next()) {
        (None, _) => 0,
        (Some((_, text)), None) if is_plain(text) => text.len(),
        _ => plain(cell).width(),
    }
}

/// The text of a cell. Pieces of two styles may form one word.
pub(super) fn plain(cell: &Text) -> String {
    cell.pieces().map(|(_, piece)| sanitize(piece)).collect()
}

fn cell_word(cell: &Text) -> usize {
    longest_word(&plain(cell))
}

fn longest_word(text: &str) -> usize {
    let words = text.split_whitespace().map(UnicodeWidthStr::width);
    words.max().unwrap_or(0)
}
