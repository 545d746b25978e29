//! Why nodes are broken: the cause of each node, and the nodes that share it.

use std::collections::{BTreeMap, HashMap};

use crate::model::Node;

use super::attribute::{Attribute, Attributes};
use super::health;
use super::node::{ClearsWhen, NodeEligibility};
use super::pod::PodState;
use super::reason::{Code, NotReadyCause, Reason};

/// Nodes that are broken for the same cause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CauseGroup {
    /// The cause, with the facts of the first node and the restarts of all; `None` where nothing
    /// says why.
    pub reason: Option<Reason>,
    /// All reasons that exclude the nodes, where the DaemonSet is expected on them; empty
    /// elsewhere.
    pub excluded_by: Vec<Reason>,
    /// The warning about the pod of the first node, where the cause doesn't already say it.
    pub warning: Option<Reason>,
    /// The state of the first node's pod.
    pub pod_state: PodState,
    /// The nodes by name.
    pub nodes: Vec<String>,
    /// What they have in common that no other node has on which the DaemonSet should run or is
    /// expected.
    pub shared: Vec<Attribute>,
}

impl CauseGroup {
    fn add(&mut self, node: &NodeEligibility, reason: Option<&Reason>) {
        self.nodes.push(node.name.clone());
        let own = self.reason.as_mut().and_then(Reason::container_mut);
        if let (Some(own), Some(other)) = (own, reason.and_then(Reason::container)) {
            own.add_restarts(other.restarts);
        }
        if let (
            Some(Reason::PodUnschedulable { lacks, .. }),
            Some(Reason::PodUnschedulable { lacks: others, .. }),
        ) = (&mut self.reason, reason)
        {
            let pairs = lacks.iter_mut().zip(others);
            pairs.for_each(|(own, other)| own.add(other));
        }
    }
}

/// Two nodes with the same key are grouped: their cause, all that excludes them, their warning, and
/// the state of their pods.
type GroupKey = (Option<Reason>, Vec<Reason>, Option<Reason>, PodState);

/// The broken nodes of `reports` by cause, the largest group first. `nodes` are the nodes that were
/// read.
#[must_use]
pub fn causes(reports: &[NodeEligibility], nodes: &[Node]) -> Vec<CauseGroup> {
    let mut groups: Vec<CauseGroup> = Vec::new();
    let mut places: BTreeMap<GroupKey, usize> = BTreeMap::new();
    for report in reports.iter().filter(|r| is_broken(r)) {
        let reason = main_cause(report);
        let warning = reason.and_then(|reason| warning(report, reason));
        let excluded_by = excluded_by(report);
        let key = (
            reason.map(Reason::alike),
            excluded_by.iter().map(Reason::alike).collect(),
            warning.map(Reason::alike),
            report.pod_state,
        );
        let place = *places.entry(key).or_insert(groups.len());
        match groups.get_mut(place) {
            Some(group) => group.add(report, reason),
            None => groups.push(CauseGroup {
                reason: reason.cloned(),
                excluded_by,
                warning: warning.cloned(),
                pod_state: report.pod_state,
                nodes: vec![report.name.clone()],
                shared: Vec::new(),
            }),
        }
    }
    share(&mut groups, reports, nodes);
    groups.sort_by_key(|group| {
        let depth = group.reason.as_ref().map_or(u8::MAX, depth);
        (
            is_only_outdated(group),
            std::cmp::Reverse(group.nodes.len()),
            depth,
        )
    });
    groups
}

/// Whether a node that should run a pod, is expected to, or is unknown, is not healthy.
#[must_use]
pub fn is_broken(node: &NodeEligibility) -> bool {
    let is_wanted = node.should_run != Some(false) || node.is_excluded_though_expected();
    is_wanted && health::of_node(node) == Some(false)
}

/// All reasons that exclude a node on which the DaemonSet is expected.
fn excluded_by(node: &NodeEligibility) -> Vec<Reason> {
    let reasons = node.reasons.iter();
    let deciding = reasons.filter(|r| node.is_excluded_though_expected() && r.decides().is_some());
    deciding.cloned().collect()
}

/// Whether the pods of the nodes are available and only run an older template.
#[must_use]
pub fn is_only_outdated(group: &CauseGroup) -> bool {
    let cause = group.reason.as_ref().map(Reason::code);
    group.pod_state == PodState::Available && cause == Some(Code::PodOutdated)
}

/// Whether the pods of the nodes are ready and only `minReadySeconds` isn't over: a rollout in
/// progress.
#[must_use]
pub fn is_settling(group: &CauseGroup) -> bool {
    group.reason.as_ref().is_some_and(is_in_progress)
}

