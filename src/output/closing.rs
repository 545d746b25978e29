//! The end of every answer.

use crate::analysis::basis::Basis;
use crate::model::Incomplete;
use crate::words::{Sentence, notes};

use super::document::{Document, Quoted, Style, Text};

/// What couldn't be read and other notes, at the end of every answer.
pub(super) fn closing(document: &mut Document, basis: &Basis) {
    unread(document, &basis.incomplete);
    if basis.incomplete.is_empty() && !basis.notes.is_empty() {
        document.blank();
    }
    for text in notes(&basis.notes) {
        note(document, text);
    }
}

/// What couldn't be read.
pub(super) fn unread(document: &mut Document, incomplete: &[Incomplete]) {
    if !incomplete.is_empty() {
        document.blank();
    }
    for missing in incomplete {
        let text = Text::labelled(Style::Warn, "incomplete", Quoted::new(missing));
        document.line(0, text);
    }
}

/// An additional note.
pub(super) fn note(document: &mut Document, text: Sentence) {
    let text = Text::labelled(Style::Dim, "note", text);
    document.line(0, text);
}
