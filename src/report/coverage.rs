//! Where a DaemonSet is expected to run, and whether it does.

use jiff::Timestamp;
use serde::Serialize;

use crate::analysis::coverage as facts;
use crate::model::ExpectationSource;

use super::daemon_set::DaemonSetRef;
use super::reason::{Reason, reasons};

/// How far a DaemonSet covers the nodes on which it is expected.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Expected<'a> {
    /// Who expects it there.
    pub source: ExpectationSource,
    /// The selector of the expected nodes; left out for near misses.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub selector: Option<&'a str>,
    /// The least number of such nodes; left out for near misses.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_least: Option<usize>,
    /// How many nodes are expected; `null` when not all nodes were asked for or read.
    pub nodes: Option<usize>,
    /// How many of them are covered: the template allows them, and a pod is available. For a
    /// manifest that isn't applied only the template counts. `null` when not all nodes were asked
    /// for, or nodes or pods couldn't be read.
    pub covered: Option<usize>,
    /// The expected nodes that aren't covered, by name.
    pub uncovered: Vec<Uncovered<'a>>,
}

/// An expected node that isn't covered.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Uncovered<'a> {
    /// The node.
    pub node: &'a str,
    /// What excludes it, or else what is wrong with its pods.
    pub reasons: Vec<Reason>,
}

impl<'a> Expected<'a> {
    pub(super) fn new(coverage: &'a facts::Coverage, now: Timestamp) -> Self {
        let uncovered = coverage.uncovered.iter().map(|one| Uncovered {
            node: &one.node,
            reasons: reasons(&one.reasons, now),
        });
        Self {
            source: coverage.expected.source,
            selector: coverage.expected.selector.as_deref(),
            at_least: coverage.expected.at_least,
            nodes: coverage.nodes,
            covered: coverage.covered,
            uncovered: uncovered.collect(),
        }
    }
}

/// The effect of a change on an expectation, from what the template allows before and after it.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ExpectationChange<'a> {
    /// The DaemonSet.
    pub daemon_set: DaemonSetRef<'a>,
    /// Who expects it there.
    pub source: ExpectationSource,
    /// The selector of the expected nodes; left out for near misses.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub selector: Option<&'a str>,
    /// The least number of such nodes; left out for near misses.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_least: Option<usize>,
    /// How many nodes are expected; left out when not all nodes were asked for or read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nodes: Option<TodayAndThen>,
    /// Expected nodes that exclude the DaemonSet after the change, and either don't today or aren't
    /// expected today.
    pub breaks: &'a [String],
    /// Expected nodes that exclude the DaemonSet today, but not after the change.
    pub mends: &'a [String],
    /// All expected nodes that exclude it after the change.
    pub uncovered: &'a [String],
}

/// A number of nodes today, and after a change.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct TodayAndThen {
    /// Today.
    pub today: usize,
    /// After the change.
    pub then: usize,
}

impl<'a> From<&'a facts::ExpectationChange> for ExpectationChange<'a> {
    fn from(change: &'a facts::ExpectationChange) -> Self {
        let nodes = change.nodes.map(|nodes| TodayAndThen {
            today: nodes.today,
            then: nodes.then,
        });
        Self {
            daemon_set: (&change.daemon_set).into(),
            source: change.expected.source,
            selector: change.expected.selector.as_deref(),
            at_least: change.expected.at_least,
            nodes,
            breaks: &change.breaks,
            mends: &change.mends,
            uncovered: &change.uncovered,
        }
    }
}

impl<'a> ExpectationChange<'a> {
    pub(super) fn all(changes: &'a [facts::ExpectationChange]) -> Vec<Self> {
        changes.iter().map(Self::from).collect()
    }
}
