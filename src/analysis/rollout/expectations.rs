//! What a change of the template does to where the DaemonSet is expected.

use crate::analysis::coverage::{ExpectationChange, NodeCoverage, TodayAndThen};
use crate::engine::{CompiledDaemonSet, Ignore, node_should_run_daemon_pod};
use crate::model::Node;

use super::analysis::RolloutAnalysis;
use super::{Rollout, compiled};

/// One or none: of a rollout under way, and where nodes couldn't be read, there is none. A
/// DaemonSet that isn't there yet runs nowhere today.
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
    let runs = |compiled: &CompiledDaemonSet, node: &Node| {
        node_should_run_daemon_pod(compiled, node, &mut Ignore).should_run
    };
    let mut count = 0;
    for node in nodes.iter().filter(|node| subject.expecting.selects(node)) {
        count += 1;
        let coverage = |should_run| NodeCoverage {
            expected: true,
            should_run,
        };
        let was = today.as_ref().is_some_and(|today| runs(today, node));
        let then = coverage(runs(&subject.compiled, node));
        change.add(&node.name, Some(coverage(was)), then);
    }
    change.nodes = Some(TodayAndThen {
        today: count,
        then: count,
    });
    Some(change)
}
