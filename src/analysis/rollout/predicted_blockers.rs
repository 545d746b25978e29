//! What will block a rollout later: dead nodes, whose pods can't terminate, and nodes on which no
//! new pod becomes available.

use std::collections::HashSet;

use jiff::Timestamp;

use crate::analysis::reason::properties::Ends;
use crate::analysis::reason::{Code, Reason};
use crate::engine::rollout::{NodeState, RolloutNode};
use crate::model::{Node, Pod, Taint};

use super::analysis::RolloutAnalysis;
use super::blockers::{Blocker, by_cause, host_ports};
use super::budget_holders::{
    Budget, BudgetHolder, BudgetKind, holder, is_not_ready, on_not_ready_node, under_pressure,
};
use super::plan::Body;
use super::pressure::pressure;

/// What will block a rollout once it has done what it can.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PredictedBlocker {
    /// The cause.
    pub blocker: Blocker,
    /// False where it may end earlier: the kubelet of a NotReady node may still answer, and an
    /// unready pod may become ready.
    pub certain: bool,
}

impl Body {
    /// Whether none of the pods that it replaces starts: it gets stuck at the first of them.
    #[must_use]
    pub fn is_stuck_at_first(&self) -> bool {
        let predicted = || self.predicted_blockers.iter().filter(|f| f.certain);
        if predicted().any(|f| f.blocker.code() == Code::HostPortsUnderSurge) {
            return true;
        }
        let nodes = predicted().flat_map(|f| f.blocker.holders());
        let nodes: HashSet<&str> = nodes.map(|holder| holder.node.as_str()).collect();
        let mut replaced = self.recreated().peekable();
        replaced.peek().is_some() && replaced.all(|pod| nodes.contains(pod.node.as_str()))
    }

    /// Whether it completes only if somebody intervenes.
    #[must_use]
    pub fn is_stuck(&self, now: Timestamp) -> bool {
        self.blockers.iter().any(|blocker| blocker.lasts(now))
            || self
                .predicted_blockers
                .iter()
                .any(|predicted| predicted.certain)
    }
}

/// The predicted blockers, and the budget as it is used then.
#[derive(Debug, Default)]
pub(super) struct Prediction {
    pub(super) blockers: Vec<PredictedBlocker>,
    /// `None` where the budget isn't used up.
    pub(super) budget: Option<Budget>,
}

/// A node that never gets done by itself.
struct NeverDoneNode {
    holder: BudgetHolder,
    certain: bool,
    uses: BudgetUse,
}

/// When a node that never gets done uses the budget.
#[derive(Clone, Copy, PartialEq, Eq)]
enum BudgetUse {
    /// Now, or as soon as the rolling update is called.
    AtOnce,
    /// Once its available old pod is picked.
    OncePicked,
    /// Never: the rollout goes on without it.
    Never,
}

/// Predicts where `blockers` still allow progress: every pod that can start is assumed to start.
/// `analysis` is the state on which the rolling update is called.
pub(super) fn prediction(analysis: &RolloutAnalysis<'_>, blockers: &[Blocker]) -> Prediction {
    let now = analysis.subject.snapshot.now;
    let (Some(rollout_nodes), Some(update)) = (&analysis.rollout_nodes, analysis.update()) else {
        return Prediction::default();
    };
    let surges = update.counts.max_surge != 0;
    let is_left = |v: &RolloutNode<'_>| is_replaced(v, surges).is_some();
    if blockers.iter().any(|b| b.lasts(now)) {
        return Prediction::default();
    }
    if !rollout_nodes.nodes.iter().any(is_left) {
        return Prediction {
            blockers: first_pods(analysis),
            budget: None,
        };
    }
    let never_done = rollout_nodes
        .nodes
        .iter()
        .filter_map(|v| never_done(analysis, v, surges));
    let mut never_done: Vec<_> = never_done.collect();
    never_done.sort_by(|a, b| a.holder.node.cmp(&b.holder.node));
    let mut predicted: Vec<_> = host_ports(analysis).into_iter().map(certain).collect();
    match exhausted(analysis, &never_done, surges) {
        Some((budget, last)) => {
            predicted.extend(causes(analysis, never_done));
            predicted.push(last);
            Prediction {
                blockers: predicted,
                budget: Some(budget),
            }
        }
        // The rollout completes on the other nodes.
        None => {
            never_done.retain(|u| u.holder.should_run == Some(true));
            predicted.extend(causes(analysis, never_done));
            Prediction {
                blockers: predicted,
                budget: None,
            }
        }
    }
}

