//! Pods that a DaemonSet left behind: they have no controller, and no selector matches them.

use std::collections::HashMap;

use crate::model::{
    ControllerRevision, DaemonSet, HASH_LABEL, OwnerReference, Pod, STATEFUL_SET_POD_LABEL,
    Snapshot, pod_name_base,
};

/// What identifies the pods that a DaemonSet, or a former one of the same name, created.
pub(super) struct LeftBehind<'a> {
    base: String,
    /// The hashes of its revisions, and of orphaned revisions left by a DaemonSet of the same name.
    revisions: HashMap<&'a str, &'a ControllerRevision>,
}

impl<'a> LeftBehind<'a> {
    /// From the revisions of `snapshot`, if any were read.
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

    /// Whether such a DaemonSet created the pod, which has no controller.
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
