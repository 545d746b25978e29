//! What is said to be left of a node is what the scheduler gives to one more pod, to the
//! thousandth of a core: after in-place resizes, and with a LimitRange.

use kubectl_ds::model::quantity::Quantity;
use serde_json::{Value, json};

use super::run::{ask, until_ready};
use super::{Case, Outcome, case};
use crate::report::{Report, manifest_file};
use crate::scenario::daemonset::Ds;
use crate::scenario::lab::Lab;

pub(super) const ALL: &[Case] = &[
    case("resized", resized),
    case("resize-pending", resize_pending),
    case("limit-range", limit_range),
];

/// A pod of two cores on a node of four, which is resized to three.
fn resized(lab: &Lab<'_>) -> Outcome {
    let pod = with_two_cores(lab)?;
    resize(lab, &pod, "3")?;
    count(lab, "agent", ["3", "2"], "3")?;
    actuated(lab, &pod, "3")?;
    count(lab, "agent", ["3", "2"], "3")?;
    let report = Report::new("EligibilityReport", why(lab)?)?;
    report.says("/footprint/perPod/cpu", "2")?;
    report.says("/footprint/total/cpu", "3")?;
    report.says("/footprint/differing/0/requests/cpu", "3")?;
    resize(lab, &pod, "1")?;
    count(lab, "agent", ["3", "2"], "3")?;
    actuated(lab, &pod, "1")?;
    count(lab, "agent", ["1", "2"], "1")
}

/// What the kubelet has admitted and set counts too, until it has done what the spec says;
/// where it can never do it, the spec doesn't.
fn resize_pending(lab: &Lab<'_>) -> Outcome {
    let pod = with_two_cores(lab)?;
    resize(lab, &pod, "3500m")?;
    let pending =
        |reason: &str| json!({"type": "PodResizePending", "status": "True", "reason": reason});
    let add = |condition: Value| json!([{"op": "add", "path": "/status/conditions/0", "value": condition}]);
    status(lab, &pod, add(pending("Deferred")))?;
    count(lab, "agent", ["3500m", "2"], "3500m")?;
    let replaced =
        json!([{"op": "replace", "path": "/status/conditions/0", "value": pending("Infeasible")}]);
    status(lab, &pod, replaced)?;
    count(lab, "agent", ["2", "2"], "2")?;
    // It shrinks, and the kubelet hasn't got to it.
    status(
        lab,
        &pod,
        json!([{"op": "remove", "path": "/status/conditions/0"}]),
    )?;
    resize(lab, &pod, "500m")?;
    count(lab, "agent", ["2", "2"], "2")
}

/// The template requests nothing. Its first pod is older than the LimitRange; the one of
/// the new node gets what that gives.
fn limit_range(lab: &Lab<'_>) -> Outcome {
    lab.nodes(&[lab.new_node("n1").cpu("4")])?;
    lab.apply(&Ds::new("agent"))?;
    until_ready(lab, &lab.node("n1"), &["agent"])?;
    lab.apply_text(
        &json!({"apiVersion": "v1", "kind": "LimitRange", "metadata": {"name": "defaults"},
            "spec": {"limits": [{"type": "Container",
                "default": {"cpu": "1"}, "defaultRequest": {"cpu": "500m"}}]}})
        .to_string(),
    )?;
    let report = ask(lab, &[&lab.node("n1")])?;
    report.says("/requests/cpu", Value::Null)?;
    report.says("/daemonSets/0/newPodRequests/cpu", "500m")?;
    proved(lab, "n1", &report)?;
    let planned = lab.new_node("n2").cpu("4");
    let file = manifest_file(lab, &planned.manifest().to_string())?;
    let said = ask(lab, &["--node-file", &file])?;
    said.says("/then/requests/cpu", "500m")?;
    lab.nodes(&[planned])?;
    until_ready(lab, &lab.node("n2"), &["agent"])?;
    let now = ask(lab, &[&lab.node("n2")])?;
    for part in ["requests", "left"] {
        let then = said.at(&format!("/then/{part}")).clone();
        now.says(&format!("/{part}"), then)?;
    }
    proved(lab, "n2", &now)?;
    let report = Report::new("EligibilityReport", why(lab)?)?;
    report.says("/footprint/perPod/cpu", "500m")?;
    report.says("/footprint/total/cpu", "500m")?;
    report.says("/footprint/differing/0/pods", 1)
}

