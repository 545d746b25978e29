//! The end of every answer.

use crate::model::Incomplete;
use crate::report::eligibility::EligibilityReport;

use super::document::{Document, Style, Text};

/// What couldn't be read and what else is to be known, at the end of every answer.
pub(super) fn closing(document: &mut Document, report: &EligibilityReport) {
    notes(document, &report.incomplete, &report.notes);
}

/// The same for any report.
pub(super) fn notes(document: &mut Document, incomplete: &[Incomplete], notes: &[String]) {
    if incomplete.is_empty() && notes.is_empty() {
        return;
    }
    document.blank();
    for missing in incomplete {
        let text = Text::default().and(Style::Warn, "incomplete").and(
            Style::Plain,
            format!(
                ": couldn't {} {}: {}",
                missing.verb, missing.resource, missing.why
            ),
        );
        document.line(0, text);
    }
    for note in notes {
        document.line(
            0,
            Text::default()
                .and(Style::Dim, "note")
                .and(Style::Plain, format!(": {note}")),
        );
    }
}
