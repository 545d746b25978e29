//! Today beside then: what changes of nodes would do.

use serde::Serialize;

use crate::engine::NodeChange;
use crate::model::{Node, Snapshot};

use super::effects::Effects;
use super::eligibility::{DaemonSetRef, Detail, EligibilityReport};
use super::header::Header;
use super::node::NodeEligibility;
use super::reason::taint_text;
use super::status::StatusReport;
use super::subject::Subject;

/// An `EligibilityReport` with `today` and `then` around what differs.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WhatIfReport {
    /// What every report begins with.
    #[serde(flatten)]
    pub header: Header,
    /// The DaemonSet.
    pub daemon_set: DaemonSetRef,
    /// False for a manifest that isn't applied.
    pub applied: bool,
    /// The changes, in words.
    pub changes: Vec<String>,
    /// As it is.
    pub today: Side,
    /// As it would be, before the controller acts.
    pub then: Side,
    /// What the controller would do about it.
    pub effects: Effects<String, PodOnNode>,
}

/// The parts that differ.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Side {
    /// The counters, where all nodes were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<StatusReport>,
    /// The nodes that the changes touch.
    pub nodes: Vec<NodeEligibility>,
}

/// A pod and its node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
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

/// Which of `changes` leave `node` as those before them made it, in words: often the key is
/// written otherwise on the node.
pub(super) fn idle(node: &Node, changes: &[NodeChange]) -> Vec<String> {
    let mut node = node.clone();
    let mut idle = Vec::new();
    for change in changes {
        let after = change.apply(&node);
        if after == node {
            idle.push(format!("`{}` changes nothing of the node", text(change)));
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
        header: before.header,
        daemon_set: before.daemon_set,
        applied: before.applied,
        changes: texts(changes),
        effects: effects(then, &before.nodes, &after.nodes),
        today: Side {
            status: before.status,
            nodes: before.nodes,
        },
        then: Side {
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
        effects.add(subject, today, then, node, pod);
    }
    effects
}

/// How a cordon is called among the changes.
pub const CORDONED: &str = "cordoned";

/// The changes in words.
pub(super) fn texts(changes: &[NodeChange]) -> Vec<String> {
    changes.iter().map(text).collect()
}

fn text(change: &NodeChange) -> String {
    match change {
        NodeChange::AddTaint(taint) => format!("taint {}", taint_text(taint)),
        NodeChange::RemoveTaint {
            key,
            effect: Some(effect),
        } => format!("no taint {key}:{effect}"),
        NodeChange::RemoveTaint { key, effect: None } => format!("no taint {key}"),
        NodeChange::SetLabel(key, value) => format!("label {key}={value}"),
        NodeChange::RemoveLabel(key) => format!("no label {key}"),
        NodeChange::Cordon => CORDONED.to_owned(),
        NodeChange::NotReady => "not ready".to_owned(),
    }
}
