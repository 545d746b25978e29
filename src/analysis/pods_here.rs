//! What there is to report about the pods of one node together.

use crate::engine::Decision;
use crate::model::Node;

use super::fate;
use super::node::NodePods;
use super::owners::agent::OwnTaints;
use super::pod::{DaemonPod, PodState};
use super::reason::{NodeTrouble, NotReadyCause, Reason};

/// Those that are neither being deleted nor ended.
pub(super) fn live(pods: &[DaemonPod]) -> impl Iterator<Item = &DaemonPod> {
    let ended = |state| matches!(state, PodState::Terminating | PodState::Failed);
    pods.iter().filter(move |p| !ended(p.state))
}

/// Adds the reasons for `reports`, the pods of `node`, or for their absence.
pub(super) fn pod_reasons(
    node: &Node,
    decision: Decision,
    state: PodState,
    reports: &[DaemonPod],
    pods: NodePods<'_>,
    reasons: &mut Vec<Reason>,
) {
    reasons.extend(terminating(node));
    if state == PodState::Missing {
        reasons.push(Reason::PodMissing);
    }
    if is_due(decision, state, reports, pods.context.surges) {
        reasons.extend(pods.cannot_create.iter().cloned());
    }
    if !decision.should_run && !reports.is_empty() {
        let then = fate::misscheduled(decision, reports, reasons, pods);
        reasons.push(Reason::Misscheduled(then));
    }
    reasons.extend(several(reports, pods.context.surges));
    reasons.extend(reports.iter().flat_map(|p| p.reasons.iter().cloned()));
    reasons.extend(of_former_node(node, pods));
    let troubled = !matches!(
        state,
        PodState::Available | PodState::Missing | PodState::None
    );
    if troubled && node.ready.as_deref().is_some_and(|r| r != "True") {
        reasons.push(Reason::NodeNotReady {
            since: node.ready_since,
            is_terminating: state == PodState::Terminating,
            why: trouble(node, pods.own_taints),
        });
    }
}

/// Why the node isn't ready, and what the network plugin lacks there if these are its pods.
fn trouble(node: &Node, own: &OwnTaints) -> NodeTrouble {
    let mut trouble = NodeTrouble::of(node);
    let lacks_range = own.needs_pod_cidr() && node.pod_cidr.is_empty();
    if trouble.cause == NotReadyCause::NetworkPlugin && lacks_range {
        trouble.cause = NotReadyCause::NoPodCidr;
    }
    trouble
}

/// For how many seconds a node is new: the kubelet of a new machine reports its pods long
/// before that.
const NEW_NODE_SECONDS: i64 = 600;

/// A pod that was bound to another node of this name, as far as that can be told: where a node
/// is deleted and its kubelet registers it again, the pods run on, and their kubelet says
/// something new of them as soon as anything changes.
fn of_former_node(node: &Node, pods: NodePods<'_>) -> Option<Reason> {
    let node_created = node.created?;
    let age = pods.context.now.duration_since(node_created).as_secs();
    if age > NEW_NODE_SECONDS {
        return None;
    }
    let bound = pods.pods.unwrap_or_default().iter();
    let mut bound = bound.filter(|pod| *pod.node_name == *node.name && !pod.is_deleting());
    bound.find_map(|pod| {
        let pod_created = pod.created.filter(|created| *created < node_created)?;
        // A pod that the scheduler bound earlier is started once its node exists.
        let is_of_the_past = pod.started.is_some_and(|started| started < node_created);
        let said = pod.ready.as_ref().and_then(|ready| ready.last_transition);
        let says_nothing_new = said.is_none_or(|said| said < node_created);
        (is_of_the_past && says_nothing_new).then(|| Reason::PodOlderThanNode {
            pod: pod.name.to_string(),
            pod_created,
            node_created,
        })
    })
}

/// Whether the controller should create a pod on the node (`podsShouldBeOnNode`, 1.37.1): it has
/// none, or under surge no live one.
fn is_due(decision: Decision, state: PodState, reports: &[DaemonPod], surges: bool) -> bool {
    let none_is_live = !reports.is_empty() && live(reports).next().is_none();
    state == PodState::Missing || decision.should_run && surges && none_is_live
}

/// The node's deletion, before everything that follows from it.
pub(super) fn terminating(node: &Node) -> Option<Reason> {
    node.is_deleting().then(|| Reason::NodeTerminating {
        since: node.deletion,
        finalizers: node.finalizers.iter().map(ToString::to_string).collect(),
    })
}

/// The reason for several pods on one node: they are the two pods of a surge, or all but one are
/// deleted. Pods that are being deleted or have ended get their own reasons.
fn several(reports: &[DaemonPod], surges: bool) -> Option<Reason> {
    let live: Vec<_> = live(reports).collect();
    if live.len() < 2 {
        return None;
    }
    if surges && let [a, b] = live.as_slice() {
        let pair = match (a.updated, b.updated) {
            (Some(true), Some(false)) => Some((a, b)),
            (Some(false), Some(true)) => Some((b, a)),
            _ => None,
        };
        if let Some((new, old)) = pair {
            return Some(Reason::Surging {
                new: new.name.clone(),
                old: old.name.clone(),
            });
        }
    }
    Some(Reason::DuplicatePods {
        pods: live.iter().map(|pod| pod.name.clone()).collect(),
        surges,
    })
}

/// Adds to the taints the conditions of the node behind them, and which ones the DaemonSet itself
/// removes.
pub(super) fn explain_taints(node: &Node, own: &OwnTaints, reasons: &mut [Reason]) {
    for reason in reasons {
        if let Reason::UntoleratedNoExecute(untolerated)
        | Reason::UntoleratedNoSchedule(untolerated) = reason
        {
            untolerated.trouble = NodeTrouble::behind(&untolerated.taint, node);
            untolerated.is_own = own.ends(&untolerated.taint, untolerated.trouble.as_ref());
        }
    }
}

/// Whether only taints that the control plane removes by itself keep pods away.
pub(super) fn only_condition_taints(reasons: &[Reason]) -> bool {
    let mut deciding = reasons.iter().filter(|r| r.decides().is_some()).peekable();
    deciding.peek().is_some() && deciding.all(stands_for_condition)
}

fn stands_for_condition(reason: &Reason) -> bool {
    match reason {
        Reason::UntoleratedNoExecute(untolerated) | Reason::UntoleratedNoSchedule(untolerated) => {
            untolerated.stands_for_condition()
        }
        _ => false,
    }
}
