//! What the server accepts of a manifest and what won't work as it is meant.

use k8s_openapi::api::core::v1::NodeSelectorRequirement;
use kubectl_ds::analysis::daemon_set::DaemonSetAnalysis;
use kubectl_ds::analysis::eligibility::Detail;
use kubectl_ds::analysis::reason::{Code, Reason};
use kubectl_ds::analysis::rollout::change::{ChangeKind, ObjectSource, Warning};
use kubectl_ds::analysis::rollout::difference::describe;
use kubectl_ds::model::{DaemonSet, Snapshot};
use serde_json::{Value, json};

use crate::analysed::snapshot_at;

use super::dump::{Dump, node};

fn snapshot(dump: &Dump) -> Snapshot {
    snapshot_at(&dump.objects(), "2026-01-01T02:00:00Z")
}

fn daemon_set(manifest: Value) -> DaemonSet {
    DaemonSet::from_value(manifest, "default").unwrap()
}

/// What `plan -f` warns of.
fn warnings(dump: &Dump, target: &DaemonSet) -> Vec<Reason> {
    let snapshot = &snapshot(dump);
    let stored = snapshot
        .daemon_sets
        .iter()
        .find(|ds| ds.name == target.name);
    let change = describe(
        ChangeKind::Apply,
        ObjectSource::Local,
        stored,
        target,
        snapshot,
    );
    let reasons = change.warnings.into_iter().map(|warning| match warning {
        Warning::Reason(reason) => *reason,
        other => panic!("{other:?}"),
    });
    reasons.collect()
}

/// A cluster with virtual nodes of all kinds.
fn with_virtual_nodes() -> Dump {
    let mut dump = Dump::new(2, 2);
    for (name, label, value) in [
        ("aci", "type", "virtual-kubelet"),
        ("fargate-1", "eks.amazonaws.com/compute-type", "fargate"),
        ("fargate-2", "eks.amazonaws.com/compute-type", "fargate"),
        ("vk", "virtual-kubelet.io/provider", "x"),
    ] {
        let mut virtual_node = node(name);
        virtual_node["metadata"]["labels"][label] = value.into();
        virtual_node["spec"]["taints"] =
            json!([{"key": "virtual-kubelet.io/provider", "effect": "NoSchedule"}]);
        dump.nodes.push(virtual_node);
    }
    dump
}

fn agent(name: &str, terms: Value) -> Value {
    let mut spec = json!({"tolerations": [{"operator": "Exists"}], "containers": [{"name": "c", "image": "i:1"}]});
    if !terms.is_null() {
        spec["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]["nodeSelectorTerms"] =
            terms;
    }
    json!({"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"name": name, "namespace": "default"},
        "spec": {"selector": {"matchLabels": {"app": name}},
            "template": {"metadata": {"labels": {"app": name}}, "spec": spec}}})
}

/// What is advised, followed, ends the warning: of `plan -f` and of `why -f`.
#[test]
fn the_advice_about_virtual_nodes_ends_the_warning() {
    let dump = with_virtual_nodes();
    for name in ["a", "b"] {
        let found = warnings(&dump, &daemon_set(agent(name, Value::Null)));
        let [Reason::VirtualNode { nodes, kinds, .. }] = &found[..] else {
            panic!("{found:?}");
        };
        assert_eq!(nodes[..], ["aci", "fargate-1", "fargate-2", "vk"]);
        let advised = kinds.iter().map(|kind| kind.kept_off_by());
        let advised: Vec<_> = advised
            .map(|one| NodeSelectorRequirement::from(&one))
            .collect();
        assert_eq!(advised.len(), 3, "{kinds:?}");
        let followed = agent(name, json!([{"matchExpressions": advised}]));
        assert_eq!(warnings(&dump, &daemon_set(followed.clone())), []);
        let snapshot = snapshot(&dump);
        let target = &daemon_set(followed);
        let report = DaemonSetAnalysis::of_manifest(&snapshot, target).report(Detail::AllNodes);
        let warns = |reason: &Reason| reason.code() == Code::VirtualNode;
        assert!(!report.findings.iter().any(warns), "{report:#?}");
    }
    // One kind is left out already.
    let one = json!([{"matchExpressions": [
        {"key": "eks.amazonaws.com/compute-type", "operator": "NotIn", "values": ["fargate"]}]}]);
    let found = warnings(&dump, &daemon_set(agent("b", one)));
    let [Reason::VirtualNode { nodes, .. }] = &found[..] else {
        panic!("{found:?}");
    };
    assert_eq!(nodes[..], ["aci", "vk"]);
    assert_eq!(
        warnings(&Dump::new(2, 2), &daemon_set(agent("b", Value::Null))),
        []
    );
}

/// A DaemonSet that surges and takes a port of its host.
fn surges(name: &str, port: i32) -> Value {
    let mut agent = agent(name, Value::Null);
    agent["spec"]["updateStrategy"] =
        json!({"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}});
    let spec = &mut agent["spec"]["template"]["spec"];
    spec["hostNetwork"] = true.into();
    spec["containers"][0]["ports"] = json!([{"containerPort": port, "hostPort": port}]);
    agent
}

/// The first rollout of a new one goes well, and none after it.
#[test]
fn surge_beside_a_host_port_of_ones_own() {
    let from_next = |dump: &Dump, manifest: Value| {
        let found = warnings(dump, &daemon_set(manifest));
        match &found[..] {
            [] => None,
            [
                Reason::HostPortsUnderSurge {
                    ports,
                    from_next_rollout,
                },
            ] => Some((ports[0].port, *from_next_rollout)),
            other => panic!("{other:?}"),
        }
    };
    let dump = Dump::new(2, 2);
    assert_eq!(from_next(&dump, surges("b", 10249)), Some((10249, true)));
    // The stored one has no such port yet.
    assert_eq!(from_next(&dump, surges("a", 10249)), Some((10249, true)));
    let ports =
        json!([{"name": "c", "image": "i:0", "ports": [{"containerPort": 1, "hostPort": 10249}]}]);
    let stored = Dump::new(2, 2).with_spec("containers", ports);
    assert_eq!(from_next(&stored, surges("a", 10249)), Some((10249, false)));
    let mut without = surges("b", 10249);
    without["spec"]["updateStrategy"]["rollingUpdate"] =
        json!({"maxSurge": 0, "maxUnavailable": 1});
    assert_eq!(from_next(&dump, without), None);
}
