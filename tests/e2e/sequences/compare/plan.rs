//! A plan beside what the controller made of it.

use std::collections::BTreeSet;

use serde_json::Value;

use super::super::complaint::Complaints;
use super::super::state::{State, is_deleting, is_eligible, keeps, name_of};
use super::evidence::was_refused;
use super::health::describe;
use super::{Scene, strings};
use crate::scenario::pod::node_of;

/// The parts that are the same of a manifest and once it is applied.
const PARTS: [&str; 11] = [
    "strategy", "revision", "desired", "budget", "next", "manage", "update", "lost", "old",
    "drift", "waves",
];

type Names<'a> = BTreeSet<&'a str>;

pub(super) fn compare(plan: &Value, scene: &Scene<'_>, complaints: &mut Complaints) {
    pods(plan, scene, complaints);
    manage(plan, scene, complaints);
    next(plan, scene, complaints);
    outcome(plan, scene, complaints);
}

/// What was said of a manifest, and what is said once it is applied.
pub(super) fn foreseen(said: &Value, scene: &Scene<'_>, complaints: &mut Complaints) {
    let Some(plan) = scene.report("plan") else {
        return;
    };
    for part in PARTS {
        let [said, then] = [said, plan].map(|report| timeless(&report[part]));
        complaints.expect(
            said == then,
            &format!("plan -f: {part} isn't what plan says once it is applied"),
            || format!("{said}, then {then}; {}", describe(scene)),
        );
    }
}

/// The old pods, those in the trap of the generation label, and those that are lost.
fn pods(plan: &Value, scene: &Scene<'_>, complaints: &mut Complaints) {
    let state = scene.state;
    let live: Vec<&Value> = state.claimed().filter(|pod| !is_deleting(pod)).collect();
    let is_old = |pod: &Value| !state.is_current(pod) && !state.is_trapped(pod);
    let all = names_of(&live, |_| true);
    let mut equal = |what: &str, said: Vec<&str>, there: &Names<'_>| {
        let said: Names<'_> = said.into_iter().filter(|pod| all.contains(pod)).collect();
        complaints.expect(said == *there, &format!("plan: {what}"), || {
            format!("said {said:?}, there are {there:?}; {}", describe(scene))
        });
    };
    let old = names_of(&live, is_old);
    equal(
        "old isn't the pods of other templates",
        strings(&plan["old"], "pod"),
        &old,
    );
    let drift = plan["drift"].as_array().into_iter().flatten();
    let drift = drift.filter(|drift| drift["by"] == "Generation");
    let drift = drift.filter_map(|drift| drift["pod"].as_str()).collect();
    let trapped = names_of(&live, |pod| state.is_trapped(pod));
    equal("drift isn't the pods in the trap", drift, &trapped);
    if !state.is_on_delete() {
        let lost = names_of(&live, |pod| {
            let node = node_of(pod).and_then(|node| state.node(node));
            let excluded = node.is_some_and(|node| keeps(node) && !is_eligible(node));
            // Under surge the node may have its new pod already.
            let new = |other: &&Value| node_of(other) == node_of(pod) && !is_old(other);
            is_old(pod) && excluded && !live.iter().copied().any(|other| new(&other))
        });
        equal(
            "lost isn't the old pods under NoSchedule",
            strings(&plan["lost"], "pod"),
            &lost,
        );
    }
}

fn names_of<'a>(pods: &[&'a Value], so: impl Fn(&Value) -> bool) -> Names<'a> {
    let those = pods.iter().filter(|pod| so(pod));
    those.map(|pod| name_of(pod)).collect()
}

/// The nodes of those that aren't being deleted.
fn nodes_of<'a>(pods: impl Iterator<Item = &'a Value>) -> BTreeSet<String> {
    let live = pods.filter(|pod| !is_deleting(pod));
    live.filter_map(node_of).map(str::to_owned).collect()
}

/// What the controller does whatever the budget is.
fn manage(plan: &Value, scene: &Scene<'_>, complaints: &mut Complaints) {
    let state = scene.state;
    let eligible: Vec<&Value> = state
        .nodes
        .iter()
        .filter(|node| is_eligible(node))
        .collect();
    complaints.expect(
        plan["desired"] == eligible.len(),
        "plan: desired isn't the eligible nodes",
        || {
            format!(
                "{}, {} are; {}",
                plan["desired"],
                eligible.len(),
                describe(scene)
            )
        },
    );
    let surges = !is_zero(&state.ds()["spec"]["updateStrategy"]["rollingUpdate"]["maxSurge"]);
    let has_pod = |node: &&Value| {
        let mut pods = state.on(name_of(node));
        // With surge a pod is made beside one that terminates.
        pods.any(|pod| !surges || !is_deleting(pod))
    };
    let due: Names<'_> = eligible
        .iter()
        .filter(|node| !has_pod(node))
        .map(|node| name_of(node))
        .collect();
    let create: Names<'_> = strings(&plan["manage"]["create"], "node")
        .into_iter()
        .collect();
    complaints.expect(
        create == due,
        "plan: manage.create isn't the nodes without a pod",
        || format!("said {create:?}, due {due:?}; {}", describe(scene)),
    );
    let placeless: Names<'_> = state
        .claimed()
        .filter(|pod| !is_deleting(pod))
        .filter(|pod| {
            let node = node_of(pod).and_then(|node| state.node(node));
            node.is_none_or(|node| !keeps(node))
        })
        .map(name_of)
        .collect();
    let delete: Names<'_> = strings(&plan["manage"]["delete"], "pod")
        .into_iter()
        .collect();
    complaints.expect(
        placeless.is_subset(&delete),
        "plan: manage.delete lacks a pod without a place",
        || {
            format!(
                "said {delete:?}, without a place {placeless:?}; {}",
                describe(scene)
            )
        },
    );
}

