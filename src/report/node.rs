//! `NodeReport`: the reverse of an eligibility report, all DaemonSets on one node.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use crate::analysis::next::steps_for_on_node;
use crate::analysis::node::Eligibility;
use crate::analysis::on_node::{self as facts, State};
use crate::analysis::orphan::{self as facts_of_orphan, OrphanState};
use crate::analysis::pod::PodState;
use crate::analysis::rollout::plan::StrategyType;
use crate::words;

use super::coverage::ExpectationChange;
use super::daemon_set::DaemonSetRef;
use super::effects::Effects;
use super::eligibility::{Pod, pods};
use super::footprint::{Quantities, quantities};
use super::header::Header;
use super::next::Step;
use super::reason::{Reason, reasons};
use super::remedy::Distance;

/// `kind` of the report.
pub(super) const KIND: &str = "NodeReport";

/// Which DaemonSets run on a node, and what they request there.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct NodeReport<'a> {
    /// What every report begins with.
    #[serde(flatten)]
    pub header: Header,
    /// The node's name.
    pub node: &'a str,
    /// Whether the node exists; `null` when nodes couldn't be read.
    pub node_exists: Option<bool>,
    /// The DaemonSets on the node.
    #[serde(flatten)]
    pub on_node: DaemonSetsOnNode<'a>,
    /// The daemon pods there whose DaemonSets don't exist any more; left out where there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub orphans: Vec<Orphan<'a>>,
    /// What to ask next about the DaemonSets that need attention; left out where none does.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub next: Vec<Step>,
}

impl<'a> NodeReport<'a> {
    /// The published form of `report`.
    #[must_use]
    pub fn new(report: &'a facts::NodeReport) -> Self {
        Self {
            header: Header::of(KIND, &report.basis, report.clean),
            node: &report.node,
            node_exists: report.node_exists,
            on_node: DaemonSetsOnNode::new(&report.on_node, report.basis.evaluated_at),
            orphans: report.orphans.iter().map(Orphan::from).collect(),
            next: steps_for_on_node(report)
                .into_iter()
                .map(Step::from)
                .collect(),
        }
    }
}

/// A `NodeReport` with `today` and `then` around the parts that differ.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct NodeWhatIf<'a> {
    /// What every report begins with.
    #[serde(flatten)]
    pub header: Header,
    /// The node's name.
    pub node: &'a str,
    /// False for a node from `--node-file`, which counts as not existing yet and as having no pods,
    /// even if a node of that name exists.
    pub node_exists: bool,
    /// The changes to try, as written in the flags.
    pub changes: Vec<String>,
    /// What the controller would do in response.
    pub effects: Effects<Affected<'a>, Affected<'a>>,
    /// The effect on expectations that the changes break, fix or leave broken; absent where there
    /// are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub expectations: Vec<ExpectationChange<'a>>,
    /// As it is; `null` for a node that doesn't exist yet.
    pub today: Option<DaemonSetsOnNode<'a>>,
    /// As it would be, before the controller acts; the sums are those after it has acted.
    pub then: DaemonSetsOnNode<'a>,
}

impl<'a> NodeWhatIf<'a> {
    /// The published form of `report`.
    #[must_use]
    pub fn new(report: &'a facts::NodeWhatIf) -> Self {
        let now = report.basis.evaluated_at;
        Self {
            header: Header::of(KIND, &report.basis, report.clean),
            node: &report.node,
            node_exists: report.node_exists,
            changes: words::change::changes(&report.changes),
            effects: Effects::new(&report.effects),
            expectations: ExpectationChange::all(&report.expectations),
            today: report.today.as_ref().map(|t| DaemonSetsOnNode::new(t, now)),
            then: DaemonSetsOnNode::new(&report.then, now),
        }
    }
}

/// A daemon pod whose DaemonSet doesn't exist any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Orphan<'a> {
    /// Its namespace.
    pub namespace: &'a str,
    /// Its name.
    pub pod: &'a str,
    /// The DaemonSet that made it; `null` where neither its owner nor its name tells.
    pub daemon_set: Option<&'a str>,
    /// What becomes of it.
    pub state: OrphanState,
}

