//! The plan beside what the controller did.

use std::collections::BTreeSet;

use serde_json::Value;

use super::fields;
use super::plan::{Choice, Plan};
use super::record::Deeds;
use super::run::Ended;
use super::timeline::Timeline;
use crate::scenario::Outcome;
use crate::scenario::pod::{is_ready, node_of};

/// So many pods one sync creates at most, and so many it deletes.
const BURST_REPLICAS: usize = 250;

/// What the controller did in its first sync, `first`, and in all while no pod changed
/// but by its hand, `all`.
pub(super) fn first(plan: &Plan, first: &Deeds, all: &Deeds) -> Outcome {
    let context =
        |why| format!("{why}\nfirst sync: {first:?}\nthen in all: {all:?}\nplan: {plan:?}");
    one_pod_a_node(all)
        .and_then(|()| match plan.at("/next").as_str() {
            Some("Manage") => after_manage(plan, first, all),
            Some("Update") if !first.refused.is_empty() => {
                let create = plan.choice("/update/create")?;
                let nodes = create.certain.union(&create.candidates);
                refused(plan, &nodes.cloned().collect(), all)
            }
            Some("Update") => {
                only_update(plan, first)?;
                nothing_but_surged(plan, first, all)
            }
            Some("Waiting" | "None") if all.is_idle() => Ok(()),
            next => Err(format!("next is {next:?}")),
        })
        .map_err(context)
}

fn one_pod_a_node(all: &Deeds) -> Outcome {
    if all.doubled.is_empty() {
        Ok(())
    } else {
        Err(format!("several pods were made for {:?}", all.doubled))
    }
}

fn only_update(plan: &Plan, did: &Deeds) -> Outcome {
    let manage = plan.list("/manage/create")?.len() + plan.list("/manage/delete")?.len();
    if manage > 0 {
        return Err("next is Update, but manage has something to do".to_owned());
    }
    plan.choice("/update/delete")?
        .admits("update/delete", &did.deleted)?;
    plan.choice("/update/create")?
        .admits("update/create", &did.created)
}

/// manage's part is exact; rollingUpdate may follow in the same sync or in the next,
/// on a state that holds manage's part already: never more than without it.
fn after_manage(plan: &Plan, first: &Deeds, all: &Deeds) -> Outcome {
    let create = plan.names("/manage/create", "node")?;
    let [certain, perhaps] = plan.manage_deletes()?;
    if create.is_empty() && certain.is_empty() && perhaps.is_empty() {
        return Err("next is Manage, but it has nothing to do".to_owned());
    }
    if !first.refused.is_empty() {
        return refused(plan, &create, all);
    }
    let missing: Vec<_> = create
        .difference(&all.created)
        .chain(certain.difference(&all.deleted))
        .collect();
    if !missing.is_empty() {
        return Err(format!("manage was to do {missing:?} and didn't"));
    }
    let deleted: BTreeSet<_> = all.deleted.difference(&certain).cloned().collect();
    let deleted = deleted.difference(&perhaps).cloned().collect();
    let room = nodes_of_ended(plan)?;
    let created: BTreeSet<_> = all.created.difference(&create).cloned().collect();
    let created = created.difference(&room).cloned().collect();
    let after = match plan.at("/updateAfterManage") {
        Value::Null => "/update",
        _ => "/updateAfterManage",
    };
    plan.choice(&format!("{after}/delete"))?
        .bounds("update/delete after manage", &deleted)?;
    plan.choice(&format!("{after}/create"))?
        .bounds("update/create after manage", &created)
}

/// Nodes whose pods have ended: such are gone at once when they are deleted, and the
/// next sync makes new ones.
fn nodes_of_ended(plan: &Plan) -> Result<BTreeSet<String>, String> {
    let ended =
        |entry: &&Value| entry["reason"] == "PodFailed" || entry["reason"] == "PodSucceeded";
    let ended = plan.list("/manage/delete")?.iter().filter(ended);
    Ok(ended
        .filter_map(|entry| entry["node"].as_str().map(str::to_owned))
        .collect())
}

/// A create that fails keeps the rolling update from being called.
fn refused(plan: &Plan, create: &BTreeSet<String>, all: &Deeds) -> Outcome {
    let blockers = plan.list("/blockers")?;
    if !blockers.iter().any(|b| b["code"] == "FailedCreate") {
        return Err("pods weren't admitted, and no blocker says so".to_owned());
    }
    if !all.is_idle() || !all.refused.is_subset(create) {
        return Err("with a create that fails nothing else should have been done".to_owned());
    }
    Ok(())
}

