//! What the controller would do about changes of nodes.

use crate::analysis::effects::StaysUntil;
use crate::analysis::node::NodeEligibility;
use crate::analysis::on_node::NodeWhatIf;
use crate::analysis::what_if::WhatIfReport;
use crate::model::node_change::NodeChange;

use super::sentence::Sentence;

/// What becomes of pods, each the beginning of a line that ends with their names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// One is made.
    Start,
    /// It is deleted at once.
    Stop,
    /// It isn't bound, and is deleted at the next sync.
    StopOnceSynced,
    /// It stays until then, and isn't made again.
    Stay(StaysUntil),
    /// Taint eviction removes it over and over.
    Evicted,
    /// One would be made today alone.
    NoLongerStart,
    /// It would be deleted today alone.
    Keep,
}

/// What becomes of a DaemonSet's pods, before names of nodes or of pods on nodes.
#[must_use]
pub const fn of_daemon_set(effect: Effect) -> &'static str {
    match effect {
        Effect::Start => "a pod starts on",
        Effect::Stay(StaysUntil::Rolled | StaysUntil::Deleted) => {
            "stays until it is deleted or replaced, and isn't created again:"
        }
        Effect::Evicted => {
            "taint eviction removes the pod when its tolerationSeconds are over, and the controller creates it again, over and over, on"
        }
        Effect::NoLongerStart => "a pod would start today, and no longer then, on",
        other => on_node(other),
    }
}

/// What becomes of the pods on a node, before names of DaemonSets.
#[must_use]
pub const fn on_node(effect: Effect) -> &'static str {
    match effect {
        Effect::Start => "a pod starts:",
        Effect::Stop => "stops at once, whatever maxUnavailable says:",
        Effect::StopOnceSynced => {
            "isn't bound, so this starts no sync; the next one deletes it, whatever maxUnavailable says:"
        }
        Effect::Stay(StaysUntil::Rolled) => {
            "stays until the next rollout deletes it, and isn't created again:"
        }
        Effect::Stay(StaysUntil::Deleted) => {
            "stays until somebody deletes it (OnDelete), and isn't created again:"
        }
        Effect::Stay(StaysUntil::NodeRecovers) => {
            "stays, and counts again when the node recovers; a rollout before that deletes it, and none is created until then:"
        }
        Effect::Evicted => {
            "taint eviction removes the pod when its tolerationSeconds are over, and the controller creates it again, over and over:"
        }
        Effect::NoLongerStart => "would start today, and no longer then:",
        Effect::Keep => "would be deleted today or at the next rollout, and is kept then:",
    }
}

/// What is to be known of one of the changes whatever the nodes are.
#[must_use]
pub fn about_changes(changes: &[NodeChange]) -> Option<&'static str> {
    changes.contains(&NodeChange::Cordon).then_some(
        "Every daemon pod tolerates a cordon: the controller adds the toleration of node.kubernetes.io/unschedulable:NoSchedule.",
    )
}

/// That nothing comes of changes for a DaemonSet, and why.
#[must_use]
pub const fn nothing_for_daemon_set(report: &WhatIfReport) -> &'static str {
    if report.then.nodes.is_empty() {
        "No node is selected, so nothing changes."
    } else if report.applied {
        AS_TODAY
    } else {
        "It isn't applied, so nothing happens; the table compares what its template asks for."
    }
}

/// That nothing comes of changes of a node, and why.
#[must_use]
pub const fn nothing_on_node(report: &NodeWhatIf) -> &'static str {
    if report.then.summary.unknown > 0 {
        "What the controller would do can't be told, for not all of it could be read."
    } else if report.today.is_some() {
        AS_TODAY
    } else {
        "The controller would do nothing."
    }
}

const AS_TODAY: &str = "The controller would do what it does today.";

/// What is tried, as the end of a headline.
#[must_use]
pub fn with(changes: &[NodeChange]) -> Sentence {
    Sentence::new(if changes.is_empty() {
        "the nodes of the file".to_owned()
    } else {
        super::change::changes(changes).join(", ")
    })
}

/// Why a node is eligible then as it is.
#[must_use]
pub fn why_then(node: &NodeEligibility, now: jiff::Timestamp) -> Sentence {
    let deciding = node.reasons.iter().filter(|r| r.decides().is_some());
    let why = deciding.map(|r| super::reason::sentence(r, now).into_string());
    Sentence::new(why.collect::<Vec<_>>().join("; "))
}

#[cfg(test)]
mod tests {
    use super::{Effect, of_daemon_set, on_node};

    #[test]
    fn one_form_ends_with_nodes_and_one_with_daemon_sets() {
        let eviction = "taint eviction removes the pod when its tolerationSeconds are over, and the controller creates it again, over and over";
        assert_eq!(of_daemon_set(Effect::Evicted), format!("{eviction}, on"));
        assert_eq!(on_node(Effect::Evicted), format!("{eviction}:"));
        assert_eq!(of_daemon_set(Effect::Keep), on_node(Effect::Keep));
    }
}
