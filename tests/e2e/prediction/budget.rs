//! maxUnavailable: how many pods go at once, and what holds it.

use std::time::Duration;

use serde_json::{Value, json};

use super::compare::shape;
use super::run::{Does, Stopped, deletes};
use super::{Case, Outcome, case};
use crate::scenario::daemonset::Ds;
use crate::scenario::lab::Lab;

pub(super) const ALL: &[Case] = &[
    case("one-at-a-time", one_at_a_time),
    case("three-at-a-time", three_at_a_time),
    case("percentage-rounds-up", percentage_rounds_up),
    case("all-at-once", all_at_once),
    case("unavailable-old-pods", unavailable_old_pods),
    case("unavailable-new-pod", unavailable_new_pod),
    case("pending-new-pod", pending_new_pod),
    case("min-ready-seconds-raised", min_ready_seconds_raised),
    case("min-ready-seconds-waited-for", min_ready_seconds_waited_for),
    case("other-budgets-tried", other_budgets_tried),
];

const NODES: [&str; 5] = ["n1", "n2", "n3", "n4", "n5"];

/// A DaemonSet with this maxUnavailable.
pub(crate) fn agent(max_unavailable: impl Into<Value>) -> Ds {
    let rolling = json!({"maxUnavailable": max_unavailable.into()});
    Ds::new("agent")
        .spec(json!({"updateStrategy": {"type": "RollingUpdate", "rollingUpdate": rolling}}))
}

/// Nodes with the pods of `ds`, ready.
pub(crate) fn set_up(lab: &Lab<'_>, ds: &Ds, nodes: &[&str]) -> Outcome {
    lab.plain_nodes(nodes)?;
    lab.apply(ds)?;
    lab.until_ready_on("agent", nodes)
}

fn roll(lab: &Lab<'_>, ds: &Ds, at_once: usize) -> Outcome {
    set_up(lab, ds, &NODES)?;
    let stopped = Stopped::new(lab, "agent")?;
    let plan = stopped.apply(&ds.clone().image("agent:2"))?;
    plan.says("/next", "Update")?;
    plan.says("/budget/allowed", at_once)?;
    plan.blocked_by(&["GenerationNotObserved"])?;
    let certain = if at_once == 5 { 5 } else { 0 };
    let delete = plan.choice("/update/delete")?;
    shape(&delete, certain, 5 - certain, at_once - certain)?;
    let frozen = stopped.go(&plan, deletes(at_once))?;
    frozen.finish(&plan)?.replaced(5)
}

fn one_at_a_time(lab: &Lab<'_>) -> Outcome {
    roll(lab, &Ds::new("agent"), 1)
}

fn three_at_a_time(lab: &Lab<'_>) -> Outcome {
    roll(lab, &agent(3), 3)
}

/// 30 % of 5 are 1.5, and the controller takes 2.
fn percentage_rounds_up(lab: &Lab<'_>) -> Outcome {
    roll(lab, &agent("30%"), 2)
}

fn all_at_once(lab: &Lab<'_>) -> Outcome {
    roll(lab, &agent("100%"), 5)
}

