//! The health of a DaemonSet as one value.

use super::eligibility::EligibilityReport;
use super::restarts;
use super::summary::NodeCounts;

/// The health of a DaemonSet, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Health {
    /// A node that should run it doesn't, or the controller can't act.
    Broken,
    /// Nothing is broken, but something needs attention; also where everything is healthy except
    /// that available pods keep restarting.
    NeedsAttention,
    /// Not everything could be checked.
    Unknown,
    /// Everything is as the template says, which excludes every node.
    OnNoNode,
    /// It runs wherever it should.
    Healthy,
}

impl Health {
    /// The health of the DaemonSet of `report`, whose nodes are `counts`.
    #[must_use]
    pub fn new(report: &EligibilityReport, counts: &NodeCounts) -> Self {
        match report.clean {
            // It isn't rolled automatically, though no pod is missing.
            Some(true) if report.excluded_by_own_taint().is_some() => Self::NeedsAttention,
            Some(true) if report.node_count.is_some() && counts.wanted() == 0 => Self::OnNoNode,
            Some(true) if restarts::of_report(report).is_some() => Self::NeedsAttention,
            Some(true) => Self::Healthy,
            _ if counts.has_broken() || report.main_finding().is_some() => Self::Broken,
            _ if report.too_few_nodes().is_some() => Self::Broken,
            Some(false) => Self::NeedsAttention,
            None => Self::Unknown,
        }
    }
}

/// How many DaemonSets have which health.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HealthCounts {
    /// All of them.
    pub all: usize,
    /// [`Health::Broken`].
    pub broken: usize,
    /// [`Health::NeedsAttention`].
    pub needs_attention: usize,
    /// [`Health::Unknown`].
    pub unknown: usize,
    /// [`Health::OnNoNode`].
    pub on_no_node: usize,
}

impl HealthCounts {
    /// Counts one more.
    pub fn add(&mut self, health: Health) {
        self.all += 1;
        match health {
            Health::Broken => self.broken += 1,
            Health::NeedsAttention => self.needs_attention += 1,
            Health::Unknown => self.unknown += 1,
            Health::OnNoNode => self.on_no_node += 1,
            Health::Healthy => {}
        }
    }

    /// Those that need somebody.
    #[must_use]
    pub const fn needing_attention(&self) -> usize {
        self.broken + self.needs_attention
    }
}
