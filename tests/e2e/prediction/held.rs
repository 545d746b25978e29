//! Rollouts that don't move, and what moves them.

use serde_json::{Value, json};

use super::budget::{agent, moves_from, set_up};
use super::compare::shape;
use super::run::{Does, Stopped, creates, deletes};
use super::{Case, Outcome, case};
use crate::report::{Report, written};
use crate::scenario::lab::Lab;

pub(super) const ALL: &[Case] = &[
    case("quota-holds-everything", quota_holds_everything),
    case("quota-after-failed-pod", quota_after_failed_pod),
    case("never-synced", never_synced),
    case("dead-nodes", dead_nodes),
    case("dead-node-foreseen", dead_node_foreseen),
    case("excluded-pod-deleted", excluded_pod_deleted),
    case("terminating-pod-held", terminating_pod_held),
    case("generation-not-observed", generation_not_observed),
    case("being-deleted", being_deleted),
    case("on-delete", on_delete),
    case("failing-pods", failing_pods),
];

/// One create that isn't admitted: not one of three old pods is replaced, though all
/// of them may go at once.
fn quota_holds_everything(lab: &Lab<'_>) -> Outcome {
    let labelled = agent("100%").pod(json!({"nodeSelector": {"run": "yes"}}));
    let mut nodes = ["n1", "n2", "n3"]
        .map(|n| lab.new_node(n).label("run", "yes"))
        .to_vec();
    nodes.push(lab.new_node("n4"));
    lab.nodes(&nodes)?;
    lab.quota("three", 3)?;
    lab.apply(&labelled)?;
    lab.until_ready_on("agent", &["n1", "n2", "n3"])?;
    lab.label("n4", "run=yes")?;
    lab.until_refused()?;
    let stopped = Stopped::new(lab, "agent")?;
    let plan = stopped.apply(&labelled.clone().image("agent:2"))?;
    plan.says("/next", "Manage")?;
    plan.says("/manage/create/0/node", lab.node("n4"))?;
    plan.blocked_by(&["GenerationNotObserved", "FailedCreate"])?;
    let frozen = stopped.go(&plan, Does::Nothing)?;
    if frozen.deeds.refused.is_empty() {
        return Err("the quota should have refused a pod".to_owned());
    }
    frozen.stays()?.replaced(0)?;
    // Admitted, all move.
    lab.set_quota("three", 20)?;
    lab.sync("agent")?;
    lab.until_rolled("agent", "agent:2", 4)
}

/// A pod that failed is deleted, and the one in its place isn't admitted any more.
fn quota_after_failed_pod(lab: &Lab<'_>) -> Outcome {
    lab.plain_nodes(&["n1", "n2"])?;
    lab.quota("some", 2)?;
    lab.apply(&agent(1))?;
    lab.until_ready_on("agent", &["n1", "n2"])?;
    lab.set_quota("some", 1)?;
    lab.pod_status(&lab.pod_on("agent", "n1")?, &json!({"phase": "Failed"}))?;
    lab.until_refused()?;
    let stopped = Stopped::new(lab, "agent")?;
    let plan = stopped.plan(&["agent"])?;
    plan.says("/manage/create/0/node", lab.node("n1"))?;
    plan.blocked_by(&["FailedCreate"])?;
    plan.advises("kubectl describe quota some")?;
    drop(stopped.go(&plan, Does::Nothing)?);
    Ok(())
}

/// No controller has seen the DaemonSet: what it will do is known, and that it doesn't.
fn never_synced(lab: &Lab<'_>) -> Outcome {
    lab.plain_nodes(&["n1", "n2"])?;
    let stopped = Stopped::at_once(lab, "agent")?;
    lab.apply(&agent(1))?;
    let plan = stopped.plan(&["agent"])?;
    plan.says("/next", "Manage")?;
    plan.says("/manage/createNow", 2)?;
    plan.blocked_by(&["NeverSynced"])?;
    plan.advises("kube-controller-manager")?;
    let why = Report::new("EligibilityReport", written(lab, &["why", "agent"])?)?;
    why.says("/findings/0/code", "NeverSynced")?;
    drop(stopped.go(&plan, creates(2))?);
    lab.until_ready_on("agent", &["n1", "n2"])?;
    let stopped = Stopped::new(lab, "agent")?;
    stopped.plan(&["agent"])?.blocked_by(&[])
}

