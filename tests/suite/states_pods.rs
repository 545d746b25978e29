//! What became of single pods: those that ended, went astray or were never placed.

use serde_json::{Value, json};

use crate::binary::ask;
use crate::binary::{kubectl_ds, stderr};
use crate::states::{counters, daemon_set, node, pod, ready, revision};

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

#[test]
fn the_pod_that_was_asked_for_is_spoken_of_even_where_it_does_not_count() {
    let ds = plain();
    let lone = |change: &dyn Fn(&mut Value)| {
        let mut objects = running(&ds);
        let mut lone = pod("lone", "n1", &ready());
        change(&mut lone);
        objects.push(lone);
        let (code, out, err) = ask(&objects, "why pod/lone");
        assert_eq!(code, Some(0), "{err}");
        assert!(out.contains("pod p1 is available"), "{out}");
        out
    };
    let foreign = lone(&|p| p["metadata"]["ownerReferences"][0]["uid"] = "old".into());
    let deleted = "another DaemonSet a with the same name that was deleted";
    let wanted = [
        format!("PodNotCounted: pod lone, which was asked for, belongs to {deleted}"),
        format!("lone of {deleted}"),
    ];
    for text in wanted {
        assert!(foreign.contains(&text), "{foreign}");
    }
    let released = lone(&|p| p["metadata"]["labels"] = json!({"app": "b"}));
    assert!(
        released.contains("lone, which was asked for, no longer matches the selector"),
        "{released}"
    );
    let ended = lone(&|p| {
        p["status"] = json!({"phase": "Failed"});
        p["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:30Z".into();
        p["metadata"]["finalizers"] = json!(["x/y"]);
    });
    assert!(
        ended.contains("lone, which was asked for, has ended (Failed) and is being deleted, held back by finalizers"),
        "{ended}"
    );
    let (_, out, _) = ask(&running(&ds), "why pod/p1");
    assert!(!out.contains("PodNotCounted"), "{out}");
}

#[test]
fn pods_of_another_kind_with_the_same_name_are_not_called_a_deleted_daemon_set_s() {
    let ds = plain();
    let mut objects = running(&ds);
    let mut other = pod("other", "n1", &ready());
    other["metadata"]["ownerReferences"][0]["uid"] = "r".into();
    other["metadata"]["ownerReferences"][0]["kind"] = "ReplicaSet".into();
    objects.push(other);
    let (_, out, _) = ask(&objects, "why a");
    assert!(out.contains("other of ReplicaSet a"), "{out}");
}

#[test]
fn pods_without_any_node_are_named() {
    let ds = plain();
    let mut objects = running(&ds);
    let mut lone = pod("lone", "", &json!({"phase": "Pending"}));
    lone["spec"] = json!({});
    objects.push(lone);
    let (code, out, _) = ask(&objects, "why a --exit-code");
    assert_eq!(code, Some(1), "{out}");
    assert!(
        out.contains("PodsWithoutNode") && out.contains("places them: lone"),
        "{out}"
    );
    // What one node is asked about is that node alone.
    let (_, out, _) = ask(&objects, "why a n1 --impact");
    assert!(!out.contains("PodsWithoutNode"), "{out}");
    let (_, out, _) = ask(&running(&ds), "why a");
    assert!(!out.contains("PodsWithoutNode"), "{out}");
}

#[test]
fn a_pod_whose_daemon_set_is_gone_says_so() {
    let ds = plain();
    let mut objects = running(&ds);
    objects[3]["metadata"]["ownerReferences"][0]["name"] = "gone".into();
    let (code, out, err) = ask(&objects, "why pod/p1");
    assert_eq!((code, out.as_str()), (Some(2), ""));
    let said = "pod `default/p1` belongs to daemonset `gone`, which doesn't exist any more";
    assert!(err.contains(said), "{err}");
    // Where no DaemonSet was saved, nothing is known of this one.
    objects.remove(1);
    let (_, _, err) = ask(&objects, "why pod/p1");
    assert!(err.contains("the files hold no DaemonSet objects"), "{err}");
}

#[test]
fn a_pod_meant_for_a_node_that_is_gone_goes_only_where_the_controller_acts() {
    let deleting = json!({"deletionTimestamp": "2026-01-01T00:00:00Z"});
    for (metadata, goes) in [(json!({}), true), (deleting, false)] {
        let ds = daemon_set(&metadata, &json!({}), &counters(1, 0, 1));
        let mut objects = running(&ds);
        let mut lost = pod("lost", "", &json!({"phase": "Pending"}));
        lost["spec"] = json!({"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms":
            [{"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["gone"]}]}]}}}});
        objects.push(lost);
        let (_, out, _) = ask(&objects, "why pod/lost");
        assert!(out.contains("node gone, which doesn't exist"), "{out}");
        assert_eq!(out.contains("the controller deletes it"), goes, "{out}");
    }
}
