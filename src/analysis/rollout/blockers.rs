//! Why a rollout makes no progress.

use std::cell::LazyCell;
use std::cmp::Reverse;
use std::collections::BTreeMap;

use jiff::Timestamp;
use k8s_openapi::api::core::v1::PodSpec;

use crate::analysis::attribute::{Attribute, Attributes};
use crate::analysis::creates::open_refusal;
use crate::analysis::reason::properties::{Ends, Stops};
use crate::analysis::reason::{Code, Reason};
use crate::engine::rollout::{NodeState, RollingUpdate, RollingUpdateError, RolloutNode};
use crate::model::{DaemonSet, Pod};

use super::analysis::RolloutAnalysis;
use super::budget_holders::{Budget, BudgetHolder, BudgetKind, holder};
use super::host_ports::clashing_host_ports;
use super::plan::{Manage, Next};
use super::pods::old_templates;

/// A reason why a rollout makes no progress.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "a plan has a few of them")]
pub enum Blocker {
    /// A cause that doesn't belong to a node.
    Rollout(Reason),
    /// Nodes with causes of one kind.
    Nodes {
        /// The first by name.
        first: BudgetHolder,
        /// The others.
        others: Vec<BudgetHolder>,
        /// What they have in common that no other node has on which the DaemonSet should run.
        shared: Vec<Attribute>,
    },
}

impl Blocker {
    /// Nodes that have one cause and share these attributes; `None` for no nodes.
    pub(in crate::analysis) fn of_nodes(
        holders: Vec<BudgetHolder>,
        shared: Vec<Attribute>,
    ) -> Option<Self> {
        let mut holders = holders.into_iter();
        Some(Self::Nodes {
            first: holders.next()?,
            others: holders.collect(),
            shared,
        })
    }

    /// The cause, of the first node if there are several.
    #[must_use]
    pub const fn reason(&self) -> &Reason {
        match self {
            Self::Rollout(reason) => reason,
            Self::Nodes { first, .. } => &first.reason,
        }
    }

    /// What kind of cause it is.
    #[must_use]
    pub const fn code(&self) -> Code {
        self.reason().code()
    }

    /// Whether it is that pods can't be created.
    #[must_use]
    pub const fn creates_fail(&self) -> bool {
        self.code().properties().stops.keeps_from_creating()
    }

    /// Whether it never ends by itself, nor by a sync of the controller.
    #[must_use]
    pub fn lasts(&self, now: Timestamp) -> bool {
        let lasts = |reason: &Reason| matches!(reason.ends(now), Ends::WithNode | Ends::ByHand);
        match self {
            Self::Rollout(reason) => lasts(reason),
            Self::Nodes { .. } => self.holders().any(|holder| lasts(&holder.reason)),
        }
    }

    /// Whether it usually passes by itself, and has had less time than that takes; waiting for the
    /// budget passes with what uses the budget.
    #[must_use]
    pub fn passes(&self, now: Timestamp) -> bool {
        match self {
            Self::Rollout(reason) => {
                reason.ends(now) == Ends::InTime || reason.code() == Code::BudgetExhausted
            }
            Self::Nodes { .. } => self.holders().all(|holder| holder.passes(now)),
        }
    }

    /// The nodes that it concerns.
    pub fn holders(&self) -> impl Iterator<Item = &BudgetHolder> {
        let (first, others) = match self {
            Self::Rollout(_) => (None, &[][..]),
            Self::Nodes { first, others, .. } => (Some(first), others.as_slice()),
        };
        first.into_iter().chain(others)
    }

    /// The node, if it is exactly one.
    const fn holder(&self) -> Option<&BudgetHolder> {
        match self {
            Self::Nodes { first, others, .. } if others.is_empty() => Some(first),
            _ => None,
        }
    }

    /// The pod, if it is about one.
    #[must_use]
    pub fn pod(&self) -> Option<&str> {
        self.holder()?.pod()
    }

    /// The node, if it is about one.
    #[must_use]
    pub fn node(&self) -> Option<&str> {
        match self {
            Self::Rollout(Reason::NodeGoneUnderSurge { nodes }) => match nodes.as_slice() {
                [node] => Some(node),
                _ => None,
            },
            _ => Some(&self.holder()?.node),
        }
    }

    /// How many nodes it concerns; 0 where it doesn't belong to a node.
    #[must_use]
    pub const fn nodes(&self) -> usize {
        match self {
            Self::Rollout(_) => 0,
            Self::Nodes { others, .. } => 1 + others.len(),
        }
    }

    /// Since when, where known.
    #[must_use]
    pub fn since(&self) -> Option<Timestamp> {
        match self {
            Self::Rollout(_) => None,
            Self::Nodes { first, others, .. } => {
                let times = std::iter::once(first).chain(others);
                times.filter_map(|holder| holder.since).min()
            }
        }
    }
}

