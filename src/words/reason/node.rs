//! Nodes, their labels and taints.

use jiff::Timestamp;

use crate::analysis::owners::owned_taint::owned_taint;
use crate::analysis::reason::{
    ComparisonFailure, NearMissWhy, NodeTrouble, NotReadyCause, Reason, Requirement, Untolerated,
};
use crate::engine::affinity::RequirementError;
use crate::words::notation::label_fact;
use crate::words::owners;
use crate::words::time::elapsed;

use super::message_cause::message_cause;

/// Without the values of nodes and without owners; `None` for a reason that has no such form.
pub(super) fn rule(reason: &Reason) -> Option<String> {
    match reason {
        Reason::NodeSelectorMismatch { key, wanted, .. } => Some(selector_rule(key, wanted)),
        Reason::NodeAffinityMismatch(requirement) => Some(affinity_rule(requirement)),
        Reason::UntoleratedNoExecute(untolerated) | Reason::UntoleratedNoSchedule(untolerated) => {
            Some(not_tolerated(untolerated, ""))
        }
        _ => None,
    }
}

pub(super) fn selector(key: &str, wanted: &str, found: Option<&str>) -> String {
    let rule = selector_rule(key, wanted);
    format!("{rule}, the node {}", label_fact(key, found))
}

fn selector_rule(key: &str, wanted: &str) -> String {
    format!("nodeSelector wants {key}={wanted}")
}

pub(super) fn mismatch(requirement: &Requirement) -> String {
    let rule = affinity_rule(requirement);
    let found = requirement.found.as_deref();
    if requirement.is_field {
        return format!("{rule}, on this node it is `{}`", found.unwrap_or_default());
    }
    format!("{rule}, the node {}", label_fact(&requirement.key, found))
}

fn affinity_rule(requirement: &Requirement) -> String {
    let field = if requirement.is_field {
        "the field "
    } else {
        ""
    };
    format!("{} wants {field}{requirement}", affinity(requirement))
}

/// Whose requirement it is, where more than one term could have matched.
fn affinity(requirement: &Requirement) -> String {
    if requirement.of_several {
        format!("affinity term {}", requirement.term)
    } else {
        "affinity".to_owned()
    }
}

pub(super) fn invalid(requirement: &Requirement, problem: &RequirementError) -> String {
    format!(
        "{} `{requirement}` can't be parsed, so its term matches no node: {problem}",
        affinity(requirement)
    )
}

/// With what is known about the taint's owner.
pub(super) fn untolerated(untolerated: &Untolerated) -> String {
    let owned = owner(untolerated).map(|owner| format!(": {owner}"));
    not_tolerated(untolerated, &owned.unwrap_or_default())
}

/// What is known about the taint's owner.
pub(super) fn owner(untolerated: &Untolerated) -> Option<String> {
    if untolerated.is_own {
        return None;
    }
    owned_taint(&untolerated.taint).and_then(owners::why)
}

/// The same without who removes the taint, and when.
pub(super) fn meaning(untolerated: &Untolerated) -> Option<String> {
    owner(untolerated)?;
    let owned = owned_taint(&untolerated.taint)?;
    Some(owners::means(owned.means).to_owned())
}

/// The condition of the node behind a taint that the DaemonSet's own pod removes.
pub(super) fn own_trouble(untolerated: &Untolerated) -> Option<String> {
    let owned = owned_taint(&untolerated.taint)?;
    let trouble = untolerated.trouble.as_ref().map(trouble);
    let means = owners::means(owned.means);
    Some(format!("{means}{}", trouble.unwrap_or_default()))
}

/// The taint is removed once the DaemonSet's own pod runs: continues after the taint.
pub(super) const fn by_its_own_pod(untolerated: &Untolerated) -> &'static str {
    if untolerated.is_own {
        ", which only its own pod ends"
    } else {
        ""
    }
}

fn not_tolerated(untolerated: &Untolerated, owned: &str) -> String {
    let taint = &untolerated.taint;
    let own = by_its_own_pod(untolerated);
    match near_miss(untolerated) {
        Some(near) => format!("taint {taint} isn't tolerated{own}{owned}; {near}"),
        None => format!("taint {taint} isn't tolerated{own}{owned}"),
    }
}

/// The condition that a taint of the node lifecycle controller stands for, and the node's message
/// about it; `None` where a toleration is missing.
pub(super) fn condition(untolerated: &Untolerated) -> Option<String> {
    if untolerated.is_own {
        return None;
    }
    let condition = match untolerated.taint.key.as_str() {
        "node.kubernetes.io/not-ready" => "the node is NotReady",
        "node.kubernetes.io/unreachable" => "the node is unreachable",
        "node.kubernetes.io/network-unavailable" => "the node's network isn't set up",
        _ => return None,
    };
    let trouble = untolerated.trouble.as_ref().map(trouble);
    Some(format!("{condition}{}", trouble.unwrap_or_default()))
}

/// The near-miss toleration, and how it differs.
pub(super) fn near_miss(untolerated: &Untolerated) -> Option<String> {
    let near = untolerated.near_miss.as_ref()?;
    let why = match &near.why {
        NearMissWhy::Effect(effect) => format!("is for {effect}"),
        NearMissWhy::Value(value) if value.is_empty() => {
            "its operator Equal has no value, where Exists takes any".to_owned()
        }
        NearMissWhy::Value(value) => format!("wants the value `{value}`"),
        NearMissWhy::Comparison(operator, failure) => comparison(operator, failure),
        NearMissWhy::Operator(operator) => format!("its operator `{operator}` isn't valid"),
    };
    Some(format!(
        "tolerations[{}] has the key, but {why}",
        near.toleration
    ))
}

