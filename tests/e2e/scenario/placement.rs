//! Node selectors, node affinity, labels, namespaces.

use serde_json::json;

use super::daemonset::Ds;
use super::lab::Lab;
use super::observation::Expected::{Excluded, Runs};
use super::{Case, Outcome, case};

pub(super) const ALL: &[Case] = &[
    case("plain", plain),
    case("no-node-at-all-matches", no_node_at_all_matches),
    case("node-selector", node_selector),
    case("affinity-terms-are-ored", affinity_terms_are_ored),
    case(
        "affinity-expressions-are-anded",
        affinity_expressions_are_anded,
    ),
    case("affinity-gt-lt", affinity_gt_lt),
    case(
        "affinity-that-can-not-be-parsed",
        affinity_that_can_not_be_parsed,
    ),
    case("affinity-not-in-matches-a-missing-label", affinity_not_in),
    case("affinity-match-fields", affinity_match_fields),
    case("affinity-empty-term", affinity_empty_term),
    case("mis-indented-affinity", mis_indented_affinity),
    case("node-name", node_name),
    case("label-change", label_change),
    case("namespace-node-selector", namespace_node_selector),
    case("virtual-node", virtual_node),
];

fn plain(lab: &Lab<'_>) -> Outcome {
    lab.plain_nodes(&["n1", "n2", "n3"])?;
    lab.apply(&Ds::new("agent"))?;
    let seen = lab.expect("agent", &[("n1", Runs), ("n2", Runs), ("n3", Runs)])?;
    seen.expect_pod_state(&lab.node("n1"), "Available")
}

/// k/k#39603, NVIDIA/k8s-device-plugin#315: DESIRED 0, and no word of it anywhere.
fn no_node_at_all_matches(lab: &Lab<'_>) -> Outcome {
    lab.nodes(&[
        lab.new_node("n1"),
        lab.new_node("n2").label("nvidia.com/gpu.present", "false"),
    ])?;
    lab.apply(&Ds::new("agent").affinity(json!([
        {"matchExpressions": [{"key": "nvidia.com/gpu.present", "operator": "In", "values": ["true"]}]},
    ])))?;
    lab.controller_stays_idle();
    let seen = lab.expect("agent", &[("n1", Excluded), ("n2", Excluded)])?;
    seen.expect_pod_state(&lab.node("n1"), "None")
}

/// The second manifest of seed 000 in small: only labelled nodes.
fn node_selector(lab: &Lab<'_>) -> Outcome {
    lab.nodes(&[
        lab.new_node("with").label("disk", "ssd"),
        lab.new_node("other").label("disk", "hdd"),
        lab.new_node("without"),
    ])?;
    lab.apply(
        &Ds::new("agent")
            .pod(json!({"nodeSelector": {"disk": "ssd", "kubernetes.io/os": "linux"}})),
    )?;
    lab.expect(
        "agent",
        &[("with", Runs), ("other", Excluded), ("without", Excluded)],
    )
    .map(drop)
}

/// NVIDIA/gpu-operator#470, nvkind#4: several terms, any one will do.
fn affinity_terms_are_ored(lab: &Lab<'_>) -> Outcome {
    lab.nodes(&[
        lab.new_node("pci")
            .label("feature.node.kubernetes.io/pci-10de.present", "true"),
        lab.new_node("cpu")
            .label("feature.node.kubernetes.io/cpu-model.vendor_id", "NVIDIA"),
        lab.new_node("forced")
            .label("nvidia.com/gpu.present", "true"),
        lab.new_node("none"),
    ])?;
    lab.apply(&Ds::new("agent").affinity(json!([
        {"matchExpressions": [{"key": "feature.node.kubernetes.io/pci-10de.present", "operator": "In", "values": ["true"]}]},
        {"matchExpressions": [{"key": "feature.node.kubernetes.io/cpu-model.vendor_id", "operator": "In", "values": ["NVIDIA"]}]},
        {"matchExpressions": [{"key": "nvidia.com/gpu.present", "operator": "In", "values": ["true"]}]},
    ])))?;
    lab.expect(
        "agent",
        &[
            ("pci", Runs),
            ("cpu", Runs),
            ("forced", Runs),
            ("none", Excluded),
        ],
    )
    .map(drop)
}

