//! What is to be said of the pods of one node, together.

use crate::engine::Decision;
use crate::model::Node;

use super::code::Code;
use super::condition::removed_by_itself;
use super::few;
use super::node::{NodePods, acts};
use super::pod::{PodReport, PodState};
use super::reason::Reason;

/// Those that are neither on their way out nor have ended.
pub(super) fn live(pods: &[PodReport]) -> impl Iterator<Item = &PodReport> {
    let ended = |state| matches!(state, PodState::Terminating | PodState::Failed);
    pods.iter().filter(move |p| !ended(p.state))
}

/// Adds what is to be said of `reports`, the pods of `node`, or of their absence.
pub(super) fn pod_reasons(
    node: &Node,
    decision: Decision,
    state: PodState,
    reports: &[PodReport],
    pods: NodePods<'_>,
    reasons: &mut Vec<Reason>,
) {
    if state == PodState::Missing {
        reasons.push(Reason::new(
            Code::PodMissing,
            "the node should run a pod and has none",
        ));
        reasons.extend(pods.cannot_create.iter().cloned());
    }
    if !decision.should_run && !reports.is_empty() {
        let waits = only_condition_taints(reasons);
        reasons.push(misscheduled(
            decision,
            waits,
            reports,
            acts(pods),
            tainted_off(reasons),
            pods.context.on_delete,
        ));
    }
    reasons.extend(several(reports, pods.context.surges));
    reasons.extend(reports.iter().flat_map(|p| p.reasons.iter().cloned()));
    let troubled = !matches!(
        state,
        PodState::Available | PodState::Missing | PodState::None
    );
    if troubled && node.ready.as_deref().is_some_and(|r| r != "True") {
        let at = node
            .ready_since
            .map(|t| format!(" since {}", since_text(t, pods)))
            .unwrap_or_default();
        // Nobody is there to say that the containers ended, so a plain delete changes nothing.
        let terminating = if state == PodState::Terminating {
            "; a pod that terminates here goes when the node is ready again, is deleted or tainted node.kubernetes.io/out-of-service, or the pod is deleted with --force"
        } else {
            ""
        };
        reasons.push(Reason::new(
            Code::NodeNotReady,
            format!(
                "the node isn't ready{at}, so what it last said of its pods may be old{terminating}"
            ),
        ));
    }
}

/// What is to be said of several pods on one node: they are the pair of a surge, or
/// all but one go. Those on their way out and those that ended are spoken of by themselves.
fn several(reports: &[PodReport], surges: bool) -> Option<Reason> {
    let live: Vec<_> = live(reports).collect();
    let names = |pods: &[&PodReport]| -> String {
        let names: Vec<_> = pods.iter().map(|p| p.name.as_str()).collect();
        few(&names)
    };
    let (first, others) = live.split_first()?;
    if others.is_empty() {
        return None;
    }
    if surges && let [a, b] = live.as_slice() {
        let pair = match (a.updated, b.updated) {
            (Some(true), Some(false)) => Some((a, b)),
            (Some(false), Some(true)) => Some((b, a)),
            _ => None,
        };
        if let Some((new, old)) = pair {
            return Some(Reason::new(
                Code::Surging,
                format!(
                    "the rollout surges: {} is new, and {} goes when it is available or the old one is no longer ready",
                    new.name, old.name
                ),
            ));
        }
    }
    let message = if surges {
        format!(
            "{} pods of this DaemonSet are on the node: {}; the oldest new and the oldest old one stay, the controller deletes the others",
            live.len(),
            names(&live)
        )
    } else {
        format!(
            "{} pods of this DaemonSet are on the node; {}, the oldest, stays, the controller deletes {}",
            live.len(),
            first.name,
            names(others)
        )
    };
    Some(Reason::new(Code::DuplicatePods, message))
}

fn since_text(time: jiff::Timestamp, pods: NodePods<'_>) -> String {
    super::since(time, pods.context.now)
}

fn misscheduled(
    decision: Decision,
    waits_for_condition: bool,
    reports: &[PodReport],
    acts: bool,
    tainted_off: bool,
    on_delete: bool,
) -> Reason {
    let all = |states: &[PodState]| reports.iter().all(|p| states.contains(&p.state));
    let message = match (decision.should_continue_running, waits_for_condition) {
        _ if all(&[PodState::Terminating]) => {
            "the pod shouldn't be here, and is being deleted already"
        }
        _ if !acts && tainted_off => {
            "the pod shouldn't be here; the controller does nothing for this DaemonSet, but taint eviction deletes the pod"
        }
        _ if !acts => {
            "the pod shouldn't be here; it stays, for the controller does nothing for this DaemonSet"
        }
        // `podsShouldBeOnNode` (1.37.1) deletes ended pods on nodes that keep theirs, too.
        (true, _) if all(&[PodState::Terminating, PodState::Failed]) => {
            "the pod shouldn't be here; it has ended, the controller deletes it and makes none"
        }
        (true, true) => {
            "the pod shouldn't be here as long as the node has this condition; it stays, and when the node recovers the taint goes and the pod counts again"
        }
        (true, false) if on_delete => {
            "the pod shouldn't be here; it won't go away by itself: it stays until somebody deletes it (OnDelete), and then none is made again"
        }
        (true, false) => {
            "the pod shouldn't be here; it won't go away by itself: it stays until it is deleted or rolled, and then none is made again"
        }
        (false, _) => {
            "the pod shouldn't be here; the controller deletes it at its next sync, whatever maxUnavailable says"
        }
    };
    Reason::new(Code::Misscheduled, message)
}

/// Whether taint eviction deletes the pods, whatever the controller does.
pub(super) fn tainted_off(reasons: &[Reason]) -> bool {
    reasons.iter().any(|r| r.code == Code::UntoleratedNoExecute)
}

/// Whether all that keeps pods away are taints which the control plane takes off by itself.
pub(super) fn only_condition_taints(reasons: &[Reason]) -> bool {
    let mut deciding = reasons.iter().filter(|r| r.decides.is_some()).peekable();
    deciding.peek().is_some()
        && deciding.all(|r| r.taint.as_deref().is_some_and(is_condition_taint))
}

/// Whether a taint, as `key=value:effect`, stands for a condition of the node.
fn is_condition_taint(taint: &str) -> bool {
    let key = taint.split([':', '=']).next().unwrap_or_default();
    removed_by_itself(key).is_some()
}
