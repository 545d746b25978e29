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
pub(crate) fn trials(control_plane: &Shared) -> Vec<Trial> {
    let mut trials = Vec::new();
    for (group, cases) in GROUPS {
        trials.extend(cases.iter().map(|case| {
            let name = format!("claims/{group}/{}", case.name);
            control_plane.trial(name, |control_plane| {
                let lab = Lab::open(control_plane, &format!("claims-{}", case.name))?;
                let outcome = (case.run)(&lab);
                // A failing cleanup would spoil the next scenario: it is a failure of this one.
                outcome.and(lab.close())
            })
        }));
    }
    trials
}
