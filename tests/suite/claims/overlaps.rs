//! Each kind of controller whose selector or pods overlap.

use kubectl_ds::analysis::claims::report::{How, Overlap};
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
fn each_kind_is_told_in_its_own_words() {
    let kinds = [
        ("DaemonSet", "whichever of the two syncs first"),
        ("Deployment", "takes over no pods"),
        ("ReplicaSet", "more than its replicas"),
        ("StatefulSet", "only those named w-NUMBER"),
        ("ReplicationController", "more than its replicas"),
        ("Job", "puts a finalizer on them"),
    ];
    for (kind, words) in kinds {
        let selector = if kind == "ReplicationController" {
            json!({"app": "a"})
        } else {
            selecting("a")
        };
        let found = overlaps(workload(kind, selector, json!({"app": "a"})));
        let [one] = found.as_slice() else {
            panic!("{kind}: {found:#?}");
        };
        assert_eq!((one.kind.as_str(), one.how), (kind, How::Both));
        assert!(one.message.contains(words), "{}", one.message);
    }
}

#[test]
fn a_job_that_has_finished_is_no_danger() {
    let mut job = workload("Job", selecting("a"), json!({"app": "b"}));
    job["status"] = json!({"conditions": [{"type": "Failed", "status": "True"}]});
    let found = overlaps(job);
    assert!(found[0].message.contains("it has finished"), "{found:?}");
}

#[test]
fn what_becomes_of_its_pods_depends_on_the_strategy() {
    for (strategy, words) in [
        (
            json!({"type": "OnDelete"}),
            "under OnDelete they stay until somebody deletes them, and where a node has a pod of its own too, the younger",
        ),
        (
            json!({"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}}),
            "the rollout replaces them, and beside a new pod",
        ),
    ] {
        let mut objects = current(1).strategy(strategy).objects();
        objects.push(workload("ReplicaSet", selecting("b"), json!({"app": "a"})));
        let message = &report(objects).overlaps[0].message;
        assert!(message.contains(words), "{message}");
    }
}

#[test]
fn it_is_said_whose_selector_matches_whose_pods() {
    let ours = overlaps(workload("ReplicaSet", selecting("b"), json!({"app": "a"})));
    assert_eq!(ours[0].how, How::OurSelector);
    let theirs = overlaps(workload("ReplicaSet", selecting("a"), json!({"app": "b"})));
    assert_eq!(theirs[0].how, How::ItsSelector);
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
    assert_eq!(report.findings[0].code, Code::SelectorOverlap);
    assert_eq!(report.header.clean, Some(false));
}
