//! Whose the taints, labels and finalizers of nodes are, and that no advice goes against them.

mod agents;
mod meant;
mod patches;
mod threads;

use k8s_openapi::api::core::v1::Toleration;
use kubectl_ds::analysis::daemon_set::DaemonSetAnalysis;
use kubectl_ds::analysis::eligibility::Detail;
use kubectl_ds::analysis::node::{Eligibility, NodeEligibility};
use kubectl_ds::analysis::owners::owned_taint::{
    EndsWhen, OWNED_TAINTS, TaintMeaning, Tolerate, ValueKind,
};
use kubectl_ds::analysis::remedy::{
    ChangedObject, Remedy, RemedyAction, TemplateChange, toleration_for,
};
use kubectl_ds::model::{DaemonSet, Snapshot, Taint};
use serde_json::{Value, json};

use crate::analysed::snapshot;
use crate::states::{counters, daemon_set, node, revision};

use patches::patched;

/// What is found of a node for the first DaemonSet of a snapshot.
fn judged(snapshot: &Snapshot, ds: &DaemonSet, node: &str) -> NodeEligibility {
    let subject = DaemonSetAnalysis::new(snapshot, ds);
    let mut report = subject.report(Detail::OneNode(node));
    assert_eq!(report.nodes.len(), 1, "{node}");
    report.nodes.remove(0)
}

/// The toleration that is advised, if one is.
fn tolerations(node: &NodeEligibility) -> Vec<Toleration> {
    let changes = node.remedies.iter().filter_map(|r| match &r.action {
        RemedyAction::Template {
            change: TemplateChange::AddToleration(taint),
            ..
        } => Some(toleration_for(taint)),
        _ => None,
    });
    changes.collect()
}

fn is_removal(remedy: &Remedy) -> bool {
    matches!(remedy.action, RemedyAction::RemoveTaint(_))
}

/// A pod of nobody, without which it isn't known that a DaemonSet has none.
fn other_pod() -> Value {
    json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "other", "namespace": "default"},
        "status": {"phase": "Running"}})
}

fn a_taint(key: &str, value: &str, effect: &str) -> Value {
    json!({"key": key, "value": value, "effect": effect})
}

/// The node as it is once the command of each change of the template has been run.
fn after_the_patch(objects: &[Value], node: &NodeEligibility) -> NodeEligibility {
    let patch = node.template_patch.as_ref().unwrap();
    let ds = patched(&objects[1], &patch.to_string()).unwrap();
    let objects = [&[revision(&ds), ds], &objects[2..]].concat();
    let snapshot = snapshot(&objects);
    judged(&snapshot, &snapshot.daemon_sets[0], &node.name)
}

/// Each row, with each of its effects, on a node of a DaemonSet that tolerates nothing and of
/// one that tolerates something else.
#[test]
fn nothing_is_advised_that_the_owner_undoes() {
    for owned in OWNED_TAINTS {
        let (key, example) = owned.example();
        let effects = match owned.effects {
            [] => vec![example, "NoExecute"],
            effects => effects.to_vec(),
        };
        let value = match owned.value {
            ValueKind::Fixed => "",
            ValueKind::Chosen => "chosen",
            ValueKind::Time => "1777900000",
            ValueKind::Id => "abcd-1234",
        };
        for effect in effects {
            for there in [json!([]), json!([{"key": "other", "operator": "Exists"}])] {
                let spec = json!({"tolerations": there});
                let ds = daemon_set(&json!({}), &spec, &counters(0, 0, 1));
                let taints = json!([a_taint(&key, value, effect)]);
                let objects = [revision(&ds), ds, node("n", &json!({}), &taints)];
                let snapshot = snapshot(&objects);
                let found = judged(&snapshot, &snapshot.daemon_sets[0], "n");
                let about = format!("{key}={value}:{effect}: {:#?}", found.remedies);
                // The controller adds a toleration of the NoExecute taints of readiness.
                let is_readiness = matches!(
                    owned.means,
                    TaintMeaning::NotReady | TaintMeaning::Unreachable
                );
                let is_added = is_readiness && effect == "NoExecute";
                if is_added || owned.tolerate == Tolerate::Needless {
                    assert_eq!(found.eligibility, Eligibility::Eligible, "{about}");
                    continue;
                }
                assert_ne!(found.eligibility, Eligibility::Eligible, "{about}");
                let removals = found.remedies.iter().filter(|r| is_removal(r)).count();
                let by_hand = owned.ends == EndsWhen::TakenOff;
                assert_eq!(removals, usize::from(by_hand), "{about}");
                let waits = found
                    .remedies
                    .iter()
                    .filter(|r| r.changes() == ChangedObject::Nothing);
                let waits: Vec<_> = waits.map(|r| r.command().unwrap().to_string()).collect();
                // What each node of a pool has is tolerated, or not at all.
                let is_for_good = owned.ends == EndsWhen::PoolChanged && owned.may_be_tolerated();
                let look = match owned.ends {
                    EndsWhen::AgentReady => ["kubectl ds node n"],
                    _ => ["kubectl describe node n"],
                };
                let looks = usize::from(by_hand || is_for_good);
                assert_eq!(waits, look[looks..], "{about}");
                let advised = tolerations(&found);
                assert_eq!(
                    advised.len(),
                    usize::from(owned.may_be_tolerated()),
                    "{about}"
                );
                for toleration in &advised {
                    assert_eq!(toleration.operator.as_deref(), Some("Exists"), "{about}");
                    assert_eq!(toleration.value, None, "{about}");
                }
                assert_eq!(
                    found.template_patch.is_some(),
                    !advised.is_empty(),
                    "{about}"
                );
                if !advised.is_empty() {
                    let then = after_the_patch(&objects, &found);
                    assert_eq!(then.eligibility, Eligibility::Eligible, "{about}");
                }
            }
        }
    }
}

