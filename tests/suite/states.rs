//! States that an operator acts on, each in a small dump of its own.

use std::fs;

use serde_json::{Value, json};

use kubectl_ds::analysis::node::ClearsWhen;
use kubectl_ds::analysis::owners::ManagedBy;
use kubectl_ds::analysis::reason::{Code, Misscheduled, Reason};
use kubectl_ds::analysis::remedy::ChangedObject;
use kubectl_ds::analysis::status::Difference;
use kubectl_ds::analysis::summary::{CommonReason, excluded};

use crate::analysed::{all_nodes, one_node, reason, with_subject};
use crate::binary::ask;

pub(crate) fn node(name: &str, labels: &Value, taints: &Value) -> Value {
    json!({"apiVersion": "v1", "kind": "Node", "metadata": {"name": name, "labels": labels}, "spec": {"taints": taints}})
}

pub(crate) fn daemon_set(metadata: &Value, template_spec: &Value, status: &Value) -> Value {
    let mut ds = json!({"apiVersion": "apps/v1", "kind": "DaemonSet",
        "metadata": {"name": "a", "namespace": "default", "uid": "u", "generation": 1},
        "spec": {"selector": {"matchLabels": {"app": "a"}},
            "template": {"metadata": {"labels": {"app": "a"}}, "spec": template_spec}},
        "status": status});
    let fields = metadata.as_object().unwrap().clone();
    ds["metadata"].as_object_mut().unwrap().extend(fields);
    ds
}

pub(crate) fn counters(desired: i32, misscheduled: i32, observed: i32) -> Value {
    json!({"observedGeneration": observed, "desiredNumberScheduled": desired, "currentNumberScheduled": desired,
        "numberReady": desired, "numberAvailable": desired, "updatedNumberScheduled": desired, "numberMisscheduled": misscheduled})
}

pub(crate) fn revision(ds: &Value) -> Value {
    let mut template = ds["spec"]["template"].clone();
    template["$patch"] = "replace".into();
    json!({"apiVersion": "apps/v1", "kind": "ControllerRevision", "revision": 1,
        "metadata": {"name": "a-h", "namespace": "default", "labels": {"app": "a", "controller-revision-hash": "h"},
            "ownerReferences": [owner()]},
        "data": {"spec": {"template": template}}})
}

pub(crate) fn owner() -> Value {
    json!({"apiVersion": "apps/v1", "kind": "DaemonSet", "name": "a", "uid": "u", "controller": true})
}

pub(crate) fn pod(name: &str, node: &str, status: &Value) -> Value {
    json!({"apiVersion": "v1", "kind": "Pod",
        "metadata": {"name": name, "namespace": "default", "labels": {"app": "a", "controller-revision-hash": "h"},
            "creationTimestamp": "2026-01-01T00:00:00Z", "ownerReferences": [owner()]},
        "spec": {"nodeName": node}, "status": status})
}

pub(crate) fn ready() -> Value {
    json!({"phase": "Running", "conditions": [{"type": "Ready", "status": "True", "lastTransitionTime": "2026-01-01T00:00:00Z"}]})
}

pub(crate) fn no_schedule() -> Value {
    json!([{"key": "x", "effect": "NoSchedule"}])
}

#[test]
fn an_old_misscheduled_pod_does_not_explain_a_node_that_is_desired_no_more() {
    let ds = daemon_set(&json!({}), &json!({}), &counters(2, 1, 1));
    let mut objects = vec![revision(&ds), ds];
    objects.extend([
        node("n1", &json!({}), &json!([])),
        pod("p1", "n1", &ready()),
    ]);
    objects.extend([
        node("n2", &json!({}), &no_schedule()),
        pod("p2", "n2", &ready()),
    ]);
    let causes = |objects: &[Value]| {
        let differences = all_nodes(objects).status.unwrap().differences;
        let code = |difference: &Difference| difference.cause.code();
        differences.iter().map(code).collect::<Vec<_>>()
    };
    let found = causes(&objects);
    assert!(!found.is_empty());
    assert!(found.iter().all(|c| *c == Code::FewerNodesStartNoSync));
    objects[1]["status"] = counters(2, 0, 1);
    assert!(causes(&objects).contains(&Code::TaintStartsNoSync));
}

