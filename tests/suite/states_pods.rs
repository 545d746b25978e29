//! What became of single pods: those that ended, went astray or were never placed.

use serde_json::{Value, json};

use crate::binary::{kubectl_ds, stderr};
use crate::states::{ask, counters, daemon_set, node, pod, ready, revision};

fn no_execute() -> Value {
    json!([{"key": "x", "effect": "NoExecute"}])
}

fn plain() -> Value {
    daemon_set(&json!({}), &json!({}), &counters(1, 0, 1))
}

fn running(ds: &Value) -> Vec<Value> {
    vec![
        revision(ds),
        ds.clone(),
        node("n1", &json!({}), &json!([])),
        pod("p1", "n1", &ready()),
    ]
}

#[test]
fn a_pod_that_failed_on_an_excluded_node_waits_for_no_backoff() {
    let ds = plain();
    let failed = json!({"phase": "Failed", "reason": "OutOfcpu"});
    for (taints, backoff) in [(no_execute(), false), (json!([]), true)] {
        let objects = [
            revision(&ds),
            ds.clone(),
            node("n1", &json!({}), &taints),
            pod("p1", "n1", &failed),
        ];
        let (_, out, _) = ask(&objects, "why a n1");
        assert_eq!(out.contains("after a backoff"), backoff, "{out}");
        assert!(out.contains("the controller deletes it"), "{out}");
    }
}

#[test]
fn a_node_that_does_not_exist_has_no_verdict_and_a_heading_of_its_own() {
    let ds = plain();
    let mut objects = running(&ds);
    objects.push(node("n2", &json!({}), &no_execute()));
    objects.push(pod("p2", "n2", &ready()));
    objects.push(pod("p3", "gone", &ready()));
    let (_, out, _) = ask(&objects, "why pod/p3");
    assert!(
        out.contains("on node gone: the node doesn't exist"),
        "{out}"
    );
    assert!(
        out.contains("the pod garbage collector removes it"),
        "{out}"
    );
    let wrong = ["A pod that is there", "RULE", "\n\n\n", "at once"];
    assert!(!wrong.iter().any(|w| out.contains(w)), "{out}");
    let (_, out, _) = ask(&objects, "why a");
    assert!(out.contains("Misscheduled (1 node)"), "{out}");
    assert!(out.contains("On nodes that don't exist (1 node)"), "{out}");
    let (_, out, _) = ask(&objects, "why a -o json");
    let report: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(report["status"]["misscheduled"], 1, "{out}");
}

#[test]
fn what_terminates_has_been_asked_to_before_the_clock_of_the_files() {
    let meta = json!({"deletionTimestamp": "2026-01-02T00:00:00Z", "deletionGracePeriodSeconds": 0,
        "finalizers": ["foregroundDeletion"]});
    let ds = daemon_set(&meta, &json!({}), &counters(1, 0, 1));
    let mut going = pod("p2", "n1", &ready());
    going["metadata"]["deletionTimestamp"] = "2026-01-02T01:00:30Z".into();
    going["metadata"]["deletionGracePeriodSeconds"] = 30.into();
    let mut objects = running(&ds);
    objects.push(going);
    let (_, out, _) = ask(&objects, "why a n1");
    let wanted = [
        "2026-01-02T00:00:00Z (1h ago)",
        "2026-01-02T01:00:00Z (0s ago)",
    ];
    for since in wanted {
        assert!(out.contains(&format!("since {since}")), "{out}");
    }
    let (_, out, _) = ask(&objects, "why a n1 --now 2025-01-01T00:00:00Z");
    assert!(out.contains("since 2026-01-02T00:00:00Z;"), "{out}");
    assert!(!out.contains("(in "), "{out}");
}

#[test]
fn only_one_flag_can_read_stdin() {
    let both = [
        ["-f", "--from"],
        ["--from", "--node-file"],
        ["-f", "--node-file"],
    ];
    for [first, second] in both {
        let output = kubectl_ds(&["why", first, "-", second, "-"], &[]);
        let text = stderr(&output);
        assert_eq!(output.status.code(), Some(2), "{text}");
        let said = format!("both `{first} -` and `{second} -` ask for it");
        assert!(text.contains(&said) && text.lines().count() == 1, "{text}");
    }
}
