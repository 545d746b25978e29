//! One node of a report.

use serde::Serialize;

use crate::engine::{CompiledDaemonSet, Decision, Finding, node_should_run_daemon_pod};
use crate::model::{Command, Node, Pod};

use super::controller::Controller;
use super::drift::Templates;
use super::health;
use super::impact::Impact;
use super::owners::agent::OwnTaints;
use super::pod::{DaemonPod, PodContext, PodState};
use super::pod_events::PodEvents;
use super::pods_here::{explain_taints, live, only_condition_taints, pod_reasons};
use super::reason::{Code, Ended, Misscheduled, Reason, reasons};
use super::remedy::{Distance, Remedy, distance_of};
use super::room::Room;
use super::rules::Rule;
use super::virtual_nodes::virtual_nodes;

/// The verdict on a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Eligibility {
    /// New pods are created here, and existing ones stay.
    Eligible,
    /// No new pod is created, but an existing one stays.
    KeepsRunning,
    /// No new pod is created, and an existing one is deleted.
    Excluded,
    /// The node couldn't be read.
    Unknown,
}

impl From<Decision> for Eligibility {
    fn from(decision: Decision) -> Self {
        match (decision.should_run, decision.should_continue_running) {
            (true, _) => Self::Eligible,
            (false, true) => Self::KeepsRunning,
            (false, false) => Self::Excluded,
        }
    }
}

/// When a misscheduled pod disappears without intervention.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ClearsWhen {
    /// It is going already.
    BeingDeleted,
    /// The controller deletes it at a sync that is due.
    AtNextSync,
    /// The controller deletes it at its next sync, which nothing has started yet.
    OnceSynced,
    /// The node recovers from its condition.
    NodeRecovers,
    /// A rollout under way gets to it.
    RolloutGetsThere,
    /// Never: somebody has to delete it.
    Never,
    /// Taint eviction deletes them even though the controller does nothing.
    ByEviction,
}

/// The result for one node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeEligibility {
    /// The node's name.
    pub name: String,
    /// Whether a pod is created here when there is none; `None` when the node couldn't be read.
    pub should_run: Option<bool>,
    /// Whether an existing pod stays; `None` when the node couldn't be read.
    pub should_continue_running: Option<bool>,
    /// Both in one word.
    pub eligibility: Eligibility,
    /// The state of the pod that counts for the node.
    pub pod_state: PodState,
    /// Whether it is expected to run here: somebody says so, or near misses count.
    pub expected: bool,
    /// How far the node is from being eligible: all zero for an eligible one.
    pub distance: Distance,
    /// All reasons, those of the template first, then those of the pods.
    pub reasons: Vec<Reason>,
    /// The pods, the one that counts first.
    pub pods: Vec<DaemonPod>,
    /// The chain of rules; only when one node was asked for.
    pub rules: Vec<Rule>,
    /// What would make it eligible; only when one node was asked for.
    pub remedies: Vec<Remedy>,
    /// One command for all template changes among them; only where these are enough.
    pub template_patch: Option<Command>,
    /// What the template changes of the remedies would do to other nodes; only with `--impact`.
    pub impact: Option<Impact>,
}

/// The pods of one node, with what is needed to judge them.
#[derive(Clone, Copy, Debug)]
pub struct NodePods<'a> {
    /// Sorted as upstream sorts them; `None` when pods couldn't be read.
    pub pods: Option<&'a [&'a Pod]>,
    /// The context in which they are judged.
    pub context: PodContext<'a>,
    /// The templates that they may be from, where any are known.
    pub templates: Option<&'a Templates<'a>>,
    /// What the controller does for their DaemonSet.
    pub controller: Controller,
    /// What prevents pods from being created, if anything is known to.
    pub cannot_create: &'a [Reason],
    /// The warnings about them.
    pub events: &'a PodEvents<'a>,
    /// Which pods hold what they lack on their nodes.
    pub room: &'a Room<'a>,
    /// The taints that their DaemonSet removes itself.
    pub own_taints: &'a OwnTaints,
}

