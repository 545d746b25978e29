//! How to free a budget that NotReady nodes use, and how many of them it takes.

use crate::analysis::commands::FORCE;
use crate::analysis::reason::Code;
use crate::engine::rollout::{Inputs, updated_desired_node_counts};
use crate::engine::{Ignore, node_should_run_daemon_pod};
use crate::model::{Command, Node, Pod, Taint};

use super::analysis::RolloutAnalysis;
use super::budget_holders::is_not_ready;
use super::plan::{Budget, BudgetHolder, BudgetKind};
use super::remedy::{RemedyKind, Risk, RolloutRemedy, Targets};

/// The taint that marks a machine as off (non-graceful node shutdown).
pub(super) const OUT_OF_SERVICE: &str = "node.kubernetes.io/out-of-service";

/// A budget with nothing left.
pub(super) struct ExhaustedBudget<'a> {
    pub(super) analysis: &'a RolloutAnalysis<'a>,
    pub(super) budget: &'a Budget,
}

impl ExhaustedBudget<'_> {
    /// How many of some holders have to stop using it before another pod is replaced, in the worst
    /// order; `None` if all of them are too few. Each says whether its node is no longer eligible
    /// then, because a percentage then applies to fewer nodes.
    pub(super) fn enough(&self, leave: &[bool]) -> Option<usize> {
        let desired = self.analysis.rollout_nodes.as_ref()?.desired;
        let leaving = leave.iter().filter(|leaves| **leaves).count();
        (1..=leave.len()).find(|&count| {
            let desired = desired.saturating_sub(count.min(leaving));
            let used = self.budget.used.saturating_sub(count);
            self.allowed(desired).is_some_and(|allowed| used < allowed)
        })
    }

    fn allowed(&self, desired: usize) -> Option<usize> {
        let strategy = self.analysis.inputs?.strategy;
        let counts = updated_desired_node_counts(strategy, desired).ok()?;
        let allowed = match self.budget.of {
            BudgetKind::Unavailable => counts.max_unavailable,
            BudgetKind::Surge => counts.max_surge,
        };
        usize::try_from(allowed).ok()
    }
}

/// A NotReady node that uses some of the budget.
struct NotReadyNode<'a> {
    node: &'a Node,
    pods: &'a [&'a Pod],
    should_run: bool,
}

/// A pod on a NotReady node never goes by itself. Lists each way out with the nodes where it frees
/// the budget, which it doesn't if a pod is created on the node again.
pub(super) fn not_ready_nodes(exhausted: &ExhaustedBudget<'_>) -> Vec<RolloutRemedy> {
    let analysis = exhausted.analysis;
    let Some(inputs) = analysis.inputs else {
        return Vec::new();
    };
    let holders = exhausted.budget.holders.iter();
    let not_ready = holders.filter(|h| h.reason.code() == Code::NodeNotReady);
    let all: Vec<_> = not_ready
        .filter_map(|holder| {
            let node = analysis.node(&holder.node)?;
            Some(NotReadyNode {
                node,
                pods: analysis.pods_on(&node.name),
                should_run: inputs.decide(node).should_run,
            })
        })
        .collect();
    let left_by_taint: Vec<_> = all.iter().filter(|n| taint_frees(&inputs, n)).collect();
    let ineligible: Vec<_> = all.iter().filter(|n| !n.should_run).collect();
    let all: Vec<_> = all.iter().collect();
    let remedies = [
        recover(exhausted, &all),
        force(exhausted, &ineligible),
        taint(exhausted, &left_by_taint),
        delete(exhausted, &all),
    ];
    remedies.into_iter().flatten().collect()
}

/// A node that is back has its pod available again, or a new one.
fn recover(exhausted: &ExhaustedBudget<'_>, nodes: &[&NotReadyNode<'_>]) -> Option<RolloutRemedy> {
    let enough = exhausted.enough(&vec![false; nodes.len()]);
    let names = node_names(nodes).take(enough.unwrap_or(nodes.len()));
    (!nodes.is_empty()).then(|| RolloutRemedy {
        command: Command::kubectl(&["describe", "node"]).names(names),
        kind: RemedyKind::RecoverNodes(Targets {
            names: node_names(nodes).map(str::to_owned).collect(),
            enough,
        }),
        risk: None,
    })
}

fn delete(exhausted: &ExhaustedBudget<'_>, nodes: &[&NotReadyNode<'_>]) -> Option<RolloutRemedy> {
    let (targets, least) = targets(exhausted, nodes)?;
    Some(RolloutRemedy {
        kind: RemedyKind::DeleteNodes(targets),
        command: Command::kubectl(&["delete", "node"]).names(node_names(least)),
        risk: Some(Risk::NodePodsRemoved),
    })
}

