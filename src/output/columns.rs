//! Tables whose cells are wrapped to a width.

use comfy_table::{ColumnConstraint, ContentArrangement, LineStyle, Table, Width, presets};

use super::document::Text;
use super::render::{Fit, longest_word, push_trimmed, styled};
use super::rows::{GAP, width};
use super::stacked::{is_crowded, word, words_fit};

/// Writes the rows below their heads, `width` columns wide with the indent.
pub(super) fn table(
    out: &mut String,
    (indent, lists): (usize, usize),
    header: &[&str],
    rows: &[Vec<Text>],
    (fit, width): (Fit, usize),
) {
    let room = width.saturating_sub(indent);
    let mut plain = cells(header, rows, (fit.headers, false), room);
    keep_words(&mut plain, header, rows, (room, lists));
    let (widths, mut lines) = with_whole_words(&mut plain, header, rows, room);
    if fit.color {
        // Escapes in the cells would count when widths are chosen, so they are chosen already.
        let mut colored = cells(header, rows, (fit.headers, true), room);
        for (at, width) in widths.into_iter().enumerate() {
            fix(&mut colored, at, width);
        }
        lines = colored.lines().collect();
    }
    for line in lines {
        push_trimmed(out, &format!("{}{line}", " ".repeat(indent)));
    }
}

/// The widths and the lines of the table, of which no column is narrower than its words
/// if there is room for them.
fn with_whole_words(
    table: &mut Table,
    header: &[&str],
    rows: &[Vec<Text>],
    room: usize,
) -> (Vec<usize>, Vec<String>) {
    let mut laid = laid(table);
    if !words_fit(header, rows, room) {
        return laid;
    }
    let last = table.column_count().saturating_sub(1);
    let least = |at| word(header, rows, at) + if at < last { GAP } else { 0 };
    let least: Vec<usize> = (0..=last).map(least).collect();
    // What one column gets more is taken from others, but each is fixed once.
    for _ in 0..=last {
        let columns = laid.0.iter().zip(&least).enumerate();
        let narrow = columns.filter(|(_, (width, least))| width < least);
        let narrow: Vec<usize> = narrow.map(|(at, _)| at).collect();
        if narrow.is_empty() {
            break;
        }
        for at in narrow {
            fix(table, at, least.get(at).copied().unwrap_or_default());
        }
        laid = self::laid(table);
    }
    laid
}

/// Gives a column a width, with what it is padded by.
fn fix(table: &mut Table, at: usize, width: usize) {
    let width = Width::Fixed(u16::try_from(width).unwrap_or(u16::MAX));
    if let Some(column) = table.column_mut(at) {
        column.set_constraint(ColumnConstraint::Absolute(width));
    }
}

/// How wide the columns come out, and the lines.
fn laid(table: &mut Table) -> (Vec<usize>, Vec<String>) {
    // The border is drawn in as many dashes as a column is wide, with a space between two.
    table.style_mut().top_border = LineStyle::none().fill('-');
    let mut lines = table.lines();
    let border = lines.next().unwrap_or_default();
    let widths = border.split(' ').map(str::len).collect();
    (widths, lines.collect())
}

/// The cells as a table of columns that nothing constrains yet.
fn cells(
    header: &[&str],
    rows: &[Vec<Text>],
    (headers, color): (bool, bool),
    room: usize,
) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    let most = u16::try_from(room).unwrap_or(u16::MAX);
    table
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(most.max(20));
    if headers && !header.is_empty() {
        table.set_header(header.to_vec());
    }
    for row in rows {
        table.add_row(row.iter().map(|cell| styled(cell, color)));
    }
    let last = table.column_count().saturating_sub(1);
    for (index, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, if index == last { 0 } else { 2 }));
    }
    table
}

/// Keeps heads whole, and then names, from the left, as far as the room goes:
/// what is broken in the middle of a word can't be read or copied.
fn keep_words(
    table: &mut Table,
    header: &[&str],
    rows: &[Vec<Text>],
    (room, lists): (usize, usize),
) {
    let columns = header.len();
    let heads: Vec<usize> = header.iter().map(|h| longest_word(h)).collect();
    let padding = GAP * columns.saturating_sub(1);
    let fits = words_fit(header, rows, room);
    let mut free = room.saturating_sub(heads.iter().sum::<usize>() + padding);
    for (index, head) in heads.into_iter().enumerate() {
        let more = word(header, rows, index).saturating_sub(head);
        // Names stand first; prose stands last and takes what is left, but where lists
        // leave it room names that stand in it are kept whole too.
        let share = if index < 2 || lists > 0 || (fits && is_crowded(header, rows, index, room)) {
            free
        } else {
            free / 2
        };
        let more = if (index + 1 < columns || lists > 0) && more <= share {
            more
        } else {
            0
        };
        free -= more;
        let padding = if index + 1 < columns { GAP } else { 0 };
        let least = u16::try_from(head + more + padding).unwrap_or(u16::MAX);
        let lower = Width::Fixed(least);
        let constraint = if index < lists && is_wider(rows, room, padding) {
            let most = u16::try_from(room / 5).unwrap_or(u16::MAX).max(least);
            let upper = Width::Fixed(most);
            ColumnConstraint::Boundaries { lower, upper }
        } else {
            ColumnConstraint::LowerBoundary(lower)
        };
        if let Some(column) = table.column_mut(index) {
            column.set_constraint(constraint);
        }
    }
}

/// Whether any row doesn't go into a line.
fn is_wider(rows: &[Vec<Text>], room: usize, padding: usize) -> bool {
    let mut widths = rows.iter().map(|row| row.iter().map(width).sum::<usize>());
    widths.any(|width| width + padding > room)
}
