//! What is said where nodes, pods or revisions may not be read, or a dump lacks them.

use serde_json::{Value, json};

use kubectl_ds::analysis::eligibility::Detail;
use kubectl_ds::analysis::node::Eligibility;
use kubectl_ds::analysis::pod::PodState;
use kubectl_ds::analysis::reason::{Code, Reason};

use crate::analysed::{all_nodes, one_node, reason, with_subject};
use crate::binary::ask_in;
use crate::plans::dump::{Dump, crashing, pod};
use crate::schema::validator;

/// Five nodes of which the fourth has a crashing pod and the fifth an old one; a pod for
/// the sixth, as its status has it, can't be created.
fn incident() -> Dump {
    let mut dump = Dump::new(5, 4).pod(4, crashing);
    let status = &mut dump.ds["status"];
    status["desiredNumberScheduled"] = 6.into();
    status["numberUnavailable"] = 2.into();
    dump.others.push(json!({"apiVersion": "v1", "kind": "Event",
        "metadata": {"name": "a.1", "namespace": "default"}, "reason": "FailedCreate", "count": 7,
        "lastTimestamp": "2026-01-01T01:50:00Z", "message": "exceeded quota: pods",
        "involvedObject": {"kind": "DaemonSet", "namespace": "default", "name": "a", "uid": "u"}}));
    dump
}

/// Those of the objects that are of none of `kinds`.
fn without(dump: &Dump, kinds: &[&str]) -> Vec<Value> {
    let is_kept = |object: &Value| !kinds.iter().any(|kind| object["kind"] == *kind);
    dump.objects().into_iter().filter(is_kept).collect()
}

fn text(objects: &[Value], question: &str) -> (Option<i32>, String) {
    let question = format!("{question} --now 2026-01-01T02:00:00Z");
    let (code, out, err) = ask_in(objects, &question, &[("COLUMNS", "140")]);
    assert_eq!(err, "", "{question}");
    (code, out)
}

fn report(objects: &[Value], question: &str, schema: &str) -> Value {
    let (_, out) = text(objects, &format!("{question} -o json"));
    let report: Value = serde_json::from_str(&out).unwrap();
    let validator = validator(schema);
    let errors: Vec<_> = validator
        .iter_errors(&report)
        .map(|e| e.to_string())
        .collect();
    assert_eq!(errors, Vec::<String>::new(), "{report:#}");
    report
}

fn assert_says(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "no `{part}` in:\n{text}");
    }
}

/// That pods couldn't be created is found, with how often and what was said.
fn assert_failed_create(findings: &[Reason]) {
    assert_eq!(
        reason(findings, Code::FailedCreate),
        &Reason::FailedCreate {
            evidence: None,
            message: "exceeded quota: pods".to_owned(),
            count: 7,
            last: Some("2026-01-01T01:50:00Z".parse().unwrap()),
        }
    );
}

#[test]
fn why_without_nodes_says_what_status_and_pods_say() {
    let objects = without(&incident(), &["Node"]);
    let (code, out) = text(&objects, "why a");
    assert_eq!(code, Some(3));
    let rows = [
        ".status  6        5        4      4        4          2            0",
        "its nodes are unknown",
    ];
    assert_says(&out, &rows);
    assert!(!out.contains("computed"), "{out}");
    let found = all_nodes(&objects);
    assert_failed_create(&found.findings);
    assert!(found.basis.lacks("nodes"));
    let code = |at: usize| found.nodes[at].reasons[0].code();
    assert_eq!(
        (code(3), code(4)),
        (Code::ContainerWaiting, Code::PodOutdated)
    );
    let report = report(&objects, "why a", "eligibility-report");
    assert_eq!(report["status"]["reported"]["desired"], 6);
    assert_eq!(report["status"].get("desired"), None);
    assert_eq!(report["clean"], false);
    assert_eq!(report["nodeCount"], Value::Null);
    assert_eq!(report["nodes"].as_array().unwrap().len(), 5);
    assert_eq!(report["nodes"][3]["eligibility"], "Unknown");
}

#[test]
fn a_failed_create_before_all_pods_were_there_is_past() {
    let mut dump = incident();
    dump.count();
    let (_, out) = text(&without(&dump, &["Node"]), "why a");
    assert!(!out.contains("FailedCreate"), "{out}");
    let (_, out) = text(&without(&dump, &["Node"]), "plan a");
    assert!(!out.contains("FailedCreate"), "{out}");
}

#[test]
fn what_is_not_known_to_be_wrong_is_unknown() {
    let objects = without(&Dump::new(3, 3), &["Node"]);
    let report = report(&objects, "why a", "eligibility-report");
    assert_eq!(report["clean"], Value::Null);
    let (code, out) = text(&objects, "why a");
    assert_eq!(code, Some(3));
    assert!(!out.contains("On nodes that couldn't be read"), "{out}");
}

