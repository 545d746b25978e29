//! `EligibilityReport`: where a DaemonSet runs, and why not elsewhere.

use jiff::Timestamp;
use serde::{Serialize, Serializer};

use crate::analysis::eligibility as facts;
use crate::analysis::next::steps;
use crate::analysis::node::{Eligibility, NodeEligibility};
use crate::analysis::pod::{DaemonPod, PodState};
use crate::analysis::reason::Code;
use crate::analysis::rollout::plan::StrategyType;
use crate::analysis::status::{self, Counters};
use crate::analysis::what_if;
use crate::model::Command;
use crate::words::{self, Sentence};

use super::cause::Cause;
use super::coverage::{ExpectationChange, Expected};
use super::daemon_set::DaemonSetRef;
use super::effects::Effects;
use super::footprint::Footprint;
use super::header::Header;
use super::managed_by::ManagedBy;
use super::next::Step;
use super::reason::{Reason, reasons};
use super::remedy::{Distance, Impact, Remedy, Rule};

/// `kind` of the report.
pub(super) const KIND: &str = "EligibilityReport";

/// The counters by name.
#[cfg(test)]
const COUNTERS: [&str; 7] = [
    "desired",
    "current",
    "misscheduled",
    "ready",
    "updated",
    "available",
    "unavailable",
];

/// Where a DaemonSet runs, and why not elsewhere.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct EligibilityReport<'a> {
    /// What every report begins with.
    #[serde(flatten)]
    pub header: Header,
    /// The DaemonSet.
    pub daemon_set: DaemonSetRef<'a>,
    /// What manages it; left out where nothing is known to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub managed_by: Option<ManagedBy<'a>>,
    /// False for a manifest: the nodes are judged by its template, while the pods are those of the
    /// stored DaemonSet of the same name, if any.
    pub applied: bool,
    /// `spec.updateStrategy.type`; under `OnDelete` nothing is rolled automatically.
    pub update_strategy: StrategyType,
    /// How many nodes were read; `null` when they couldn't be.
    pub node_count: Option<usize>,
    /// The counters; left out when not all nodes were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// How far it covers the nodes on which it is expected; left out where there is no expectation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<Expected<'a>>,
    /// Findings about the DaemonSet as a whole.
    pub findings: Vec<Reason>,
    /// What the pods request on all nodes that should run one; left out when not all nodes were
    /// asked for or read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub footprint: Option<Footprint<'a>>,
    /// The broken nodes by cause, the largest group first; absent where one node was asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub causes: Vec<Cause<'a>>,
    /// What to do about broken nodes, by cause and safest first; left out where there is nothing
    /// to do.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub next: Vec<Step>,
    /// Broken DaemonSets that every pod of the node needs (`system-node-critical`), where one node
    /// was asked for; left out where none are known.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub also_broken: Vec<DaemonSetRef<'a>>,
    /// The nodes by name.
    #[cfg_attr(test, schemars(with = "Vec<Node<'a>>"))]
    pub nodes: Nodes<'a>,
}

impl<'a> EligibilityReport<'a> {
    /// The report of `analysis`.
    #[must_use]
    pub fn new(analysis: &'a facts::EligibilityReport) -> Self {
        let now = analysis.basis.evaluated_at;
        Self {
            header: Header::of(KIND, &analysis.basis, analysis.clean),
            daemon_set: (&analysis.daemon_set).into(),
            managed_by: analysis.manager.as_ref().map(ManagedBy::from),
            applied: analysis.applied,
            update_strategy: analysis.update_strategy,
            node_count: analysis.node_count,
            status: analysis.status.as_ref().map(|s| Status::new(s, now)),
            expected: analysis.coverage.as_ref().map(|c| Expected::new(c, now)),
            findings: reasons(&analysis.findings, now),
            footprint: analysis.footprint.as_ref().map(Footprint::from),
            causes: analysis.causes.iter().map(|c| Cause::new(c, now)).collect(),
            also_broken: analysis
                .broken_besides
                .iter()
                .map(DaemonSetRef::from)
                .collect(),
            next: steps(analysis).into_iter().map(Step::from).collect(),
            nodes: Nodes {
                nodes: &analysis.nodes,
                on_delete: analysis.is_on_delete(),
                now,
            },
        }
    }
}

