//! Scenarios: something is set up and done on a real control plane, the controller
//! settles, and `kubectl ds why` must say what the controller did.

mod claims;
pub(crate) mod daemonset;
pub(crate) mod lab;
mod nodes;
mod observation;
mod placement;
pub(crate) mod pod;
mod pods;
mod seeds;
mod status;
mod taints;

use libtest_mimic::Trial;

use crate::shared::Shared;
use lab::Lab;

/// What a scenario comes to.
pub(crate) type Outcome = Result<(), String>;

/// One scenario: its name and its steps.
struct Scenario {
    name: &'static str,
    run: fn(&Lab<'_>) -> Outcome,
}

const fn scenario(name: &'static str, run: fn(&Lab<'_>) -> Outcome) -> Scenario {
    Scenario { name, run }
}

/// A trial for each scenario.
pub(crate) fn trials(control_plane: &Shared) -> Vec<Trial> {
    [
        placement::ALL,
        taints::ALL,
        pods::ALL,
        claims::ALL,
        status::ALL,
        seeds::ALL,
    ]
    .into_iter()
    .flatten()
    .map(|scenario| {
        control_plane.trial(format!("scenario/{}", scenario.name), |control_plane| {
            let lab = Lab::open(control_plane, scenario.name)?;
            let outcome = (scenario.run)(&lab);
            // A failing cleanup would spoil the next scenario: it is a failure of this one.
            outcome.and(lab.close())
        })
    })
    .collect()
}
