//! The comparison itself: a plan that isn't what happened doesn't pass.

use serde_json::{Value, json};

use super::budget::{agent, set_up};
use super::compare;
use super::plan::Plan;
use super::run::{Stopped, deletes};
use super::{Case, Outcome, case};
use crate::scenario::lab::Lab;

pub(super) const ALL: &[Case] = &[case("wrong-plans-are-noticed", wrong_plans_are_noticed)];

/// A rollout that the plan is right about, and the same with one thing wrong.
fn wrong_plans_are_noticed(lab: &Lab<'_>) -> Outcome {
    set_up(lab, &agent(1), &["n1", "n2", "n3", "n4"])?;
    lab.taint("n4", "team=a:NoSchedule")?;
    let stopped = Stopped::new(lab, "agent")?;
    let plan = stopped.apply(&agent(1).image("agent:2"))?;
    let frozen = stopped.go(&plan, deletes(1))?;
    let (first, deeds) = (frozen.first.clone(), frozen.deeds.clone());
    let picked = json!(first.deleted);
    let others = plan.choice("/update/delete")?.candidates;
    let others: Vec<&String> = others.difference(&first.deleted).collect();
    let at_first = [
        ("/next", json!("None")),
        ("/next", json!("Waiting")),
        ("/next", json!("Manage")),
        ("/update/delete/take", json!(2)),
        ("/update/delete/take", json!(0)),
        ("/update/delete/candidates", json!(others)),
        ("/update/delete/certain", json!([others[0]])),
        ("/update/create/certain", json!([lab.node("n1")])),
        (
            "/manage/create",
            json!([{"node": lab.node("n1"), "reason": "PodMissing"}]),
        ),
    ];
    for (pointer, wrong) in at_first {
        let wrong = plan.with(pointer, wrong);
        unnoticed(pointer, compare::first(&wrong, &first, &deeds))?;
    }
    let ended = frozen.finish(&plan)?;
    let manage = json!([{"pod": picked[0], "node": lab.node("n1"), "reason": "NodeExcluded", "certain": true}]);
    let at_the_end = [
        ("/old", json!([])),
        ("/lost", json!([])),
        ("/lost/0/node", json!(lab.node("n3"))),
        ("/manage/delete", manage),
        (
            "/manage/create",
            json!([{"node": lab.node("n4"), "reason": "PodMissing"}]),
        ),
        ("/waves/replace", json!(4)),
        ("/waves/unavailableAtWorst", json!(0)),
        ("/budget/allowed", json!(0)),
    ];
    for (pointer, wrong) in at_the_end {
        let wrong: Plan = plan.with(pointer, wrong);
        unnoticed(pointer, compare::end(&wrong, &ended))?;
    }
    compare::end(&plan, &ended)
}

fn unnoticed(pointer: &str, compared: Outcome) -> Outcome {
    match compared {
        Err(_) => Ok(()),
        Ok(()) => Err(format!("that {pointer} was wrong went unnoticed")),
    }
}

impl Plan {
    /// The same with something else at one place.
    fn with(&self, pointer: &str, value: Value) -> Self {
        let mut changed = self.clone();
        changed.put(pointer, value);
        changed
    }
}
