//! Today beside then: what changes of nodes would do.

use serde::Serialize;

use crate::engine::NodeChange;
use crate::model::{Node, Snapshot};

use super::code::Code;
use super::eligibility::{DaemonSetRef, Detail, EligibilityReport};
use super::header::Header;
use super::node::{Eligibility, NodeEligibility, tainted_off};
use super::pod::PodState;
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
    pub effects: Effects,
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

/// What would follow on the nodes that the changes touch.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Effects {
    /// Nodes on which a pod is made.
    pub start: Vec<String>,
    /// Pods that are deleted at once, whatever maxUnavailable says.
    pub stop: Vec<PodOnNode>,
    /// Pods that stay until the next rollout deletes them, and none is made again.
    pub stay: Vec<PodOnNode>,
    /// Nodes on which a taint is tolerated for some seconds only: the pod is evicted
    /// and made again, over and over.
    pub evicted: Vec<String>,
}

/// A pod and its node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PodOnNode {
    /// The node.
    pub node: String,
    /// The pod.
    pub pod: String,
}

impl Effects {
    /// True when the controller would do nothing.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.start.is_empty()
            && self.stop.is_empty()
            && self.stay.is_empty()
            && self.evicted.is_empty()
    }
}

/// What the controller would do on a node about a change of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    /// A pod is made.
    Start,
    /// What is there is deleted at once.
    Stop,
    /// What is there stays until a rollout deletes it.
    Stay,
}

/// The effect of a change from `today`, `None` for a node that isn't there yet, to
/// `then`; none where the controller doesn't act for the DaemonSet, but that taint
/// eviction deletes what a NoExecute taint keeps off.
pub(super) fn effect(
    today: Option<&NodeEligibility>,
    then: &NodeEligibility,
    acts: bool,
) -> Option<Effect> {
    match then.eligibility {
        now if today.is_some_and(|n| n.eligibility == now) => None,
        _ if !acts && !tainted_off(&then.reasons) => None,
        Eligibility::Eligible if then.pod_state == PodState::Missing => Some(Effect::Start),
        Eligibility::KeepsRunning => Some(Effect::Stay),
        Eligibility::Excluded => Some(Effect::Stop),
        Eligibility::Eligible | Eligibility::Unknown => None,
    }
}

/// Whether a change makes taint eviction remove the pod over and over.
pub(super) fn begins_to_be_evicted(
    today: Option<&NodeEligibility>,
    then: &NodeEligibility,
) -> bool {
    is_evicted(then) && !today.is_some_and(is_evicted)
}

/// The node after `changes`.
pub(super) fn changed(node: &Node, changes: &[NodeChange]) -> Node {
    let changes = changes.iter();
    changes.fold(node.clone(), |node, change| change.apply(&node))
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
    let nodes = then.nodes.get_or_insert_default();
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
        effects: effects(&before.nodes, &after.nodes, then.acts()),
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

fn is_evicted(node: &NodeEligibility) -> bool {
    let mut codes = node.reasons.iter().map(|r| r.code);
    node.eligibility == Eligibility::Eligible && codes.any(|c| c == Code::EvictedAgainAndAgain)
}

fn effects(before: &[NodeEligibility], after: &[NodeEligibility], acts: bool) -> Effects {
    let mut effects = Effects::default();
    for then in after {
        let today = before
            .binary_search_by(|n| n.name.cmp(&then.name))
            .ok()
            .and_then(|i| before.get(i));
        let pods = then.pods.iter().map(|pod| PodOnNode {
            node: then.name.clone(),
            pod: pod.name.clone(),
        });
        if begins_to_be_evicted(today, then) {
            effects.evicted.push(then.name.clone());
        }
        match effect(today, then, acts) {
            Some(Effect::Start) => effects.start.push(then.name.clone()),
            Some(Effect::Stay) => effects.stay.extend(pods),
            Some(Effect::Stop) => effects.stop.extend(pods),
            None => {}
        }
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
