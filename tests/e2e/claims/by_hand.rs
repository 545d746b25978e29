//! Pods that somebody made by hand, beside a DaemonSet whose selector matches them.

use serde_json::json;

use super::hands::pod;
use super::recreate::surging;
use super::run::{ADOPTED, DELETED, Did, NOTHING, Stopped};
use super::{Case, Outcome, case};
use crate::prediction::{agent, set_up};
use crate::scenario::lab::Lab;

pub(super) const ALL: &[Case] = &[
    case("beside-the-daemon-pod", beside_the_daemon_pod),
    case("older-than-the-daemon-pod", older_than_the_daemon_pod),
    case("on-an-ineligible-node", on_an_ineligible_node),
    case("on-no-node", on_no_node),
    case("ended", ended),
    case("terminating", terminating),
    case("on-delete", on_delete),
    case("beside-a-surging-one", beside_a_surging_one),
    case("copy-of-a-daemon-pod", copy_of_a_daemon_pod),
    case("where-none-is-made-again", where_none_is_made_again),
    case("meant-for-a-missing-node", meant_for_a_missing_node),
    case("selected-by-an-expression", selected_by_an_expression),
];

/// Of two the older one stays; of two of one second the first by name.
fn beside_the_daemon_pod(lab: &Lab<'_>) -> Outcome {
    set_up(lab, &agent(1), &["n1", "n2"])?;
    let daemon_pod = lab.pod_on("agent", "n2")?;
    let stopped = Stopped::new(lab)?;
    lab.create(&pod("zzz-by-hand", lab.on("n2")))?;
    let said = stopped.adopt("agent")?;
    said.of_pod("zzz-by-hand", ["Adopt", "BarePod", "DeletedAsDuplicate"])?;
    said.of_pod(&daemon_pod, ["Owned", "Controlled", "CountsAsUpdated"])?;
    let at = said.place("zzz-by-hand")?;
    said.says(&format!("{at}/stays"), daemon_pod)?;
    let frozen = stopped.go(&said, "agent")?;
    frozen.finish(&said, DELETED)?.run(2, "agent:1")
}

/// A pod that got the label later is still the older one: the daemon pod goes, and then
/// the rollout takes the other, which is of no revision.
fn older_than_the_daemon_pod(lab: &Lab<'_>) -> Outcome {
    lab.plain_nodes(&["n1", "n2"])?;
    let mut bare = pod("aaa-by-hand", lab.on("n2"));
    bare["metadata"]["labels"] = json!({"app": "other"});
    lab.create(&bare)?;
    lab.until_pod_ready("aaa-by-hand")?;
    lab.apply(&agent(1))?;
    lab.until_ready_on("agent", &["n1", "n2"])?;
    let daemon_pod = lab.pod_on("agent", "n2")?;
    let stopped = Stopped::new(lab)?;
    lab.kubectl(&["label", "pod", "aaa-by-hand", "--overwrite", "app=agent"])?;
    let said = stopped.adopt("agent")?;
    said.of_pod("aaa-by-hand", ["Adopt", "BarePod", "Replaced"])?;
    said.of_pod(&daemon_pod, ["Owned", "Controlled", "DeletedAsDuplicate"])?;
    let did = Did {
        deleted: 2,
        created: 1,
        ..ADOPTED
    };
    let frozen = stopped.go(&said, "agent")?;
    frozen.finish(&said, did)?.run(2, "agent:1")
}

fn on_an_ineligible_node(lab: &Lab<'_>) -> Outcome {
    lab.nodes(&[lab.new_node("n1").label("disk", "ssd"), lab.new_node("n2")])?;
    lab.apply(&agent(1).pod(json!({"nodeSelector": {"disk": "ssd"}})))?;
    lab.until_ready_on("agent", &["n1"])?;
    let stopped = Stopped::new(lab)?;
    lab.create(&pod("by-hand", lab.on("n2")))?;
    let said = stopped.adopt("agent")?;
    said.of_pod("by-hand", ["Adopt", "BarePod", "DeletedIneligible"])?;
    let frozen = stopped.go(&said, "agent")?;
    frozen.finish(&said, DELETED)?.run(1, "agent:1")
}