#[test]
fn a_generation_that_is_not_observed_is_not_clean() {
    let mut ds = daemon_set(&json!({"generation": 3}), &json!({}), &counters(1, 0, 2));
    let one = [
        revision(&ds),
        node("n1", &json!({}), &json!([])),
        pod("p1", "n1", &ready()),
    ];
    let (code, out, _) = ask(&[&one[..], &[ds.clone()]].concat(), "why a --exit-code");
    assert_eq!(code, Some(1), "{out}");
    let report = all_nodes(&[&one[..], &[ds.clone()]].concat());
    assert_eq!(
        reason(&report.findings, Code::GenerationNotObserved),
        &Reason::GenerationNotObserved {
            observed: 2,
            generation: 3,
            manager: None,
        }
    );
    ds["status"] = counters(1, 0, 3);
    let (code, out, _) = ask(&[&one[..], &[ds]].concat(), "why a --exit-code");
    assert_eq!(code, Some(0), "{out}");
}

#[test]
fn nothing_is_promised_for_a_daemon_set_that_is_being_deleted() {
    let meta =
        json!({"deletionTimestamp": "2026-01-01T00:00:00Z", "finalizers": ["foregroundDeletion"]});
    let ds = daemon_set(&meta, &json!({}), &counters(2, 0, 1));
    let no_execute = json!([{"key": "x", "effect": "NoExecute"}]);
    let objects = [
        revision(&ds),
        ds,
        node("n1", &json!({}), &json!([])),
        node("n2", &json!({}), &no_execute),
        pod("p2", "n2", &ready()),
    ];
    let report = all_nodes(&objects);
    assert!(!report.controller.acts());
    assert_eq!(report.nodes[1].clears(), ClearsWhen::ByEviction);
    let (_, out, _) = ask(&objects, "why a n1 -o json");
    let report: Value = serde_json::from_str(&out).unwrap();
    let codes: Vec<_> = report["nodes"][0]["reasons"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| r["code"].as_str().unwrap())
        .collect();
    assert_eq!(codes, ["PodMissing", "DaemonSetDeleting"]);
}

