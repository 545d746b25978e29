//! What a change of the template does to the expectations.

use crate::analysis::coverage::{ExpectationChange, NodeCoverage, TodayAndThen};
use crate::analysis::impact::should_run;

use super::analysis::RolloutAnalysis;
use super::{Rollout, compiled};

/// At most one: for a rollout under way, and where nodes couldn't be read, there is none. A
/// DaemonSet that doesn't exist yet runs nowhere today.
pub(super) fn expectations(
    rollout: Rollout<'_>,
    analysis: &RolloutAnalysis<'_>,
) -> Vec<ExpectationChange> {
    let found = found(rollout, analysis);
    found.into_iter().collect()
}

fn found(rollout: Rollout<'_>, analysis: &RolloutAnalysis<'_>) -> Option<ExpectationChange> {
    rollout.change?;
    let (subject, nodes) = (analysis.subject, analysis.nodes?);
    let mut change = ExpectationChange::new(subject.reference(), &subject.expecting)?;
    let today = rollout.stored.map(|ds| compiled(ds, rollout.snapshot));
    let mut count = 0;
    for node in nodes.iter().filter(|node| subject.expecting.selects(node)) {
        count += 1;
        let coverage = |should_run| NodeCoverage {
            expected: true,
            should_run,
        };
        let was = today.as_ref().is_some_and(|today| should_run(today, node));
        let then = coverage(should_run(&subject.compiled, node));
        change.add(&node.name, Some(coverage(was)), then);
    }
    change.nodes = Some(TodayAndThen {
        today: count,
        then: count,
    });
    Some(change)
}
