//! Today compared with the state after changes of nodes.

use std::collections::HashSet;

use crate::model::node_change::NodeChange;
use crate::model::selector::Selector;
use crate::model::{DaemonSet, Node, Snapshot};

use super::basis::{Basis, Note};
use super::coverage::{ExpectationChange, NodeCoverage, TodayAndThen};
use super::daemon_set::DaemonSetAnalysis;
use super::effects::Effects;
use super::eligibility::{DaemonSetRef, Detail, EligibilityReport};
use super::node::NodeEligibility;
use super::status::StatusReport;

/// An `EligibilityReport` with `today` and `then` around the parts that differ.
#[derive(Clone, Debug, PartialEq)]
pub struct WhatIfReport {
    /// What it rests on.
    pub basis: Basis,
    /// Whether everything is as it should be today; `None` when that can't be known.
    pub clean: Option<bool>,
    /// The DaemonSet.
    pub daemon_set: DaemonSetRef,
    /// False for a manifest that isn't applied.
    pub applied: bool,
    /// Whether no pod is replaced automatically.
    pub is_on_delete: bool,
    /// The changes.
    pub changes: Vec<NodeChange>,
    /// As it is.
    pub today: NodesAndStatus,
    /// As it would be, before the controller acts.
    pub then: NodesAndStatus,
    /// What the controller would do in response.
    pub effects: Effects<String, PodOnNode>,
    /// The effect on the expectation; at most one.
    pub expectations: Vec<ExpectationChange>,
}

/// The parts that differ.
#[derive(Clone, Debug, PartialEq)]
pub struct NodesAndStatus {
    /// The counters, where all nodes were asked for.
    pub status: Option<StatusReport>,
    /// The nodes that the changes apply to.
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

/// Which of `changes` don't change `node` after the ones before them: often the key is spelled
/// differently on the node.
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

/// Changes of nodes to try, and on which nodes.
#[derive(Debug)]
pub struct WhatIf {
    /// The changes.
    pub changes: Vec<NodeChange>,
    /// Nodes that don't exist yet.
    pub added: Vec<Node>,
    /// The nodes that were named.
    pub nodes: Vec<String>,
    /// The selector for nodes where none was named.
    pub selector: Option<Selector>,
}

impl WhatIf {
    /// Whether it may change on which nodes a DaemonSet is expected.
    #[must_use]
    pub fn changes_labels(&self) -> bool {
        let is_label = |change: &NodeChange| {
            matches!(
                change,
                NodeChange::SetLabel(..) | NodeChange::RemoveLabel(_)
            )
        };
        self.changes.iter().any(is_label)
    }

    /// Whether the changes apply to `node`, as it is before them: the named node, the selected
    /// ones, or else the added ones.
    fn touches(&self, node: &Node) -> bool {
        match (self.nodes.as_slice(), &self.selector) {
            (named @ [_, ..], _) => named.iter().any(|name| **name == *node.name),
            ([], Some(selector)) => selector.matches(&node.labels),
            ([], None) => self.added.iter().any(|n| n.name == node.name),
        }
    }

    /// The snapshot after the changes.
    fn applied_to(&self, snapshot: &Snapshot) -> Snapshot {
        let mut then = snapshot.clone();
        let nodes = then.nodes.get_or_insert_default().to_mut();
        for node in &self.added {
            nodes.retain(|n| n.name != node.name);
            nodes.push(node.clone());
        }
        for node in nodes.iter_mut().filter(|n| self.touches(n)) {
            *node = changed(node, &self.changes);
        }
        then.sort();
        then
    }
}

/// Compares the reports on a DaemonSet today and after the changes, on the nodes that they apply
/// to. `is_applied` is false for a manifest; `has_all_nodes` says whether the snapshot holds more
/// than the node that was asked for.
#[must_use]
pub fn compare(
    snapshot: &Snapshot,
    ds: &DaemonSet,
    (is_applied, has_all_nodes): (bool, bool),
    detail: Detail<'_>,
    what_if: &WhatIf,
) -> WhatIfReport {
    let prepare = if is_applied {
        DaemonSetAnalysis::new
    } else {
        DaemonSetAnalysis::of_manifest
    };
    let nodes = snapshot.nodes.iter().flatten();
    let touched = nodes.filter(|n| what_if.touches(n)).chain(&what_if.added);
    let touched: HashSet<&str> = touched.map(|n| &*n.name).collect();
    let report = |analysis: &DaemonSetAnalysis<'_>| {
        let mut report = analysis.report(detail);
        if has_all_nodes && report.is_one_node {
            analysis.count_expected(&mut report);
        }
        report
    };
    let today = report(&prepare(snapshot, ds));
    let changed = what_if.applied_to(snapshot);
    let then = prepare(&changed, ds);
    let mut after = report(&then);
    if today.node_count.is_none() {
        // The added nodes aren't all nodes.
        after.status = None;
    }
    // The API's counters and their lag only apply to today.
    if let Some(status) = &mut after.status {
        status.reported = None;
        status.differences.clear();
    }
    let mut before = today;
    let counts = nodes_today_and_then(&before, &after);
    before.nodes.retain(|n| touched.contains(&*n.name));
    after.nodes.retain(|n| touched.contains(&*n.name));
    let mut expectations = expectations(&then, &before.nodes, &after.nodes);
    for change in &mut expectations {
        change.nodes = counts;
    }
    WhatIfReport {
        basis: before.basis,
        clean: before.clean,
        daemon_set: before.daemon_set,
        applied: before.applied,
        is_on_delete: ds.is_on_delete(),
        changes: what_if.changes.clone(),
        effects: effects(&then, &before.nodes, &after.nodes),
        expectations,
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
    subject: &DaemonSetAnalysis<'_>,
    before: &[NodeEligibility],
    after: &[NodeEligibility],
) -> Effects<String, PodOnNode> {
    let mut effects = Effects::default();
    for then in after {
        let today = same_node(before, then);
        let node = |_: Option<&str>| then.name.clone();
        let pod = |pod: &str| PodOnNode {
            node: then.name.clone(),
            pod: pod.to_owned(),
        };
        effects.add(subject, today, then, node, pod);
    }
    effects
}

/// The state today of `node` from afterwards; nodes come in the order of their names.
fn same_node<'n>(
    today: &'n [NodeEligibility],
    then: &NodeEligibility,
) -> Option<&'n NodeEligibility> {
    let index = today.binary_search_by(|n| n.name.cmp(&then.name)).ok()?;
    today.get(index)
}

/// What happens to the expectation on the nodes concerned.
fn expectations(
    subject: &DaemonSetAnalysis<'_>,
    before: &[NodeEligibility],
    after: &[NodeEligibility],
) -> Vec<ExpectationChange> {
    let Some(mut change) = ExpectationChange::new(subject.reference(), &subject.expecting) else {
        return Vec::new();
    };
    for node in after {
        if let Some(then) = NodeCoverage::of(node) {
            let today = same_node(before, node).and_then(NodeCoverage::of);
            change.add(&node.name, today, then);
        }
    }
    vec![change]
}

/// How many nodes are expected, out of all.
fn nodes_today_and_then(
    today: &EligibilityReport,
    then: &EligibilityReport,
) -> Option<TodayAndThen> {
    Some(TodayAndThen {
        today: today.coverage.as_ref()?.nodes?,
        then: then.coverage.as_ref()?.nodes?,
    })
}
