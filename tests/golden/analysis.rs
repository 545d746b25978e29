//! What follows from the engine's decisions on one node: the state of its pods, their fate,
//! and health. Scenarios hold the same against what the real controller does.

use kubectl_ds::analysis::daemon_set::DaemonSetAnalysis;
use kubectl_ds::analysis::eligibility::Detail;
use kubectl_ds::analysis::fate::Fate;
use kubectl_ds::analysis::node::Eligibility::{self, Eligible, Excluded, KeepsRunning};
use kubectl_ds::analysis::pod::PodState;
use kubectl_ds::analysis::reason::{Code, Misscheduled, Reason};
use kubectl_ds::model::{ControllerRevision, DaemonSet, Namespace, Node, Pod, Snapshot};
use serde_json::{Value, json};

/// A DaemonSet on one node, with all that was read.
struct State {
    ds: Value,
    node: Option<Value>,
    pods: Option<Vec<Value>>,
    terminating_namespace: bool,
}

/// What is to follow.
#[derive(Debug, PartialEq)]
struct Facts {
    eligibility: Eligibility,
    pod_state: PodState,
    fate: Option<Fate>,
    clean: Option<bool>,
    codes: Vec<Code>,
    misscheduled: Option<Misscheduled>,
}

fn merge(into: &mut Value, more: Value) {
    match (into, more) {
        (Value::Object(into), Value::Object(more)) => {
            for (key, value) in more {
                merge(into.entry(key).or_insert(Value::Null), value);
            }
        }
        (into, more) => *into = more,
    }
}

/// The DaemonSet as it is, but for `more`.
fn daemon_set(more: Value) -> Value {
    let mut ds = json!({
        "metadata": {"name": "agent", "namespace": "ops", "uid": "u",
            "annotations": {"deprecated.daemonset.template.generation": "1"}},
        "spec": {
            "selector": {"matchLabels": {"app": "agent"}},
            "template": {"metadata": {"labels": {"app": "agent"}},
                "spec": {"containers": [{"name": "agent", "image": "agent:1"}]}},
            "updateStrategy": {"type": "RollingUpdate"},
        },
    });
    merge(&mut ds, more);
    ds
}

/// The revision of its template.
fn revision(ds: &Value) -> ControllerRevision {
    let mut template = ds["spec"]["template"].clone();
    template["$patch"] = "replace".into();
    let revision = json!({"revision": 1,
        "metadata": {"name": "agent-h", "namespace": "ops",
            "labels": {"app": "agent", "controller-revision-hash": "h"},
            "ownerReferences": [{"apiVersion": "apps/v1", "kind": "DaemonSet", "name": "agent",
                "uid": "u", "controller": true}]},
        "data": {"spec": {"template": template}}});
    serde_json::from_value(revision).unwrap()
}

fn node(taints: Value) -> Value {
    json!({"metadata": {"name": "n"}, "spec": {"taints": taints},
        "status": {"conditions": [{"type": "Ready", "status": "True"}]}})
}

fn taint(key: &str, effect: &str) -> Value {
    json!([{"key": key, "effect": effect}])
}

/// An available pod of the current template on the node, but for `more`.
fn pod(name: &str, more: Value) -> Value {
    let mut pod = json!({
        "metadata": {"name": name, "namespace": "ops", "uid": name,
            "creationTimestamp": "2026-01-01T00:00:00Z",
            "labels": {"app": "agent", "pod-template-generation": "1",
                "controller-revision-hash": "h"},
            "ownerReferences": [{"apiVersion": "apps/v1", "kind": "DaemonSet", "name": "agent",
                "uid": "u", "controller": true}]},
        "spec": {"nodeName": "n"},
        "status": {"phase": "Running", "conditions": [
            {"type": "Ready", "status": "True", "lastTransitionTime": "2026-01-01T00:01:00Z"}]},
    });
    merge(&mut pod, more);
    pod
}

