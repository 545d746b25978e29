//! Predict, act, compare: what `kubectl ds adopt` says of each pod and revision is
//! written to disk while the controllers stand still; then they go on, and the API
//! server's audit log tells what each of them really was: adopted, released, relabelled,
//! deleted or left alone.

mod by_hand;
mod compare;
mod deeds;
mod deleting;
mod hands;
mod neighbours;
mod odd;
mod others;
mod recreate;
mod relabelled;
mod revisions;
mod run;
mod said;
mod strict;
mod trap;

use libtest_mimic::Trial;

use crate::scenario::Outcome;
use crate::scenario::case::{self, Case, case};
use crate::schedule::Schedule;

/// The scenarios by what they are about.
const GROUPS: &[(&str, &[Case])] = &[
    ("recreate", recreate::ALL),
    ("trap", trap::ALL),
    ("by-hand", by_hand::ALL),
    ("relabelled", relabelled::ALL),
    ("neighbours", neighbours::ALL),
    ("others", others::ALL),
    ("deleting", deleting::ALL),
    ("odd", odd::ALL),
    ("revisions", revisions::ALL),
    ("strict", strict::ALL),
];

/// A trial for each scenario.
pub(crate) fn trials(schedule: &Schedule) -> Vec<Trial> {
    let groups = GROUPS.iter();
    let trials = |(group, cases): &(&str, &'static [Case])| {
        case::trials(schedule, "claims", Some(group), cases)
    };
    groups.flat_map(trials).collect()
}
