//! What happens to a pod once it is claimed, released or left alone.

use std::collections::{HashMap, HashSet};

use crate::model::{Node, Pod};

use super::claim::Claim;
use super::history::{History, Relabelling};
use super::pods::is_pod_updated;
use super::rollout::{
    DeletionCause, Inputs, allows_surge, is_rolling_update, pods_should_be_on_node,
};

/// The label by which a pod counts as updated, whatever it runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum UpdatedBy {
    /// `controller-revision-hash` is that of the current revision.
    Hash,
    /// `pod-template-generation` is the DaemonSet's, but the hash is another one.
    Generation,
}

/// What happens to one pod if nothing else changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ClaimOutcome {
    /// It runs on as an updated pod.
    CountsAsUpdated(UpdatedBy),
    /// It runs on as an updated pod, because its hash label is changed: of several revisions that
    /// hold the template one is kept, and all claimed pods get its label.
    Relabelled,
    /// It is old: the rollout deletes it.
    Replaced,
    /// Its node has another pod that stays.
    DeletedAsDuplicate,
    /// Its node, which may be gone, should keep no pod.
    DeletedIneligible,
    /// Its containers have ended, and it is deleted to make room for another one; a failed pod only
    /// after the controller's backoff.
    DeletedEnded,
    /// It is released and runs on, and its node gets a second pod.
    LeftBesideNew,
    /// Nothing is done to it.
    Kept,
    /// It was already being deleted.
    Terminating,
}

/// What `manage` and the rollout (1.37.1) do to pods; each node is decided once, however many pods
/// it has.
#[derive(Debug)]
pub struct Outcomes<'a, 'h> {
    inputs: Option<Inputs<'a>>,
    history: Option<&'h History<'a>>,
    nodes: HashMap<&'a str, OnNode<'a>>,
}

/// What `manage` does on one node.
#[derive(Debug)]
struct OnNode<'a> {
    needs_pod: bool,
    failed: HashSet<&'a str>,
    /// Why pods are deleted, by their names.
    deleted: HashMap<&'a str, DeletionCause>,
    /// Pods that keep running: the first that counts as new by its hash, and the first that
    /// doesn't.
    new: Option<&'a Pod>,
    old: Option<&'a Pod>,
}

impl<'a> OnNode<'a> {
    fn new(inputs: &Inputs<'a>, node: &'a Node, surge: bool) -> Self {
        let on_node = pods_should_be_on_node(inputs, node, surge);
        let deleted = on_node.delete.iter().map(|r| (r.pod, r.cause));
        let deleted: HashMap<&str, DeletionCause> = deleted.collect();
        let pods = inputs.pods.on(&node.name).iter().copied();
        let mut staying = pods
            .filter(|p| !p.is_deleting() && !p.is_terminal() && !deleted.contains_key(&*p.name));
        let is_new = |pod: &&Pod| is_pod_updated(pod, inputs.hash, None);
        Self {
            needs_pod: on_node.needs_pod,
            failed: on_node.failed.into_iter().collect(),
            new: staying.clone().find(is_new),
            old: staying.find(|pod| !is_new(pod)),
            deleted,
        }
    }
}

impl<'a, 'h> Outcomes<'a, 'h> {
    /// `inputs` holds the claimed pods and is `None` when nodes aren't known; `history` covers
    /// relabelling and is `None` when the revisions aren't known. Then some outcomes aren't known
    /// either.
    #[must_use]
    pub fn new(inputs: Option<Inputs<'a>>, history: Option<&'h History<'a>>) -> Self {
        let nodes = inputs.iter().flat_map(|inputs| {
            let surge = allows_surge(inputs.strategy);
            let decide = move |node| OnNode::new(inputs, node, surge);
            inputs.nodes.iter().map(move |n| (&*n.name, decide(n)))
        });
        Self {
            nodes: nodes.collect(),
            inputs,
            history,
        }
    }

    /// What happens to `pod`, which is among the inputs' pods if it is claimed; `None` when that
    /// isn't known.
    #[must_use]
    pub fn then(&self, pod: &Pod, claim: Claim) -> Option<ClaimOutcome> {
        if pod.is_deleting() {
            return Some(ClaimOutcome::Terminating);
        }
        match claim {
            Claim::Owned | Claim::Adopt => self.claimed(pod),
            Claim::Release if pod.target_node.is_none() => Some(ClaimOutcome::Kept),
            Claim::Release => {
                self.inputs.as_ref()?;
                let makes_room = self.on_node(pod).is_some_and(|node| node.needs_pod);
                Some(if makes_room {
                    ClaimOutcome::LeftBesideNew
                } else {
                    ClaimOutcome::Kept
                })
            }
            Claim::Foreign | Claim::Ignored => Some(ClaimOutcome::Kept),
        }
    }