/// An `EligibilityReport` with `today` and `then` around the parts that differ.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct WhatIfReport<'a> {
    /// What every report begins with.
    #[serde(flatten)]
    pub header: Header,
    /// The DaemonSet.
    pub daemon_set: DaemonSetRef<'a>,
    /// False for a manifest: the nodes are judged by its template, while the pods are those of the
    /// stored DaemonSet of the same name, if any.
    pub applied: bool,
    /// The changes to try, as written in the flags.
    pub changes: Vec<String>,
    /// As it is.
    pub today: NodesAndStatus<'a>,
    /// As it would be, before the controller acts.
    pub then: NodesAndStatus<'a>,
    /// What the controller would do in response.
    pub effects: Effects<&'a String, PodOnNode<'a>>,
    /// The effect on the expectation; absent where there is none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub expectations: Vec<ExpectationChange<'a>>,
}

impl<'a> WhatIfReport<'a> {
    /// The report of `analysis`.
    #[must_use]
    pub fn new(analysis: &'a what_if::WhatIfReport) -> Self {
        let now = analysis.basis.evaluated_at;
        Self {
            header: Header::of(KIND, &analysis.basis, analysis.clean),
            daemon_set: (&analysis.daemon_set).into(),
            applied: analysis.applied,
            changes: words::change::changes(&analysis.changes),
            today: NodesAndStatus::new(&analysis.today, analysis.is_on_delete, now),
            then: NodesAndStatus::new(&analysis.then, analysis.is_on_delete, now),
            effects: Effects::new(&analysis.effects),
            expectations: ExpectationChange::all(&analysis.expectations),
        }
    }
}

/// A pod and its node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PodOnNode<'a> {
    /// The node.
    pub node: &'a str,
    /// The pod.
    pub pod: &'a str,
}

impl<'a> From<&'a what_if::PodOnNode> for PodOnNode<'a> {
    fn from(pod: &'a what_if::PodOnNode) -> Self {
        Self {
            node: &pod.node,
            pod: &pod.pod,
        }
    }
}

/// The nodes and the counters, today or then.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct NodesAndStatus<'a> {
    /// The counters, where all nodes were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// The nodes on which the changes are tried, by name.
    #[cfg_attr(test, schemars(with = "Vec<Node<'a>>"))]
    pub nodes: Nodes<'a>,
}

impl<'a> NodesAndStatus<'a> {
    fn new(parts: &'a what_if::NodesAndStatus, on_delete: bool, now: Timestamp) -> Self {
        Self {
            status: parts.status.as_ref().map(|s| Status::new(s, now)),
            nodes: Nodes {
                nodes: &parts.nodes,
                on_delete,
                now,
            },
        }
    }
}

/// The counters as the controller would write them now, those of `.status`, and where they differ.
/// Where nodes or pods couldn't be read, only those of `.status`.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(
    test,
    schemars(extend(
        "dependentRequired" = {"desired": COUNTERS},
        "anyOf" = [{"required": ["desired"]}, {"required": ["reported"]}],
    ))
)]
#[serde(rename_all = "camelCase")]
pub struct Status {
    /// What the controller would count now.
    #[serde(flatten)]
    pub computed: Option<Counters>,
    /// What `.status` holds; left out for a DaemonSet that was never stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reported: Option<Counters>,
    /// Where they differ, with the cause.
    pub differences: Vec<Difference>,
}

/// One counter that differs.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Difference {
    /// The name of the counter.
    #[cfg_attr(test, schemars(extend("enum" = COUNTERS)))]
    pub counter: &'static str,
    /// What the controller would count now.
    pub computed: usize,
    /// What `.status` holds.
    pub reported: usize,
    /// The code of the cause.
    pub cause: Code,
    /// The cause in words.
    pub message: Sentence,
}

