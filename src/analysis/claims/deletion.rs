//! How a DaemonSet is being deleted.

use crate::model::DaemonSet;

/// What the garbage collector does with the dependents of a deleted DaemonSet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Deletion {
    /// Its pods and revisions are deleted first, then the DaemonSet.
    Foreground,
    /// The owner references are removed, then the DaemonSet is deleted.
    Orphan,
    /// A finalizer holds it; its dependents are deleted after it.
    HeldBack,
}

impl Deletion {
    /// `None` unless it is being deleted.
    pub(super) fn of(ds: &DaemonSet) -> Option<Self> {
        if !ds.is_deleting() {
            return None;
        }
        let finalizers = ds.object.metadata.finalizers.iter().flatten();
        let has = |name| finalizers.clone().any(|finalizer| finalizer == name);
        Some(if has("orphan") {
            Self::Orphan
        } else if has("foregroundDeletion") {
            Self::Foreground
        } else {
            Self::HeldBack
        })
    }

    /// Whether its pods are deleted with it.
    pub(super) const fn takes_pods(self) -> bool {
        matches!(self, Self::Foreground | Self::HeldBack)
    }
}
