//! What becomes of the pod on a node that should have one.

use serde_json::json;

use super::daemonset::Ds;
use super::lab::Lab;
use super::observation::Expected::{Missing, Runs};
use super::{Case, Outcome, case};
use crate::control_plane::Output;

pub(super) const ALL: &[Case] = &[
    case("quota-rejects-pods", quota_rejects_pods),
    case("never-ready-pod", never_ready_pod),
    case("failed-pod", failed_pod),
    case("terminating-pod", terminating_pod),
    case("node-full-of-equal-priority", node_full_of_equal_priority),
    case("no-scheduler-of-that-name", no_scheduler_of_that_name),
    case("scheduling-gate", scheduling_gate),
    case("ended-pod", ended_pod),
    case("duplicate-pods", duplicate_pods),
    case(
        "unscheduled-pod-of-a-missing-node",
        unscheduled_pod_of_a_missing_node,
    ),
    case("min-ready-seconds", min_ready_seconds),
];

fn says(answer: &Output, words: &[&str]) -> Outcome {
    let missing: Vec<_> = words
        .iter()
        .filter(|word| !answer.stdout.contains(**word))
        .collect();
    if missing.is_empty() {
        Ok(())
    } else {
        Err(format!(
            "not a word of {missing:?}:\n{}{}",
            answer.stdout, answer.stderr
        ))
    }
}

/// k/k#100683: the quota admits one pod, the others aren't made.
fn quota_rejects_pods(lab: &Lab<'_>) -> Outcome {
    lab.plain_nodes(&["n1", "n2"])?;
    lab.kubectl(&["create", "quota", "one-pod", "--hard=pods=1"])?;
    lab.until("the quota to be counted", || {
        Ok(lab.get(&["quota", "one-pod"])?["status"]["used"]["pods"] == "0")
    })?;
    lab.apply(&Ds::new("agent"))?;
    lab.until("the FailedCreate event", || {
        Ok(
            lab.get(&["events", "--field-selector", "reason=FailedCreate"])?["items"]
                .as_array()
                .is_some_and(|events| !events.is_empty()),
        )
    })?;
    lab.settle("agent")?;
    let (with, without) = if lab.pod_on("agent", "n1").is_ok() {
        ("n1", "n2")
    } else {
        ("n2", "n1")
    };
    let seen = lab.expect("agent", &[(with, Runs), (without, Missing)])?;
    seen.expect_pod_state(&lab.node(without), "Missing")?;
    seen.expect_reason(&lab.node(without), "FailedCreate")?;
    says(
        &lab.why(&["agent", &lab.node(without)])?,
        &["has no pod of DaemonSet", "quota "],
    )
}

fn never_ready_pod(lab: &Lab<'_>) -> Outcome {
    lab.plain_nodes(&["n1", "never-ready"])?;
    lab.apply(&Ds::new("agent"))?;
    let seen = lab.expect("agent", &[("n1", Runs), ("never-ready", Runs)])?;
    seen.expect_pod_state(&lab.node("never-ready"), "NotReady")?;
    says(
        &lab.why(&["agent", &lab.node("never-ready")])?,
        &["crash-loops"],
    )
}

/// The controller deletes a failed pod and makes another, slower each time.
fn failed_pod(lab: &Lab<'_>) -> Outcome {
    lab.plain_nodes(&["n1"])?;
    lab.apply(&Ds::new("agent").behaviour("fails"))?;
    lab.until("several failed pods to have been deleted", || {
        Ok(lab.controller_actions("delete")?.len() >= 3)
    })?;
    lab.until("a failed pod", || {
        Ok(lab
            .pods_of("agent")?
            .iter()
            .any(|pod| pod["status"]["phase"] == "Failed"))
    })?;
    let seen = lab.expect("agent", &[("n1", Runs)])?;
    seen.expect_pod_state(&lab.node("n1"), "Failed")
}

