//! Predict, act, compare: what `kubectl ds node` says a change of a node starts, stops
//! and leaves behind is written to disk while the controllers stand still; then the
//! change is made for real, and the audit log tells which pods came and went. What is said
//! to be left of a node is what the scheduler still gives.

mod changes;
mod compare;
mod new_nodes;
mod run;
mod strict;
mod sums;
mod taints;

use libtest_mimic::Trial;

use crate::scenario::Outcome;
use crate::scenario::case::{self, Case, case};
use crate::schedule::Schedule;

/// A trial for each scenario.
pub(crate) fn trials(schedule: &Schedule) -> Vec<Trial> {
    [
        taints::ALL,
        changes::ALL,
        new_nodes::ALL,
        strict::ALL,
        sums::ALL,
    ]
    .into_iter()
    .flat_map(|cases| case::trials(schedule, "node", None, cases))
    .collect()
}
