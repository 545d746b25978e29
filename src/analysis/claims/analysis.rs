//! The engine's answers about one DaemonSet, for its claim report.

use std::collections::{HashMap, HashSet};

use crate::analysis::daemon_set::DaemonSetAnalysis;
use crate::analysis::left_behind::LeftBehind;
use crate::engine::claim::{ClaimReason, Claimant};
use crate::engine::claim_outcome::Outcomes;
use crate::engine::history::History;
use crate::model::{ControllerRevision, DaemonSet, HASH_LABEL, OwnerReference, Pod, Snapshot};

use super::deletion::Deletion;
use super::other_controllers::OtherControllers;
use super::outcome::OtherTemplate;
use super::owners::Owners;
use super::report::{ClaimChange, ClaimChangeKind, OwnedToday};

/// What the stored DaemonSet owns when it is deleted without its dependents, by name.
#[derive(Default)]
pub(super) struct Former<'a> {
    pods: HashSet<&'a str>,
    revisions: HashSet<&'a str>,
}

impl<'a> Former<'a> {
    /// What `former` owns in `snapshot`, before it is deleted.
    pub(super) fn new(snapshot: &'a Snapshot, former: &DaemonSet) -> Self {
        let uid = former.uid();
        if uid.is_empty() {
            return Self::default();
        }
        let owned = |owners| OwnerReference::controller(owners).is_some_and(|o| o.uid == uid);
        let pods = snapshot.pods_in(&former.namespace).unwrap_or_default();
        let revisions = snapshot.revisions_in(&former.namespace).unwrap_or_default();
        let pods = pods.iter().filter(|pod| owned(&pod.owners));
        let revisions = revisions.iter().filter(|r| owned(&r.owners));
        Self {
            pods: pods.map(|pod| &*pod.name).collect(),
            revisions: revisions.map(|revision| &*revision.name).collect(),
        }
    }
}

/// What is assumed to have happened before the DaemonSet claims anything.
pub(super) struct Before<'a> {
    pub(super) change: Option<ClaimChange>,
    pub(super) former: Former<'a>,
    /// The controllers that release pods, by pod.
    pub(super) owners: Option<&'a HashMap<Box<str>, OwnerReference>>,
}

/// The engine's answers about one DaemonSet. What can't be known is `None`.
pub(super) struct ClaimAnalysis<'a> {
    pub(super) snapshot: &'a Snapshot,
    pub(super) subject: &'a DaemonSetAnalysis<'a>,
    pub(super) change: Option<ClaimChange>,
    former: Former<'a>,
    released_by: Option<&'a HashMap<Box<str>, OwnerReference>>,
    pub(super) others: OtherControllers<'a>,
    /// Also `None` while the controller does nothing.
    pub(super) history: Option<&'a History<'a>>,
    pub(super) outcomes: Outcomes<'a, 'a>,
    pub(super) owners: Owners<'a>,
    left_behind: LeftBehind<'a>,
    /// The hashes of the pods that a deleted DaemonSet of the same name left.
    left_hashes: HashSet<&'a str>,
    /// By name.
    eligible: HashMap<&'a str, bool>,
}

impl<'a> ClaimAnalysis<'a> {
    /// `subject` has the pods as they will be relabelled; `snapshot` has them as they are.
    pub(super) fn new(
        snapshot: &'a Snapshot,
        subject: &'a DaemonSetAnalysis<'a>,
        history: Option<&'a History<'a>>,
        before: Before<'a>,
    ) -> Self {
        let history = history.filter(|_| !subject.is_halted());
        let inputs = subject.inputs().filter(|_| !subject.is_halted());
        let eligible = inputs.iter().flat_map(|inputs| {
            let decide = |node| inputs.decide(node).should_run;
            inputs.nodes.iter().map(move |n| (&*n.name, decide(n)))
        });
        let eligible = eligible.collect();
        let left_behind = LeftBehind::new(snapshot, subject.ds);
        let pods = snapshot.pods_in(&subject.ds.namespace).unwrap_or_default();
        let left = pods.iter().filter(|pod| {
            let claimant = subject.claimant.as_ref();
            let reason = claimant.map(|claimant| claimant.pod_reason(pod));
            reason == Some(ClaimReason::NotSelected) && left_behind.made(pod)
        });
        let left_hashes = left.filter_map(|pod| pod.labels.get(HASH_LABEL)).collect();
        Self {
            snapshot,
            subject,
            change: before.change,
            former: before.former,
            released_by: before.owners,
            others: OtherControllers::new(snapshot, subject.ds),
            history,
            outcomes: Outcomes::new(inputs, history),
            owners: Owners::new(snapshot, subject.ds),
            left_behind,
            left_hashes,
            eligible,
        }
    }

