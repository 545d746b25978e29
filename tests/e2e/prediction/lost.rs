//! Pods that go and nothing makes again, and nodes that gain or lose theirs at once.

use serde_json::json;

use super::budget::{agent, set_up};
use super::compare::shape;
use super::run::{Does, Stopped, creates, deletes};
use super::{Case, Outcome, case};
use crate::scenario::daemonset::Ds;
use crate::scenario::lab::Lab;

pub(super) const ALL: &[Case] = &[
    case("lost-under-no-schedule", lost_under_no_schedule),
    case("toleration-dropped", toleration_dropped),
    case(
        "no-execute-toleration-dropped",
        no_execute_toleration_dropped,
    ),
    case("node-selector-edited", node_selector_edited),
    case("affinity-edited", affinity_edited),
    case("node-loses-its-label", node_loses_its_label),
    case("node-gets-the-label", node_gets_the_label),
    case("no-execute-taint", no_execute_taint),
];

const NODES: [&str; 4] = ["n1", "n2", "n3", "n4"];

/// METR/hawk#1335, karpenter#2704, #2422: the pod of a node that was tainted later.
/// With the toleration that the plan gives, it isn't lost.
fn lost_under_no_schedule(lab: &Lab<'_>) -> Outcome {
    set_up(lab, &agent(2), &NODES)?;
    lab.taint("n4", "team=a:NoSchedule")?;
    let pod = lab.pod_on("agent", "n4")?;
    let stopped = Stopped::new(lab, "agent")?;
    let tolerating = agent(2)
        .image("agent:2")
        .tolerations(json!([{"key": "team", "operator": "Exists", "effect": "NoSchedule"}]));
    stopped
        .plan_of(&tolerating.manifest(), &["agent"])?
        .says("/lost", json!([]))?;
    let plan = stopped.apply(&agent(2).image("agent:2"))?;
    plan.says("/lost/0/pod", pod)?;
    plan.says("/lost/0/reasons/0/code", "UntoleratedNoSchedule")?;
    plan.says("/desired", 3)?;
    shape(&plan.choice("/update/delete")?, 0, 4, 2)?;
    let ended = stopped.go(&plan, deletes(2))?.finish(&plan)?;
    ended.replaced(4)?;
    ended.pods_on(&[lab.node("n1"), lab.node("n2"), lab.node("n3")])
}

/// The template no longer tolerates what it did: the pod is rolled and not made again.
fn toleration_dropped(lab: &Lab<'_>) -> Outcome {
    lab.nodes(&[
        lab.new_node("n1"),
        lab.new_node("n2"),
        lab.new_node("n3").taint("team", "a", "NoSchedule"),
    ])?;
    let tolerating = agent("100%").tolerations(json!([{"key": "team", "operator": "Exists"}]));
    lab.apply(&tolerating)?;
    lab.until_ready_on("agent", &["n1", "n2", "n3"])?;
    let stopped = Stopped::new(lab, "agent")?;
    let plan = stopped.apply(&agent("100%").image("agent:2"))?;
    plan.says("/lost/0/node", lab.node("n3"))?;
    plan.says("/budget/allowed", 2)?;
    // 100 % of the two nodes that are left, and three pods share it.
    shape(&plan.choice("/update/delete")?, 0, 3, 2)?;
    let ended = stopped.go(&plan, deletes(2))?.finish(&plan)?;
    ended.pods_on(&[lab.node("n1"), lab.node("n2")])
}

/// A NoExecute taint that is no longer tolerated: the pod goes at once.
fn no_execute_toleration_dropped(lab: &Lab<'_>) -> Outcome {
    lab.nodes(&[
        lab.new_node("n1"),
        lab.new_node("n2"),
        lab.new_node("n3").taint("team", "a", "NoExecute"),
        lab.new_node("n4").taint("team", "a", "NoExecute"),
    ])?;
    let tolerating = agent(1).tolerations(json!([{"key": "team", "operator": "Exists"}]));
    lab.apply(&tolerating)?;
    lab.until_ready_on("agent", &NODES)?;
    let stopped = Stopped::new(lab, "agent")?;
    let plan = stopped.apply(&agent(1))?;
    plan.says("/next", "Manage")?;
    plan.says("/manage/deleteAtLeast", 2)?;
    plan.says("/lost", json!([]))?;
    let ended = stopped.go(&plan, deletes(2))?.finish(&plan)?;
    ended.pods_on(&[lab.node("n1"), lab.node("n2")])
}

fn roles(lab: &Lab<'_>) -> Outcome {
    lab.nodes(&[
        lab.new_node("n1").label("role", "a"),
        lab.new_node("n2").label("role", "a"),
        lab.new_node("both").label("role", "a").label("more", "yes"),
        lab.new_node("n3").label("role", "b"),
        lab.new_node("n4").label("role", "b"),
    ])
}

