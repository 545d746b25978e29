//! Why a rollout doesn't move.

use std::collections::BTreeMap;

use crate::analysis::reason::{Code, Reason};
use crate::engine::rollout::{NodeState, RollingUpdate, RollingUpdateError, Visited};
use crate::model::Pod;
use crate::words::notation::few;
use crate::words::reason::sentence;

use super::ground::Ground;
use super::host_ports::clashing_host_ports;
use super::ledger::holder;
use super::plan::{Blocker, Budget, BudgetKind, Holder, Manage, Next};
use super::pods::old_templates;

/// The causes, the first one first: what keeps the controller from acting at all,
/// what makes its steps fail, then who holds the budget.
pub(super) fn blockers(
    ground: &Ground<'_>,
    next: Option<Next>,
    manage: Option<&Manage>,
    budget: Option<&Budget>,
) -> Vec<Blocker> {
    let mut blockers: Vec<_> = ground
        .subject
        .findings
        .iter()
        .filter(|f| stops(f.code()))
        .map(|f| of_reason(ground, f))
        .collect();
    let may_create = match manage {
        Some(manage) => !manage.create.is_empty(),
        None => ground.subject.failing_creates().next().is_some(),
    };
    if may_create {
        blockers.extend(failing_creates(ground));
    }
    blockers.extend(failing_update(ground));
    blockers.extend(host_ports(ground, next));
    if next == Some(Next::Waiting) {
        blockers.extend(waiting(ground, budget));
    } else if manage_alone_does_not_help(next, manage, &blockers) && rolls_nothing(ground) {
        let told = |b: &Blocker| !matches!(b.code, Code::FailedCreate | Code::NamespaceTerminating);
        blockers.extend(waiting(ground, budget).into_iter().filter(told));
    }
    blockers
}

/// Pods can't be made, or there are but failed ones to delete, over and over.
fn manage_alone_does_not_help(
    next: Option<Next>,
    manage: Option<&Manage>,
    blockers: &[Blocker],
) -> bool {
    let fails = blockers
        .iter()
        .any(|b| matches!(b.code, Code::FailedCreate | Code::NamespaceTerminating));
    let only_failed = manage.is_some_and(|m| m.create.is_empty() && m.delete_at_least == 0);
    next == Some(Next::Manage) && (fails || only_failed)
}

/// Old pods that are available wait, and the rolling update takes none of them.
fn rolls_nothing(ground: &Ground<'_>) -> bool {
    let nothing = |u: &RollingUpdate<'_>| u.delete.is_empty() && u.create.is_empty();
    let visited = ground.walk.iter().flat_map(|w| &w.visited);
    let mut old = visited.filter(|v| matches!(v.state, NodeState::Old { .. }));
    ground.update().is_some_and(nothing) && old.next().is_some()
}

/// Whether the controller does nothing because of it, or hasn't yet.
const fn stops(code: Code) -> bool {
    code.stops_the_controller()
        || matches!(code, Code::SelectorInvalid | Code::GenerationNotObserved)
}

fn of_reason(ground: &Ground<'_>, reason: &Reason) -> Blocker {
    Blocker {
        code: reason.code(),
        message: sentence(reason, ground.subject.snapshot.now).into_string(),
        pod: None,
        node: None,
        since: None,
    }
}

/// A create that fails makes manage return an error, and the rolling update isn't called.
fn failing_creates(ground: &Ground<'_>) -> Vec<Blocker> {
    let refused = ground.subject.cannot_create.iter();
    let refused = refused.filter(|r| r.code() == Code::FailedCreate);
    let refused = refused.map(|r| {
        let mut blocker = of_reason(ground, r);
        blocker.message.push_str(
            "; as long as creating a pod fails, the controller doesn't get to the rolling update, and no old pod is replaced",
        );
        blocker
    });
    let terminating = ground.subject.findings.iter();
    let terminating = terminating.filter(|f| f.code() == Code::NamespaceTerminating);
    terminating
        .map(|f| of_reason(ground, f))
        .chain(refused)
        .collect()
}

/// What makes the rolling update itself fail.
fn failing_update(ground: &Ground<'_>) -> Option<Blocker> {
    match ground.rolling.as_ref()?.as_ref().err()? {
        RollingUpdateError::Budget(invalid) => Some(Blocker {
            code: Code::BudgetInvalid,
            message: format!("{invalid}; the controller fails at every sync"),
            pod: None,
            node: None,
            since: None,
        }),
        RollingUpdateError::NodesGone(nodes) => {
            let one = match nodes.as_slice() {
                [one] => Some((*one).to_owned()),
                _ => None,
            };
            Some(Blocker {
                code: Code::NodeGoneUnderSurge,
                message: format!(
                    "old pods are on nodes that don't exist ({}); with surge the whole rolling update fails until the pod garbage collector has removed them, which takes 40 s and more",
                    few(nodes)
                ),
                pod: None,
                node: one,
                since: None,
            })
        }
    }
}