/// A rollout that is held up: with one less than `least` it stays so, with `least`
/// one pod more is replaced, as the plan says.
pub(super) fn moves_from(lab: &Lab<'_>, least: usize) -> Outcome {
    let stopped = Stopped::new(lab, "agent")?;
    lab.set_max_unavailable("agent", least - 1)?;
    let plan = stopped.plan(&["agent"])?;
    plan.says("/next", "Waiting")?;
    plan.advises(&format!(r#"{{"maxUnavailable":{least}}}"#))?;
    stopped.go(&plan, Does::Nothing)?.stays()?;
    let stopped = Stopped::new(lab, "agent")?;
    lab.set_max_unavailable("agent", least)?;
    let plan = stopped.plan(&["agent"])?;
    plan.says("/next", "Update")?;
    stopped.go(&plan, deletes(1)).map(drop)
}

/// k/k#123232, kruise#1323: unavailable old pods are all deleted at once, whatever
/// maxUnavailable says, and then hold it.
fn unavailable_old_pods(lab: &Lab<'_>) -> Outcome {
    let nodes = [
        "never-ready-1",
        "never-ready-2",
        "never-ready-3",
        "n1",
        "n2",
    ];
    lab.plain_nodes(&nodes)?;
    lab.apply(&agent(1))?;
    lab.until_ready_on("agent", &["n1", "n2"])?;
    let stopped = Stopped::new(lab, "agent")?;
    let plan = stopped.apply(&agent(1).image("agent:2"))?;
    plan.says("/next", "Update")?;
    plan.says("/budget/used", 3)?;
    shape(&plan.choice("/update/delete")?, 3, 0, 0)?;
    if plan.list("/update/unavailable")?.len() != 3 {
        return Err("the three that aren't available should be named".to_owned());
    }
    let ended = stopped
        .go(&plan, deletes(3))?
        .run_until("three new pods", |pods| {
            let new = |pod: &&Value| pod["spec"]["containers"][0]["image"] == "agent:2";
            pods.iter().filter(new).count() == 3
        })?;
    ended.replaced(3)?;
    let stopped = Stopped::new(lab, "agent")?;
    let plan = stopped.plan(&["agent"])?;
    plan.says("/next", "Waiting")?;
    plan.blocked_by(&["ContainerWaiting", "BudgetExhausted"])?;
    stopped.go(&plan, Does::Nothing)?.stays()?;
    moves_from(lab, 4)
}

/// kubernetes/test-infra#31706, k/k#63465: one new pod that doesn't come up holds all.
fn held_by_new_pod(lab: &Lab<'_>, behaviour: &str, code: &str) -> Outcome {
    set_up(lab, &agent(1), &["n1", "n2", "n3"])?;
    lab.apply(&agent(1).image("agent:2").behaviour(behaviour))?;
    lab.until("the first pod to be replaced", || {
        Ok(lab.running("agent", "agent:2")? == 1)
    })?;
    let stopped = Stopped::new(lab, "agent")?;
    let plan = stopped.plan(&["agent"])?;
    plan.says("/next", "Waiting")?;
    plan.says("/budget/free", 0)?;
    plan.says("/budget/holders/0/reason", code)?;
    plan.blocked_by(&[code, "BudgetExhausted"])?;
    stopped.go(&plan, Does::Nothing)?.stays()?;
    moves_from(lab, 2)
}

fn unavailable_new_pod(lab: &Lab<'_>) -> Outcome {
    held_by_new_pod(lab, "never-ready", "ContainerWaiting")
}

fn pending_new_pod(lab: &Lab<'_>) -> Outcome {
    held_by_new_pod(lab, "never-starts", "PodPending")
}

/// k/k#77203: raised together with a new image, no old pod is available any more.
fn min_ready_seconds_raised(lab: &Lab<'_>) -> Outcome {
    set_up(lab, &agent(1), &NODES)?;
    let stopped = Stopped::new(lab, "agent")?;
    let raised = agent(1)
        .image("agent:2")
        .spec(json!({"minReadySeconds": 3600}));
    let plan = stopped.apply(&raised)?;
    shape(&plan.choice("/update/delete")?, 5, 0, 0)?;
    let frozen = stopped.go(&plan, deletes(5))?;
    frozen.finish(&plan)?.replaced(5)
}

/// k/k#53023: ready since, available at, and the next pod goes then.
fn min_ready_seconds_waited_for(lab: &Lab<'_>) -> Outcome {
    set_up(lab, &agent(1), &["n1", "n2", "n3"])?;
    lab.ready_since_long_ago("agent")?;
    let stopped = Stopped::new(lab, "agent")?;
    let waits = agent(1)
        .image("agent:2")
        .spec(json!({"minReadySeconds": 9}));
    let plan = stopped.apply(&waits)?;
    shape(&plan.choice("/update/delete")?, 0, 3, 1)?;
    let frozen = stopped.go(&plan, deletes(1))?;
    frozen.run_until("the first to be replaced", |pods| {
        pods.len() == 3 && pods.iter().all(crate::scenario::pod::is_ready)
    })?;
    let stopped = Stopped::at_once(lab, "agent")?;
    let plan = stopped.plan(&["agent"])?;
    plan.says("/next", "Waiting")?;
    plan.blocked_by(&["PodNotYetAvailable", "BudgetExhausted"])?;
    let available_at = lab.ready_since("agent", "agent:2")? + Duration::from_secs(9);
    plan.advises(&format!("available at {available_at}"))?;
    let ended = stopped
        .go_unseen()?
        .run_until("the second to be replaced", |pods| {
            let old = |pod: &&Value| pod["spec"]["containers"][0]["image"] == "agent:1";
            pods.iter().filter(old).count() == 1
        })?;
    let at = ended.first_delete().ok_or("no pod was deleted")?;
    let late = at.duration_since(available_at).as_secs_f64();
    if (0.0..4.0).contains(&late) {
        Ok(())
    } else {
        Err(format!(
            "available at {available_at}, and the next pod went at {at}"
        ))
    }
}

/// `--max-unavailable` beside today's: what is said of it is what comes of it.
fn other_budgets_tried(lab: &Lab<'_>) -> Outcome {
    set_up(lab, &agent(1), &NODES)?;
    let stopped = Stopped::new(lab, "agent")?;
    lab.apply(&agent(1).image("agent:2"))?;
    let [today, then] = stopped.trial(&["agent", "--max-unavailable", "70%"])?;
    shape(&today.choice("/update/delete")?, 0, 5, 1)?;
    shape(&then.choice("/update/delete")?, 0, 5, 4)?;
    lab.set_max_unavailable("agent", "70%")?;
    let frozen = stopped.go_in_any_syncs(&then, 4, 0)?;
    frozen.finish(&then)?.replaced(5)
}