fn affinity_expressions_are_anded(lab: &Lab<'_>) -> Outcome {
    lab.nodes(&[
        lab.new_node("both").label("a", "1").label("b", "1"),
        lab.new_node("one").label("a", "1"),
        lab.new_node("forbidden")
            .label("a", "1")
            .label("b", "1")
            .label("c", ""),
    ])?;
    lab.apply(&Ds::new("agent").affinity(json!([{"matchExpressions": [
        {"key": "a", "operator": "In", "values": ["0", "1"]},
        {"key": "b", "operator": "Exists"},
        {"key": "c", "operator": "DoesNotExist"},
    ]}])))?;
    lab.expect(
        "agent",
        &[("both", Runs), ("one", Excluded), ("forbidden", Excluded)],
    )
    .map(drop)
}

fn affinity_gt_lt(lab: &Lab<'_>) -> Outcome {
    lab.nodes(&[
        lab.new_node("inside").label("cores", "16"),
        lab.new_node("lower").label("cores", "8"),
        lab.new_node("upper").label("cores", "64"),
        lab.new_node("word").label("cores", "many"),
        lab.new_node("without"),
    ])?;
    lab.apply(&Ds::new("agent").affinity(json!([{"matchExpressions": [
        {"key": "cores", "operator": "Gt", "values": ["8"]},
        {"key": "cores", "operator": "Lt", "values": ["64"]},
    ]}])))?;
    lab.expect(
        "agent",
        &[
            ("inside", Runs),
            ("lower", Excluded),
            ("upper", Excluded),
            ("word", Excluded),
            ("without", Excluded),
        ],
    )
    .map(drop)
}

/// The server takes `Gt four`; the controller finds no number in it, and the term
/// matches nothing, in silence.
fn affinity_that_can_not_be_parsed(lab: &Lab<'_>) -> Outcome {
    lab.nodes(&[
        lab.new_node("number").label("cores", "8"),
        lab.new_node("other-term").label("tier", "edge"),
    ])?;
    lab.apply(&Ds::new("agent").affinity(json!([
        {"matchExpressions": [{"key": "cores", "operator": "Gt", "values": ["four"]}]},
        {"matchExpressions": [{"key": "tier", "operator": "Exists"}]},
    ])))?;
    let seen = lab.expect("agent", &[("number", Excluded), ("other-term", Runs)])?;
    seen.expect_reason(&lab.node("number"), "NodeAffinityInvalid")
}

/// aws-efs-csi-driver#328: the anti-affinity that keeps agents off Fargate.
fn affinity_not_in(lab: &Lab<'_>) -> Outcome {
    lab.nodes(&[
        lab.new_node("ec2")
            .label("eks.amazonaws.com/compute-type", "ec2"),
        lab.new_node("fargate")
            .label("eks.amazonaws.com/compute-type", "fargate"),
        lab.new_node("without"),
    ])?;
    lab.apply(&Ds::new("agent").affinity(json!([{"matchExpressions": [
        {"key": "eks.amazonaws.com/compute-type", "operator": "NotIn", "values": ["fargate", "auto"]},
    ]}])))?;
    lab.expect(
        "agent",
        &[("ec2", Runs), ("fargate", Excluded), ("without", Runs)],
    )
    .map(drop)
}

fn affinity_match_fields(lab: &Lab<'_>) -> Outcome {
    lab.nodes(&[
        lab.new_node("named"),
        lab.new_node("labelled").label("tier", "edge"),
        lab.new_node("banned").label("tier", "edge"),
        lab.new_node("neither"),
    ])?;
    lab.apply(&Ds::new("agent").affinity(json!([
        {"matchFields": [{"key": "metadata.name", "operator": "In", "values": [lab.node("named")]}]},
        {
            "matchFields": [{"key": "metadata.name", "operator": "NotIn", "values": [lab.node("banned")]}],
            "matchExpressions": [{"key": "tier", "operator": "In", "values": ["edge"]}],
        },
    ])))?;
    lab.expect(
        "agent",
        &[
            ("named", Runs),
            ("labelled", Runs),
            ("banned", Excluded),
            ("neither", Excluded),
        ],
    )
    .map(drop)
}

/// An empty term matches nothing, beside another one too.
fn affinity_empty_term(lab: &Lab<'_>) -> Outcome {
    lab.nodes(&[
        lab.new_node("with").label("tier", "edge"),
        lab.new_node("without"),
    ])?;
    lab.apply(
        &Ds::new("agent")
            .affinity(json!([{}, {"matchExpressions": [{"key": "tier", "operator": "Exists"}]}])),
    )?;
    lab.expect("agent", &[("with", Runs), ("without", Excluded)])
        .map(drop)
}

