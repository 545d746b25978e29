//! What happens to a pod or a ControllerRevision if nothing else changes.

use serde::Serialize;

use crate::analysis::reason::ObjectRef;

/// What happens, as a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Follows {
    /// The pod runs on and counts as updated; `updatedBy` tells by which label.
    CountsAsUpdated,
    /// The rollout deletes the pod, and another is created in its place where there should be one.
    Replaced,
    /// The pod runs on; its hash label is changed to that of the revision that is kept.
    Relabelled,
    /// Another pod of the node stays, or another revision with the same template is kept.
    DeletedAsDuplicate,
    /// The pod is deleted, because its node should keep none: at once where a bound pod is there,
    /// else at the next sync.
    DeletedIneligible,
    /// The pod has ended and is deleted.
    DeletedEnded,
    /// The pod runs on without a controller, and its node gets another one.
    LeftBesideNew,
    /// Nothing is done to it.
    Kept,
    /// It is being deleted already.
    Terminating,
    /// Its owner or its node is gone, or its owner is deleted with its dependents: a garbage
    /// collector deletes it.
    GarbageCollected,
    /// The revision gets the highest number.
    Renumbered,
    /// The revision exceeds `revisionHistoryLimit` and has no pods: it is deleted.
    DeletedByHistoryLimit,
}

/// The label by which a pod counts as updated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum UpdatedByLabel {
    /// `controller-revision-hash`: it was created from this template.
    Hash,
    /// `pod-template-generation`, whatever the pod runs.
    Generation,
}

/// What happens to a pod.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PodOutcome {
    /// It runs on and counts as updated.
    CountsAsUpdated(CountedAsUpdated),
    /// It is old, and is deleted.
    Replaced {
        /// What it runs.
        runs: OtherTemplate,
        /// The pod that its node gets.
        by: Replacement,
    },
    /// It runs on, and its hash label is changed to that of the revision that is kept.
    Relabelled {
        /// What it runs, where that isn't the template.
        runs: Option<OtherTemplate>,
    },
    /// It is deleted, as its node has another pod.
    DeletedAsDuplicate {
        /// The pod that stays. Under surge an old and a new one may stay: this is the one of the
        /// same kind.
        stays: Option<String>,
    },
    /// It is deleted, because its node should keep none.
    DeletedIneligible {
        /// The node doesn't exist, and the pod was never scheduled.
        node_is_gone: bool,
        /// No pod there is bound, so it is only deleted when something else starts a sync.
        awaits_sync: bool,
    },
    /// It has ended and is deleted.
    DeletedEnded {
        /// It has failed: it is deleted after the controller's backoff.
        failed: bool,
    },
    /// It runs on without a controller, and its node gets another one.
    LeftBesideNew,
    /// Nothing is done to it.
    Kept(KeptBecause),
    /// It is being deleted already.
    Terminating,
    /// A garbage collector deletes it.
    GarbageCollected(GarbageCollectedBy),
    /// That isn't known.
    Unknown(PodUnknown),
}

/// By which label a pod counts as updated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CountedAsUpdated {
    /// By its hash.
    ByHash,
    /// By its hash if the new revision gets the same hash, and by its generation in any case.
    ByHashOrGeneration,
    /// By its generation alone.
    ByGeneration {
        /// What its label says.
        generation: String,
        /// What it runs, where that isn't the template.
        runs: Option<OtherTemplate>,
    },
}

/// What a pod runs in place of the DaemonSet's template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherTemplate {
    /// The number of the revision that its hash label names, where that exists.
    pub revision: Option<i64>,
    /// Its images that differ from the template's.
    pub images: Vec<String>,
}

/// What replaces a pod on its node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Replacement {
    /// Nothing: the node shouldn't run a pod.
    None,
    /// This pod, which already exists.
    Pod(String),
    /// A new pod.
    New,
}

/// Why nothing is done to a pod.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeptBecause {
    /// It runs on beside this pod of the DaemonSet, to which it doesn't belong.
    Beside(String),
    /// It is released, and no pod is created beside it.
    Alone,
    /// The DaemonSet is deleted with `--cascade=orphan`.
    Orphaned,
    /// The DaemonSet is being deleted, and it has other owners.
    HasOtherOwners,
    /// The controller does nothing for the DaemonSet.
    Halted,
    /// It isn't bound to a node or meant for one.
    WithoutNode,
    /// It is old, and under OnDelete it stays until somebody deletes it.
    OnDelete(OtherTemplate),
    /// It isn't the DaemonSet's.
    NotOurs,
}

