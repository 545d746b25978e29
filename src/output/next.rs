//! What to do, at the end of a screen.

use crate::analysis::causes::{CauseGroup, needs_steps};
use crate::analysis::next::Step;
use crate::words::next as words;

use super::document::Document;

/// Adds the steps: read-only ones first, then the others, numbered.
pub(super) fn next(document: &mut Document, steps: &[Step]) {
    next_by_cause(document, steps, &[]);
}

/// The same, with the cause above the changes that are for it, where there is more than one.
pub(super) fn next_by_cause(document: &mut Document, steps: &[Step], causes: &[CauseGroup]) {
    let is_read = |step: &&Step| words::step(&step.kind).is_none();
    let (reads, changes): (Vec<&Step>, Vec<&Step>) = steps.iter().partition(is_read);
    if !reads.is_empty() {
        document.heading(words::HEADING);
    }
    for step in reads {
        command(document, 2, step);
    }
    let has_several = causes.iter().filter(|group| needs_steps(group)).count() > 1;
    if !changes.is_empty() {
        document.heading(words::ways(changes.len(), has_several));
    }
    let mut above = None;
    for (at, step) in changes.into_iter().enumerate() {
        let cause = step.cause.and_then(|cause| causes.get(cause));
        if has_several && above != Some(step.cause) {
            document.line(2, words::for_cause(cause));
            above = Some(step.cause);
        }
        document.step(words::numbered(at + 1, &step.kind));
        command(document, 5, step);
    }
}

fn command(document: &mut Document, indent: usize, step: &Step) {
    if let Some(command) = &step.command {
        document.command(indent, command);
    }
}
