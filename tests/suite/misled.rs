//! What looks like one thing and is another: pods of nodes that were registered again, words about
//! other nodes, counters that are old.

use kubectl_ds::analysis::next::{StepKind, steps};
use kubectl_ds::analysis::reason::{Code, Reason};
use kubectl_ds::analysis::unschedulable::UnschedulableCause;
use serde_json::{Value, json};

use crate::analysed::{all_nodes, one_node, reason};
use crate::binary::ask;
use crate::states::{counters, daemon_set, no_schedule, node, pod, ready, revision};

/// A node that was created at `created`, with a pod that is two days old and said its last at
/// `said`.
fn of_another_age(created: &str, said: &str) -> Vec<Value> {
    let ds = daemon_set(&json!({}), &json!({}), &counters(1, 0, 1));
    let mut one = node("n1", &json!({}), &json!([]));
    one["metadata"]["creationTimestamp"] = created.into();
    let mut status = ready();
    status["startTime"] = "2026-01-01T00:00:00Z".into();
    status["conditions"][0]["lastTransitionTime"] = said.into();
    let mut clock = node("clock", &json!({}), &no_schedule());
    clock["metadata"]["creationTimestamp"] = "2026-01-03T00:00:00Z".into();
    vec![revision(&ds), ds, one, clock, pod("p1", "n1", &status)]
}

#[test]
fn a_node_that_was_registered_again_keeps_its_pods() {
    let is_of_former = |created: &str, said: &str| {
        let node = one_node(&of_another_age(created, said), "n1");
        node.reasons
            .iter()
            .any(|reason| reason.code() == Code::PodOlderThanNode)
    };
    let before = "2026-01-01T00:00:00Z";
    assert!(is_of_former("2026-01-02T23:58:00Z", before));
    // Its kubelet has had the time to say what is there.
    assert!(!is_of_former("2026-01-02T00:00:00Z", before));
    // It has said something since.
    assert!(!is_of_former(
        "2026-01-02T23:58:00Z",
        "2026-01-02T23:59:00Z"
    ));
}

#[test]
fn taints_of_other_nodes_are_not_this_nodes() {
    let messages = [
        "0/3 nodes are available: 1 Too many pods, 2 node(s) had taint {x: }, that the pod didn't tolerate.",
        "0/3 nodes are available: 1 Too many pods, 2 node(s) had untolerated taint(s).",
        "0/3 nodes are available: 1 Too many pods, 2 node(s) had untolerated taint {x: }.",
    ];
    for message in messages {
        let ds = daemon_set(&json!({}), &json!({}), &counters(1, 0, 1));
        let condition = json!({"type": "PodScheduled", "status": "False",
            "reason": "Unschedulable", "message": message});
        let status = json!({"phase": "Pending", "conditions": [condition]});
        let mut waiting = pod("p1", "", &status);
        waiting["spec"] = json!({"affinity": {"nodeAffinity": {
            "requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [{"matchFields": [
                {"key": "metadata.name", "operator": "In", "values": ["n1"]}]}]}}}});
        let objects = [
            revision(&ds),
            ds,
            node("n1", &json!({}), &json!([])),
            waiting,
        ];
        let node = one_node(&objects, "n1");
        let Reason::PodUnschedulable { unfit, .. } = reason(&node.reasons, Code::PodUnschedulable)
        else {
            panic!("{:#?}", node.reasons);
        };
        assert_eq!(unfit, &[UnschedulableCause::TooManyPods], "{message}");
    }
}

#[test]
fn an_old_status_is_renewed_by_a_touch() {
    let ds = daemon_set(&json!({}), &json!({}), &counters(1, 1, 1));
    let mut objects = vec![
        revision(&ds),
        ds,
        node("n1", &json!({}), &json!([])),
        pod("p1", "n1", &ready()),
    ];
    let touches = |objects: &[Value]| {
        let steps = steps(&all_nodes(objects)).into_iter();
        let mut touches = steps.filter(|step| step.kind == StepKind::Resync);
        touches.next().and_then(|step| step.command)
    };
    let command = touches(&objects).map(|command| command.to_string());
    let command = command.unwrap_or_default();
    assert!(
        command.starts_with("kubectl annotate daemonset a -n default "),
        "{command}"
    );
    objects[1]["status"] = counters(1, 0, 1);
    assert_eq!(touches(&objects), None);
}

#[test]
fn a_node_that_is_too_small_is_not_attention_alone() {
    let container = json!({"name": "c", "image": "i",
        "resources": {"requests": {"cpu": "1500m", "memory": "1Gi"}}});
    let ds = daemon_set(
        &json!({}),
        &json!({"containers": [container]}),
        &counters(0, 0, 1),
    );
    let first_line = |cpu: &str| {
        let mut planned = node("planned", &json!({}), &json!([]));
        planned["status"] = json!({"allocatable": {"cpu": cpu, "memory": "4Gi", "pods": "10"}});
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("node.json");
        std::fs::write(&file, planned.to_string()).unwrap();
        let question = format!("node --node-file {}", file.display());
        let (_, out, _) = ask(&[revision(&ds), ds.clone()], &question);
        out.lines().next().unwrap_or_default().to_owned()
    };
    let small = first_line("1");
    assert!(small.contains("1.5 of 1 cores"), "{small}");
    let large = first_line("4");
    assert!(large.contains("1.5 cores and 1Gi memory"), "{large}");
}

#[test]
fn a_daemon_set_that_runs_nowhere_leads_to_the_nearest_node() {
    let ds = daemon_set(
        &json!({}),
        &json!({"nodeSelector": {"gpu": "yes"}}),
        &counters(0, 0, 1),
    );
    let objects = [
        revision(&ds),
        ds,
        node("far", &json!({}), &no_schedule()),
        node("near", &json!({}), &json!([])),
    ];
    let steps = steps(&all_nodes(&objects));
    let explain = steps.iter().find(|step| step.kind == StepKind::Explain);
    let command = explain.and_then(|step| step.command.as_ref());
    let words = command.map(ToString::to_string).unwrap_or_default();
    assert!(words.ends_with(" why a near -n default"), "{words}");
}
