//! What is advised: remedies, near misses and consequences, each in a small dump of its own.

use kubectl_ds::analysis::daemon_set::DaemonSetAnalysis;
use kubectl_ds::analysis::eligibility::Detail;
use kubectl_ds::analysis::reason::{Code, ComparisonFailure, NearMissWhy, Reason};
use serde_json::{Value, json};

use crate::analysed::{one_node, reason, snapshot};
use crate::binary::ask;
use crate::states::{counters, daemon_set, no_schedule, node, pod, ready, revision};

/// A DaemonSet with one pod on a node that its template rules out by a NoSchedule taint.
fn misscheduled(mut ds: Value, strategy: &Value) -> Vec<Value> {
    ds["spec"]["updateStrategy"] = strategy.clone();
    vec![
        revision(&ds),
        ds,
        node("n1", &json!({}), &no_schedule()),
        pod("p1", "n1", &ready()),
    ]
}

#[test]
fn on_delete_rolls_nothing() {
    let ds = daemon_set(&json!({}), &json!({}), &counters(0, 1, 1));
    let objects = misscheduled(ds.clone(), &json!({"type": "OnDelete"}));
    let (_, out, _) = ask(&objects, "why a n1 --impact");
    assert!(
        out.contains("Its pods restart when you delete them"),
        "{out}"
    );
    assert!(!out.contains("Restarts the only pod"), "{out}");
    let objects = misscheduled(ds, &json!({"type": "RollingUpdate"}));
    let (_, out, _) = ask(&objects, "why a n1 --impact");
    assert!(out.contains("Restarts the only pod"), "{out}");
}

#[test]
fn the_pair_of_a_surge_is_no_duplicate() {
    let mut ds = daemon_set(&json!({}), &json!({}), &counters(1, 0, 1));
    ds["spec"]["updateStrategy"] =
        json!({"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "10%", "maxUnavailable": 0}});
    let mut old = pod("old", "n1", &ready());
    old["metadata"]["labels"]["controller-revision-hash"] = "before".into();
    let mut objects = vec![
        revision(&ds),
        ds,
        node("n1", &json!({}), &json!([])),
        old,
        pod("new", "n1", &json!({"phase": "Running"})),
    ];
    let codes = |objects: &[Value]| {
        let node = one_node(objects, "n1");
        let codes = node.reasons.iter().map(Reason::code);
        codes.collect::<Vec<_>>()
    };
    let of_surge = codes(&objects);
    assert!(of_surge.contains(&Code::Surging), "{of_surge:?}");
    assert!(!of_surge.contains(&Code::DuplicatePods), "{of_surge:?}");
    objects[1]["spec"]["updateStrategy"] = json!({"type": "RollingUpdate"});
    let without = codes(&objects);
    assert!(
        without.contains(&Code::DuplicatePods) && !without.contains(&Code::Surging),
        "{without:?}"
    );
}

#[test]
fn of_two_running_pods_the_oldest_stays() {
    let ds = daemon_set(&json!({}), &json!({}), &counters(1, 0, 1));
    let mut younger = pod("a-younger", "n1", &ready());
    younger["metadata"]["creationTimestamp"] = "2026-01-02T00:00:00Z".into();
    let mut going = pod("a-going", "n1", &ready());
    going["metadata"]["deletionTimestamp"] = "2026-01-02T00:00:00Z".into();
    let node = node("n1", &json!({}), &json!([]));
    let base = vec![revision(&ds), ds, node, pod("older", "n1", &ready())];
    let (_, out, _) = ask(&[base.clone(), vec![younger]].concat(), "why a n1");
    assert!(
        out.contains("older, the oldest, stays, the controller deletes a-younger"),
        "{out}"
    );
    // One that is on its way out is no duplicate.
    let (_, out, _) = ask(&[base, vec![going]].concat(), "why a n1");
    assert!(!out.contains("DuplicatePods"), "{out}");
}

#[test]
fn a_toleration_of_the_right_key_is_pointed_out() {
    let taints = json!([{"key": "x", "value": "5", "effect": "NoSchedule"}]);
    let cases = [
        (
            json!({"key": "x", "operator": "Exists", "effect": "NoExecute"}),
            "tolerations[0] has the key, but is for NoExecute",
        ),
        (
            json!({"key": "x", "value": "6"}),
            "tolerations[0] has the key, but wants the value `6`",
        ),
        (
            json!({"key": "x", "operator": "Gt", "value": "1"}),
            "its operator Gt needs the feature gate TaintTolerationComparisonOperators, which is off",
        ),
        (
            json!({"key": "x", "operator": "Is"}),
            "its operator `Is` isn't valid",
        ),
    ];
    for (toleration, wanted) in cases {
        let ds = daemon_set(
            &json!({}),
            &json!({"tolerations": [toleration]}),
            &counters(0, 0, 1),
        );
        let objects = [revision(&ds), ds, node("n1", &json!({}), &taints)];
        let (_, out, _) = ask(&objects, "why a -o wide");
        assert!(out.contains(wanted), "{out}");
    }
    let gt = json!({"tolerations": [{"key": "x", "operator": "Gt", "value": "1"}]});
    let ds = daemon_set(&json!({}), &gt, &counters(0, 0, 1));
    let objects = [revision(&ds), ds, node("n1", &json!({}), &taints)];
    let gate = "why a n1 --feature-gates TaintTolerationComparisonOperators=true";
    let (_, out, _) = ask(&objects, gate);
    assert!(out.contains("n1 should run DaemonSet default/a"), "{out}");
}

#[test]
fn a_comparison_fails_by_its_gate_or_by_its_values() {
    use ComparisonFailure::{BoundNoInteger, GateOff, OutOfBound, TaintNoInteger};
    let cases = [
        (false, "9", "5", GateOff),
        (true, "9", "5", OutOfBound("9".to_owned())),
        (true, "09", "5", BoundNoInteger("09".to_owned())),
        (true, "4", "five", TaintNoInteger),
    ];
    for (gate, bound, value, failure) in cases {
        let gt = json!({"tolerations": [{"key": "x", "operator": "Gt", "value": bound}]});
        let ds = daemon_set(&json!({}), &gt, &counters(0, 0, 1));
        let taints = json!([{"key": "x", "value": value, "effect": "NoSchedule"}]);
        let mut snapshot = snapshot(&[revision(&ds), ds, node("n1", &json!({}), &taints)]);
        snapshot.gates.taint_toleration_comparison_operators = gate;
        let subject = DaemonSetAnalysis::new(&snapshot, &snapshot.daemon_sets[0]);
        let report = subject.report(Detail::AllNodes);
        let why = reason(&report.nodes[0].reasons, Code::UntoleratedNoSchedule);
        let Reason::UntoleratedNoSchedule(untolerated) = why else {
            panic!("{why:#?}");
        };
        let near = untolerated.near_miss.as_ref().map(|near| &near.why);
        let wanted = NearMissWhy::Comparison("Gt".to_owned(), failure);
        assert_eq!(near, Some(&wanted));
    }
}

#[test]
fn a_requirement_that_cannot_be_parsed_is_to_be_corrected() {
    let affinity = json!({"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution":
        {"nodeSelectorTerms": [{"matchExpressions": [{"key": "cpu", "operator": "Gt", "values": ["many"]}]}]}}}});
    let ds = daemon_set(&json!({}), &affinity, &counters(0, 0, 1));
    let objects = [
        revision(&ds),
        ds,
        node("n1", &json!({"cpu": "8"}), &json!([])),
    ];
    let (_, out, _) = ask(&objects, "why a n1");
    assert!(
        out.contains("Fix the requirement: Gt needs an integer, and `many` isn't one"),
        "{out}"
    );
}

