//! States in a word or two.

use crate::analysis::node::{ClearsWhen, Eligibility};
use crate::analysis::on_node::{OnNode, State};
use crate::analysis::pod::PodState;

/// When a state is that of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Time {
    /// Today: what should have come and hasn't is missing, what goes is stopping.
    Today,
    /// After a what-if, or on a node that isn't there yet.
    Then,
}

/// The state of a pod, or of its absence.
#[must_use]
pub const fn pod(state: PodState) -> &'static str {
    match state {
        PodState::Available => "available",
        PodState::NotAvailable => "ready, not available yet",
        PodState::NotReady => "not ready",
        PodState::Pending => "pending",
        PodState::Failed => "failed",
        PodState::Terminating => "terminating",
        PodState::Missing => "missing",
        PodState::None => "none",
        PodState::Unknown => "unknown",
    }
}

/// An eligibility, as part of a sentence.
#[must_use]
pub const fn eligibility(eligibility: Eligibility) -> &'static str {
    match eligibility {
        Eligibility::Eligible => "eligible",
        Eligibility::KeepsRunning => "not eligible, but a pod that is there stays",
        Eligibility::Excluded => "not eligible",
        Eligibility::Unknown => "unknown",
    }
}

/// An eligibility in one word, as reports have it.
#[must_use]
pub const fn eligibility_name(eligibility: Eligibility) -> &'static str {
    match eligibility {
        Eligibility::Eligible => "Eligible",
        Eligibility::KeepsRunning => "KeepsRunning",
        Eligibility::Excluded => "Excluded",
        Eligibility::Unknown => "Unknown",
    }
}

/// What becomes of a DaemonSet on a node.
#[must_use]
pub fn daemon_set(one: &OnNode, time: Time) -> &'static str {
    match (one.state, time) {
        (State::Runs, _) => "runs",
        (State::WouldStart, Time::Today) => "missing",
        (State::WouldStart, Time::Then) => "would start",
        (State::LostAtRollout, _) if one.is_lost_by_hand() => "lost when deleted",
        (State::LostAtRollout, _) => "lost at rollout",
        (State::WouldStop, Time::Today) => "stopping",
        (State::WouldStop, Time::Then) => "would stop",
        (State::Held, _) => "held",
        (State::Excluded, _) => "excluded",
        (State::Unknown, _) => "unknown",
    }
}

/// Whether a misscheduled pod goes without anybody's doing.
#[must_use]
pub const fn clears(when: ClearsWhen) -> &'static str {
    match when {
        ClearsWhen::BeingDeleted => "it is being deleted",
        ClearsWhen::AtNextSync => "yes, it is deleted",
        ClearsWhen::NodeRecovers => "when the node recovers",
        ClearsWhen::Never => "no",
    }
}

/// Whether all is as it should be.
#[must_use]
pub const fn clean(clean: Option<bool>) -> &'static str {
    match clean {
        Some(true) => "clean",
        Some(false) => "not clean",
        None => "not all of it could be checked",
    }
}

/// The same in a column of its own.
#[must_use]
pub const fn clean_cell(clean: Option<bool>) -> &'static str {
    match clean {
        Some(true) => "yes",
        Some(false) => "no",
        None => "?",
    }
}
