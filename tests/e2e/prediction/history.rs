//! Revisions: rollbacks, restarts, orphans that are taken over, and labels that hide
//! what a pod runs.

use serde_json::{Value, json};

use super::budget::{agent, set_up};
use super::compare::shape;
use super::run::{Does, Stopped, deletes};
use super::{Case, Outcome, case};
use crate::report::{manifest_file, written};
use crate::scenario::daemonset::Ds;
use crate::scenario::lab::Lab;

pub(super) const ALL: &[Case] = &[
    case("to-revision-1", to_revision_1),
    case("to-revision-0", to_revision_0),
    case("undo-halfway", undo_halfway),
    case("restart", restart),
    case("set-image", set_image),
    case("orphans-same-template", orphans_same_template),
    case("orphans-generation-trap", orphans_generation_trap),
    case("orphans-older-generation", orphans_older_generation),
    case("duplicate-revision", duplicate_revision),
    case("creation-timestamp-null", creation_timestamp_null),
    case("back-to-a-null", back_to_a_null),
    case("other-white-space", other_white_space),
    case("default-added", default_added),
];

const NODES: [&str; 3] = ["n1", "n2", "n3"];

/// Three revisions, the third one everywhere.
fn three_revisions(lab: &Lab<'_>) -> Outcome {
    set_up(lab, &agent("100%"), &NODES)?;
    for image in ["agent:2", "agent:3"] {
        lab.apply(&agent("100%").image(image))?;
        lab.until_rolled("agent", image, 3)?;
    }
    Ok(())
}

/// `kubectl rollout undo --to-revision`, and what became of the revision.
fn undo(lab: &Lab<'_>, to: &str, number: usize, image: &str) -> Outcome {
    three_revisions(lab)?;
    let revisions = lab.revisions()?;
    let name = &revisions[number - 1]["metadata"]["name"];
    let stopped = Stopped::new(lab, "agent")?;
    let to = format!("--to-revision={to}");
    let said = stopped.plan(&["agent", &to])?;
    said.says("/change/kind", "Undo")?;
    said.says("/change/template", "Changed")?;
    said.says("/revision/state", "Existing")?;
    said.says("/revision/name", name.clone())?;
    said.says("/revision/number", number)?;
    said.says("/revision/renumberedTo", 4)?;
    let plan = stopped.then(&said, || {
        lab.kubectl(&["rollout", "undo", "daemonset/agent", &to])
            .map(drop)
    })?;
    let ended = stopped.go(&plan, deletes(3))?.finish(&plan)?;
    ended.replaced(3)?;
    lab.until_rolled("agent", image, 3)?;
    let after = lab.revisions()?;
    let last = after.last().ok_or("no revision")?;
    if last["metadata"]["name"] == *name && last["revision"] == 4 && after.len() == 3 {
        Ok(())
    } else {
        Err(format!("{name} should be revision 4 of 3: {after:?}"))
    }
}

fn to_revision_1(lab: &Lab<'_>) -> Outcome {
    undo(lab, "1", 1, "agent:1")
}

/// 0 is the one before the current one.
fn to_revision_0(lab: &Lab<'_>) -> Outcome {
    undo(lab, "0", 2, "agent:2")
}

/// Half of the pods were never replaced: they are already there, and stay.
fn undo_halfway(lab: &Lab<'_>) -> Outcome {
    set_up(lab, &agent(2), &["n1", "n2", "n3", "n4"])?;
    lab.apply(&agent(2).image("agent:2").behaviour("never-ready"))?;
    lab.until("two pods to be replaced", || {
        Ok(lab.running("agent", "agent:2")? == 2)
    })?;
    let stopped = Stopped::new(lab, "agent")?;
    stopped.plan(&["agent"])?.says("/next", "Waiting")?;
    let said = stopped.plan(&["agent", "--to-revision", "1"])?;
    shape(&said.choice("/update/delete")?, 2, 0, 0)?;
    let plan = stopped.then(&said, || {
        lab.kubectl(&["rollout", "undo", "daemonset/agent"])
            .map(drop)
    })?;
    let ended = stopped.go(&plan, deletes(2))?.finish(&plan)?;
    ended.replaced(2)?;
    lab.until_rolled("agent", "agent:1", 4)
}

