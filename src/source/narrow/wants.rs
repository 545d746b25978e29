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
    /// Whether revisions that it owns and doesn't select are wanted too.
    all_owned: bool,
    /// The hashes of the revisions that the DaemonSet owns.
    hashes: HashSet<&'a str>,
}

impl<'a> Wants<'a> {
    pub(super) fn new(all: &'a Snapshot, ds: &'a DaemonSet, all_owned: bool) -> Self {
        let mut wants = Self {
            uid: ds.uid(),
            all_owned,
            ..Self::of_new(ds)
        };
        let revisions = all.revisions.iter().flatten();
        wants.hashes = revisions
            .filter(|r| *r.namespace == *ds.namespace && wants.owns(&r.owners) && wants.revision(r))
            .map(ControllerRevision::hash)
            .collect();
        wants
    }

    /// Of one that is yet to be created, whatever UID its manifest has.
    pub(super) fn of_new(ds: &'a DaemonSet) -> Self {
        let selector = Selector::new(ds.selector()).ok();
        Self {
            ds,
            uid: "",
            selector: selector.filter(|s| !s.is_empty()),
            all_owned: false,
            hashes: HashSet::new(),
        }
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