#[test]
fn a_value_of_one_occasion_is_not_tolerated_for_itself() {
    let advised = |value: &str| {
        let taint = Taint {
            key: "example.com/reserved".into(),
            value: value.into(),
            effect: "NoSchedule".into(),
            time_added: None,
        };
        toleration_for(&taint)
    };
    for value in ["1777900000", "i-0123456789abcdef0", "2026-05-04T12_00_00Z"] {
        assert_eq!(
            advised(value).operator.as_deref(),
            Some("Exists"),
            "{value}"
        );
    }
    let team = advised("team-7");
    let said = (team.operator.as_deref(), team.value.as_deref());
    assert_eq!(said, (Some("Equal"), Some("team-7")));
}

/// Changes of all kinds at once, with keys that a JSON pointer has to escape.
#[test]
fn the_patch_of_all_changes_makes_the_node_eligible() {
    let spec = json!({
        "nodeName": "elsewhere",
        "nodeSelector": {"example.com/~a": "x", "kubernetes.io/hostname": "elsewhere"},
        "affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution":
            {"nodeSelectorTerms": [{"matchExpressions": [{"key": "pool", "operator": "In", "values": ["b"]}]}]}}},
    });
    let ds = daemon_set(&json!({}), &spec, &counters(0, 0, 1));
    let taints = json!([
        a_taint("x", "", "NoSchedule"),
        a_taint("y", "it's", "NoExecute")
    ]);
    let labels = json!({"kubernetes.io/hostname": "n", "pool": "a"});
    let objects = [revision(&ds), ds, node("n", &labels, &taints)];
    let snapshot = snapshot(&objects);
    let found = judged(&snapshot, &snapshot.daemon_sets[0], "n");
    assert_eq!(found.eligibility, Eligibility::Excluded);
    let then = after_the_patch(&objects, &found);
    assert_eq!(then.eligibility, Eligibility::Eligible, "{then:#?}");
    // Each one by itself is a patch for what is there, too.
    let mut one_by_one = objects[1].clone();
    let template = found
        .remedies
        .iter()
        .filter(|r| r.changes() == ChangedObject::Template);
    let commands: Vec<_> = template.map(|r| r.command().unwrap().to_string()).collect();
    assert_eq!(commands.len(), 6, "{commands:#?}");
    let (first, second) = (3, 4);
    for (index, command) in commands.iter().enumerate() {
        let then = patched(&one_by_one, command);
        // The first toleration made the list, which the second would replace.
        assert_eq!(then.is_err(), index == second, "{command}");
        one_by_one = then.unwrap_or(one_by_one);
    }
    assert!(commands[first].contains("tolerations") && commands[second].contains("tolerations"));
}

/// A taint that has to be waited for beside one that can be tolerated: the template alone
/// isn't enough.
#[test]
fn a_template_that_is_not_enough_has_no_patch() {
    let ds = daemon_set(&json!({}), &json!({}), &counters(0, 0, 1));
    let taints = json!([
        a_taint("node.kubernetes.io/not-ready", "", "NoSchedule"),
        a_taint("gpu", "", "NoSchedule"),
    ]);
    let objects = [revision(&ds), ds, node("n", &json!({}), &taints)];
    let snapshot = snapshot(&objects);
    let found = judged(&snapshot, &snapshot.daemon_sets[0], "n");
    assert_eq!(found.template_patch, None);
    let changes: Vec<_> = found.remedies.iter().map(Remedy::changes).collect();
    assert_eq!(
        changes,
        [
            ChangedObject::Nothing,
            ChangedObject::Template,
            ChangedObject::Node
        ]
    );
    let subject = DaemonSetAnalysis::new(&snapshot, &snapshot.daemon_sets[0]);
    assert_eq!(subject.impact("n"), None);
}

