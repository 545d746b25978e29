//! What isn't limited by any budget: pods that are missing and such that have no place.

use std::time::Duration;

use serde_json::{Value, json};

use super::budget::{agent, set_up};
use super::run::{Does, Stopped, creates, deletes};
use super::{Case, Outcome, case};
use crate::control_plane::Node;
use crate::scenario::lab::Lab;

pub(super) const ALL: &[Case] = &[
    case("new-daemonset", new_daemon_set),
    case("duplicate-pods", duplicate_pods),
    case("ended-pods", ended_pods),
    case("failed-pod-beside-an-old-one", failed_pod_beside_an_old_one),
    case(
        "unscheduled-pod-of-a-gone-node",
        unscheduled_pod_of_a_gone_node,
    ),
    case("more-than-one-sync-makes", more_than_one_sync_makes),
];

fn new_daemon_set(lab: &Lab<'_>) -> Outcome {
    lab.nodes(&[
        lab.new_node("n1"),
        lab.new_node("n2"),
        lab.new_node("tainted").taint("team", "a", "NoSchedule"),
    ])?;
    let stopped = Stopped::at_once(lab, "agent")?;
    let said = stopped.plan_of(&agent(1).manifest(), &["agent"])?;
    said.says("/nodes/gained", json!([lab.node("n1"), lab.node("n2")]))?;
    let plan = stopped.apply(&agent(1))?;
    plan.says("/next", "Manage")?;
    plan.says("/revision/state", "New")?;
    plan.says("/manage/createNow", 2)?;
    let ended = stopped.go(&plan, creates(2))?.finish(&plan)?;
    ended.pods_on(&[lab.node("n1"), lab.node("n2")])
}

/// A second pod on a node: of two the younger one goes.
fn duplicate_pods(lab: &Lab<'_>) -> Outcome {
    set_up(lab, &agent(1), &["n1", "n2"])?;
    let first = lab.pod_on("agent", "n2")?;
    // Ages are counted in seconds, and equal ages are told apart by name.
    std::thread::sleep(Duration::from_millis(1100));
    let stopped = Stopped::new(lab, "agent")?;
    let mut second = lab.get(&["pod", &first])?;
    second["metadata"] = json!({
        "name": "aaa-duplicate",
        "labels": second["metadata"]["labels"],
        "ownerReferences": second["metadata"]["ownerReferences"],
    });
    second["status"] = json!({});
    lab.create(&second)?;
    let plan = stopped.plan(&["agent"])?;
    plan.says("/next", "Manage")?;
    plan.says("/manage/delete/0/pod", "aaa-duplicate")?;
    plan.says("/manage/delete/0/reason", "DuplicatePods")?;
    plan.says("/manage/delete/0/certain", true)?;
    let ended = stopped.go(&plan, deletes(1))?.finish(&plan)?;
    ended.replaced(1)?;
    match lab.pod_on("agent", "n2")? {
        left if left == first => Ok(()),
        left => Err(format!("the older pod should be left, {left} is")),
    }
}

/// A pod that succeeded goes for certain, one that failed unless a backoff holds it.
fn ended_pods(lab: &Lab<'_>) -> Outcome {
    set_up(lab, &agent(1), &["n1", "n2", "n3"])?;
    let (failed, succeeded) = (lab.pod_on("agent", "n1")?, lab.pod_on("agent", "n2")?);
    let stopped = Stopped::new(lab, "agent")?;
    lab.pod_status(&failed, &json!({"phase": "Failed"}))?;
    lab.pod_status(&succeeded, &json!({"phase": "Succeeded"}))?;
    let plan = stopped.plan(&["agent"])?;
    plan.says("/next", "Manage")?;
    plan.says("/manage/delete/0/reason", "PodFailed")?;
    plan.says("/manage/delete/0/certain", false)?;
    plan.says("/manage/delete/1/reason", "PodSucceeded")?;
    plan.says("/manage/delete/1/certain", true)?;
    plan.says("/manage/create", json!([]))?;
    let frozen = stopped.go(&plan, Does::Something)?;
    // Ended pods are gone as soon as they are deleted, and their nodes get new ones.
    frozen.in_all(2, 2)?;
    let ended = frozen.finish(&plan)?;
    ended.replaced(2)?;
    ended.pods_on(&["n1", "n2", "n3"].map(|n| lab.node(n)))
}

