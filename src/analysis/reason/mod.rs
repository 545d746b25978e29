//! Why something is as it is: each cause with its facts, without words.
//!
//! The properties of a kind of cause, whatever its facts, are in the table of [`Code::properties`];
//! its sentences are in `words::reason`.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use crate::engine::affinity::RequirementError;
use crate::engine::rollout::InvalidBudget;
use crate::model::Taint;
use crate::model::selector::LabelSelectorError;

use super::drift::{DriftCause, ImageDrift};
use super::refusal::Evidence;
use super::rollout::host_ports::HostPort;
use super::unschedulable::UnschedulableCause;
use super::virtual_nodes::VirtualKind;

mod cause;
mod claim;
pub mod code;
mod container;
mod details;
mod facts;
mod failure;
mod node;
mod of_findings;
mod pod;
pub mod properties;
mod rejection;
mod requirement;
mod untolerated;

pub use claim::{
    Creator, ForeignOwner, ForeignPod, HistoryRewrite, LabelMismatch, NotCounted, ObjectRef,
    Origin, Released,
};
pub use code::Code;
pub use container::{ContainerFact, EndKind, PullFailure, registry};
pub use failure::{Failure, network_plugin};
pub use node::{NodeTrouble, NotReadyCause};
pub use of_findings::reasons;
pub use pod::{
    AddedSelector, ApiMessage, ControllerManager, Ended, Evicted, Free, Misscheduled, NotReady,
    Owner, PodFact, PortMove, Repeats, Replacement, ResourceHolder, Shortage,
};
pub use rejection::Rejection;
pub use requirement::{Requirement, requirement_text};
pub use untolerated::{ComparisonFailure, NearMiss, NearMissWhy, Untolerated};

/// What a reason denies by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Decides {
    /// No new pod is created; an existing one stays.
    ShouldRun,
    /// An existing pod is deleted.
    ShouldContinueRunning,
    /// No new pod is created, and an existing one is deleted.
    Both,
}