#[test]
fn a_pod_that_ended_goes_from_a_node_that_keeps_its_pods() {
    let ds = daemon_set(&json!({}), &json!({}), &counters(0, 2, 1));
    let failed = json!({"phase": "Failed", "reason": "OutOfcpu"});
    let mut going = pod("p2", "n2", &ready());
    going["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:30Z".into();
    let objects = [
        revision(&ds),
        ds,
        node("n1", &json!({}), &no_schedule()),
        pod("p1", "n1", &failed),
        node("n2", &json!({}), &no_schedule()),
        going,
    ];
    let report = all_nodes(&objects);
    let clears: Vec<_> = report.nodes.iter().map(|n| n.clears()).collect();
    assert_eq!(clears, [ClearsWhen::AtNextSync, ClearsWhen::BeingDeleted]);
    let then = reason(&report.nodes[0].reasons, Code::Misscheduled);
    assert_eq!(then, &Reason::Misscheduled(Misscheduled::Ended));
}

#[test]
fn preemption_is_named_only_where_a_priority_would_help() {
    let ds = daemon_set(&json!({}), &json!({}), &json!({}));
    let pending = |why: &str| {
        let message = format!(
            "0/1 nodes are available: 1 node(s) didn't fit. preemption: 0/1 nodes are available: 1 {why}."
        );
        let condition = json!({"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": message});
        let mut pod = pod(
            "p1",
            "",
            &json!({"phase": "Pending", "conditions": [condition]}),
        );
        pod["spec"] = json!({"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms":
            [{"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["n1"]}]}]}}}});
        pod
    };
    for (why, named) in [
        ("Preemption is not helpful for scheduling", false),
        ("No preemption victims found for incoming pod", true),
    ] {
        let objects = [
            revision(&ds),
            ds.clone(),
            node("n1", &json!({}), &json!([])),
            pending(why),
        ];
        let node = one_node(&objects, "n1");
        let Reason::PodUnschedulable {
            preempts_none_at, ..
        } = reason(&node.reasons, Code::PodUnschedulable)
        else {
            panic!("{node:#?}");
        };
        assert_eq!(*preempts_none_at, named.then_some(0));
    }
}

#[test]
fn of_two_unready_containers_the_one_that_says_why_is_named() {
    let ds = daemon_set(&json!({}), &json!({}), &json!({}));
    let status = json!({"phase": "Running", "containerStatuses": [
        {"name": "app", "ready": false, "state": {"running": {}}},
        {"name": "side", "ready": false, "restartCount": 7, "state": {"waiting": {"reason": "CrashLoopBackOff"}}}]});
    let objects = [
        revision(&ds),
        ds,
        node("n1", &json!({}), &json!([])),
        pod("p1", "n1", &status),
    ];
    let node = one_node(&objects, "n1");
    let Reason::ContainerWaiting {
        container, said, ..
    } = reason(&node.reasons, Code::ContainerWaiting)
    else {
        panic!("{node:#?}");
    };
    let found = (
        container.name.as_str(),
        said.reason.as_str(),
        container.restarts,
    );
    assert_eq!(found, ("side", "CrashLoopBackOff", 7));
}

#[test]
fn a_pod_without_any_node_is_no_clean_daemon_set() {
    let ds = daemon_set(&json!({}), &json!({}), &json!({}));
    let mut lone = pod("p1", "", &json!({"phase": "Pending"}));
    lone["spec"] = json!({});
    let (code, out, err) = ask(
        &[revision(&ds), ds, node("n1", &json!({}), &json!([])), lone],
        "why pod/p1",
    );
    assert_eq!((code, out.as_str()), (Some(2), ""));
    assert!(err.contains("is on no node and is meant for none"), "{err}");
}

#[test]
fn the_line_of_a_daemon_set_counts_the_selected_nodes() {
    let ds = daemon_set(&json!({}), &json!({}), &counters(2, 1, 1));
    let mut objects = vec![revision(&ds), ds];
    let nodes = [
        ("n1", json!({"pool": "x"}), json!([])),
        ("n2", json!({}), json!([])),
        ("n3", json!({}), no_schedule()),
    ];
    for (name, labels, taints) in nodes {
        objects.extend([
            node(name, &labels, &taints),
            pod(&format!("p-{name}"), name, &ready()),
        ]);
    }
    let row = |out: &str| {
        out.lines()
            .next()
            .unwrap()
            .split_whitespace()
            .skip(2)
            .take(4)
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(row(&ask(&objects, "why --no-headers").1), "2 2 0 1");
    assert_eq!(
        row(&ask(&objects, "why --node-selector pool=x --no-headers").1),
        "1 1 0 0"
    );
}

#[test]
fn what_a_change_of_the_template_loses_is_said() {
    let ds = daemon_set(&json!({}), &json!({}), &counters(0, 1, 1));
    let other = json!([{"key": "y", "effect": "NoSchedule"}]);
    let objects = [
        revision(&ds),
        ds,
        node("n1", &json!({}), &no_schedule()),
        node("n2", &json!({}), &other),
        pod("p2", "n2", &ready()),
    ];
    let impact = with_subject(&objects, |subject| subject.impact("n1").unwrap());
    assert_eq!(impact.not_made_again, ["n2"]);
}

#[test]
fn what_ifs_say_no_more_than_is_known() {
    let tolerations = json!({"tolerations": [{"key": "e", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 60}]});
    let ds = daemon_set(&json!({}), &tolerations, &counters(1, 0, 1));
    let objects = [
        revision(&ds),
        ds.clone(),
        node("n1", &json!({}), &json!([])),
        pod("p1", "n1", &ready()),
    ];
    let json = |objects: &[Value], question: &str| -> (Option<i32>, Value) {
        let (code, out, _) = ask(objects, &format!("{question} --exit-code -o json"));
        (code, serde_json::from_str(&out).unwrap())
    };
    let (code, report) = json(&objects, "why a n1 --taint e:NoExecute");
    assert_eq!(report["effects"]["evicted"], json!(["n1"]));
    assert_eq!(code, Some(1));
    let (code, report) = json(&objects, "why a --node-selector pool=typo --cordon");
    assert_eq!((code, &report["then"]["nodes"]), (Some(0), &json!([])));
    let without_pods = [revision(&ds), ds, node("n1", &json!({}), &no_schedule())];
    let (_, report) = json(&without_pods, "why a n1 --taint x:NoSchedule-");
    assert_eq!(report["effects"]["start"], json!([]));
}

#[test]
fn a_node_that_is_yet_to_come_can_be_asked_for_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("node.json");
    fs::write(&file, node("new", &json!({}), &no_schedule()).to_string()).unwrap();
    let ds = daemon_set(&json!({}), &json!({}), &json!({}));
    let objects = [
        revision(&ds),
        ds,
        node("n1", &json!({}), &json!([])),
        pod("p1", "n1", &ready()),
    ];
    let file = file.to_str().unwrap();
    let question = format!("why a new --node-file {file} -o json");
    let (code, out, err) = ask(&objects, &question);
    assert_eq!(code, Some(0), "{err}");
    let report: Value = serde_json::from_str(&out).unwrap();
    let why = &report["then"]["nodes"][0]["reasons"][0];
    assert_eq!(why["code"], "UntoleratedNoSchedule");
    assert_eq!(why["taint"], "x:NoSchedule");
}

#[test]
fn what_is_pasted_into_a_shell_is_quoted_and_nothing_reaches_the_terminal() {
    let ds = daemon_set(
        &json!({}),
        &json!({"nodeSelector": {"k": "$(date)"}}),
        &json!({}),
    );
    let evil = "n\u{1b}[31m\u{9b}\u{202e}";
    let objects = [
        revision(&ds),
        ds,
        node("n1", &json!({}), &json!([])),
        node(evil, &json!({}), &json!([])),
    ];
    let (_, out, _) = ask(&objects, "why a n1");
    assert!(out.contains("kubectl label node n1 'k=$(date)'"), "{out}");
    for format in ["table", "wide", "name", "json", "yaml"] {
        let (_, out, _) = ask(&objects, &format!("why a -o {format}"));
        // YAML has no escape for what it takes for printable in a plain text.
        let reorders = |c: char| c == '\u{202e}' && format != "yaml";
        let raw = |c: char| (c.is_control() && c != '\n') || reorders(c);
        assert!(!out.contains(raw), "{format}: {out:?}");
    }
}

#[test]
fn a_label_that_the_kubelet_sets_is_not_to_be_set_by_hand() {
    let ds = daemon_set(
        &json!({}),
        &json!({"nodeSelector": {"kubernetes.io/os": "linux"}}),
        &json!({}),
    );
    let objects = [
        revision(&ds),
        ds,
        node("w", &json!({"kubernetes.io/os": "windows"}), &json!([])),
    ];
    let node = one_node(&objects, "w");
    let [remedy] = node.remedies.as_slice() else {
        panic!("{:#?}", node.remedies);
    };
    assert_eq!(remedy.changes(), ChangedObject::Nothing);
    assert_eq!(remedy.managed_by().map(ManagedBy::owner), Some("kubelet"));
}

#[test]
fn nodes_that_differ_in_a_value_alone_are_one_group() {
    let affinity = |terms: Value| json!({"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": terms}}}});
    let wants =
        |key: &str| json!({"matchExpressions": [{"key": key, "operator": "In", "values": ["a"]}]});
    let ds = daemon_set(&json!({}), &affinity(json!([wants("host")])), &json!({}));
    let mut objects = vec![revision(&ds), ds];
    for i in 0..30 {
        let labels = json!({"host": format!("h{i}")});
        objects.push(node(&format!("n{i}"), &labels, &json!([])));
    }
    let report = all_nodes(&objects);
    let groups = excluded(&report);
    assert_eq!(groups.len(), 1);
    assert_eq!((groups[0].nodes.len(), groups[0].distance.labels), (30, 1));
    let differ = |shared: &CommonReason| shared.values_differ;
    assert!(groups[0].reasons.iter().all(differ));
    // The terms are ORed, so each reason names its own.
    let two = affinity(json!([wants("host"), wants("zone")]));
    let ds = daemon_set(&json!({}), &two, &json!({}));
    let node = one_node(&[revision(&ds), ds, node("n", &json!({}), &json!([]))], "n");
    let terms = node.reasons.iter().filter_map(|reason| match reason {
        Reason::NodeAffinityMismatch(r) => Some((r.term, r.key.as_str(), r.of_several)),
        _ => None,
    });
    let terms: Vec<_> = terms.collect();
    assert_eq!(terms, [(0, "host", true), (1, "zone", true)]);
}

#[test]
fn a_pod_that_terminates_on_a_dead_node_does_not_go_by_itself() {
    let ds = daemon_set(&json!({}), &json!({}), &counters(1, 0, 1));
    let mut dead = node("n1", &json!({}), &json!([]));
    dead["status"] = json!({"conditions": [{"type": "Ready", "status": "Unknown"}]});
    let mut going = pod("p1", "n1", &ready());
    going["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:30Z".into();
    let node = one_node(&[revision(&ds), ds, dead, going], "n1");
    let Reason::NodeNotReady { is_terminating, .. } = reason(&node.reasons, Code::NodeNotReady)
    else {
        panic!("{node:#?}");
    };
    assert!(is_terminating);
}
