//! The cause of a pod together with what is warned of it.

use jiff::Timestamp;

use crate::analysis::reason::{Reason, Said};
use crate::words::sentence::Sentence;

use super::headline::{headline, row};
use super::{warned, why};

/// The cause as an answer, with what is warned of the pod.
#[must_use]
pub fn headline_with(reason: &Reason, warning: Option<&Reason>, now: Timestamp) -> Sentence {
    let warned = warning.and_then(said_of);
    match warned.and_then(|said| warned::together(reason, said, now)) {
        Some(text) => Sentence::new(text),
        None => headline(reason, now),
    }
}

/// The same in a row.
#[must_use]
pub fn row_with(reason: &Reason, warning: Option<&Reason>, now: Timestamp) -> Sentence {
    let Some(warning) = warning else {
        return row(reason, now);
    };
    match said_of(warning).and_then(|said| warned::row(reason, said)) {
        Some(text) => Sentence::new(text + &seen(Some(warning), now)),
        None => Sentence::new(format!("{}; {}", row(reason, now), row(warning, now))),
    }
}

/// What is warned of a pod, below an answer that says what it is about.
#[must_use]
pub fn below(warning: &Reason, cause: &Reason, now: Timestamp) -> Option<Sentence> {
    let said = said_of(warning)?;
    let is_told = warned::together(cause, said, now).is_some();
    Some(match warned::message(said).filter(|_| is_told) {
        Some(message) => Sentence::new(format!("\"{message}\"{}", seen(Some(warning), now))),
        None => why(warning, now),
    })
}

pub(super) const fn said_of(warning: &Reason) -> Option<&Said> {
    match warning {
        Reason::PodWarning { said, .. } => Some(said),
        _ => None,
    }
}

/// ` (1234 times, last 1m ago)`.
fn seen(warning: Option<&Reason>, now: Timestamp) -> String {
    match warning {
        Some(Reason::PodWarning { count, last, .. }) => super::pod::times(*count, *last, now),
        _ => String::new(),
    }
}