/// The nodes without a pod on which the first one doesn't start, where none is replaced.
fn first_pods(analysis: &RolloutAnalysis<'_>) -> Vec<PredictedBlocker> {
    let nodes = analysis.rollout_nodes.iter();
    let nodes = nodes.flat_map(|rollout_nodes| &rollout_nodes.nodes);
    let without = nodes.filter(|v| matches!(v.state, NodeState::NoPod));
    let never_done = without.filter_map(|v| {
        let node = analysis.node(v.node)?;
        if !analysis.pods_on(v.node).is_empty() || is_not_ready(node) {
            return None;
        }
        Some(NeverDoneNode {
            holder: ports_taken(analysis, v, node)?,
            certain: true,
            uses: BudgetUse::Never,
        })
    });
    let mut never_done: Vec<_> = never_done.collect();
    never_done.sort_by(|a, b| a.holder.node.cmp(&b.holder.node));
    causes(analysis, never_done)
}

/// A node on which other pods have host ports that a new one wants.
fn ports_taken(
    analysis: &RolloutAnalysis<'_>,
    rollout_node: &RolloutNode<'_>,
    node: &Node,
) -> Option<BudgetHolder> {
    if rollout_node.should_run != Some(true) {
        return None;
    }
    Some(BudgetHolder::of_node(
        node,
        analysis.subject.ports_taken(node)?,
    ))
}

const fn certain(blocker: Blocker) -> PredictedBlocker {
    PredictedBlocker {
        blocker,
        certain: true,
    }
}

/// The causes, certain ones first.
fn causes(analysis: &RolloutAnalysis<'_>, never_done: Vec<NeverDoneNode>) -> Vec<PredictedBlocker> {
    let (certain, perhaps): (Vec<_>, Vec<_>) = never_done.into_iter().partition(|u| u.certain);
    let predicted = |never_done: Vec<NeverDoneNode>, certain| {
        let holders = never_done.into_iter().map(|u| u.holder).collect();
        let blockers = by_cause(analysis, holders).into_iter();
        blockers.map(move |blocker| PredictedBlocker { blocker, certain })
    };
    predicted(certain, true)
        .chain(predicted(perhaps, false))
        .collect()
}

/// The old pod that the rolling update replaces on a node, and whether it is available.
fn is_replaced<'a>(rollout_node: &RolloutNode<'a>, surges: bool) -> Option<(&'a Pod, bool)> {
    match rollout_node.state {
        NodeState::Old { old, available } if !surges || rollout_node.should_run == Some(true) => {
            Some((old, available))
        }
        _ => None,
    }
}

/// The blocker that the budget is used up by nodes that never get done while other pods wait for
/// it, and its ledger.
fn exhausted(
    analysis: &RolloutAnalysis<'_>,
    never_done: &[NeverDoneNode],
    surges: bool,
) -> Option<(Budget, PredictedBlocker)> {
    let counts = analysis.update()?.counts;
    let (of, allowed) = if surges {
        (BudgetKind::Surge, counts.max_surge)
    } else {
        (BudgetKind::Unavailable, counts.max_unavailable)
    };
    let room = usize::try_from(allowed).unwrap_or(0);
    let count = |uses| never_done.iter().filter(|u| u.uses == uses).count();
    let (at_once, once_picked) = (count(BudgetUse::AtOnce), count(BudgetUse::OncePicked));
    let old = analysis.rollout_nodes.iter().flat_map(|w| &w.nodes);
    let available = old.filter(|v| matches!(is_replaced(v, surges), Some((_, true))));
    // Nodes that are picked and never get done use the budget themselves.
    let picked = once_picked.min(room.saturating_sub(at_once));
    let waiting = available.count().saturating_sub(picked);
    if at_once + once_picked < room || waiting == 0 {
        return None;
    }
    let sure = never_done
        .iter()
        .filter(|u| u.certain && u.uses == BudgetUse::AtOnce);
    let reason = Reason::BudgetExhausted {
        surge: surges,
        allowed,
        used: at_once + picked,
        waiting,
    };
    let predicted = PredictedBlocker {
        certain: sure.count() >= room,
        blocker: Blocker::Rollout(reason),
    };
    let users = never_done.iter().filter(|u| u.uses != BudgetUse::Never);
    let budget = Budget {
        of,
        allowed,
        used: at_once + once_picked,
        free: 0,
        holders: users.map(|u| u.holder.clone()).collect(),
    };
    Some((budget, predicted))
}

