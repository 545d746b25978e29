//! Each kind of controller whose selector or pods overlap.

use kubectl_ds::analysis::claims::report::{
    AdoptedByOther, AdoptedObjects, Overlap, OverlapDirection,
};
use kubectl_ds::analysis::reason::code::Code;
use serde_json::{Value, json};

use super::{controller, current, report};

fn workload(kind: &str, selector: Value, labels: Value) -> Value {
    let api_version = match kind {
        "ReplicationController" => "v1",
        "Job" => "batch/v1",
        _ => "apps/v1",
    };
    json!({"apiVersion": api_version, "kind": kind,
        "metadata": {"name": "w", "namespace": "default", "uid": "w"},
        "spec": {"selector": selector, "template": {"metadata": {"labels": labels}, "spec": {"containers": []}}}})
}

fn overlaps(object: Value) -> Vec<Overlap> {
    let mut objects = current(1).objects();
    objects.push(object);
    report(objects).overlaps
}

fn selecting(app: &str) -> Value {
    json!({"matchLabels": {"app": app}})
}

#[test]
fn each_kind_takes_and_loses_in_its_own_way() {
    use AdoptedObjects::{IfFirst, Pods, PodsAndRevisions};
    let kinds = [
        ("DaemonSet", AdoptedByOther::WhatItSeesFirst, IfFirst),
        ("Deployment", AdoptedByOther::NoPods, Pods),
        ("ReplicaSet", AdoptedByOther::ReplicasAtMost, Pods),
        ("StatefulSet", AdoptedByOther::OwnNames, PodsAndRevisions),
        (
            "ReplicationController",
            AdoptedByOther::ReplicasAtMost,
            Pods,
        ),
        ("Job", AdoptedByOther::ParallelismAtMost, Pods),
    ];
    for (kind, takes, taken) in kinds {
        let selector = if kind == "ReplicationController" {
            json!({"app": "a"})
        } else {
            selecting("a")
        };
        let found = overlaps(workload(kind, selector, json!({"app": "a"})));
        let [one] = found.as_slice() else {
            panic!("{kind}: {found:#?}");
        };
        assert_eq!((one.kind.name(), one.how()), (kind, OverlapDirection::Both));
        let found = (one.takes, one.taken.map(|taken| taken.what));
        assert_eq!(found, (Some(takes), Some(taken)), "{kind}");
    }
}

#[test]
fn a_job_that_has_finished_is_no_danger() {
    let mut job = workload("Job", selecting("a"), json!({"app": "b"}));
    job["status"] = json!({"conditions": [{"type": "Failed", "status": "True"}]});
    let found = overlaps(job);
    assert_eq!(found[0].takes, Some(AdoptedByOther::NothingFinished));
    let mut set = workload("ReplicaSet", selecting("a"), json!({"app": "b"}));
    set["metadata"]["deletionTimestamp"] = "2026-01-01T01:00:00Z".into();
    assert_eq!(
        overlaps(set)[0].takes,
        Some(AdoptedByOther::NothingDeleting)
    );
}

#[test]
fn what_is_named_in_what_follows_is_told_of_by_itself() {
    let of = |kind: &str, name: &str| {
        let mut object = workload(kind, selecting("a"), json!({"app": "b"}));
        object["metadata"]["name"] = name.into();
        overlaps(object).remove(0)
    };
    assert!(of("ReplicaSet", "w").is_like(&of("ReplicaSet", "v")));
    assert!(!of("StatefulSet", "w").is_like(&of("StatefulSet", "v")));
    assert!(!of("ReplicaSet", "w").is_like(&of("Job", "w")));
}

#[test]
fn what_becomes_of_its_pods_depends_on_the_strategy() {
    for (strategy, on_delete, surges) in [
        (json!({"type": "OnDelete"}), true, false),
        (
            json!({"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}}),
            false,
            true,
        ),
    ] {
        let mut objects = current(1).strategy(strategy).objects();
        objects.push(workload("ReplicaSet", selecting("b"), json!({"app": "a"})));
        let taken = report(objects).overlaps[0].taken.unwrap();
        assert_eq!((taken.on_delete, taken.surges), (on_delete, surges));
    }
}

#[test]
fn it_is_said_whose_selector_matches_whose_pods() {
    let ours = overlaps(workload("ReplicaSet", selecting("b"), json!({"app": "a"})));
    assert_eq!(ours[0].how(), OverlapDirection::OurSelector);
    let theirs = overlaps(workload("ReplicaSet", selecting("a"), json!({"app": "b"})));
    assert_eq!(theirs[0].how(), OverlapDirection::ItsSelector);
    assert_eq!(
        overlaps(workload("ReplicaSet", selecting("b"), json!({"app": "b"}))),
        []
    );
}

#[test]
fn labels_that_the_controller_adds_count() {
    let exists = |key: &str| json!({"matchExpressions": [{"key": key, "operator": "Exists"}]});
    let of = |selector| overlaps(workload("ReplicaSet", selector, json!({"app": "b"})));
    assert_eq!(of(exists("controller-revision-hash")).len(), 1);
    assert_eq!(of(exists("pod-template-generation")).len(), 1);
    assert_eq!(of(exists("pod-template-hash")), []);
    let generation = |value: &str| json!({"matchLabels": {"pod-template-generation": value}});
    assert_eq!(of(generation("2")).len(), 1);
    assert_eq!(of(generation("3")), []);
}

#[test]
fn one_in_another_namespace_or_without_a_selector_does_not_overlap() {
    let mut elsewhere = workload("ReplicaSet", selecting("a"), json!({"app": "a"}));
    elsewhere["metadata"]["namespace"] = "other".into();
    assert_eq!(overlaps(elsewhere), []);
    assert_eq!(
        overlaps(workload("Job", Value::Null, json!({"app": "b"}))),
        []
    );
    assert_eq!(
        overlaps(workload("Deployment", json!({}), json!({"app": "b"}))),
        []
    );
}

#[test]
fn its_own_controller_is_named_and_the_finding_too() {
    let mut set = workload("ReplicaSet", selecting("a"), json!({"app": "b"}));
    set["metadata"]["ownerReferences"] = json!([controller("apps/v1", "Deployment", "d", "d")]);
    let mut objects = current(1).objects();
    objects.push(set);
    let report = report(objects);
    let owner = report.overlaps[0].owner.as_ref().unwrap();
    assert_eq!(
        (owner.kind.as_str(), owner.name.as_str()),
        ("Deployment", "d")
    );
    assert_eq!(report.findings[0].code(), Code::SelectorOverlap);
    assert_eq!(report.clean, Some(false));
}
