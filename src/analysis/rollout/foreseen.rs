//! What will hold a rollout up that still goes on: dead nodes, whose pods can't terminate,
//! and nodes on which no new pod becomes available.

use jiff::Timestamp;

use crate::analysis::reason::properties::Ends;
use crate::analysis::reason::{Code, Reason};
use crate::engine::rollout::{NodeState, Visited};
use crate::model::{Node, Pod, Taint};

use super::analysis::RolloutAnalysis;
use super::blockers::{Blocker, by_cause, host_ports};
use super::budget_holders::{
    Budget, BudgetKind, Holder, holder, is_not_ready, on_not_ready_node, under_pressure,
};
use super::plan::Body;
use super::pressure::pressure;

/// What will hold a rollout up once it has done what it can.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Foreseen {
    /// The cause.
    pub blocker: Blocker,
    /// False where it may end before: the kubelet of a node that isn't ready may still
    /// answer, and a pod that isn't ready may get so.
    pub certain: bool,
}

impl Body {
    /// Whether it comes to its end only if somebody does something.
    #[must_use]
    pub fn is_stuck(&self, now: Timestamp) -> bool {
        self.blockers.iter().any(|blocker| blocker.lasts(now))
            || self.foreseen.iter().any(|foreseen| foreseen.certain)
    }
}

/// What is foreseen, and the budget as it is used then.
#[derive(Debug, Default)]
pub(super) struct Foresight {
    pub(super) blockers: Vec<Foreseen>,
    /// `None` where the budget isn't used up.
    pub(super) budget: Option<Budget>,
}

/// A node that never gets done by itself.
struct Unending {
    holder: Holder,
    certain: bool,
    uses: Uses,
}

/// When a node that never gets done uses the budget.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Uses {
    /// Now, or as soon as the rolling update is called.
    AtOnce,
    /// Once its available old pod is picked.
    OncePicked,
    /// Never: the rollout goes on without it.
    Never,
}

/// Looks ahead where `blockers` leave anything to go on: each pod that can start is taken
/// to start. `analysis` is the state on which the rolling update is called.
pub(super) fn foresight(analysis: &RolloutAnalysis<'_>, blockers: &[Blocker]) -> Foresight {
    let now = analysis.subject.snapshot.now;
    let (Some(walk), Some(update)) = (&analysis.walk, analysis.update()) else {
        return Foresight::default();
    };
    let surges = update.counts.max_surge != 0;
    let is_left = |v: &Visited<'_>| is_replaced(v, surges).is_some();
    if blockers.iter().any(|b| b.lasts(now)) || !walk.visited.iter().any(is_left) {
        return Foresight::default();
    }
    let unending = walk
        .visited
        .iter()
        .filter_map(|v| unending(analysis, v, surges));
    let mut unending: Vec<_> = unending.collect();
    unending.sort_by(|a, b| a.holder.node.cmp(&b.holder.node));
    let mut foreseen: Vec<_> = host_ports(analysis).into_iter().map(certain).collect();
    match exhausted(analysis, &unending, surges) {
        Some((budget, last)) => {
            foreseen.extend(causes(analysis, unending));
            foreseen.push(last);
            Foresight {
                blockers: foreseen,
                budget: Some(budget),
            }
        }
        // The rollout of the others comes to its end.
        None => {
            unending.retain(|u| u.holder.should_run == Some(true));
            foreseen.extend(causes(analysis, unending));
            Foresight {
                blockers: foreseen,
                budget: None,
            }
        }
    }
}

const fn certain(blocker: Blocker) -> Foreseen {
    Foreseen {
        blocker,
        certain: true,
    }
}

/// The causes, what is certain first.
fn causes(analysis: &RolloutAnalysis<'_>, unending: Vec<Unending>) -> Vec<Foreseen> {
    let (certain, perhaps): (Vec<_>, Vec<_>) = unending.into_iter().partition(|u| u.certain);
    let foreseen = |unending: Vec<Unending>, certain| {
        let holders = unending.into_iter().map(|u| u.holder).collect();
        let blockers = by_cause(analysis, holders).into_iter();
        blockers.map(move |blocker| Foreseen { blocker, certain })
    };
    foreseen(certain, true)
        .chain(foreseen(perhaps, false))
        .collect()
}

/// The old pod that the rolling update replaces on a node, and whether it is available.
fn is_replaced<'a>(visited: &Visited<'a>, surges: bool) -> Option<(&'a Pod, bool)> {
    match visited.state {
        NodeState::Old { old, available } if !surges || visited.should_run == Some(true) => {
            Some((old, available))
        }
        _ => None,
    }
}