/// The node, if it never gets done by itself.
fn never_done(
    analysis: &RolloutAnalysis<'_>,
    rollout_node: &RolloutNode<'_>,
    surges: bool,
) -> Option<NeverDoneNode> {
    let node = analysis.node(rollout_node.node)?;
    match rollout_node.state {
        NodeState::Updated {
            available: true, ..
        }
        | NodeState::Both {
            new_available: true,
            ..
        }
        | NodeState::Excess => None,
        NodeState::Old { .. } => {
            let (old, available) = is_replaced(rollout_node, surges)?;
            let uses = match (surges, available) {
                (false, false) => BudgetUse::AtOnce,
                (_, true) => BudgetUse::OncePicked,
                // manage deletes it next to the new one.
                (true, false) => BudgetUse::Never,
            };
            starts_none(analysis, rollout_node, node, Some(old), uses)
        }
        NodeState::NoPod if analysis.pods_on(rollout_node.node).is_empty() => {
            let uses = if surges {
                BudgetUse::Never
            } else {
                BudgetUse::AtOnce
            };
            starts_none(analysis, rollout_node, node, None, uses)
        }
        NodeState::NoPod | NodeState::Updated { .. } | NodeState::Both { .. } => {
            let uses = if !surges || rollout_node.state.is_surging() {
                BudgetUse::AtOnce
            } else {
                BudgetUse::Never
            };
            stays(analysis, rollout_node, node, uses)
        }
    }
}

/// A node on which a deleted pod doesn't go away, or a new one doesn't start.
fn starts_none(
    analysis: &RolloutAnalysis<'_>,
    rollout_node: &RolloutNode<'_>,
    node: &Node,
    old: Option<&Pod>,
    uses: BudgetUse,
) -> Option<NeverDoneNode> {
    let (holder, certain) = if is_not_ready(node) {
        if is_collected(node, rollout_node) {
            return None;
        }
        let report = old.map(|pod| analysis.pod_report(pod));
        let pod = old.zip(report.as_ref());
        (on_not_ready_node(node, pod), is_dead(node))
    } else if let Some(taint) = pressure_on_new(analysis, rollout_node, node) {
        (under_pressure(rollout_node.node, old, taint), true)
    } else {
        (ports_taken(analysis, rollout_node, node)?, true)
    };
    Some(NeverDoneNode {
        holder: BudgetHolder {
            should_run: rollout_node.should_run,
            ..holder
        },
        certain,
        uses,
    })
}

/// A node that isn't done, for a cause that doesn't end by itself.
fn stays(
    analysis: &RolloutAnalysis<'_>,
    rollout_node: &RolloutNode<'_>,
    node: &Node,
    uses: BudgetUse,
) -> Option<NeverDoneNode> {
    let holder = holder(analysis, rollout_node);
    let ends = holder.reason.ends(analysis.subject.snapshot.now);
    let lasts = matches!(ends, Ends::WithNode | Ends::ByHand);
    let is_done = uses == BudgetUse::Never && rollout_node.should_run != Some(true);
    if !lasts || is_done || is_not_ready(node) && is_collected(node, rollout_node) {
        return None;
    }
    let certain = match holder.reason.code() {
        Code::NodeNotReady => is_dead(node),
        Code::NodeUnderPressure => true,
        _ => false,
    };
    Some(NeverDoneNode {
        holder,
        certain,
        uses,
    })
}

fn pressure_on_new<'n>(
    analysis: &RolloutAnalysis<'_>,
    rollout_node: &RolloutNode<'_>,
    node: &'n Node,
) -> Option<&'n Taint> {
    pressure(node, analysis.ds().pod_spec()).filter(|_| rollout_node.should_run == Some(true))
}

/// Whether its kubelet no longer reports; one that reports NotReady may still stop pods.
fn is_dead(node: &Node) -> bool {
    node.ready.as_deref() == Some("Unknown")
}

/// Whether the pod garbage collector removes what terminates there (`gcTerminating`, 1.37.1) and
/// nothing is created again.
fn is_collected(node: &Node, rollout_node: &RolloutNode<'_>) -> bool {
    let out_of_service = node
        .taints
        .iter()
        .any(|t| &*t.key == super::exhausted_budget::OUT_OF_SERVICE);
    out_of_service && rollout_node.should_run != Some(true)
}
