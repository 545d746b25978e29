//! A document in a width, with or without colours.

use std::io::{self, Write};

use owo_colors::OwoColorize;
use textwrap::{Options, WordSplitter};

use crate::words::notation::left_off;

use super::document::{Block, Document, Style, Text};
use super::sanitize::sanitize;
use super::table;

/// What a document is fitted to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fit {
    /// The width in columns; `None` for unlimited.
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

/// Writes the document. All of it is sanitised here and nowhere else.
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
                hang,
                text: prose,
            } => hanging(&mut text, (*indent, *hang), prose, fit),
            Block::Verbatim {
                indent,
                text: lines,
            } => verbatim(&mut text, *indent, lines.as_str()),
            Block::Styled { indent, lines } => {
                for line in lines {
                    let margin = " ".repeat(*indent);
                    text.push_str(&format!("{margin}{}\n", styled(line, fit.color)));
                }
            }
            Block::Command { indent, line } => {
                let line = paint(Style::Command, &sanitize(line.as_str()), fit.color);
                push_trimmed(&mut text, &format!("{}$ {line}", " ".repeat(*indent)));
            }
            Block::LeftOff { count, of } => {
                // Not dimmed: on some terminals that can't be read.
                line(&mut text, 0, &left_off(*count, of).into(), fit);
            }
            Block::Table(table) => table::write(out, table, fit)?,
        }
        out.write_all(text.as_bytes())?;
        text.clear();
    }
    Ok(())
}

pub(super) fn line(out: &mut String, indent: usize, text: &Text, fit: Fit) {
    hanging(out, (indent, 2), text, fit);
}

fn hanging(out: &mut String, (indent, hang): (usize, usize), text: &Text, fit: Fit) {
    let styled = styled(text, fit.color);
    let margin = " ".repeat(indent);
    let Some(width) = fit.width else {
        push_trimmed(out, &format!("{margin}{styled}"));
        return;
    };
    let hanging = " ".repeat(indent + hang);
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

pub(super) fn push_trimmed(out: &mut String, line: &str) {
    out.push_str(line.trim_end());
    out.push('\n');
}

/// The text with its colours, sanitised.
pub(super) fn styled(text: &Text, color: bool) -> String {
    let pieces = text.pieces();
    pieces
        .map(|(style, piece)| paint(style, &sanitize(piece), color))
        .collect()
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
        Style::Command => text.cyan().to_string(),
    }
}
