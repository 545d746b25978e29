//! Who uses the budget, and why.

use crate::analysis::pod::{DaemonPod, PodState};
use crate::analysis::reason::{Code, Reason};
use crate::engine::rollout::{NodeState, Visited};
use crate::model::{Node, Pod};
use crate::words::reason::sentence;
use crate::words::time::since;

use super::ground::Ground;
use super::plan::{Budget, BudgetKind, Holder};

/// The ledger; `None` under OnDelete and where it can't be known.
pub(super) fn budget(ground: &Ground<'_>) -> Option<Budget> {
    let update = ground.update()?;
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
    let visited = ground.walk.as_ref()?.visited.iter();
    let mut holders: Vec<_> = visited
        .filter(|v| uses(v.state))
        .map(|v| holder(ground, v))
        .collect();
    holders.sort_by(|a, b| a.node.cmp(&b.node));
    Some(Budget {
        of,
        allowed,
        used: update.in_use,
        free: usize::try_from(allowed).map_or(0, |a| a.saturating_sub(update.in_use)),
        holders,
    })
}

/// The node that `visited` is, with the pod that keeps it from being counted as available.
pub(super) fn holder(ground: &Ground<'_>, visited: &Visited<'_>) -> Holder {
    match visited.state {
        NodeState::NoPod => without_pod(ground, visited.node),
        NodeState::Excess => excess(ground, visited.node, Code::DuplicatePods),
        NodeState::Both {
            new, new_available, ..
        } => {
            if new_available {
                excess(ground, visited.node, Code::Surging)
            } else {
                of_pod(ground, visited.node, new)
            }
        }
        NodeState::Updated { new: pod, .. } | NodeState::Old { old: pod, .. } => {
            of_pod(ground, visited.node, pod)
        }
    }
}

/// A node without a pod, or with none but such that are on their way out.
fn without_pod(ground: &Ground<'_>, node: &str) -> Holder {
    if let Some(pod) = ground.pods_on(node).first() {
        return of_pod(ground, node, pod);
    }
    let refused = ground.subject.cannot_create.first();
    let message = match refused {
        Some(reason) => format!(
            "the node has no pod; {}",
            sentence(reason, ground.subject.snapshot.now)
        ),
        None => "the node has no pod yet".to_owned(),
    };
    Holder {
        node: node.to_owned(),
        pod: None,
        reason: refused.map_or(Code::PodMissing, Reason::code),
        since: None,
        message,
    }
}

fn excess(ground: &Ground<'_>, node: &str, reason: Code) -> Holder {
    let pods = ground.pods_on(node).iter().filter(|p| !p.is_deleting());
    let names: Vec<&str> = pods.map(|p| &*p.name).collect();
    Holder {
        node: node.to_owned(),
        pod: None,
        reason,
        since: None,
        message: format!(
            "{} pods are on the node: {}; a node with more than one counts as unavailable until the others are gone",
            names.len(),
            names.join(", ")
        ),
    }
}

fn of_pod(ground: &Ground<'_>, node: &str, pod: &Pod) -> Holder {
    let report = ground.pod_report(pod);
    let found = ground.node(node);
    match found {
        None => gone(node, pod),
        Some(found) if is_dead(found) => on_dead_node(ground, found, pod, &report),
        Some(_) => not_available(ground, node, pod, &report),
    }
}

fn not_available(ground: &Ground<'_>, node: &str, pod: &Pod, report: &DaemonPod) -> Holder {
    let first = report.reasons.first();
    let now = ground.subject.snapshot.now;
    let held = first.map(|r| (r.code(), sentence(r, now).into_string()));
    let (reason, message) = held.unwrap_or_else(|| {
        let message = format!("pod {} isn't available", pod.name);
        (Code::PodNotReady, message)
    });
    Holder {
        node: node.to_owned(),
        pod: Some(pod.name.to_string()),
        reason,
        since: report.since,
        message,
    }
}

/// Pods that aren't available, where nodes couldn't be read: some of them may use the
/// budget, and others shouldn't be there. `None` where they could be, or pods couldn't.
pub(super) fn unavailable(ground: &Ground<'_>) -> Option<Vec<Holder>> {
    let pods = ground.subject.pods.as_ref();
    let pods = pods.filter(|_| ground.nodes.is_none())?;
    let all = pods.nodes();
    let all = all.flat_map(|(node, pods)| pods.iter().map(move |pod| (node, *pod)));
    let reports = all.map(|(node, pod)| (node, pod, ground.pod_report(pod)));
    let mut holders: Vec<_> = reports
        .filter(|(_, _, report)| report.state != PodState::Available)
        .map(|(node, pod, report)| not_available(ground, node, pod, &report))
        .collect();
    holders.sort_by(|a, b| (&a.node, &a.pod).cmp(&(&b.node, &b.pod)));
    Some(holders)
}

fn gone(node: &str, pod: &Pod) -> Holder {
    Holder {
        node: node.to_owned(),
        pod: Some(pod.name.to_string()),
        reason: Code::NodeMissing,
        since: None,
        message: format!(
            "pod {} is on node {node}, which doesn't exist; the pod garbage collector removes it",
            pod.name
        ),
    }
}

fn on_dead_node(ground: &Ground<'_>, node: &Node, pod: &Pod, report: &DaemonPod) -> Holder {
    let at = node
        .ready_since
        .map(|t| format!(" since {}", since(t, ground.subject.snapshot.now)))
        .unwrap_or_default();
    let terminating = if pod.is_deleting() {
        ", and nobody there can say that it has stopped: it is being deleted and doesn't go"
    } else {
        ""
    };
    Holder {
        node: node.name.to_string(),
        pod: Some(pod.name.to_string()),
        reason: Code::NodeNotReady,
        since: node.ready_since.or(report.since),
        message: format!(
            "the node isn't ready{at}, so its pod {} isn't available{terminating}",
            pod.name
        ),
    }
}

/// Whether the node says that it isn't ready, or says nothing any more.
pub(super) fn is_dead(node: &Node) -> bool {
    node.ready.as_deref().is_some_and(|ready| ready != "True")
}