/// Which garbage collector deletes a pod, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GarbageCollectedBy {
    /// The pod garbage collector, because the node doesn't exist.
    NodeGone,
    /// The garbage collector, because no owner is left.
    Ownerless,
    /// The same, once the DaemonSet's finalizers are gone.
    AfterFinalizers,
}

/// Why it isn't known what happens to a pod.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PodUnknown {
    /// It depends on this controller, which adopts it.
    AdoptedBy(ObjectRef),
    /// It depends on the hash that the new revision gets.
    NewHash {
        /// Whether old pods stay until somebody deletes them.
        on_delete: bool,
    },
    /// The garbage collector removes the reference to its controller, which is gone; then it is
    /// adopted.
    Disowned,
    /// Whether its other owners exist isn't known.
    Owners,
    /// Something that it depends on couldn't be read.
    Unread,
}

impl PodOutcome {
    /// The same as a code; `None` where it isn't known.
    #[must_use]
    pub const fn follows(&self) -> Option<Follows> {
        Some(match self {
            Self::CountsAsUpdated(_) => Follows::CountsAsUpdated,
            Self::Replaced { .. } => Follows::Replaced,
            Self::Relabelled { .. } => Follows::Relabelled,
            Self::DeletedAsDuplicate { .. } => Follows::DeletedAsDuplicate,
            Self::DeletedIneligible { .. } => Follows::DeletedIneligible,
            Self::DeletedEnded { .. } => Follows::DeletedEnded,
            Self::LeftBesideNew => Follows::LeftBesideNew,
            Self::Kept(_) => Follows::Kept,
            Self::Terminating => Follows::Terminating,
            Self::GarbageCollected(_) => Follows::GarbageCollected,
            Self::Unknown(_) => return None,
        })
    }

    /// Whether the same happens, whichever pod stays in place of one that is deleted.
    #[must_use]
    pub fn is_like(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::DeletedAsDuplicate { stays: one }, Self::DeletedAsDuplicate { stays: two }) => {
                one.is_some() == two.is_some()
            }
            (one, two) => one == two,
        }
    }
}

/// What happens to a ControllerRevision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RevisionOutcome {
    /// It gets this number, the highest.
    Renumbered {
        /// Its number after the sync.
        to: i64,
    },
    /// It is deleted, because another one holds the same template.
    DeletedAsDuplicate {
        /// The one that is kept; `None` where it is one of several.
        kept: Option<String>,
    },
    /// It is deleted, because it exceeds `revisionHistoryLimit` and has no pods.
    DeletedByHistoryLimit,
    /// Nothing is done to it.
    Kept {
        /// Whether it holds the template.
        is_current: bool,
    },
    /// It is being deleted already.
    Terminating,
    /// The garbage collector deletes it.
    GarbageCollected,
    /// That isn't known.
    Unknown(RevisionUnknown),
}

/// Why it isn't known what happens to a ControllerRevision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RevisionUnknown {
    /// The controller's cache picks one of several with the same number and this template.
    Tied,
    /// The controller's cache picks which of several old ones with the same number are deleted.
    TiedAtLimit,
    /// Its pods get the hash of another one, and it's a race whether the limit is applied before or
    /// after.
    Relabelling,
    /// It isn't known whether a pod belongs to it.
    Pods,
    /// Whether its other owners exist isn't known.
    Owners,
}

impl RevisionOutcome {
    /// The same as a code; `None` where it isn't known.
    #[must_use]
    pub const fn follows(&self) -> Option<Follows> {
        Some(match self {
            Self::Renumbered { .. } => Follows::Renumbered,
            Self::DeletedAsDuplicate { .. } => Follows::DeletedAsDuplicate,
            Self::DeletedByHistoryLimit => Follows::DeletedByHistoryLimit,
            Self::Kept { .. } => Follows::Kept,
            Self::Terminating => Follows::Terminating,
            Self::GarbageCollected => Follows::GarbageCollected,
            Self::Unknown(_) => return None,
        })
    }

    /// Whether the controller may delete it, depending on its cache.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        use RevisionUnknown::{Relabelling, Tied, TiedAtLimit};
        matches!(self, Self::Unknown(Tied | TiedAtLimit | Relabelling))
    }
}
