//! Predict, act, compare: what `kubectl ds node` says a change of a node starts, stops
//! and leaves behind is written to disk while the controllers stand still; then the
//! change is made for real, and the audit log tells which pods came and went.

mod changes;
mod compare;
mod new_nodes;
mod run;
mod strict;
mod taints;

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

/// A trial for each scenario.
pub(crate) fn trials(control_plane: &Shared) -> Vec<Trial> {
    [taints::ALL, changes::ALL, new_nodes::ALL, strict::ALL]
        .into_iter()
        .flatten()
        .map(|case| {
            let name = format!("node/{}", case.name);
            control_plane.trial(name, |control_plane| {
                let lab = Lab::open(control_plane, &format!("node-{}", case.name))?;
                let outcome = (case.run)(&lab);
                // A failing cleanup would spoil the next scenario: it is a failure of this one.
                outcome.and(lab.close())
            })
        })
        .collect()
}