fn is_zero(budget: &Value) -> bool {
    budget.is_null() || *budget == 0
}

/// Whether the controller is to do something, and whether it can be told when it is done.
fn next(plan: &Value, scene: &Scene<'_>, complaints: &mut Complaints) {
    let said = plan["next"].as_str().unwrap_or_default();
    let acts = matches!(said, "Manage" | "Update");
    let acted = !scene.stays() || scene.refused;
    let (rule, so) = match acts {
        true => (format!("plan: next is {said}, and nothing comes"), acted),
        false => (
            format!("plan: next is {said}, and something comes"),
            scene.stays() || tried_again(scene),
        ),
    };
    complaints.expect(so, &rule, || {
        let (before, after) = (scene.state.pod_set(), scene.then.pod_set());
        let went: Vec<_> = before.difference(&after).collect();
        let came: Vec<_> = after.difference(&before).collect();
        format!("went {went:?}, came {came:?}; {}", describe(scene))
    });
    let lists = [&plan["manage"]["create"], &plan["manage"]["delete"]];
    let is_due = lists.iter().any(|list| list[0].is_object());
    complaints.expect(
        said != "None" || !is_due,
        "plan: next is None, and pods are to be made or deleted",
        || format!("{lists:?}; {}", describe(scene)),
    );
    let blockers = plan["blockers"].as_array().map_or(0, Vec::len);
    complaints.expect(
        said != "Waiting" || blockers > 0,
        "plan: it waits, and nothing blocks it",
        || plan["summary"].to_string(),
    );
    let estimate = &plan["waves"]["estimate"];
    complaints.expect(
        !scene.at_rest || !scene.stays() || estimate.is_null(),
        "plan: a rollout that is stuck gets an estimate",
        || format!("{estimate}; {}", describe(scene)),
    );
}

/// Whether all that came is the retry of a create that was refused: it is due when the
/// controller goes on, before that has heard what happened while it stood still.
fn tried_again(scene: &Scene<'_>) -> bool {
    let (state, then) = (scene.state, scene.then);
    let is_there = |pod: &Value, set: &State| set.pod(name_of(pod)).is_some();
    let stays = state.claimed().all(|pod| is_there(pod, then));
    let mut came = then.owned().filter(|pod| !is_there(pod, state));
    let excluded = |pod: &Value| {
        let node = node_of(pod).and_then(|node| state.node(node));
        node.is_some_and(|node| !is_eligible(node))
    };
    !scene.at_rest && was_refused(scene) && stays && came.all(excluded)
}

/// Which nodes have no pod any more, and which got one.
fn outcome(plan: &Value, scene: &Scene<'_>, complaints: &mut Complaints) {
    let (state, then) = (scene.state, scene.then);
    let (before, after) = (nodes_of(state.claimed()), nodes_of(then.owned()));
    let mut foretold: Names<'_> = strings(&plan["lost"], "node").into_iter().collect();
    foretold.extend(strings(&plan["manage"]["delete"], "node"));
    let lost: Vec<&String> = before
        .difference(&after)
        .filter(|node| !foretold.contains(node.as_str()))
        // A pod that was deleted to be replaced, and then refused.
        .filter(|node| !scene.refused || !then.node(node).is_some_and(is_eligible))
        .collect();
    complaints.expect(
        lost.is_empty(),
        "plan: a node loses its pod, and lost doesn't say so",
        || format!("{lost:?}; foretold {foretold:?}; {}", describe(scene)),
    );
    for entry in plan["lost"].as_array().into_iter().flatten() {
        let (pod, node) = (&entry["pod"], entry["node"].as_str().unwrap_or_default());
        let is_there = then.pod(pod.as_str().unwrap_or_default()).is_some();
        complaints.expect(
            is_there || !after.contains(node),
            "plan: a pod that was to be lost is made again",
            || format!("{node}; {}", describe(scene)),
        );
    }
    for entry in plan["manage"]["delete"].as_array().into_iter().flatten() {
        let pod = then.pod(entry["pod"].as_str().unwrap_or_default());
        complaints.expect(
            entry["certain"] != true || pod.is_none_or(is_deleting),
            "plan: a pod that was to be deleted is still there",
            || format!("{entry}; {}", describe(scene)),
        );
    }
    for node in strings(&plan["manage"]["create"], "node") {
        complaints.expect(
            scene.refused || after.contains(node),
            "plan: a node that was to get a pod has none",
            || format!("{node}; {}", describe(scene)),
        );
    }
}

/// Without the messages, which say how long ago something was.
fn timeless(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let kept = fields.iter().filter(|(key, _)| *key != "message");
            kept.map(|(key, value)| (key.clone(), timeless(value)))
                .collect()
        }
        Value::Array(items) => items.iter().map(timeless).collect(),
        other => other.clone(),
    }
}