/// That the budget is used up by nodes that never get done while other pods wait for it,
/// and the ledger of it.
fn exhausted(
    analysis: &RolloutAnalysis<'_>,
    unending: &[Unending],
    surges: bool,
) -> Option<(Budget, Foreseen)> {
    let counts = analysis.update()?.counts;
    let (of, allowed) = if surges {
        (BudgetKind::Surge, counts.max_surge)
    } else {
        (BudgetKind::Unavailable, counts.max_unavailable)
    };
    let room = usize::try_from(allowed).unwrap_or(0);
    let count = |uses| unending.iter().filter(|u| u.uses == uses).count();
    let (at_once, once_picked) = (count(Uses::AtOnce), count(Uses::OncePicked));
    let old = analysis.walk.iter().flat_map(|w| &w.visited);
    let available = old.filter(|v| matches!(is_replaced(v, surges), Some((_, true))));
    // Those that are picked and never done use the budget themselves.
    let picked = once_picked.min(room.saturating_sub(at_once));
    let waiting = available.count().saturating_sub(picked);
    if at_once + once_picked < room || waiting == 0 {
        return None;
    }
    let sure = unending
        .iter()
        .filter(|u| u.certain && u.uses == Uses::AtOnce);
    let reason = Reason::BudgetExhausted {
        surge: surges,
        allowed,
        used: at_once + picked,
        waiting,
    };
    let foreseen = Foreseen {
        certain: sure.count() >= room,
        blocker: Blocker::Rollout(reason),
    };
    let users = unending.iter().filter(|u| u.uses != Uses::Never);
    let budget = Budget {
        of,
        allowed,
        used: at_once + once_picked,
        free: 0,
        holders: users.map(|u| u.holder.clone()).collect(),
    };
    Some((budget, foreseen))
}

/// The node if it never gets done by itself.
fn unending(
    analysis: &RolloutAnalysis<'_>,
    visited: &Visited<'_>,
    surges: bool,
) -> Option<Unending> {
    let node = analysis.node(visited.node)?;
    match visited.state {
        NodeState::Updated {
            available: true, ..
        }
        | NodeState::Both {
            new_available: true,
            ..
        }
        | NodeState::Excess => None,
        NodeState::Old { .. } => {
            let (old, available) = is_replaced(visited, surges)?;
            let uses = match (surges, available) {
                (false, false) => Uses::AtOnce,
                (_, true) => Uses::OncePicked,
                // manage deletes it from beside the new one.
                (true, false) => Uses::Never,
            };
            starts_none(analysis, visited, node, Some(old), uses)
        }
        NodeState::NoPod if analysis.pods_on(visited.node).is_empty() => {
            let uses = if surges { Uses::Never } else { Uses::AtOnce };
            starts_none(analysis, visited, node, None, uses)
        }
        NodeState::NoPod | NodeState::Updated { .. } | NodeState::Both { .. } => {
            let uses = if !surges || visited.state.is_surging() {
                Uses::AtOnce
            } else {
                Uses::Never
            };
            stays(analysis, visited, node, uses)
        }
    }
}

/// A node on which a pod that is deleted doesn't go, or a new one doesn't start.
fn starts_none(
    analysis: &RolloutAnalysis<'_>,
    visited: &Visited<'_>,
    node: &Node,
    old: Option<&Pod>,
    uses: Uses,
) -> Option<Unending> {
    let (holder, certain) = if is_not_ready(node) {
        if is_collected(node, visited) {
            return None;
        }
        let report = old.map(|pod| analysis.pod_report(pod));
        let pod = old.zip(report.as_ref());
        (on_not_ready_node(node, pod), is_dead(node))
    } else {
        let taint = pressure_on_new(analysis, visited, node)?;
        (under_pressure(visited.node, old, taint), true)
    };
    Some(Unending {
        holder: Holder {
            should_run: visited.should_run,
            ..holder
        },
        certain,
        uses,
    })
}

/// A node that isn't done, for a cause that doesn't end by itself.
fn stays(
    analysis: &RolloutAnalysis<'_>,
    visited: &Visited<'_>,
    node: &Node,
    uses: Uses,
) -> Option<Unending> {
    let holder = holder(analysis, visited);
    let ends = holder.reason.ends(analysis.subject.snapshot.now);
    let lasts = matches!(ends, Ends::WithNode | Ends::ByHand);
    let is_done = uses == Uses::Never && visited.should_run != Some(true);
    if !lasts || is_done || is_not_ready(node) && is_collected(node, visited) {
        return None;
    }
    let certain = match holder.reason.code() {
        Code::NodeNotReady => is_dead(node),
        Code::NodeUnderPressure => true,
        _ => false,
    };
    Some(Unending {
        holder,
        certain,
        uses,
    })
}

fn pressure_on_new<'n>(
    analysis: &RolloutAnalysis<'_>,
    visited: &Visited<'_>,
    node: &'n Node,
) -> Option<&'n Taint> {
    pressure(node, analysis.ds().pod_spec()).filter(|_| visited.should_run == Some(true))
}

/// Whether its kubelet says nothing any more; of one that says that it isn't ready it isn't
/// known whether it still stops pods.
fn is_dead(node: &Node) -> bool {
    node.ready.as_deref() == Some("Unknown")
}

/// Whether the pod garbage collector removes what terminates there (`gcTerminating`, 1.37.1)
/// and nothing is made again.
fn is_collected(node: &Node, visited: &Visited<'_>) -> bool {
    let out_of_service = node
        .taints
        .iter()
        .any(|t| &*t.key == super::exhausted_budget::OUT_OF_SERVICE);
    out_of_service && visited.should_run != Some(true)
}
