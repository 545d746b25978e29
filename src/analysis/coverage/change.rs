//! What a change does to the nodes on which a DaemonSet is expected.

use std::collections::HashSet;

use super::{Expected, Expecting};
use crate::analysis::eligibility::DaemonSetRef;
use crate::analysis::node::NodeEligibility;

/// The effect of a change on an expectation, from what the template allows before and after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpectationChange {
    /// The DaemonSet.
    pub daemon_set: DaemonSetRef,
    /// Where it is expected.
    pub expected: Expected,
    /// How many nodes are expected today and then; `None` where not all were asked for or read.
    pub nodes: Option<TodayAndThen>,
    /// Expected nodes that lose the DaemonSet with the change.
    pub breaks: Vec<String>,
    /// Expected nodes that exclude the DaemonSet today, but not after the change.
    pub mends: Vec<String>,
    /// All expected nodes that exclude it after the change.
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
pub(in crate::analysis) struct NodeCoverage {
    pub(in crate::analysis) expected: bool,
    pub(in crate::analysis) should_run: bool,
}

impl NodeCoverage {
    const fn is_excluded(self) -> bool {
        self.expected && !self.should_run
    }

    /// From the report on the node; `None` where the node couldn't be read.
    pub(in crate::analysis) fn of(report: &NodeEligibility) -> Option<Self> {
        Some(Self {
            expected: report.expected,
            should_run: report.should_run?,
        })
    }
}

impl ExpectationChange {
    /// A change before any node is added; `None` where there is no expectation.
    pub(in crate::analysis) fn new(
        daemon_set: DaemonSetRef,
        expecting: &Expecting,
    ) -> Option<Self> {
        Some(Self {
            daemon_set,
            expected: expecting.expected()?,
            nodes: None,
            breaks: Vec::new(),
            mends: Vec::new(),
            uncovered: Vec::new(),
        })
    }

    /// Adds one node; `today` is `None` for one that doesn't exist yet.
    pub(in crate::analysis) fn add(
        &mut self,
        node: &str,
        today: Option<NodeCoverage>,
        then: NodeCoverage,
    ) {
        let was_excluded = today.is_some_and(NodeCoverage::is_excluded);
        if then.is_excluded() {
            self.uncovered.push(node.to_owned());
            if !was_excluded {
                self.breaks.push(node.to_owned());
            }
        } else if was_excluded && then.should_run {
            self.mends.push(node.to_owned());
        }
    }

    /// Expected nodes that exclude the DaemonSet today and after the change.
    #[must_use]
    pub fn still_uncovered(&self) -> Vec<String> {
        let broken: HashSet<&String> = self.breaks.iter().collect();
        let still = self.uncovered.iter().filter(|node| !broken.contains(node));
        still.cloned().collect()
    }

    /// How many nodes are missing afterwards from the number that the expectation asks for.
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

    /// Whether the change leaves more uncovered than today.
    #[must_use]
    pub fn is_broken(&self) -> bool {
        !self.breaks.is_empty() || self.breaks_least()
    }

    /// On how many nodes it breaks the expectation, including those newly missing from the least
    /// number.
    #[must_use]
    pub fn broken_count(&self) -> usize {
        let missing = if self.breaks_least() {
            self.too_few()
        } else {
            0
        };
        self.breaks.len() + missing
    }

    /// Whether it breaks, fixes or leaves broken the expectation for any node.
    pub(in crate::analysis) fn is_of_any_node(&self) -> bool {
        !self.uncovered.is_empty() || !self.mends.is_empty()
    }

    /// How many nodes exclude the DaemonSet afterwards, as counted by
    /// [`super::Coverage::uncovered_count`].
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
    use crate::model::{Expectation, ExpectationSource};

    fn change(at_least: usize) -> ExpectationChange {
        let selector = "pool=gpu".parse().unwrap();
        let expectation = Expectation::new(selector, Some(at_least), ExpectationSource::Flag);
        let name = DaemonSetRef {
            namespace: "n".to_owned(),
            name: "a".to_owned(),
        };
        ExpectationChange::new(name, &Expecting::Selected(expectation)).unwrap()
    }

    const fn coverage(expected: bool, should_run: bool) -> NodeCoverage {
        NodeCoverage {
            expected,
            should_run,
        }
    }

    #[test]
    fn a_change_breaks_what_was_not_broken_and_mends_what_runs_then() {
        let mut found = change(1);
        let (gone, runs, other) = (
            coverage(true, false),
            coverage(true, true),
            coverage(false, false),
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
            coverage(false, true),
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
