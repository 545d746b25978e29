//! Today beside then: what changes of nodes would do.

use crate::model::node_change::NodeChange;
use crate::model::{Node, Snapshot};

use super::basis::{Basis, Note};
use super::effects::Effects;
use super::eligibility::{DaemonSetRef, Detail, EligibilityReport};
use super::node::NodeEligibility;
use super::status::StatusReport;
use super::subject::Subject;

/// An `EligibilityReport` with `today` and `then` around what differs.
#[derive(Clone, Debug, PartialEq)]
pub struct WhatIfReport {
    /// What it rests on.
    pub basis: Basis,
    /// Everything is as it should be, as things are today; `None` when that can't be known.
    pub clean: Option<bool>,
    /// The DaemonSet.
    pub daemon_set: DaemonSetRef,
    /// False for a manifest that isn't applied.
    pub applied: bool,
    /// The changes.
    pub changes: Vec<NodeChange>,
    /// As it is.
    pub today: NodesAndStatus,
    /// As it would be, before the controller acts.
    pub then: NodesAndStatus,
    /// What the controller would do about it.
    pub effects: Effects<String, PodOnNode>,
}

/// The parts that differ.
#[derive(Clone, Debug, PartialEq)]
pub struct NodesAndStatus {
    /// The counters, where all nodes were asked for.
    pub status: Option<StatusReport>,
    /// The nodes that the changes touch.
    pub nodes: Vec<NodeEligibility>,
}

/// A pod and its node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PodOnNode {
    /// The node.
    pub node: String,
    /// The pod.
    pub pod: String,
}

/// The node after `changes`.
pub(super) fn changed(node: &Node, changes: &[NodeChange]) -> Node {
    let changes = changes.iter();
    changes.fold(node.clone(), |node, change| change.apply(&node))
}

/// Which of `changes` leave `node` as those before them made it: often the key is
/// written otherwise on the node.
pub(super) fn idle(node: &Node, changes: &[NodeChange]) -> Vec<Note> {
    let mut node = node.clone();
    let mut idle = Vec::new();
    for change in changes {
        let after = change.apply(&node);
        if after == node {
            idle.push(Note::IdleChange(change.clone()));
        }
        node = after;
    }
    idle
}

/// The snapshot after `changes` to the nodes that `touched` keeps, with `added` beside them.
#[must_use]
pub fn change(
    snapshot: &Snapshot,
    changes: &[NodeChange],
    touched: impl Fn(&Node) -> bool,
    added: &[Node],
) -> Snapshot {
    let mut then = snapshot.clone();
    let nodes = then.nodes.get_or_insert_default().to_mut();
    for node in added {
        nodes.retain(|n| n.name != node.name);
        nodes.push(node.clone());
    }
    for node in nodes.iter_mut().filter(|n| touched(n)) {
        *node = changed(node, changes);
    }
    then.sort();
    then
}

/// Compares the reports of both snapshots on the nodes that the changes touch.
#[must_use]
pub fn compare(
    today: EligibilityReport,
    then: &Subject<'_>,
    detail: Detail<'_>,
    changes: &[NodeChange],
    touched: impl Fn(&str) -> bool,
) -> WhatIfReport {
    let mut after = then.report(detail);
    if today.node_count.is_none() {
        // The nodes that are added aren't all of them.
        after.status = None;
    }
    // The API's counters and their lag belong to today alone.
    if let Some(status) = &mut after.status {
        status.reported = None;
        status.differences.clear();
    }
    let mut before = today;
    before.nodes.retain(|n| touched(&n.name));
    after.nodes.retain(|n| touched(&n.name));
    WhatIfReport {
        basis: before.basis,
        clean: before.clean,
        daemon_set: before.daemon_set,
        applied: before.applied,
        changes: changes.to_vec(),
        effects: effects(then, &before.nodes, &after.nodes),
        today: NodesAndStatus {
            status: before.status,
            nodes: before.nodes,
        },
        then: NodesAndStatus {
            status: after.status,
            nodes: after.nodes,
        },
    }
}

fn effects(
    subject: &Subject<'_>,
    before: &[NodeEligibility],
    after: &[NodeEligibility],
) -> Effects<String, PodOnNode> {
    let mut effects = Effects::default();
    for then in after {
        let today = before
            .binary_search_by(|n| n.name.cmp(&then.name))
            .ok()
            .and_then(|i| before.get(i));
        let node = |_: Option<&str>| then.name.clone();
        let pod = |pod: &str| PodOnNode {
            node: then.name.clone(),
            pod: pod.to_owned(),
        };
        effects.add(subject.controller, today, then, node, pod);
    }
    effects
}
