//! Scenarios: something is set up and done on a real control plane, the controller
//! settles, and `kubectl ds why` must say what the controller did.

mod advice;
pub(crate) mod case;
mod claims;
mod coverage;
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

use crate::schedule::Schedule;
use case::{Case, case};

/// What a scenario comes to.
pub(crate) type Outcome = Result<(), String>;

/// A trial for each scenario.
pub(crate) fn trials(schedule: &Schedule) -> Vec<Trial> {
    [
        placement::ALL,
        taints::ALL,
        pods::ALL,
        claims::ALL,
        status::ALL,
        seeds::ALL,
        advice::ALL,
        coverage::ALL,
    ]
    .into_iter()
    .flat_map(|cases| case::trials(schedule, "scenario", None, cases))
    .collect()
}
