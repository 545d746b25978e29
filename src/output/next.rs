//! What to do, at the end of a screen.

use crate::analysis::next::Step;
use crate::words::next as words;

use super::document::Document;

/// Adds the steps: read-only ones first, then the others, numbered.
pub(super) fn next(document: &mut Document, steps: &[Step]) {
    let is_read = |step: &&Step| words::step(&step.kind).is_none();
    let (reads, changes): (Vec<&Step>, Vec<&Step>) = steps.iter().partition(is_read);
    if !reads.is_empty() {
        document.heading(words::HEADING);
    }
    for step in reads {
        command(document, 2, step);
    }
    if !changes.is_empty() {
        document.heading(match changes.len() {
            1 => words::ONE_WAY,
            _ => words::WAYS,
        });
    }
    for (at, step) in changes.into_iter().enumerate() {
        document.step(words::numbered(at + 1, &step.kind));
        command(document, 5, step);
    }
}

fn command(document: &mut Document, indent: usize, step: &Step) {
    if let Some(command) = &step.command {
        document.command(indent, command);
    }
}