/// The annotation's value is the time, so the two templates differ in it alone.
fn restart(lab: &Lab<'_>) -> Outcome {
    set_up(lab, &agent(2), &NODES)?;
    let stopped = Stopped::new(lab, "agent")?;
    let said = stopped.plan(&["agent", "--restart"])?;
    said.says("/change/kind", "Restart")?;
    said.says("/change/template", "Changed")?;
    said.says("/revision/state", "New")?;
    let field = said.at("/change/fields/0").to_string();
    if !field.contains("kubectl.kubernetes.io/restartedAt") {
        return Err(format!("the annotation should differ, not {field}"));
    }
    let plan = stopped.then(&said, || {
        lab.kubectl(&["rollout", "restart", "daemonset/agent"])
            .map(drop)
    })?;
    shape(&plan.choice("/update/delete")?, 0, 3, 2)?;
    stopped.go(&plan, deletes(2))?.finish(&plan)?.replaced(3)
}

fn set_image(lab: &Lab<'_>) -> Outcome {
    set_up(lab, &agent(1), &NODES)?;
    let stopped = Stopped::new(lab, "agent")?;
    let said = stopped.plan(&["agent", "--set-image", "agent=agent:2"])?;
    said.says("/change/kind", "SetImage")?;
    said.says("/change/fields/0/before", "agent:1")?;
    said.says("/change/fields/0/after", "agent:2")?;
    let plan = stopped.then(&said, || {
        lab.kubectl(&["set", "image", "daemonset/agent", "agent=agent:2"])
            .map(drop)
    })?;
    stopped.go(&plan, deletes(1))?.finish(&plan)?.replaced(3)
}

/// Orphans are adopted while nothing is rolled.
fn adopted(
    lab: &Lab<'_>,
    stopped: Stopped<'_, '_>,
    again: &Ds,
) -> Result<super::plan::Plan, String> {
    lab.apply(again)?;
    let plan = stopped.plan(&["agent"])?;
    plan.says("/next", "None")?;
    plan.says("/old", json!([]))?;
    let frozen = stopped.go(&plan, Does::Nothing)?;
    if frozen.deeds.patched.len() != 3 {
        return Err(format!("three pods should be adopted: {:?}", frozen.deeds));
    }
    frozen.stays()?.replaced(0)?;
    Ok(plan)
}

fn orphans_same_template(lab: &Lab<'_>) -> Outcome {
    set_up(lab, &agent(1), &NODES)?;
    lab.orphan("agent")?;
    let plan = adopted(lab, Stopped::at_once(lab, "agent")?, &agent(1))?;
    plan.says("/revision/state", "Current")?;
    plan.says("/drift", json!([]))
}

/// Created again with another image, the pods count as updated by their generation: it
/// is 1 again, as theirs is, and nothing rolls.
fn orphans_generation_trap(lab: &Lab<'_>) -> Outcome {
    set_up(lab, &agent(1), &NODES)?;
    lab.orphan("agent")?;
    let again = agent(1).image("agent:2");
    let plan = adopted(lab, Stopped::at_once(lab, "agent")?, &again)?;
    plan.says("/revision/state", "New")?;
    if plan.list("/drift")?.len() != 3 {
        return Err(format!("three pods should drift: {}", plan.at("/drift")));
    }
    plan.says("/drift/0/by", "Generation")?;
    plan.says("/drift/0/images/agent/pod", "agent:1")?;
    plan.says("/drift/0/images/agent/template", "agent:2")?;
    match lab.running("agent", "agent:1")? {
        3 => {}
        n => return Err(format!("three pods should run the old image, {n} do")),
    }
    out_of_the_trap(lab, &again)
}

/// All commands see it, and the first way round that the plan has leads out of it.
fn out_of_the_trap(lab: &Lab<'_>, ds: &Ds) -> Outcome {
    lab.rest("agent")?;
    let file = manifest_file(lab, &ds.manifest())?;
    let counts = [
        written(lab, &["why", "-f", &file])?["status"]["updated"].clone(),
        written(lab, &["plan", "-f", &file])?["revision"]["pods"].clone(),
    ];
    if counts != [3, 3] {
        return Err(format!("three pods should count as updated: {counts:?}"));
    }
    let plan = written(lab, &["plan", "agent"])?;
    for report in [&plan, &written(lab, &["why", "agent"])?] {
        if report["clean"] != false {
            return Err(format!("{} should not be clean", report["kind"]));
        }
    }
    let way = plan["remedies"][0]["command"].as_str().unwrap_or_default();
    let words: Vec<&str> = way.split_whitespace().skip(1).collect();
    lab.cluster().kubectl(&words)?;
    lab.until_rolled("agent", "agent:2", 3)?;
    let plan = written(lab, &["plan", "agent"])?;
    match plan["drift"].as_array().map(Vec::len) {
        Some(0) => Ok(()),
        drift => Err(format!("no pod should drift, {drift:?} do")),
    }
}

