//! Pods whose labels are changed: out of the selector, and in again.

use super::run::{DELETED, Did, NOTHING, Stopped};
use super::{Case, Outcome, case};
use crate::prediction::{agent, set_up};
use crate::scenario::lab::Lab;

pub(super) const ALL: &[Case] = &[
    case("taken-out", taken_out),
    case("taken-out-earlier", taken_out_earlier),
    case("taken-out-and-back", taken_out_and_back),
    case("taken-out-where-none-is-made", taken_out_where_none_is_made),
];

const NODES: [&str; 2] = ["n1", "n2"];

/// To debug a pod it is taken out of the selector: it runs on, and a second one is made.
fn taken_out(lab: &Lab<'_>) -> Outcome {
    set_up(lab, &agent(1), &NODES)?;
    let pod = lab.pod_on("agent", "n2")?;
    let stopped = Stopped::new(lab)?;
    lab.kubectl(&["label", "pod", &pod, "app-"])?;
    let said = stopped.adopt("agent")?;
    said.of_pod(&pod, ["Release", "NoLongerSelected", "LeftBesideNew"])?;
    let did = Did {
        released: 1,
        created: 1,
        ..Did::default()
    };
    let frozen = stopped.go(&said, "agent")?;
    frozen.finish(&said, did)?.run(3, "agent:1")
}

/// Takes the pod of n2 out, and waits for the second one.
fn take_out(lab: &Lab<'_>) -> Result<String, String> {
    set_up(lab, &agent(1), &NODES)?;
    let pod = lab.pod_on("agent", "n2")?;
    lab.kubectl(&["label", "pod", &pod, "app-"])?;
    lab.until("another pod on n2", || {
        Ok(lab.pod_on("agent", "n2").is_ok_and(|other| other != pod))
    })?;
    lab.until_ready_on("agent", &NODES)?;
    Ok(pod)
}

/// It is still named afterwards: nobody owns it, and no selector finds it.
fn taken_out_earlier(lab: &Lab<'_>) -> Outcome {
    let pod = take_out(lab)?;
    let stopped = Stopped::new(lab)?;
    let said = stopped.adopt("agent")?;
    let at = said.place(&pod)?;
    said.says(&format!("{at}/claim"), "Ignored")?;
    said.says(&format!("{at}/reason"), "ReleasedEarlier")?;
    let frozen = stopped.go(&said, "agent")?;
    frozen.finish(&said, NOTHING)?.run(3, "agent:1")
}

/// Put back it is one too many: of the two the older one stays.
fn taken_out_and_back(lab: &Lab<'_>) -> Outcome {
    let pod = take_out(lab)?;
    let stopped = Stopped::new(lab)?;
    lab.kubectl(&["label", "pod", &pod, "app=agent"])?;
    let said = stopped.adopt("agent")?;
    said.says(&format!("{}/claim", said.place(&pod)?), "Adopt")?;
    if said.those("pods", "then", "DeletedAsDuplicate")?.len() != 1 {
        return Err(format!("one of two should go: {}", said.at("/pods")));
    }
    let frozen = stopped.go(&said, "agent")?;
    frozen.finish(&said, DELETED)?.run(2, "agent:1")
}

/// On a node where none is made any more it is let go without another.
fn taken_out_where_none_is_made(lab: &Lab<'_>) -> Outcome {
    set_up(lab, &agent(1), &NODES)?;
    let pod = lab.pod_on("agent", "n2")?;
    lab.taint("n2", "team=a:NoSchedule")?;
    let stopped = Stopped::new(lab)?;
    lab.kubectl(&["label", "pod", &pod, "app-"])?;
    let said = stopped.adopt("agent")?;
    said.of_pod(&pod, ["Release", "NoLongerSelected", "Kept"])?;
    let did = Did {
        released: 1,
        ..Did::default()
    };
    let frozen = stopped.go(&said, "agent")?;
    frozen.finish(&said, did)?.run(2, "agent:1")
}