/// k/k#89476: the affinity stands beside `spec` instead of in it. A strict server
/// refuses it; let through, it isn't there, and the pods' own affinity on
/// `metadata.name` is the controller's.
fn mis_indented_affinity(lab: &Lab<'_>) -> Outcome {
    lab.nodes(&[
        lab.new_node("with").label("tier", "edge"),
        lab.new_node("without"),
    ])?;
    let manifest = include_str!("../manifests/mis-indented-affinity.yaml");
    match lab.kubectl_with(&["apply", "-f", "-"], manifest) {
        Err(why) if why.contains(r#"unknown field "spec.template.affinity""#) => {}
        other => return Err(format!("the server should name the stray field: {other:?}")),
    }
    lab.kubectl_with(&["apply", "--validate=false", "-f", "-"], manifest)?;
    lab.expect("agent", &[("with", Runs), ("without", Runs)])
        .map(drop)
}

fn node_name(lab: &Lab<'_>) -> Outcome {
    lab.plain_nodes(&["n1", "n2"])?;
    lab.apply(&Ds::new("agent").pod(json!({"nodeName": lab.node("n2")})))?;
    lab.expect("agent", &[("n1", Excluded), ("n2", Runs)])
        .map(drop)
}

/// "If node labels are changed, the DaemonSet will promptly add pods to newly matching
/// nodes and delete pods from newly not-matching nodes" (seed 002).
fn label_change(lab: &Lab<'_>) -> Outcome {
    lab.nodes(&[
        lab.new_node("n1").label("run-fluentd", "true"),
        lab.new_node("n2"),
    ])?;
    lab.apply(&Ds::new("agent").pod(json!({"nodeSelector": {"run-fluentd": "true"}})))?;
    lab.expect("agent", &[("n1", Runs), ("n2", Excluded)])?;
    lab.label("n1", "run-fluentd=false")?;
    lab.label("n2", "run-fluentd=true")?;
    lab.until_ready_on("agent", &["n2"])?;
    lab.expect("agent", &[("n1", Excluded), ("n2", Runs)])?;
    let deleted = lab.controller_actions("delete")?.len();
    if deleted == 1 {
        Ok(())
    } else {
        Err(format!("one pod should have gone, {deleted} went"))
    }
}

/// openshift/origin#8154: another admission's node selector, which the controller
/// doesn't know of.
fn namespace_node_selector(lab: &Lab<'_>) -> Outcome {
    lab.nodes(&[
        lab.new_node("n1").label("region", "primary"),
        lab.new_node("n2"),
    ])?;
    lab.kubectl(&[
        "annotate",
        "namespace",
        &lab.namespace(),
        "openshift.io/node-selector=region=primary",
    ])?;
    lab.findings_are(&["NamespaceNodeSelector"]);
    lab.apply(&Ds::new("agent"))?;
    lab.expect("agent", &[("n1", Runs), ("n2", Runs)])?;
    let text = lab.why(&["agent"])?.stdout;
    if text.contains("openshift.io/node-selector") {
        Ok(())
    } else {
        Err(format!("no word of the namespace's node selector:\n{text}"))
    }
}

/// admiralty#114, newrelic/helm-charts#345: a DaemonSet that tolerates all is eligible
/// for a virtual node, where its pod never starts.
fn virtual_node(lab: &Lab<'_>) -> Outcome {
    lab.nodes(&[
        lab.new_node("n1"),
        lab.new_node("never-ready-virtual")
            .label("type", "virtual-kubelet")
            .taint("virtual-kubelet.io/provider", "azure", "NoSchedule"),
    ])?;
    lab.apply(&Ds::new("agent").tolerations(json!([{"operator": "Exists"}])))?;
    lab.findings_are(&["VirtualNode"]);
    let seen = lab.expect("agent", &[("n1", Runs), ("never-ready-virtual", Runs)])?;
    seen.expect_pod_state(&lab.node("never-ready-virtual"), "NotReady")?;
    let text = lab.why(&["agent"])?.stdout;
    if text.contains("virtual") && text.contains("type") {
        Ok(())
    } else {
        Err(format!("no word of the virtual node:\n{text}"))
    }
}
