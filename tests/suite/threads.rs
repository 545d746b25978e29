//! Questions that people asked in public, on clusters as they could have saved them: each
//! answer in a snapshot, and on fields where it has any.

use crate::binary::{drawn, kubectl_ds, stdout};
use serde_json::Value;

/// Each question, and the file that it is about.
const QUESTIONS: [(&str, &str, &str); 26] = [
    (
        "03-why",
        "why aws-node ip-3 -n kube-system",
        "03-karpenter2009-node-terminating",
    ),
    ("03-node", "node ip-3", "03-karpenter2009-node-terminating"),
    (
        "05",
        "why ebpf-agent -n observability",
        "05-oneuptime3041-windows-pull",
    ),
    (
        "07",
        "why kube-proxy k8s-4 -n kube-system",
        "07-aksengine3502-node-without-os-label",
    ),
    (
        "10-a",
        "why debug -n probe",
        "10-certsuite547-podsecurity-A",
    ),
    ("10", "why debug -n probe", "10-certsuite547-podsecurity"),
    (
        "12",
        "why cstor-csi-node -n openebs",
        "12-cstor196-quota-scope",
    ),
    ("12-others", "why cstor-csi-node -n openebs", "12-others"),
    ("12-allowed", "why cstor-csi-node -n openebs", "12-allowed"),
    ("13", "why agent w-3", "13-kk132182-node-recreated"),
    (
        "16-why",
        "why kube2iam -n kube-system",
        "16-helmcharts23537-ondelete",
    ),
    (
        "16-plan",
        "plan kube2iam -n kube-system",
        "16-helmcharts23537-ondelete",
    ),
    ("17", "plan app-agent", "17-kk95457-evicted-stalls-rollout"),
    (
        "20",
        "why kps-node-exporter -n monitoring",
        "20-promhelm2983-hostport-conflict",
    ),
    (
        "22",
        "why datadog-agent g-5 -n datadog",
        "22-blog-misscheduled-tobedeleted",
    ),
    (
        "25",
        "why calico-node m-3 -n kube-system",
        "25-calico7712-readiness",
    ),
    (
        "25-all",
        "why calico-node -n kube-system",
        "25-calico7712-readiness",
    ),
    (
        "27-plan",
        "plan npd -n kube-system",
        "27-npd797-exec-format",
    ),
    ("27-list", "why -A", "27-npd797-exec-format"),
    (
        "36",
        "why local-dns -n kube-system",
        "36-kk117018-completed",
    ),
    ("50-n00", "why agent n00", "50-taints"),
    ("50-n01", "why agent n01", "50-taints"),
    ("50-n03", "why agent n03", "50-taints"),
    ("50-n05", "why agent n05", "50-taints"),
    ("50-n07", "why agent n07", "50-taints"),
    ("50-n09", "why agent n09", "50-taints"),
];

/// Dumps of a kind of trouble each, made after what people report: the one cause of `agent`'s
/// broken nodes by its code, and a field of it.
const MADE: [(&str, &str, &str, &str); 35] = [
    (
        "oomkilled",
        "ContainerWaiting",
        "containerEnd",
        "OutOfMemory",
    ),
    ("liveness", "PodNotReady", "containerEnd", "Terminated"),
    ("startup-probe", "PodNotReady", "containerEnd", "Killed"),
    ("configmap-missing", "ContainerWaiting", "", ""),
    ("secret-missing", "ContainerWaiting", "", ""),
    ("sandbox-cni", "ContainerWaiting", "", ""),
    ("init-fails", "ContainerWaiting", "containerEnd", "Exited"),
    (
        "rate-limit",
        "ContainerWaiting",
        "pullFailure",
        "RateLimited",
    ),
    ("pull-event-only", "ContainerWaiting", "", ""),
    ("completes", "ContainerWaiting", "containerEnd", "Completed"),
    ("evicted", "PodFailed", "repeats", "211"),
    (
        "cni-not-ready",
        "NodeNotReady",
        "nodeCause",
        "NetworkPlugin",
    ),
    ("cni-crash", "ContainerWaiting", "containerEnd", "Exited"),
    ("pleg", "NodeNotReady", "nodeCause", "Runtime"),
    ("kubelet-down", "NodeNotReady", "nodeCause", "Silent"),
    ("node-shutdown-rejected", "", "", ""),
    (
        "finalizer",
        "PodTerminating",
        "finalizers",
        "example.com/drain-guard",
    ),
    ("wont-die", "PodTerminating", "", ""),
    (
        "insufficient-cpu",
        "PodUnschedulable",
        "holders",
        "shop/web-5d8-x1",
    ),
    ("gpu", "PodUnschedulable", "", ""),
    (
        "hostport",
        "PodUnschedulable",
        "holders",
        "old-mon/old-exporter-x",
    ),
    ("scheduler-name", "PodNotYetScheduled", "", ""),
    ("gated", "PodSchedulingGated", "", ""),
    (
        "webhook-down",
        "FailedCreate",
        "refusedBy/failurePolicy",
        "Fail",
    ),
    (
        "serviceaccount",
        "FailedCreate",
        "refusal",
        "NoServiceAccount",
    ),
    (
        "scc",
        "FailedCreate",
        "refusal",
        "SecurityContextConstraints",
    ),
    ("quota", "FailedCreate", "refusal", "QuotaExceeded"),
    (
        "podsecurity-relabelled",
        "FailedCreate",
        "refusal",
        "PodSecurity",
    ),
    (
        "priorityclass",
        "FailedCreate",
        "refusal",
        "NoPriorityClass",
    ),
    (
        "quota-object",
        "FailedCreate",
        "refusedBy/used/requests.cpu",
        "3800m",
    ),
    ("webhook-own", "FailedCreate", "refusedBy/ownPods", "true"),
    ("quota-raised", "FailedCreate", "refusedBy/lifted", "true"),
    (
        "serviceaccount-created",
        "FailedCreate",
        "refusedBy/lifted",
        "true",
    ),
    (
        "serviceaccount-near",
        "FailedCreate",
        "refusedBy/near",
        "agents",
    ),
    (
        "priorityclass-near",
        "FailedCreate",
        "refusedBy/near",
        "high-agent",
    ),
];

