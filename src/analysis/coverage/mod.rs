//! Coverage: whether a DaemonSet runs where people expect it to run.
//!
//! An expected node is uncovered and broken when the template excludes it or it has no available
//! pod. An expectation that selects fewer nodes than it asks for is broken too.

mod change;

use crate::model::{DaemonSet, Expectation, ExpectationSource, Expectations, Node, Snapshot};

use super::daemon_set::DaemonSetAnalysis;
use super::eligibility::EligibilityReport;
use super::node::NodeEligibility;
use super::pod::PodState;
use super::reason::{Code, Reason};
use super::summary::total;

pub(super) use change::NodeCoverage;
pub use change::{ExpectationChange, TodayAndThen};

/// Which nodes a DaemonSet is expected to run on.
#[derive(Clone, Debug)]
pub(super) enum Expecting {
    /// Nobody says.
    Nothing,
    /// Those that are selected.
    Selected(Expectation),
    /// Nodes that are excluded but only one change away.
    NearMisses,
    /// The expectation can't be parsed.
    Invalid(Reason),
}

/// How many nodes are expected, and who expects them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// Who says so.
    pub source: ExpectationSource,
    /// What selects the nodes; `None` for near misses.
    pub selector: Option<String>,
    /// The least number of them; `None` for near misses.
    pub at_least: Option<usize>,
}

/// How far a DaemonSet covers the nodes on which it is expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coverage {
    /// Where it is expected.
    pub expected: Expected,
    /// How many nodes; `None` where not all were asked for or read.
    pub nodes: Option<usize>,
    /// How many of them have an available pod and may keep it; `None` where not all nodes
    /// and pods were asked for or read.
    pub covered: Option<usize>,
    /// The others, by name, as far as they are known.
    pub uncovered: Vec<Uncovered>,
}

/// An expected node without the DaemonSet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uncovered {
    /// The node.
    pub node: String,
    /// What excludes it, or what is wrong with its pods.
    pub reasons: Vec<Reason>,
}

impl Expecting {
    /// What `said` and the annotations of `ds` amount to.
    pub(super) fn new(said: &Expectations, ds: &DaemonSet) -> Self {
        match said.of(ds) {
            Ok(Some(expectation)) => Self::Selected(expectation),
            Ok(None) if said.near_misses => Self::NearMisses,
            Ok(None) => Self::Nothing,
            Err(invalid) => Self::Invalid(Reason::ExpectationInvalid {
                annotation: invalid.annotation,
                problem: invalid.problem,
            }),
        }
    }

    /// Whether the DaemonSet is expected on `node`, whatever excludes it.
    pub(super) fn selects(&self, node: &Node) -> bool {
        match self {
            Self::Selected(expectation) => expectation.selector.matches(&node.labels),
            Self::NearMisses | Self::Nothing | Self::Invalid(_) => false,
        }
    }

    /// Whether the DaemonSet is expected on `node`, given its `report`.
    pub(super) fn expects(&self, node: &Node, report: &NodeEligibility) -> bool {
        match self {
            Self::Selected(_) => self.selects(node),
            Self::NearMisses => {
                report.should_run == Some(false) && total(report.distance) == (0, 1)
            }
            Self::Nothing | Self::Invalid(_) => false,
        }
    }

    /// Why the expectation can't be parsed.
    pub(super) const fn invalid(&self) -> Option<&Reason> {
        match self {
            Self::Invalid(reason) => Some(reason),
            Self::Nothing | Self::Selected(_) | Self::NearMisses => None,
        }
    }

    /// Where the DaemonSet is expected; `None` where nobody says so.
    pub(super) fn expected(&self) -> Option<Expected> {
        match self {
            Self::Selected(expectation) => Some(Expected {
                source: expectation.source,
                selector: Some(expectation.selector.to_string()),
                at_least: Some(expectation.at_least),
            }),
            Self::NearMisses => Some(Expected {
                source: ExpectationSource::NearMisses,
                selector: None,
                at_least: None,
            }),
            Self::Nothing | Self::Invalid(_) => None,
        }
    }
}