fn running() -> Value {
    pod("a", json!({}))
}

fn state(node: Value, pods: Vec<Value>) -> State {
    State {
        ds: daemon_set(json!({})),
        node: Some(node),
        pods: Some(pods),
        terminating_namespace: false,
    }
}

impl State {
    fn of(self, more: Value) -> Self {
        Self {
            ds: daemon_set(more),
            ..self
        }
    }

    fn facts(self) -> Facts {
        let mut snapshot = Snapshot::at("2026-01-01T01:00:00Z".parse().unwrap());
        snapshot.revisions = Some(vec![revision(&self.ds)]);
        let nodes = self
            .node
            .map(|node| vec![serde_json::from_value::<Node>(node).unwrap()]);
        snapshot.nodes = nodes.map(Into::into);
        let pods = self.pods.map(|pods| {
            let pods = pods
                .into_iter()
                .map(|pod| serde_json::from_value::<Pod>(pod).unwrap());
            pods.collect::<Vec<_>>()
        });
        snapshot.pods = pods.map(Into::into);
        let mut namespace = json!({"metadata": {"name": "ops"}});
        if self.terminating_namespace {
            merge(
                &mut namespace,
                json!({"status": {"phase": "Terminating"},
                "metadata": {"deletionTimestamp": "2026-01-01T00:00:00Z"}}),
            );
        }
        let namespace: Namespace = serde_json::from_value(namespace).unwrap();
        snapshot.namespaces = Some(vec![namespace]);
        snapshot.sort();
        let ds = DaemonSet::from_value(self.ds, "ops").unwrap();
        let report = DaemonSetAnalysis::new(&snapshot, &ds).report(Detail::AllNodes);
        let node = &report.nodes[0];
        Facts {
            eligibility: node.eligibility,
            pod_state: node.pod_state,
            fate: Fate::new(node, report.controller),
            clean: node.is_clean(),
            codes: node.reasons.iter().map(Reason::code).collect(),
            misscheduled: node.reasons.iter().find_map(|reason| match reason {
                Reason::Misscheduled(then) => Some(*then),
                _ => None,
            }),
        }
    }
}

fn facts(
    eligibility: Eligibility,
    pod_state: PodState,
    fate: Option<Fate>,
    clean: Option<bool>,
    codes: &[Code],
) -> Facts {
    Facts {
        eligibility,
        pod_state,
        fate,
        clean,
        codes: codes.to_vec(),
        misscheduled: None,
    }
}

impl Facts {
    fn misscheduled(self, then: Misscheduled) -> Self {
        Self {
            misscheduled: Some(then),
            ..self
        }
    }
}

