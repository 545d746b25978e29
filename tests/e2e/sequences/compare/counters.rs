//! The counters of `why` beside those that the controller then writes.

use serde_json::Value;

use super::super::complaint::Complaints;
use super::super::state::{is_eligible, name_of};
use super::Scene;
use super::health::describe;
use crate::scenario::pod::is_ready;

/// The names of the counters in the report and in `.status`.
pub(super) const FIELDS: [(&str, &str); 7] = [
    ("desired", "desiredNumberScheduled"),
    ("current", "currentNumberScheduled"),
    ("misscheduled", "numberMisscheduled"),
    ("ready", "numberReady"),
    ("updated", "updatedNumberScheduled"),
    ("available", "numberAvailable"),
    ("unavailable", "numberUnavailable"),
];

pub(super) fn compare(why: &Value, scene: &Scene<'_>, complaints: &mut Complaints) {
    let counted = counted(scene);
    for (counter, field) in FIELDS {
        let said = why["status"][counter].as_u64();
        let (stored, then) = (scene.state.counter(field), scene.then.counter(field));
        let reported = why["status"]["reported"][counter].as_u64();
        complaints.expect(
            reported == Some(stored),
            &format!("counters: {counter} isn't reported as it is stored"),
            || format!("{reported:?} for {stored}"),
        );
        if scene.stays() {
            complaints.expect(
                said == Some(then),
                &format!("counters: {counter} isn't what the controller writes"),
                || format!("{said:?}, it writes {then}; {}", describe(scene)),
            );
        }
        if let Some((_, count)) = counted.iter().flatten().find(|(name, _)| *name == counter) {
            complaints.expect(
                said == Some(*count),
                &format!("counters: {counter} isn't what is there"),
                || format!("{said:?}, there are {count}; {}", describe(scene)),
            );
        }
        let differences = why["status"]["differences"].as_array();
        let told = differences
            .into_iter()
            .flatten()
            .any(|d| d["counter"] == counter);
        complaints.expect(
            told == (said != reported),
            &format!("counters: {counter} differs, and no difference is told, or the reverse"),
            || format!("{said:?}, reported {reported:?}, told {told}"),
        );
    }
}

/// Counted by hand, where no node has several pods, of which one would count.
fn counted(scene: &Scene<'_>) -> Option<[(&'static str, u64); 7]> {
    let state = scene.state;
    let (mut desired, mut current, mut misscheduled) = (0, 0, 0);
    let (mut ready, mut updated) = (0, 0);
    for node in &state.nodes {
        let pods: Vec<&Value> = state.on(name_of(node)).collect();
        let pod = match pods.as_slice() {
            [] => None,
            [pod] => Some(*pod),
            _ => return None,
        };
        if !is_eligible(node) {
            misscheduled += u64::from(pod.is_some());
            continue;
        }
        desired += 1;
        current += u64::from(pod.is_some());
        ready += u64::from(pod.is_some_and(is_ready));
        let counts = |pod| state.is_current(pod) || state.is_trapped(pod);
        updated += u64::from(pod.is_some_and(counts));
    }
    Some([
        ("desired", desired),
        ("current", current),
        ("misscheduled", misscheduled),
        ("ready", ready),
        ("updated", updated),
        // minReadySeconds is 0.
        ("available", ready),
        ("unavailable", desired - ready),
    ])
}