impl<'a> From<&'a facts_of_orphan::Orphan> for Orphan<'a> {
    fn from(orphan: &'a facts_of_orphan::Orphan) -> Self {
        Self {
            namespace: &orphan.namespace,
            pod: &orphan.pod,
            daemon_set: orphan.daemon_set.as_deref(),
            state: orphan.state(),
        }
    }
}

/// A DaemonSet that a change affects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Affected<'a> {
    /// The DaemonSet.
    #[serde(flatten)]
    pub daemon_set: DaemonSetRef<'a>,
    /// Its pod; left out where there is none yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pod: Option<&'a str>,
}

impl<'a> From<&'a facts::Affected> for Affected<'a> {
    fn from(affected: &'a facts::Affected) -> Self {
        Self {
            daemon_set: (&affected.daemon_set).into(),
            pod: affected.pod.as_deref(),
        }
    }
}

/// A node and its DaemonSets at one time: as they are, or after a what-if.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct DaemonSetsOnNode<'a> {
    /// The node itself; `null` when it couldn't be read.
    pub condition: Option<Condition<'a>>,
    /// The DaemonSets by namespace and name.
    pub daemon_sets: Vec<OnNode<'a>>,
    /// Requests, allocatable, and what is left.
    #[serde(flatten)]
    pub sums: Sums<'a>,
    /// How many DaemonSets are in which state.
    pub summary: Summary,
}

impl<'a> DaemonSetsOnNode<'a> {
    fn new(on_node: &'a facts::DaemonSetsOnNode, now: Timestamp) -> Self {
        let daemon_sets = on_node.daemon_sets.iter();
        Self {
            condition: on_node.condition.as_ref().map(Condition::from),
            daemon_sets: daemon_sets.map(|one| OnNode::new(one, now)).collect(),
            sums: (&on_node.sums).into(),
            summary: on_node.summary.into(),
        }
    }
}

/// The node itself, in brief.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Condition<'a> {
    /// The condition `Ready`; `null` when the node has none.
    #[cfg_attr(test, schemars(extend("enum" = ["True", "False", "Unknown", null])))]
    pub ready: Option<&'a str>,
    /// When the condition `Ready` last changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ready_since: Option<Timestamp>,
    /// Whether the node is unschedulable (`spec.unschedulable`).
    pub cordoned: bool,
    /// The taints, as `kubectl taint` writes them.
    pub taints: Vec<String>,
    /// The node's deletion; absent unless it is being deleted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deletion: Option<NodeDeletion<'a>>,
}

/// A node that is being deleted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct NodeDeletion<'a> {
    /// Since when.
    pub since: Timestamp,
    /// The finalizers that hold it.
    pub finalizers: &'a [String],
}

impl<'a> From<&'a facts::Condition> for Condition<'a> {
    fn from(condition: &'a facts::Condition) -> Self {
        Self {
            ready: condition.ready.as_deref(),
            ready_since: condition.ready_since,
            cordoned: condition.cordoned,
            taints: condition.taints.iter().map(ToString::to_string).collect(),
            deletion: condition.deletion.as_ref().map(|deletion| NodeDeletion {
                since: deletion.since,
                finalizers: &deletion.finalizers,
            }),
        }
    }
}

/// What the daemon pods of a node request together, and what they leave.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Sums<'a> {
    /// What the scheduler counts for the pods of running DaemonSets as they are (including those
    /// that the next rollout loses) and for new pods of those that would start; `pods` is their
    /// number.
    pub requests: Quantities<'a>,
    /// The node's `status.allocatable`; `null` when the node couldn't be read or doesn't say.
    pub allocatable: Option<BTreeMap<&'a str, &'a str>>,
    /// Allocatable minus the requests, for all other pods together; negative where the daemon pods
    /// alone don't fit. A resource is left out where its allocatable isn't a quantity, or is
    /// missing though every kubelet reports it (cpu, memory, ephemeral-storage, pods): what is left
    /// of it isn't known.
    pub left: Option<Quantities<'a>>,
    /// The share of allocatable that is requested, in percent.
    pub percent: &'a BTreeMap<String, f64>,
}