/// The same for the cause of one node.
#[must_use]
pub const fn is_in_progress(reason: &Reason) -> bool {
    matches!(
        reason,
        Reason::PodNotYetAvailable {
            available_at: Some(_),
            ..
        }
    )
}

fn share(groups: &mut [CauseGroup], reports: &[NodeEligibility], nodes: &[Node]) {
    if groups.is_empty() {
        return;
    }
    let by_name: HashMap<&str, &Node> = nodes.iter().map(|n| (&*n.name, n)).collect();
    let is_wanted =
        |r: &&NodeEligibility| r.should_run == Some(true) || r.is_excluded_though_expected();
    let wanted = reports.iter().filter(is_wanted);
    let wanted = wanted.filter_map(|r| by_name.get(r.name.as_str()).copied());
    let attributes = Attributes::new(wanted);
    for group in groups.iter_mut().filter(|group| !tells_apart(group)) {
        let known = group.nodes.iter();
        let known = known.filter_map(|name| by_name.get(name.as_str()).copied());
        group.shared = attributes.shared_by(&known.collect::<Vec<_>>());
    }
}

/// Whether the cause itself says what sets the nodes apart from others.
fn tells_apart(group: &CauseGroup) -> bool {
    group.reason.as_ref().map(Reason::code) == Some(Code::VirtualNode)
}

/// Nodes with a pod that shouldn't be there, for the same reasons and for equally long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MisscheduledGroup<'a> {
    /// What excludes the nodes, with the facts of the first one.
    pub reasons: Vec<&'a Reason>,
    /// When their pods go.
    pub clears: ClearsWhen,
    /// The nodes by name.
    pub nodes: Vec<&'a str>,
}

/// The nodes of `reports` that have a pod but shouldn't.
#[must_use]
pub fn misscheduled_groups(reports: &[NodeEligibility]) -> Vec<MisscheduledGroup<'_>> {
    let mut groups: BTreeMap<(Vec<Reason>, ClearsWhen), MisscheduledGroup<'_>> = BTreeMap::new();
    for node in reports.iter().filter(|n| is_misscheduled(n)) {
        let reasons: Vec<&Reason> = node
            .reasons
            .iter()
            .filter(|r| r.decides().is_some())
            .collect();
        let clears = node.clears();
        let key = (reasons.iter().map(|r| r.cause()).collect(), clears);
        let group = groups.entry(key).or_insert_with(|| MisscheduledGroup {
            reasons,
            clears,
            nodes: Vec::new(),
        });
        group.nodes.push(&node.name);
    }
    let mut groups: Vec<_> = groups.into_values().collect();
    groups.sort_by_key(|group| std::cmp::Reverse(group.nodes.len()));
    groups
}

/// Whether the nodes of a group lack their pods because the DaemonSet is being deleted.
#[must_use]
pub fn is_gone_as_wanted(group: &CauseGroup) -> bool {
    let code = group.reason.as_ref().map(Reason::code);
    code == Some(Code::DaemonSetDeleting) && group.pod_state == PodState::Missing
}

/// Whether something is to be done about a group.
#[must_use]
pub fn needs_steps(group: &CauseGroup) -> bool {
    !is_only_outdated(group) && !is_gone_as_wanted(group)
}

/// Whether a node that should run no pod has one. A node that doesn't exist isn't counted, as
/// upstream doesn't count it.
#[must_use]
pub fn is_misscheduled(node: &NodeEligibility) -> bool {
    node.should_run == Some(false) && !node.pods.is_empty() && !node.is_missing()
}

/// The root cause of a node's problem; for an excluded node on which the DaemonSet is expected,
/// what excludes it.
#[must_use]
pub fn main_cause(node: &NodeEligibility) -> Option<&Reason> {
    if node.is_excluded_though_expected() {
        return node.reasons.iter().find(|r| r.decides().is_some());
    }
    root_cause(&node.reasons)
}

/// The root cause among reasons about one pod or node.
#[must_use]
pub fn root_cause(reasons: &[Reason]) -> Option<&Reason> {
    // Of equals the first.
    reasons.iter().min_by_key(|reason| depth(reason))
}

/// The warning about the pod that `cause` is about; `None` where the cause says more, or isn't
/// about a pod.
#[must_use]
pub fn warning<'n>(node: &'n NodeEligibility, cause: &Reason) -> Option<&'n Reason> {
    warning_among(&node.reasons, cause)
}