/// A node of four cores with a pod of two; its name.
fn with_two_cores(lab: &Lab<'_>) -> Result<String, String> {
    lab.nodes(&[lab.new_node("n1").cpu("4")])?;
    lab.apply(&Ds::new("agent").requests(json!({"cpu": "2"})))?;
    until_ready(lab, &lab.node("n1"), &["agent"])?;
    let pod = lab.pod_on("agent", "n1")?;
    actuated(lab, &pod, "2")?;
    count(lab, "agent", ["2", "2"], "2")?;
    Ok(pod)
}

/// Says that the kubelet has admitted and set so much, without which the API server takes it
/// for one that can't resize.
fn actuated(lab: &Lab<'_>, pod: &str, cpu: &str) -> Outcome {
    let cpu = json!({"cpu": cpu});
    status(
        lab,
        pod,
        json!([
            {"op": "add", "path": "/status/containerStatuses/0/allocatedResources", "value": cpu},
            {"op": "add", "path": "/status/containerStatuses/0/resources", "value": {"requests": cpu}},
        ]),
    )
}

fn why(lab: &Lab<'_>) -> Result<Value, String> {
    crate::report::written(lab, &["why", "agent"])
}

fn resize(lab: &Lab<'_>, pod: &str, cpu: &str) -> Outcome {
    let spec = json!({"spec": {"containers": [{"name": "agent", "resources": {"requests": {"cpu": cpu}}}]}});
    let spec = spec.to_string();
    lab.kubectl(&["patch", "pod", pod, "--subresource", "resize", "-p", &spec])
        .map(drop)
}

/// Says what a kubelet would.
fn status(lab: &Lab<'_>, pod: &str, patch: Value) -> Outcome {
    let patch = patch.to_string();
    let args = [
        "patch",
        "pod",
        pod,
        "--subresource",
        "status",
        "--type=json",
        "-p",
        &patch,
    ];
    lab.kubectl(&args).map(drop)
}

/// The cpu that is counted of the one DaemonSet and of a new pod of it, and on the node.
fn count(lab: &Lab<'_>, ds: &str, [pod, new_pod]: [&str; 2], node: &str) -> Outcome {
    let report = ask(lab, &[&lab.node("n1")])?;
    report.says("/daemonSets/0/name", ds)?;
    report.says("/daemonSets/0/requests/cpu", pod)?;
    report.says("/daemonSets/0/newPodRequests/cpu", new_pod)?;
    report.says("/requests/cpu", node)?;
    proved(lab, "n1", &report)
}

/// The scheduler gives a pod all that is left of the node's cpu, and no more.
fn proved(lab: &Lab<'_>, short: &str, report: &Report) -> Outcome {
    let left = report.at("/left/cpu").as_str().unwrap_or_default();
    let quantity = |text: &str| Quantity::parse(text).map_err(|e| e.to_string());
    let more = quantity(left)?.plus(quantity("1m")?).to_string();
    for (cpu, fits) in [(more.as_str(), false), (left, true)] {
        if scheduled(lab, short, cpu)? != fits {
            let does = if fits { "refuses" } else { "accepts" };
            return Err(format!(
                "{left} are said to be left, and the scheduler {does} {cpu}: {report:?}"
            ));
        }
    }
    Ok(())
}

/// Whether the scheduler places a pod that requests so much; it is gone afterwards.
fn scheduled(lab: &Lab<'_>, short: &str, cpu: &str) -> Result<bool, String> {
    let selector = json!({"kubernetes.io/hostname": lab.node(short)});
    let requests = json!({"requests": {"cpu": cpu}, "limits": {"cpu": cpu}});
    let pod = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "probe"},
        "spec": {"nodeSelector": selector, "priority": 0,
            "containers": [{"name": "c", "image": "i", "resources": requests}]}});
    lab.apply_text(&pod.to_string())?;
    let mut placed = None;
    lab.until("the scheduler to look at the probe", || {
        let pod = lab.get(&["pod", "probe"])?;
        let refused = |c: &Value| c["type"] == "PodScheduled" && c["reason"] == "Unschedulable";
        let mut conditions = pod["status"]["conditions"].as_array().into_iter().flatten();
        placed = match pod["spec"]["nodeName"].is_string() {
            true => Some(true),
            false => conditions.any(refused).then_some(false),
        };
        Ok(placed.is_some())
    })?;
    lab.kubectl(&["delete", "pod", "probe", "--force", "--grace-period=0"])?;
    placed.ok_or_else(|| "the scheduler hasn't looked at the probe".to_owned())
}
