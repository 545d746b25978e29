//! Coverage: whether a DaemonSet runs where people expect it to run.
//!
//! An expected node that the template excludes, or that has no available pod, is uncovered
//! and broken. So is an expectation that selects fewer nodes than it asks for.

use std::collections::HashSet;

use crate::model::{DaemonSet, Expectation, ExpectationSource, Expectations, Node};

use super::eligibility::DaemonSetRef;
use super::node::NodeEligibility;
use super::pod::PodState;
use super::reason::{Code, Reason};
use super::summary::total;

/// Which nodes a DaemonSet is expected to run on.
#[derive(Clone, Debug)]
pub(super) enum Expecting {
    /// Nobody says.
    Nothing,
    /// Those that are selected.
    Selected(Expectation),
    /// Those that are excluded and one change away.
    NearMisses,
    /// What was said can't be parsed.
    Invalid(Reason),
}

/// How many nodes are expected, and by whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// Who says so.
    pub source: ExpectationSource,
    /// What selects the nodes; `None` for near misses.
    pub selector: Option<String>,
    /// How many there are at least; `None` for near misses.
    pub at_least: Option<usize>,
}

/// How far a DaemonSet runs where it is expected to.
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

/// An expected node on which the DaemonSet isn't.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uncovered {
    /// The node.
    pub node: String,
    /// What excludes it, or what is wrong with its pods.
    pub reasons: Vec<Reason>,
}

impl Expecting {
    /// What `said` and the annotations of `ds` come to.
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

    /// Whether the DaemonSet is expected on `node` whatever excludes it.
    pub(super) fn selects(&self, node: &Node) -> bool {
        match self {
            Self::Selected(expectation) => expectation.selector.matches(&node.labels),
            Self::NearMisses | Self::Nothing | Self::Invalid(_) => false,
        }
    }

    /// Whether the DaemonSet is expected on `node`, of which `report` is.
    pub(super) fn expects(&self, node: &Node, report: &NodeEligibility) -> bool {
        match self {
            Self::Selected(_) => self.selects(node),
            Self::NearMisses => report.should_run == Some(false) && total(report.distance) == 1,
            Self::Nothing | Self::Invalid(_) => false,
        }
    }

    /// Why what was said can't be parsed.
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
    /// Counts the expected nodes of `reports`, which are `all` nodes or one. Of a manifest
    /// that isn't applied, what its template allows counts.
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

    /// How many nodes the DaemonSet isn't on though it is expected there; of those that are
    /// missing altogether at least so many as the expectation asks for.
    #[must_use]
    pub fn uncovered_count(&self) -> usize {
        self.uncovered.len() + self.too_few()
    }

    /// How many nodes fewer there are than the expectation asks for.
    #[must_use]
    pub fn too_few(&self) -> usize {
        self.expected.too_few(self.nodes)
    }

    /// That fewer nodes are selected than the expectation asks for.
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

/// Whether the DaemonSet is on the node: it may run there, and a pod is available. `None`
/// where that can't be known.
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

/// What a change does to an expectation, by what the template allows before and after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpectationChange {
    /// The DaemonSet.
    pub daemon_set: DaemonSetRef,
    /// Where it is expected.
    pub expected: Expected,
    /// How many nodes are expected today and then; `None` where not all were asked for or read.
    pub nodes: Option<TodayAndThen>,
    /// Expected nodes that the change leaves without the DaemonSet.
    pub breaks: Vec<String>,
    /// Expected nodes that the DaemonSet is kept from today, and not then.
    pub mends: Vec<String>,
    /// All expected nodes that it is kept from then.
    pub uncovered: Vec<String>,
}

/// A number of nodes today, and after a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TodayAndThen {
    /// Today.
    pub today: usize,
    /// After the change.
    pub then: usize,
}

/// One node at one time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Standing {
    pub(super) expected: bool,
    pub(super) should_run: bool,
}

impl Standing {
    const fn is_excluded(self) -> bool {
        self.expected && !self.should_run
    }

    /// As a report on the node has it; `None` where the node couldn't be read.
    pub(super) fn of(report: &NodeEligibility) -> Option<Self> {
        Some(Self {
            expected: report.expected,
            should_run: report.should_run?,
        })
    }
}

