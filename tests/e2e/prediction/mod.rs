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
use crate::scenario::case::{self, Case, case};
use crate::schedule::Schedule;

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
pub(crate) fn trials(schedule: &Schedule) -> Vec<Trial> {
    let groups = GROUPS.iter();
    let trials = |(group, cases): &(&str, &'static [Case])| {
        case::trials(schedule, "plan", Some(group), cases)
    };
    groups.flat_map(trials).collect()
}