/// openshift-docs#9623: two nodes lose their pods and two get one, all at once, though
/// maxUnavailable is 1.
fn node_selector_edited(lab: &Lab<'_>) -> Outcome {
    roles(lab)?;
    let a = agent(1).pod(json!({"nodeSelector": {"role": "a"}}));
    lab.apply(&a)?;
    lab.until_ready_on("agent", &["n1", "n2", "both"])?;
    let stopped = Stopped::new(lab, "agent")?;
    let b = agent(1).pod(json!({"nodeSelector": {"role": "b"}}));
    let said = stopped.plan_of(&b.manifest(), &["agent"])?;
    said.says("/nodes/gained", json!([lab.node("n3"), lab.node("n4")]))?;
    said.says("/nodes/kept", 0)?;
    let plan = stopped.apply(&b)?;
    plan.says("/next", "Manage")?;
    plan.says("/manage/createNow", 2)?;
    plan.says("/manage/deleteAtLeast", 3)?;
    let all_at_once = Does::Pods {
        deleted: 3,
        created: 2,
    };
    let ended = stopped.go(&plan, all_at_once)?.finish(&plan)?;
    ended.pods_on(&[lab.node("n3"), lab.node("n4")])
}

/// k/k#48362: the same by affinity; the node of both terms is rolled within the budget.
fn affinity_edited(lab: &Lab<'_>) -> Outcome {
    roles(lab)?;
    let term = |key: &str, value: &str| json!([{"matchExpressions": [{"key": key, "operator": "In", "values": [value]}]}]);
    lab.apply(&agent(1).affinity(term("role", "a")))?;
    lab.until_ready_on("agent", &["n1", "n2", "both"])?;
    let stopped = Stopped::new(lab, "agent")?;
    let plan = stopped.apply(&agent(1).affinity(term("more", "yes")))?;
    plan.says("/next", "Manage")?;
    plan.says("/manage/deleteAtLeast", 2)?;
    plan.says("/desired", 1)?;
    let ended = stopped.go(&plan, deletes(2))?.finish(&plan)?;
    ended.replaced(3)?;
    ended.pods_on(&[lab.node("both")])
}

fn labelled() -> Ds {
    agent(1).pod(json!({"nodeSelector": {"run": "yes"}}))
}

fn node_loses_its_label(lab: &Lab<'_>) -> Outcome {
    let nodes = ["n1", "n2", "n3"].map(|short| lab.new_node(short).label("run", "yes"));
    lab.nodes(&nodes)?;
    lab.apply(&labelled())?;
    lab.until_ready_on("agent", &["n1", "n2", "n3"])?;
    let stopped = Stopped::new(lab, "agent")?;
    lab.label("n3", "run=no")?;
    let plan = stopped.plan(&["agent"])?;
    plan.says("/next", "Manage")?;
    plan.says("/manage/delete/0/reason", "NodeExcluded")?;
    plan.says("/waves", serde_json::Value::Null)?;
    let ended = stopped.go(&plan, deletes(1))?.finish(&plan)?;
    ended.pods_on(&[lab.node("n1"), lab.node("n2")])
}

fn node_gets_the_label(lab: &Lab<'_>) -> Outcome {
    lab.nodes(&[
        lab.new_node("n1").label("run", "yes"),
        lab.new_node("n2"),
        lab.new_node("n3"),
    ])?;
    lab.apply(&labelled())?;
    lab.until_ready_on("agent", &["n1"])?;
    let stopped = Stopped::new(lab, "agent")?;
    lab.label("n3", "run=yes")?;
    let plan = stopped.plan(&["agent"])?;
    plan.says("/next", "Manage")?;
    plan.says("/manage/create/0/node", lab.node("n3"))?;
    plan.says("/manage/create/0/reason", "PodMissing")?;
    let ended = stopped.go(&plan, creates(1))?.finish(&plan)?;
    ended.replaced(0)?;
    ended.pods_on(&[lab.node("n1"), lab.node("n3")])
}

/// Taint eviction and the controller both want the pods gone; whoever is first.
fn no_execute_taint(lab: &Lab<'_>) -> Outcome {
    set_up(lab, &agent(1), &NODES)?;
    let stopped = Stopped::new(lab, "agent")?;
    lab.taint("n3", "team=a:NoExecute")?;
    let plan = stopped.plan(&["agent"])?;
    plan.says("/next", "Manage")?;
    plan.says("/manage/delete/0/node", lab.node("n3"))?;
    plan.says("/manage/delete/0/certain", true)?;
    let ended = stopped.go(&plan, deletes(1))?.finish(&plan)?;
    ended.pods_on(&[lab.node("n1"), lab.node("n2"), lab.node("n4")])
}
