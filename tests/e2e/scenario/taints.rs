//! Taints, before and after the pod; tolerations, the template's and the automatic ones.

use serde_json::json;

use super::daemonset::Ds;
use super::lab::Lab;
use super::observation::Expected::{Excluded, Keeps, Runs, WouldKeep};
use super::{Case, Outcome, case};

pub(super) const ALL: &[Case] = &[
    case("taints-of-every-kind", taints_of_every_kind),
    case("tolerations-of-every-kind", tolerations_of_every_kind),
    case("no-schedule-after-the-pod", no_schedule_after_the_pod),
    case("no-execute-after-the-pod", no_execute_after_the_pod),
    case("taint-removed", taint_removed),
    case("cordon", cordon),
    case("not-ready-node", not_ready_node),
    case("unreachable-node", unreachable_node),
    case("automatic-tolerations", automatic_tolerations),
    case("host-network", host_network),
    case("toleration-seconds", toleration_seconds),
];

/// k/k#72017: the table of nodes by taint.
fn taints_of_every_kind(lab: &Lab<'_>) -> Outcome {
    lab.nodes(&[
        lab.new_node("plain"),
        lab.new_node("prefer")
            .taint("team", "a", "PreferNoSchedule"),
        lab.new_node("no-schedule").taint("team", "a", "NoSchedule"),
        lab.new_node("no-execute").taint("team", "a", "NoExecute"),
        lab.new_node("both")
            .taint("team", "a", "NoSchedule")
            .taint("team", "a", "NoExecute"),
        lab.new_node("control-plane").taint(
            "node-role.kubernetes.io/control-plane",
            "",
            "NoSchedule",
        ),
    ])?;
    lab.apply(&Ds::new("agent"))?;
    lab.expect(
        "agent",
        &[
            ("plain", Runs),
            ("prefer", Runs),
            ("no-schedule", WouldKeep),
            ("no-execute", Excluded),
            ("both", Excluded),
            ("control-plane", WouldKeep),
        ],
    )
    .map(drop)
}

fn tolerations_of_every_kind(lab: &Lab<'_>) -> Outcome {
    lab.nodes(&[
        lab.new_node("equal").taint("team", "a", "NoSchedule"),
        lab.new_node("other-value").taint("team", "b", "NoSchedule"),
        lab.new_node("other-effect").taint("team", "a", "NoExecute"),
        lab.new_node("exists").taint("gpu", "yes", "NoExecute"),
        lab.new_node("any-effect")
            .taint("spot", "", "NoSchedule")
            .taint("spot", "", "NoExecute"),
        lab.new_node("second-taint")
            .taint("team", "a", "NoSchedule")
            .taint("lab", "", "NoSchedule"),
    ])?;
    let tolerations = json!([
        {"key": "team", "value": "a", "effect": "NoSchedule"},
        {"key": "gpu", "operator": "Exists", "effect": "NoExecute"},
        {"key": "spot"},
    ]);
    lab.apply(&Ds::new("agent").tolerations(tolerations))?;
    lab.apply(&Ds::new("everywhere").tolerations(json!([{"operator": "Exists"}])))?;
    lab.expect(
        "agent",
        &[
            ("equal", Runs),
            ("other-value", WouldKeep),
            ("other-effect", Excluded),
            ("exists", Runs),
            ("any-effect", Runs),
            ("second-taint", WouldKeep),
        ],
    )?;
    lab.expect(
        "everywhere",
        &[
            ("equal", Runs),
            ("other-value", Runs),
            ("other-effect", Runs),
            ("exists", Runs),
            ("any-effect", Runs),
            ("second-taint", Runs),
        ],
    )
    .map(drop)
}

/// k/k#21714, #71086, gardener#13365: the pod stays, misscheduled.
fn no_schedule_after_the_pod(lab: &Lab<'_>) -> Outcome {
    lab.plain_nodes(&["n1", "n2"])?;
    lab.apply(&Ds::new("agent"))?;
    lab.until_ready_on("agent", &["n1", "n2"])?;
    lab.taint("n2", "team=a:NoSchedule")?;
    let seen = lab.expect("agent", &[("n1", Runs), ("n2", Keeps)])?;
    seen.expect_reason(&lab.node("n2"), "UntoleratedNoSchedule")?;
    seen.expect_reason(&lab.node("n2"), "Misscheduled")
}

fn no_execute_after_the_pod(lab: &Lab<'_>) -> Outcome {
    lab.plain_nodes(&["n1", "n2"])?;
    lab.apply(&Ds::new("agent"))?;
    lab.until_ready_on("agent", &["n1", "n2"])?;
    lab.taint("n2", "team=a:NoExecute")?;
    lab.until("the pod to go", || Ok(lab.pods_of("agent")?.len() == 1))?;
    lab.expect("agent", &[("n1", Runs), ("n2", Excluded)])
        .map(drop)
}

