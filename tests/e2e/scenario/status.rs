//! The counters of `.status`: when they are behind, and rollouts that stand still.

use std::time::Duration;

use serde_json::json;

use super::daemonset::Ds;
use super::lab::Lab;
use super::observation::Expected::{Excluded, Keeps, Lingers, Missing, Runs, WouldKeep};
use super::observation::Observation;
use super::{Case, Outcome, case};

pub(super) const ALL: &[Case] = &[
    case("stale-after-no-schedule", stale_after_no_schedule),
    case("stale-after-a-deleted-node", stale_after_a_deleted_node),
    case("stale-after-a-lost-label", stale_after_a_lost_label),
    case("stale-after-no-execute", stale_after_no_execute),
    case("stale-generation", stale_generation),
    case("being-deleted", being_deleted),
    case("on-delete", on_delete),
    case("rollout-held-up", rollout_held_up),
    case("rollout-with-surge", rollout_with_surge),
    case("lost-in-a-rollout", lost_in_a_rollout),
];

/// k/k#132459: a NoSchedule taint on a node that has its pod starts no sync.
fn stale_after_no_schedule(lab: &Lab<'_>) -> Outcome {
    lab.plain_nodes(&["n1", "n2"])?;
    lab.apply(&Ds::new("agent"))?;
    lab.expect("agent", &[("n1", Runs), ("n2", Runs)])?;
    lab.taint("n2", "team=a:NoSchedule")?;
    lab.settle("agent")?;
    let cause = "TaintStartsNoSync";
    let stale = [
        "desired",
        "current",
        "misscheduled",
        "ready",
        "updated",
        "available",
    ]
    .map(|counter| (counter, cause));
    lab.expect_now("agent", &[("n1", Runs), ("n2", Keeps)], &stale)?;
    lab.expect("agent", &[("n1", Runs), ("n2", Keeps)])
        .map(drop)
}

/// A deleted node starts no sync either; its pod stays until pod GC takes it.
fn stale_after_a_deleted_node(lab: &Lab<'_>) -> Outcome {
    lab.plain_nodes(&["n1", "n2"])?;
    lab.apply(&Ds::new("agent"))?;
    lab.expect("agent", &[("n1", Runs), ("n2", Runs)])?;
    lab.kubectl(&["delete", "node", &lab.node("n2")])?;
    lab.settle("agent")?;
    let cause = "DeletedNodeStartsNoSync";
    let stale =
        ["desired", "current", "ready", "updated", "available"].map(|counter| (counter, cause));
    lab.expect_now("agent", &[("n1", Runs)], &stale)?;
    lab.force_sync("agent")?;
    lab.settle("agent")?;
    lab.expect_now("agent", &[("n1", Runs)], &[]).map(drop)
}

/// The node's own sync looks at bound pods alone: one that waits for the scheduler stays until
/// something else starts a sync.
fn stale_after_an_exclusion(lab: &Lab<'_>, exclude: fn(&Lab<'_>) -> Outcome) -> Outcome {
    let node = |short: &str| lab.new_node(short).label("run", "yes");
    lab.nodes(&[node("n1"), node("full").cpu("100m")])?;
    let ds = Ds::new("agent").requests(json!({"cpu": "200m"}));
    lab.apply(&ds.pod(json!({"nodeSelector": {"run": "yes"}})))?;
    lab.until_unschedulable("agent")?;
    lab.expect("agent", &[("n1", Runs), ("full", Runs)])?;
    exclude(lab)?;
    std::thread::sleep(Duration::from_secs(5));
    let cause = "ExcludedNodeStartsNoSync";
    let stale = [
        "desired",
        "current",
        "misscheduled",
        "updated",
        "unavailable",
    ]
    .map(|counter| (counter, cause));
    lab.expect_now("agent", &[("n1", Runs), ("full", Lingers)], &stale)?;
    let plan = ["plan", "agent", "-n", &lab.namespace(), "-o", "json"];
    let plan = lab.cluster().ds_plugin(&plan)?.json()?;
    if plan["manage"]["delete"][0]["awaitsSync"] != true {
        return Err(format!("its deletion should await a sync: {plan:#}"));
    }
    lab.expect("agent", &[("n1", Runs), ("full", Excluded)])
        .map(drop)
}

fn stale_after_a_lost_label(lab: &Lab<'_>) -> Outcome {
    stale_after_an_exclusion(lab, |lab| lab.label("full", "run=no"))
}

fn stale_after_no_execute(lab: &Lab<'_>) -> Outcome {
    stale_after_an_exclusion(lab, |lab| lab.taint("full", "team=a:NoExecute"))
}

/// The controller hasn't seen the new template yet.
fn stale_generation(lab: &Lab<'_>) -> Outcome {
    lab.plain_nodes(&["n1", "n2"])?;
    lab.apply(&Ds::new("agent"))?;
    lab.expect("agent", &[("n1", Runs), ("n2", Runs)])?;
    let paused = lab.cluster().pause_controller_manager()?;
    lab.kubectl(&["set", "image", "daemonset/agent", "agent=agent:2"])?;
    lab.findings_are(&["GenerationNotObserved"]);
    let seen = Observation::take(lab, "agent")?;
    drop(paused);
    seen.check(
        &[(lab.node("n1"), Runs), (lab.node("n2"), Runs)],
        &[("updated", "GenerationNotObserved")],
    )?;
    lab.findings_are(&[]);
    lab.until("the rollout", || {
        Ok(lab.get(&["daemonset", "agent"])?["status"]["updatedNumberScheduled"] == 2)
    })?;
    lab.expect("agent", &[("n1", Runs), ("n2", Runs)]).map(drop)
}

