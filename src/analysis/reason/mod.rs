//! Why something is as it is: each cause with its facts, and no words.
//!
//! What is to be known of a kind of cause whatever its facts stands in the table of
//! [`Code::properties`]; what it says to people, in `words::reason`.

use jiff::Timestamp;
use serde::Serialize;

use crate::engine::affinity::RequirementError;
use crate::model::Taint;

use super::rollout::host_ports::HostPort;

pub mod code;
mod facts;
mod of_findings;

pub use code::Code;
pub use facts::requirement_text;
pub use of_findings::reasons;

/// Which answer a reason denies by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub enum Decides {
    /// No new pod is made; one that is there stays.
    ShouldRun,
    /// One that is there goes.
    ShouldContinueRunning,
    /// Neither is made nor stays.
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
        /// The node's value; `None` where it has no such label.
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
    },
    NamespaceTerminating {
        namespace: String,
    },
    PodUnschedulable {
        pod: PodFact,
        /// What the scheduler said; `None` where it has said nothing.
        scheduler: Option<Said>,
        /// Its priority, where a higher one could preempt others.
        preempts_none_at: Option<i32>,
    },
    PodPending {
        pod: PodFact,
        why: NotReady,
    },
    ContainerWaiting {
        pod: PodFact,
        /// The pod hasn't started; else it runs and isn't ready.
        is_pending: bool,
        container: String,
        said: Said,
        restarts: i32,
        /// How it ended the last time: reason and exit code.
        last_end: Option<(String, i32)>,
    },
    PodNotReady {
        pod: PodFact,
        why: NotReady,
    },
    PodNotYetAvailable {
        pod: String,
        /// `None` where the condition has no time: it never becomes available.
        available_at: Option<Timestamp>,
        /// `spec.minReadySeconds`.
        min_ready_seconds: i32,
    },
    PodTerminating {
        pod: PodFact,
        /// When its grace period ends or ended.
        grace_ends: Option<Timestamp>,
        has_finalizers: bool,
    },
    PodFailed {
        pod: PodFact,
        said: Said,
        then: Ended,
    },
    PodSucceeded {
        pod: PodFact,
        then: Ended,
    },
    DuplicatePods {
        /// Those that neither go nor have ended, the one that counts first.
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
    PodToBeAdopted {
        pod: String,
    },
    Misscheduled(Misscheduled),
    NodeMissing {
        pod: String,
        node: String,
        /// The pod is bound to the node; else it is only meant for it.
        is_bound: bool,
        /// Whether the controller acts for the DaemonSet.
        controller_acts: bool,
    },
    NodeNotReady {
        since: Option<Timestamp>,
        /// The pod that counts for the node is being deleted.
        is_terminating: bool,
    },
    VirtualNode {
        nodes: Vec<String>,
        /// The requirement that keeps daemon pods out of the first of them.
        requirement: &'static str,
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
        problem: String,
    },
    GenerationNotObserved {
        observed: i64,
        generation: i64,
    },
    TaintStartsNoSync {
        /// Nodes that have a pod from before the taint.
        nodes: usize,
    },
    DeletedNodeStartsNoSync {
        /// Deleted nodes whose pods are still there.
        nodes: usize,
    },
    StatusBehind,
    ForeignPods {
        pods: Vec<ForeignPod>,
    },
    ReleasedPods {
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
    },
    BudgetExhausted {
        surge: bool,
        allowed: i64,
        used: usize,
        /// Available old pods that wait.
        waiting: usize,
    },
    BudgetInvalid {
        problem: String,
    },
    OldPodsWaitForAHand,
    PodNotCounted {
        pod: String,
        why: NotCounted,
    },
}

