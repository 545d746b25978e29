//! What `node` says of one DaemonSet, and the sums.

use serde_json::Value;

use super::super::complaint::Complaints;
use super::super::state::{cpu, is_deleting, is_eligible, is_well, keeps, milli};
use super::Scene;
use super::health::describe;

pub(super) fn compare(report: &Value, scene: &Scene<'_>, complaints: &mut Complaints) {
    let state = scene.state;
    let name = report["node"].as_str().unwrap_or_default();
    let Some(node) = state.node(name) else {
        complaints.expect(false, "node: of another node", || name.to_owned());
        return;
    };
    let namespace = &state.ds()["metadata"]["namespace"];
    let sets = report["daemonSets"].as_array().into_iter().flatten();
    let Some(said) = sets.into_iter().find(|set| set["namespace"] == *namespace) else {
        complaints.expect(false, "node: the DaemonSet isn't listed", || {
            name.to_owned()
        });
        return;
    };
    let (runs, stays) = (is_eligible(node), keeps(node));
    complaints.expect(
        said["shouldRun"] == runs && said["shouldContinueRunning"] == stays,
        "node: another verdict than there is",
        || format!("{runs} {stays}; said {said}"),
    );
    let pods: Vec<&Value> = state.on(name).collect();
    let clean = match (runs, pods.as_slice()) {
        (true, [pod]) => is_well(pod) && state.is_current(pod),
        (true, _) => false,
        (false, pods) => pods.is_empty(),
    };
    complaints.expect(
        said["clean"] == clean,
        "node: another health than there is",
        || format!("{clean} on {name}; said {said}; {}", describe(scene)),
    );
    if pods.iter().any(|pod| is_deleting(pod)) {
        return;
    }
    let wanted: &[&str] = match (runs, stays, pods.is_empty()) {
        (true, _, false) => &["Runs"],
        // A quota may keep the controller from it.
        (true, _, true) => &["WouldStart", "Held"],
        (false, true, false) => &["LostAtRollout"],
        (false, false, false) => &["WouldStop"],
        (false, _, true) => &["Excluded"],
    };
    let is = said["state"].as_str().unwrap_or_default();
    complaints.expect(
        wanted.contains(&is),
        "node: another state than there is",
        || format!("{wanted:?} on {name}; said {said}; {}", describe(scene)),
    );
    if pods.len() > 1 {
        return;
    }
    let counted = match (is, pods.first()) {
        ("Runs" | "LostAtRollout" | "WouldStop", Some(pod)) => cpu(&pod["spec"]),
        ("WouldStart", None) => cpu(&state.ds()["spec"]["template"]["spec"]),
        ("Excluded", None) => 0,
        _ => return,
    };
    let sum = report["requests"]["cpu"].as_str().map_or(0, milli);
    // What is about to be stopped is summed or not: only the rest has to agree.
    complaints.expect(
        sum == counted || is == "WouldStop",
        "node: another sum than the scheduler's",
        || {
            format!(
                "{sum}m, the scheduler counts {counted}m on {name}; {}",
                describe(scene)
            )
        },
    );
}