impl Coverage {
    /// Counts the expected nodes of `reports`, which cover all nodes or one. For a manifest that
    /// isn't applied, what its template allows counts.
    pub(super) fn new(
        expecting: &Expecting,
        reports: &[NodeEligibility],
        all: bool,
        applied: bool,
    ) -> Option<Self> {
        let expected = expecting.expected()?;
        let nodes = reports.iter().filter(|report| report.expected);
        let judged = nodes.map(|report| (report, is_covered(report, applied)));
        let judged: Vec<_> = judged.collect();
        let covered = judged.iter().filter(|(_, covered)| *covered == Some(true));
        let is_known = all && judged.iter().all(|(_, covered)| covered.is_some());
        let uncovered = judged.iter().filter(|(_, covered)| *covered == Some(false));
        Some(Self {
            expected,
            nodes: all.then_some(judged.len()),
            covered: is_known.then(|| covered.count()),
            uncovered: uncovered
                .map(|(report, _)| Uncovered::new(report))
                .collect(),
        })
    }

    /// How many expected nodes lack the DaemonSet, including nodes that don't exist, up to the
    /// number that the expectation asks for.
    #[must_use]
    pub fn uncovered_count(&self) -> usize {
        self.uncovered.len() + self.too_few()
    }

    /// How many nodes are missing from the number that the expectation asks for.
    #[must_use]
    pub fn too_few(&self) -> usize {
        self.expected.too_few(self.nodes)
    }

    /// Fewer nodes are selected than the expectation asks for.
    pub(super) fn finding(&self) -> Option<Reason> {
        let (selector, nodes) = (self.expected.selector.clone()?, self.nodes?);
        (self.too_few() > 0).then(|| Reason::FewerNodesThanExpected {
            selector,
            at_least: self.expected.at_least.unwrap_or_default(),
            nodes,
        })
    }
}

impl Expected {
    fn too_few(&self, nodes: Option<usize>) -> usize {
        let both = self.at_least.zip(nodes);
        both.map_or(0, |(least, nodes)| least.saturating_sub(nodes))
    }
}

impl Uncovered {
    fn new(report: &NodeEligibility) -> Self {
        let reasons = report.reasons.iter();
        let kept =
            |reason: &&Reason| !report.is_excluded_though_expected() || reason.decides().is_some();
        Self {
            node: report.name.clone(),
            reasons: reasons.filter(kept).cloned().collect(),
        }
    }
}

/// Whether the DaemonSet is on the node: it may run there, and a pod is available. `None` where
/// that can't be known.
fn is_covered(report: &NodeEligibility, applied: bool) -> Option<bool> {
    if !report.should_run? {
        return Some(false);
    }
    if !applied {
        return Some(true);
    }
    if report.pod_state == PodState::Unknown {
        return None;
    }
    let mut pods = report.pods.iter();
    let is_available = pods.any(|pod| pod.state == PodState::Available);
    Some(is_available && !report.has(Code::PodOlderThanNode))
}

/// Whether the nodes of `snapshot`, which may not be all, are fewer than the expectation of `ds`
/// asks for: then all nodes are needed to tell.
#[must_use]
pub fn needs_all_nodes(snapshot: &Snapshot, ds: &DaemonSet) -> bool {
    let expecting = Expecting::new(&snapshot.expectations, ds);
    let (Expecting::Selected(expectation), Some(nodes)) = (&expecting, &snapshot.nodes) else {
        return false;
    };
    let selected = nodes.iter().filter(|node| expecting.selects(node));
    selected.count() < expectation.at_least
}

/// Whether the expected nodes of `ds` are counted at all.
#[must_use]
pub fn has_a_least_number(snapshot: &Snapshot, ds: &DaemonSet) -> bool {
    let expecting = Expecting::new(&snapshot.expectations, ds);
    matches!(expecting, Expecting::Selected(expectation) if expectation.at_least > 0)
}

impl DaemonSetAnalysis<'_> {
    /// Adds to a report on one node whether enough nodes exist for the expectation; the snapshot of
    /// the analysis holds all nodes.
    pub fn count_expected(&self, report: &mut EligibilityReport) {
        let (Some(coverage), Some(nodes)) = (&mut report.coverage, &self.snapshot.nodes) else {
            return;
        };
        if coverage.expected.at_least.is_none() {
            return;
        }
        let selected = nodes.iter().filter(|node| self.expecting.selects(node));
        coverage.nodes = Some(selected.count());
        if let Some(finding) = coverage.finding() {
            report.findings.push(finding);
            report.clean = self.applied.then_some(false);
        }
    }
}