/// New pods that never fit beside the old ones.
fn host_ports(ground: &Ground<'_>, next: Option<Next>) -> Option<Blocker> {
    let ds = ground.ds();
    if next != Some(Next::Waiting) {
        return None;
    }
    let strategy = ds.object.spec.update_strategy.as_ref();
    let old = old_templates(ground.subject.snapshot, ds);
    let ports = clashing_host_ports(strategy, &old, ds.pod_spec()?);
    let reason = Reason::HostPortsUnderSurge { ports };
    let clash = matches!(&reason, Reason::HostPortsUnderSurge { ports } if !ports.is_empty());
    clash.then(|| of_reason(ground, &reason))
}

/// Who holds the budget, or else which nodes aren't done, by cause.
fn waiting(ground: &Ground<'_>, budget: Option<&Budget>) -> Vec<Blocker> {
    if ground.ds().is_on_delete() {
        let mut blockers: Vec<_> = for_a_hand(ground).into_iter().collect();
        blockers.extend(by_cause(not_done(ground, true)));
        return blockers;
    }
    let mut holders: Vec<Holder> = budget.map(|b| b.holders.clone()).unwrap_or_default();
    if holders.is_empty() {
        holders = not_done(ground, false);
    }
    let mut blockers = by_cause(holders);
    blockers.extend(budget.and_then(|b| exhausted(ground, b)));
    blockers
}

/// Old pods under OnDelete.
fn for_a_hand(ground: &Ground<'_>) -> Option<Blocker> {
    let inputs = ground.inputs?;
    let mut visited = ground.walk.as_ref()?.visited.iter();
    let is_old = |pod: &&Pod| !pod.is_deleting() && !inputs.is_updated(pod);
    visited
        .any(|v| ground.pods_on(v.node).iter().any(is_old))
        .then(|| Blocker {
            code: Code::OldPodsWaitForAHand,
            message: "the strategy is OnDelete: old pods stay until somebody deletes them"
                .to_owned(),
            pod: None,
            node: None,
            since: None,
        })
}

fn by_cause(holders: Vec<Holder>) -> Vec<Blocker> {
    let mut by_rank: BTreeMap<(usize, Code), Vec<Holder>> = BTreeMap::new();
    for holder in holders {
        by_rank
            .entry((rank(holder.reason), holder.reason))
            .or_default()
            .push(holder);
    }
    by_rank.into_values().filter_map(of_holders).collect()
}

/// Under surge a node whose only pod isn't available uses no budget and isn't done; under
/// OnDelete nothing uses any. `but_old` leaves out those with an old pod alone.
fn not_done(ground: &Ground<'_>, but_old: bool) -> Vec<Holder> {
    let visited = ground.walk.iter().flat_map(|w| &w.visited);
    let desired = visited.filter(|v| v.should_run == Some(true));
    let mut holders: Vec<_> = desired
        .filter(|v| v.state.is_unavailable())
        .filter(|v| !(but_old && matches!(v.state, NodeState::Old { .. })))
        .map(|v| holder(ground, v))
        .collect();
    holders.sort_by(|a, b| a.node.cmp(&b.node));
    holders
}

/// Dead nodes come first, what only takes time last.
const fn rank(code: Code) -> usize {
    match code {
        Code::NodeNotReady | Code::NodeMissing => 0,
        Code::FailedCreate | Code::NamespaceTerminating => 1,
        Code::ContainerWaiting => 2,
        Code::PodFailed | Code::PodSucceeded => 3,
        Code::PodUnschedulable => 4,
        Code::PodNotReady => 5,
        Code::PodTerminating => 6,
        Code::PodMissing => 7,
        Code::PodPending => 8,
        Code::PodNotYetAvailable => 9,
        _ => 10,
    }
}

fn of_holders(holders: Vec<Holder>) -> Option<Blocker> {
    let first = holders.first()?;
    let (message, pod, node, since) = if let [one] = holders.as_slice() {
        let text = format!("node {}: {}", one.node, one.message);
        (text, one.pod.clone(), Some(one.node.clone()), one.since)
    } else {
        let names: Vec<&str> = holders.iter().map(|h| h.node.as_str()).collect();
        let text = format!(
            "{} nodes ({}), on the first: {}",
            holders.len(),
            few(&names),
            first.message
        );
        (
            text,
            None,
            None,
            holders.iter().filter_map(|h| h.since).min(),
        )
    };
    Some(Blocker {
        code: first.reason,
        message,
        pod,
        node,
        since,
    })
}

/// That nothing is left, where available old pods wait for it.
fn exhausted(ground: &Ground<'_>, budget: &Budget) -> Option<Blocker> {
    let visited = &ground.walk.as_ref()?.visited;
    let waits = |v: &&Visited<'_>| {
        // Under surge one where none should run waits for other pods, not for the budget.
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
    let waiting = visited.iter().filter(waits).count();
    if budget.free > 0 || waiting == 0 {
        return None;
    }
    let field = match budget.of {
        BudgetKind::Unavailable => "maxUnavailable",
        BudgetKind::Surge => "maxSurge",
    };
    let message = format!(
        "{field} comes to {}, and {} of it is used: {}",
        budget.allowed,
        budget.used,
        match waiting {
            1 => "1 available old pod waits".to_owned(),
            many => format!("{many} available old pods wait"),
        }
    );
    Some(Blocker {
        code: Code::BudgetExhausted,
        message,
        pod: None,
        node: None,
        since: None,
    })
}
