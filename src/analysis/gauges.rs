//! Metrics of a DaemonSet, for alerts.

use super::causes::is_misscheduled;
use super::eligibility::EligibilityReport;
use super::fate::Fate;
use super::node::NodeEligibility;
use super::pod::PodState;
use super::summary::is_excluded;

/// One of the numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gauge {
    /// [`Gauges::desired`].
    Desired,
    /// [`Gauges::available`].
    Available,
    /// [`Gauges::missing`].
    Missing,
    /// [`Gauges::misscheduled`].
    Misscheduled,
    /// [`Gauges::excluded`].
    Excluded,
    /// [`Gauges::uncovered`].
    Uncovered,
    /// [`Gauges::lost`].
    Lost,
    /// [`Gauges::incomplete`].
    Incomplete,
}

impl Gauge {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Desired,
        Self::Available,
        Self::Missing,
        Self::Misscheduled,
        Self::Excluded,
        Self::Uncovered,
        Self::Lost,
        Self::Incomplete,
    ];

    /// What it is called.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Desired => "desired",
            Self::Available => "available",
            Self::Missing => "missing",
            Self::Misscheduled => "misscheduled",
            Self::Excluded => "excluded",
            Self::Uncovered => "uncovered",
            Self::Lost => "lost",
            Self::Incomplete => "incomplete",
        }
    }
}

/// The numbers of one DaemonSet; `None` where nodes or pods couldn't be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Gauges {
    /// Nodes that should run it.
    pub desired: Option<usize>,
    /// Those of them that have an available pod.
    pub available: Option<usize>,
    /// Those of them that have no pod.
    pub missing: Option<usize>,
    /// Nodes with a pod that should run none.
    pub misscheduled: Option<usize>,
    /// Nodes that the template excludes and that have no pod.
    pub excluded: Option<usize>,
    /// Nodes that are expected to run it and have no available pod.
    pub uncovered: Option<usize>,
    /// Nodes whose pod runs until it is deleted and isn't created again.
    pub lost: Option<usize>,
    /// Resources that the verdict needed but that couldn't be read, and expectations that can't be
    /// parsed.
    pub incomplete: usize,
}

impl Gauges {
    /// Counts the nodes of a report on all nodes. What the controller counts too is taken from its
    /// counters.
    #[must_use]
    pub fn new(report: &EligibilityReport) -> Self {
        let nodes = || report.nodes.iter();
        let knows_nodes = report.node_count.is_some();
        let knows_pods = knows_nodes && nodes().all(|n| n.pod_state != PodState::Unknown);
        let computed = report.status.as_ref().and_then(|s| s.computed);
        let of_pods = |count: usize| knows_pods.then_some(count);
        let desired = nodes().filter(|n| n.should_run == Some(true)).count();
        let missing = nodes().filter(|n| n.pod_state == PodState::Missing).count();
        // Under OnDelete no rollout deletes a pod.
        let may_be_lost = !report.is_on_delete();
        let is_lost = |n: &&NodeEligibility| {
            may_be_lost && Fate::new(n, report.controller) == Some(Fate::NotRecreated)
        };
        let lost = nodes().filter(is_lost);
        let misscheduled = nodes().filter(|n| is_misscheduled(n)).count();
        Self {
            desired: knows_nodes.then_some(desired),
            available: computed.map(|c| c.available),
            missing: of_pods(missing),
            misscheduled: of_pods(misscheduled),
            excluded: of_pods(nodes().filter(|n| is_excluded(n)).count()),
            uncovered: report.uncovered(),
            lost: of_pods(lost.count()),
            incomplete: report.basis.incomplete.len()
                + usize::from(report.has_invalid_expectation()),
        }
    }

    /// One of them; `None` where it isn't known.
    #[must_use]
    pub const fn get(&self, gauge: Gauge) -> Option<usize> {
        match gauge {
            Gauge::Desired => self.desired,
            Gauge::Available => self.available,
            Gauge::Missing => self.missing,
            Gauge::Misscheduled => self.misscheduled,
            Gauge::Excluded => self.excluded,
            Gauge::Uncovered => self.uncovered,
            Gauge::Lost => self.lost,
            Gauge::Incomplete => Some(self.incomplete),
        }
    }
}