/// Of those the ones in which an event of the pod says why.
const WARNED: [&str; 6] = [
    "liveness",
    "startup-probe",
    "configmap-missing",
    "sandbox-cni",
    "pull-event-only",
    "wont-die",
];

/// Where a pod is there that is asked about by its node; else no pod could be created.
fn question_of(code: &str) -> &'static str {
    match code {
        "FailedCreate" => "why agent",
        _ => "why agent n-3",
    }
}

fn file(name: &str) -> String {
    format!("tests/suite/threads/{name}.yaml")
}

#[test]
fn answers() {
    for (name, question, of) in QUESTIONS {
        let question = format!("{question} --from {}", file(of));
        let drawings = drawn(&question, &[(Some(100), false)]);
        let mut settings = insta::Settings::clone_current();
        settings.set_prepend_module_to_snapshot(false);
        settings.bind(|| insta::assert_snapshot!(format!("thread-{name}"), drawings.concat()));
    }
}

#[test]
fn answers_to_what_was_made() {
    for (name, code, _, _) in MADE {
        let file = file(&format!("made-{name}"));
        let question = format!("{} --from {file}", question_of(code));
        let drawings = drawn(&question, &[(Some(100), false)]);
        let mut settings = insta::Settings::clone_current();
        settings.set_prepend_module_to_snapshot(false);
        let snapshot = format!("thread-made-{name}");
        settings.bind(|| insta::assert_snapshot!(snapshot, drawings.concat()));
    }
}

#[test]
fn causes_of_what_was_made() {
    for (name, code, field, value) in MADE {
        let report = report("why agent", &format!("made-{name}"));
        let none = Vec::new();
        let causes = report["causes"].as_array().unwrap_or(&none);
        let reason = &causes.first().map_or(Value::Null, |c| c["reason"].clone());
        assert_eq!(reason["code"].as_str().unwrap_or_default(), code, "{name}");
        let found = match reason.pointer(&format!("/{field}")) {
            Some(Value::Array(all)) => all[0].clone(),
            Some(one) => one.clone(),
            None => Value::Null,
        };
        let found = found
            .as_str()
            .map_or_else(|| found.to_string(), str::to_owned);
        assert!(field.is_empty() || found == value, "{name}: {reason}");
        let warned = causes.first().is_some_and(|c| c["warning"].is_object());
        assert_eq!(warned, WARNED.contains(&name), "{name}");
    }
}

#[test]
fn an_answer_is_one_screen() {
    for (_, question, of) in QUESTIONS {
        let question = format!("{question} --from {}", file(of));
        let drawings = drawn(&question, &[(Some(100), false)]);
        let lines = drawings.concat();
        let lines = lines.lines().filter(|l| !l.trim_start().starts_with("$ "));
        let count = lines.count();
        assert!(count <= 40, "{question}: {count} lines");
    }
}

/// The report of a question about one of the files.
fn report(question: &str, of: &str) -> Value {
    let file = file(of);
    let mut args: Vec<_> = question.split_whitespace().collect();
    args.extend(["-o", "json", "--from", &file]);
    serde_json::from_str(&stdout(&kubectl_ds(&args, &[]))).unwrap()
}

#[test]
fn equal_causes_are_one_with_what_their_nodes_share() {
    let report = report(
        "why ebpf-agent -n observability",
        "05-oneuptime3041-windows-pull",
    );
    let [group] = report["causes"].as_array().unwrap().as_slice() else {
        panic!("{}", report["causes"]);
    };
    assert_eq!(group["reason"]["code"], "ContainerWaiting");
    assert_eq!(group["nodes"].as_array().unwrap().len(), 8);
    let shared = serde_json::json!([
        {"kind": "operatingSystem", "value": "windows", "others": "linux"},
        {"kind": "pool", "value": "winnp", "others": "linux"}
    ]);
    assert_eq!(group["shared"], shared);
}

#[test]
fn what_a_pod_is_warned_of_stands_beside_it() {
    let report = report(
        "why calico-node m-3 -n kube-system",
        "25-calico7712-readiness",
    );
    let reasons = report["nodes"][0]["reasons"].as_array().unwrap();
    let codes: Vec<_> = reasons
        .iter()
        .map(|r| r["code"].as_str().unwrap())
        .collect();
    assert!(codes.contains(&"PodWarning"), "{codes:?}");
}
