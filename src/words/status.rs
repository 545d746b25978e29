//! Why counters differ.

use jiff::Timestamp;

use crate::analysis::reason::Reason;

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
        reason => sentence(reason, now),
    }
}