#[test]
fn where_a_pod_should_run() {
    let none = || node(json!([]));
    let (yes, no) = (Some(true), Some(false));
    let deleting = json!({"metadata": {"deletionTimestamp": "2026-01-01T00:30:00Z"}});
    let cases = [
        (
            state(none(), Vec::new()),
            facts(Eligible, PodState::Missing, Some(Fate::Created), no, &[Code::PodMissing]),
        ),
        (
            state(none(), vec![running()]),
            facts(Eligible, PodState::Available, Some(Fate::Kept), yes, &[]),
        ),
        (
            state(none(), vec![pod("a", json!({"status": {"conditions": []}}))]),
            facts(Eligible, PodState::NotReady, Some(Fate::Kept), no, &[Code::PodNotReady]),
        ),
        (
            state(none(), vec![pod("a", json!({"metadata": {"labels": {"pod-template-generation": "0", "controller-revision-hash": "old"}}}))]),
            facts(Eligible, PodState::Available, Some(Fate::Kept), no, &[Code::PodOutdated]),
        ),
        (
            state(none(), vec![pod("a", deleting.clone())]),
            facts(Eligible, PodState::Terminating, Some(Fate::Created), no, &[Code::PodTerminating]),
        ),
        (
            state(none(), vec![running(), pod("b", json!({"metadata": {"creationTimestamp": "2026-01-01T00:00:30Z"}}))]),
            facts(Eligible, PodState::Available, Some(Fate::Kept), no, &[Code::DuplicatePods]),
        ),
        // Nothing is created where the controller doesn't act, or can't create.
        (
            state(none(), Vec::new()).of(deleting.clone()),
            facts(Eligible, PodState::Missing, Some(Fate::Nothing), no, &[Code::PodMissing, Code::DaemonSetDeleting]),
        ),
        (
            State { terminating_namespace: true, ..state(none(), Vec::new()) },
            facts(Eligible, PodState::Missing, Some(Fate::Nothing), no, &[Code::PodMissing]),
        ),
        // Available now, and evicted again soon.
        (
            state(node(taint("maintenance", "NoExecute")), vec![running()]).of(json!({"spec": {"template": {"spec": {
                "tolerations": [{"key": "maintenance", "operator": "Exists", "tolerationSeconds": 60}]}}}})),
            facts(Eligible, PodState::Available, Some(Fate::Kept), no, &[Code::EvictedAgainAndAgain]),
        ),
    ];
    for (index, (state, wanted)) in cases.into_iter().enumerate() {
        assert_eq!(state.facts(), wanted, "case {index}");
    }
}

#[test]
fn where_no_pod_should_run() {
    use Code::{
        Misscheduled as Here, NodeSelectorMismatch, UntoleratedNoExecute, UntoleratedNoSchedule,
    };
    let (yes, no) = (Some(true), Some(false));
    let kept_off = || node(taint("gpu", "NoSchedule"));
    let deleting = json!({"metadata": {"deletionTimestamp": "2026-01-01T00:30:00Z"}});
    let on_delete = json!({"spec": {"updateStrategy": {"type": "OnDelete"}}});
    let selector = json!({"spec": {"template": {"spec": {"nodeSelector": {"pool": "gpu"}}}}});
    let here = |eligibility, fate, code| {
        facts(
            eligibility,
            PodState::Available,
            Some(fate),
            no,
            &[code, Here],
        )
    };
    let cases = [
        (
            state(kept_off(), Vec::new()),
            facts(
                KeepsRunning,
                PodState::None,
                Some(Fate::Nothing),
                yes,
                &[UntoleratedNoSchedule],
            ),
        ),
        (
            state(kept_off(), vec![running()]),
            here(KeepsRunning, Fate::NotRecreated, UntoleratedNoSchedule)
                .misscheduled(Misscheduled::UntilRolled),
        ),
        (
            state(kept_off(), vec![running()]).of(on_delete),
            here(KeepsRunning, Fate::NotRecreated, UntoleratedNoSchedule)
                .misscheduled(Misscheduled::UntilDeleted),
        ),
        (
            state(
                node(taint("node.kubernetes.io/not-ready", "NoSchedule")),
                vec![running()],
            ),
            here(KeepsRunning, Fate::NotRecreated, UntoleratedNoSchedule)
                .misscheduled(Misscheduled::UntilRecovery),
        ),
        (
            state(kept_off(), vec![running()]).of(deleting.clone()),
            here(KeepsRunning, Fate::Kept, UntoleratedNoSchedule).misscheduled(Misscheduled::Kept),
        ),
        (
            state(
                kept_off(),
                vec![pod("a", json!({"status": {"phase": "Failed"}}))],
            ),
            facts(
                KeepsRunning,
                PodState::Failed,
                Some(Fate::Nothing),
                no,
                &[UntoleratedNoSchedule, Here, Code::PodFailed],
            )
            .misscheduled(Misscheduled::Ended),
        ),
        (
            state(kept_off(), vec![pod("a", deleting.clone())]),
            facts(
                KeepsRunning,
                PodState::Terminating,
                Some(Fate::Nothing),
                no,
                &[UntoleratedNoSchedule, Here, Code::PodTerminating],
            )
            .misscheduled(Misscheduled::Terminating),
        ),
        (
            state(node(taint("gpu", "NoExecute")), vec![running()]),
            here(Excluded, Fate::Deleted, UntoleratedNoExecute).misscheduled(Misscheduled::Deleted),
        ),
        // Taint eviction deletes it, even where the controller doesn't act.
        (
            state(node(taint("gpu", "NoExecute")), vec![running()]).of(deleting),
            here(Excluded, Fate::Deleted, UntoleratedNoExecute).misscheduled(Misscheduled::Evicted),
        ),
        (
            state(node(json!([])), vec![running()]).of(selector),
            here(Excluded, Fate::Deleted, NodeSelectorMismatch).misscheduled(Misscheduled::Deleted),
        ),
    ];
    for (index, (state, wanted)) in cases.into_iter().enumerate() {
        assert_eq!(state.facts(), wanted, "case {index}");
    }
}