/// One requirement of the required node affinity, and what the node has.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Requirement {
    /// The index of its term.
    pub term: usize,
    /// More than one term could have matched.
    pub of_several: bool,
    /// It is one of `matchFields`; else of `matchExpressions`.
    pub is_field: bool,
    /// Its index there.
    pub index: usize,
    /// The label or field.
    pub key: String,
    /// The operator as it was written.
    pub operator: String,
    /// The values as they were written.
    pub values: Vec<String>,
    /// The node's value; `None` where it has no such label.
    pub found: Option<String>,
}

/// A taint that no toleration covers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Untolerated {
    /// The taint; its time is left out, so that equal taints of nodes are equal.
    pub taint: Taint,
    /// A toleration of the template that has its key.
    pub near_miss: Option<NearMiss>,
}

/// A toleration of the template that has a taint's key and still doesn't cover it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NearMiss {
    /// Its index in the template.
    pub toleration: usize,
    /// What is otherwise.
    pub why: NearMissWhy,
}

/// What is otherwise in a toleration that has a taint's key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NearMissWhy {
    /// It is for this effect.
    Effect(String),
    /// It wants this value.
    Value(String),
    /// It compares numbers with this operator, which needs a feature gate.
    Comparison(String),
    /// It has this operator, which is none.
    Operator(String),
}

/// A pod, and since when it is in its state.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct PodFact {
    /// Its name.
    pub name: String,
    /// Since when, where the pod tells.
    pub since: Option<Timestamp>,
}

/// A reason and message of the API, either of which may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Said {
    /// The CamelCase reason.
    pub reason: String,
    /// The text for people.
    pub message: String,
}

impl Said {
    pub(in crate::analysis) fn new(reason: &str, message: &str) -> Self {
        Self {
            reason: reason.to_owned(),
            message: message.to_owned(),
        }
    }
}

/// What of a pod isn't ready, where no container says why.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NotReady {
    /// This container.
    Container(String),
    /// The condition `Ready` says what.
    Condition(Said),
}

/// What the controller does about a pod that ended: `podsShouldBeOnNode` (1.37.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ended {
    /// Deletes a failed one after a backoff, for pods may be here.
    #[default]
    AfterBackoff,
    /// Deletes it as it deletes all others here.
    AtOnce,
    /// Nothing: it doesn't act, or not on this node.
    Nothing,
}

/// What becomes of pods on a node that should run none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Misscheduled {
    /// They are being deleted.
    Terminating,
    /// The controller does nothing, and taint eviction deletes them.
    Evicted,
    /// The controller does nothing, and they stay.
    Kept,
    /// They have ended: the controller deletes them and makes none.
    Ended,
    /// They stay as long as the node has a condition, and count again after it.
    UntilRecovery,
    /// They stay until somebody deletes them, for nothing is rolled (OnDelete).
    UntilDeleted,
    /// They stay until they are deleted or rolled.
    UntilRolled,
    /// The controller deletes them at its next sync.
    Deleted,
}

/// A pod of another controller that the selector matches.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ForeignPod {
    /// Its name.
    pub name: String,
    /// Who controls it.
    pub owner: Option<ForeignOwner>,
}

/// Who controls a pod.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ForeignOwner {
    /// A DaemonSet that had this one's name and was deleted.
    Namesake(String),
    /// An object of this kind and name.
    Other(String, String),
}

/// Why a pod isn't among those that a DaemonSet counts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NotCounted {
    /// It has ended in this phase and is being deleted.
    Ended {
        /// `status.phase`.
        phase: String,
        /// Finalizers hold it back.
        has_finalizers: bool,
    },
    /// It no longer matches the selector.
    Released,
    /// It belongs to a DaemonSet that had this name and was deleted.
    Namesake(String),
    /// It belongs to another controller.
    Foreign,
    /// It has no controller and is being deleted.
    Terminating,
    /// The DaemonSet is being deleted.
    DaemonSetDeleting,
    /// It is in another namespace.
    OtherNamespace,
    /// It has an owner reference with the DaemonSet's UID and another kind or name.
    OtherIdentity,
    /// It doesn't match the selector.
    NotSelected,
}