/// kubernetes/test-infra#31706, k/k#73011, #85878, #117658, #139226: pods that terminate on dead nodes hold the
/// whole budget. Each way out frees one, and the pod that goes for it never gets ready.
fn dead_nodes(lab: &Lab<'_>) -> Outcome {
    let dead = ["dead-1", "dead-2", "dead-3"];
    let all = [&dead[..], &["n1", "n2", "n3", "n4"]].concat();
    set_up(lab, &agent(3), &all)?;
    lab.kubelets_die("agent", &dead)?;
    let pod = lab.pod_on("agent", "dead-1")?;
    let stopped = Stopped::new(lab, "agent")?;
    let plan = stopped.apply(&agent(3).image("agent:2").behaviour("never-ready"))?;
    plan.says("/desired", 4)?;
    shape(&plan.choice("/update/delete")?, 3, 0, 0)?;
    plan.foresees(&["NodeNotReady", "BudgetExhausted"])?;
    stopped.go(&plan, deletes(3))?.stays()?.replaced(3)?;
    let stopped = Stopped::new(lab, "agent")?;
    let plan = stopped.plan(&["agent"])?;
    plan.says("/next", "Waiting")?;
    plan.blocked_by(&["NodeNotReady", "BudgetExhausted"])?;
    plan.says("/budget/used", 3)?;
    let force = format!("kubectl delete pod {pod} -n {} --force", lab.namespace());
    let all_dead = dead.map(|node| lab.node(node)).join(", ");
    for words in [
        force,
        format!("kubectl delete node {}", lab.node("dead-1")),
        format!("delete nodes {all_dead}"),
        format!(
            "kubectl taint node {} node.kubernetes.io/out-of-service",
            lab.node("dead-1")
        ),
        format!("taint nodes {all_dead} out-of-service"),
        r#"{"maxUnavailable":4}"#.to_owned(),
    ] {
        plan.advises(&words)?;
    }
    stopped.go(&plan, Does::Nothing)?.stays()?;
    let stopped = Stopped::new(lab, "agent")?;
    lab.kubectl(&["delete", "pod", &pod, "--force", "--grace-period=0"])?;
    let plan = stopped.plan(&["agent"])?;
    plan.says("/next", "Update")?;
    plan.says("/budget/free", 1)?;
    drop(stopped.go(&plan, deletes(1))?);
    lab.kubectl(&["delete", "node", &lab.node("dead-2")])?;
    lab.taint(
        "dead-3",
        "node.kubernetes.io/out-of-service=nodeshutdown:NoExecute",
    )?;
    // The garbage collector of pods comes by every 20 s, and waits 40 s for a node: when it
    // comes for the fourth time, up to 80 s later, the pods go, and only then others are made.
    lab.until_within("the other two remedies", 150, || {
        Ok(lab.running("agent", "agent:2")? == 3)
    })?;
    lab.rest("agent")?;
    match lab.running("agent", "agent:1")? {
        1 => Ok(()),
        n => Err(format!("one old pod should be left, {n} are")),
    }
}

