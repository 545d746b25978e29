//! Templates that match no node, or nodes that they shouldn't: what is meant is known, and one
//! patch puts it right.

use kubectl_ds::analysis::next::{Step, steps};
use kubectl_ds::analysis::node::Eligibility;
use kubectl_ds::analysis::overall_health::Health;
use kubectl_ds::analysis::remedy::{ChangedObject, RemedyAction, TemplateChange};
use kubectl_ds::analysis::summary::{Overview, excluded};
use serde_json::{Value, json};

use super::patches::patched;
use super::{a_taint, other_pod};
use crate::analysed::{all_nodes, one_node};
use crate::states::{counters, daemon_set, node, pod, revision};

fn objects(spec: &Value, nodes: &[Value]) -> Vec<Value> {
    let ds = daemon_set(&json!({}), spec, &counters(0, 0, 1));
    [&[revision(&ds), ds, other_pod()], nodes].concat()
}

fn terms(terms: Value) -> Value {
    json!({"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": terms}}}})
}

fn expression(key: &str, operator: &str, values: &[&str]) -> Value {
    json!({"key": key, "operator": operator, "values": values})
}

/// The steps that change the template.
fn changes(objects: &[Value]) -> Vec<Step> {
    let mut steps = steps(&all_nodes(objects));
    steps.retain(|step| step.kind.name() == "ChangeTemplate");
    steps
}

/// The nodes on which it runs once the one step is done.
fn then(objects: &[Value]) -> Vec<String> {
    let found = changes(objects);
    let [step] = &found[..] else {
        panic!("{found:#?}");
    };
    let ds = patched(&objects[1], &step.command.as_ref().unwrap().to_string()).unwrap();
    let report = all_nodes(&[&[revision(&ds), ds], &objects[2..]].concat());
    let eligible = report.nodes.iter().filter(|n| n.should_run == Some(true));
    eligible.map(|n| n.name.clone()).collect()
}

fn labelled(name: &str, labels: &[(&str, &str)]) -> Value {
    let labels: serde_json::Map<String, Value> = labels
        .iter()
        .map(|(key, value)| ((*key).to_owned(), json!(value)))
        .collect();
    node(name, &Value::Object(labels), &json!([]))
}

/// Old names of labels, other spellings of key or value.
#[test]
fn a_selector_that_no_node_matches() {
    let control_plane = "node-role.kubernetes.io/control-plane";
    for ((key, value), (has, with)) in [
        (("node-role.kubernetes.io/master", ""), (control_plane, "")),
        (
            ("beta.kubernetes.io/os", "linux"),
            ("kubernetes.io/os", "linux"),
        ),
        (("node-type", "worker"), ("nodetype", "worker")),
        (("ssd", "True"), ("ssd", "true")),
    ] {
        let nodes = [
            labelled("n", &[(has, with)]),
            labelled("other", &[("x", "y")]),
        ];
        let objects = objects(&json!({"nodeSelector": {key: value}}), &nodes);
        assert_eq!(Overview::new(&all_nodes(&objects)).health, Health::OnNoNode);
        assert_eq!(then(&objects), ["n"], "{key}={value}");
        let found = one_node(&objects, "n");
        // The kubelet's own label is put on no node by hand.
        let is_owned = key == "beta.kubernetes.io/os";
        let ways = [ChangedObject::Template, ChangedObject::Node];
        let ways = &ways[..ways.len() - usize::from(is_owned)];
        let of_node: Vec<_> = found.remedies.iter().map(|one| one.changes()).collect();
        assert_eq!(of_node, ways, "{:#?}", found.remedies);
    }
}

/// With the label the taint was renamed too.
#[test]
fn a_renamed_role_has_a_renamed_taint() {
    let key = "node-role.kubernetes.io/control-plane";
    let node = node(
        "n",
        &json!({key: ""}),
        &json!([a_taint(key, "", "NoSchedule")]),
    );
    let spec = json!({
        "nodeSelector": {"node-role.kubernetes.io/master": ""},
        "tolerations": [{"key": "node-role.kubernetes.io/master", "operator": "Exists"}],
    });
    assert_eq!(then(&objects(&spec, &[node])), ["n"]);
}

/// What may be meant to run nowhere, or on nodes to come, is left.
#[test]
fn nothing_is_guessed() {
    for (key, value) in [("non-existing", "true"), ("zone", "eu-1b"), ("pool", "gpu")] {
        let nodes = [labelled("n", &[("zone", "eu-1a"), ("pool", "cpu")])];
        let objects = objects(&json!({"nodeSelector": {key: value}}), &nodes);
        assert!(changes(&objects).is_empty(), "{key}={value}");
        assert_eq!(Overview::new(&all_nodes(&objects)).health, Health::OnNoNode);
    }
}

