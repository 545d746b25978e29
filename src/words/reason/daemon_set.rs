//! Sentences about a DaemonSet as a whole and its rollout.

use jiff::Timestamp;

use crate::analysis::reason::{ControllerManager, ForeignOwner, ForeignPod};
use crate::analysis::rollout::host_ports::HostPort;
use crate::analysis::virtual_nodes::VirtualKind;
use crate::words::notation::{and, few};
use crate::words::time::{RETRY_LIMIT, since};

/// How a refused create ends, after the refusal.
pub(super) fn tried_again() -> String {
    format!("; fix what refused it, and the controller tries again {RETRY_LIMIT}")
}

pub(super) fn failed_create(
    message: &str,
    count: i64,
    last: Option<Timestamp>,
    now: Timestamp,
) -> String {
    let times = if count > 1 {
        format!(", {count} times")
    } else {
        String::new()
    };
    let at = last
        .map(|t| format!(", last {}", since(t, now)))
        .unwrap_or_default();
    format!("the controller couldn't create a pod{times}{at}: {message}")
}

/// What the controller hasn't processed, and its problem.
pub(super) fn not_observed(
    observed: i64,
    generation: i64,
    manager: Option<&ControllerManager>,
) -> String {
    let behind =
        format!("kube-controller-manager has processed generation {observed} of {generation}");
    let Some(ControllerManager { pod, waiting, .. }) = manager else {
        return behind;
    };
    let is = match waiting.as_str() {
        "CrashLoopBackOff" => "crash-loops".to_owned(),
        "" => "isn't ready".to_owned(),
        waiting => format!("can't start with {waiting}"),
    };
    format!("pod kube-system/{pod} {is}, and generation {generation} isn't processed")
}

/// The terms of a node affinity are ORed: each matching one needs the additional requirement.
pub(super) fn virtual_nodes(
    nodes: &[String],
    kinds: &[VirtualKind],
    terms: &[usize],
    of_several: bool,
) -> String {
    let required = kinds.iter().map(|kind| format!("`{}`", kind.kept_off_by()));
    let required = and(&required.collect::<Vec<_>>());
    let terms: Vec<String> = terms.iter().map(ToString::to_string).collect();
    let keep_off = match (of_several, terms.as_slice()) {
        (true, [term]) => format!(
            "term {term} of the node affinity matches them and lacks {required}, and one term is enough"
        ),
        (true, _) => format!(
            "terms {} of the node affinity match them and lack {required}, and one term is enough",
            and(&terms)
        ),
        (false, _) => format!("the node affinity {required} keeps its pods off them"),
    };
    format!(
        "the DaemonSet matches virtual nodes, where its pods may stay Pending forever: {}; {keep_off}",
        few(nodes)
    )
}

/// A node that runs no daemon pods, or several: continues after `is` or `are`.
pub(super) fn takes_none(kinds: &[VirtualKind], is_one: bool) -> String {
    let what = match kinds {
        [VirtualKind::Fargate] => "Fargate node",
        _ => "virtual node",
    };
    match is_one {
        true => format!("a {what}, which can't run DaemonSet pods"),
        false => format!("{what}s, which can't run DaemonSet pods"),
    }
}

pub(super) fn foreign_pods(pods: &[ForeignPod]) -> String {
    let owner = |pod: &ForeignPod| match &pod.owner {
        Some(ForeignOwner::Namesake(name)) => {
            format!(" of another DaemonSet {name} with the same name that was deleted")
        }
        Some(ForeignOwner::Other(kind, name)) => format!(" of {kind} {name}"),
        None => String::new(),
    };
    let pods: Vec<String> = pods
        .iter()
        .map(|pod| format!("{}{}", pod.name, owner(pod)))
        .collect();
    format!(
        "the selector matches pods of other controllers, which it doesn't count: {}",
        few(&pods)
    )
}

pub(super) fn released_pods(pods: &[String]) -> String {
    format!(
        "these pods no longer match the selector; they run on, and others are created beside them: {}",
        few(pods)
    )
}