/// One that no node can be told for is adopted and never looked at again.
fn on_no_node(lab: &Lab<'_>) -> Outcome {
    set_up(lab, &agent(1), &["n1"])?;
    let stopped = Stopped::new(lab)?;
    lab.create(&pod("by-hand", json!({"nodeSelector": {"no": "where"}})))?;
    let said = stopped.adopt("agent")?;
    said.of_pod("by-hand", ["Adopt", "BarePod", "Kept"])?;
    let frozen = stopped.go(&said, "agent")?;
    frozen.finish(&said, ADOPTED).map(drop)
}

/// One that has ended is deleted, though it is in nobody's way.
fn ended(lab: &Lab<'_>) -> Outcome {
    set_up(lab, &agent(1), &["n1"])?;
    let stopped = Stopped::new(lab)?;
    lab.create(&pod("by-hand", lab.on("n1")))?;
    lab.pod_status("by-hand", &json!({"phase": "Succeeded"}))?;
    let said = stopped.adopt("agent")?;
    said.of_pod("by-hand", ["Adopt", "BarePod", "DeletedEnded"])?;
    let frozen = stopped.go(&said, "agent")?;
    frozen.finish(&said, DELETED)?.run(1, "agent:1")
}

/// One that is being deleted is passed over.
fn terminating(lab: &Lab<'_>) -> Outcome {
    set_up(lab, &agent(1), &["n1"])?;
    let mut bare = pod("by-hand", lab.on("n1"));
    bare["metadata"]["labels"] = json!({"app": "other"});
    lab.create(&bare)?;
    lab.delete_but_hold("by-hand")?;
    let stopped = Stopped::new(lab)?;
    lab.kubectl(&["label", "pod", "by-hand", "--overwrite", "app=agent"])?;
    let said = stopped.adopt("agent")?;
    said.of_pod("by-hand", ["Ignored", "OrphanTerminating", "Terminating"])?;
    let frozen = stopped.go(&said, "agent")?;
    frozen.finish(&said, NOTHING)?.run(1, "agent:1")
}

/// With OnDelete it runs on in the place of a daemon pod for good.
fn on_delete(lab: &Lab<'_>) -> Outcome {
    lab.plain_nodes(&["n1", "n2"])?;
    lab.create(&pod("by-hand", lab.on("n2")))?;
    lab.until_pod_ready("by-hand")?;
    let stopped = Stopped::new(lab)?;
    let by_hand = agent(1).spec(json!({"updateStrategy": {"type": "OnDelete"}}));
    let said = stopped.create(&by_hand, "agent")?;
    said.of_pod("by-hand", ["Adopt", "BarePod", "Kept"])?;
    let did = Did {
        created: 1,
        revisions: 1,
        ..ADOPTED
    };
    let frozen = stopped.go(&said, "agent")?;
    frozen.finish(&said, did)?.run(1, "by-hand:1")
}

/// With surge it is the old one beside the new: it goes as in a rollout.
fn beside_a_surging_one(lab: &Lab<'_>) -> Outcome {
    set_up(lab, &surging(), &["n1"])?;
    let stopped = Stopped::new(lab)?;
    lab.create(&pod("by-hand", lab.on("n1")))?;
    let said = stopped.adopt("agent")?;
    said.of_pod("by-hand", ["Adopt", "BarePod", "Replaced"])?;
    let frozen = stopped.go(&said, "agent")?;
    frozen.finish(&said, DELETED)?.run(1, "agent:1")
}

/// A node that its taint keeps from new pods, and not from those that are there.
fn tainted(lab: &Lab<'_>) -> Outcome {
    let tainted = lab.new_node("n2").taint("team", "a", "NoSchedule");
    lab.nodes(&[lab.new_node("n1"), tainted])?;
    lab.apply(&agent(1))?;
    lab.until_ready_on("agent", &["n1"])
}