/// Nothing is synced for a DaemonSet that is being deleted: its status is its last one.
fn being_deleted(lab: &Lab<'_>) -> Outcome {
    lab.plain_nodes(&["n1", "n2"])?;
    lab.apply(
        &Ds::new("agent").metadata(json!({"name": "agent", "finalizers": ["e2e.test/hold"]})),
    )?;
    lab.expect("agent", &[("n1", Runs), ("n2", Runs)])?;
    lab.kubectl(&[
        "delete",
        "daemonset",
        "agent",
        "--cascade=foreground",
        "--wait=false",
    ])?;
    lab.until("its pods to go", || Ok(lab.pods_of("agent")?.is_empty()))?;
    lab.settle("agent")?;
    let cause = "DaemonSetDeleting";
    lab.findings_are(&[cause]);
    let stale =
        ["current", "ready", "updated", "available", "unavailable"].map(|counter| (counter, cause));
    lab.expect_now("agent", &[("n1", Missing), ("n2", Missing)], &stale)
        .map(drop)
}

/// kured#413, z2jh#570: OnDelete, old pods wait for a hand.
fn on_delete(lab: &Lab<'_>) -> Outcome {
    lab.plain_nodes(&["n1", "n2"])?;
    let ds = Ds::new("agent").spec(json!({"updateStrategy": {"type": "OnDelete"}}));
    lab.apply(&ds)?;
    lab.until_ready_on("agent", &["n1", "n2"])?;
    lab.apply(&ds.image("agent:2"))?;
    lab.expect("agent", &[("n1", Runs), ("n2", Runs)])?;
    lab.kubectl(&["delete", "pod", &lab.pod_on("agent", "n2")?])?;
    lab.until_ready_on("agent", &["n2"])?;
    let seen = lab.expect("agent", &[("n1", Runs), ("n2", Runs)])?;
    let updated = &seen.daemonset["status"]["updatedNumberScheduled"];
    if *updated == 1 {
        Ok(())
    } else {
        Err(format!("one pod should be updated, {updated} are"))
    }
}

/// kubernetes/test-infra#31706: one pod that doesn't come up holds the whole budget.
fn rollout_held_up(lab: &Lab<'_>) -> Outcome {
    lab.plain_nodes(&["n1", "n2", "n3"])?;
    let ds = Ds::new("agent");
    lab.apply(&ds)?;
    lab.until_ready_on("agent", &["n1", "n2", "n3"])?;
    lab.apply(&ds.image("agent:2").behaviour("never-ready"))?;
    lab.until("the first pod to be replaced", || {
        Ok(lab.get(&["daemonset", "agent"])?["status"]["updatedNumberScheduled"] == 1)
    })?;
    let seen = lab.expect("agent", &[("n1", Runs), ("n2", Runs), ("n3", Runs)])?;
    let status = &seen.daemonset["status"];
    if status["updatedNumberScheduled"] == 1 && status["numberAvailable"] == 2 {
        Ok(())
    } else {
        Err(format!(
            "one pod should be new and down, two old and up: {status}"
        ))
    }
}

fn rollout_with_surge(lab: &Lab<'_>) -> Outcome {
    lab.plain_nodes(&["n1", "n2"])?;
    let ds = Ds::new("agent").spec(json!({"updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}}}));
    lab.apply(&ds)?;
    lab.until_ready_on("agent", &["n1", "n2"])?;
    lab.apply(&ds.image("agent:2"))?;
    lab.until("the rollout", || {
        Ok(
            lab.get(&["daemonset", "agent"])?["status"]["updatedNumberScheduled"] == 2
                && lab.pods_of("agent")?.len() == 2,
        )
    })?;
    lab.expect("agent", &[("n1", Runs), ("n2", Runs)]).map(drop)
}

/// METR/hawk#1335, karpenter#2704: an old pod under a NoSchedule taint is deleted by
/// the rollout and never made again.
fn lost_in_a_rollout(lab: &Lab<'_>) -> Outcome {
    lab.plain_nodes(&["n1", "n2"])?;
    let ds = Ds::new("agent").spec(json!({"updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": "100%"}}}));
    lab.apply(&ds)?;
    lab.until_ready_on("agent", &["n1", "n2"])?;
    lab.taint("n2", "team=a:NoSchedule")?;
    lab.expect("agent", &[("n1", Runs), ("n2", Keeps)])?;
    lab.apply(&ds.image("agent:2"))?;
    lab.until("n2 to have lost its pod", || {
        let pods = lab.pods_of("agent")?;
        Ok(pods.len() == 1 && pods[0]["spec"]["containers"][0]["image"] == "agent:2")
    })?;
    lab.until_ready_on("agent", &["n1"])?;
    lab.expect("agent", &[("n1", Runs), ("n2", WouldKeep)])
        .map(drop)
}
