//! Daemon pods that are nobody's.

use std::collections::HashSet;

use crate::model::{ControllerRevision, HASH_LABEL, Pod, Snapshot};
use crate::source::{Question, Scope};

/// The revisions that a question reads, by what they tell of pods that are nobody's.
pub(super) struct OrphanedHashes<'a> {
    namespace: Option<&'a str>,
    /// Whether the pods are wanted too that DaemonSets left which are gone.
    with_the_gone: bool,
    /// The one node that it is about.
    node: Option<&'a str>,
    /// The DaemonSets that are there, where it is about one node.
    there: HashSet<&'a str>,
    /// The hashes of all of them.
    known: HashSet<&'a str>,
    /// By namespace, the hashes of those that are nobody's.
    orphans: HashSet<(&'a str, &'a str)>,
}

impl<'a> OrphanedHashes<'a> {
    pub(super) fn new(all: &'a Snapshot, question: &'a Question, with_the_gone: bool) -> Self {
        let namespace = question.subject.namespace();
        let revisions = all.revisions.iter().flatten();
        let here = revisions.filter(|r| namespace.is_none_or(|n| *n == *r.namespace));
        let orphans = here.clone().filter(|r| r.orphan_of().is_some());
        let node = match &question.scope {
            Scope::Node(name) => Some(name.as_str()),
            _ => None,
        };
        let there = all.daemon_sets.iter().filter(|_| node.is_some());
        Self {
            namespace,
            with_the_gone,
            node,
            there: there.map(|ds| ds.uid()).collect(),
            known: here.filter_map(|r| r.labels.get(HASH_LABEL)).collect(),
            orphans: orphans.map(|r| (&*r.namespace, r.hash())).collect(),
        }
    }

    /// Whether the pod carries the hash of none of them.
    pub(super) fn is_unrecorded(&self, pod: &Pod) -> bool {
        let hash = pod.labels.get(HASH_LABEL);
        hash.is_some_and(|hash| !self.known.contains(hash))
    }

    /// Whether it is one that a DaemonSet left which is gone.
    pub(super) fn pod(&self, pod: &Pod) -> bool {
        let hash = pod.labels.get(HASH_LABEL).unwrap_or_default();
        let is_orphan = || {
            let of_orphan = self.orphans.contains(&(&*pod.namespace, hash));
            of_orphan || (pod.orphan_base().is_some() && self.is_unrecorded(pod))
        };
        let is_left = || match self.node {
            None => pod.controller().is_none() && is_orphan(),
            Some(node) => *pod.node_name == *node && self.is_of_none(pod),
        };
        self.is_wanted(&pod.namespace) && is_left()
    }

    /// Whether its DaemonSet isn't among those that are there, or it is nobody's.
    fn is_of_none(&self, pod: &Pod) -> bool {
        let owner = pod.daemon_set();
        owner.map_or_else(
            || pod.is_daemon_orphan(),
            |owner| !self.there.contains(owner.uid.as_str()),
        )
    }

    /// Whether it is a revision that such a one left.
    pub(super) fn revision(&self, revision: &ControllerRevision) -> bool {
        let is_orphan = self.node.is_none() && revision.orphan_of().is_some();
        is_orphan && self.is_wanted(&revision.namespace)
    }

    fn is_wanted(&self, namespace: &str) -> bool {
        self.with_the_gone && self.namespace.is_none_or(|n| n == namespace)
    }
}
