//! Creates that are refused are a cause wherever one is due, and no longer than that; and a
//! DaemonSet that the controller never saw.

mod evidence;

use serde_json::{Value, json};

use kubectl_ds::analysis::next::StepKind;
use kubectl_ds::analysis::pod::PodState;
use kubectl_ds::analysis::reason::{Code, Reason};
use kubectl_ds::analysis::rollout::plan::{Blocker, Body, Next, RemedyKind};
use kubectl_ds::analysis::rollout::{self, Rollout};
use kubectl_ds::analysis::status::Difference;
use kubectl_ds::analysis::summary::Overview;

use crate::analysed::{all_nodes, one_node, reason, snapshot, snapshot_of};
use crate::binary::{ask, root};
use crate::plans::dump::{Dump, node, not_ready, terminating};

/// The time of the last refusal.
const REFUSED: &str = "2026-01-01T01:30:00Z";

/// An event about the DaemonSet, last seen then.
fn event(name: &str, at: &str, message: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "Event", "metadata": {"name": format!("a.{name}"), "namespace": "default"},
        "involvedObject": {"apiVersion": "apps/v1", "kind": "DaemonSet", "name": "a", "namespace": "default", "uid": "u"},
        "type": "Normal", "reason": name, "count": 4, "lastTimestamp": at, "message": message})
}

/// The same cluster with a quota that refused a pod.
fn refused(mut dump: Dump) -> Dump {
    let why = "Error creating: pods \"a-\" is forbidden: exceeded quota: q, requested: pods=1, used: pods=3, limited: pods=3";
    dump.others.push(event("FailedCreate", REFUSED, why));
    dump
}

/// The same with a pod that was created so late, on its own node.
fn created(mut dump: Dump, number: usize, at: &str) -> Dump {
    dump.pods[number - 1]["metadata"]["creationTimestamp"] = at.into();
    dump
}

fn plan(objects: &[Value]) -> Body {
    let snapshot = &snapshot(objects);
    let ds = &snapshot.daemon_sets[0];
    let plan = rollout::plan(Rollout {
        snapshot,
        stored: Some(ds),
        target: ds,
        change: None,
    });
    plan.body
}

fn blockers(body: &Body) -> Vec<Code> {
    body.blockers.iter().map(Blocker::code).collect()
}

fn codes(reasons: &[Reason]) -> Vec<Code> {
    reasons.iter().map(Reason::code).collect()
}

fn causes(differences: &[Difference]) -> Vec<(&str, Code)> {
    let cause = |d: &Difference| (d.counter, d.cause.code());
    differences.iter().map(cause).collect()
}

/// Every old pod is available and has to wait for a second one, which isn't admitted.
#[test]
fn second_pods_are_refused() {
    let dump = refused(Dump::new(3, 0).budget(0, 1));
    let body = plan(&dump.objects());
    assert_eq!(body.next, Some(Next::Update));
    assert_eq!(blockers(&body), [Code::FailedCreate]);
    assert_eq!(body.remedies.len(), 2);
    assert_eq!(body.remedies[0].kind, RemedyKind::LetCreatesSucceed);
    let raised = &body.remedies[1].kind;
    assert!(
        matches!(raised, RemedyKind::Repair(StepKind::RaiseQuota { quota, .. }) if quota == "q"),
        "{raised:?}"
    );
    let command = body.remedies[0].command.as_ref().unwrap().to_string();
    assert_eq!(command, "kubectl describe quota q -n default");
    let report = all_nodes(&dump.objects());
    assert_eq!(codes(&report.findings), [Code::FailedCreate]);
    assert_eq!(report.clean, Some(false));
    let top = Overview::new(&report).top.unwrap();
    assert_eq!(top.reason.code(), Code::FailedCreate);
    let (_, out, _) = ask(&dump.objects(), "why a n1 -o json");
    let one: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(one["findings"][0]["code"], "FailedCreate", "{one}");
    let (_, out, _) = ask(&dump.objects(), "node n1 -o json");
    assert!(out.contains("FailedCreate"), "{out}");
    // Nor are those beside old pods that aren't available, which no budget limits.
    let dump = refused(Dump::new(3, 0).budget(0, 1)).pod(2, not_ready);
    assert_eq!(blockers(&plan(&dump.objects())), [Code::FailedCreate]);
}

/// Where no second pod is due there is nothing to be refused.
#[test]
fn what_is_not_due_is_not_refused() {
    let without_surge = refused(Dump::new(3, 0));
    let done = refused(Dump::new(3, 3).budget(0, 1));
    let on_delete = refused(Dump::new(3, 0).strategy(json!({"type": "OnDelete"})));
    for dump in [without_surge, done, on_delete] {
        let objects = dump.objects();
        assert!(!blockers(&plan(&objects)).contains(&Code::FailedCreate));
        assert_eq!(codes(&all_nodes(&objects).findings), []);
    }
}