/// The causes in order: what keeps the controller from acting at all, what makes its steps fail,
/// then which nodes use the budget. `then` is the state on which the rolling update is called.
pub(super) fn blockers(
    analysis: &RolloutAnalysis<'_>,
    then: &RolloutAnalysis<'_>,
    next: Option<Next>,
    manage: Option<&Manage>,
    budget: Option<&Budget>,
) -> Vec<Blocker> {
    let mut blockers: Vec<_> = analysis
        .subject
        .findings
        .iter()
        .filter(|f| f.code().properties().stops.keeps_from_syncing())
        .cloned()
        .map(Blocker::Rollout)
        .collect();
    if owes_creates(analysis, manage) {
        blockers.extend(failing_creates(analysis));
    } else if next != Some(Next::None) {
        blockers.extend(no_creates(analysis));
    }
    blockers.extend(failing_update(analysis));
    if next == Some(Next::Waiting) {
        blockers.extend(host_ports(analysis));
        blockers.extend(waiting(analysis, budget));
    } else if manage_alone_does_not_help(next, manage, &blockers) && rolls_nothing(then) {
        let waiting = waiting(analysis, budget).into_iter();
        blockers.extend(waiting.filter(|b| !b.creates_fail()));
    }
    blockers
}

/// Whether a create is due: one by manage, or that of a second pod.
fn owes_creates(analysis: &RolloutAnalysis<'_>, manage: Option<&Manage>) -> bool {
    let Some(manage) = manage else {
        return open_refusal(analysis.subject).is_some();
    };
    let surges = |update: &RollingUpdate<'_>| !update.create.is_empty();
    !manage.create.is_empty() || analysis.update().is_some_and(surges)
}

/// No pod can be created, or there are only failed ones to delete, over and over.
fn manage_alone_does_not_help(
    next: Option<Next>,
    manage: Option<&Manage>,
    blockers: &[Blocker],
) -> bool {
    let fails = blockers.iter().any(Blocker::creates_fail);
    let only_failed = manage.is_some_and(|m| m.create.is_empty() && m.delete_at_least == 0);
    next == Some(Next::Manage) && (fails || only_failed)
}

/// Available old pods wait, and the rolling update picks none of them.
fn rolls_nothing(analysis: &RolloutAnalysis<'_>) -> bool {
    let nothing = |u: &RollingUpdate<'_>| u.delete.is_empty() && u.create.is_empty();
    let rollout_nodes = analysis.rollout_nodes.iter().flat_map(|w| &w.nodes);
    let mut old = rollout_nodes.filter(|v| matches!(v.state, NodeState::Old { .. }));
    analysis.update().is_some_and(nothing) && old.next().is_some()
}

/// A failed create makes manage return an error, so that the rolling update isn't called; or the
/// create is the rolling update's own.
fn failing_creates(analysis: &RolloutAnalysis<'_>) -> Vec<Blocker> {
    let subject = analysis.subject;
    let findings = subject.findings.iter();
    let cannot_create = subject.cannot_create.iter();
    let fails = |r: &&Reason| r.code().properties().stops.keeps_from_creating();
    let all = findings.filter(fails).chain(cannot_create.filter(fails));
    all.cloned().map(Blocker::Rollout).collect()
}

/// What keeps the controller from creating any pod: every attempt fails.
fn no_creates(analysis: &RolloutAnalysis<'_>) -> Vec<Blocker> {
    let findings = analysis.subject.findings.iter();
    let creates_none = findings.filter(|f| f.code().properties().stops == Stops::Creating);
    creates_none.cloned().map(Blocker::Rollout).collect()
}

/// What makes the rolling update itself fail.
fn failing_update(analysis: &RolloutAnalysis<'_>) -> Option<Blocker> {
    let reason = match analysis.rolling.as_ref()?.as_ref().err()? {
        RollingUpdateError::Budget(invalid) => Reason::BudgetInvalid {
            problem: invalid.clone(),
        },
        RollingUpdateError::NodesGone(nodes) => Reason::NodeGoneUnderSurge {
            nodes: nodes.iter().map(|&node| node.to_owned()).collect(),
        },
    };
    Some(Blocker::Rollout(reason))
}

/// New pods that never fit next to the old ones.
pub(super) fn host_ports(analysis: &RolloutAnalysis<'_>) -> Option<Blocker> {
    let ds = analysis.ds();
    ports_under_surge(ds, &old_templates(analysis.subject.snapshot, ds))
}

/// The host ports that pods of `ds` can't have beside those of `old` templates, under surge.
pub(in crate::analysis) fn ports_under_surge<'a>(
    ds: &DaemonSet,
    old: impl IntoIterator<Item = &'a PodSpec>,
) -> Option<Blocker> {
    let strategy = ds.object.spec.update_strategy.as_ref();
    let ports = clashing_host_ports(strategy, old, ds.pod_spec()?);
    let reason = |ports| Reason::HostPortsUnderSurge {
        ports,
        from_next_rollout: false,
    };
    (!ports.is_empty()).then(|| Blocker::Rollout(reason(ports)))
}

