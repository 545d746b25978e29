//! A document in a width, with or without colours.

use std::io::{self, Write};

use comfy_table::{ColumnConstraint, ContentArrangement, Table, Width, presets};
use owo_colors::OwoColorize;
use textwrap::{Options, WordSplitter};
use unicode_width::UnicodeWidthStr;

use super::document::{Block, Document, Style, Text};
use super::rows::rows;
use super::sanitize::sanitize;
use super::stacked::{below, below_lines, is_crowded, last_wraps, stacked, words_fit};

/// What a document is fitted to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fit {
    /// Columns; `None` for as many as it takes.
    pub(super) width: Option<usize>,
    /// Whether to colour.
    pub(super) color: bool,
    /// Whether tables have heads.
    pub(super) headers: bool,
}

/// The document as text.
pub(super) fn render(document: &Document, fit: Fit) -> String {
    let mut text = Vec::new();
    // Memory takes all that is written to it.
    let _ = write(&mut text, document, fit);
    String::from_utf8(text).unwrap_or_default()
}

/// Writes the document. All of it is sanitised here, and nowhere else.
///
/// # Errors
/// When `out` can't be written.
pub(super) fn write(out: &mut impl Write, document: &Document, fit: Fit) -> io::Result<()> {
    let mut text = String::new();
    for block in &document.blocks {
        match block {
            Block::Blank => text.push('\n'),
            Block::Line {
                indent,
                text: prose,
            } => line(&mut text, *indent, prose, fit),
            Block::Verbatim {
                indent,
                text: lines,
            } => verbatim(&mut text, *indent, lines),
            Block::Styled { indent, lines } => {
                for line in lines {
                    let margin = " ".repeat(*indent);
                    text.push_str(&format!("{margin}{}\n", styled(line, fit.color)));
                }
            }
            Block::Table {
                indent,
                header,
                rows: all,
                wraps,
                lists,
            } => {
                let room = fit.width.map(|width| width.saturating_sub(*indent));
                let wraps = *wraps || room.is_some_and(|room| last_wraps(header, all, room));
                let look = if wraps { below } else { below_lines };
                let below = room.and_then(|room| look(header, all, room));
                match (below, fit.width.filter(|_| wraps)) {
                    (Some(below), _) => stacked(&mut text, (*indent, below), header, all, fit),
                    (None, None) => rows(out, *indent, header, all, fit)?,
                    (None, Some(width)) => {
                        table(&mut text, (*indent, *lists), header, all, (fit, width));
                    }
                }
            }
        }
        out.write_all(text.as_bytes())?;
        text.clear();
    }
    Ok(())
}

pub(super) fn line(out: &mut String, indent: usize, text: &Text, fit: Fit) {
    let styled = styled(text, fit.color);
    let margin = " ".repeat(indent);
    let Some(width) = fit.width else {
        push_trimmed(out, &format!("{margin}{styled}"));
        return;
    };
    let hanging = format!("{margin}  ");
    let options = Options::new(width.max(20))
        .initial_indent(&margin)
        .subsequent_indent(&hanging)
        .break_words(false)
        .word_splitter(WordSplitter::NoHyphenation);
    for wrapped in textwrap::wrap(&styled, options) {
        push_trimmed(out, &wrapped);
    }
}

fn verbatim(out: &mut String, indent: usize, text: &str) {
    for line in text.lines() {
        push_trimmed(out, &format!("{}{}", " ".repeat(indent), sanitize(line)));
    }
}

fn table(
    out: &mut String,
    (indent, lists): (usize, usize),
    header: &[&str],
    rows: &[Vec<Text>],
    (fit, width): (Fit, usize),
) {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    let most = u16::try_from(width.saturating_sub(indent)).unwrap_or(u16::MAX);
    table
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(most.max(20));
    if fit.headers && !header.is_empty() {
        table.set_header(header.to_vec());
    }
    for row in rows {
        table.add_row(row.iter().map(|cell| styled(cell, fit.color)));
    }
    keep_words(&mut table, header, rows, (width, lists));
    let last = table.column_count().saturating_sub(1);
    for (index, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, if index == last { 0 } else { 2 }));
    }
    for line in table.lines() {
        push_trimmed(out, &format!("{}{line}", " ".repeat(indent)));
    }
}

/// Keeps heads whole, and then names, from the left, as far as the width goes:
/// what is broken in the middle of a word can't be read or copied.
fn keep_words(
    table: &mut Table,
    header: &[&str],
    rows: &[Vec<Text>],
    (width, lists): (usize, usize),
) {
    const PADDING: usize = 2;
    let heads: Vec<usize> = header.iter().map(|h| longest_word(h)).collect();
    let columns = heads.len();
    let padding = PADDING * columns.saturating_sub(1);
    let fits = words_fit(header, rows, width);
    let mut free = width.saturating_sub(heads.iter().sum::<usize>() + padding);
    for (index, head) in heads.into_iter().enumerate() {
        let cells = rows.iter().filter_map(|row| row.get(index));
        let words = cells.map(|cell| cell.0.iter().map(|(_, t)| longest_word(t)).max());
        let more = words.flatten().max().unwrap_or(0).saturating_sub(head);
        // Names stand first; prose stands last and takes what is left, but where lists
        // leave it room names that stand in it are kept whole too.
        let share = if index < 2 || lists > 0 || (fits && is_crowded(header, rows, index, width)) {
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
        let padding = if index + 1 < columns { PADDING } else { 0 };
        let least = u16::try_from(head + more + padding).unwrap_or(u16::MAX);
        let lower = Width::Fixed(least);
        let constraint = if index < lists && is_wider(rows, width, padding) {
            let most = u16::try_from(width / 5).unwrap_or(u16::MAX).max(least);
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
fn is_wider(rows: &[Vec<Text>], width: usize, padding: usize) -> bool {
    let cell = |cell: &Text| -> usize { cell.0.iter().map(|(_, t)| t.width()).sum() };
    let mut widths = rows.iter().map(|row| row.iter().map(cell).sum::<usize>());
    widths.any(|w| w + padding > width)
}

pub(super) fn longest_word(text: &str) -> usize {
    text.split_whitespace()
        .map(UnicodeWidthStr::width)
        .max()
        .unwrap_or(0)
}

fn push_trimmed(out: &mut String, line: &str) {
    out.push_str(line.trim_end());
    out.push('\n');
}

/// The text with its colours, sanitised.
pub(super) fn styled(text: &Text, color: bool) -> String {
    let pieces = text
        .0
        .iter()
        .map(|(style, piece)| paint(*style, &sanitize(piece), color));
    pieces.collect()
}

fn paint(style: Style, text: &str, color: bool) -> String {
    if !color || text.is_empty() {
        return text.to_owned();
    }
    match style {
        Style::Plain => text.to_owned(),
        Style::Good => text.green().to_string(),
        Style::Bad => text.red().to_string(),
        Style::Warn => text.yellow().to_string(),
        Style::Dim => text.dimmed().to_string(),
        Style::Strong => text.bold().to_string(),
    }
}
