//! Public threads about taints, labels and nodes that go, each as a dump.

use kubectl_ds::analysis::node::{Eligibility, NodeEligibility};
use kubectl_ds::analysis::owners::ManagedBy;
use kubectl_ds::analysis::reason::{Code, Reason};
use kubectl_ds::analysis::remedy::ChangedObject;
use kubectl_ds::model::Snapshot;
use serde_json::{Value, json};

use super::{is_removal, judged, tolerations};
use crate::analysed::snapshot_of;
use crate::binary::{kubectl_ds, root, stdout};
use crate::schema::validator;

fn thread(file: &str) -> Snapshot {
    let path = root().join("tests/suite/threads").join(file);
    snapshot_of(path.to_str().unwrap(), &[])
}

fn of_first(snapshot: &Snapshot, node: &str) -> NodeEligibility {
    judged(snapshot, &snapshot.daemon_sets[0], node)
}

/// Who owns the taint, when it goes, whether a toleration is advised, and whether it may be
/// taken off by hand.
type Advice = (Option<&'static str>, Option<&'static str>, bool, bool);

#[test]
fn whose_each_taint_is() {
    const NODES: &[(&str, Advice)] = &[
        (
            "n00",
            (Some("cluster-autoscaler"), Some("NodeRemoved"), true, false),
        ),
        (
            "n01",
            (
                Some("cloud-controller-manager"),
                Some("NodeSetUp"),
                true,
                false,
            ),
        ),
        (
            "n02",
            (
                Some("cloud-controller-manager"),
                Some("NodeReady"),
                false,
                false,
            ),
        ),
        ("n03", (Some("Karpenter"), Some("NodeSetUp"), true, false)),
        ("n04", (Some("Karpenter"), Some("NodeRemoved"), true, false)),
        ("n05", (Some("Cilium"), Some("AgentReady"), true, false)),
        (
            "n06",
            (Some("aws-ebs-csi-driver"), Some("AgentReady"), true, false),
        ),
        (
            "n07",
            (
                Some("whoever fenced the node"),
                Some("NodeRecovered"),
                false,
                false,
            ),
        ),
        (
            "n08",
            (
                Some("kube-controller-manager"),
                Some("ConditionOver"),
                false,
                false,
            ),
        ),
        (
            "n09",
            (
                Some("aws-node-termination-handler"),
                Some("NodeRemoved"),
                true,
                false,
            ),
        ),
        (
            "n10",
            (
                Some("k8s-node-termination-handler"),
                Some("NodeRemoved"),
                true,
                false,
            ),
        ),
        // With this effect nobody but a hand has put it on.
        ("n11", (None, None, true, true)),
        ("n13", (Some("AKS"), Some("PoolChanged"), true, false)),
    ];
    let dump = thread("50-taints.yaml");
    for (name, advice) in NODES {
        let node = of_first(&dump, name);
        assert_ne!(node.eligibility, Eligibility::Eligible, "{name}");
        let reason = &node.reasons[0];
        let ends = reason.ends_when().map(|ends| ends.name());
        let advised = tolerations(&node);
        let removed = node.remedies.iter().any(is_removal);
        let found = (reason.owner(), ends, !advised.is_empty(), removed);
        assert_eq!(found, *advice, "{name}: {:#?}", node.remedies);
        for toleration in advised {
            let said = (toleration.operator.as_deref(), toleration.value);
            assert_eq!(said, (Some("Exists"), None), "{name}");
        }
    }
    // The controller adds a toleration of the pressure.
    assert_eq!(of_first(&dump, "n12").eligibility, Eligibility::Eligible);
}