/// The event outlives its cause.
#[test]
fn a_refusal_before_the_last_create_is_past() {
    let is_said = |dump: &Dump| {
        let objects = dump.objects();
        let in_plan = blockers(&plan(&objects)).contains(&Code::FailedCreate);
        let report = all_nodes(&objects);
        let mut all = report.nodes.iter().flat_map(|n| &n.reasons);
        let on_node = all.any(|r| r.code() == Code::FailedCreate);
        let in_why = on_node || codes(&report.findings).contains(&Code::FailedCreate);
        assert_eq!(in_plan, in_why);
        in_why
    };
    let later = "2026-01-01T01:30:01Z";
    let surge = || refused(Dump::new(3, 0).budget(0, 1));
    let lacks_one = || {
        let mut dump = refused(Dump::new(3, 3));
        dump.nodes.push(node("n4"));
        dump
    };
    let both: [fn() -> Dump; 2] = [surge, lacks_one];
    for dump in both {
        assert!(is_said(&dump()));
        // Of two in one second it isn't known which came first.
        assert!(is_said(&created(dump(), 3, REFUSED)));
        assert!(!is_said(&created(dump(), 3, later)));
        let with = |at| {
            let mut dump = dump();
            let event = event("SuccessfulCreate", at, "Created pod: a-gone");
            dump.others.push(event);
            dump
        };
        assert!(is_said(&with("2026-01-01T01:29:00Z")));
        assert!(!is_said(&with(later)));
    }
    // A pod of somebody else's says nothing.
    let mut other = created(lacks_one(), 3, later);
    other.pods[2]["metadata"]["ownerReferences"][0]["uid"] = "other".into();
    assert!(is_said(&other));
}

/// Under surge a pod is made beside those that are on their way out or have ended.
#[test]
fn a_pod_in_place_of_one_that_goes_is_refused() {
    let ended = |mut pod: Value| {
        pod["status"]["phase"] = "Failed".into();
        not_ready(pod)
    };
    let changes: [fn(Value) -> Value; 2] = [terminating, ended];
    for change in changes {
        let dump = || refused(Dump::new(3, 3)).pod(1, change);
        let surge = dump().budget(0, 1).objects();
        let reasons = one_node(&surge, "n1").reasons;
        reason(&reasons, Code::FailedCreate);
        let body = plan(&surge);
        assert_eq!(body.manage.as_ref().unwrap().create[0].node, "n1");
        assert_eq!(blockers(&body)[0], Code::FailedCreate);
        // Without surge the pod has to go first.
        let without = dump().objects();
        let reasons = codes(&one_node(&without, "n1").reasons);
        assert!(!reasons.contains(&Code::FailedCreate), "{reasons:?}");
        assert!(!blockers(&plan(&without)).contains(&Code::FailedCreate));
    }
}

/// A namespace that enforces `restricted`, saved with its pods and without.
fn pod_security() -> Vec<Value> {
    let path = root().join("tests/suite/creates/pod-security.yaml");
    let text = std::fs::read_to_string(path).unwrap();
    let list: Value = serde_yaml::from_str(&text).unwrap();
    list["items"].as_array().unwrap().clone()
}

/// That the controller hasn't synced would be false: it has tried.
#[test]
fn a_status_from_before_creates_that_fail() {
    let objects = pod_security();
    let report = all_nodes(&objects);
    let status = report.status.as_ref().unwrap();
    assert_eq!(
        causes(&status.differences),
        [
            ("desired", Code::FailedCreate),
            ("unavailable", Code::FailedCreate)
        ]
    );
    assert!(report.nodes.iter().all(|n| n.has(Code::FailedCreate)));
    let (_, out, _) = ask(&objects, "why debug -n probe");
    assert!(!out.contains("hasn't synced"), "{out}");
    // Without a refusal it is still the only thing that can be said.
    let mut quiet = objects;
    quiet.retain(|o| o["kind"] != "Event");
    let report = all_nodes(&quiet);
    let status = report.status.as_ref().unwrap();
    assert_eq!(status.differences[0].cause.code(), Code::StatusBehind);
}

/// A dump of one namespace, without any pod.
#[test]
fn a_refusal_where_pods_could_not_be_read() {
    let mut objects = pod_security();
    objects.retain(|o| o["kind"] != "Pod");
    let report = all_nodes(&objects);
    assert!(report.basis.lacks("pods"));
    assert_eq!(codes(&report.findings), [Code::FailedCreate]);
    assert_eq!(report.nodes[0].pod_state, PodState::Unknown);
    let body = plan(&objects);
    assert_eq!(blockers(&body), [Code::FailedCreate]);
    let command = body.remedies[0].command.as_ref().unwrap().to_string();
    assert_eq!(command, "kubectl get namespace probe --show-labels");
    let questions = [
        "why debug -n probe",
        "why debug ocp-1 -n probe",
        "why -A",
        "plan debug -n probe",
        "node ocp-1",
    ];
    for question in questions {
        let (code, out, _) = ask(&objects, &format!("{question} -o json --exit-code"));
        assert_eq!(code, Some(3), "{question}: {out}");
        assert!(out.contains("\"FailedCreate\""), "{question}: {out}");
    }
}