/// A terminating pod blocks its successor.
fn terminating_pod(lab: &Lab<'_>) -> Outcome {
    lab.plain_nodes(&["n1", "n2"])?;
    lab.apply(&Ds::new("agent"))?;
    lab.until_ready_on("agent", &["n1", "n2"])?;
    let pod = lab.pod_on("agent", "n2")?;
    lab.kubectl(&[
        "patch",
        "pod",
        &pod,
        "--type=merge",
        "-p",
        r#"{"metadata":{"finalizers":["e2e.test/hold"]}}"#,
    ])?;
    lab.kubectl(&["delete", "pod", &pod, "--wait=false"])?;
    let seen = lab.expect("agent", &[("n1", Runs), ("n2", Runs)])?;
    seen.expect_pod_state(&lab.node("n2"), "Terminating")
}

/// k/k#140984, k/k#108584: Pending on a node that others of the same priority fill.
fn node_full_of_equal_priority(lab: &Lab<'_>) -> Outcome {
    lab.nodes(&[lab.new_node("n1"), lab.new_node("full").cpu("1")])?;
    let tenant = json!({
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "tenant"},
        "spec": {
            "nodeName": lab.node("full"),
            "containers": [{"name": "tenant", "image": "tenant:1", "resources": {"requests": {"cpu": "900m"}}}],
        },
    });
    lab.apply_text(&tenant.to_string())?;
    lab.apply(&Ds::new("agent").requests(json!({"cpu": "200m"})))?;
    lab.until_unschedulable("agent")?;
    let seen = lab.expect("agent", &[("n1", Runs), ("full", Runs)])?;
    seen.expect_pod_state(&lab.node("full"), "Pending")?;
    seen.expect_reason(&lab.node("full"), "PodUnschedulable")?;
    says(
        &lab.why(&["agent", &lab.node("full")])?,
        &["200m", "tenant"],
    )
}

/// No scheduler looks at it, so none says that it can't be placed.
fn no_scheduler_of_that_name(lab: &Lab<'_>) -> Outcome {
    lab.plain_nodes(&["n1"])?;
    lab.apply(&Ds::new("agent").pod(json!({"schedulerName": "e2e-nobody"})))?;
    let seen = lab.expect("agent", &[("n1", Runs)])?;
    seen.expect_pod_state(&lab.node("n1"), "Pending")?;
    seen.expect_reason(&lab.node("n1"), "PodNotYetScheduled")
}

/// The API server says `PodScheduled=False` of it, and the scheduler isn't asked.
fn scheduling_gate(lab: &Lab<'_>) -> Outcome {
    lab.plain_nodes(&["n1"])?;
    let gates = json!({"schedulingGates": [{"name": "e2e.test/hold"}]});
    lab.apply(&Ds::new("agent").pod(gates))?;
    let seen = lab.expect("agent", &[("n1", Runs)])?;
    seen.expect_pod_state(&lab.node("n1"), "Pending")?;
    seen.expect_reason(&lab.node("n1"), "PodSchedulingGated")
}

/// k/k#117018: a node's shutdown ends pods, and their status says so.
fn ended_pod(lab: &Lab<'_>) -> Outcome {
    lab.plain_nodes(&["n1"])?;
    lab.apply(&Ds::new("agent"))?;
    lab.expect("agent", &[("n1", Runs)])?;
    let pod = lab.pod_on("agent", "n1")?;
    let message = "Pod was terminated in response to imminent node shutdown.";
    let status =
        json!({"status": {"phase": "Succeeded", "reason": "Terminated", "message": message}});
    let paused = lab.cluster().pause_controller_manager()?;
    let patch = status.to_string();
    lab.kubectl(&["patch", "pod", &pod, "--subresource=status", "-p", &patch])?;
    let answer = lab.why(&["agent", "-o", "json"])?.json()?;
    drop(paused);
    let reasons = &answer["nodes"][0]["reasons"];
    let reasons = reasons.as_array().into_iter().flatten();
    let ended: Vec<_> = reasons.filter(|r| r["code"] == "PodSucceeded").collect();
    let says = |reason: &serde_json::Value| {
        let text = reason["message"].as_str().unwrap_or_default();
        text.contains("Terminated") && text.contains("imminent node shutdown")
    };
    if ended.len() != 1 || !ended.iter().all(|reason| says(reason)) {
        return Err(format!("what ended {pod} should be said: {answer:#}"));
    }
    lab.until("another pod", || {
        Ok(lab.pod_on("agent", "n1").is_ok_and(|other| other != pod))
    })?;
    lab.expect("agent", &[("n1", Runs)]).map(drop)
}

