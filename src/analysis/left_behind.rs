//! Pods that a DaemonSet left: nobody's any more, and no selector has them back.

use std::collections::HashMap;

use crate::model::{
    ControllerRevision, DaemonSet, HASH_LABEL, OwnerReference, Pod, STATEFUL_SET_POD_LABEL,
    Snapshot, pod_name_base,
};

/// By what the pods are known that a DaemonSet, or one that had its name, made.
pub(super) struct LeftBehind<'a> {
    base: String,
    /// Its revisions by hash, and those that one of its name left and that are nobody's.
    revisions: HashMap<&'a str, &'a ControllerRevision>,
}

impl<'a> LeftBehind<'a> {
    /// By the revisions of `snapshot`, as far as it has any.
    pub(super) fn new(snapshot: &'a Snapshot, ds: &DaemonSet) -> Self {
        let is_owned = |revision: &ControllerRevision| {
            let owner = OwnerReference::controller(&revision.owners);
            !ds.uid().is_empty() && owner.is_some_and(|owner| owner.uid == ds.uid())
        };
        let revisions = snapshot.revisions_in(&ds.namespace).unwrap_or_default();
        let made = revisions
            .iter()
            .filter(|r| is_owned(r) || r.orphan_of() == Some(&*ds.name));
        Self {
            base: pod_name_base(&ds.name),
            revisions: made.map(|revision| (revision.hash(), revision)).collect(),
        }
    }

    /// Whether such a DaemonSet made the pod, which is nobody's.
    pub(super) fn made(&self, pod: &Pod) -> bool {
        let is_orphan = pod.controller().is_none();
        let by_name = || pod.orphan_base() == Some(&*self.base);
        is_orphan && (self.revision_of(pod).is_some() || by_name())
    }

    /// The revision that the pod's hash label names.
    pub(super) fn revision_of(&self, pod: &Pod) -> Option<&'a ControllerRevision> {
        let of_stateful_set = pod.labels.get(STATEFUL_SET_POD_LABEL).is_some();
        let hash = pod.labels.get(HASH_LABEL).filter(|_| !of_stateful_set)?;
        self.revisions.get(hash).copied()
    }
}
