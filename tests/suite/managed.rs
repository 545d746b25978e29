//! What manages a DaemonSet or a node's labels, beside what is advised.

use kubectl_ds::analysis::eligibility::EligibilityReport;
use kubectl_ds::analysis::next::{StepKind, steps};
use kubectl_ds::analysis::owners::manager::Manager;
use kubectl_ds::analysis::remedy::{RemedyAction, TemplateChange};
use serde_json::{Value, json};

use crate::analysed::{all_nodes, one_node};
use crate::binary::ask;
use crate::states::{counters, daemon_set, node, pod, ready, revision};

fn kinds(report: &EligibilityReport) -> Vec<StepKind> {
    steps(report).into_iter().map(|step| step.kind).collect()
}

#[test]
fn what_manages_it_is_told_beside_a_change_of_it() {
    let metadata = json!({"annotations": {"meta.helm.sh/release-name": "agent"}});
    let selector = json!({"nodeSelector": {"gpu": "yes"}});
    let ds = daemon_set(&metadata, &selector, &counters(0, 0, 1));
    let objects = [
        revision(&ds),
        ds.clone(),
        node("n1", &json!({}), &json!([])),
    ];
    let wanted = Manager::Helm {
        release: Some("agent".to_owned()),
    };
    assert_eq!(all_nodes(&objects).manager, Some(wanted));
    let (_, out, _) = ask(&objects, "why a n1 -o json");
    let report: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(report["managedBy"]["by"], "Helm");
    assert_eq!(report["managedBy"]["name"], "agent");
    let said = report["managedBy"]["text"].as_str().unwrap();
    let (_, advised, _) = ask(&objects, "why a n1");
    assert!(advised.contains(said), "{advised}");
    // Nothing is advised for a DaemonSet that is healthy.
    let there = node("n1", &json!({"gpu": "yes"}), &json!([]));
    let mut ds = ds;
    ds["status"] = counters(1, 0, 1);
    let healthy = [revision(&ds), ds, there, pod("p1", "n1", &ready())];
    let (_, out, _) = ask(&healthy, "why a n1");
    assert!(!out.contains(said), "{out}");
}

#[test]
fn an_operator_is_let_back_where_it_is_kept_off() {
    let selector = json!({"nodeSelector": {"nvidia.com/gpu.deploy.driver": "true"}});
    let ds = daemon_set(&json!({}), &selector, &counters(0, 0, 1));
    let changes = |labels: &Value| {
        let objects = [revision(&ds), ds.clone(), node("n1", labels, &json!([]))];
        let remedies = one_node(&objects, "n1").remedies.into_iter();
        remedies.map(|remedy| remedy.action).collect::<Vec<_>>()
    };
    let off = changes(&json!({"nvidia.com/gpu.deploy.operands": "false"}));
    let [RemedyAction::AllowOperator { switch, command }] = off.as_slice() else {
        panic!("{off:#?}");
    };
    assert_eq!(switch.owner, "NVIDIA GPU Operator");
    let command = command.as_ref().map(ToString::to_string);
    let wanted = "kubectl label node n1 nvidia.com/gpu.deploy.operands-";
    assert_eq!(command.as_deref(), Some(wanted));
    let is_of_template = |change: &RemedyAction| matches!(change, RemedyAction::Template { .. });
    assert!(changes(&json!({})).iter().any(is_of_template));
}

#[test]
fn virtual_nodes_get_the_label_that_the_template_keeps_off() {
    let affinity = |key: &str| {
        json!({"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {
        "nodeSelectorTerms": [{"matchExpressions": [
            {"key": key, "operator": "NotIn", "values": ["virtual-kubelet"]}
        ]}]}}}})
    };
    let found = |key: &str| {
        let ds = daemon_set(&json!({}), &affinity(key), &counters(1, 0, 1));
        let labels = json!({"virtual-kubelet.io/provider": "x"});
        let pending = json!({"phase": "Pending"});
        let objects = [
            revision(&ds),
            ds,
            node("v1", &labels, &json!([])),
            node("n1", &json!({}), &json!([])),
            pod("p1", "n1", &ready()),
            pod("p2", "v1", &pending),
        ];
        kinds(&all_nodes(&objects))
    };
    let labels = |kinds: &[StepKind]| {
        let label = kinds.iter().find_map(|kind| match kind {
            StepKind::LabelVirtual { label } => Some(label.clone()),
            _ => None,
        });
        let changes = kinds
            .iter()
            .any(|kind| matches!(kind, StepKind::ChangeTemplate { .. }));
        (label, changes)
    };
    let wanted = Some("type=virtual-kubelet".to_owned());
    assert_eq!(labels(&found("type")), (wanted, true));
    assert_eq!(labels(&found("kind")), (None, true));
}

#[test]
fn a_label_that_is_spelled_otherwise_is_corrected_before_the_node_is_named() {
    let term = |key: &str| json!({"matchExpressions": [{"key": key, "operator": "In", "values": ["true"]}]});
    let terms = [
        term("feature.node.kubernetes.io/pci-10de.present"),
        term("vendor"),
        term("gpu"),
    ];
    let affinity = json!({"affinity": {"nodeAffinity": {
        "requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": terms}}}});
    let ds = daemon_set(&json!({}), &affinity, &counters(0, 0, 1));
    let commands = |labels: &Value| {
        let objects = [revision(&ds), ds.clone(), node("n1", labels, &json!([]))];
        let remedies = one_node(&objects, "n1").remedies;
        let [first, second] = remedies.as_slice() else {
            panic!("{remedies:#?}");
        };
        assert!(
            matches!(
                second.action,
                RemedyAction::Template {
                    change: TemplateChange::AddTerm(_),
                    ..
                }
            ),
            "{second:#?}"
        );
        first.command().map(ToString::to_string).unwrap()
    };
    assert_eq!(
        commands(&json!({"gpu": "True"})),
        "kubectl label node n1 gpu=true --overwrite"
    );
    // What an agent finds on machines is the last to be set by hand.
    assert_eq!(commands(&json!({})), "kubectl label node n1 vendor=true");
}
