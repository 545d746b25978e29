//! The progress of a rollout, and what it waits for.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::analysis::reason::{Code, Reason};
use crate::analysis::status;
use crate::engine::pods::is_pod_available;
use crate::engine::rollout::{NodeState, RolloutNode};
use crate::model::{DaemonSet, Pod};

use super::analysis::RolloutAnalysis;
use super::blockers::Blocker;
use super::budget_holders::{BudgetHolder, holder};

/// The progress of a rollout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// `metadata.generation` of the DaemonSet.
    pub generation: i64,
    /// Nodes that should run a pod.
    pub desired: usize,
    /// Those of them with exactly one pod, which is available and from the template.
    pub done: usize,
    /// Nodes that aren't done and aren't just waiting for their turn, by name.
    pub not_done: Vec<BudgetHolder>,
    /// Pods that are being deleted.
    pub terminating: usize,
    /// Whether `.status` says that all nodes are done, as `kubectl rollout status` reads it
    /// (`DaemonSetStatusViewer.Status` of kubectl 1.37).
    pub is_reported: bool,
}

/// Nodes that aren't done for the same cause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitingGroup {
    /// The cause, without the names, times and counters of one node or pod.
    pub cause: Reason,
    /// The nodes by name; none for a cause that doesn't belong to a node.
    pub nodes: Vec<String>,
}

impl Progress {
    /// What keeps nodes from being done, by cause: causes without a node first, then the one with
    /// the most nodes. A used-up budget follows from what uses it.
    #[must_use]
    pub fn causes(&self, blockers: &[Blocker]) -> Vec<WaitingGroup> {
        let mut by_cause: BTreeMap<Reason, Vec<String>> = BTreeMap::new();
        for blocker in blockers {
            if let Blocker::Rollout(reason) = blocker
                && reason.code() != Code::BudgetExhausted
            {
                by_cause.entry(reason.alike()).or_default();
            }
        }
        for holder in &self.not_done {
            let nodes = by_cause.entry(holder.reason.alike()).or_default();
            nodes.push(holder.node.clone());
        }
        let groups = by_cause.into_iter();
        let mut groups: Vec<_> = groups
            .map(|(cause, nodes)| WaitingGroup { cause, nodes })
            .collect();
        groups.sort_by_key(|group| (!group.nodes.is_empty(), Reverse(group.nodes.len())));
        groups
    }
}

/// `None` where it can't be known.
pub(super) fn progress(analysis: &RolloutAnalysis<'_>) -> Option<Progress> {
    let rollout_nodes = analysis.rollout_nodes.as_ref()?;
    let eligible = || {
        rollout_nodes
            .nodes
            .iter()
            .filter(|v| v.should_run == Some(true))
    };
    let done = eligible().filter(|v| is_done(analysis, v.state));
    let terminating = rollout_nodes
        .nodes
        .iter()
        .flat_map(|v| analysis.pods_on(v.node));
    Some(Progress {
        generation: analysis.ds().generation(),
        desired: rollout_nodes.desired,
        done: done.count(),
        not_done: not_done(analysis),
        terminating: terminating.filter(|pod| pod.is_deleting()).count(),
        is_reported: is_reported(analysis.ds()),
    })
}

fn is_reported(ds: &DaemonSet) -> bool {
    let status = ds.object.status.as_ref();
    let observed = status.and_then(|status| status.observed_generation);
    observed >= Some(ds.generation())
        && status::reported(ds).is_some_and(|status| {
            status.updated >= status.desired && status.available >= status.desired
        })
}

fn is_done(analysis: &RolloutAnalysis<'_>, state: NodeState<'_>) -> bool {
    match state {
        NodeState::Updated {
            new,
            available: true,
        } => !is_skipped(analysis, new) && is_available_for_certain(analysis, new),
        _ => false,
    }
}

/// Whether the pod counts as updated only by a label, so that no rollout replaces it.
fn is_skipped(analysis: &RolloutAnalysis<'_>, pod: &Pod) -> bool {
    let drift = analysis.subject.templates.drift(pod);
    drift.is_some_and(|drift| drift.cause.is_other_template())
}

/// Whether the pod is available even if the server's clock isn't ahead of ours.
fn is_available_for_certain(analysis: &RolloutAnalysis<'_>, pod: &Pod) -> bool {
    let context = analysis.subject.context;
    is_pod_available(pod, context.min_ready_seconds, context.now)
}

fn not_done(analysis: &RolloutAnalysis<'_>) -> Vec<BudgetHolder> {
    let rollout_nodes = analysis.rollout_nodes.iter().flat_map(|w| &w.nodes);
    // What uses the budget also counts on nodes that shouldn't run a pod.
    let surges = analysis.update().is_some_and(|u| u.counts.max_surge > 0);
    let becomes_available = |state: NodeState<'_>| match state {
        NodeState::Updated { new, .. } => !is_available_for_certain(analysis, new),
        _ => false,
    };
    let holds = |v: &RolloutNode<'_>| {
        if let NodeState::Updated { new, .. } = v.state
            && v.should_run == Some(true)
            && is_skipped(analysis, new)
        {
            return true;
        }
        if v.should_run == Some(true) || !surges {
            v.state.is_unavailable() || becomes_available(v.state)
        } else {
            v.state.is_surging()
        }
    };
    let not_done = rollout_nodes
        .filter(|v| holds(v))
        .map(|v| holder(analysis, v));
    let mut not_done: Vec<_> = not_done.collect();
    not_done.sort_by(|a, b| a.node.cmp(&b.node));
    not_done
}
