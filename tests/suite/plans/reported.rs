//! What people met whose rollouts did something else than they looked like.

use serde_json::{Value, json};

use super::dump::{Dump, not_ready, revision, template};
use super::foreseen::plan;
use super::{Case, check};

fn commands(plan: &Value) -> Vec<&str> {
    let remedies = plan["remedies"].as_array().unwrap().iter();
    remedies.filter_map(|r| r["command"].as_str()).collect()
}

/// Old pods on nodes that should run none are no part of those that are to be updated.
#[test]
fn a_rollout_that_loses_pods() {
    let dump = Dump::new(6, 2)
        .taint(5, "runner", "NoSchedule")
        .taint(6, "runner", "NoSchedule");
    check(Case {
        name: "loses-pods",
        objects: dump.objects(),
        manifest: None,
        question: "plan a",
        code: 1,
        facts: vec![
            ("/revision/pods", json!(2)),
            ("/desired", json!(4)),
            ("/lost/0/node", json!("n5")),
            ("/lost/1/node", json!("n6")),
            ("/waves/replace", json!(2)),
        ],
    });
}

#[test]
fn pods_that_are_not_available_go_first() {
    check(Case {
        name: "unavailable-first",
        objects: Dump::new(3, 3).pod(1, not_ready).objects(),
        manifest: None,
        question: "plan a --restart",
        code: 1,
        facts: vec![
            ("/update/delete/certain", json!(["a-n1-new"])),
            ("/waves/replace", json!(3)),
        ],
    });
}

/// With a duplicate of its revision an undo relabels the pods and replaces none.
#[test]
fn an_undo_to_a_revision_with_a_duplicate() {
    let mut dump = Dump::new(2, 2);
    dump.revisions.push(revision(3, "h3", &template("a:1")));
    let said = plan(&dump, "plan a --to-revision 1");
    assert_eq!(said["revision"]["duplicates"], json!(["a-h1"]));
    let relabelled = said["revision"]["relabelled"].as_array().unwrap();
    assert_eq!(relabelled.len(), 2);
    assert_eq!(
        commands(&said)[0],
        "kubectl delete controllerrevision a-h3 -n default"
    );
}

/// More pods fail than a rollout takes at once: they don't just start.
#[test]
fn the_pods_of_all_nodes_fail() {
    let mut dump = Dump::new(3, 3)
        .pod(1, not_ready)
        .pod(2, not_ready)
        .pod(3, not_ready);
    for node in ["n1", "n2", "n3"] {
        dump.others.push(json!({"apiVersion": "v1", "kind": "Event",
            "metadata": {"name": format!("unhealthy-{node}"), "namespace": "default"},
            "involvedObject": {"kind": "Pod", "namespace": "default", "name": format!("a-{node}-new"),
                "fieldPath": "spec.containers{agent}"},
            "type": "Warning", "reason": "Unhealthy", "message": "Readiness probe failed: no",
            "lastTimestamp": "2026-01-01T01:00:00Z", "count": 3}));
    }
    let said = plan(&dump, "plan a --now 2026-01-01T01:00:10Z");
    assert_eq!(
        commands(&said),
        ["kubectl rollout undo daemonset/a -n default"]
    );
}

/// The controller may do what somebody would have to do pod by pod.
#[test]
fn a_switch_from_on_delete() {
    let dump = Dump::new(3, 1).strategy(json!({"type": "OnDelete"}));
    let said = plan(&dump, "plan a");
    let patch = r#"kubectl patch daemonset a -n default -p '{"spec":{"updateStrategy":{"type":"RollingUpdate"}}}'"#;
    assert!(commands(&said).contains(&patch), "{said}");
}