/// With surge, manage takes the old pod from beside the new one where it isn't ready;
/// and what one sync can't delete for the cap the next one does. Nothing else follows
/// before a pod has become available or is gone.
fn nothing_but_surged(plan: &Plan, first: &Deeds, all: &Deeds) -> Outcome {
    let surged = plan.list("/old")?.iter().filter(|old| {
        let node = old["node"].as_str();
        node.is_some_and(|node| first.created.contains(node))
    });
    let mut explained: BTreeSet<String> = surged
        .filter_map(|old| old["pod"].as_str().map(str::to_owned))
        .collect();
    if first.deleted.len() == BURST_REPLICAS {
        explained.extend(plan.choice("/update/delete")?.candidates);
    }
    let unexplained: Vec<_> = all
        .deleted
        .difference(&first.deleted)
        .filter(|pod| !explained.contains(*pod))
        .chain(all.created.difference(&first.created))
        .collect();
    if unexplained.is_empty() {
        Ok(())
    } else {
        Err(format!("nothing explains {unexplained:?}"))
    }
}

/// Pods that have to be gone and nodes that have to have one when it is over.
pub(super) struct Going {
    pods: BTreeSet<String>,
    nodes: BTreeSet<String>,
}

/// What the plan says of the end.
pub(super) fn going(plan: &Plan) -> Result<Going, String> {
    let [certain, perhaps] = plan.manage_deletes()?;
    let mut pods = plan.names("/old", "pod")?;
    pods.extend(certain);
    pods.extend(perhaps);
    let mut nodes = plan.names("/manage/create", "node")?;
    nodes.extend(remade(plan, true)?);
    Ok(Going { pods, nodes })
}

fn remade(plan: &Plan, remade: bool) -> Result<BTreeSet<String>, String> {
    Ok(plan
        .list("/old")?
        .iter()
        .filter(|old| old["remade"] == remade)
        .filter_map(|old| old["node"].as_str().map(str::to_owned))
        .collect())
}

/// Whether the old pods are gone, and the nodes have ready ones.
pub(super) fn is_over(going: &Going, pods: &[Value]) -> bool {
    let gone = pods.iter().all(|pod| {
        pod["metadata"]["deletionTimestamp"].is_null()
            && is_ready(pod)
            && !going
                .pods
                .contains(pod["metadata"]["name"].as_str().unwrap_or_default())
    });
    gone && going.nodes.is_subset(&nodes_of(pods))
}

/// The nodes of pods.
pub(super) fn nodes_of(pods: &[Value]) -> BTreeSet<String> {
    pods.iter().filter_map(node_of).map(str::to_owned).collect()
}

fn names_of(pods: &[Value]) -> BTreeSet<String> {
    let names = pods
        .iter()
        .filter_map(|pod| pod["metadata"]["name"].as_str());
    names.map(str::to_owned).collect()
}

/// The pods of the begin that the controller deleted.
pub(super) fn taken_from_the_start(ended: &Ended) -> BTreeSet<String> {
    let deleted = ended.record.all().deleted;
    names_of(&ended.start)
        .intersection(&deleted)
        .cloned()
        .collect()
}

/// What is left when the rollout is over: exactly the old pods were replaced, the lost
/// ones weren't made again, and the budget was kept all the time.
pub(super) fn end(plan: &Plan, ended: &Ended) -> Outcome {
    let context = |why| {
        format!(
            "{why}\nin the end: {:?}\nat the begin: {:?}\nplan: {plan:?}",
            nodes_of(&ended.end),
            nodes_of(&ended.start)
        )
    };
    exactly_the_old(plan, ended)
        .and_then(|()| lost_and_gained(plan, ended))
        .and_then(|()| budget(plan, ended))
        .map_err(context)
}

fn exactly_the_old(plan: &Plan, ended: &Ended) -> Outcome {
    let [certain, perhaps] = plan.manage_deletes()?;
    let mut expected = plan.names("/old", "pod")?;
    expected.extend(certain);
    let taken = taken_from_the_start(ended);
    let wrong: Vec<_> = expected
        .symmetric_difference(&taken)
        .filter(|pod| !perhaps.contains(*pod))
        .collect();
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(format!(
            "the old pods and manage's are {expected:?}, deleted were {taken:?}"
        ))
    }
}

fn lost_and_gained(plan: &Plan, ended: &Ended) -> Outcome {
    let (before, after) = (nodes_of(&ended.start), nodes_of(&ended.end));
    let lost: BTreeSet<_> = before.difference(&after).cloned().collect();
    let mut expected = plan.names("/lost", "node")?;
    let placeless = plan
        .list("/manage/delete")?
        .iter()
        .filter(|entry| entry["reason"] == "NodeExcluded" || entry["reason"] == "NodeMissing");
    expected.extend(placeless.filter_map(|entry| entry["node"].as_str().map(str::to_owned)));
    if lost != expected {
        return Err(format!(
            "{expected:?} were to lose their pods, {lost:?} did"
        ));
    }
    let gained: BTreeSet<_> = after.difference(&before).cloned().collect();
    let made = plan.names("/manage/create", "node")?;
    let expected: BTreeSet<_> = made.difference(&before).cloned().collect();
    if gained != expected || !made.is_subset(&after) {
        return Err(format!("{expected:?} were to gain a pod, {gained:?} did"));
    }
    Ok(())
}

