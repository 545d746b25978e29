//! Daemon pods whose DaemonSet doesn't exist any more, asked for by name or by their node.

use serde_json::{Value, json};

use crate::binary::ask;
use crate::states::{counters, daemon_set, node, pod, ready, revision};

/// A node that runs `other`, and beside it a pod of a DaemonSet that is gone, being deleted since
/// an hour.
fn objects(is_ready: &str) -> Vec<Value> {
    let ds = daemon_set(&json!({"name": "other"}), &json!({}), &counters(1, 0, 1));
    let mut node = node("n1", &json!({}), &json!([]));
    node["status"] = json!({"conditions": [{"type": "Ready", "status": is_ready,
        "lastTransitionTime": "2026-01-02T10:00:00Z"}]});
    let mut orphan = pod("gone-x7k2p", "n1", &ready());
    orphan["metadata"]["ownerReferences"][0]["name"] = "gone".into();
    orphan["metadata"]["ownerReferences"][0]["uid"] = "gone".into();
    orphan["metadata"]["deletionTimestamp"] = "2026-01-02T11:00:00Z".into();
    let tick = json!({"apiVersion": "v1", "kind": "Event", "metadata": {"name": "t", "namespace": "default"},
        "involvedObject": {"kind": "Pod", "name": "x"}, "reason": "Tick", "lastTimestamp": "2026-01-02T12:00:00Z"});
    vec![revision(&ds), ds, node, orphan, tick]
}

const FORCE: &str = "kubectl delete pod gone-x7k2p -n default --force --grace-period=0";

#[test]
fn the_pod_says_what_it_is_and_what_ends_it() {
    let (code, out, err) = ask(&objects("Unknown"), "why pod/gone-x7k2p");
    assert_eq!((code, out.as_str()), (Some(2), ""));
    for part in [
        "daemonset `gone`",
        "Terminating for 60m",
        "node n1 isn't ready for 2h",
        FORCE,
    ] {
        assert!(err.contains(part), "{part}: {err}");
    }
    let (_, _, err) = ask(&objects("True"), "why pod/gone-x7k2p");
    assert!(!err.contains("--force"), "{err}");
}

#[test]
fn its_node_names_it() {
    let report = |objects: &[Value], question: &str| -> Value {
        let (_, out, err) = ask(objects, &format!("{question} -o json"));
        serde_json::from_str(&out).unwrap_or_else(|_| panic!("{out}{err}"))
    };
    let found = report(&objects("Unknown"), "node n1");
    let orphan = json!([{"namespace": "default", "pod": "gone-x7k2p", "daemonSet": "gone",
        "state": "NodeNotReady"}]);
    assert_eq!(found["orphans"], orphan, "{found:#}");
    let steps = found["next"].as_array().unwrap();
    assert!(
        steps.iter().any(|step| step["command"] == FORCE),
        "{steps:#?}"
    );
    let (_, out, _) = ask(&objects("Unknown"), "node n1");
    let first = out.lines().next().unwrap();
    assert!(
        first.ends_with("1 orphan of a deleted DaemonSet is left there"),
        "{out}"
    );
    // Where only some are asked about, it isn't known whose the others are.
    let of_one = report(&objects("Unknown"), "node n1 -l app=x");
    assert_eq!(of_one["orphans"], Value::Null);
    // A pod of a DaemonSet that is there is no orphan.
    let mut owned = objects("Unknown");
    owned[3]["metadata"]["ownerReferences"][0]["uid"] = owned[1]["metadata"]["uid"].clone();
    assert_eq!(report(&owned, "node n1")["orphans"], Value::Null);
}