/// Which nodes use the budget, or else which nodes aren't done, by cause.
fn waiting(analysis: &RolloutAnalysis<'_>, budget: Option<&Budget>) -> Vec<Blocker> {
    if analysis.ds().is_on_delete() {
        let mut blockers: Vec<_> = old_under_on_delete(analysis).into_iter().collect();
        blockers.extend(by_cause(analysis, not_done(analysis, true)));
        return blockers;
    }
    let mut holders: Vec<BudgetHolder> = budget.map(|b| b.holders.clone()).unwrap_or_default();
    if holders.is_empty() {
        holders = not_done(analysis, false);
    }
    let mut blockers = by_cause(analysis, holders);
    blockers.extend(budget.and_then(|b| exhausted(analysis, b)));
    blockers
}

/// Old pods under OnDelete.
fn old_under_on_delete(analysis: &RolloutAnalysis<'_>) -> Option<Blocker> {
    let inputs = analysis.inputs?;
    let mut rollout_nodes = analysis.rollout_nodes.as_ref()?.nodes.iter();
    let is_old = |pod: &&Pod| !pod.is_deleting() && !inputs.is_updated(pod);
    rollout_nodes
        .any(|v| analysis.pods_on(v.node).iter().any(is_old))
        .then_some(Blocker::Rollout(Reason::OldPodsWaitForAHand))
}

/// A blocker for each cause: nodes that aren't ready first, what only takes time last, and within
/// one kind the one with the most nodes first.
pub(super) fn by_cause(analysis: &RolloutAnalysis<'_>, holders: Vec<BudgetHolder>) -> Vec<Blocker> {
    let mut groups: BTreeMap<(u8, Code, Reason), Vec<BudgetHolder>> = BTreeMap::new();
    for holder in holders {
        let code = holder.reason.code();
        let rank = code.properties().holds_budget.unwrap_or(u8::MAX);
        let key = (rank, code, holder.reason.alike());
        groups.entry(key).or_default().push(holder);
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by_key(|((rank, code, _), holders)| (*rank, *code, Reverse(holders.len())));
    let attributes = LazyCell::new(|| attributes(analysis));
    let blockers = groups.into_iter().filter_map(|(_, holders)| {
        let nodes = holders.iter().filter_map(|h| analysis.node(&h.node));
        let nodes: Vec<_> = nodes.collect();
        let shared = match nodes.len() {
            0 | 1 => Vec::new(),
            _ => attributes.shared_by(&nodes),
        };
        Blocker::of_nodes(holders, shared)
    });
    blockers.collect()
}

/// Those among the nodes that should run the DaemonSet.
fn attributes<'a>(analysis: &'a RolloutAnalysis<'_>) -> Attributes<'a> {
    let rollout_nodes = analysis
        .rollout_nodes
        .iter()
        .flat_map(|rollout_nodes| &rollout_nodes.nodes);
    let eligible = rollout_nodes.filter(|v| v.should_run == Some(true));
    Attributes::new(eligible.filter_map(|v| analysis.node(v.node)))
}

/// Under surge a node whose only pod isn't available uses no budget but isn't done; under OnDelete
/// no node uses any. `but_old` leaves out nodes that only have an old pod.
fn not_done(analysis: &RolloutAnalysis<'_>, but_old: bool) -> Vec<BudgetHolder> {
    let rollout_nodes = analysis.rollout_nodes.iter().flat_map(|w| &w.nodes);
    let desired = rollout_nodes.filter(|v| v.should_run == Some(true));
    let mut holders: Vec<_> = desired
        .filter(|v| v.state.is_unavailable())
        .filter(|v| !(but_old && matches!(v.state, NodeState::Old { .. })))
        .map(|v| holder(analysis, v))
        .collect();
    holders.sort_by(|a, b| a.node.cmp(&b.node));
    holders
}

/// The budget is used up while available old pods wait for it.
fn exhausted(analysis: &RolloutAnalysis<'_>, budget: &Budget) -> Option<Blocker> {
    let rollout_nodes = &analysis.rollout_nodes.as_ref()?.nodes;
    let waits = |v: &&RolloutNode<'_>| {
        // Under surge, a pod on a node that should run none waits for other pods, not for the
        // budget.
        let takes = budget.of == BudgetKind::Unavailable || v.should_run == Some(true);
        let old = matches!(
            v.state,
            NodeState::Old {
                available: true,
                ..
            }
        );
        takes && old
    };
    let waiting = rollout_nodes.iter().filter(waits).count();
    if budget.free > 0 || waiting == 0 {
        return None;
    }
    Some(Blocker::Rollout(Reason::BudgetExhausted {
        surge: budget.of == BudgetKind::Surge,
        allowed: budget.allowed,
        used: budget.used,
        waiting,
    }))
}