#[test]
fn the_owner_is_published_and_no_command_has_the_value() {
    let file = root().join("tests/suite/threads/50-taints.yaml");
    let ask = |node: &str, format: &str| {
        let args = [
            "why",
            "agent",
            node,
            "--from",
            file.to_str().unwrap(),
            "-o",
            format,
        ];
        stdout(&kubectl_ds(&args, &[]))
    };
    let report: Value = serde_json::from_str(&ask("n00", "json")).unwrap();
    assert!(validator("eligibility-report").is_valid(&report));
    let node = &report["nodes"][0];
    assert_eq!(node["reasons"][0]["owner"], "cluster-autoscaler");
    assert_eq!(node["reasons"][0]["endsWhen"], "NodeRemoved");
    let [wait, tolerate] = node["remedies"].as_array().unwrap().as_slice() else {
        panic!("{:#}", node["remedies"]);
    };
    assert_eq!(wait["changes"], "Nothing");
    assert_eq!(wait["tag"], "inspect");
    assert_eq!(wait["owner"], "cluster-autoscaler");
    assert_eq!(wait["endsWhen"], "NodeRemoved");
    assert_eq!(wait["command"], "kubectl describe node n00");
    assert_eq!(tolerate["changes"], "Template");
    for (node, value) in [("n00", "1777900000"), ("n09", "abcd-1234")] {
        let out = ask(node, "table");
        let commands = out
            .lines()
            .filter(|line| line.trim_start().starts_with("$ kubectl "));
        let commands: Vec<_> = commands.collect();
        assert!(!commands.is_empty(), "{out}");
        assert!(commands.iter().all(|c| !c.contains(value)), "{out}");
    }
}

/// kubernetes-sigs/karpenter#2009: the pods end with the node, and nothing is to be mended.
#[test]
fn a_node_that_is_being_deleted() {
    let dump = thread("03-karpenter2009-node-terminating.yaml");
    let node = of_first(&dump, "ip-3");
    let Reason::NodeTerminating { finalizers, .. } = &node.reasons[0] else {
        panic!("{:#?}", node.reasons);
    };
    assert_eq!(finalizers, &["karpenter.sh/termination"]);
    assert_eq!(node.reasons[0].owner(), Some("Karpenter"));
    assert!(node.remedies.is_empty());
    let stays = of_first(&dump, "ip-1");
    assert!(!stays.has(Code::NodeTerminating));
    let file = root().join("tests/suite/threads/03-karpenter2009-node-terminating.yaml");
    let args = [
        "node",
        "ip-3",
        "--from",
        file.to_str().unwrap(),
        "-o",
        "json",
    ];
    let report: Value = serde_json::from_str(&stdout(&kubectl_ds(&args, &[]))).unwrap();
    assert!(validator("node-report").is_valid(&report));
    assert_eq!(
        report["condition"]["deletion"],
        json!({"since": "2026-05-04T11:55:00Z", "finalizers": ["karpenter.sh/termination"]})
    );
}

/// Azure/aks-engine#3502: the label is put back, and kube-proxy keeps its selector.
#[test]
fn a_node_that_lost_a_label_of_the_kubelet() {
    let dump = thread("07-aksengine3502-node-without-os-label.yaml");
    let node = of_first(&dump, "k8s-4");
    let [remedy] = node.remedies.as_slice() else {
        panic!("{:#?}", node.remedies);
    };
    assert_eq!(remedy.changes(), ChangedObject::Node);
    assert_eq!(remedy.managed_by().map(ManagedBy::owner), Some("kubelet"));
    let command = remedy.command().unwrap().to_string();
    assert_eq!(command, "kubectl label node k8s-4 kubernetes.io/os=linux");
}

/// The autoscaler's taint came after the pod, which runs until the node goes.
#[test]
fn a_pod_on_a_node_that_the_autoscaler_removes() {
    let dump = thread("22-blog-misscheduled-tobedeleted.yaml");
    let node = of_first(&dump, "g-5");
    assert_eq!(node.eligibility, Eligibility::KeepsRunning);
    assert_eq!(node.reasons[0].owner(), Some("cluster-autoscaler"));
    let [toleration] = tolerations(&node).try_into().unwrap();
    assert_eq!(toleration.operator.as_deref(), Some("Exists"));
    assert_eq!(toleration.value, None);
    assert!(!node.remedies.iter().any(is_removal));
}