impl ExpectationChange {
    /// A change of which no node is known yet; `None` where nobody expects anything.
    pub(super) fn new(daemon_set: DaemonSetRef, expecting: &Expecting) -> Option<Self> {
        Some(Self {
            daemon_set,
            expected: expecting.expected()?,
            nodes: None,
            breaks: Vec::new(),
            mends: Vec::new(),
            uncovered: Vec::new(),
        })
    }

    /// Adds one node; `today` is `None` for one that isn't there yet.
    pub(super) fn add(&mut self, node: &str, today: Option<Standing>, then: Standing) {
        let was_excluded = today.is_some_and(Standing::is_excluded);
        if then.is_excluded() {
            self.uncovered.push(node.to_owned());
            if !was_excluded {
                self.breaks.push(node.to_owned());
            }
        } else if was_excluded && then.should_run {
            self.mends.push(node.to_owned());
        }
    }

    /// Expected nodes that the DaemonSet is kept from today and then.
    #[must_use]
    pub fn still_uncovered(&self) -> Vec<String> {
        let broken: HashSet<&String> = self.breaks.iter().collect();
        let still = self.uncovered.iter().filter(|node| !broken.contains(node));
        still.cloned().collect()
    }

    /// How many nodes fewer there are then than the expectation asks for.
    #[must_use]
    pub fn too_few(&self) -> usize {
        self.expected.too_few(self.nodes.map(|nodes| nodes.then))
    }

    /// Whether there are enough nodes today and too few then.
    #[must_use]
    pub fn breaks_least(&self) -> bool {
        self.too_few_today() == 0 && self.too_few() > 0
    }

    /// Whether there are too few nodes today and enough then.
    #[must_use]
    pub fn mends_least(&self) -> bool {
        self.too_few_today() > 0 && self.too_few() == 0
    }

    /// Whether the change leaves more to be desired than there is today.
    #[must_use]
    pub fn is_broken(&self) -> bool {
        !self.breaks.is_empty() || self.breaks_least()
    }

    /// Whether it breaks, mends or leaves broken what is expected of any node.
    pub(super) fn is_of_any_node(&self) -> bool {
        !self.uncovered.is_empty() || !self.mends.is_empty()
    }

    /// How many nodes the DaemonSet is kept from then, as [`Coverage::uncovered_count`] counts.
    #[must_use]
    pub fn uncovered_count(&self) -> usize {
        self.uncovered.len() + self.too_few()
    }

    fn too_few_today(&self) -> usize {
        self.expected.too_few(self.nodes.map(|nodes| nodes.today))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn change(at_least: usize) -> ExpectationChange {
        let selector = "pool=gpu".parse().unwrap();
        let expectation = Expectation::new(selector, Some(at_least), ExpectationSource::Flag);
        let name = DaemonSetRef {
            namespace: "n".to_owned(),
            name: "a".to_owned(),
        };
        ExpectationChange::new(name, &Expecting::Selected(expectation)).unwrap()
    }

    const fn standing(expected: bool, should_run: bool) -> Standing {
        Standing {
            expected,
            should_run,
        }
    }

    #[test]
    fn a_change_breaks_what_was_not_broken_and_mends_what_runs_then() {
        let mut found = change(1);
        let (gone, runs, other) = (
            standing(true, false),
            standing(true, true),
            standing(false, false),
        );
        found.add("breaks", Some(runs), gone);
        found.add("newly expected", Some(other), gone);
        found.add("new", None, gone);
        found.add("stays so", Some(gone), gone);
        found.add("mends", Some(gone), runs);
        found.add("no longer expected", Some(gone), other);
        found.add(
            "a near miss that runs then",
            Some(gone),
            standing(false, true),
        );
        found.add("kept", Some(runs), runs);
        assert_eq!(found.breaks, ["breaks", "newly expected", "new"]);
        assert_eq!(found.mends, ["mends", "a near miss that runs then"]);
        assert_eq!(
            found.uncovered,
            ["breaks", "newly expected", "new", "stays so"]
        );
        assert!(found.is_broken());
    }

    #[test]
    fn too_few_nodes_are_broken_or_mended_too() {
        let of = |today, then| {
            let mut found = change(2);
            found.nodes = Some(TodayAndThen { today, then });
            (found.breaks_least(), found.mends_least(), found.too_few())
        };
        assert_eq!(of(2, 1), (true, false, 1));
        assert_eq!(of(0, 2), (false, true, 0));
        assert_eq!(of(0, 1), (false, false, 1));
        assert_eq!(of(3, 2), (false, false, 0));
        assert!(!change(2).is_broken(), "the nodes aren't known");
    }
}
