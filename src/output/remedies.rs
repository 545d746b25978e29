//! What would put something right, each with the tag of what it changes.

use crate::model::Command;
use crate::words::Sentence;

use super::document::{Document, Style, Text};

/// One remedy: its tag and text, its command to copy, its risk.
pub(super) fn remedy(
    document: &mut Document,
    (tag, text): (&'static str, Sentence),
    command: Option<&Command>,
    risk: Option<Sentence>,
) {
    let text = Text::default()
        .and(Style::Dim, "[")
        .and(Style::Dim, tag)
        .and(Style::Dim, "] ")
        .and(Style::Plain, text);
    document.line(2, text);
    if let Some(command) = command {
        document.verbatim(4, command);
    }
    if let Some(risk) = risk {
        let text = Text::labelled(Style::Warn, "risk", risk);
        document.line(4, text);
    }
}
