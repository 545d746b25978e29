//! Other controllers with an overlapping selector.

use serde_json::{Value, json};

use super::hands::pod;
use super::run::{DELETED, NOTHING, Stopped};
use super::said::Said;
use super::{Case, Outcome, case};
use crate::prediction::{agent, set_up};
use crate::scenario::lab::Lab;

pub(super) const ALL: &[Case] = &[
    case("two-daemonsets", two_daemon_sets),
    case(
        "two-daemonsets-and-an-orphan",
        two_daemon_sets_and_an_orphan,
    ),
    case("replicaset", replica_set),
    case("replicaset-and-an-orphan", replica_set_and_an_orphan),
    case("statefulset-and-an-orphan", stateful_set_and_an_orphan),
];

const NODES: [&str; 2] = ["n1", "n2"];

fn overlaps(said: &Said, kind: &str, name: &str, how: &str) -> Outcome {
    said.says("/overlaps/0/kind", kind)?;
    said.says("/overlaps/0/name", name)?;
    said.says("/overlaps/0/how", how)?;
    said.finds(&["SelectorOverlap"])
}

fn twins(lab: &Lab<'_>) -> Outcome {
    set_up(lab, &agent(1), &NODES)?;
    lab.apply(&agent(1).metadata(json!({"name": "twin"})))?;
    lab.until_ready_on("twin", &NODES)
}

/// website#16235: "kubernetes may not stop you", and neither takes what the other owns.
fn two_daemon_sets(lab: &Lab<'_>) -> Outcome {
    twins(lab)?;
    let stopped = Stopped::new(lab)?;
    let said = stopped.adopt("agent")?;
    said.of_pods(2, ["Owned", "Controlled", "CountsAsUpdated"])?;
    said.of_pods(2, ["Foreign", "OtherController", "Kept"])?;
    overlaps(&said, "DaemonSet", "twin", "Both")?;
    let frozen = stopped.go(&said, "agent")?;
    frozen.finish(&said, NOTHING)?.run(4, "agent:1")
}

/// An orphan is adopted by one of them, whichever comes first.
fn two_daemon_sets_and_an_orphan(lab: &Lab<'_>) -> Outcome {
    twins(lab)?;
    let stopped = Stopped::new(lab)?;
    lab.create(&pod("zzz-by-hand", lab.on("n2")))?;
    let said = stopped.adopt("agent")?;
    said.of_pod("zzz-by-hand", ["Adopt", "BarePod", "DeletedAsDuplicate"])?;
    overlaps(&said, "DaemonSet", "twin", "Both")?;
    let frozen = stopped.go(&said, "agent")?;
    frozen.finish_unseen(&said)?.taken_once("zzz-by-hand")
}

/// A controller of pods with this selector and these labels on its pods.
fn workload(kind: &str, replicas: usize, selector: &Value, labels: &Value) -> Value {
    json!({
        "apiVersion": "apps/v1", "kind": kind, "metadata": {"name": "web"},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": selector},
            "template": {
                "metadata": {"labels": labels},
                "spec": {"containers": [{"name": "web", "image": "web:1"}]},
            },
        },
    })
}

/// Pods that our selector matches and a ReplicaSet owns are left to it.
fn replica_set(lab: &Lab<'_>) -> Outcome {
    set_up(lab, &agent(1), &NODES)?;
    let labels = json!({"app": "agent", "tier": "web"});
    let set = workload("ReplicaSet", 2, &json!({"tier": "web"}), &labels);
    lab.create(&set)?;
    lab.until("the ReplicaSet", || {
        let set = lab.get(&["replicaset", "web"])?;
        Ok(set["status"]["readyReplicas"] == 2)
    })?;
    let stopped = Stopped::new(lab)?;
    let said = stopped.adopt("agent")?;
    said.of_pods(2, ["Foreign", "OtherController", "Kept"])?;
    overlaps(&said, "ReplicaSet", "web", "OurSelector")?;
    let frozen = stopped.go(&said, "agent")?;
    frozen.finish(&said, NOTHING)?.run(2, "web:1")
}

/// An orphan that both select is adopted by one of them; a ReplicaSet then deletes what
/// is too many for it.
fn replica_set_and_an_orphan(lab: &Lab<'_>) -> Outcome {
    set_up(lab, &agent(1), &NODES)?;
    let labels = json!({"app": "agent"});
    lab.create(&workload("ReplicaSet", 0, &labels, &labels))?;
    lab.until("the ReplicaSet", || {
        let set = lab.get(&["replicaset", "web"])?;
        Ok(set["status"]["observedGeneration"] == 1)
    })?;
    let stopped = Stopped::new(lab)?;
    lab.create(&pod("zzz-by-hand", lab.on("n2")))?;
    let said = stopped.adopt("agent")?;
    said.of_pods(2, ["Owned", "Controlled", "CountsAsUpdated"])?;
    said.of_pod("zzz-by-hand", ["Adopt", "BarePod", "DeletedAsDuplicate"])?;
    overlaps(&said, "ReplicaSet", "web", "Both")?;
    let frozen = stopped.go(&said, "agent")?;
    frozen.finish_unseen(&said)?.taken_once("zzz-by-hand")
}

/// A StatefulSet adopts pods of its own names alone: the orphan is ours.
fn stateful_set_and_an_orphan(lab: &Lab<'_>) -> Outcome {
    set_up(lab, &agent(1), &NODES)?;
    let labels = json!({"app": "agent"});
    lab.create(&workload("StatefulSet", 0, &labels, &labels))?;
    lab.until("the StatefulSet", || {
        let set = lab.get(&["statefulset", "web"])?;
        Ok(set["status"]["observedGeneration"] == 1)
    })?;
    let stopped = Stopped::new(lab)?;
    lab.create(&pod("zzz-by-hand", lab.on("n2")))?;
    let said = stopped.adopt("agent")?;
    said.of_pod("zzz-by-hand", ["Adopt", "BarePod", "DeletedAsDuplicate"])?;
    overlaps(&said, "StatefulSet", "web", "Both")?;
    let frozen = stopped.go(&said, "agent")?;
    frozen.finish(&said, DELETED)?.run(2, "agent:1")
}