    pub(super) fn ds(&self) -> &'a DaemonSet {
        self.subject.ds
    }

    pub(super) fn claimant(&self) -> Option<&'a Claimant<'a>> {
        self.subject.claimant.as_ref()
    }

    /// Whether the controller claims nothing at all.
    pub(super) fn is_halted(&self) -> bool {
        self.subject.is_halted()
    }

    /// What the stored DaemonSet owns, where it is deleted and created again.
    pub(super) fn owned_today(&self) -> Option<OwnedToday> {
        let change = self.change?;
        (change.kind == ClaimChangeKind::Recreate).then_some(OwnedToday {
            pods: self.former.pods.len(),
            revisions: self.former.revisions.len(),
        })
    }

    /// Whether the pod belongs to the former DaemonSet, which is deleted without its dependents.
    pub(super) fn was_the_formers(&self, pod: &Pod) -> bool {
        self.former.pods.contains(&*pod.name)
    }

    /// The controller that releases the pod before the DaemonSet adopts it.
    pub(super) fn released_by(&self, pod: &Pod) -> Option<&'a OwnerReference> {
        self.released_by?.get(&pod.name)
    }

    /// Whether a pod may belong to the revision that is about to be created.
    pub(super) fn may_be_of_new_revision(&self, pod: &Pod) -> bool {
        self.subject.templates.may_be_of_new_revision(pod)
    }

    /// The same for a revision.
    pub(super) fn kept_the_formers_history(&self, revision: &ControllerRevision) -> bool {
        self.former.revisions.contains(&*revision.name)
    }

    /// Whether a DaemonSet of this name created a pod that has no controller.
    pub(super) fn was_left_behind(&self, pod: &Pod) -> bool {
        self.left_behind.made(pod)
    }

    /// Whether the revision has such pods.
    pub(super) fn is_of_left_pods(&self, revision: &ControllerRevision) -> bool {
        let is_left = revision.orphan_of() == Some(&*self.ds().name);
        is_left && self.left_hashes.contains(revision.hash())
    }

    /// Whether the garbage collector deletes an object with these owners because none is left:
    /// `Some(None)` where that isn't known, and `None` where the question doesn't arise because its
    /// controller stays.
    pub(super) fn is_ownerless(&self, references: &[OwnerReference]) -> Option<Option<bool>> {
        let owners = &self.owners;
        let controller = OwnerReference::controller(references)?;
        if !owners.is_self(controller) {
            let is_gone = owners.exists(controller) == Some(false);
            return is_gone.then(|| owners.are_gone(references));
        }
        let deletion = Deletion::of(self.ds())?;
        let others = || references.iter().filter(|owner| !owners.is_self(owner));
        Some(if others().next().is_none() {
            Some(deletion.takes_pods())
        } else {
            owners.are_gone(others())
        })
    }

    /// The revision that a pod's hash label names; `None` also where it isn't known.
    pub(super) fn revision_of(&self, pod: &Pod) -> Option<&'a ControllerRevision> {
        let claimed = self.subject.templates.revision_of(pod);
        claimed.or_else(|| self.left_behind.revision_of(pod))
    }

    /// Whether a pod's hash label names a revision that the DaemonSet has, will get or releases.
    pub(super) fn is_of_claimed(&self, pod: &Pod) -> bool {
        self.subject.templates.revision_of(pod).is_some()
    }

    /// Whether the node should run a pod; `None` for an unknown node.
    pub(super) fn should_run(&self, node: &str) -> Option<bool> {
        self.eligible.get(node).copied()
    }

    /// Whether a pod's hash label shows that it runs the DaemonSet's template.
    pub(super) fn runs_the_template(&self, pod: &Pod) -> bool {
        self.subject.templates.runs_the_template(pod)
    }

    /// What a pod runs, where that is known and differs from the template.
    pub(super) fn runs(&self, pod: &Pod) -> OtherTemplate {
        OtherTemplate {
            revision: self.revision_of(pod).map(|revision| revision.revision),
            images: self.other_images(pod),
        }
    }

    /// Its images that differ from the template's.
    fn other_images(&self, pod: &Pod) -> Vec<String> {
        let Some(spec) = self.ds().pod_spec() else {
            return Vec::new();
        };
        let init = spec.init_containers.iter().flatten();
        let wanted: Vec<_> = init.chain(&spec.containers).collect();
        let of_template = |name: &str| {
            let mut containers = wanted.iter();
            containers.find(|c| c.name == name)?.image.as_deref()
        };
        let others = pod.images.iter();
        let others = others.filter(|c| of_template(&c.name) != Some(&*c.image));
        others.map(|c| c.image.to_string()).collect()
    }

    /// Whether the revisions are known.
    pub(super) fn knows_revisions(&self) -> bool {
        self.snapshot.revisions.is_some()
    }
}
