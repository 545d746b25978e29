//! What belongs to the DaemonSets of one namespace.

use std::collections::{HashMap, HashSet};

use super::NodeScope;
use super::orphaned_hashes::OrphanedHashes;
use super::subjects::Subjects;
use crate::model::selector::{Selector, SelectorIndex};
use crate::model::{
    ControllerRevision, DaemonSet, Event, HASH_LABEL, Labels, OwnerReference, Pod, Snapshot,
    pod_name_base,
};

/// A DaemonSet that is asked about.
#[derive(Clone)]
pub(super) struct Owner<'a> {
    ds: &'a DaemonSet,
    /// Empty for one that owns nothing.
    uid: &'a str,
    /// `None` where the controller refuses to act on the selector.
    selector: Option<Selector>,
    /// Whether the revisions are wanted too that it owns and doesn't select, and the pods
    /// of those that it takes over.
    is_about_claims: bool,
}

impl<'a> Owner<'a> {
    /// All that are asked about; one that is yet to be created has no UID, whatever its
    /// manifest says.
    pub(super) fn all(subjects: &'a Subjects<'a>) -> Vec<Self> {
        let stored = subjects.daemon_sets.iter();
        let stored = stored.map(|ds| Self::new(ds, ds.uid(), subjects.is_about_claims));
        let new = subjects.manifest.map(|ds| Self::new(ds, "", true));
        stored.chain(new).collect()
    }

    fn new(ds: &'a DaemonSet, uid: &'a str, is_about_claims: bool) -> Self {
        Self {
            ds,
            uid,
            selector: Selector::acting(ds.selector()),
            is_about_claims,
        }
    }

    fn selects(&self, labels: &Labels) -> bool {
        self.selector.as_ref().is_some_and(|s| s.matches(labels))
    }
}

/// What the question about the DaemonSets of one namespace asks for.
pub(super) struct OwnerIndex<'a> {
    by_selector: SelectorIndex<'a, &'a Owner<'a>>,
    by_uid: HashMap<&'a str, &'a Owner<'a>>,
    names: HashSet<&'a str>,
    /// Where it is about claims, what the names of their pods begin with.
    bases: HashSet<String>,
    /// Whether there is one whose selector the controller refuses to act on.
    halted: bool,
    /// The hashes of the revisions that made their pods.
    hashes: HashSet<&'a str>,
}

impl<'a> OwnerIndex<'a> {
    /// By namespace.
    pub(super) fn by_namespace(
        all: &'a Snapshot,
        owners: &'a [Owner<'a>],
    ) -> HashMap<&'a str, Self> {
        let mut members: HashMap<&str, Vec<&Owner<'_>>> = HashMap::new();
        for one in owners {
            members.entry(&one.ds.namespace).or_default().push(one);
        }
        let members = members.into_iter();
        let mut wants: HashMap<_, _> = members.map(|(n, all)| (n, Self::of(&all))).collect();
        for revision in all.revisions.iter().flatten() {
            let here = wants.get_mut(&*revision.namespace);
            if let Some(here) = here.filter(|here| here.made_pods(revision)) {
                here.hashes.insert(revision.hash());
            }
        }
        wants
    }

    fn of(members: &[&'a Owner<'a>]) -> Self {
        let selectors = members.iter();
        let selectors = selectors.filter_map(|one| Some((one.selector.as_ref()?, *one)));
        let claiming = members.iter().filter(|one| one.is_about_claims);
        let owning = members.iter().filter(|one| !one.uid.is_empty());
        Self {
            by_selector: SelectorIndex::new(selectors),
            by_uid: owning.map(|one| (one.uid, *one)).collect(),
            names: members.iter().map(|one| one.ds.name.as_str()).collect(),
            bases: claiming.map(|one| pod_name_base(&one.ds.name)).collect(),
            halted: members.iter().any(|one| one.selector.is_none()),
            hashes: HashSet::new(),
        }
    }

    /// Whether the pods of a revision were made for one of them, or for a DaemonSet whose
    /// revision one of them takes over.
    fn made_pods(&self, revision: &ControllerRevision) -> bool {
        if let Some(owner) = self.owner(&revision.owners) {
            let is_wanted = owner.is_about_claims || owner.selector.is_none();
            return is_wanted || owner.selects(&revision.labels);
        }
        if self.is_left(revision) {
            return true;
        }
        let is_nobodys = OwnerReference::controller(&revision.owners).is_none();
        is_nobodys
            && self
                .selecting(&revision.labels)
                .any(|one| one.is_about_claims)
    }

    /// Whether one of their names left the revision, which is nobody's.
    fn is_left(&self, revision: &ControllerRevision) -> bool {
        let maker = revision.orphan_of();
        maker.is_some_and(|name| self.names.contains(name))
    }

    fn selecting<'q>(
        &'q self,
        labels: &'q Labels,
    ) -> impl Iterator<Item = &'a Owner<'a>> + use<'q, 'a> {
        let candidates = self.by_selector.candidates(labels);
        candidates.filter(|one| one.selects(labels))
    }

    fn select(&self, labels: &Labels) -> bool {
        self.selecting(labels).next().is_some()
    }

    /// The one that controls an object.
    fn owner(&self, owners: &[OwnerReference]) -> Option<&'a Owner<'a>> {
        let controller = OwnerReference::controller(owners)?;
        self.by_uid.get(controller.uid.as_str()).copied()
    }

    /// A pod of their namespace.
    pub(super) fn pod(&self, pod: &Pod, on: NodeScope<'_>, left: &OrphanedHashes<'_>) -> bool {
        let hash = pod.labels.get(HASH_LABEL);
        match on {
            NodeScope::All => {
                let is_left = || {
                    let base = pod.orphan_base().filter(|_| left.is_unrecorded(pod));
                    base.is_some_and(|base| self.bases.contains(base))
                };
                self.select(&pod.labels)
                    || hash.is_some_and(|h| self.hashes.contains(h))
                    || is_left()
            }
            NodeScope::Node(node) if !pod.node_name.is_empty() => *pod.node_name == *node,
            NodeScope::Node(node) => {
                // Where the controller does nothing, all that is left are the pods that it once made.
                let made = self.halted && hash.is_some();
                pod.target_node.as_deref() == Some(node) && (made || self.select(&pod.labels))
            }
        }
    }

    /// A revision of their namespace.
    pub(super) fn revision(
        &self,
        revision: &ControllerRevision,
        on: Option<NodeScope<'_>>,
    ) -> bool {
        let owner = self.owner(&revision.owners);
        let is_owned = owner.is_some_and(|one| one.is_about_claims || one.selector.is_none());
        let is_left = matches!(on, Some(NodeScope::All)) && self.is_left(revision);
        is_owned || is_left || self.select(&revision.labels)
    }

    /// An event of their namespace.
    pub(super) fn event(&self, event: &Event) -> bool {
        &*event.kind == "DaemonSet" && self.names.contains(&*event.name)
    }
}
