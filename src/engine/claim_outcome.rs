//! What becomes of a pod once it is claimed, released or left alone.

use crate::model::{Node, Pod};

use super::claim::Claim;
use super::history::{History, Relabelling};
use super::pods::is_pod_updated;
use super::rollout::{Cause, Inputs, allows_surge, is_rolling_update, pods_should_be_on_node};

/// The label by which a pod counts as updated, whatever it runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum UpdatedBy {
    /// `controller-revision-hash` is that of the current revision.
    Hash,
    /// `pod-template-generation` is the DaemonSet's, and the hash is another's.
    Generation,
}

/// What follows for one pod if nothing else changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Then {
    /// It runs on as an updated pod.
    CountsAsUpdated(UpdatedBy),
    /// It runs on as an updated pod, for its hash label is changed: of several
    /// revisions that hold the template one is kept, and all claimed pods get its label.
    Relabelled,
    /// It is old: the rollout deletes it.
    Replaced,
    /// Its node has another pod that stays.
    DeletedAsDuplicate,
    /// Its node, which may be gone, isn't one where a pod continues to run.
    DeletedIneligible,
    /// Its containers have ended, and it is deleted to make room for another; one
    /// that failed only after the controller's backoff.
    DeletedEnded,
    /// It is released and runs on, and its node gets a second pod.
    LeftBesideNew,
    /// Nothing is done to it.
    Kept,
    /// It is being deleted, and was before.
    Terminating,
}

/// What `manage` and the rollout (1.37.1) come to do to `pod`. `inputs` holds the
/// pods that are claimed, this one too if it is; `history` tells of relabelling;
/// `node` is the one that the pod is on or meant for, `None` if it doesn't exist or
/// can't be told.
#[must_use]
pub fn then<'a>(
    inputs: &Inputs<'a>,
    history: &History<'_>,
    (pod, node): (&Pod, Option<&'a Node>),
    claim: Claim,
) -> Then {
    if pod.is_deleting() {
        return Then::Terminating;
    }
    match claim {
        Claim::Owned | Claim::Adopt => {
            deleted(inputs, pod, node).unwrap_or_else(|| staying(inputs, history, pod))
        }
        Claim::Release if node.is_some_and(|node| makes_room(inputs, node)) => Then::LeftBesideNew,
        Claim::Release | Claim::Foreign | Claim::Ignored => Then::Kept,
    }
}

/// What `manage` does to a claimed pod, if anything.
fn deleted<'a>(inputs: &Inputs<'a>, pod: &Pod, node: Option<&'a Node>) -> Option<Then> {
    let Some(node) = node else {
        // A pod that was bound is left to the garbage collector.
        let unscheduled = pod.node_name.is_empty() && pod.target_node.is_some();
        return unscheduled.then_some(Then::DeletedIneligible);
    };
    let on_node = pods_should_be_on_node(inputs, node, allows_surge(inputs.strategy));
    if on_node.failed.contains(&&*pod.name) {
        return Some(Then::DeletedEnded);
    }
    let mut removals = on_node.delete.iter();
    let cause = removals.find(|removal| removal.pod == &*pod.name)?.cause;
    Some(match cause {
        Cause::Excluded | Cause::NodeGone => Then::DeletedIneligible,
        Cause::Succeeded => Then::DeletedEnded,
        Cause::Excess => Then::DeletedAsDuplicate,
        Cause::Replaced => Then::Replaced,
    })
}

/// What the rollout does to a claimed pod that `manage` lets be. One for which no
/// node can be told is claimed, and never looked at again.
fn staying(inputs: &Inputs<'_>, history: &History<'_>, pod: &Pod) -> Then {
    if history.relabels(pod) != Relabelling::Never {
        return Then::Relabelled;
    }
    if pod.target_node.is_none() {
        return Then::Kept;
    }
    if is_pod_updated(pod, inputs.hash, None) {
        return Then::CountsAsUpdated(UpdatedBy::Hash);
    }
    if inputs.is_updated(pod) {
        return Then::CountsAsUpdated(UpdatedBy::Generation);
    }
    if is_rolling_update(inputs.strategy) {
        return Then::Replaced;
    }
    Then::Kept
}

/// Whether a pod that is no longer ours gives way to one of ours.
fn makes_room<'a>(inputs: &Inputs<'a>, node: &'a Node) -> bool {
    pods_should_be_on_node(inputs, node, allows_surge(inputs.strategy)).needs_pod
}