/// A dead node is said to hold the whole budget before anything is applied, and does. With
/// one more, or with its node out of service, the others are replaced.
fn dead_node_foreseen(lab: &Lab<'_>) -> Outcome {
    set_up(lab, &agent(1), &["dead-1", "n1", "n2", "n3"])?;
    lab.kubelets_die("agent", &["dead-1"])?;
    let pod = lab.pod_on("agent", "dead-1")?;
    let stopped = Stopped::new(lab, "agent")?;
    let next = agent(1).image("agent:2");
    let with_room = stopped.plan_of(&agent(2).image("agent:2").manifest(), &["agent"])?;
    with_room.foresees(&[])?;
    for said in [
        stopped.plan_of(&next.manifest(), &["agent"])?,
        stopped.plan(&["agent", "--restart"])?,
        stopped.plan(&["agent", "--set-image", "agent=agent:2"])?,
    ] {
        said.blocked_by(&[])?;
        said.foresees(&["NodeNotReady", "BudgetExhausted"])?;
        said.says("/foreseen/0/nodes", json!([lab.node("dead-1")]))?;
        said.says("/update/delete/certain", json!([pod]))?;
        said.says("/waves/replace", 3)?;
        said.says("/waves/estimate", Value::Null)?;
        said.advises(r#"{"maxUnavailable":2}"#)?;
    }
    let plan = stopped.apply(&next)?;
    stopped.go(&plan, deletes(1))?.stays()?.replaced(1)?;
    let stopped = Stopped::new(lab, "agent")?;
    let plan = stopped.plan(&["agent"])?;
    plan.blocked_by(&["NodeNotReady", "BudgetExhausted"])?;
    plan.foresees(&[])?;
    lab.set_max_unavailable("agent", 2)?;
    let plan = stopped.plan(&["agent"])?;
    drop(stopped.go(&plan, deletes(1))?);
    lab.until("the others to be replaced", || {
        Ok(lab.running("agent", "agent:2")? == 3)
    })
}

/// A new pod that isn't ready, on a node that a NoSchedule taint has excluded since: it holds
/// the whole budget, and its deletion frees it, for it isn't made again.
fn excluded_pod_deleted(lab: &Lab<'_>) -> Outcome {
    set_up(lab, &agent(1), &["n1", "n2", "n3", "n4"])?;
    lab.apply(&agent(1).image("agent:2").behaviour("never-ready"))?;
    lab.until("the first pod to be replaced", || {
        Ok(lab.running("agent", "agent:2")? == 1)
    })?;
    let (_, pods) = lab.look("agent")?;
    let new = |pod: &&Value| pod["spec"]["containers"][0]["image"] == "agent:2";
    let pod = pods.iter().find(new).ok_or("no new pod")?;
    let name = pod["metadata"]["name"].as_str().unwrap_or_default();
    let node = pod["spec"]["nodeName"].as_str().unwrap_or_default();
    lab.kubectl(&["taint", "nodes", node, "team=a:NoSchedule"])?;
    let stopped = Stopped::new(lab, "agent")?;
    let plan = stopped.plan(&["agent"])?;
    plan.says("/next", "Waiting")?;
    plan.says("/desired", 3)?;
    plan.blocked_by(&["ContainerWaiting", "BudgetExhausted"])?;
    plan.says("/budget/holders/0/node", node)?;
    plan.says("/budget/holders/0/shouldRun", false)?;
    plan.advises(&format!("kubectl delete pod {name} -n {}", lab.namespace()))?;
    stopped.go(&plan, Does::Nothing)?.stays()?;
    let stopped = Stopped::new(lab, "agent")?;
    lab.kubectl(&["delete", "pod", name, "--force", "--grace-period=0"])?;
    let plan = stopped.plan(&["agent"])?;
    plan.says("/next", "Update")?;
    plan.says("/budget/free", 1)?;
    stopped.go(&plan, deletes(1)).map(drop)
}

/// A terminating pod that can't go holds one of the budget; its finalizer taken off,
/// or one more of the budget, moves the rollout.
fn terminating_pod_held(lab: &Lab<'_>) -> Outcome {
    set_up(lab, &agent(1), &["n1", "n2", "n3"])?;
    let pod = lab.pod_on("agent", "n1")?;
    lab.delete_but_hold(&pod)?;
    let stopped = Stopped::new(lab, "agent")?;
    let plan = stopped.apply(&agent(1).image("agent:2").behaviour("never-ready"))?;
    plan.says("/next", "Waiting")?;
    plan.blocked_by(&["GenerationNotObserved", "PodTerminating", "BudgetExhausted"])?;
    plan.says("/budget/holders/0/pod", pod.as_str())?;
    plan.advises(&format!("kubectl patch pod {pod}"))?;
    stopped.go(&plan, Does::Nothing)?.stays()?;
    moves_from(lab, 2)?;
    // Taken off, the node gets a new pod, which isn't ready either and holds in its stead.
    lab.patch("pod", &pod, &json!({"metadata": {"finalizers": null}}))?;
    lab.until("a new pod on n1", || {
        Ok(lab.running("agent", "agent:2")? == 2)
    })
}

/// The change isn't the template's: there is nothing to do once it is observed. (It isn't
/// minReadySeconds either: with that, time alone would change the second plan.)
fn generation_not_observed(lab: &Lab<'_>) -> Outcome {
    set_up(lab, &agent(1), &["n1", "n2"])?;
    let stopped = Stopped::new(lab, "agent")?;
    let plan = stopped.apply(&agent(1).spec(json!({"revisionHistoryLimit": 5})))?;
    plan.says("/next", "None")?;
    plan.blocked_by(&["GenerationNotObserved"])?;
    stopped.go(&plan, Does::Nothing)?.stays()?.replaced(0)?;
    let stopped = Stopped::new(lab, "agent")?;
    let plan = stopped.plan(&["agent"])?;
    plan.blocked_by(&[])?;
    plan.says("/clean", true)
}

/// Nothing is rolled for a DaemonSet that is being deleted.
fn being_deleted(lab: &Lab<'_>) -> Outcome {
    let held = agent("100%").metadata(json!({"name": "agent", "finalizers": ["e2e.test/hold"]}));
    set_up(lab, &held, &["n1", "n2"])?;
    let stopped = Stopped::new(lab, "agent")?;
    // Deleted first: the controller sees one change after the other, and would begin with a rollout.
    lab.kubectl(&["delete", "daemonset", "agent", "--wait=false"])?;
    lab.apply(&held.image("agent:2"))?;
    let plan = stopped.plan(&["agent"])?;
    plan.says("/next", "None")?;
    plan.says("/blockers/0/code", "DaemonSetDeleting")?;
    plan.says("/waves", Value::Null)?;
    let frozen = stopped.go(&plan, Does::Nothing)?;
    drop(frozen);
    match lab.running("agent", "agent:1")? {
        2 => Ok(()),
        n => Err(format!("both old pods should run on, {n} do")),
    }
}

/// kured#413, z2jh#570, cke#746: the stale list, and a hand does the rest; it is the
/// only partition there is (enhancements#1140, k/k#80694).
fn on_delete(lab: &Lab<'_>) -> Outcome {
    let by_hand = agent(1).spec(json!({"updateStrategy": {"type": "OnDelete"}}));
    set_up(lab, &by_hand, &["n1", "n2", "n3"])?;
    let stopped = Stopped::new(lab, "agent")?;
    let plan = stopped.apply(&by_hand.image("agent:2"))?;
    plan.says("/next", "Waiting")?;
    plan.blocked_by(&["GenerationNotObserved", "OldPodsWaitForAHand"])?;
    plan.says("/budget", Value::Null)?;
    plan.says("/waves", Value::Null)?;
    stopped.go(&plan, Does::Nothing)?.stays()?.replaced(0)?;
    let first = plan
        .at("/old/0/pod")
        .as_str()
        .unwrap_or_default()
        .to_owned();
    plan.says("/old/2/node", lab.node("n3"))?;
    lab.kubectl(&["delete", "pod", &first])?;
    lab.until("a new pod in its stead", || {
        Ok(lab.running("agent", "agent:2")? == 1)
    })?;
    lab.until_ready_on("agent", &["n1", "n2", "n3"])?;
    let stopped = Stopped::new(lab, "agent")?;
    let plan = stopped.plan(&["agent"])?;
    let old = plan.names("/old", "node")?;
    if old != [lab.node("n2"), lab.node("n3")].into() {
        return Err(format!("n2 and n3 should be left: {old:?}"));
    }
    stopped.go(&plan, Does::Nothing)?.stays().map(drop)
}

/// New pods that fail: deleted and made again, with a backoff that only the controller knows.
fn failing_pods(lab: &Lab<'_>) -> Outcome {
    set_up(lab, &agent(1), &["n1", "n2", "n3"])?;
    lab.apply(&agent(1).image("agent:2").behaviour("fails"))?;
    lab.until("the first pod to be replaced", || {
        Ok(lab.running("agent", "agent:2")? == 1)
    })?;
    let kubelets = lab.cluster().pause_kubelets()?;
    lab.until("a new pod that hasn't failed yet", || {
        let (_, pods) = lab.look("agent")?;
        Ok(pods.iter().any(|pod| pod["status"]["phase"] == "Pending"))
    })?;
    let failed = |pod: &Value| pod["status"]["phase"] == "Failed";
    let stopped = Stopped::once(lab, "agent", kubelets, |pods| pods.iter().any(failed))?;
    let (_, pods) = lab.look("agent")?;
    let failed = pods.iter().find(|pod| failed(pod)).ok_or("no failed pod")?;
    let plan = stopped.plan(&["agent"])?;
    plan.says("/next", "Manage")?;
    plan.says("/manage/delete/0/pod", failed["metadata"]["name"].clone())?;
    plan.says("/manage/delete/0/certain", false)?;
    plan.says("/manage/deleteAtLeast", 0)?;
    plan.says("/manage/deleteAtMost", 1)?;
    plan.says("/budget/free", 0)?;
    let frozen = stopped.go_when_ready(&plan, 1)?;
    drop(frozen);
    match lab.running("agent", "agent:1")? {
        2 => Ok(()),
        n => Err(format!("two old pods should be left, {n} are")),
    }
}
