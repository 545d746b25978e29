//! Which answers meet the conditions of `--fail-on`.

use jiff::Timestamp;

use crate::model::condition::Condition;

use super::coverage::ExpectationChange;
use super::eligibility::EligibilityReport;
use super::gauges::Gauges;
use super::reason::Code;
use super::rollout::change::RolloutChange;
use super::rollout::plan::Body;

/// Whether the rollout that `body` plans at `now` meets a condition, as far as that is known. A
/// refused change has no effect, so it meets only the condition about refusals.
#[must_use]
pub fn is_met_by_plan(
    condition: Condition,
    change: Option<&RolloutChange>,
    body: &Body,
    expectations: &[ExpectationChange],
    now: Timestamp,
) -> bool {
    let is_refused = change.is_some_and(|change| !change.refused.is_empty());
    match condition {
        Condition::Refused => is_refused,
        _ if is_refused => false,
        Condition::Lost => body.lost.as_ref().is_some_and(|lost| !lost.is_empty()),
        Condition::Stuck => body.is_stuck(now),
        Condition::NodesLost => !body.nodes_lost().is_empty(),
        Condition::Uncovered => {
            let is_invalid = change.is_some_and(RolloutChange::has_invalid_expectation);
            is_invalid || expectations.iter().any(|e| e.uncovered_count() > 0)
        }
    }
}

/// Whether a DaemonSet meets a condition, as far as that is known. An expectation that can't be
/// parsed counts as unmet: otherwise a typo would disable the check.
#[must_use]
pub fn is_met_by_daemon_set(
    condition: Condition,
    report: &EligibilityReport,
    gauges: &Gauges,
) -> bool {
    let some = |count: Option<usize>| count.is_some_and(|count| count > 0);
    match condition {
        Condition::Lost => some(gauges.lost),
        Condition::Uncovered => some(gauges.uncovered) || report.has_invalid_expectation(),
        Condition::Refused | Condition::Stuck | Condition::NodesLost => false,
    }
}

impl EligibilityReport {
    /// Whether its expectation can't be parsed.
    #[must_use]
    pub fn has_invalid_expectation(&self) -> bool {
        let mut findings = self.findings.iter();
        findings.any(|finding| finding.code() == Code::ExpectationInvalid)
    }

    /// How many expected nodes have no available pod, including nodes missing from the least
    /// number; `None` where that can't be known.
    #[must_use]
    pub fn uncovered(&self) -> Option<usize> {
        match &self.coverage {
            Some(coverage) => coverage.covered.map(|_| coverage.uncovered_count()),
            None if self.has_invalid_expectation() => None,
            None => self.node_count.map(|_| 0),
        }
    }
}

impl Body {
    /// The nodes that a change makes ineligible.
    #[must_use]
    pub fn nodes_lost(&self) -> &[String] {
        let nodes = self.nodes.as_ref();
        nodes.map_or(&[], |nodes| &nodes.no_longer_eligible)
    }
}