#[test]
fn a_crash_is_told_by_how_it_ended() {
    let ds = daemon_set(&json!({}), &json!({}), &counters(1, 0, 1));
    let status = json!({"phase": "Running", "containerStatuses": [{"name": "c", "ready": false, "restartCount": 3,
        "state": {"waiting": {"reason": "CrashLoopBackOff"}},
        "lastState": {"terminated": {"reason": "OOMKilled", "exitCode": 137}}}]});
    let objects = [
        revision(&ds),
        ds,
        node("n1", &json!({}), &json!([])),
        pod("p1", "n1", &status),
    ];
    let (_, out, _) = ask(&objects, "why a n1");
    assert!(
        out.contains("crash-loops: container c is OOMKilled (3 restarts)"),
        "{out}"
    );
}

#[test]
fn a_request_that_is_no_quantity_is_said() {
    let spec = json!({"containers": [{"name": "c", "resources": {"requests": {"cpu": "bogus"}}}]});
    let ds = daemon_set(&json!({}), &spec, &counters(1, 0, 1));
    let objects = [
        revision(&ds),
        ds,
        node("n1", &json!({}), &json!([])),
        pod("p1", "n1", &ready()),
    ];
    let (code, out, _) = ask(&objects, "why a");
    assert_eq!(code, Some(0));
    assert!(
        out.contains("the footprint is left out") && out.contains("`bogus` is no quantity"),
        "{out}"
    );
}

#[test]
fn many_nodes_with_one_cause_are_one_line() {
    let ds = daemon_set(&json!({}), &json!({}), &counters(30, 0, 1));
    let nodes = (0..30).map(|i| node(&format!("n{i:02}"), &json!({}), &json!([])));
    let pod_elsewhere = pod("p", "n00", &ready());
    let objects: Vec<_> = [revision(&ds), ds, pod_elsewhere]
        .into_iter()
        .chain(nodes)
        .collect();
    let (_, out, _) = ask(&objects, "why a");
    assert!(out.contains("29 of 30 nodes broken"), "{out}");
    assert!(
        out.contains("n01, n02, n03, n04, n05, … and 24 more"),
        "{out}"
    );
    let (_, out, _) = ask(&objects, "why a --limit 0");
    assert!(out.contains("n29") && !out.contains("more"), "{out}");
}
