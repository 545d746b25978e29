//! Pods that have an owner already, or one that is no controller.

use serde_json::{Value, json};

use super::hands::{owned_pod, reference};
use super::run::{Did, NOTHING, Objects, Stopped};
use super::{Case, Outcome, case};
use crate::prediction::{agent, set_up};
use crate::scenario::lab::Lab;

pub(super) const ALL: &[Case] = &[
    case("static-pod", static_pod),
    case("owner-of-another-kind", owner_of_another_kind),
    case("owner-without-controller", owner_without_controller),
    case("former-daemonset", former_daemon_set),
    case("owner-gone", owner_gone),
    case("one-of-two-owners-gone", one_of_two_owners_gone),
];

const COLLECTED: Did = Did {
    collected: 1,
    ..NOTHING
};

/// The API's image of a static pod, as the kubelet makes it, is its node's.
fn static_pod(lab: &Lab<'_>) -> Outcome {
    set_up(lab, &agent(1), &["n1", "n2"])?;
    let stopped = Stopped::new(lab)?;
    let node = lab.cluster().get(&["node", &lab.node("n2")])?;
    let name = format!("agent-{}", lab.node("n2"));
    let mut mirror = owned_pod(&name, lab.on("n2"), reference(&node, true));
    mirror["metadata"]["annotations"] = json!({
        "kubernetes.io/config.mirror": "1f2e3d",
        "kubernetes.io/config.hash": "1f2e3d",
        "kubernetes.io/config.source": "file",
    });
    lab.create(&mirror)?;
    let said = stopped.adopt("agent")?;
    said.of_pod(&name, ["Foreign", "StaticPod", "Kept"])?;
    let frozen = stopped.go(&said, "agent")?;
    frozen.finish(&said, NOTHING)?.run(1, "by-hand:1")
}

fn config_map(lab: &Lab<'_>) -> Result<Value, String> {
    lab.kubectl(&["create", "configmap", "owner"])?;
    lab.get(&["configmap", "owner"])
}

/// Of an owner that isn't looked up it isn't claimed to know whether it is there.
fn owner_of_another_kind(lab: &Lab<'_>) -> Outcome {
    set_up(lab, &agent(1), &["n1"])?;
    let owner = config_map(lab)?;
    let stopped = Stopped::new(lab)?;
    lab.create(&owned_pod("owned", lab.on("n1"), reference(&owner, true)))?;
    let said = stopped.adopt("agent")?;
    said.of_pod("owned", ["Foreign", "OtherController", "Kept"])?;
    said.says(
        &format!("{}/owner/exists", said.place("owned")?),
        Value::Null,
    )?;
    let frozen = stopped.go(&said, "agent")?;
    frozen.finish(&said, NOTHING)?.run(1, "by-hand:1")
}

/// It doesn't keep the pod from being adopted; its reference stays beside ours.
fn owner_without_controller(lab: &Lab<'_>) -> Outcome {
    lab.plain_nodes(&["n1"])?;
    let owner = config_map(lab)?;
    lab.create(&owned_pod("owned", lab.on("n1"), reference(&owner, false)))?;
    lab.until_pod_ready("owned")?;
    let stopped = Stopped::new(lab)?;
    let by_hand = agent(1).spec(json!({"updateStrategy": {"type": "OnDelete"}}));
    let said = stopped.create(&by_hand, "agent")?;
    said.of_pod("owned", ["Adopt", "OwnerWithoutController", "Kept"])?;
    let did = Did {
        adopted: 1,
        revisions: 1,
        ..NOTHING
    };
    let ended = stopped.go(&said, "agent")?.finish(&said, did)?;
    let owners = ended
        .end
        .pod("owned")
        .map(|pod| &pod["metadata"]["ownerReferences"]);
    match owners.and_then(Value::as_array).map(Vec::len) {
        Some(2) => Ok(()),
        _ => Err(format!("it should have two owners: {owners:?}")),
    }
}

/// A DaemonSet of our name that was there before us: its UID is another.
fn former_daemon_set(lab: &Lab<'_>) -> Outcome {
    set_up(lab, &agent(1), &["n1"])?;
    let stopped = Stopped::new(lab)?;
    let mut owner = reference(&Objects::look(lab, "agent")?.ds, true);
    owner["uid"] = json!("8d3a5f0e-0000-4000-8000-000000000001");
    lab.create(&owned_pod("left", lab.on("n1"), owner))?;
    let said = stopped.adopt("agent")?;
    said.of_pod("left", ["Foreign", "FormerDaemonSet", "GarbageCollected"])?;
    let frozen = stopped.go(&said, "agent")?;
    frozen.finish(&said, COLLECTED)?.run(1, "agent:1")
}

fn owner_gone(lab: &Lab<'_>) -> Outcome {
    set_up(lab, &agent(1), &["n1"])?;
    let stopped = Stopped::new(lab)?;
    let owner = json!({
        "apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web-1",
        "uid": "8d3a5f0e-0000-4000-8000-000000000002", "controller": true,
    });
    lab.create(&owned_pod("left", lab.on("n1"), owner))?;
    let said = stopped.adopt("agent")?;
    said.of_pod("left", ["Foreign", "OwnerGone", "GarbageCollected"])?;
    let frozen = stopped.go(&said, "agent")?;
    frozen.finish(&said, COLLECTED)?.run(1, "agent:1")
}

/// The garbage collector takes off the reference to the one that is gone; then the pod is
/// nobody's, and is taken over. That is left open: it isn't ours to say when.
fn one_of_two_owners_gone(lab: &Lab<'_>) -> Outcome {
    set_up(lab, &agent(1), &["n1"])?;
    lab.kubectl(&[
        "create",
        "deployment",
        "web",
        "--image=web:1",
        "--replicas=0",
    ])?;
    let there = lab.get(&["deployment", "web"])?;
    let stopped = Stopped::new(lab)?;
    let gone = json!({
        "apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web-1",
        "uid": "8d3a5f0e-0000-4000-8000-000000000003", "controller": true,
    });
    let mut left = owned_pod("zzz-left", lab.on("n1"), gone.clone());
    left["metadata"]["ownerReferences"] = json!([gone, reference(&there, false)]);
    lab.create(&left)?;
    let said = stopped.adopt("agent")?;
    let at = said.place("zzz-left")?;
    said.says(&format!("{at}/reason"), "OwnerGone")?;
    said.says(&format!("{at}/then"), Value::Null)?;
    let did = Did {
        adopted: 1,
        deleted: 1,
        ..NOTHING
    };
    let frozen = stopped.go_open(&said, "agent", 1)?;
    frozen.finish(&said, did)?.run(1, "agent:1")
}