impl<'a> From<&'a facts::Sums> for Sums<'a> {
    fn from(sums: &'a facts::Sums) -> Self {
        Self {
            requests: quantities(&sums.requests),
            allocatable: sums.allocatable.as_ref().map(|a| a.iter().collect()),
            left: sums.left.as_ref().map(quantities),
            percent: &sums.percent,
        }
    }
}

/// How many DaemonSets are in which state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// DaemonSets that should run here and have a pod.
    pub runs: usize,
    /// DaemonSets that should run here; the controller creates a pod at its next sync.
    pub would_start: usize,
    /// DaemonSets with a misscheduled pod here; it runs until a rollout or somebody deletes it, and
    /// isn't created again.
    pub lost_at_rollout: usize,
    /// DaemonSets with a misscheduled pod here; the controller deletes it at its next sync, or
    /// taint eviction does.
    pub would_stop: usize,
    /// DaemonSets with a pod that should be created or deleted while something prevents the
    /// controller from it; the reasons say what.
    pub held: usize,
    /// DaemonSets that have no pod here and should have none.
    pub excluded: usize,
    /// DaemonSets for which this isn't known, because the node or its pods couldn't be read.
    pub unknown: usize,
    /// Those with problems, in any state.
    pub not_clean: usize,
}

impl From<facts::Summary> for Summary {
    fn from(summary: facts::Summary) -> Self {
        Self {
            runs: summary.runs,
            would_start: summary.would_start,
            lost_at_rollout: summary.lost_at_rollout,
            would_stop: summary.would_stop,
            held: summary.held,
            excluded: summary.excluded,
            unknown: summary.unknown,
            not_clean: summary.not_clean,
        }
    }
}

/// One DaemonSet on the node.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct OnNode<'a> {
    /// The DaemonSet.
    #[serde(flatten)]
    pub daemon_set: DaemonSetRef<'a>,
    /// Its state here.
    pub state: State,
    /// Whether it is as it should be; `null` when that can't be known.
    pub clean: Option<bool>,
    /// Whether a pod is created here when there is none; `null` when the node couldn't be read.
    pub should_run: Option<bool>,
    /// Whether an existing pod stays; `null` when the node couldn't be read.
    pub should_continue_running: Option<bool>,
    /// Both in one word.
    pub eligibility: Eligibility,
    /// The state of the pod that counts for the node.
    pub pod_state: PodState,
    /// Whether it is expected to run here, whether or not it does.
    pub expected: bool,
    /// How far the node is from being eligible.
    pub distance: Distance,
    /// `spec.updateStrategy.type`; under `OnDelete` nothing is rolled automatically.
    pub update_strategy: StrategyType,
    /// What the scheduler counts for its pods here, as they are after LimitRanges and in-place
    /// resizes; without a pod here, what a new one would request. `null` when a quantity can't be
    /// parsed.
    pub requests: Option<Quantities<'a>>,
    /// What a new pod would request: by the template, plus the defaults of the namespace's
    /// LimitRanges as far as they were read. `None` when one of its quantities can't be parsed.
    pub new_pod_requests: Option<Quantities<'a>>,
    /// All reasons.
    pub reasons: Vec<Reason>,
    /// The pods, the one that counts first.
    pub pods: Vec<Pod<'a>>,
}

impl<'a> OnNode<'a> {
    fn new(one: &'a facts::OnNode, now: Timestamp) -> Self {
        Self {
            daemon_set: (&one.daemon_set).into(),
            state: one.state,
            clean: one.clean,
            should_run: one.should_run,
            should_continue_running: one.should_continue_running,
            eligibility: one.eligibility,
            pod_state: one.pod_state,
            expected: one.expected,
            distance: one.distance.into(),
            update_strategy: one.update_strategy,
            requests: one.requests.as_ref().map(quantities),
            new_pod_requests: one.new_pod_requests.as_ref().map(quantities),
            reasons: reasons(&one.reasons, now),
            pods: pods(&one.pods, now),
        }
    }
}
