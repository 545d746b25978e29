//! The comparison itself: a report with one thing wrong in it doesn't pass.

use serde_json::{Value, json};

use super::super::ask::Reports;
use super::super::complaint::Complaints;
use super::super::state::{is_deleting, name_of};
use super::counters::FIELDS;
use super::{Scene, all};
use crate::scenario::pod::node_of;

/// Falsifies each thing that is compared, and complains of what goes unnoticed.
pub(super) fn falsify(scene: &Scene<'_>, complaints: &mut Complaints) {
    let honest = rules(scene, scene.reports);
    for (what, falsified) in falsifications(scene) {
        let noticed = rules(scene, &falsified) != honest;
        complaints.expect(noticed, "a wrong report goes unnoticed", || what);
    }
}

/// What is complained of, were this said.
fn rules(scene: &Scene<'_>, reports: &Reports) -> Vec<String> {
    let mut complaints = Complaints::default();
    let scene = Scene { reports, ..*scene };
    all(&scene, &mut complaints);
    let (complaints, _) = complaints.into_parts();
    complaints.iter().map(ToString::to_string).collect()
}

fn falsifications(scene: &Scene<'_>) -> Vec<(String, Reports)> {
    let mut changes: Vec<(&'static str, String, Value)> = Vec::new();
    for (name, report) in scene.reports {
        let mut change = |pointer: &str, to: &dyn Fn(&Value) -> Option<Value>| {
            let value = report.pointer(pointer).and_then(to);
            changes.extend(value.map(|value| (*name, pointer.to_owned(), value)));
        };
        match *name {
            "why" => {
                change("/clean", &not);
                change("/findings", &|list| {
                    with(list, json!({"code": "PodsWithoutNode"}))
                });
                for (counter, _) in FIELDS {
                    change(&format!("/status/{counter}"), &more);
                    change(&format!("/status/reported/{counter}"), &more);
                }
            }
            "plan" => {
                change("/clean", &not);
                change("/desired", &more);
                change("/next", &|next| {
                    let acts = *next == "Manage" || *next == "Update";
                    Some(json!(if acts { "None" } else { "Manage" }))
                });
                for list in ["/old", "/drift"] {
                    change(list, &|list| other(list, scene));
                }
                if !scene.state.is_on_delete() {
                    change("/lost", &|list| other(list, scene));
                }
                let node = json!({"node": "nowhere", "reason": "PodMissing"});
                change("/manage/create", &|list| with(list, node.clone()));
            }
            "adopt" => {
                change("/clean", &not);
                change("/pods", &|pods| (*pods != json!([])).then(|| json!([])));
            }
            _ => {
                let namespace = &scene.state.ds()["metadata"]["namespace"];
                let sets = report["daemonSets"].as_array().into_iter().flatten();
                let place = sets
                    .into_iter()
                    .position(|set| set["namespace"] == *namespace);
                let place = format!("/daemonSets/{}", place.unwrap_or_default());
                change(&format!("{place}/clean"), &not);
                change(&format!("{place}/shouldRun"), &not);
                change(&format!("{place}/shouldContinueRunning"), &not);
            }
        }
    }
    let falsified = changes.into_iter().map(|(name, pointer, value)| {
        let mut reports = scene.reports.clone();
        let place = reports.get_mut(name).and_then(|r| r.pointer_mut(&pointer));
        if let Some(place) = place {
            *place = value.clone();
        }
        (format!("{name} {pointer}: {value}"), reports)
    });
    falsified.collect()
}

fn not(value: &Value) -> Option<Value> {
    value.as_bool().map(|so| json!(!so))
}

fn more(value: &Value) -> Option<Value> {
    value.as_u64().map(|count| json!(count + 1))
}

fn with(list: &Value, entry: Value) -> Option<Value> {
    let mut list = list.as_array()?.clone();
    list.push(entry);
    Some(Value::Array(list))
}

/// Nothing in place of something, or a pod in place of nothing.
fn other(list: &Value, scene: &Scene<'_>) -> Option<Value> {
    let about_live = |entry: &Value| {
        let pod = entry["pod"].as_str().unwrap_or_default();
        entry["by"] != "Relabelled" && scene.state.pod(pod).is_some_and(|pod| !is_deleting(pod))
    };
    if list.as_array()?.iter().any(about_live) {
        return Some(json!([]));
    }
    let pod = scene.state.claimed().find(|pod| !is_deleting(pod))?;
    Some(json!([{"pod": name_of(pod), "node": node_of(pod), "by": "Generation", "reasons": []}]))
}
