//! Taints: what stops at once, what only waits for a rollout, and what comes back.

use serde_json::json;

use super::run::{Foretold, Moves, set_up, until_ready};
use super::{Case, Outcome, case};
use crate::scenario::daemonset::Ds;
use crate::scenario::lab::Lab;

pub(super) const ALL: &[Case] = &[
    case("no-schedule", no_schedule),
    case("no-execute", no_execute),
    case("taint-taken-off", taint_taken_off),
    case("two-taints-at-once", two_taints_at_once),
    case("cordoned", cordoned),
    case("not-ready", not_ready),
];

/// k/k#132459, METR/hawk#1335: the pod stays until a rollout deletes it, and none is made.
fn no_schedule(lab: &Lab<'_>) -> Outcome {
    set_up(lab, &[lab.new_node("n1")], &["tolerant", "plain"])?;
    let foretold = Foretold::new(lab, "n1", &["--taint", "team=a:NoSchedule"])?;
    let followed = foretold.then(|| lab.taint("n1", "team=a:NoSchedule"))?;
    followed.moved(&Moves::default())?.rolled(&["plain"])
}

fn no_execute(lab: &Lab<'_>) -> Outcome {
    set_up(lab, &[lab.new_node("n1")], &["tolerant", "plain"])?;
    let foretold = Foretold::new(lab, "n1", &["--taint", "team=a:NoExecute"])?;
    let followed = foretold.then(|| lab.taint("n1", "team=a:NoExecute"))?;
    followed.moved(&Moves::new(&[], &["plain"]))?.rolled(&[])
}

/// Of two taints the one that is left still keeps them off.
fn taint_taken_off(lab: &Lab<'_>) -> Outcome {
    let node = lab.new_node("n1").label("disk", "ssd");
    let node = node.taint("team", "a", "NoExecute");
    set_up(lab, &[node.taint("gpu", "", "NoSchedule")], &["tolerant"])?;
    let gpu = json!([{"key": "gpu", "operator": "Exists"}]);
    lab.apply(&Ds::new("gpu").tolerations(gpu))?;
    let foretold = Foretold::new(lab, "n1", &["--taint", "team:NoExecute-"])?;
    let followed = foretold.then(|| lab.taint("n1", "team:NoExecute-"))?;
    followed.moved(&Moves::new(&["gpu"], &[]))?.rolled(&[])
}

/// One taint off and another on: one comes and one goes, and one stays too long.
fn two_taints_at_once(lab: &Lab<'_>) -> Outcome {
    let node = lab.new_node("n1").taint("old", "", "NoSchedule");
    set_up(lab, &[node], &["tolerant"])?;
    let tolerate = |key: &str| json!([{"key": key, "operator": "Exists"}]);
    lab.apply(&Ds::new("late").tolerations(tolerate("new")))?;
    lab.apply(&Ds::new("early").tolerations(tolerate("old")))?;
    until_ready(lab, &lab.node("n1"), &["early"])?;
    let flags = ["--taint", "old:NoSchedule-", "--taint", "new=x:NoSchedule"];
    let foretold = Foretold::new(lab, "n1", &flags)?;
    let change = || {
        let node = lab.node("n1");
        let taints = ["old:NoSchedule-", "new=x:NoSchedule"];
        lab.kubectl(&[&["taint", "node", &node], &taints[..]].concat())
            .map(drop)
    };
    let followed = foretold.then(change)?;
    let moves = Moves::new(&["late"], &[]);
    followed.moved(&moves)?.rolled(&["early"])
}

/// The taint of a cordon is tolerated by all of them.
fn cordoned(lab: &Lab<'_>) -> Outcome {
    set_up(lab, &[lab.new_node("n1")], &["tolerant", "plain"])?;
    let foretold = Foretold::new(lab, "n1", &["--cordon"])?;
    let cordon = || lab.kubectl(&["cordon", &lab.node("n1")]).map(drop);
    let over = || lab.until_tainted("n1", "node.kubernetes.io/unschedulable", "NoSchedule");
    let followed = foretold.then_once(cordon, over)?;
    followed.moved(&Moves::default())?.rolled(&[])
}

/// A node that isn't ready keeps its pods; a rollout would delete those that don't
/// tolerate the taint of that.
fn not_ready(lab: &Lab<'_>) -> Outcome {
    set_up(lab, &[lab.new_node("n1")], &["tolerant", "plain"])?;
    let foretold = Foretold::new(lab, "n1", &["--not-ready"])?;
    let fail = || {
        let node = lab.node("n1");
        lab.kubectl(&["annotate", "node", &node, "e2e/node=not-ready"])?;
        lab.condition("n1", "Ready", "False")
    };
    let over = || lab.until_tainted("n1", "node.kubernetes.io/not-ready", "NoSchedule");
    let followed = foretold.then_once(fail, over)?;
    followed.moved(&Moves::default())?.rolled(&["plain"])
}
