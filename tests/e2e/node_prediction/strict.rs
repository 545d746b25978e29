//! The comparison itself: effects that aren't what happened don't pass.

use serde_json::{Value, json};

use super::compare;
use super::run::{Foretold, Moves, set_up, until_ready};
use super::{Case, Outcome, case};
use crate::scenario::daemonset::Ds;
use crate::scenario::lab::Lab;

pub(super) const ALL: &[Case] = &[case("wrong-effects-are-noticed", wrong_effects_are_noticed)];

/// One starts, one stops, one stays: and the same with one thing wrong.
fn wrong_effects_are_noticed(lab: &Lab<'_>) -> Outcome {
    set_up(lab, &[lab.new_node("n1")], &["tolerant", "plain"])?;
    let stays = json!([{"key": "team", "operator": "Exists", "effect": "NoExecute"}]);
    lab.apply(&Ds::new("stays").tolerations(stays))?;
    until_ready(lab, &lab.node("n1"), &["stays"])?;
    lab.apply(&Ds::new("starts").pod(json!({
        "nodeSelector": {"disk": "ssd"}, "tolerations": [{"operator": "Exists"}],
    })))?;
    let taints = ["team=a:NoExecute", "team=a:NoSchedule"];
    let flags = ["--taint", taints[0], "--taint", taints[1]];
    let label = ["--label", "disk=ssd"];
    let foretold = Foretold::new(lab, "n1", &[&flags[..], &label[..]].concat())?;
    let mut followed = foretold.then(|| {
        let node = lab.node("n1");
        lab.kubectl(&[&["taint", "node", &node], &taints[..]].concat())?;
        lab.label("n1", "disk=ssd")
    })?;
    followed = followed.moved(&Moves::new(&["starts"], &["plain"]))?;
    let right = followed.said.clone();
    let named = |name: &str| json!([{"name": name, "namespace": lab.namespace()}]);
    let wrong = [
        ("/effects/start", json!([])),
        ("/effects/start", named("picky")),
        ("/effects/stop", json!([])),
        ("/effects/stop", named("stays")),
        ("/effects/stop", named("tolerant")),
        ("/effects/stay", named("plain")),
        ("/effects/stay", named("picky")),
    ];
    for (pointer, wrong) in wrong {
        followed.said = right.clone();
        followed.said.put(pointer, wrong.clone());
        unnoticed(pointer, &wrong, compare::moves(&followed))?;
    }
    followed.said = right;
    compare::moves(&followed)?;
    followed.rolled(&["stays"])
}

fn unnoticed(pointer: &str, wrong: &Value, compared: Outcome) -> Outcome {
    match compared {
        Err(_) => Ok(()),
        Ok(()) => Err(format!("that {pointer} isn't {wrong} went unnoticed")),
    }
}
