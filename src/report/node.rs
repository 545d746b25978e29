//! `NodeReport`: the reverse of an eligibility report, all DaemonSets on one node.

use jiff::Timestamp;
use serde::Serialize;

use crate::analysis::effects::Effects;
use crate::analysis::eligibility::DaemonSetRef;
use crate::analysis::node::Eligibility;
use crate::analysis::on_node::groups::Outcome;
use crate::analysis::on_node::{
    self as facts, Affected, Condition, Quantities, State, Summary, Sums,
};
use crate::analysis::pod::PodState;
use crate::analysis::remedy::Distance;
use crate::words;

use super::eligibility::{Pod, pods};
use super::header::Header;
use super::reason::{Reason, reasons};

/// `kind` of the report.
const KIND: &str = "NodeReport";

/// The answer about one node.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum NodeAnswer<'a> {
    /// As it is.
    Report(Box<NodeReport<'a>>),
    /// Today beside then.
    WhatIf(Box<NodeWhatIf<'a>>),
}

impl<'a> NodeAnswer<'a> {
    /// What is published of `outcome`.
    #[must_use]
    pub fn new(outcome: &'a Outcome) -> Self {
        match outcome {
            Outcome::Report(report) => Self::Report(Box::new(NodeReport::new(report))),
            Outcome::WhatIf(report) => Self::WhatIf(Box::new(NodeWhatIf::new(report))),
        }
    }
}

/// Which DaemonSets run on a node, and what they ask of it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NodeReport<'a> {
    /// What every report begins with.
    #[serde(flatten)]
    pub header: Header,
    /// The node's name.
    pub node: &'a str,
    /// Whether the node is there; `None` when nodes couldn't be read.
    pub node_exists: Option<bool>,
    /// What there is to say.
    #[serde(flatten)]
    pub side: Side<'a>,
}

impl<'a> NodeReport<'a> {
    fn new(report: &'a facts::NodeReport) -> Self {
        Self {
            header: Header::of(KIND, &report.basis, report.clean),
            node: &report.node,
            node_exists: report.node_exists,
            side: Side::new(&report.side, report.basis.evaluated_at),
        }
    }
}

/// A `NodeReport` with `today` and `then` around what differs.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NodeWhatIf<'a> {
    /// What every report begins with.
    #[serde(flatten)]
    pub header: Header,
    /// The node's name.
    pub node: &'a str,
    /// False for a node of a file, which isn't there yet.
    pub node_exists: bool,
    /// The changes, in words.
    pub changes: Vec<String>,
    /// What the controller would do about them.
    pub effects: &'a Effects<Affected, Affected>,
    /// As it is; `None` for a node that isn't there yet.
    pub today: Option<Side<'a>>,
    /// As it would be, before the controller acts; the sums are those after it has.
    pub then: Side<'a>,
}

impl<'a> NodeWhatIf<'a> {
    fn new(report: &'a facts::NodeWhatIf) -> Self {
        let now = report.basis.evaluated_at;
        Self {
            header: Header::of(KIND, &report.basis, report.clean),
            node: &report.node,
            node_exists: report.node_exists,
            changes: words::change::changes(&report.changes),
            effects: &report.effects,
            today: report.today.as_ref().map(|side| Side::new(side, now)),
            then: Side::new(&report.then, now),
        }
    }
}

/// A node and its DaemonSets at one time: as they are, or after a what-if.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Side<'a> {
    /// The node itself; `None` when it couldn't be read.
    pub condition: Option<&'a Condition>,
    /// The DaemonSets by namespace and name.
    pub daemon_sets: Vec<OnNode<'a>>,
    /// Requests, allocatable, and what is left.
    #[serde(flatten)]
    pub sums: &'a Sums,
    /// How many are in which state.
    pub summary: Summary,
}

impl<'a> Side<'a> {
    fn new(side: &'a facts::Side, now: Timestamp) -> Self {
        let daemon_sets = side.daemon_sets.iter().map(|one| OnNode::new(one, now));
        Self {
            condition: side.condition.as_ref(),
            daemon_sets: daemon_sets.collect(),
            sums: &side.sums,
            summary: side.summary,
        }
    }
}

/// One DaemonSet on the node.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OnNode<'a> {
    /// The DaemonSet.
    #[serde(flatten)]
    pub daemon_set: &'a DaemonSetRef,
    /// What becomes of it here.
    pub state: State,
    /// Whether it is as it should be; `None` when that can't be known.
    pub clean: Option<bool>,
    /// A pod is made here when there is none; `None` when the node couldn't be read.
    pub should_run: Option<bool>,
    /// A pod that is here stays; `None` when the node couldn't be read.
    pub should_continue_running: Option<bool>,
    /// Both in one word.
    pub eligibility: Eligibility,
    /// The state of the pod that counts for the node.
    pub pod_state: PodState,
    /// How far the node is from being eligible.
    pub distance: Distance,
    /// `spec.updateStrategy.type`; under `OnDelete` nothing is rolled by itself.
    pub update_strategy: &'static str,
    /// What its template asks for, as the scheduler counts; `None` when a quantity in it
    /// can't be parsed.
    pub requests: Option<&'a Quantities>,
    /// All reasons.
    pub reasons: Vec<Reason>,
    /// The pods, the one that counts first.
    pub pods: Vec<Pod<'a>>,
}

impl<'a> OnNode<'a> {
    fn new(one: &'a facts::OnNode, now: Timestamp) -> Self {
        Self {
            daemon_set: &one.daemon_set,
            state: one.state,
            clean: one.clean,
            should_run: one.should_run,
            should_continue_running: one.should_continue_running,
            eligibility: one.eligibility,
            pod_state: one.pod_state,
            distance: one.distance,
            update_strategy: one.update_strategy,
            requests: one.requests.as_ref(),
            reasons: reasons(&one.reasons, now),
            pods: pods(&one.pods, now),
        }
    }
}
