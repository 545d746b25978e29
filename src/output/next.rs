//! What to do, at the end of a screen.

use crate::analysis::next::Step;
use crate::words::next as words;

use super::document::Document;

/// Adds the steps: those that only read first, then the others by number.
pub(super) fn next(document: &mut Document, steps: &[Step]) {
    if steps.is_empty() {
        return;
    }
    document.heading(words::HEADING);
    let is_read = |step: &&Step| words::step(&step.kind).is_none();
    for step in steps.iter().filter(is_read) {
        command(document, 2, step);
    }
    let changes = steps.iter().filter(|step| !is_read(step));
    for (at, step) in changes.enumerate() {
        document.line(2, words::numbered(at + 1, &step.kind));
        command(document, 5, step);
    }
}

fn command(document: &mut Document, indent: usize, step: &Step) {
    if let Some(command) = &step.command {
        document.command(indent, command);
    }
}