/// Pods of a later generation than the new DaemonSet's don't count, and are rolled.
fn orphans_older_generation(lab: &Lab<'_>) -> Outcome {
    set_up(lab, &agent("100%"), &NODES)?;
    lab.apply(&agent("100%").image("agent:2"))?;
    lab.until_rolled("agent", "agent:2", 3)?;
    lab.orphan("agent")?;
    let stopped = Stopped::at_once(lab, "agent")?;
    lab.apply(&agent(2).image("agent:3"))?;
    let plan = stopped.plan(&["agent"])?;
    plan.says("/next", "Update")?;
    plan.says("/revision/state", "New")?;
    shape(&plan.choice("/update/delete")?, 0, 3, 2)?;
    stopped.go(&plan, deletes(2))?.finish(&plan)?.replaced(3)
}

/// A copy of a revision under another name, of which the pods' hash is the label.
pub(crate) fn copy_of(revision: &Value, name: &str, number: i64) -> Value {
    let mut copy = revision.clone();
    copy["metadata"] = json!({
        "name": name,
        "labels": revision["metadata"]["labels"],
        "ownerReferences": revision["metadata"]["ownerReferences"],
    });
    copy["revision"] = json!(number);
    copy
}

/// k/k#111280: of two revisions of the template the higher one is kept, and every pod
/// gets its label, whatever it runs.
fn duplicate_revision(lab: &Lab<'_>) -> Outcome {
    let by_hand = agent(1).spec(json!({"updateStrategy": {"type": "OnDelete"}}));
    set_up(lab, &by_hand, &NODES)?;
    lab.apply(&by_hand.image("agent:2"))?;
    lab.until("the second revision", || Ok(lab.revisions()?.len() == 2))?;
    let second = lab.revisions()?[1].clone();
    let mut copy = copy_of(&second, "agent-copy", 3);
    copy["metadata"]["labels"]["controller-revision-hash"] = json!("copy");
    // A revision that has its owner starts no sync; the controller sees it before it stops.
    lab.create(&copy)?;
    let stopped = Stopped::new(lab, "agent")?;
    lab.apply(&agent(1).image("agent:2"))?;
    let plan = stopped.plan(&["agent"])?;
    plan.says("/revision/name", "agent-copy")?;
    plan.says("/revision/duplicates", json!([second["metadata"]["name"]]))?;
    plan.says("/next", "None")?;
    plan.says("/old", json!([]))?;
    if plan.list("/drift")?.len() != 3 {
        return Err(format!("three pods should drift: {}", plan.at("/drift")));
    }
    plan.says("/drift/0/by", "Relabelled")?;
    let frozen = stopped.go(&plan, Does::Nothing)?;
    if frozen.deeds.patched.len() != 3 {
        return Err(format!(
            "three pods should be relabelled: {:?}",
            frozen.deeds
        ));
    }
    frozen.stays()?.replaced(0)?;
    let revisions = lab.revisions()?;
    let gone = revisions
        .iter()
        .all(|r| r["metadata"]["name"] != second["metadata"]["name"]);
    match (gone, lab.running("agent", "agent:1")?) {
        (true, 3) => Ok(()),
        is => Err(format!(
            "(duplicate gone, old images) is {is:?}: {revisions:?}"
        )),
    }
}

/// Takes a revision away, and says what it was as an object that is yet to be created.
fn take_away(lab: &Lab<'_>, revision: &Value) -> Result<Value, String> {
    let number = revision["revision"].as_i64().unwrap_or_default();
    let name = revision["metadata"]["name"].as_str().unwrap_or_default();
    lab.kubectl(&["delete", "controllerrevision", name])?;
    Ok(copy_of(revision, name, number))
}

/// Puts changed data into a revision: what another version of the API wrote.
fn rewrite(lab: &Lab<'_>, revision: &Value, change: impl Fn(&mut Value)) -> Outcome {
    let mut copy = take_away(lab, revision)?;
    change(&mut copy["data"]["spec"]["template"]);
    lab.create(&copy)
}

fn newest(lab: &Lab<'_>) -> Result<Value, String> {
    Ok(lab.revisions()?.last().ok_or("no revision")?.clone())
}

/// What a controller before 1.34 wrote.
fn with_null(template: &mut Value) {
    template["metadata"]["creationTimestamp"] = Value::Null;
}

