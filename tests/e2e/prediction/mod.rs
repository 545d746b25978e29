//! Predict, act, compare: the plan of a rollout is written to disk while the
//! controller stands still; then it goes on, and the API server's audit log tells what
//! it really did.

mod apply;
mod budget;
mod compare;
mod fields;
mod hands;
mod held;
mod history;
mod lost;
mod manage;
mod plan;
mod record;
mod run;
mod strict;
mod surge;
mod timeline;

pub(crate) use budget::{agent, set_up};
pub(crate) use history::copy_of;

use libtest_mimic::Trial;

use crate::scenario::Outcome;
use crate::scenario::lab::Lab;
use crate::shared::Shared;

/// One scenario: its name and its steps.
struct Case {
    name: &'static str,
    run: fn(&Lab<'_>) -> Outcome,
}

const fn case(name: &'static str, run: fn(&Lab<'_>) -> Outcome) -> Case {
    Case { name, run }
}

/// The scenarios by what they are about.
const GROUPS: &[(&str, &[Case])] = &[
    ("budget", budget::ALL),
    ("lost", lost::ALL),
    ("surge", surge::ALL),
    ("held", held::ALL),
    ("history", history::ALL),
    ("manage", manage::ALL),
    ("apply", apply::ALL),
    ("strict", strict::ALL),
];

/// A trial for each scenario.
pub(crate) fn trials(control_plane: &Shared) -> Vec<Trial> {
    let mut trials = Vec::new();
    for (group, cases) in GROUPS {
        trials.extend(cases.iter().map(|case| {
            let name = format!("plan/{group}/{}", case.name);
            control_plane.trial(name, |control_plane| {
                let lab = Lab::open(control_plane, &format!("plan-{}", case.name))?;
                let outcome = (case.run)(&lab);
                // A failing cleanup would spoil the next scenario: it is a failure of this one.
                outcome.and(lab.close())
            })
        }));
    }
    trials
}
