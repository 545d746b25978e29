//! What became of single pods: those that ended, went astray or were never placed.

use serde_json::{Value, json};

use kubectl_ds::analysis::node::Eligibility;
use kubectl_ds::analysis::reason::{Code, Ended, ForeignOwner, NotCounted, Reason};
use kubectl_ds::model::Pod;

use crate::analysed::{all_nodes, one_node, reason, snapshot, with_subject};
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
    for (taints, ended) in [
        (no_execute(), Ended::AtOnce),
        (json!([]), Ended::AfterBackoff),
    ] {
        let objects = [
            revision(&ds),
            ds.clone(),
            node("n1", &json!({}), &taints),
            pod("p1", "n1", &failed),
        ];
        let node = one_node(&objects, "n1");
        let Reason::PodFailed { then, .. } = reason(&node.reasons, Code::PodFailed) else {
            panic!("{node:#?}");
        };
        assert_eq!(*then, ended);
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
    let node = one_node(&objects, "gone");
    assert_eq!(node.eligibility, Eligibility::Excluded);
    assert!(node.is_missing() && node.rules.is_empty());
    let wrong = ["Existing pod", "RULE", "\n\n\n", "at once"];
    assert!(!wrong.iter().any(|w| out.contains(w)), "{out}");
    let (_, out, _) = ask(&objects, "why a");
    assert!(out.contains("1 misscheduled pod"), "{out}");
    assert!(out.contains("MISSING NODE"), "{out}");
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
    let time = |text: &str| Some(text.parse().unwrap());
    let report = all_nodes(&objects);
    let since = time("2026-01-02T00:00:00Z");
    assert_eq!(
        reason(&report.findings, Code::DaemonSetDeleting),
        &Reason::DaemonSetDeleting { since }
    );
    let reasons = &report.nodes[0].reasons;
    let Reason::PodTerminating { pod, .. } = reason(reasons, Code::PodTerminating) else {
        panic!("{reasons:#?}");
    };
    assert_eq!(pod.since, time("2026-01-02T01:00:00Z"));
    assert_eq!(Some(report.basis.evaluated_at), pod.since);
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

fn subject_pod(objects: &[Value], name: &str) -> Pod {
    let pods = snapshot(objects).pods.unwrap();
    pods.iter().find(|pod| *pod.name == *name).unwrap().clone()
}

#[test]
fn the_pod_that_was_asked_for_is_spoken_of_even_where_it_does_not_count() {
    let ds = plain();
    let lone = |change: &dyn Fn(&mut Value)| {
        let mut objects = running(&ds);
        let mut lone = pod("lone", "n1", &ready());
        change(&mut lone);
        objects.push(lone);
        let (code, out, err) = ask(&objects, "why pod/lone -o json");
        assert_eq!(code, Some(0), "{err}");
        let report: Value = serde_json::from_str(&out).unwrap();
        assert_eq!(report["findings"][0]["code"], "PodNotCounted");
        assert_eq!(report["nodes"][0]["pods"][0]["name"], "p1");
        with_subject(&objects, |subject| {
            let pod = subject_pod(&objects, "lone");
            match subject.asked_pod(&pod) {
                Some(Reason::PodNotCounted { why, .. }) => why,
                other => panic!("{other:?}"),
            }
        })
    };
    let foreign = lone(&|p| p["metadata"]["ownerReferences"][0]["uid"] = "old".into());
    assert_eq!(foreign, NotCounted::Namesake("a".to_owned()));
    let released = lone(&|p| p["metadata"]["labels"] = json!({"app": "b"}));
    assert_eq!(released, NotCounted::Released);
    let ended = lone(&|p| {
        p["status"] = json!({"phase": "Failed"});
        p["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:30Z".into();
        p["metadata"]["finalizers"] = json!(["x/y"]);
    });
    let (phase, has_finalizers) = ("Failed".to_owned(), true);
    assert_eq!(
        ended,
        NotCounted::Ended {
            phase,
            has_finalizers
        }
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
    let report = all_nodes(&objects);
    let Reason::ForeignPods { pods } = reason(&report.findings, Code::ForeignPods) else {
        panic!("{report:#?}");
    };
    let owner = ForeignOwner::Other("ReplicaSet".to_owned(), "a".to_owned());
    assert_eq!(
        (pods[0].name.as_str(), &pods[0].owner),
        ("other", &Some(owner))
    );
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
    let pods = vec!["lone".to_owned()];
    assert_eq!(
        reason(&all_nodes(&objects).findings, Code::PodsWithoutNode),
        &Reason::PodsWithoutNode { pods }
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
    assert!(
        err.contains("the files contain no DaemonSet objects"),
        "{err}"
    );
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
        let node = one_node(&objects, "gone");
        let Reason::NodeMissing {
            is_bound,
            controller_acts,
            ..
        } = reason(&node.reasons, Code::NodeMissing)
        else {
            panic!("{node:#?}");
        };
        assert_eq!((*is_bound, *controller_acts), (false, goes));
    }
}