fn comparison(operator: &str, failure: &ComparisonFailure) -> String {
    match failure {
        ComparisonFailure::GateOff => format!(
            "its operator {operator} needs the feature gate TaintTolerationComparisonOperators, which is off"
        ),
        ComparisonFailure::BoundNoInteger(value) => {
            format!("its operator {operator} compares integers, and its value `{value}` isn't one")
        }
        ComparisonFailure::TaintNoInteger => {
            format!("its operator {operator} compares integers, and the taint's value isn't one")
        }
        ComparisonFailure::OutOfBound(bound) => {
            let than = if operator == "Lt" { "less" } else { "greater" };
            format!("wants a value {than} than {bound}")
        }
    }
}

pub(super) fn missing(pod: &str, node: &str, is_bound: bool, controller_acts: bool) -> String {
    let (is, then) = match (is_bound, controller_acts) {
        (true, _) => ("on", "the pod garbage collector removes it"),
        (false, true) => (
            "meant for",
            "the controller deletes it at its next sync, and a deleted node starts none",
        ),
        (false, false) => ("meant for", "the controller doesn't act"),
    };
    format!("pod {pod} is {is} node {node}, which doesn't exist; {then}")
}

pub(super) fn pod_is_older(
    pod: &str,
    pod_created: Timestamp,
    node_created: Timestamp,
    now: Timestamp,
) -> String {
    format!(
        "pod {pod} is {} old and its node {}: it belongs to a previous node of the same name, and its status is stale; delete it if the new node's kubelet doesn't start it",
        elapsed(pod_created, now),
        elapsed(node_created, now)
    )
}

pub(super) fn terminating(began: &str, finalizers: &[String]) -> String {
    let held = owners::holders(finalizers);
    format!("the node is being deleted{began}{held}: its pods end with it")
}

pub(super) fn not_ready(is_not_ready: &str, is_terminating: bool, why: &NodeTrouble) -> String {
    // Nobody is there to say that the containers ended, so a plain delete changes nothing.
    let terminating = if is_terminating {
        "; a pod that terminates here goes when the node is ready again, is deleted or tainted node.kubernetes.io/out-of-service, or the pod is deleted with --force"
    } else {
        ""
    };
    let trouble = trouble(why);
    let old = if reports(why.cause) {
        ""
    } else {
        "; what it last said of its pods may be old"
    };
    format!("the node {is_not_ready}{trouble}{old}{terminating}")
}

/// Why a node isn't ready: continues after `is NotReady for 5m`.
pub(super) fn trouble(trouble: &NodeTrouble) -> String {
    let message = message_cause(&trouble.said.message);
    match trouble.cause {
        NotReadyCause::NetworkPlugin => ", its network plugin (CNI) isn't ready".to_owned(),
        NotReadyCause::NoPodCidr => {
            ", it has no spec.podCIDR, which its network plugin (CNI) needs".to_owned()
        }
        NotReadyCause::Runtime => {
            ", its container runtime doesn't answer (PLEG is not healthy)".to_owned()
        }
        NotReadyCause::ShuttingDown => ", it is shutting down".to_owned(),
        NotReadyCause::Maintenance => {
            format!(", it is under maintenance ({})", trouble.said.reason)
        }
        NotReadyCause::Silent => ", its kubelet stopped reporting".to_owned(),
        NotReadyCause::Other if message.is_empty() => String::new(),
        NotReadyCause::Other => format!(", \"{message}\""),
    }
}

/// Where a `spec.podCIDR` comes from.
pub(super) const POD_CIDRS: &str = "kube-controller-manager gives each node one under --allocate-node-cidrs, until its --cluster-cidr is used up";

/// Whether it lacks that.
pub(super) fn lacks_pod_cidr(trouble: &NodeTrouble) -> bool {
    trouble.cause == NotReadyCause::NoPodCidr
}

/// The same, shorter: continues after `is NotReady`.
pub(super) const fn brief_trouble(cause: NotReadyCause) -> &'static str {
    match cause {
        NotReadyCause::NetworkPlugin => " because the network plugin (CNI) isn't ready",
        NotReadyCause::NoPodCidr => {
            " for want of a spec.podCIDR, which the network plugin (CNI) needs"
        }
        NotReadyCause::Runtime => " because the container runtime doesn't answer",
        NotReadyCause::ShuttingDown => " because it is shutting down",
        NotReadyCause::Maintenance => " because of maintenance",
        NotReadyCause::Silent => " because the kubelet stopped reporting",
        NotReadyCause::Other => "",
    }
}

/// The consequence for its pods, in the first line.
pub(super) const fn then(cause: NotReadyCause, is_terminating: bool) -> &'static str {
    match (cause, is_terminating) {
        (_, true) => ", and its pod is stuck Terminating",
        (NotReadyCause::NetworkPlugin, _) => ", so only hostNetwork pods can start there",
        _ => "",
    }
}

/// Whether the kubelet still reports its pods' state.
const fn reports(cause: NotReadyCause) -> bool {
    matches!(
        cause,
        NotReadyCause::NetworkPlugin | NotReadyCause::NoPodCidr | NotReadyCause::ShuttingDown
    )
}
