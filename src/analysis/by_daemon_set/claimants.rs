//! The DaemonSets of one namespace, indexed by what ties an object to them.

use std::collections::HashMap;

use crate::engine::claim::{Claim, Claimant};
use crate::model::selector::SelectorIndex;
use crate::model::{ControllerRevision, DaemonSet, Labels, OwnerReference, Pod};
use crate::model::{HASH_LABEL, pod_name_base};

/// The DaemonSets of one namespace, each identified by its index in the snapshot.
#[derive(Debug)]
pub(super) struct Claimants<'a> {
    all: &'a [Option<Claimant<'a>>],
    by_selector: SelectorIndex<'a, usize>,
    by_uid: HashMap<&'a str, Vec<usize>>,
    by_name: HashMap<&'a str, Vec<usize>>,
    /// By the prefix of their pods' names.
    by_base: HashMap<String, Vec<usize>>,
    /// By the hashes of the revisions that they have, will get or had.
    by_hash: HashMap<&'a str, Vec<usize>>,
}

impl<'a> Claimants<'a> {
    /// `claimants` are `sets` with a valid selector.
    pub(super) fn by_namespace(
        sets: &'a [DaemonSet],
        claimants: &'a [Option<Claimant<'a>>],
    ) -> HashMap<&'a str, Self> {
        let mut members: HashMap<&str, Vec<(usize, &DaemonSet)>> = HashMap::new();
        for (at, ds) in sets.iter().enumerate() {
            members.entry(&ds.namespace).or_default().push((at, ds));
        }
        let members = members.into_iter();
        let all = members.map(|(namespace, sets)| (namespace, Self::new(claimants, &sets)));
        all.collect()
    }

    fn new(all: &'a [Option<Claimant<'a>>], sets: &[(usize, &'a DaemonSet)]) -> Self {
        let selectors = sets.iter().filter_map(|(at, _)| {
            let selector = &all.get(*at)?.as_ref()?.selector;
            // The controller refuses to act on `{}`.
            (!selector.is_empty()).then_some((selector, *at))
        });
        let by_selector = SelectorIndex::new(selectors);
        let (mut by_uid, mut by_name) = (HashMap::new(), HashMap::new());
        let mut by_base = HashMap::new();
        for (at, ds) in sets {
            // An object in a file may have lost its UID; then its owners are unknown.
            if !ds.uid().is_empty() {
                by_uid.entry(ds.uid()).or_insert_with(Vec::new).push(*at);
            }
            let named = by_name.entry(ds.name.as_str());
            named.or_insert_with(Vec::new).push(*at);
            let based = by_base.entry(pod_name_base(&ds.name));
            based.or_insert_with(Vec::new).push(*at);
        }
        Self {
            all,
            by_selector,
            by_uid,
            by_name,
            by_base,
            by_hash: HashMap::new(),
        }
    }

    /// Those of this name.
    pub(super) fn of_name(&self, name: &str) -> impl Iterator<Item = usize> {
        self.by_name.get(name).into_iter().flatten().copied()
    }

    /// Those whose selector selects `labels`.
    pub(super) fn selecting<'q>(
        &'q self,
        labels: &'q Labels,
    ) -> impl Iterator<Item = usize> + use<'q, 'a> {
        let candidates = self.by_selector.candidates(labels);
        candidates.filter(|at| {
            self.claimant(*at)
                .is_some_and(|c| c.selector.matches(labels))
        })
    }

    pub(super) fn claimant(&self, at: usize) -> Option<&'a Claimant<'a>> {
        self.all.get(at)?.as_ref()
    }

    /// Those that a revision concerns; they are recorded as concerned by its pods too.
    pub(super) fn of_revision(&mut self, revision: &'a ControllerRevision) -> Vec<usize> {
        let owner = OwnerReference::controller(&revision.owners);
        let mut concerned = self.of_object(&revision.labels, owner);
        // A deleted DaemonSet of the same name may have left it.
        let left = revision
            .orphan_of()
            .map(|name| self.of_name(name).collect());
        let left: Vec<usize> = left.unwrap_or_default();
        concerned.extend(&left);
        concerned.sort_unstable();
        concerned.dedup();
        for at in &concerned {
            let claim = self.claimant(*at).map(|c| c.claim_revision(revision));
            let is_its = matches!(claim, Some(Claim::Owned | Claim::Adopt | Claim::Release));
            if is_its || left.contains(at) {
                let made = self.by_hash.entry(revision.hash());
                made.or_default().push(*at);
            }
        }
        concerned
    }

    /// Those that a pod concerns.
    pub(super) fn of_pod(&self, pod: &Pod) -> Vec<usize> {
        let owner = pod.controller();
        let mut concerned = self.of_object(&pod.labels, owner);
        // Only its hash identifies a pod that they created and released.
        let hash = pod.labels.get(HASH_LABEL).filter(|_| owner.is_none());
        let made = hash.and_then(|hash| self.by_hash.get(hash));
        concerned.extend(made.into_iter().flatten());
        let of_name = pod.orphan_base().and_then(|base| self.by_base.get(base));
        concerned.extend(of_name.into_iter().flatten());
        concerned.sort_unstable();
        concerned.dedup();
        concerned
    }

    /// Those that select an object, own it, or have the name of its owner.
    fn of_object(&self, labels: &Labels, owner: Option<&OwnerReference>) -> Vec<usize> {
        let mut concerned: Vec<usize> = self.selecting(labels).collect();
        if let Some(owner) = owner {
            let owning = self.by_uid.get(owner.uid.as_str());
            concerned.extend(owning.into_iter().flatten());
            if owner.kind == "DaemonSet" {
                concerned.extend(self.of_name(&owner.name));
            }
        }
        concerned.sort_unstable();
        concerned.dedup();
        concerned
    }
}
