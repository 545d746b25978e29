//! Whose a pod is: adopted, released, somebody else's.

use serde_json::json;

use super::daemonset::Ds;
use super::lab::Lab;
use super::observation::Expected::Runs;
use super::pod::controller_of;
use super::{Case, Outcome, case};

pub(super) const ALL: &[Case] = &[
    case("orphans-are-adopted-again", orphans_are_adopted_again),
    case("bare-pod-is-adopted", bare_pod_is_adopted),
    case(
        "two-daemonsets-with-one-selector",
        two_daemonsets_with_one_selector,
    ),
    case("relabelled-pod-is-released", relabelled_pod_is_released),
];

/// `--cascade=orphan`, then the same DaemonSet again (k/k#131684).
fn orphans_are_adopted_again(lab: &Lab<'_>) -> Outcome {
    lab.plain_nodes(&["n1", "n2"])?;
    let ds = Ds::new("agent");
    lab.apply(&ds)?;
    lab.until_ready_on("agent", &["n1", "n2"])?;
    let before = (lab.pod_on("agent", "n1")?, lab.pod_on("agent", "n2")?);
    lab.kubectl(&["delete", "daemonset", "agent", "--cascade=orphan"])?;
    lab.until("the pods to be orphans", || {
        Ok(lab.get(&["pods"])?["items"]
            .as_array()
            .into_iter()
            .flatten()
            .all(|pod| controller_of(pod).is_none()))
    })?;
    lab.apply(&ds)?;
    lab.until("the pods to be adopted", || {
        Ok(lab.pods_of("agent")?.len() == 2)
    })?;
    lab.expect("agent", &[("n1", Runs), ("n2", Runs)])?;
    let after = (lab.pod_on("agent", "n1")?, lab.pod_on("agent", "n2")?);
    if before == after {
        Ok(())
    } else {
        Err(format!(
            "the pods should be the same: {before:?}, {after:?}"
        ))
    }
}

/// "You should not create any pods whose labels match this selector" (seed 002): the
/// controller takes it for its own and makes none beside it.
fn bare_pod_is_adopted(lab: &Lab<'_>) -> Outcome {
    lab.plain_nodes(&["n1", "n2"])?;
    let pod = json!({
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "by-hand", "labels": {"app": "agent"}},
        "spec": {"nodeName": lab.node("n2"), "containers": [{"name": "other", "image": "other:1"}]},
    });
    lab.apply_text(&pod.to_string())?;
    // OnDelete: the adopted pod is not the template's, a rollout would replace it.
    lab.apply(&Ds::new("agent").spec(json!({"updateStrategy": {"type": "OnDelete"}})))?;
    lab.until_ready_on("agent", &["n1", "n2"])?;
    lab.expect("agent", &[("n1", Runs), ("n2", Runs)])?;
    let there = lab.pod_on("agent", "n2")?;
    if there == "by-hand" {
        Ok(())
    } else {
        Err(format!("by-hand should be the pod of n2, {there} is"))
    }
}

/// A pod whose labels are taken from it runs on as nobody's, a second one beside it.
fn relabelled_pod_is_released(lab: &Lab<'_>) -> Outcome {
    lab.plain_nodes(&["n1", "n2"])?;
    lab.apply(&Ds::new("agent"))?;
    lab.until_ready_on("agent", &["n1", "n2"])?;
    let released = lab.pod_on("agent", "n2")?;
    lab.kubectl(&["label", "pod", &released, "app-"])?;
    lab.until("another pod on n2", || {
        Ok(lab.pod_on("agent", "n2").is_ok_and(|pod| pod != released))
    })?;
    // It runs on, and nothing selects it.
    lab.findings_are(&["LeftBehindPods"]);
    lab.expect("agent", &[("n1", Runs), ("n2", Runs)]).map(drop)
}

/// website#16235: each makes pods of its own, and neither takes the other's.
fn two_daemonsets_with_one_selector(lab: &Lab<'_>) -> Outcome {
    lab.plain_nodes(&["n1", "n2"])?;
    lab.apply(&Ds::new("agent"))?;
    lab.until_ready_on("agent", &["n1", "n2"])?;
    let twin = Ds::new("agent").metadata(json!({"name": "twin"}));
    lab.apply(&twin)?;
    lab.until_ready_on("twin", &["n1", "n2"])?;
    lab.findings_are(&["ForeignPods"]);
    lab.expect("agent", &[("n1", Runs), ("n2", Runs)])?;
    lab.expect("twin", &[("n1", Runs), ("n2", Runs)]).map(drop)
}