impl Status {
    fn new(status: &status::StatusReport, now: Timestamp) -> Self {
        let differences = status.differences.iter().map(|difference| Difference {
            counter: difference.counter,
            computed: difference.computed,
            reported: difference.reported,
            cause: difference.cause.code(),
            message: words::status::cause(&difference.cause, now),
        });
        Self {
            computed: status.computed,
            reported: status.reported,
            differences: differences.collect(),
        }
    }
}

/// The nodes of a report; each is converted when it is encoded, so that only one is held in memory.
#[derive(Clone, Copy, Debug)]
pub struct Nodes<'a> {
    nodes: &'a [NodeEligibility],
    on_delete: bool,
    now: Timestamp,
}

impl Serialize for Nodes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(
            self.nodes
                .iter()
                .map(|node| Node::new(node, self.on_delete, self.now)),
        )
    }
}

/// The result for one node.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Node<'a> {
    /// The node's name.
    pub name: &'a str,
    /// Whether a pod is created here when there is none; `null` when the node couldn't be read.
    pub should_run: Option<bool>,
    /// Whether an existing pod stays; `null` when the node couldn't be read.
    pub should_continue_running: Option<bool>,
    /// Both in one word.
    pub eligibility: Eligibility,
    /// The state of the pod that counts for the node.
    pub pod_state: PodState,
    /// Whether the DaemonSet is expected here, whether or not it is here.
    pub expected: bool,
    /// How far the node is from being eligible: all zero for an eligible one.
    pub distance: Distance,
    /// All reasons, those of the template first, then those of the pods.
    pub reasons: Vec<Reason>,
    /// The pods, the one that counts first.
    pub pods: Vec<Pod<'a>>,
    /// The chain of rules; only when one node was asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<Rule>,
    /// What would make it eligible, confirmed by the engine; only when one node was asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub remedies: Vec<Remedy<'a>>,
    /// One command for all template changes among the remedies; left out where they aren't enough,
    /// and for a manifest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template_patch: Option<&'a Command>,
    /// What the template changes of the remedies would do to other nodes; only with `--impact`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub impact: Option<Impact<'a>>,
}

impl<'a> Node<'a> {
    fn new(node: &'a NodeEligibility, on_delete: bool, now: Timestamp) -> Self {
        let remedies = node.remedies.iter();
        let remedies = remedies.map(|r| Remedy::new(r, &node.name, on_delete));
        Self {
            name: &node.name,
            should_run: node.should_run,
            should_continue_running: node.should_continue_running,
            eligibility: node.eligibility,
            pod_state: node.pod_state,
            expected: node.expected,
            distance: node.distance.into(),
            reasons: reasons(&node.reasons, now),
            pods: pods(&node.pods, now),
            rules: node.rules.iter().map(Rule::from).collect(),
            remedies: remedies.collect(),
            template_patch: node.template_patch.as_ref(),
            impact: node.impact.as_ref().map(Impact::from),
        }
    }
}

/// One pod of a node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Pod<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its own state.
    pub state: PodState,
    /// Its `status.phase`.
    pub phase: &'a str,
    /// Whether the controller counts it as updated; `null` when that can't be known.
    pub updated: Option<bool>,
    /// The node that the pod is bound to; left out while it isn't scheduled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node_name: Option<&'a str>,
    /// Since when it is in this state, where the pod tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// What there is to report about it.
    pub reasons: Vec<Reason>,
}

/// The pods of a node, described at `now`.
#[must_use]
pub fn pods(pods: &[DaemonPod], now: Timestamp) -> Vec<Pod<'_>> {
    let pods = pods.iter().map(|pod| Pod {
        name: &pod.name,
        state: pod.state,
        phase: &pod.phase,
        updated: pod.updated,
        node_name: pod.node_name.as_deref(),
        since: pod.since,
        reasons: reasons(&pod.reasons, now),
    });
    pods.collect()
}