impl NodeEligibility {
    /// Evaluates `node`, and returns its findings for further use.
    #[must_use]
    pub fn new<'a>(
        ds: &'a CompiledDaemonSet,
        node: &'a Node,
        pods: NodePods<'_>,
    ) -> (Self, Vec<Finding<'a>>) {
        let mut findings = Vec::new();
        let decision = node_should_run_daemon_pod(ds, node, &mut findings);
        let mut reasons = reasons(&findings, ds);
        explain_taints(node, pods.own_taints, &mut reasons);
        let reports = pod_reports(pods, Ended::new(decision, pods.controller.acts()));
        let pod_state = pod_state(decision, pods, &reports);
        pod_reasons(node, decision, pod_state, &reports, pods, &mut reasons);
        if decision.should_run {
            reasons.extend(pending_on_virtual_node(ds, node, &reasons));
        }
        let report = Self {
            name: node.name.to_string(),
            should_run: Some(decision.should_run),
            should_continue_running: Some(decision.should_continue_running),
            eligibility: decision.into(),
            expected: false,
            distance: distance_of(node, &findings, pods.own_taints),
            pod_state,
            reasons,
            pods: reports,
            rules: Vec::new(),
            remedies: Vec::new(),
            template_patch: None,
            impact: None,
        };
        (report, findings)
    }

    /// A node that pods name but that doesn't exist.
    #[must_use]
    pub fn of_missing_node(name: &str, pods: NodePods<'_>) -> Self {
        let reports = pod_reports(pods, Ended::Nothing);
        let mut reasons: Vec<_> = reports
            .iter()
            .map(|pod| missing_node(pod, name, pods.controller.acts()))
            .collect();
        reasons.extend(reports.iter().flat_map(|p| p.reasons.iter().cloned()));
        Self {
            name: name.to_owned(),
            should_run: Some(false),
            should_continue_running: Some(false),
            eligibility: Eligibility::Excluded,
            expected: false,
            distance: Distance::default(),
            pod_state: reports.first().map_or(PodState::None, |p| p.state),
            reasons,
            pods: reports,
            rules: Vec::new(),
            remedies: Vec::new(),
            template_patch: None,
            impact: None,
        }
    }

    /// A node that couldn't be read, with the pods that name it.
    #[must_use]
    pub fn of_unknown_node(name: &str, pods: NodePods<'_>) -> Self {
        let reports = pod_reports(pods, Ended::AfterBackoff);
        Self {
            name: name.to_owned(),
            should_run: None,
            should_continue_running: None,
            eligibility: Eligibility::Unknown,
            expected: false,
            distance: Distance::default(),
            pod_state: reports.first().map_or(PodState::Unknown, |p| p.state),
            reasons: reports
                .iter()
                .flat_map(|p| p.reasons.iter().cloned())
                .collect(),
            pods: reports,
            rules: Vec::new(),
            remedies: Vec::new(),
            template_patch: None,
            impact: None,
        }
    }

    /// Whether pods name it but it doesn't exist.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        self.has(Code::NodeMissing)
    }

    /// Whether the DaemonSet is expected here but excluded: the node is uncovered, whether or not
    /// it still has a pod.
    #[must_use]
    pub fn is_excluded_though_expected(&self) -> bool {
        self.expected && self.should_run == Some(false)
    }

    /// Whether one of its reasons has this code.
    #[must_use]
    pub fn has(&self, code: Code) -> bool {
        self.reasons.iter().any(|r| r.code() == code)
    }

    /// The pods that are neither being deleted nor ended.
    pub(super) fn live_pods(&self) -> impl Iterator<Item = &DaemonPod> {
        live(&self.pods)
    }

    /// Whether only a condition of the node excludes pods.
    #[must_use]
    pub fn waits_for_its_condition(&self) -> bool {
        only_condition_taints(&self.reasons)
    }

    /// When its misscheduled pods disappear by themselves.
    #[must_use]
    pub fn clears(&self) -> ClearsWhen {
        let then = self.reasons.iter().find_map(|reason| match reason {
            Reason::Misscheduled(then) => Some(*then),
            _ => None,
        });
        match then {
            Some(Misscheduled::Terminating) => ClearsWhen::BeingDeleted,
            Some(Misscheduled::Evicted) => ClearsWhen::ByEviction,
            Some(Misscheduled::Ended | Misscheduled::Deleted) => ClearsWhen::AtNextSync,
            Some(Misscheduled::DeletedUnbound) => ClearsWhen::OnceSynced,
            Some(Misscheduled::UntilRecovery) => ClearsWhen::NodeRecovers,
            Some(Misscheduled::UntilRolled) if self.is_rolled() => ClearsWhen::RolloutGetsThere,
            Some(Misscheduled::Kept | Misscheduled::UntilDeleted | Misscheduled::UntilRolled)
            | None => ClearsWhen::Never,
        }
    }

    /// Whether a rollout is under way that deletes its pod.
    fn is_rolled(&self) -> bool {
        let first = self.pods.first();
        first.is_some_and(|pod| pod.updated == Some(false))
    }

    /// The verdict given the existing pods: without a pod, none keeps running.
    #[must_use]
    pub const fn eligibility_for_pods(&self) -> Eligibility {
        match self.eligibility {
            Eligibility::KeepsRunning if self.pods.is_empty() => Eligibility::Excluded,
            eligibility => eligibility,
        }
    }

    /// Whether the node is as it should be; `None` when that can't be known.
    #[must_use]
    pub fn is_clean(&self) -> Option<bool> {
        health::of_node(self)
    }
}

/// A pod that isn't started where none should ever run.
fn pending_on_virtual_node(
    ds: &CompiledDaemonSet,
    node: &Node,
    reasons: &[Reason],
) -> Option<Reason> {
    let is_pending = |r: &Reason| matches!(r.code(), Code::PodUnschedulable | Code::PodPending);
    let is_any = reasons.iter().any(is_pending);
    is_any.then(|| virtual_nodes(ds, std::slice::from_ref(node), |_| true))?
}

fn missing_node(pod: &DaemonPod, node: &str, acts: bool) -> Reason {
    Reason::NodeMissing {
        pod: pod.name.clone(),
        node: node.to_owned(),
        is_bound: pod.node_name.is_some(),
        controller_acts: acts,
    }
}

fn pod_reports(pods: NodePods<'_>, ended: Ended) -> Vec<DaemonPod> {
    let context = PodContext {
        ended,
        ..pods.context
    };
    let pods_here = pods.pods.unwrap_or_default().iter();
    pods_here
        .map(|pod| {
            let adopted = pod.controller().is_none();
            let mut report = DaemonPod::new(pod, context, pods.templates, adopted);
            pods.events.add_to(&mut report, pod);
            pods.room.add_to(&mut report, pod);
            report
        })
        .collect()
}

fn pod_state(decision: Decision, pods: NodePods<'_>, reports: &[DaemonPod]) -> PodState {
    match (pods.pods, reports.first()) {
        (None, _) => PodState::Unknown,
        (Some(_), Some(first)) => first.state,
        (Some(_), None) if decision.should_run => PodState::Missing,
        (Some(_), None) => PodState::None,
    }
}