/// Byte for byte the only revision isn't the template's, and a new one is made. The pods
/// run the template and count as updated by their generation, and nothing rolls.
fn only_a_new_revision(lab: &Lab<'_>, stopped: Stopped<'_, '_>) -> Outcome {
    let plan = stopped.plan(&["agent"])?;
    plan.says("/revision/state", "New")?;
    plan.says("/revision/sameAs", 1)?;
    plan.says("/next", "None")?;
    plan.says("/clean", true)?;
    for list in ["/old", "/drift"] {
        plan.says(list, json!([]))?;
    }
    stopped.go(&plan, Does::Nothing)?.stays()?.replaced(0)?;
    match lab.revisions()?.len() {
        2 => Ok(()),
        n => Err(format!("there should be two revisions, {n} are")),
    }
}

/// A controller before 1.34 wrote `creationTimestamp: null` into the template's metadata.
fn creation_timestamp_null(lab: &Lab<'_>) -> Outcome {
    set_up(lab, &agent(2), &NODES)?;
    let stopped = Stopped::new(lab, "agent")?;
    rewrite(lab, &newest(lab)?, with_null)?;
    only_a_new_revision(lab, stopped)
}

/// The bytes are sent and stored as they are; JSON shows them without the white space.
fn other_white_space(lab: &Lab<'_>) -> Outcome {
    set_up(lab, &agent(2), &NODES)?;
    let stopped = Stopped::new(lab, "agent")?;
    let revision = newest(lab)?;
    let copy = take_away(lab, &revision)?;
    let spaced = serde_json::to_string_pretty(&copy).map_err(|e| e.to_string())?;
    let path = format!(
        "/apis/apps/v1/namespaces/{}/controllerrevisions",
        lab.namespace()
    );
    lab.kubectl_with(&["create", "--raw", &path, "-f", "-"], &spaced)?;
    if newest(lab)?["data"] != revision["data"] {
        return Err("the data should say the same".to_owned());
    }
    only_a_new_revision(lab, stopped)
}

/// Whichever way a template goes back to what such a revision says, a new one is made, and
/// pods that run it already are replaced.
fn back_to_a_null(lab: &Lab<'_>) -> Outcome {
    let by_hand = agent(2).spec(json!({"updateStrategy": {"type": "OnDelete"}}));
    set_up(lab, &by_hand, &NODES)?;
    lab.apply(&by_hand.image("agent:2"))?;
    lab.until("the second revision", || Ok(lab.revisions()?.len() == 2))?;
    let stopped = Stopped::new(lab, "agent")?;
    rewrite(lab, &lab.revisions()?[0], with_null)?;
    for change in [["--to-revision", "1"], ["--set-image", "agent=agent:1"]] {
        let said = stopped.plan(&[&["agent"], &change[..]].concat())?;
        said.says("/revision/state", "New")?;
        said.says("/revision/sameAs", 1)?;
        said.says("/revision/pods", 0)?;
    }
    let plan = stopped.apply(&agent(2))?;
    plan.says("/revision/state", "New")?;
    plan.says("/revision/sameAs", 1)?;
    shape(&plan.choice("/update/delete")?, 0, 3, 2)?;
    stopped.go(&plan, deletes(2))?.finish(&plan)?.replaced(3)?;
    match lab.revisions()?.len() {
        3 => Ok(()),
        n => Err(format!("there should be three revisions, {n} are")),
    }
}

/// k/k#78633: a newer server adds a default that the revision doesn't have. Pods that
/// count by their hash alone, such as those that an undone rollout never reached, are
/// replaced though nobody changed anything.
fn default_added(lab: &Lab<'_>) -> Outcome {
    let by_hand = agent(2).spec(json!({"updateStrategy": {"type": "OnDelete"}}));
    set_up(lab, &by_hand, &NODES)?;
    lab.apply(&by_hand.image("agent:2"))?;
    lab.until("the second revision", || Ok(lab.revisions()?.len() == 2))?;
    lab.apply(&agent(2))?;
    lab.until("the first to be the third", || {
        Ok(lab.revisions()?.last().is_some_and(|r| r["revision"] == 3))
    })?;
    let stopped = Stopped::new(lab, "agent")?;
    stopped.plan(&["agent"])?.says("/next", "None")?;
    rewrite(lab, &newest(lab)?, |template| {
        if let Some(container) = template["spec"]["containers"][0].as_object_mut() {
            container.remove("terminationMessagePolicy");
        }
    })?;
    let plan = stopped.plan(&["agent"])?;
    plan.says("/revision/state", "New")?;
    plan.says("/next", "Update")?;
    shape(&plan.choice("/update/delete")?, 0, 3, 2)?;
    stopped.go(&plan, deletes(2))?.finish(&plan)?.replaced(3)
}