/// Second pods are in no counter but that of the updated ones.
#[test]
fn second_pods_where_pods_could_not_be_read() {
    let without_pods = |dump: Dump| {
        let mut objects = refused(dump).objects();
        objects.retain(|o| o["kind"] != "Pod");
        codes(&all_nodes(&objects).findings)
    };
    let surge = |new| without_pods(Dump::new(3, new).budget(0, 1));
    assert_eq!(surge(1), [Code::FailedCreate]);
    assert_eq!(surge(3), []);
    assert_eq!(without_pods(Dump::new(3, 1)), []);
}

/// As the API server stores it before any controller has seen it.
fn never_synced() -> Dump {
    let mut dump = Dump::new(2, 2);
    dump.ds["status"] = json!({"currentNumberScheduled": 0, "desiredNumberScheduled": 0,
        "numberMisscheduled": 0, "numberReady": 0});
    dump.pods.clear();
    dump.revisions.clear();
    // Others' pods and revisions are there to be read.
    let mut other = crate::plans::dump::pod("n1", 1);
    other["metadata"]["ownerReferences"][0]["uid"] = "other".into();
    other["metadata"]["labels"] = json!({"app": "other"});
    dump.pods.push(other);
    let mut revision = Dump::new(1, 1).revisions.remove(0);
    revision["metadata"]["ownerReferences"][0]["uid"] = "other".into();
    revision["metadata"]["labels"] = json!({"app": "other"});
    dump.revisions.push(revision);
    dump
}

#[test]
fn a_daemon_set_that_the_controller_never_saw() {
    let absent = never_synced();
    let mut zero = never_synced();
    zero.ds["status"]["observedGeneration"] = json!(0);
    for dump in [absent, zero] {
        let objects = dump.objects();
        let report = all_nodes(&objects);
        assert_eq!(codes(&report.findings), [Code::NeverSynced]);
        assert_eq!(report.clean, Some(false));
        let status = report.status.as_ref().unwrap();
        assert!(!status.differences.is_empty());
        let mut differences = causes(&status.differences).into_iter();
        assert!(differences.all(|(_, cause)| cause == Code::NeverSynced));
        let body = plan(&objects);
        assert_eq!(blockers(&body), [Code::NeverSynced]);
        assert_eq!(body.remedies.len(), 1);
        assert_eq!(
            body.remedies[0].kind,
            RemedyKind::AwaitController { pod: None }
        );
        // What it will do is said all the same.
        assert_eq!(body.next, Some(Next::Manage));
        assert_eq!(body.manage.unwrap().create.len(), 2);
        let (code, out, _) = ask(&objects, "node n1 -o json --exit-code");
        assert_eq!(code, Some(1));
        assert!(out.contains("NeverSynced"), "{out}");
    }
}

/// A status of which a part is missing, or that couldn't be written, isn't one that was never
/// written.
#[test]
fn a_trace_shows_that_the_controller_has_synced() {
    let is_said = |dump: &Dump| {
        let objects = dump.objects();
        codes(&all_nodes(&objects).findings).contains(&Code::NeverSynced)
    };
    assert!(is_said(&never_synced()));
    let mut with_pod = never_synced();
    with_pod.pods.push(Dump::new(1, 1).pods.remove(0));
    let mut with_revision = never_synced();
    with_revision
        .revisions
        .push(Dump::new(1, 1).revisions.remove(1));
    let mut counted = never_synced();
    counted.ds["status"]["desiredNumberScheduled"] = json!(2);
    for dump in [with_pod, with_revision, counted, refused(never_synced())] {
        assert!(!is_said(&dump));
    }
    let mut manifest = never_synced();
    manifest.ds.as_object_mut().unwrap().remove("status");
    assert!(!is_said(&manifest));
    let mut deleting = never_synced();
    deleting.ds["metadata"]["deletionTimestamp"] = REFUSED.into();
    assert!(!is_said(&deleting));
}

/// Files tell the time; only a server's clock may be ahead of what it says.
#[test]
fn the_clock_of_files_is_exact() {
    let path = root().join("tests/suite/creates/pod-security.yaml");
    let snapshot = snapshot_of(path.to_str().unwrap(), b"");
    assert!(snapshot.clock_tolerance.is_zero());
    assert_eq!(snapshot.latest_now(), snapshot.now);
}