fn budget(plan: &Plan, ended: &Ended) -> Outcome {
    let desired = nodes_of(&ended.end);
    let timeline = Timeline::new(&ended.start, ended.min_ready_seconds, &desired);
    let (taken, worst) = timeline.play(&ended.record);
    let [managed, perhaps] = plan.manage_deletes()?;
    let by_manage = |pod: &String| managed.contains(pod) || perhaps.contains(pod);
    let surge = plan.at("/budget/of") == "Surge";
    for taken in taken.iter().filter(|taken| !by_manage(&taken.pod)) {
        let kept = if surge {
            taken.replaced || !desired.contains(&taken.node)
        } else {
            taken.unavailable <= plan.number("/budget/allowed")?
        };
        if !kept {
            return Err(format!("the budget wasn't kept: {taken:?}"));
        }
    }
    let waves = plan.at("/waves");
    match waves["unavailableAtWorst"].as_u64() {
        Some(said) if (said as usize) < worst => Err(format!(
            "{worst} eligible nodes were without an available pod, {said} at worst were to be"
        )),
        _ => replaced(plan, ended),
    }
}

/// Pods that the rolling update deleted and that were made again.
fn replaced(plan: &Plan, ended: &Ended) -> Outcome {
    let [managed, perhaps] = plan.manage_deletes()?;
    let after = nodes_of(&ended.end);
    let taken = taken_from_the_start(ended);
    let remade = ended.start.iter().filter(|pod| {
        let name = pod["metadata"]["name"].as_str().unwrap_or_default();
        let by_manage = managed.contains(name) || perhaps.contains(name);
        taken.contains(name) && !by_manage && node_of(pod).is_some_and(|n| after.contains(n))
    });
    let replaced = remade.count();
    let said = plan.at("/waves/replace").as_u64().unwrap_or(0);
    if said as usize == replaced {
        Ok(())
    } else {
        Err(format!("{said} pods were to be replaced, {replaced} were"))
    }
}

/// The newest revision in the end: made anew, or renumbered, as it was said.
pub(super) fn revision(plan: &Plan, newest: &Value) -> Outcome {
    let said = plan.at("/revision");
    let number = said.get("renumberedTo").or_else(|| said.get("number"));
    if number != Some(&newest["revision"]) {
        return Err(format!("the revision was to be {said}, it is {newest}"));
    }
    match said.get("name") {
        Some(name) if *name != newest["metadata"]["name"] => {
            Err(format!("the revision was to be {name}, it is {newest}"))
        }
        _ => Ok(()),
    }
}

/// The plan of a rollout that is over.
pub(super) fn done(plan: &Plan) -> Outcome {
    plan.says("/next", "None")?;
    plan.says("/old", serde_json::json!([]))?;
    plan.says("/lost", serde_json::json!([]))?;
    plan.says("/waves", Value::Null)?;
    plan.blocked_by(&[])
}

/// What was said of a change, and what `kubectl apply -f` then left.
pub(super) fn change(said: &Plan, before: &Value, after: &Value) -> Outcome {
    let changed = before["spec"]["template"] != after["spec"]["template"];
    said.says("/change/kind", "Apply")?;
    said.says("/change/obtained", "DryRun")?;
    let template = if changed { "Changed" } else { "Unchanged" };
    said.says("/change/template", template)?;
    said.says("/change/refused", serde_json::json!([]))?;
    if before.is_null() {
        return Ok(());
    }
    fields::lead(before, after, said.list("/change/fields")?)
}

/// The parts of a plan that say what the controller does.
const PARTS: &[&str] = &[
    "strategy", "revision", "desired", "budget", "next", "manage", "update", "lost", "old",
    "drift", "waves",
];

/// The plan of a change, and that of the rollout under way once it is made.
pub(super) fn same(said: &Plan, then: &Plan) -> Outcome {
    for part in PARTS {
        let part = format!("/{part}");
        let (said, then) = (timeless(said.at(&part)), timeless(then.at(&part)));
        if said != then {
            return Err(format!(
                "{part} was said to be {said}, and when the change was made it is {then}"
            ));
        }
    }
    Ok(())
}

/// Without the messages, which say how long ago something was, and the time of a restart.
fn timeless(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let timed = |key: &str| key == "message" || key.ends_with("/restartedAt");
            let kept = fields.iter().filter(|(key, _)| !timed(key));
            kept.map(|(key, value)| (key.clone(), timeless(value)))
                .collect()
        }
        Value::Array(items) => items.iter().map(timeless).collect(),
        other => other.clone(),
    }
}

/// An error unless the choice has this shape.
pub(super) fn shape(choice: &Choice, certain: usize, candidates: usize, take: usize) -> Outcome {
    let is = (choice.certain.len(), choice.candidates.len(), choice.take);
    if is == (certain, candidates, take) {
        Ok(())
    } else {
        Err(format!(
            "(certain, candidates, take) should be {:?}, not {is:?}",
            (certain, candidates, take)
        ))
    }
}
