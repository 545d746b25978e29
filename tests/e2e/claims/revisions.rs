//! ControllerRevisions: duplicates, orphans and such that no longer match.

use serde_json::{Value, json};

use super::run::{Did, Stopped};
use super::{Case, Outcome, case};
use crate::prediction::{agent, copy_of, set_up};
use crate::scenario::daemonset::Ds;
use crate::scenario::lab::Lab;

pub(super) const ALL: &[Case] = &[
    case("duplicate", duplicate),
    case("orphaned", orphaned),
    case("released", released),
    case("without-the-label", without_the_label),
    case("back-to-an-older-template", back_to_an_older_template),
];

const NODES: [&str; 2] = ["n1", "n2"];

const ONE_REVISION: Did = Did {
    adopted: 0,
    released: 0,
    relabelled: 0,
    deleted: 0,
    created: 0,
    collected: 0,
    revisions: 1,
};

fn on_delete() -> Ds {
    agent(1).spec(json!({"updateStrategy": {"type": "OnDelete"}}))
}

/// Two revisions; the pods are of the first.
fn two_revisions(lab: &Lab<'_>) -> Result<Vec<Value>, String> {
    set_up(lab, &on_delete(), &NODES)?;
    lab.apply(&on_delete().image("agent:2"))?;
    lab.until("the second revision", || Ok(lab.revisions()?.len() == 2))?;
    lab.revisions()
}

/// k/k#111280: of two revisions of the template the higher one is kept, and every pod
/// gets its label and isn't restarted, though it runs another image.
fn duplicate(lab: &Lab<'_>) -> Outcome {
    let second = two_revisions(lab)?[1].clone();
    let mut copy = copy_of(&second, "agent-copy", 3);
    copy["metadata"]["labels"]["controller-revision-hash"] = json!("copy");
    let stopped = Stopped::new(lab)?;
    lab.create(&copy)?;
    let said = stopped.adopt("agent")?;
    said.of_pods(2, ["Owned", "Controlled", "Relabelled"])?;
    said.finds(&["DuplicateRevisions", "HistoryRewritten"])?;
    said.says("/history/current", "agent-copy")?;
    said.says("/revisions/1/then", "DeletedAsDuplicate")?;
    let did = Did {
        relabelled: 2,
        ..ONE_REVISION
    };
    let frozen = stopped.go(&said, "agent")?;
    frozen.finish(&said, did)?.run(2, "agent:1")
}

fn name(revision: &Value) -> Result<&str, String> {
    let name = revision["metadata"]["name"].as_str();
    name.ok_or_else(|| "a revision has no name".to_owned())
}

/// One whose owner reference is gone is taken again.
fn orphaned(lab: &Lab<'_>) -> Outcome {
    let revisions = two_revisions(lab)?;
    let stopped = Stopped::new(lab)?;
    let nobody = json!({"metadata": {"ownerReferences": null}});
    lab.patch("controllerrevision", name(&revisions[0])?, &nobody)?;
    let said = stopped.adopt("agent")?;
    said.says("/revisions/0/claim", "Adopt")?;
    said.says("/revisions/0/reason", "OrphanedRevision")?;
    let frozen = stopped.go(&said, "agent")?;
    frozen.finish(&said, ONE_REVISION)?.run(2, "agent:1")
}

/// One whose labels no longer match is let go: there is no way back to it.
fn released(lab: &Lab<'_>) -> Outcome {
    let revisions = two_revisions(lab)?;
    let stopped = Stopped::new(lab)?;
    lab.kubectl(&["label", "controllerrevision", name(&revisions[0])?, "app-"])?;
    let said = stopped.adopt("agent")?;
    said.says("/revisions/0/claim", "Release")?;
    said.says("/revisions/0/reason", "NoLongerSelected")?;
    let frozen = stopped.go(&said, "agent")?;
    frozen.finish(&said, ONE_REVISION)?.run(2, "agent:1")
}

/// One without the hash label gets its name as that label.
fn without_the_label(lab: &Lab<'_>) -> Outcome {
    let revisions = two_revisions(lab)?;
    let stopped = Stopped::new(lab)?;
    let first = name(&revisions[0])?;
    lab.kubectl(&[
        "label",
        "controllerrevision",
        first,
        "controller-revision-hash-",
    ])?;
    let said = stopped.adopt("agent")?;
    said.says("/history/rewritten", true)?;
    said.finds(&["HistoryRewritten"])?;
    let frozen = stopped.go(&said, "agent")?;
    frozen.finish(&said, ONE_REVISION)?.run(2, "agent:1")
}

/// Created again with the template of an older revision: that one gets the highest number.
fn back_to_an_older_template(lab: &Lab<'_>) -> Outcome {
    set_up(lab, &agent("100%"), &NODES)?;
    lab.apply(&agent("100%").image("agent:2"))?;
    lab.until_rolled("agent", "agent:2", 2)?;
    let (stopped, said) = Stopped::new(lab)?.recreate(&agent(1), |_| Ok(()))?;
    said.says("/history/state", "Existing")?;
    said.says("/revisions/0/holdsTemplate", true)?;
    said.says("/revisions/0/then", "Renumbered")?;
    said.says("/revisions/0/renumberedTo", 3)?;
    said.of_pods(2, ["Adopt", "OrphanedPod", "Replaced"])?;
    let did = Did {
        adopted: 2,
        deleted: 2,
        created: 2,
        revisions: 3,
        ..Did::default()
    };
    let frozen = stopped.go(&said, "agent")?;
    frozen.finish(&said, did)?.run(2, "agent:1")
}