#[test]
fn the_overview_knows_no_zeros() {
    let line = |objects: &[Value]| {
        let (code, out) = text(objects, "why -A --no-headers");
        assert_eq!(code, Some(3), "{out}");
        let line = out.lines().next().unwrap_or_default();
        line.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let dump = incident();
    assert_eq!(
        line(&without(&dump, &["Node"])),
        "✗ default a ? ? ? ? ? the server refuses its pods, \"exceeded quota: pods\""
    );
    assert_eq!(
        line(&without(&dump, &["Pod"])),
        "✗ default a 5 ? ? ? 0 the server refuses its pods, \"exceeded quota: pods\""
    );
    assert_eq!(
        line(&without(&dump, &["Node", "Pod", "Event"])),
        "? default a ? ? ? ? ?"
    );
    let healthy = Dump::new(3, 3);
    assert_eq!(line(&without(&healthy, &["Node"])), "? default a ? ? ? ? ?");
    assert_eq!(line(&without(&healthy, &["Pod"])), "? default a 3 ? ? ? 0");
    // Revisions alone decide whether a pod is of the current template.
    assert_eq!(
        line(&without(&healthy, &["ControllerRevision"])),
        "? default a 3 3 0 0 0"
    );
}

#[test]
fn why_without_pods_says_what_status_says() {
    let objects = without(&incident(), &["Pod"]);
    let (code, _) = text(&objects, "why a");
    assert_eq!(code, Some(3));
    let found = all_nodes(&objects);
    assert_failed_create(&found.findings);
    assert_eq!((found.node_count, found.clean), (Some(5), Some(false)));
    let report = report(&objects, "why a", "eligibility-report");
    assert_eq!(report["status"]["reported"]["available"], 4);
}

#[test]
fn one_node_that_could_not_be_read() {
    let objects = without(&incident(), &["Node"]);
    let (code, _) = text(&objects, "why a n4");
    assert_eq!(code, Some(3));
    let node = one_node(&objects, "n4");
    assert_eq!(node.eligibility, Eligibility::Unknown);
    assert_eq!(node.pod_state, PodState::NotReady);
    reason(&node.reasons, Code::ContainerWaiting);
    let of = |objects: &[Value]| {
        let report = with_subject(objects, |subject| subject.report(Detail::OneNode("n9")));
        assert_failed_create(&report.findings);
        assert_eq!(report.nodes[0].pod_state, PodState::Unknown);
        report.basis.lacks("pods")
    };
    assert!(!of(&objects));
    assert!(of(&without(&incident(), &["Node", "Pod"])));
}

#[test]
fn a_planned_node_counts_for_no_others() {
    let objects = without(&incident(), &["Node"]);
    let question = "why a --node-file docs/examples/node.yaml";
    let report = report(&objects, question, "eligibility-report");
    assert_eq!(report["today"]["status"]["reported"]["desired"], 6);
    assert_eq!(report["then"].get("status"), None);
}

#[test]
fn plan_without_nodes_says_what_is_old_and_what_is_broken() {
    let objects = without(&incident(), &["Node"]);
    let (code, out) = text(&objects, "plan a");
    assert_eq!(code, Some(3));
    assert_says(
        &out,
        &[
            "✗ Rollout of default/a is stuck: the server refuses its pods, \"exceeded quota: pods\"",
            "Not available (1 pod)\n",
            "n4    a-n4-new  119m ago  unready, restarted 5 times; container agent: CrashLoopBackOff",
        ],
    );
    let plan = report(&objects, "plan a", "rollout-plan");
    assert_eq!(plan["reported"]["unavailable"], 2);
    assert_eq!(plan["unavailable"][0]["reason"], "ContainerWaiting");
    assert_eq!(
        plan["old"],
        json!([{"node": "n5", "pod": "a-n5-old", "revision": 1}])
    );
    assert_eq!(plan["revision"]["pods"], 4);
    assert_eq!(plan["blockers"][0]["code"], "FailedCreate");
    assert_eq!(plan["next"], Value::Null);
    assert_eq!(plan["clean"], false);
}

#[test]
fn a_rollout_that_may_be_done() {
    let objects = without(&Dump::new(3, 3), &["Node"]);
    let (code, out) = text(&objects, "plan a");
    assert_eq!(code, Some(3));
    assert_says(
        &out,
        &["? default/a has no old pods, whether pods are missing isn't known\n"],
    );
    let plan = report(&objects, "plan a", "rollout-plan");
    assert_eq!((&plan["clean"], &plan["old"]), (&Value::Null, &json!([])));
    let whole = report(&Dump::new(3, 3).objects(), "plan a", "rollout-plan");
    assert_eq!(
        (whole.get("reported"), whole.get("unavailable")),
        (None, None)
    );
}

#[test]
fn plan_without_pods_says_what_status_says() {
    let objects = without(&incident(), &["Pod"]);
    let (code, _) = text(&objects, "plan a");
    assert_eq!(code, Some(3));
    let plan = report(&objects, "plan a", "rollout-plan");
    assert_eq!(plan["desired"], 5);
    assert_eq!(plan["reported"]["desired"], 6);
    assert_eq!(plan["blockers"][0]["code"], "FailedCreate");
}

/// The line of the documentation asks for no controllers besides: what names owners alone
/// is no verdict.
#[test]
fn adopt_of_a_dump_without_other_controllers() {
    let mut objects = Dump::new(2, 2).objects();
    let (code, out) = text(&objects, "adopt a");
    assert_eq!(code, Some(0), "{out}");
    assert_says(
        &out,
        &[
            "overlaps unknown",
            "note: the files contain no Deployment, ReplicaSet, StatefulSet, ReplicationController or Job objects; ",
        ],
    );
    objects.retain(|o| o["kind"] != "Node");
    let (code, out) = text(&objects, "adopt a");
    assert_eq!(code, Some(3));
    assert_says(&out, &["owned today: 2 pods, "]);
}

/// Two pods on one node are wrong wherever they are, and so is one that fails.
#[test]
fn two_pods_on_a_node_that_could_not_be_read() {
    let mut dump = Dump::new(1, 1);
    let mut second = pod("n1", 2);
    second["metadata"]["name"] = "second".into();
    dump.pods.push(second);
    let report = report(&without(&dump, &["Node"]), "why a", "eligibility-report");
    assert_eq!(report["clean"], false);
}