fn taint(exhausted: &ExhaustedBudget<'_>, nodes: &[&NotReadyNode<'_>]) -> Option<RolloutRemedy> {
    let (targets, least) = targets(exhausted, nodes)?;
    let command = Command::kubectl(&["taint", "node"]).names(node_names(least));
    let taint = format!("{OUT_OF_SERVICE}=nodeshutdown:NoExecute");
    Some(RolloutRemedy {
        kind: RemedyKind::TaintOutOfService(targets),
        command: command.and_then(|command| command.operand(&taint)),
        risk: Some(Risk::VolumesDetached),
    })
}

fn force(exhausted: &ExhaustedBudget<'_>, nodes: &[&NotReadyNode<'_>]) -> Option<RolloutRemedy> {
    let (targets, least) = targets(exhausted, nodes)?;
    let command = Command::kubectl(&["delete", "pod"]).names(pod_names(least));
    let namespace = &exhausted.analysis.ds().namespace;
    let command = command.and_then(|command| command.namespace(namespace));
    Some(RolloutRemedy {
        kind: RemedyKind::ForceDelete {
            pods: pod_names(nodes).map(str::to_owned).collect(),
            nodes: targets,
        },
        command: command.map(|command| command.with(&FORCE)),
        risk: Some(Risk::ContainersRunOn),
    })
}

/// Unavailable pods on nodes that should run none: no pod is created again, so deleting them frees
/// the budget. On a NotReady node a deletion doesn't complete.
pub(super) fn excluded_pods(exhausted: &ExhaustedBudget<'_>) -> Option<RolloutRemedy> {
    let analysis = exhausted.analysis;
    let is_kept = |holder: &&BudgetHolder| {
        let is_ready = |node| !is_not_ready(node);
        let pods = analysis.pods_on(&holder.node);
        let of_it = |pod: &&&Pod| holder.pod() == Some(&*pod.name);
        holder.should_run == Some(false)
            && analysis.node(&holder.node).is_some_and(is_ready)
            && pods.iter().find(of_it).is_some_and(|p| !p.is_deleting())
    };
    let holders: Vec<_> = exhausted.budget.holders.iter().filter(is_kept).collect();
    let pods: Vec<&str> = holders.iter().filter_map(|h| h.pod()).collect();
    let enough = exhausted.enough(&vec![false; pods.len()]);
    let least = pods.get(..enough.unwrap_or(pods.len())).unwrap_or(&pods);
    let command = Command::kubectl(&["delete", "pod"]).names(least.iter().copied());
    (!pods.is_empty()).then(|| RolloutRemedy {
        kind: RemedyKind::DeletePods {
            pods: pods.iter().map(|&pod| pod.to_owned()).collect(),
            nodes: Targets {
                names: holders.iter().map(|h| h.node.clone()).collect(),
                enough,
            },
        },
        command: command.and_then(|command| command.namespace(&analysis.ds().namespace)),
        risk: Some(Risk::NotMadeAgain),
    })
}

fn node_names<'a>(nodes: &'a [&NotReadyNode<'_>]) -> impl Iterator<Item = &'a str> {
    nodes.iter().map(|n| &*n.node.name)
}

fn pod_names<'a>(nodes: &'a [&NotReadyNode<'_>]) -> impl Iterator<Item = &'a str> {
    nodes.iter().flat_map(|n| n.pods).map(|pod| &*pod.name)
}

/// The candidates, and how many of them are enough, or all; `None` for no nodes.
fn targets<'n, 'a>(
    exhausted: &ExhaustedBudget<'_>,
    nodes: &'n [&'n NotReadyNode<'a>],
) -> Option<(Targets, &'n [&'n NotReadyNode<'a>])> {
    let leave: Vec<_> = nodes.iter().map(|n| n.should_run).collect();
    let enough = exhausted.enough(&leave);
    let least = nodes.get(..enough.unwrap_or(nodes.len())).unwrap_or(nodes);
    let targets = Targets {
        names: node_names(nodes).map(str::to_owned).collect(),
        enough,
    };
    (!nodes.is_empty()).then_some((targets, least))
}

/// Whether the taint removes the node's pods and none is created there again. The pod garbage
/// collector removes pods that are already being deleted; others have to be evicted, or deleted by
/// the controller, first.
fn taint_frees(inputs: &Inputs<'_>, not_ready: &NotReadyNode<'_>) -> bool {
    let mut node = not_ready.node.clone();
    node.taints.push(Taint {
        key: OUT_OF_SERVICE.into(),
        value: "nodeshutdown".into(),
        effect: "NoExecute".into(),
        time_added: None,
    });
    let then = node_should_run_daemon_pod(inputs.compiled, &node, &mut Ignore);
    let going = not_ready.pods.iter().all(|pod| pod.is_deleting());
    !then.should_run && (going || !then.should_continue_running)
}
