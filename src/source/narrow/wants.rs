//! What belongs to one DaemonSet.

use std::collections::HashSet;

use super::On;
use crate::engine::label_selector::Selector;
use crate::model::{ControllerRevision, DaemonSet, Event, Labels, OwnerReference, Pod, Snapshot};

/// What the question about one DaemonSet asks for.
pub(super) struct Wants<'a> {
    pub ds: &'a DaemonSet,
    /// Empty for one that owns nothing.
    uid: &'a str,
    /// `None` where the controller refuses to act on the selector.
    selector: Option<Selector>,
    /// Whether it is about claims: revisions that it owns and doesn't select are wanted
    /// too, and the pods of revisions that it takes over.
    all_owned: bool,
    /// The hashes of the revisions that made its pods.
    hashes: HashSet<&'a str>,
}

impl<'a> Wants<'a> {
    pub(super) fn new(all: &'a Snapshot, ds: &'a DaemonSet, all_owned: bool) -> Self {
        Self {
            uid: ds.uid(),
            all_owned,
            ..Self::of_none(ds)
        }
        .with_hashes(all)
    }

    /// Of one that is yet to be created, whatever UID its manifest has.
    pub(super) fn of_new(all: &'a Snapshot, ds: &'a DaemonSet) -> Self {
        Self {
            all_owned: true,
            ..Self::of_none(ds)
        }
        .with_hashes(all)
    }

    fn of_none(ds: &'a DaemonSet) -> Self {
        let selector = Selector::new(ds.selector()).ok();
        Self {
            ds,
            uid: "",
            selector: selector.filter(|s| !s.is_empty()),
            all_owned: false,
            hashes: HashSet::new(),
        }
    }

    fn with_hashes(mut self, all: &'a Snapshot) -> Self {
        let revisions = all.revisions.iter().flatten();
        let made = revisions.filter(|r| *r.namespace == *self.ds.namespace && self.made_pods(r));
        self.hashes = made.map(ControllerRevision::hash).collect();
        self
    }

    /// Whether the pods of a revision were made for it, or for a DaemonSet whose
    /// revision it takes over.
    fn made_pods(&self, revision: &ControllerRevision) -> bool {
        if self.owns(&revision.owners) {
            return self.revision(revision);
        }
        let is_nobodys = OwnerReference::controller(&revision.owners).is_none();
        self.all_owned && is_nobodys && self.selects(&revision.labels)
    }

    fn selects(&self, labels: &Labels) -> bool {
        self.selector.as_ref().is_some_and(|s| s.matches(labels))
    }

    fn owns(&self, owners: &[OwnerReference]) -> bool {
        let controller = OwnerReference::controller(owners);
        !self.uid.is_empty() && controller.is_some_and(|c| c.uid == self.uid)
    }

    /// A pod of the DaemonSet's namespace.
    pub(super) fn pod(&self, pod: &Pod, on: On<'_>) -> bool {
        let hash = pod.labels.get("controller-revision-hash");
        match on {
            On::All => self.selects(&pod.labels) || hash.is_some_and(|h| self.hashes.contains(h)),
            On::Node(node) if !pod.node_name.is_empty() => *pod.node_name == *node,
            On::Node(node) => {
                // Where the controller does nothing, all that is left are the pods that it once made.
                let made = self.selector.is_none() && hash.is_some();
                pod.target_node.as_deref() == Some(node) && (made || self.selects(&pod.labels))
            }
        }
    }

    /// A revision of the DaemonSet's namespace.
    pub(super) fn revision(&self, revision: &ControllerRevision) -> bool {
        let owned = || self.owns(&revision.owners);
        match &self.selector {
            Some(_) => self.selects(&revision.labels) || (self.all_owned && owned()),
            None => owned(),
        }
    }

    /// An event of the DaemonSet's namespace.
    pub(super) fn event(&self, event: &Event) -> bool {
        &*event.kind == "DaemonSet" && *event.name == *self.ds.name
    }
}