/// A cause, with the rule of the template and the fact of the node or pod.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(
    missing_docs,
    reason = "the kinds are described in Code, by the same names"
)]
pub enum Reason {
    NodeNameMismatch {
        wanted: String,
    },
    NodeSelectorMismatch {
        key: String,
        wanted: String,
        /// The node's value; `None` where it lacks the label.
        found: Option<String>,
    },
    NodeAffinityMismatch(Requirement),
    NodeAffinityInvalid {
        requirement: Requirement,
        /// Why it can't be parsed.
        problem: RequirementError,
        /// Whether no other term matches.
        decides: bool,
    },
    NodeAffinityNoTerms,
    UntoleratedNoExecute(Untolerated),
    UntoleratedNoSchedule(Untolerated),
    UntoleratedPreferNoSchedule(Untolerated),
    EvictedAgainAndAgain {
        taint: Taint,
        /// `tolerationSeconds`.
        seconds: i64,
        /// The index of the toleration in the template; `None` for an automatic one.
        toleration: Option<usize>,
    },
    PodMissing,
    FailedCreate {
        /// What the API server said.
        message: String,
        /// How often.
        count: i64,
        last: Option<Timestamp>,
        /// The evidence that objects give about it.
        evidence: Option<Evidence>,
    },
    NamespaceTerminating {
        namespace: String,
        held: Option<String>,
    },
    PodNotYetScheduled {
        pod: PodFact,
        /// `spec.schedulerName`, unless it is the default.
        scheduler: Option<String>,
    },
    PodSchedulingGated {
        pod: PodFact,
        /// The names in `spec.schedulingGates`.
        gates: Vec<String>,
    },
    PodUnschedulable {
        pod: PodFact,
        /// What the scheduler said.
        scheduler: ApiMessage,
        /// Its priority, where a higher one could preempt others.
        preempts_none_at: Option<i32>,
        /// What of that is about its own node, as far as the node doesn't contradict it.
        unfit: Vec<UnschedulableCause>,
        /// What it lacks on its node, and which pods hold it.
        lacks: Vec<Shortage>,
    },
    PodPending {
        pod: PodFact,
        why: NotReady,
    },
    ContainerWaiting {
        pod: PodFact,
        /// Whether the pod hasn't started; else it runs but isn't ready.
        is_pending: bool,
        container: ContainerFact,
        said: ApiMessage,
    },
    PodNotReady {
        pod: PodFact,
        why: NotReady,
    },
    PodNotYetAvailable {
        pod: String,
        /// `None` where the condition has no time: then the pod never becomes available.
        available_at: Option<Timestamp>,
        /// `spec.minReadySeconds`.
        min_ready_seconds: i32,
    },
    PodWarning {
        pod: String,
        /// The event.
        said: ApiMessage,
        /// The meaning of its message, where that has a known form.
        failure: Option<Failure>,
        /// How often it was seen.
        count: i64,
        first: Option<Timestamp>,
        last: Option<Timestamp>,
    },
    RestartsAgainAndAgain {
        /// The available pods whose container keeps ending the same way; one pod where it is about
        /// a node.
        pods: Vec<String>,
        /// How many pods there are to compare with.
        of: usize,
        /// Their container, from the pod in which it ended last, with the restarts of all.
        container: ContainerFact,
    },
    PodTerminating {
        pod: PodFact,
        /// When its grace period ends or ended.
        grace_ends: Option<Timestamp>,
        /// The finalizers that hold it.
        finalizers: Vec<String>,
    },
    PodFailed {
        pod: PodFact,
        said: ApiMessage,
        then: Ended,
        /// How many pods of the DaemonSet have failed on the node, where the controller reports
        /// more than one.
        repeats: Option<Repeats>,
    },
    PodSucceeded {
        pod: PodFact,
        /// How it ended, where the pod's status says so.
        said: ApiMessage,
        then: Ended,
    },
    DuplicatePods {
        /// Those that are neither being deleted nor ended, the one that counts first.
        pods: Vec<String>,
        /// The strategy surges: an old and a new one stay.
        surges: bool,
    },
    Surging {
        new: String,
        old: String,
    },
    PodOutdated {
        pod: String,
    },
    PodDrifted {
        pod: String,
        /// Why it counts as updated.
        cause: DriftCause,
        /// Images that differ, by container: the pod's and the template's.
        images: BTreeMap<String, ImageDrift>,
    },
    PodToBeAdopted {
        pod: String,
    },
    Misscheduled(Misscheduled),
    NodeMissing {
        pod: String,
        node: String,
        /// Whether the pod is bound to the node; else it is only meant for it.
        is_bound: bool,
        /// Whether the controller acts for the DaemonSet.
        controller_acts: bool,
    },
    PodOlderThanNode {
        pod: String,
        pod_created: Timestamp,
        node_created: Timestamp,
    },
    NodeTerminating {
        since: Option<Timestamp>,
        /// What holds it.
        finalizers: Vec<String>,
    },
    NodeNotReady {
        since: Option<Timestamp>,
        /// Whether the pod that counts for the node is being deleted.
        is_terminating: bool,
        /// What its conditions say.
        why: NodeTrouble,
    },
    NodeUnderPressure {
        /// The taint that stands for the condition.
        taint: Taint,
    },
    VirtualNode {
        nodes: Vec<String>,
        /// Their kinds.
        kinds: Vec<VirtualKind>,
        /// The terms of the node affinity that match them; empty where it requires nothing.
        terms: Vec<usize>,
        /// Whether the node affinity has more than one term.
        of_several: bool,
    },
    NamespaceNodeSelector {
        namespace: String,
        /// The annotation.
        key: String,
        selector: String,
    },
    DaemonSetDeleting {
        since: Option<Timestamp>,
    },
    SelectorMatchesEverything,
    SelectorInvalid {
        problem: LabelSelectorError,
    },
    GenerationNotObserved {
        observed: i64,
        generation: i64,
        manager: Option<ControllerManager>,
    },
    NeverSynced,
    TaintStartsNoSync {
        /// Nodes with a pod from before the taint.
        nodes: usize,
    },
    DeletedNodeStartsNoSync {
        /// Deleted nodes whose pods are still there.
        nodes: usize,
    },
    ExcludedNodeStartsNoSync {
        /// Excluded nodes whose pods aren't bound.
        nodes: usize,
    },
    FewerNodesStartNoSync {
        /// How many fewer.
        nodes: usize,
    },
    StatusBehind,
    ForeignPods {
        pods: Vec<ForeignPod>,
    },
    ReleasedPods {
        pods: Vec<String>,
    },
    LeftBehindPods {
        pods: Vec<String>,
    },
    PodsWithoutNode {
        pods: Vec<String>,
    },
    NodeExcluded,
    ReplacedUnderSurge,
    NodeGoneUnderSurge {
        nodes: Vec<String>,
    },
    HostPortsUnderSurge {
        ports: Vec<HostPort>,
        /// Whether the new pods of this rollout fit, and only those of later ones won't.
        from_next_rollout: bool,
    },
    BudgetExhausted {
        surge: bool,
        allowed: i64,
        used: usize,
        /// Available old pods that wait.
        waiting: usize,
    },
    BudgetInvalid {
        problem: InvalidBudget,
    },
    OldPodsWaitForAHand,
    Controlled,
    OrphanedPod {
        /// Whether it isn't older than the DaemonSet, which may have released it.
        may_be_released: bool,
        origin: Origin,
    },
    BarePod {
        maker: Creator,
    },
    OwnerWithoutController {
        /// The first of its owners.
        owner: ObjectRef,
        /// Whether none of its owners exists; `None` where that isn't known.
        owners_are_gone: Option<bool>,
    },
    NoLongerSelected {
        /// A pod's label that doesn't match.
        mismatch: Option<LabelMismatch>,
    },
    ReleasedEarlier(Released),
    OwnerLetsGo {
        owner: ObjectRef,
    },
    OtherController {
        owner: ObjectRef,
    },
    FormerDaemonSet {
        name: String,
    },
    OwnerGone {
        owner: ObjectRef,
    },
    StaticPod {
        node: String,
    },
    OrphanTerminating,
    OtherIdentity {
        owner: ObjectRef,
    },
    OrphanedRevision,
    GenerationTrap {
        pods: Vec<String>,
        /// What their label says.
        generation: String,
        /// For each pod with other images, the images that differ from the template's.
        images: Vec<Vec<String>>,
        on_delete: bool,
    },
    DuplicateRevisions {
        /// One of these is kept.
        kept: Vec<String>,
        others: Vec<String>,
        /// How many pods get the hash of the one that is kept.
        relabelled: usize,
        /// How many of them run another template.
        relabelled_old: usize,
    },
    HistoryRewritten(HistoryRewrite),
    SelectorOverlap {
        controllers: Vec<ObjectRef>,
    },
    FewerNodesThanExpected {
        /// What selects the nodes.
        selector: String,
        /// How many there should be at least.
        at_least: usize,
        /// How many there are.
        nodes: usize,
    },
    ExpectationInvalid {
        annotation: &'static str,
        /// What is wrong with its value.
        problem: String,
    },
    PodNotCounted {
        pod: String,
        why: NotCounted,
    },
}
