//! Which nodes use the budget, and why.

use jiff::Timestamp;
use serde::Serialize;

use crate::analysis::causes::depth;
use crate::analysis::pod::{DaemonPod, PodState};
use crate::analysis::pods_here::terminating;
use crate::analysis::reason::properties::Ends;
use crate::analysis::reason::{ApiMessage, Code, NodeTrouble, NotReady, PodFact, Reason};
use crate::engine::rollout::{NodeState, RolloutNode};
use crate::model::{Node, Pod, Taint};

use super::analysis::RolloutAnalysis;
use super::pressure::{is_evicted, pressure};

/// The budget and what uses it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Which of the two limits the rollout.
    pub of: BudgetKind,
    /// The budget.
    pub allowed: i64,
    /// Nodes that use it.
    pub used: usize,
    /// What is left of it.
    pub free: usize,
    /// Those nodes, by name.
    pub holders: Vec<BudgetHolder>,
}

/// The budgets of a rollout.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum BudgetKind {
    /// `maxUnavailable`.
    Unavailable,
    /// `maxSurge`.
    Surge,
}

impl BudgetKind {
    /// Its field.
    #[must_use]
    pub const fn field(self) -> &'static str {
        match self {
            Self::Unavailable => "maxUnavailable",
            Self::Surge => "maxSurge",
        }
    }
}

/// A node that uses a part of the budget.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BudgetHolder {
    /// The node.
    pub node: String,
    /// The pod that isn't available, or all pods where several are the reason.
    pub pods: Vec<String>,
    /// Why.
    pub reason: Reason,
    /// The warning about the pod, where the reason doesn't already say it.
    pub warning: Option<Reason>,
    /// Since when, where known.
    pub since: Option<Timestamp>,
    /// Whether the node should run a pod; `None` where that isn't known, or it doesn't exist.
    pub should_run: Option<bool>,
}

impl BudgetHolder {
    /// The pod that isn't available, if it is one.
    #[must_use]
    pub fn pod(&self) -> Option<&str> {
        match self.pods.as_slice() {
            [pod] => Some(pod),
            _ => None,
        }
    }

    /// A node that should run a pod, with what is the matter with it and no pod.
    pub(in crate::analysis) fn of_node(node: &Node, reason: Reason) -> Self {
        Self {
            node: node.name.to_string(),
            pods: Vec::new(),
            reason,
            warning: None,
            since: None,
            should_run: Some(true),
        }
    }

    /// Whether it usually passes by itself, and has had less time than that takes.
    #[must_use]
    pub fn passes(&self, now: Timestamp) -> bool {
        let ends = self.reason.ends(now);
        match ends {
            Ends::InTime => true,
            Ends::WhenStarted => {
                let lasts = self.since.map(|since| now.as_second() - since.as_second());
                let is_young = lasts < ends.seconds_without_progress();
                is_young && self.reason.restarts() == 0
            }
            _ => false,
        }
    }
}

/// The ledger; `None` under OnDelete and where it can't be known.
pub(super) fn budget(analysis: &RolloutAnalysis<'_>) -> Option<Budget> {
    let update = analysis.update()?;
    let counts = update.counts;
    let surge = counts.max_surge != 0;
    let (of, allowed) = if surge {
        (BudgetKind::Surge, counts.max_surge)
    } else {
        (BudgetKind::Unavailable, counts.max_unavailable)
    };
    let uses = |state: NodeState<'_>| {
        if surge {
            state.is_surging()
        } else {
            state.is_unavailable()
        }
    };
    let rollout_nodes = analysis.rollout_nodes.as_ref()?.nodes.iter();
    let mut holders: Vec<_> = rollout_nodes
        .filter(|v| uses(v.state))
        .map(|v| holder(analysis, v))
        .collect();
    holders.sort_by(|a, b| a.node.cmp(&b.node));
    Some(Budget {
        of,
        allowed,
        used: update.in_use,
        free: update.free(allowed),
        holders,
    })
}