    /// The pod of its node that stays when `pod` is deleted as a duplicate. Under surge an old and
    /// a new one may stay: this is the one of its own kind.
    #[must_use]
    pub fn stays_beside(&self, pod: &Pod) -> Option<&'a Pod> {
        let inputs = self.inputs.as_ref()?;
        let on_node = self.on_node(pod)?;
        if is_pod_updated(pod, inputs.hash, None) {
            on_node.new.or(on_node.old)
        } else {
            on_node.old.or(on_node.new)
        }
    }

    /// The pod that under surge already replaces `pod`, an old one.
    #[must_use]
    pub fn replaced_by(&self, pod: &Pod) -> Option<&'a Pod> {
        let new = self.on_node(pod)?.new?;
        (new.name != pod.name).then_some(new)
    }

    /// Whether a change of its node may start a sync: `syncNodeUpdate` (1.37.1) looks only at bound
    /// pods.
    #[must_use]
    pub fn is_seen_by_its_node(&self, pod: &Pod) -> bool {
        let node = pod.target_node.as_deref().unwrap_or_default();
        let mut pods = self.inputs.iter().flat_map(|inputs| inputs.pods.on(node));
        !pod.node_name.is_empty() || pods.any(|other| !other.node_name.is_empty())
    }

    fn on_node(&self, pod: &Pod) -> Option<&OnNode<'a>> {
        self.nodes.get(pod.target_node.as_deref()?)
    }

    fn claimed(&self, pod: &Pod) -> Option<ClaimOutcome> {
        if pod.target_node.is_some() {
            let inputs = self.inputs.as_ref()?;
            if self.history.is_none() && prunes_by_hash(inputs, pod) {
                return None;
            }
            if let Some(deleted) = self.deleted(pod) {
                return Some(deleted);
            }
        }
        self.staying(pod)
    }

    /// What `manage` does to a claimed pod, if anything.
    fn deleted(&self, pod: &Pod) -> Option<ClaimOutcome> {
        let Some(on_node) = self.on_node(pod) else {
            // A pod that was bound is left to the garbage collector.
            let unscheduled = pod.node_name.is_empty() && pod.target_node.is_some();
            return unscheduled.then_some(ClaimOutcome::DeletedIneligible);
        };
        if on_node.failed.contains(&*pod.name) {
            return Some(ClaimOutcome::DeletedEnded);
        }
        Some(match on_node.deleted.get(&*pod.name)? {
            DeletionCause::Excluded | DeletionCause::NodeGone => ClaimOutcome::DeletedIneligible,
            DeletionCause::Succeeded => ClaimOutcome::DeletedEnded,
            DeletionCause::Excess => ClaimOutcome::DeletedAsDuplicate,
            DeletionCause::Replaced => ClaimOutcome::Replaced,
        })
    }

    /// What the rollout does to a claimed pod that `manage` leaves alone. A pod without a node is
    /// claimed, but never looked at again.
    fn staying(&self, pod: &Pod) -> Option<ClaimOutcome> {
        if self.history?.relabels(pod) != Relabelling::Never {
            return Some(ClaimOutcome::Relabelled);
        }
        if pod.target_node.is_none() {
            return Some(ClaimOutcome::Kept);
        }
        let inputs = self.inputs.as_ref()?;
        Some(if is_pod_updated(pod, inputs.hash, None) {
            ClaimOutcome::CountsAsUpdated(UpdatedBy::Hash)
        } else if inputs.is_updated(pod) {
            ClaimOutcome::CountsAsUpdated(UpdatedBy::Generation)
        } else if is_rolling_update(inputs.strategy) {
            ClaimOutcome::Replaced
        } else {
            ClaimOutcome::Kept
        })
    }
}

/// With surge `manage` distinguishes old and new pods where a node has several.
fn prunes_by_hash(inputs: &Inputs<'_>, pod: &Pod) -> bool {
    let pods = inputs
        .pods
        .on(pod.target_node.as_deref().unwrap_or_default());
    allows_surge(inputs.strategy) && pods.len() > 1
}
