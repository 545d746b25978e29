//! The facts of reasons about the ownership of an object.

use crate::model::{OwnerReference, Workload};

/// An object by kind and name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ObjectRef {
    /// Its kind.
    pub kind: String,
    /// Its name.
    pub name: String,
}

impl From<&OwnerReference> for ObjectRef {
    fn from(owner: &OwnerReference) -> Self {
        Self {
            kind: owner.kind.to_string(),
            name: owner.name.to_string(),
        }
    }
}

impl From<&Workload> for ObjectRef {
    fn from(workload: &Workload) -> Self {
        Self {
            kind: workload.kind.name().to_owned(),
            name: workload.name.to_string(),
        }
    }
}

/// The revision of a pod that no controller owns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// The one with this number.
    Revision(i64),
    /// A revision that no longer exists.
    Gone,
    /// The revisions couldn't be read.
    Unknown,
}

/// Who created a pod that no DaemonSet created, judging by labels that controllers set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Creator {
    /// A ReplicaSet.
    ReplicaSet,
    /// A StatefulSet.
    StatefulSet,
    /// A Job.
    Job,
    /// No controller.
    Hand,
}

/// A label that the selector requires and a pod lacks or has with another value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LabelMismatch {
    /// Its key.
    pub key: String,
    /// The selector's value.
    pub wanted: String,
    /// The pod's value; `None` where it lacks the label.
    pub found: Option<String>,
}

/// How an object of the DaemonSet lost its controller.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Released {
    /// A pod that was released or relabelled.
    Pod {
        /// The label of the selector that it lacks, if that is the cause.
        mismatch: Option<LabelMismatch>,
        /// The revision that it was created from.
        origin: Origin,
    },
    /// A pod of the stored DaemonSet after that is deleted without its dependents.
    FormerPod {
        /// The label of the selector that it lacks, if that is the cause.
        mismatch: Option<LabelMismatch>,
    },
    /// A ControllerRevision of the stored DaemonSet after that is deleted without its dependents.
    FormerRevision,
    /// A pod of a former DaemonSet of the same name that was deleted without its dependents.
    LeftBehind {
        /// The label of the current selector that it lacks, if that is the cause.
        mismatch: Option<LabelMismatch>,
        /// The revision that it was created from.
        origin: Origin,
    },
    /// The ControllerRevision of such pods.
    LeftRevision,
}

/// What the next sync changes in the history, by the names of the revisions.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct HistoryRewrite {
    /// Those that are adopted.
    pub adopted: Vec<String>,
    /// Those that are released.
    pub released: Vec<String>,
    /// Those that get a hash label.
    pub labelled: Vec<String>,
    /// Those that get `number`.
    pub renumbered: Vec<String>,
    /// The number of the revision that holds the template.
    pub number: i64,
    /// Those that are deleted because another holds the same template.
    pub duplicates: Vec<String>,
    /// Those that are deleted because they exceed `revisionHistoryLimit`.
    pub beyond_limit: Vec<String>,
    /// Those that may be deleted, depending on the controller's cache.
    pub perhaps: Vec<String>,
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
    /// A former DaemonSet of the same name, which was deleted.
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
    /// It belongs to a former DaemonSet of the same name.
    Namesake(String),
    /// It belongs to another controller.
    Foreign,
    /// It has no controller and is being deleted.
    Terminating,
    /// The DaemonSet is being deleted.
    DaemonSetDeleting,
    /// It is in another namespace.
    OtherNamespace,
    /// It has an owner reference with the DaemonSet's UID but another kind or name.
    OtherIdentity,
    /// It doesn't match the selector.
    NotSelected,
}
