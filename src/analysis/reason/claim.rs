//! The facts of reasons that say whether a DaemonSet owns an object.

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
    /// One that isn't there any more.
    Gone,
    /// The revisions couldn't be read.
    Unknown,
}

/// Who made a pod that no DaemonSet made, as the labels that controllers set show.
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
    /// The pod's value; `None` where it has no such label.
    pub found: Option<String>,
}

/// How what was the DaemonSet's came to be nobody's.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Released {
    /// A pod that was let go or relabelled.
    Pod {
        /// What of the selector it lacks, where that is a label.
        mismatch: Option<LabelMismatch>,
        /// Of which revision it is.
        origin: Origin,
    },
    /// A pod of the stored DaemonSet, once that is deleted without its pods.
    FormerPod {
        /// What of the selector it lacks, where that is a label.
        mismatch: Option<LabelMismatch>,
    },
    /// A ControllerRevision of the stored DaemonSet, once that is deleted without it.
    FormerRevision,
    /// A pod of a DaemonSet that had the same name, and was deleted without its pods.
    LeftBehind {
        /// What of today's selector it lacks, where there is one and that is a label.
        mismatch: Option<LabelMismatch>,
        /// Of which revision it is.
        origin: Origin,
    },
    /// The ControllerRevision of such pods.
    LeftRevision,
}

/// What the next sync changes of the history, by the names of the revisions.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct HistoryRewrite {
    /// Those that are taken over.
    pub adopted: Vec<String>,
    /// Those that are let go.
    pub released: Vec<String>,
    /// Those that get a hash label.
    pub labelled: Vec<String>,
    /// Those that get `number`.
    pub renumbered: Vec<String>,
    /// The number of the revision that the template is of.
    pub number: i64,
    /// Those that are deleted, as another holds the same.
    pub duplicates: Vec<String>,
    /// Those that are deleted, as they go beyond `revisionHistoryLimit`.
    pub beyond_limit: Vec<String>,
    /// Those that may be deleted, as the controller's cache decides.
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
