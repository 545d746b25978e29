//! States in a word or two.

use crate::analysis::node::{ClearsWhen, Eligibility};
use crate::analysis::on_node::State;
use crate::analysis::pod::{DaemonPod, PodState};

/// The time that a state refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Time {
    /// Today: a pod that should exist but doesn't is missing, one that is being deleted is
    /// stopping.
    Today,
    /// After a what-if, or on a node that doesn't exist yet.
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

/// The state of an existing pod; one that has ended needn't have failed.
#[must_use]
pub fn of_pod(pod: &DaemonPod) -> &'static str {
    match (pod.state, pod.phase.as_str()) {
        (PodState::Failed, "Succeeded") => "ended",
        (state, _) => self::pod(state),
    }
}

/// The state of the pod that counts for a node, the first of `pods`, or of its absence.
#[must_use]
pub fn of_first(pods: &[DaemonPod], state: PodState) -> &'static str {
    pods.first().map_or_else(|| self::pod(state), of_pod)
}

/// An eligibility in one word, as in reports.
#[must_use]
pub const fn eligibility_name(eligibility: Eligibility) -> &'static str {
    match eligibility {
        Eligibility::Eligible => "Eligible",
        Eligibility::KeepsRunning => "KeepsRunning",
        Eligibility::Excluded => "Excluded",
        Eligibility::Unknown => "Unknown",
    }
}

/// The state of a DaemonSet on a node; `by_hand` where its pod is lost as soon as somebody deletes
/// it.
#[must_use]
pub const fn daemon_set(state: State, by_hand: bool, time: Time) -> &'static str {
    match (state, time) {
        (State::Runs, _) => "runs",
        (State::WouldStart, Time::Today) => "missing",
        (State::WouldStart, Time::Then) => "would start",
        (State::LostAtRollout, _) if by_hand => "lost when deleted",
        (State::LostAtRollout, _) => "lost at rollout",
        (State::WouldStop, Time::Today) => "stopping",
        (State::WouldStop, Time::Then) => "would stop",
        (State::Held, _) => "held",
        (State::Excluded, _) => "excluded",
        (State::Unknown, _) => "unknown",
    }
}

/// The state where its pod isn't bound to the node that should run none.
pub const STOPS_ONCE_SYNCED: &str = "stops at the next sync";

/// The state of one with a misscheduled pod.
pub const MISSCHEDULED: &str = "misscheduled";

/// What becomes of a misscheduled pod, in a column of its own.
#[must_use]
pub const fn clears(when: ClearsWhen) -> &'static str {
    match when {
        ClearsWhen::BeingDeleted => "is being deleted",
        ClearsWhen::AtNextSync => "is deleted at once",
        ClearsWhen::OnceSynced => "is deleted at the next sync",
        ClearsWhen::ByEviction => "is evicted by the taint",
        ClearsWhen::NodeRecovers => "fits again once the node recovers",
        ClearsWhen::RolloutGetsThere => "is deleted when the rollout gets there",
        ClearsWhen::Never => "stays until deleted or replaced",
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

#[cfg(test)]
mod tests {
    use super::{ClearsWhen, State, Time, clears, daemon_set};

    #[test]
    fn what_is_so_today_is_not_said_as_what_would_be() {
        let both =
            |state, by_hand| [Time::Today, Time::Then].map(|time| daemon_set(state, by_hand, time));
        assert_eq!(both(State::WouldStart, false), ["missing", "would start"]);
        assert_eq!(both(State::WouldStop, false), ["stopping", "would stop"]);
        let (lost, deleted) = ("lost at rollout", "lost when deleted");
        assert_eq!(both(State::LostAtRollout, false), [lost, lost]);
        assert_eq!(both(State::LostAtRollout, true), [deleted, deleted]);
    }

    #[test]
    fn what_clears_a_misscheduled_pod() {
        assert_eq!(clears(ClearsWhen::AtNextSync), "is deleted at once");
        assert_eq!(clears(ClearsWhen::Never), "stays until deleted or replaced");
    }
}