/// `syncNodeUpdate` and taint eviction look at bound pods alone.
#[test]
fn where_the_pod_is_not_bound_the_node_starts_nothing() {
    use Code::{Misscheduled as Here, NodeSelectorMismatch, UntoleratedNoExecute};
    let deleting = json!({"metadata": {"deletionTimestamp": "2026-01-01T00:30:00Z"}});
    let selector = json!({"spec": {"template": {"spec": {"nodeSelector": {"pool": "gpu"}}}}});
    let waits = || {
        let unbound = json!({"status": {"phase": "Pending", "conditions": []}, "spec": {"nodeName": "",
            "affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms":
                [{"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["n"]}]}]}}}}});
        pod("b", unbound)
    };
    let here = |fate, code, pod_code| {
        let codes = [code, Here, pod_code];
        facts(Excluded, PodState::Pending, Some(fate), Some(false), &codes)
    };
    let tainted = || node(taint("gpu", "NoExecute"));
    let unscheduled = Code::PodNotYetScheduled;
    let cases = [
        (
            state(tainted(), vec![waits()]),
            here(Fate::DeletedUnbound, UntoleratedNoExecute, unscheduled)
                .misscheduled(Misscheduled::DeletedUnbound),
        ),
        (
            state(node(json!([])), vec![waits()]).of(selector),
            here(Fate::DeletedUnbound, NodeSelectorMismatch, unscheduled)
                .misscheduled(Misscheduled::DeletedUnbound),
        ),
        (
            state(tainted(), vec![waits()]).of(deleting),
            here(Fate::Kept, UntoleratedNoExecute, unscheduled).misscheduled(Misscheduled::Kept),
        ),
    ];
    for (index, (state, wanted)) in cases.into_iter().enumerate() {
        assert_eq!(state.facts(), wanted, "case {index}");
    }
    // A bound pod beside it is seen, and the sync that it starts deletes both.
    let both = state(tainted(), vec![running(), waits()]).facts();
    assert_eq!(both.fate, Some(Fate::Deleted));
    assert_eq!(both.misscheduled, Some(Misscheduled::Deleted));
}

#[test]
fn what_was_not_read_is_unknown() {
    let unread = |node, pods| State {
        node,
        pods,
        ..state(json!({}), Vec::new())
    };
    let without_pods = unread(Some(node(json!([]))), None).facts();
    assert_eq!(without_pods.pod_state, PodState::Unknown);
    assert_eq!((without_pods.fate, without_pods.clean), (None, None));
    let without_nodes = unread(None, Some(vec![running()])).facts();
    assert_eq!(without_nodes.eligibility, Eligibility::Unknown);
    assert_eq!((without_nodes.fate, without_nodes.clean), (None, None));
    // What isn't ready is wrong wherever it runs.
    let not_ready = pod("a", json!({"status": {"conditions": []}}));
    assert_eq!(
        unread(None, Some(vec![not_ready])).facts().clean,
        Some(false)
    );
}