/// Of two running pods on a node the older one stays; `why` says so before it happens.
fn duplicate_pods(lab: &Lab<'_>) -> Outcome {
    lab.plain_nodes(&["n1", "n2"])?;
    lab.apply(&Ds::new("agent"))?;
    lab.until_ready_on("agent", &["n1", "n2"])?;
    let first = lab.pod_on("agent", "n2")?;
    // Ages are counted in seconds, and equal ages would be told apart by name.
    std::thread::sleep(std::time::Duration::from_millis(1100));
    let paused = lab.cluster().pause_controller_manager()?;
    let mut second = lab.get(&["pod", &first])?;
    second["metadata"] = json!({
        "name": "aaa-duplicate",
        "labels": second["metadata"]["labels"],
        "ownerReferences": second["metadata"]["ownerReferences"],
    });
    second["status"] = json!({});
    lab.kubectl_with(&["create", "-f", "-"], &second.to_string())?;
    lab.until("the duplicate to run", || {
        Ok(lab.get(&["pod", "aaa-duplicate"])?["status"]["phase"] == "Running")
    })?;
    let answer = lab.why(&["agent", &lab.node("n2"), "-o", "json"])?;
    drop(paused);
    if !answer.stdout.contains(&first)
        || !answer.stdout.contains("aaa-duplicate")
        || answer.json()?["clean"] != false
    {
        return Err(format!(
            "why should name both pods and not call that clean: {answer:?}"
        ));
    }
    lab.until("the duplicate to go", || {
        Ok(lab.pods_of("agent")?.len() == 2)
    })?;
    let left = lab.pod_on("agent", "n2")?;
    if left != first {
        return Err(format!("the older pod should have stayed, {left} did"));
    }
    lab.expect("agent", &[("n1", Runs), ("n2", Runs)]).map(drop)
}

/// A pod that waits for a node that was deleted: the controller deletes it at the next sync.
fn unscheduled_pod_of_a_missing_node(lab: &Lab<'_>) -> Outcome {
    lab.nodes(&[lab.new_node("n1"), lab.new_node("full").cpu("100m")])?;
    lab.apply(&Ds::new("agent").requests(json!({"cpu": "200m"})))?;
    lab.until_ready_on("agent", &["n1"])?;
    lab.expect("agent", &[("n1", Runs), ("full", Runs)])?;
    let pod = lab.pod_on("agent", "full")?;
    let paused = lab.cluster().pause_controller_manager()?;
    lab.kubectl(&["delete", "node", &lab.node("full")])?;
    let answer = lab.why(&["agent"])?;
    drop(paused);
    says(&answer, &[&pod, &lab.node("full")])?;
    lab.force_sync("agent")?;
    lab.until("the pod to go", || Ok(lab.pods_of("agent")?.len() == 1))?;
    let deleted = lab.controller_actions("delete")?;
    if !deleted
        .iter()
        .any(|event| event.object_ref.as_ref().is_some_and(|o| o.name == pod))
    {
        return Err(format!("the controller didn't delete {pod}"));
    }
    lab.expect("agent", &[("n1", Runs)]).map(drop)
}

/// k/k#77203: ready isn't available yet.
fn min_ready_seconds(lab: &Lab<'_>) -> Outcome {
    lab.plain_nodes(&["n1", "n2"])?;
    lab.apply(&Ds::new("agent").spec(json!({"minReadySeconds": 3600})))?;
    lab.until_ready_on("agent", &["n1", "n2"])?;
    let seen = lab.expect("agent", &[("n1", Runs), ("n2", Runs)])?;
    seen.expect_pod_state(&lab.node("n1"), "NotAvailable")
}
