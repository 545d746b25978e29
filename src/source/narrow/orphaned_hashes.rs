//! Daemon pods that are nobody's.

use std::collections::HashSet;

use crate::model::{ControllerRevision, HASH_LABEL, Pod, Snapshot};
use crate::source::Question;

/// The revisions that a question reads, by what they tell of pods that are nobody's.
pub(super) struct OrphanedHashes<'a> {
    namespace: Option<&'a str>,
    /// Whether the pods are wanted too that DaemonSets left which are gone.
    with_the_gone: bool,
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
        Self {
            namespace,
            with_the_gone,
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
        self.is_wanted(&pod.namespace) && pod.controller().is_none() && is_orphan()
    }

    /// Whether it is a revision that such a one left.
    pub(super) fn revision(&self, revision: &ControllerRevision) -> bool {
        self.is_wanted(&revision.namespace) && revision.orphan_of().is_some()
    }

    fn is_wanted(&self, namespace: &str) -> bool {
        self.with_the_gone && self.namespace.is_none_or(|n| n == namespace)
    }
}