#[test]
fn a_node_that_is_gone_is_not_waited_for() {
    let nodes = [labelled("n", &[]), labelled("other", &[])];
    let field = json!({"key": "metadata.name", "operator": "In", "values": ["gone"]});
    for spec in [
        json!({"nodeName": "gone"}),
        terms(json!([{"matchFields": [field]}])),
    ] {
        let objects = objects(&spec, &nodes);
        assert_eq!(then(&objects), ["n", "other"]);
        // The name of each node isn't what is the matter with it.
        assert_eq!(excluded(&all_nodes(&objects)).len(), 1);
    }
    // Of a term that asks for more, only the name goes.
    let pool = expression("pool", "In", &["a"]);
    let spec = terms(json!([{"matchFields": [field], "matchExpressions": [pool]}]));
    let nodes = [labelled("n", &[("pool", "a")]), labelled("other", &[])];
    assert_eq!(then(&objects(&spec, &nodes)), ["n"]);
}

/// The expressions of a term are ANDed.
#[test]
fn expressions_that_contradict_each_other() {
    let nodes = [
        labelled("c", &[("pool", "cpu")]),
        labelled("g", &[("pool", "gpu")]),
    ];
    let both = [
        expression("pool", "In", &["gpu"]),
        expression("pool", "In", &["cpu"]),
    ];
    let objects_of =
        |expressions: &[Value]| objects(&terms(json!([{"matchExpressions": expressions}])), &nodes);
    let found = objects_of(&both);
    assert_eq!(then(&found), ["c", "g"]);
    let of_node = one_node(&found, "g");
    let [remedy] = &of_node.remedies[..] else {
        panic!("{:#?}", of_node.remedies);
    };
    let joined = |change: &RemedyAction| {
        matches!(
            change,
            RemedyAction::Template {
                change: TemplateChange::JoinValues { .. },
                ..
            }
        )
    };
    assert!(joined(&remedy.action), "{remedy:#?}");
    // Of these it isn't known which is meant.
    let other = [
        expression("pool", "In", &["gpu"]),
        json!({"key": "pool", "operator": "DoesNotExist"}),
    ];
    let found = objects_of(&other);
    assert!(changes(&found).is_empty());
    let of_node = one_node(&found, "g");
    assert!(
        of_node
            .remedies
            .iter()
            .all(|one| one.changes() == ChangedObject::Nothing),
        "{:#?}",
        of_node.remedies
    );
}

/// A value that would do is one of many, and what another pool is selected by isn't taken from
/// it without a word.
#[test]
fn no_value_is_invented() {
    let node = labelled("n", &[("cores", "16c"), ("pool", "a")]);
    let more = terms(json!([{"matchExpressions": [expression("cores", "Gt", &["8"])]}]));
    let found = one_node(&objects(&more, std::slice::from_ref(&node)), "n");
    assert!(
        found
            .remedies
            .iter()
            .all(|one| one.changes() == ChangedObject::Template),
        "{:#?}",
        found.remedies
    );
    let pool = json!({"nodeSelector": {"pool": "gpu"}});
    let found = one_node(&objects(&pool, &[node]), "n");
    let changes: Vec<_> = found.remedies.iter().map(|one| one.changes()).collect();
    assert_eq!(changes, [ChangedObject::Template, ChangedObject::Node]);
    let RemedyAction::SetLabels { overwritten, .. } = &found.remedies[1].action else {
        panic!("{:#?}", found.remedies);
    };
    assert_eq!(overwritten[..], [("pool".to_owned(), "a".to_owned())]);
}

/// Terms are ORed: each that matches a virtual node has to keep its pods off.
#[test]
fn each_term_keeps_pods_off_virtual_nodes() {
    let fargate = ("eks.amazonaws.com/compute-type", "fargate");
    let nodes = [labelled("f", &[fargate]), labelled("n", &[])];
    let off = expression(fargate.0, "NotIn", &[fargate.1]);
    let any = json!({"key": "gpu", "operator": "DoesNotExist"});
    for spec in [
        json!({}),
        json!({"affinity": {}}),
        json!({"affinity": {"nodeAffinity": {}}}),
        terms(json!([{"matchExpressions": [off]}, {"matchExpressions": [any]}])),
        terms(json!([{"matchFields": [expression("metadata.name", "NotIn", &["x"])]}])),
    ] {
        assert_eq!(then(&objects(&spec, &nodes)), ["n"], "{spec}");
    }
}

/// What is tolerated for a while only is tolerated for good then.
#[test]
fn a_pod_that_is_evicted_over_and_over() {
    let spec = json!({"tolerations": [{"key": "edge", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 60}]});
    let edge = node("n", &json!({}), &json!([a_taint("edge", "", "NoExecute")]));
    let waiting = json!({"phase": "Pending"});
    let objects = objects(&spec, &[edge, pod("p", "n", &waiting)]);
    let found = changes(&objects);
    let command = found[0].command.as_ref().unwrap().to_string();
    let ds = patched(&objects[1], &command).unwrap();
    let toleration = &ds["spec"]["template"]["spec"]["tolerations"][0];
    assert_eq!(
        *toleration,
        json!({"key": "edge", "operator": "Exists", "effect": "NoExecute"})
    );
    assert_eq!(one_node(&objects, "n").eligibility, Eligibility::Eligible);
}