/// A manifest isn't in the cluster: it is changed where it stands.
#[test]
fn a_manifest_is_changed_by_no_command() {
    let ds = daemon_set(&json!({}), &json!({}), &counters(0, 0, 1));
    let taints = json!([a_taint("gpu", "", "NoSchedule")]);
    let objects = [revision(&ds), ds, node("n", &json!({}), &taints)];
    let snapshot = snapshot(&objects);
    let subject = DaemonSetAnalysis::of_manifest(&snapshot, &snapshot.daemon_sets[0]);
    let report = subject.report(Detail::OneNode("n"));
    let template = report.nodes[0].remedies.iter();
    let mut template = template.filter(|r| r.changes() == ChangedObject::Template);
    assert!(template.all(|r| r.command().is_none()));
    assert_eq!(report.nodes[0].template_patch, None);
}

/// What isn't of the machine's own system or architecture runs there neither with another
/// selector nor with another label.
#[test]
fn what_the_machine_is_is_not_gone_round() {
    let affinity = json!({"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [
        {"matchExpressions": [{"key": "kubernetes.io/arch", "operator": "In", "values": ["amd64"]}]}]}}});
    let specs = [
        json!({"nodeSelector": {"kubernetes.io/arch": "amd64"}}),
        json!({"affinity": affinity}),
    ];
    for spec in specs {
        let ds = daemon_set(&json!({}), &spec, &counters(0, 0, 1));
        let labels = json!({"kubernetes.io/arch": "arm64"});
        let objects = [revision(&ds), ds, node("n", &labels, &json!([]))];
        let snapshot = snapshot(&objects);
        let found = judged(&snapshot, &snapshot.daemon_sets[0], "n");
        let [remedy] = found.remedies.as_slice() else {
            panic!("{:#?}", found.remedies);
        };
        assert_eq!(remedy.changes(), ChangedObject::Nothing);
        let command = remedy.command().unwrap().to_string();
        assert_eq!(command, "kubectl describe node n");
    }
    // Without the label, a node of another system has it put back by nobody.
    let spec = json!({"nodeSelector": {"kubernetes.io/os": "linux"}});
    let ds = daemon_set(&json!({}), &spec, &counters(0, 0, 1));
    let mut windows = node("n", &json!({}), &json!([]));
    windows["status"] =
        json!({"nodeInfo": {"operatingSystem": "windows", "architecture": "amd64"}});
    let snapshot = snapshot(&[revision(&ds), ds, windows]);
    let found = judged(&snapshot, &snapshot.daemon_sets[0], "n");
    let changes: Vec<_> = found.remedies.iter().map(Remedy::changes).collect();
    assert_eq!(changes, [ChangedObject::Nothing]);
}

/// Of several terms, one that asks for a label which anybody may set.
#[test]
fn a_term_without_labels_of_owners_is_nearer() {
    let expression =
        |key: &str, value: &str| json!({"key": key, "operator": "In", "values": [value]});
    let terms = json!([
        {"matchExpressions": [expression("kubernetes.io/arch", "amd64")]},
        {"matchExpressions": [expression("a", "1"), expression("b", "2")]},
    ]);
    let spec = json!({"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": terms}}}});
    let ds = daemon_set(&json!({}), &spec, &counters(0, 0, 1));
    let labels = json!({"kubernetes.io/arch": "arm64"});
    let snapshot = snapshot(&[revision(&ds), ds, node("n", &labels, &json!([]))]);
    let found = judged(&snapshot, &snapshot.daemon_sets[0], "n");
    let commands: Vec<_> = found
        .remedies
        .iter()
        .filter(|r| r.changes() == ChangedObject::Node)
        .map(|r| r.command().unwrap().to_string())
        .collect();
    assert_eq!(commands, ["kubectl label node n a=1 b=2"]);
    assert_eq!(found.distance.labels, 2);
}

/// What stays as long as there is the node can't be helped by what removes other obstacles.
#[test]
fn beside_what_stays_nothing_else_is_advised() {
    let spec = json!({"nodeSelector": {"kubernetes.io/os": "linux"}});
    let ds = daemon_set(&json!({}), &spec, &counters(0, 0, 1));
    let windows = json!({"kubernetes.io/os": "windows"});
    let gpu = json!([a_taint("gpu", "", "NoSchedule")]);
    let fargate = json!([
        a_taint("eks.amazonaws.com/compute-type", "fargate", "NoSchedule"),
        a_taint("gpu", "", "NoSchedule"),
    ]);
    let linux = json!({"kubernetes.io/os": "linux"});
    let objects = [
        revision(&ds),
        ds,
        node("w", &windows, &gpu),
        node("f", &linux, &fargate),
    ];
    let snapshot = snapshot(&objects);
    for name in ["w", "f"] {
        let found = judged(&snapshot, &snapshot.daemon_sets[0], name);
        let changes: Vec<_> = found.remedies.iter().map(Remedy::changes).collect();
        assert_eq!(changes, [ChangedObject::Nothing], "{:#?}", found.remedies);
    }
}