/// Made from what `kubectl get pod -o yaml` prints, it has the labels of a revision and
/// counts as updated, whatever it runs.
fn copy_of_a_daemon_pod(lab: &Lab<'_>) -> Outcome {
    tainted(lab)?;
    let daemon_pod = lab.get(&["pod", &lab.pod_on("agent", "n1")?])?;
    let stopped = Stopped::new(lab)?;
    let mut copy = pod("copy", lab.on("n2"));
    copy["metadata"]["labels"] = daemon_pod["metadata"]["labels"].clone();
    lab.create(&copy)?;
    let said = stopped.adopt("agent")?;
    said.of_pod("copy", ["Adopt", "OrphanedPod", "CountsAsUpdated"])?;
    said.says(&format!("{}/updatedBy", said.place("copy")?), "Hash")?;
    let frozen = stopped.go(&said, "agent")?;
    frozen.finish(&said, ADOPTED)?.run(1, "by-hand:1")
}

/// There a pod without those labels is old, and the rollout that deletes it makes none.
fn where_none_is_made_again(lab: &Lab<'_>) -> Outcome {
    tainted(lab)?;
    let stopped = Stopped::new(lab)?;
    lab.create(&pod("by-hand", lab.on("n2")))?;
    let said = stopped.adopt("agent")?;
    said.of_pod("by-hand", ["Adopt", "BarePod", "Replaced"])?;
    let frozen = stopped.go(&said, "agent")?;
    frozen.finish(&said, DELETED)?.run(1, "agent:1")
}

/// One that was never bound, for a node that isn't there.
fn meant_for_a_missing_node(lab: &Lab<'_>) -> Outcome {
    set_up(lab, &agent(1), &["n1"])?;
    let stopped = Stopped::new(lab)?;
    let field = json!({"key": "metadata.name", "operator": "In", "values": ["missing"]});
    let required = json!({"nodeSelectorTerms": [{"matchFields": [field]}]});
    let affinity = json!({"requiredDuringSchedulingIgnoredDuringExecution": required});
    lab.create(&pod(
        "by-hand",
        json!({"affinity": {"nodeAffinity": affinity}}),
    ))?;
    let said = stopped.adopt("agent")?;
    said.of_pod("by-hand", ["Adopt", "BarePod", "DeletedIneligible"])?;
    let frozen = stopped.go(&said, "agent")?;
    frozen.finish(&said, DELETED)?.run(1, "agent:1")
}

/// A selector of expressions matches pods that no label of the template tells of.
fn selected_by_an_expression(lab: &Lab<'_>) -> Outcome {
    let expressions = json!([
        {"key": "app", "operator": "In", "values": ["agent", "helper"]},
        {"key": "spare", "operator": "DoesNotExist"},
    ]);
    let selector = json!({"selector": {"matchExpressions": expressions}});
    set_up(lab, &agent(1).spec(selector), &["n1"])?;
    let stopped = Stopped::new(lab)?;
    let labelled = |name: &str, labels| {
        let mut bare = pod(name, lab.on("n1"));
        bare["metadata"]["labels"] = labels;
        lab.create(&bare)
    };
    labelled("zzz-helper", json!({"app": "helper"}))?;
    labelled("zzz-other", json!({"app": "other"}))?;
    labelled("zzz-spare", json!({"app": "agent", "spare": "yes"}))?;
    let said = stopped.adopt("agent")?;
    said.of_pod("zzz-helper", ["Adopt", "BarePod", "DeletedAsDuplicate"])?;
    if said.list("/pods")?.len() != 2 {
        return Err(format!("it selects no other: {}", said.at("/pods")));
    }
    let frozen = stopped.go(&said, "agent")?;
    frozen.finish(&said, DELETED)?.run(2, "by-hand:1")
}
