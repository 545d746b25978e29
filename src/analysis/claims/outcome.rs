//! What follows for a pod or a ControllerRevision if nothing else changes.

use serde::Serialize;

use crate::analysis::reason::ObjectRef;

/// What follows, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Follows {
    /// The pod runs on and counts as updated; `updatedBy` tells by which label.
    CountsAsUpdated,
    /// The rollout deletes the pod, and another is made in its place where one should be.
    Replaced,
    /// The pod runs on; its hash label becomes that of the revision that is kept.
    Relabelled,
    /// Another pod of the node stays, or another revision with the same template is kept.
    DeletedAsDuplicate,
    /// The pod is deleted, for none continues to run on its node: at once where one there is
    /// bound, else at the next sync.
    DeletedIneligible,
    /// The pod has ended and is deleted.
    DeletedEnded,
    /// The pod runs on without a controller, and its node gets another.
    LeftBesideNew,
    /// Nothing is done to it.
    Kept,
    /// It is being deleted already.
    Terminating,
    /// Its owner or its node is gone, or its owner takes it along: a garbage collector deletes it.
    GarbageCollected,
    /// The revision gets the highest number.
    Renumbered,
    /// The revision is beyond `revisionHistoryLimit` and no pod is of it: it is deleted.
    DeletedByHistoryLimit,
}

/// The label by which a pod counts as updated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum UpdatedByLabel {
    /// `controller-revision-hash`: it was made from this very template.
    Hash,
    /// `pod-template-generation`, whatever the pod runs.
    Generation,
}

/// What follows for a pod.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PodOutcome {
    /// It runs on and counts as updated.
    CountsAsUpdated(CountedAsUpdated),
    /// It is old, and is deleted.
    Replaced {
        /// What it runs.
        runs: OtherTemplate,
        /// What comes to its node.
        by: Replacement,
    },
    /// It runs on, and its hash label becomes that of the revision that is kept.
    Relabelled {
        /// What it runs, where that isn't the template.
        runs: Option<OtherTemplate>,
    },
    /// It is deleted, as its node has another pod.
    DeletedAsDuplicate {
        /// The pod that stays. Under surge an old and a new one may stay: then it is the
        /// one of the same kind.
        stays: Option<String>,
    },
    /// It is deleted, for none continues to run on its node.
    DeletedIneligible {
        /// There is no such node, and it was never scheduled.
        node_is_gone: bool,
        /// No pod there is bound, so nothing but another sync deletes it.
        awaits_sync: bool,
    },
    /// It has ended and is deleted.
    DeletedEnded {
        /// It has failed: it is deleted after the controller's backoff.
        failed: bool,
    },
    /// It runs on without a controller, and its node gets another.
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
    /// By its hash if the new revision gets the same one, and by its generation in any case.
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
    /// The number of the revision that its hash label names, where there is such a one.
    pub revision: Option<i64>,
    /// Its images that aren't the template's.
    pub images: Vec<String>,
}

/// What comes to the node of a pod that is replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Replacement {
    /// None: its node shouldn't run one.
    None,
    /// This pod, which is there already.
    Pod(String),
    /// A new pod.
    New,
}

/// Why nothing is done to a pod.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeptBecause {
    /// It runs on beside this pod of the DaemonSet, whose it isn't.
    Beside(String),
    /// It is let go, and nothing is made beside it.
    Alone,
    /// The DaemonSet is deleted with `--cascade=orphan`.
    Orphaned,
    /// The DaemonSet is being deleted, and it has other owners.
    HasOtherOwners,
    /// The controller does nothing for the DaemonSet.
    Halted,
    /// It is on no node and meant for none.
    WithoutNode,
    /// It is old, and under OnDelete it stays until somebody deletes it.
    OnDelete(OtherTemplate),
    /// It isn't the DaemonSet's.
    NotOurs,
}

/// Which garbage collector deletes a pod, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GarbageCollectedBy {
    /// That of pods, as its node doesn't exist.
    NodeGone,
    /// That of owners, as none is left.
    Ownerless,
    /// The same, once the DaemonSet's finalizers are gone.
    AfterFinalizers,
}

/// Why it isn't known what follows for a pod.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PodUnknown {
    /// That is up to this controller, which takes it over.
    AdoptedBy(ObjectRef),
    /// It hangs on the hash that the new revision gets.
    NewHash {
        /// Whether old pods stay until somebody deletes them.
        on_delete: bool,
    },
    /// The garbage collector takes off the reference to its controller, which is gone, and
    /// then it is taken over.
    Disowned,
    /// Whether its other owners exist isn't known.
    Owners,
    /// Something that it hangs on couldn't be read.
    Unread,
}

impl PodOutcome {
    /// The same in one word; `None` where it isn't known.
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

    /// Whether the same follows, whichever pod stays in the place of one that is deleted.
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

/// What follows for a ControllerRevision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RevisionOutcome {
    /// It gets this number, the highest.
    Renumbered {
        /// Its number after the sync.
        to: i64,
    },
    /// It is deleted, as another holds the template too.
    DeletedAsDuplicate {
        /// The one that is kept; `None` where that is one of several.
        kept: Option<String>,
    },
    /// It is deleted, as it goes beyond `revisionHistoryLimit` and no pod is of it.
    DeletedByHistoryLimit,
    /// Nothing is done to it.
    Kept {
        /// The template is this one's.
        is_current: bool,
    },
    /// It is being deleted already.
    Terminating,
    /// The garbage collector deletes it.
    GarbageCollected,
    /// That isn't known.
    Unknown(RevisionUnknown),
}

/// Why it isn't known what follows for a ControllerRevision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RevisionUnknown {
    /// Of several with one number and this template the controller's cache picks one.
    Tied,
    /// Of several old ones with one number its cache picks those that go.
    TiedAtLimit,
    /// Its pods get another's hash, and whether the limit is asked before or after is a race.
    Relabelling,
    /// Whether a pod is of it isn't known.
    Pods,
    /// Whether its other owners exist isn't known.
    Owners,
}

impl RevisionOutcome {
    /// The same in one word; `None` where it isn't known.
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

    /// Whether the controller may delete it, as its cache decides.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        use RevisionUnknown::{Relabelling, Tied, TiedAtLimit};
        matches!(self, Self::Unknown(Tied | TiedAtLimit | Relabelling))
    }
}
