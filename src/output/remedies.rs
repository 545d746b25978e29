//! What would put something right, each with the tag of what it changes.

use crate::model::Command;

use super::document::{Document, Style, Text};

/// One remedy: its tag and text, its command to copy, its risk.
pub(super) fn remedy(
    document: &mut Document,
    (tag, text): (&str, &str),
    command: Option<&Command>,
    risk: Option<&str>,
) {
    let text = Text::default()
        .and(Style::Dim, format!("[{tag}] "))
        .and(Style::Plain, text);
    document.line(2, text);
    if let Some(command) = command {
        document.verbatim(4, command.to_string());
    }
    if let Some(risk) = risk {
        let text = Text::default()
            .and(Style::Warn, "risk")
            .and(Style::Plain, format!(": {risk}"));
        document.line(4, text);
    }
}