fn taint_removed(lab: &Lab<'_>) -> Outcome {
    lab.nodes(&[
        lab.new_node("n1").taint("team", "a", "NoSchedule"),
        lab.new_node("n2"),
    ])?;
    lab.apply(&Ds::new("agent"))?;
    lab.expect("agent", &[("n1", WouldKeep), ("n2", Runs)])?;
    lab.taint("n1", "team=a:NoSchedule-")?;
    lab.until_ready_on("agent", &["n1"])?;
    lab.expect("agent", &[("n1", Runs), ("n2", Runs)]).map(drop)
}

/// `kubectl cordon` keeps no daemon pod away.
fn cordon(lab: &Lab<'_>) -> Outcome {
    lab.nodes(&[lab.new_node("before").cordoned(), lab.new_node("after")])?;
    lab.apply(&Ds::new("agent"))?;
    lab.until_ready_on("agent", &["before", "after"])?;
    lab.kubectl(&["cordon", &lab.node("after")])?;
    lab.until_tainted("after", "node.kubernetes.io/unschedulable", "NoSchedule")?;
    lab.expect("agent", &[("before", Runs), ("after", Runs)])
        .map(drop)
}

/// The NoSchedule form of the not-ready taint isn't tolerated: the pod stays and is
/// misscheduled, and desired shrinks.
fn not_ready_node(lab: &Lab<'_>) -> Outcome {
    lab.plain_nodes(&["n1", "n2"])?;
    lab.apply(&Ds::new("agent"))?;
    lab.until_ready_on("agent", &["n1", "n2"])?;
    lab.kubectl(&["annotate", "node", &lab.node("n2"), "e2e/node=not-ready"])?;
    lab.condition("n2", "Ready", "False")?;
    lab.until_tainted("n2", "node.kubernetes.io/not-ready", "NoSchedule")?;
    lab.until_tainted("n2", "node.kubernetes.io/not-ready", "NoExecute")?;
    lab.expect("agent", &[("n1", Runs), ("n2", Keeps)])
        .map(drop)
}

/// kubernetes/test-infra#31706: a node whose state is unknown keeps its pod, and the
/// DaemonSet wants one less.
fn unreachable_node(lab: &Lab<'_>) -> Outcome {
    lab.plain_nodes(&["n1", "n2"])?;
    lab.apply(&Ds::new("agent"))?;
    lab.until_ready_on("agent", &["n1", "n2"])?;
    lab.kubectl(&["annotate", "node", &lab.node("n2"), "e2e/node=unreachable"])?;
    lab.condition("n2", "Ready", "Unknown")?;
    lab.until_tainted("n2", "node.kubernetes.io/unreachable", "NoSchedule")?;
    lab.expect("agent", &[("n1", Runs), ("n2", Keeps)])
        .map(drop)
}

fn automatic_tolerations(lab: &Lab<'_>) -> Outcome {
    lab.plain_nodes(&["disk", "memory", "pid"])?;
    for (node, condition, taint) in [
        ("disk", "DiskPressure", "node.kubernetes.io/disk-pressure"),
        (
            "memory",
            "MemoryPressure",
            "node.kubernetes.io/memory-pressure",
        ),
        ("pid", "PIDPressure", "node.kubernetes.io/pid-pressure"),
    ] {
        lab.condition(node, condition, "True")?;
        lab.until_tainted(node, taint, "NoSchedule")?;
    }
    lab.apply(&Ds::new("agent"))?;
    lab.until_ready_on("agent", &["disk", "memory", "pid"])?;
    lab.expect("agent", &[("disk", Runs), ("memory", Runs), ("pid", Runs)])
        .map(drop)
}

/// Only pods of the host's network tolerate a node without a network: the CNI plugin.
fn host_network(lab: &Lab<'_>) -> Outcome {
    lab.plain_nodes(&["n1", "offline"])?;
    lab.condition("offline", "NetworkUnavailable", "True")?;
    lab.until_tainted(
        "offline",
        "node.kubernetes.io/network-unavailable",
        "NoSchedule",
    )?;
    lab.apply(&Ds::new("cni").pod(json!({"hostNetwork": true})))?;
    lab.apply(&Ds::new("agent"))?;
    lab.expect("cni", &[("n1", Runs), ("offline", Runs)])?;
    lab.expect("agent", &[("n1", Runs), ("offline", WouldKeep)])
        .map(drop)
}

/// The controller takes the toleration for good, taint eviction for its seconds: the
/// pod is evicted and made again, over and over.
fn toleration_seconds(lab: &Lab<'_>) -> Outcome {
    lab.nodes(&[
        lab.new_node("n1"),
        lab.new_node("n2").taint("maintenance", "", "NoExecute"),
    ])?;
    lab.apply(&Ds::new("agent").tolerations(json!([
        {"key": "maintenance", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 8},
    ])))?;
    lab.until("the evicted pod to be made again", || {
        Ok(lab.controller_actions("create")?.len() >= 3)
    })?;
    lab.until_ready_on("agent", &["n2"])?;
    lab.something_is_wrong();
    let seen = lab.expect("agent", &[("n1", Runs), ("n2", Runs)])?;
    seen.expect_reason(&lab.node("n2"), "EvictedAgainAndAgain")
}