/// The node of `rollout_node`, with the pod that keeps it from counting as available.
pub(super) fn holder(
    analysis: &RolloutAnalysis<'_>,
    rollout_node: &RolloutNode<'_>,
) -> BudgetHolder {
    BudgetHolder {
        should_run: rollout_node.should_run,
        ..of_state(analysis, rollout_node)
    }
}

fn of_state(analysis: &RolloutAnalysis<'_>, rollout_node: &RolloutNode<'_>) -> BudgetHolder {
    match rollout_node.state {
        NodeState::NoPod => without_pod(analysis, rollout_node),
        NodeState::Excess => {
            let pods = staying(analysis, rollout_node.node);
            let surges = analysis.subject.context.surges;
            let reason = Reason::DuplicatePods {
                pods: pods.clone(),
                surges,
            };
            several(rollout_node.node, pods, reason)
        }
        NodeState::Both {
            new,
            new_available: true,
            old,
            ..
        } => {
            let pods = staying(analysis, rollout_node.node);
            let reason = Reason::Surging {
                new: new.name.to_string(),
                old: old.name.to_string(),
            };
            several(rollout_node.node, pods, reason)
        }
        NodeState::Both { new: pod, .. }
        | NodeState::Updated { new: pod, .. }
        | NodeState::Old { old: pod, .. } => of_pod(analysis, rollout_node.node, pod),
    }
}

/// A node without a pod, or with only pods that are being deleted.
fn without_pod(analysis: &RolloutAnalysis<'_>, rollout_node: &RolloutNode<'_>) -> BudgetHolder {
    let subject = analysis.subject;
    let pods = analysis.pods_on(rollout_node.node);
    // Only under surge is another pod created next to one that terminates.
    let is_due = pods.is_empty() || subject.context.surges && rollout_node.should_run == Some(true);
    let refused = subject.cannot_create.first().filter(|_| is_due);
    match (pods.first(), refused) {
        (Some(pod), None) => of_pod(analysis, rollout_node.node, pod),
        (_, refused) => BudgetHolder {
            node: rollout_node.node.to_owned(),
            pods: pods.iter().map(|pod| pod.name.to_string()).collect(),
            reason: refused.cloned().unwrap_or(Reason::PodMissing),
            warning: None,
            since: None,
            should_run: None,
        },
    }
}

/// The pods of a node that aren't being deleted.
fn staying(analysis: &RolloutAnalysis<'_>, node: &str) -> Vec<String> {
    let pods = analysis.pods_on(node).iter();
    let staying = pods.filter(|pod| !pod.is_deleting());
    staying.map(|pod| pod.name.to_string()).collect()
}

/// A node with more than one pod counts as unavailable until the others are gone.
fn several(node: &str, pods: Vec<String>, reason: Reason) -> BudgetHolder {
    BudgetHolder {
        node: node.to_owned(),
        pods,
        reason,
        warning: None,
        since: None,
        should_run: None,
    }
}

fn of_pod(analysis: &RolloutAnalysis<'_>, node: &str, pod: &Pod) -> BudgetHolder {
    let report = analysis.pod_report(pod);
    match analysis.node(node) {
        None => gone(analysis, node, pod),
        Some(found) => match terminating(found) {
            Some(reason) => on_terminating_node(found, pod, reason),
            None if is_not_ready(found) => {
                let of_node = on_not_ready_node(found, Some((pod, &report)));
                // A node waits for its network plugin, and that for what the pod is broken by.
                let explains = |reason: &Reason| depth(reason) < depth(&of_node.reason);
                match report.reasons.first().is_some_and(explains) {
                    true => not_available(node, report),
                    false => of_node,
                }
            }
            None => {
                let taint = pressure(found, analysis.ds().pod_spec());
                match taint.filter(|_| is_evicted(pod)) {
                    Some(taint) => under_pressure(node, Some(pod), taint),
                    None => not_available(node, report),
                }
            }
        },
    }
}

