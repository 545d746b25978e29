//! Claims beside whose the pods are.

use std::collections::BTreeSet;

use serde_json::Value;

use super::super::complaint::Complaints;
use super::super::state::{State, is_deleting, is_eligible, keeps, name_of};
use super::Scene;
use super::evidence::codes;
use super::health::describe;
use crate::scenario::pod::{controller_of, node_of};

pub(super) fn compare(adopt: &Value, scene: &Scene<'_>, complaints: &mut Complaints) {
    let state = scene.state;
    for pod in state.owned() {
        owned(adopt, pod, scene, complaints);
    }
    for pod in state.ownerless() {
        mentioned("adopt", adopt, pod, scene, complaints);
    }
    let trapped: BTreeSet<&str> = live(state)
        .filter(|pod| state.is_trapped(pod))
        .map(name_of)
        .collect();
    let said: BTreeSet<&str> = claims(adopt)
        .filter(|claim| claim["updatedBy"] == "Generation")
        .map(name_of_claim)
        .collect();
    complaints.expect(said == trapped, "adopt: not the pods in the trap", || {
        format!("said {said:?}, there are {trapped:?}; {}", describe(scene))
    });
    let wrong = state.ownerless().next().is_some()
        || state.owned().any(|pod| !state.selects(pod))
        || !trapped.is_empty();
    let rule = match wrong {
        true => "adopt: clean, and it isn't",
        false => "adopt: not clean, and no pod is wrong",
    };
    complaints.expect(adopt["clean"] != wrong, rule, || {
        format!("said is {:?}; {}", codes(adopt), describe(scene))
    });
}

/// A DaemonSet's own pod, what is said of it, and what becomes of it.
fn owned(adopt: &Value, pod: &Value, scene: &Scene<'_>, complaints: &mut Complaints) {
    let state = scene.state;
    let claim = claims(adopt).find(|claim| claim["name"] == name_of(pod));
    let Some(claim) = claim else {
        complaints.expect(false, "adopt: a pod of the DaemonSet isn't listed", || {
            format!("{}; {}", name_of(pod), describe(scene))
        });
        return;
    };
    let wanted = if state.selects(pod) {
        "Owned"
    } else {
        "Release"
    };
    complaints.expect(
        claim["claim"] == wanted,
        "adopt: another claim than there is",
        || format!("{claim}; {}", describe(scene)),
    );
    let node = node_of(pod).unwrap_or_default();
    let Some(on) = state.node(node) else {
        return;
    };
    if is_deleting(pod) || state.on(node).count() != 1 || !keeps(on) || state.is_on_delete() {
        return;
    }
    let then = match (
        state.is_current(pod) || state.is_trapped(pod),
        is_eligible(on),
    ) {
        (true, true) => "CountsAsUpdated",
        (true, false) => return,
        (false, _) => "Replaced",
    };
    complaints.expect(
        claim["then"] == then,
        "adopt: another fate than there is",
        || format!("{then} for {claim}; {}", describe(scene)),
    );
}

/// What was said of a DaemonSet that was to be created beside what it then took over.
pub(super) fn foreseen(said: &Value, scene: &Scene<'_>, complaints: &mut Complaints) {
    let (state, then) = (scene.state, scene.then);
    for pod in state.ownerless() {
        mentioned("adopt -f", said, pod, scene, complaints);
        let name = name_of(pod);
        let claim = claims(said).find(|claim| claim["name"] == name);
        let adopted = claim.is_some_and(|claim| claim["claim"] == "Adopt");
        let uid = &then.ds()["metadata"]["uid"];
        let Some(now) = then.pod(name) else {
            // Whoever deleted it: only what was taken over is rolled.
            continue;
        };
        let is_ours = controller_of(now).is_some_and(|owner| owner["uid"] == *uid);
        complaints.expect(
            adopted == is_ours,
            "adopt -f: taken over, or not, as it wasn't said",
            || {
                format!(
                    "{name}: {claim:?}, then ours: {is_ours}; {}",
                    describe(scene)
                )
            },
        );
    }
}

/// A pod that nobody owns has to be told of: all of a sequence are its DaemonSet's.
fn mentioned(
    command: &str,
    report: &Value,
    pod: &Value,
    scene: &Scene<'_>,
    complaints: &mut Complaints,
) {
    let name = name_of(pod);
    complaints.expect(
        report.to_string().contains(name),
        &format!("{command}: a pod that was left behind isn't told of"),
        || format!("{name}; {}", describe(scene)),
    );
}

fn live(state: &State) -> impl Iterator<Item = &Value> {
    state.owned().filter(|pod| !is_deleting(pod))
}

fn claims(report: &Value) -> impl Iterator<Item = &Value> {
    report["pods"].as_array().into_iter().flatten()
}

fn name_of_claim(claim: &Value) -> &str {
    claim["name"].as_str().unwrap_or_default()
}