pub(super) fn left_behind_pods(pods: &[String]) -> String {
    format!(
        "no controller owns these pods, which a DaemonSet of this name made, and no selector takes them; they run on until somebody deletes them: {}",
        few(pods)
    )
}

pub(super) fn pods_without_node(pods: &[String]) -> String {
    format!(
        "these pods are on no node and meant for none; the controller keeps them, and neither counts nor deletes them until the scheduler places them: {}",
        few(pods)
    )
}

pub(super) fn taint_starts_no_sync(nodes: usize) -> String {
    let have = match nodes {
        1 => "1 node has".to_owned(),
        nodes => format!("{nodes} nodes have"),
    };
    format!(
        "{have} a NoSchedule taint and a pod from before it; such a taint starts no sync, so .status stays old until something else does (an annotation on the DaemonSet is enough)"
    )
}

pub(super) fn deletion_starts_no_sync(nodes: usize) -> String {
    let seen = match nodes {
        1 => "a node was deleted, and its pod is still there".to_owned(),
        n => format!("{n} nodes were deleted, and their pods are still there"),
    };
    format!("{seen}; a deleted node starts no sync, so .status stays old until something else does")
}

pub(super) fn exclusion_starts_no_sync(nodes: usize) -> String {
    let seen = match nodes {
        1 => "1 node is excluded now, and its pod isn't bound".to_owned(),
        n => format!("{n} nodes are excluded now, and their pods aren't bound"),
    };
    format!(
        "{seen}; a node starts a sync for bound pods alone, so .status stays old until something else does (an annotation on the DaemonSet is enough)"
    )
}

pub(super) fn fewer_nodes_start_no_sync(nodes: usize) -> String {
    let fewer = match nodes {
        1 => "1 node fewer is eligible than when the controller last synced, and no pod tells which: it was deleted, or is excluded since and had no bound pod".to_owned(),
        n => format!("{n} nodes fewer are eligible than when the controller last synced, and no pod tells which: they were deleted, or are excluded since and had no bound pod"),
    };
    format!("{fewer}; neither starts a sync, so .status stays old until something else does")
}

pub(super) fn node_gone_under_surge(nodes: &[String]) -> String {
    format!(
        "old pods are on nodes that don't exist ({}); with surge the whole rolling update fails until the pod garbage collector has removed them, which takes 40 s and more",
        few(nodes)
    )
}

/// No new pod fits next to its old one, in a few words.
pub(super) fn surge_ports(ports: &[HostPort]) -> String {
    let taken: Vec<String> = ports.iter().map(|p| p.port.to_string()).collect();
    let word = if taken.len() == 1 { "port" } else { "ports" };
    format!(
        "maxSurge wants the new pod beside the old one, and host {word} {} can't be taken twice",
        few(&taken)
    )
}

pub(super) fn host_ports(ports: &[HostPort], from_next_rollout: bool) -> String {
    let taken: Vec<String> = ports
        .iter()
        .map(|p| format!("{}/{} (container {})", p.port, p.protocol, p.container))
        .collect();
    let (word, taken) = (
        if taken.len() == 1 { "port" } else { "ports" },
        taken.join(", "),
    );
    let stuck = if from_next_rollout {
        "nothing is in their way now, and the new pods of each later rollout never fit their nodes and stay Pending"
    } else {
        "the new pods never fit their nodes and stay Pending, and the rollout stands still"
    };
    format!(
        "maxSurge makes each new pod beside the old one, and both want host {word} {taken}: {stuck}; set maxSurge to 0 and maxUnavailable above 0, or take another port"
    )
}

pub(super) fn budget_exhausted(surge: bool, allowed: i64, used: usize, waiting: usize) -> String {
    let kind = if surge { "surging" } else { "unavailable" };
    let is = if used == 1 { "is" } else { "are" };
    let what = format!("{kind} nodes {is}");
    let waiting = match waiting {
        1 => "1 available old pod waits".to_owned(),
        many => format!("{many} available old pods wait"),
    };
    match usize::try_from(allowed) {
        Ok(allowed) if used > allowed => {
            format!("{used} {kind} nodes, {allowed} allowed: {waiting}")
        }
        _ => format!("{used} of {allowed} allowed {what} in use: {waiting}"),
    }
}