/// A node whose kubelet rejected `pod`, or would reject a new one.
pub(super) fn under_pressure(node: &str, pod: Option<&Pod>, taint: &Taint) -> BudgetHolder {
    BudgetHolder {
        node: node.to_owned(),
        pods: pod.iter().map(|pod| pod.name.to_string()).collect(),
        reason: Reason::NodeUnderPressure {
            taint: taint.without_time(),
        },
        warning: None,
        since: taint.time_added,
        should_run: None,
    }
}

fn not_available(node: &str, report: DaemonPod) -> BudgetHolder {
    let since = report.since;
    let warned = |reason: &&Reason| reason.code() == Code::PodWarning;
    let warning = report.reasons.iter().find(warned).cloned();
    // An unavailable pod always has a reason.
    let reason = report.reasons.into_iter().next();
    let reason = reason.unwrap_or_else(|| Reason::PodNotReady {
        pod: PodFact {
            name: report.name.clone(),
            since,
        },
        why: NotReady::Condition(ApiMessage::default()),
    });
    BudgetHolder {
        node: node.to_owned(),
        pods: vec![report.name],
        reason,
        warning,
        since,
        should_run: None,
    }
}

/// Pods that aren't available, where nodes couldn't be read: some of them may use the budget,
/// others may be misscheduled. `None` where nodes could be read, or pods couldn't.
pub(super) fn unavailable(analysis: &RolloutAnalysis<'_>) -> Option<Vec<BudgetHolder>> {
    let pods = analysis.subject.pods.as_ref();
    let pods = pods.filter(|_| analysis.nodes.is_none())?;
    let all = pods.nodes();
    let all = all.flat_map(|(node, pods)| pods.iter().map(move |pod| (node, *pod)));
    let reports = all.map(|(node, pod)| (node, analysis.pod_report(pod)));
    let mut holders: Vec<_> = reports
        .filter(|(_, report)| report.state != PodState::Available)
        .map(|(node, report)| not_available(node, report))
        .collect();
    holders.sort_by(|a, b| (&a.node, &a.pods).cmp(&(&b.node, &b.pods)));
    Some(holders)
}

fn gone(analysis: &RolloutAnalysis<'_>, node: &str, pod: &Pod) -> BudgetHolder {
    let name = pod.name.to_string();
    BudgetHolder {
        node: node.to_owned(),
        pods: vec![name.clone()],
        reason: Reason::NodeMissing {
            pod: name,
            node: node.to_owned(),
            is_bound: !pod.node_name.is_empty(),
            controller_acts: analysis.subject.controller.acts(),
        },
        warning: None,
        since: None,
        should_run: None,
    }
}

fn on_terminating_node(node: &Node, pod: &Pod, reason: Reason) -> BudgetHolder {
    BudgetHolder {
        node: node.name.to_string(),
        pods: vec![pod.name.to_string()],
        reason,
        warning: None,
        since: node.deletion,
        should_run: None,
    }
}

/// A node that isn't ready, with its existing or future pod.
pub(super) fn on_not_ready_node(node: &Node, pod: Option<(&Pod, &DaemonPod)>) -> BudgetHolder {
    BudgetHolder {
        node: node.name.to_string(),
        pods: pod.iter().map(|(pod, _)| pod.name.to_string()).collect(),
        reason: Reason::NodeNotReady {
            since: node.ready_since,
            is_terminating: pod.is_some_and(|(pod, _)| pod.is_deleting()),
            why: NodeTrouble::of(node),
        },
        warning: None,
        since: node.ready_since.or_else(|| pod?.1.since),
        should_run: None,
    }
}

/// Whether the node says that it isn't ready, or no longer reports.
pub(super) fn is_not_ready(node: &Node) -> bool {
    node.ready.as_deref().is_some_and(|ready| ready != "True")
}
