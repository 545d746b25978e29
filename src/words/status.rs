//! Why counters differ.

use jiff::Timestamp;

use crate::analysis::reason::Reason;
use crate::analysis::status::Difference;

use super::reason::sentence;
use super::sentence::Sentence;

/// Why `.status` differs from what the controller would count now.
#[must_use]
pub fn cause(reason: &Reason, now: Timestamp) -> Sentence {
    match reason {
        Reason::DaemonSetDeleting { .. } => Sentence::new(
            "the DaemonSet is being deleted, and the controller no longer writes its status",
        ),
        Reason::SelectorMatchesEverything => {
            Sentence::new("the selector is empty, and the controller refuses to act")
        }
        Reason::FailedCreate { .. } => Sentence::new(
            "the controller couldn't create a pod, and the status may be from before that",
        ),
        reason => sentence(reason, now),
    }
}

/// Which counter differs, and by how much.
#[must_use]
pub fn difference(difference: &Difference) -> Sentence {
    let Difference {
        counter,
        computed,
        reported,
        ..
    } = difference;
    Sentence::new(format!("{counter}: status {reported}, computed {computed}"))
}

/// Why it differs, to follow the difference.
#[must_use]
pub fn because(difference: &Difference, now: Timestamp) -> Sentence {
    let code = difference.cause.code().name();
    Sentence::new(format!(" ({code}: {})", cause(&difference.cause, now)))
}
