//! Questions that people asked in public, on clusters as they could have saved them: each
//! answer in a snapshot, and on fields where it has any.

use crate::binary::{drawn, kubectl_ds, stdout};
use serde_json::Value;

/// Each question, and the file that it is about.
const QUESTIONS: [(&str, &str, &str); 24] = [
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
