//! What is said of whose pods and revisions these are, on small clusters.

mod follows;
mod garbage;
mod left_behind;
mod other_controllers;
mod overlaps;
mod pods;
mod remedies;
mod revisions;

use kubectl_ds::analysis::claims::outcome::OtherTemplate;
use kubectl_ds::analysis::claims::report::{ClaimChange, ClaimChangeKind, ClaimReport, PodClaim};
use kubectl_ds::analysis::claims::state::ClaimState;
use kubectl_ds::analysis::claims::{ClaimQuestion, claims};
use kubectl_ds::analysis::reason::{Code, ObjectRef};
use kubectl_ds::analysis::rollout::change::ObjectSource;
use kubectl_ds::model::{DaemonSet, Snapshot};
use kubectl_ds::report::claims::ClaimReport as Published;
use serde_json::{Value, json};

use crate::analysed::snapshot_at;
use crate::plans::dump::{Dump, pod};

const NOW: &str = "2026-01-01T02:00:00Z";

/// The snapshot of `objects`, of which one is the DaemonSet `a`.
fn snapshot(objects: Vec<Value>) -> Snapshot {
    snapshot_at(&objects, NOW)
}

fn stored(snapshot: &Snapshot) -> &DaemonSet {
    snapshot
        .daemon_sets
        .iter()
        .find(|ds| ds.name == "a")
        .unwrap()
}

/// The report, which follows the schema.
fn checked(claiming: ClaimQuestion<'_>) -> ClaimReport {
    let report = claims(claiming);
    let json = serde_json::to_value(Published::new(&report)).unwrap();
    crate::adopt::follows_the_schema("a report of these tests", &json);
    report
}

/// What is said of the stored DaemonSet `a`.
fn of_snapshot(snapshot: &Snapshot) -> ClaimReport {
    checked(ClaimQuestion {
        snapshot,
        target: stored(snapshot),
        change: None,
        former: None,
    })
}

fn report(objects: Vec<Value>) -> ClaimReport {
    of_snapshot(&snapshot(objects))
}

/// What is said of `manifest`, before which the stored DaemonSet is deleted without its pods.
fn recreated(snapshot: &Snapshot, manifest: Value) -> ClaimReport {
    checked(ClaimQuestion {
        snapshot,
        target: &DaemonSet::from_value(manifest, "default").unwrap(),
        change: Some(ClaimChange {
            kind: ClaimChangeKind::Recreate,
            obtained: ObjectSource::Local,
        }),
        former: Some(stored(snapshot)),
    })
}

/// The manifest of the dump's DaemonSet as it is when it is created.
fn manifest(dump: &Dump, template: &Value) -> Value {
    let mut manifest = dump.ds.clone();
    manifest["metadata"] = json!({"name": "a", "namespace": "default", "generation": 1,
        "annotations": {"deprecated.daemonset.template.generation": "1"}});
    manifest["spec"]["template"] = template.clone();
    manifest.as_object_mut().unwrap().remove("status");
    manifest
}

/// The same object with other owner references.
fn owned_by(mut object: Value, owners: Value) -> Value {
    object["metadata"]["ownerReferences"] = owners;
    object
}

/// An owner reference with `controller: true`.
fn controller(api_version: &str, kind: &str, name: &str, uid: &str) -> Value {
    json!({"apiVersion": api_version, "kind": kind, "name": name, "uid": uid, "controller": true})
}

fn named(mut object: Value, name: &str) -> Value {
    object["metadata"]["name"] = name.into();
    object
}

/// The same object without a label.
fn without(mut object: Value, label: &str) -> Value {
    let labels = object["metadata"]["labels"].as_object_mut().unwrap();
    labels.remove(label);
    object
}

fn labelled(mut object: Value, label: &str, value: &str) -> Value {
    object["metadata"]["labels"][label] = value.into();
    object
}

/// What is said of one pod.
fn row<'r>(report: &'r ClaimReport, name: &str) -> &'r PodClaim {
    let mut pods = report.pods.iter().flatten();
    pods.find(|pod| pod.name == name)
        .unwrap_or_else(|| panic!("no pod {name} in {report:#?}"))
}

/// A dump of so many nodes, on each of which the current pod runs.
fn current(nodes: usize) -> Dump {
    Dump::new(nodes, nodes)
}

/// What a pod of a dump's first revision runs.
fn of_the_first() -> OtherTemplate {
    OtherTemplate {
        revision: Some(1),
        images: vec!["a:1".to_owned()],
    }
}

/// An object by kind and name.
fn object(kind: &str, name: &str) -> ObjectRef {
    ObjectRef {
        kind: kind.to_owned(),
        name: name.to_owned(),
    }
}

/// A pod that nobody owns, of the current revision.
fn orphan(node: &str) -> Value {
    owned_by(named(pod(node, 2), &format!("orphan-{node}")), json!([]))
}

#[test]
fn where_all_is_owned_there_is_nothing_to_look_at() {
    let mut dump = current(2);
    // Lists that are empty are known.
    for (api, kind) in [
        ("apps/v1", "DeploymentList"),
        ("apps/v1", "ReplicaSetList"),
        ("apps/v1", "StatefulSetList"),
        ("v1", "ReplicationControllerList"),
        ("batch/v1", "JobList"),
    ] {
        dump.others
            .push(json!({"apiVersion": api, "kind": kind, "items": []}));
    }
    let report = report(dump.objects());
    assert_eq!(report.clean, Some(true), "{report:#?}");
    assert!(!report.has_findings());
    assert_eq!(report.remedies, []);
    assert_eq!(ClaimState::new(&report), ClaimState::Clean);
    assert!(report.knows_workloads);
}

#[test]
fn what_stops_the_controller_comes_before_what_it_adopts() {
    let mut dump = current(2);
    dump.pods.extend([orphan("n1"), orphan("n2")]);
    let foreign = json!([controller("example.com/v1", "Robot", "r", "r")]);
    dump.pods.push(owned_by(named(pod("n1", 2), "p"), foreign));
    let adopting = report(dump.objects());
    let ClaimState::Adopts(adoption) = ClaimState::new(&adopting) else {
        panic!("{adopting:#?}");
    };
    assert_eq!((adoption.pods, adoption.deleted), (2, 2), "{adoption:?}");
    dump.ds["metadata"]["deletionTimestamp"] = "2026-01-01T01:00:00Z".into();
    let deleting = report(dump.objects());
    let state = ClaimState::new(&deleting);
    let halted = matches!(state, ClaimState::Halted(why) if why.code() == Code::DaemonSetDeleting);
    assert!(halted, "{state:?}");
}

#[test]
fn what_could_not_be_read_leaves_it_open_whether_it_is_clean() {
    let mut snapshot = snapshot(current(2).objects());
    snapshot.workloads = None;
    let report = of_snapshot(&snapshot);
    assert_eq!(report.clean, None);
    assert!(!report.knows_workloads);
    assert!(!report.has_findings());
}