/// The same, from the reasons of a node.
#[must_use]
pub fn warning_among<'r>(reasons: &'r [Reason], cause: &Reason) -> Option<&'r Reason> {
    if cause.node_cause() == Some(NotReadyCause::NoPodCidr) {
        // What its network plugin says of it.
        let mut reasons = reasons.iter();
        return reasons.find(|reason| reason.code() == Code::ContainerWaiting);
    }
    let is_of_pod = matches!(
        cause.code(),
        Code::ContainerWaiting
            | Code::PodPending
            | Code::PodNotReady
            | Code::PodTerminating
            | Code::PodUnschedulable
    );
    let mut reasons = reasons.iter().filter(|_| is_of_pod);
    reasons.find(|reason| reason.code() == Code::PodWarning)
}

/// How close a reason is to the root of the problem: a dead node explains what its pods do, and a
/// crash explains more than an outdated pod.
pub(super) fn depth(reason: &Reason) -> u8 {
    match reason {
        // The kubelet reports and pods with hostNetwork start. A problem of such a pod, which may
        // be the network plugin's own, is closer to the root.
        Reason::NodeNotReady { why, .. } if why.cause == NotReadyCause::NetworkPlugin => 7,
        Reason::ContainerWaiting { said, .. }
            if matches!(&*said.reason, "ContainerCreating" | "PodInitializing") =>
        {
            8
        }
        _ => depth_of_kind(reason.code()),
    }
}

const fn depth_of_kind(code: Code) -> u8 {
    match code {
        Code::NodeTerminating | Code::NodeMissing | Code::PodOlderThanNode => 0,
        Code::NodeNotReady | Code::NodeUnderPressure => 1,
        Code::NamespaceTerminating | Code::DaemonSetDeleting => 2,
        Code::FailedCreate => 3,
        // About a node, it explains why the pod stays Pending.
        Code::EvictedAgainAndAgain | Code::VirtualNode => 4,
        Code::ContainerWaiting
        | Code::PodUnschedulable
        | Code::PodFailed
        | Code::PodSucceeded
        | Code::PodTerminating => 5,
        Code::PodPending
        | Code::PodNotReady
        | Code::PodNotYetAvailable
        | Code::PodNotYetScheduled
        | Code::PodSchedulingGated => 6,
        Code::DuplicatePods | Code::Surging => 9,
        Code::PodOutdated | Code::PodDrifted => 10,
        Code::PodToBeAdopted => 11,
        Code::Misscheduled => 12,
        Code::PodMissing => 13,
        // These explain how something ends or warn of what may come; they are never a cause.
        Code::NodeNameMismatch
        | Code::NodeSelectorMismatch
        | Code::NodeAffinityMismatch
        | Code::NodeAffinityInvalid
        | Code::NodeAffinityNoTerms
        | Code::UntoleratedNoExecute
        | Code::UntoleratedNoSchedule
        | Code::UntoleratedPreferNoSchedule
        | Code::PodWarning
        | Code::RestartsAgainAndAgain
        | Code::NamespaceNodeSelector
        | Code::SelectorMatchesEverything
        | Code::SelectorInvalid
        | Code::GenerationNotObserved
        | Code::NeverSynced
        | Code::TaintStartsNoSync
        | Code::DeletedNodeStartsNoSync
        | Code::ExcludedNodeStartsNoSync
        | Code::FewerNodesStartNoSync
        | Code::StatusBehind
        | Code::ForeignPods
        | Code::ReleasedPods
        | Code::LeftBehindPods
        | Code::PodsWithoutNode
        | Code::NodeExcluded
        | Code::ReplacedUnderSurge
        | Code::NodeGoneUnderSurge
        | Code::HostPortsUnderSurge
        | Code::BudgetExhausted
        | Code::BudgetInvalid
        | Code::OldPodsWaitForAHand
        | Code::Controlled
        | Code::OrphanedPod
        | Code::BarePod
        | Code::OwnerWithoutController
        | Code::NoLongerSelected
        | Code::ReleasedEarlier
        | Code::OwnerLetsGo
        | Code::OtherController
        | Code::FormerDaemonSet
        | Code::OwnerGone
        | Code::StaticPod
        | Code::OrphanTerminating
        | Code::OtherIdentity
        | Code::OrphanedRevision
        | Code::GenerationTrap
        | Code::DuplicateRevisions
        | Code::HistoryRewritten
        | Code::SelectorOverlap
        | Code::FewerNodesThanExpected
        | Code::ExpectationInvalid
        | Code::PodNotCounted => 14,
    }
}
