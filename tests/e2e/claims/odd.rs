//! States that come about by half-done work, restored backups and moved pods.

use serde_json::{Value, json};

use super::run::{DELETED, Did, Stopped};
use super::{Case, Outcome, case};
use crate::prediction::{agent, set_up};
use crate::scenario::daemonset::Ds;
use crate::scenario::lab::Lab;

pub(super) const ALL: &[Case] = &[
    case("in-the-middle-of-a-rollout", in_the_middle_of_a_rollout),
    case("restored-without-revisions", restored_without_revisions),
    case("moved-to-another-daemonset", moved_to_another_daemon_set),
    case(
        "moved-from-another-daemonset",
        moved_from_another_daemon_set,
    ),
];

const NODES: [&str; 2] = ["n1", "n2"];

/// One pod is new and one is old; the old one is trapped by its generation.
fn in_the_middle_of_a_rollout(lab: &Lab<'_>) -> Outcome {
    let by_hand = |image| {
        agent(1)
            .spec(json!({"updateStrategy": {"type": "OnDelete"}}))
            .image(image)
    };
    set_up(lab, &by_hand("agent:1"), &NODES)?;
    lab.apply(&by_hand("agent:2"))?;
    lab.until("the second revision", || Ok(lab.revisions()?.len() == 2))?;
    let [old, gone] = [lab.pod_on("agent", "n1")?, lab.pod_on("agent", "n2")?];
    lab.kubectl(&["delete", "pod", &gone])?;
    lab.until_ready_on("agent", &NODES)?;
    let new = lab.pod_on("agent", "n2")?;
    let again = agent(1).image("agent:2");
    let (stopped, said) = Stopped::new(lab)?.recreate(&again, |_| Ok(()))?;
    said.of_pods(2, ["Adopt", "OrphanedPod", "CountsAsUpdated"])?;
    let by = |pod: &str, label: &str| said.says(&format!("{}/updatedBy", said.place(pod)?), label);
    by(&old, "Generation")?;
    by(&new, "Hash")?;
    said.finds(&["GenerationTrap", "HistoryRewritten"])?;
    let did = Did {
        adopted: 2,
        revisions: 2,
        ..Did::default()
    };
    let ended = stopped.go(&said, "agent")?.finish(&said, did)?;
    ended.run(1, "agent:1")
}

/// Pods of the second generation come back from a backup, their revisions don't: the new
/// revision gets the hash that they carry, which nobody can tell before.
fn restored_without_revisions(lab: &Lab<'_>) -> Outcome {
    set_up(lab, &agent("100%"), &NODES)?;
    lab.apply(&agent("100%").image("agent:2"))?;
    lab.until_rolled("agent", "agent:2", 2)?;
    lab.orphan("agent")?;
    lab.kubectl(&["delete", "controllerrevisions", "-l", "app=agent"])?;
    let stopped = Stopped::new(lab)?;
    let said = stopped.create(&agent("100%").image("agent:2"), "agent")?;
    for pod in said.claims("pods")?.keys() {
        let at = said.place(pod)?;
        said.says(&format!("{at}/claim"), "Adopt")?;
        said.says(&format!("{at}/then"), Value::Null)?;
    }
    let did = Did {
        adopted: 2,
        revisions: 1,
        ..Did::default()
    };
    let frozen = stopped.go_open(&said, "agent", 2)?;
    frozen.finish(&said, did)?.run(2, "agent:2")
}

/// DaemonSets `agent` and `other`, ready on both nodes.
fn two_of_them(lab: &Lab<'_>) -> Outcome {
    set_up(lab, &agent(1), &NODES)?;
    lab.apply(&Ds::new("other"))?;
    lab.until_ready_on("other", &NODES)
}

/// A pod gets the labels of another DaemonSet: what becomes of it then is up to that.
fn moved_to_another_daemon_set(lab: &Lab<'_>) -> Outcome {
    two_of_them(lab)?;
    let pod = lab.pod_on("agent", "n2")?;
    let stopped = Stopped::new(lab)?;
    lab.kubectl(&["label", "pod", &pod, "--overwrite", "app=other"])?;
    let said = stopped.adopt("agent")?;
    let at = said.place(&pod)?;
    said.says(&format!("{at}/claim"), "Release")?;
    said.says(&format!("{at}/then"), Value::Null)?;
    let frozen = stopped.go_open(&said, "agent", 1)?;
    let ended = frozen.finish_unseen(&said)?;
    let other = &ended.record.by_others.adopted;
    if other.contains(&pod) && ended.record.pods.created.len() == 1 {
        Ok(())
    } else {
        Err(format!("{pod} should be the other's: {:?}", ended.record))
    }
}

/// The other one lets it go, and it is one too many here.
fn moved_from_another_daemon_set(lab: &Lab<'_>) -> Outcome {
    two_of_them(lab)?;
    let pod = lab.pod_on("other", "n2")?;
    let stopped = Stopped::new(lab)?;
    lab.kubectl(&["label", "pod", &pod, "--overwrite", "app=agent"])?;
    let said = stopped.adopt("agent")?;
    let at = said.place(&pod)?;
    said.says(&format!("{at}/claim"), "Adopt")?;
    said.says(&format!("{at}/reason"), "OwnerLetsGo")?;
    said.says(&format!("{at}/owner/name"), "other")?;
    if said.those("pods", "then", "DeletedAsDuplicate")?.len() != 1 {
        return Err(format!("one of two should go: {}", said.at("/pods")));
    }
    let frozen = stopped.go(&said, "agent")?;
    frozen.finish(&said, DELETED).map(drop)
}
