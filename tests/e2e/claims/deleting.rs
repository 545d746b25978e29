//! A DaemonSet that is being deleted claims nothing; what it owns is the garbage
//! collector's affair.

use serde_json::json;

use super::hands::pod;
use super::run::{Did, NOTHING, Stopped};
use super::said::Said;
use super::{Case, Outcome, case};
use crate::prediction::{agent, set_up};
use crate::scenario::lab::Lab;

pub(super) const ALL: &[Case] = &[
    case("foreground", foreground),
    case("orphan", orphan),
    case("held-back", held_back),
];

const NODES: [&str; 2] = ["n1", "n2"];

const COLLECTED: Did = Did {
    collected: 2,
    ..NOTHING
};

/// Deletes it while everything stands still, and makes a pod by hand that it would
/// have adopted, and takes another out that it would have let go.
fn deleted<'l, 'c>(lab: &'l Lab<'c>, how: &str) -> Result<(Stopped<'l, 'c>, Said), String> {
    let stopped = Stopped::new(lab)?;
    lab.kubectl(&["delete", "daemonset", "agent", "--wait=false", how])?;
    lab.create(&pod("by-hand", lab.on("n1")))?;
    let said = stopped.adopt("agent")?;
    said.of_pod("by-hand", ["Ignored", "DaemonSetDeleting", "Kept"])?;
    Ok((stopped, said))
}

/// Its pods go first, then it.
fn foreground(lab: &Lab<'_>) -> Outcome {
    set_up(lab, &agent(1), &NODES)?;
    let (stopped, said) = deleted(lab, "--cascade=foreground")?;
    said.of_pods(2, ["Owned", "Controlled", "GarbageCollected"])?;
    let frozen = stopped.go(&said, "agent")?;
    frozen.finish(&said, COLLECTED)?.run(1, "by-hand:1")
}

/// Its pods become nobody's.
fn orphan(lab: &Lab<'_>) -> Outcome {
    set_up(lab, &agent(1), &NODES)?;
    let (stopped, said) = deleted(lab, "--cascade=orphan")?;
    said.of_pods(2, ["Owned", "Controlled", "Kept"])?;
    let frozen = stopped.go(&said, "agent")?;
    frozen.finish(&said, NOTHING)?.run(2, "agent:1")
}

/// Somebody's finalizer holds it; until that is taken off nothing happens at all.
fn held_back(lab: &Lab<'_>) -> Outcome {
    set_up(lab, &agent(1), &NODES)?;
    let finalizers = |list| json!({"metadata": {"finalizers": list}});
    let hold = finalizers(json!(["e2e.test/hold"]));
    lab.patch("daemonset", "agent", &hold)?;
    let (stopped, said) = deleted(lab, "--cascade=background")?;
    said.of_pods(2, ["Owned", "Controlled", "GarbageCollected"])?;
    let frozen = stopped.go(&said, "agent")?;
    if !frozen.record.collected.is_empty() {
        return Err(format!("it is held back: {:?}", frozen.record));
    }
    lab.patch("daemonset", "agent", &finalizers(json!(null)))?;
    frozen.finish(&said, COLLECTED)?.run(1, "by-hand:1")
}