/// The failed pod is gone as soon as it is deleted, and the one beside it may be replaced in
/// the same sync: it isn't what holds the rollout up.
fn failed_pod_beside_an_old_one(lab: &Lab<'_>) -> Outcome {
    set_up(lab, &agent(1), &["n1", "n2", "n3"])?;
    let old = lab.pod_on("agent", "n1")?;
    let stopped = Stopped::new(lab, "agent")?;
    let mut failed = lab.get(&["pod", &old])?;
    failed["metadata"] = json!({
        "name": "failed",
        "labels": failed["metadata"]["labels"],
        "ownerReferences": failed["metadata"]["ownerReferences"],
    });
    failed["status"] = json!({});
    lab.create(&failed)?;
    lab.pod_status("failed", &json!({"phase": "Failed"}))?;
    let plan = stopped.apply(&agent(1).image("agent:2"))?;
    plan.says("/next", "Manage")?;
    plan.blocked_by(&["GenerationNotObserved"])?;
    plan.says("/manage/delete/0/pod", "failed")?;
    plan.says("/manage/delete/0/certain", false)?;
    super::compare::shape(&plan.choice("/update/delete")?, 0, 0, 0)?;
    super::compare::shape(&plan.choice("/updateAfterManage/delete")?, 0, 3, 1)?;
    plan.says("/waves/replace", 3)?;
    let frozen = stopped.go(&plan, Does::Something)?;
    // The failed one, and one of the three old ones.
    frozen.in_all(2, 0)?;
    frozen.finish(&plan)?.replaced(4)
}

/// A pod that was never bound, for a node that is gone.
fn unscheduled_pod_of_a_gone_node(lab: &Lab<'_>) -> Outcome {
    lab.nodes(&[lab.new_node("n1"), lab.new_node("full").cpu("100m")])?;
    lab.apply(&agent(1).requests(json!({"cpu": "200m"})))?;
    lab.until_ready_on("agent", &["n1"])?;
    let pod = lab.pod_on("agent", "full")?;
    lab.kubectl(&["delete", "node", &lab.node("full")])?;
    let stopped = Stopped::new(lab, "agent")?;
    let plan = stopped.plan(&["agent"])?;
    plan.says("/next", "Manage")?;
    plan.says("/manage/delete/0/pod", pod)?;
    plan.says("/manage/delete/0/reason", "NodeMissing")?;
    let ended = stopped.go(&plan, deletes(1))?.finish(&plan)?;
    ended.pods_on(&[lab.node("n1")])
}

/// 260 nodes: one sync makes 250 pods and the next the others, and one deletes 250.
fn more_than_one_sync_makes(lab: &Lab<'_>) -> Outcome {
    let nodes: Vec<Node> = (0..260)
        .map(|n| lab.new_node(&format!("n{n:03}")))
        .collect();
    lab.nodes(&nodes)?;
    let nowhere = agent("100%").pod(json!({"nodeSelector": {"no": "where"}}));
    lab.apply(&nowhere)?;
    let stopped = Stopped::new(lab, "agent")?;
    let plan = stopped.apply(&agent("100%"))?;
    plan.says("/next", "Manage")?;
    plan.says("/manage/createNow", 250)?;
    if plan.list("/manage/create")?.len() != 260 {
        return Err("all 260 nodes should get a pod".to_owned());
    }
    let frozen = stopped.go(&plan, creates(250))?;
    frozen.in_all(0, 260)?;
    frozen.finish(&plan)?;
    let stopped = Stopped::new(lab, "agent")?;
    let plan = stopped.apply(&agent("100%").image("agent:2"))?;
    super::compare::shape(&plan.choice("/update/delete")?, 0, 260, 250)?;
    plan.says("/waves/now", 250)?;
    plan.says("/waves/withoutWaiting", 10)?;
    plan.says("/waves/batches", 0)?;
    let frozen = stopped.go(&plan, deletes(250))?;
    frozen.in_all(260, 0)?;
    drop(frozen);
    let left = |pod: &Value| pod["spec"]["containers"][0]["image"] == "agent:1";
    lab.until("the old pods to go", || {
        Ok(!lab.look("agent")?.1.iter().any(left))
    })
}
