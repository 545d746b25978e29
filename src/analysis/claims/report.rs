//! Who owns these pods and ControllerRevisions, and what happens to them.

use serde::Serialize;

use crate::analysis::basis::Basis;
use crate::analysis::eligibility::DaemonSetRef;
use crate::analysis::health;
use crate::analysis::reason::{ObjectRef, Reason};
use crate::analysis::rollout::change::ObjectSource;
use crate::analysis::rollout::plan::RevisionState;
use crate::engine::claim::Claim;
use crate::model::WorkloadKind;

use super::outcome::{CountedAsUpdated, Follows, PodOutcome, RevisionOutcome, UpdatedByLabel};
use super::remedy::ClaimRemedy;

/// Who owns these pods and ControllerRevisions, and what happens to them.
#[derive(Clone, Debug, PartialEq)]
pub struct ClaimReport {
    /// What it rests on.
    pub basis: Basis,
    /// Whether everything is as it should be today; `None` when that can't be known.
    pub clean: Option<bool>,
    /// The DaemonSet.
    pub daemon_set: DaemonSetRef,
    /// Whether it exists or is from a manifest; else it was deleted and left pods.
    pub exists: bool,
    /// What is assumed to have happened before; `None` for the DaemonSet as it is stored.
    pub change: Option<ClaimChange>,
    /// What the stored one owns today, where it is deleted and created again.
    pub owned_today: Option<OwnedToday>,
    /// The pods that it owns or that its selector matches, by name; `None` when pods
    /// couldn't be read.
    pub pods: Option<Vec<PodClaim>>,
    /// Its ControllerRevisions and those that its selector matches, by number and
    /// name; `None` when they couldn't be read.
    pub revisions: Option<Vec<RevisionClaim>>,
    /// What a sync changes in the history; `None` when revisions couldn't be read, and while the
    /// controller does nothing for the DaemonSet.
    pub history: Option<HistoryChange>,
    /// Other controllers with overlapping selectors, by kind and name.
    pub overlaps: Vec<Overlap>,
    /// Whether the controllers of every kind could be read.
    pub knows_workloads: bool,
    /// Findings about the DaemonSet as a whole.
    pub findings: Vec<Reason>,
    /// What would fix it, safest first.
    pub remedies: Vec<ClaimRemedy>,
}

impl ClaimReport {
    /// Whether there is anything to report: `-A` lists only those.
    #[must_use]
    pub fn has_findings(&self) -> bool {
        let mut follows = self.pods.iter().flatten().map(PodClaim::then);
        self.claims().any(|claim| claim != ClaimKind::Owned)
            || follows.any(|then| then == Some(Follows::DeletedAsDuplicate))
            || !self.overlaps.is_empty()
            || health::has_problems(&self.findings)
    }

    fn claims(&self) -> impl Iterator<Item = ClaimKind> {
        let pods = self.pods.iter().flatten().map(|pod| pod.claim);
        pods.chain(self.revisions.iter().flatten().map(|row| row.claim))
    }
}

/// How much a DaemonSet owns that is about to be deleted without it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnedToday {
    /// Pods.
    pub pods: usize,
    /// ControllerRevisions.
    pub revisions: usize,
}

/// What is assumed to have happened before the DaemonSet claims anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClaimChange {
    /// How the DaemonSet comes into being.
    pub kind: ClaimChangeKind,
    /// Where its defaults and its admission come from.
    pub obtained: ObjectSource,
}

/// How the DaemonSet of a manifest comes into being.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum ClaimChangeKind {
    /// None of its name exists: it is created.
    Create,
    /// The stored one is deleted with `--cascade=orphan` and created again.
    Recreate,
}

/// What the controller does about an object, as decided by `ClaimObject` (1.37.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum ClaimKind {
    /// The DaemonSet owns it, and it matches.
    Owned,
    /// It is an orphan, and matches: it is adopted.
    Adopt,
    /// The DaemonSet owns it, and it no longer matches: it is released.
    Release,
    /// It is another controller's.
    Foreign,
    /// The DaemonSet neither owns nor adopts it.
    Ignored,
}

impl From<Claim> for ClaimKind {
    fn from(claim: Claim) -> Self {
        match claim {
            Claim::Owned => Self::Owned,
            Claim::Adopt => Self::Adopt,
            Claim::Release => Self::Release,
            Claim::Foreign => Self::Foreign,
            Claim::Ignored => Self::Ignored,
        }
    }
}

/// The claim on one pod.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PodClaim {
    /// The pod.
    pub name: String,
    /// The node that it is bound to or meant for; `None` when there is none.
    pub node: Option<String>,
    /// What the controller does about it.
    pub claim: ClaimKind,
    /// Why.
    pub reason: Reason,
    /// Who owns it: its controller, or its first owner reference if it has no controller.
    pub owner: Option<Owner>,
    /// What follows.
    pub outcome: PodOutcome,
    /// For a pod that is to be adopted, another controller that may adopt it first.
    pub may_be_adopted_by: Option<ObjectRef>,
    /// The number of the revision that its hash label names, where that exists.
    pub revision: Option<i64>,
}

impl PodClaim {
    /// What happens to it, as a code; `None` where it isn't known.
    #[must_use]
    pub const fn then(&self) -> Option<Follows> {
        self.outcome.follows()
    }

    /// The label by which it counts as updated, where it does and the label is known.
    #[must_use]
    pub const fn updated_by(&self) -> Option<UpdatedByLabel> {
        match &self.outcome {
            PodOutcome::CountsAsUpdated(CountedAsUpdated::ByHash) => Some(UpdatedByLabel::Hash),
            PodOutcome::CountsAsUpdated(CountedAsUpdated::ByGeneration { .. }) => {
                Some(UpdatedByLabel::Generation)
            }
            _ => None,
        }
    }

    /// The pod that stays, for one that is deleted as a duplicate.
    #[must_use]
    pub fn stays(&self) -> Option<&str> {
        match &self.outcome {
            PodOutcome::DeletedAsDuplicate { stays } => stays.as_deref(),
            _ => None,
        }
    }

    /// Whether the same applies to `other`, apart from the names of nodes and of the pods that stay
    /// there.
    #[must_use]
    pub fn is_like(&self, other: &Self) -> bool {
        let is_controlled = |pod: &Self| pod.owner.as_ref().is_some_and(|owner| owner.controller);
        self.reason == other.reason
            && is_controlled(self) == is_controlled(other)
            && self.may_be_adopted_by == other.may_be_adopted_by
            && self.outcome.is_like(&other.outcome)
    }
}

/// An owner reference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    /// `apiVersion` of the owner.
    pub api_version: String,
    /// Its kind.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Its UID.
    pub uid: String,
    /// Whether the reference has `controller: true`; without it, it doesn't prevent adoption.
    pub controller: bool,
    /// Whether the object exists; `None` where that isn't known, as for custom resources.
    pub exists: Option<bool>,
}

/// The claim on one ControllerRevision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevisionClaim {
    /// The ControllerRevision.
    pub name: String,
    /// Its number as it is.
    pub revision: i64,
    /// What the controller does about it.
    pub claim: ClaimKind,
    /// Why.
    pub reason: Reason,
    /// Who owns it.
    pub owner: Option<Owner>,
    /// What follows.
    pub outcome: RevisionOutcome,
    /// It has no hash label and gets its name as the label.
    pub is_labelled: bool,
    /// Whether it holds the DaemonSet's template.
    pub holds_template: bool,
    /// Whether it means the same as the template but is encoded differently, so that the controller
    /// treats it as another one.
    pub restores_template: bool,
}

impl RevisionClaim {
    /// What happens to it, as a code; `None` where it isn't known.
    #[must_use]
    pub const fn then(&self) -> Option<Follows> {
        self.outcome.follows()
    }

    /// Its number after the sync, where that changes.
    #[must_use]
    pub const fn renumbered_to(&self) -> Option<i64> {
        match self.outcome {
            RevisionOutcome::Renumbered { to } => Some(to),
            _ => None,
        }
    }
}

/// What a sync changes in the history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryChange {
    /// Whether any revision is adopted, released, renumbered, labelled or deleted.
    pub rewritten: bool,
    /// Whether the template is held by the newest revision, an older one or none yet.
    pub state: RevisionState,
    /// The revision that holds the template, where there is one.
    pub current: Option<String>,
    /// Its number after the sync.
    pub number: i64,
    /// Old revisions that hold one and the same template, by name and number: going back to it
    /// relabels all pods and replaces none.
    pub duplicates: Vec<(String, i64)>,
    /// How many claimed pods get another hash label without a restart; `None` when pods couldn't be
    /// read.
    pub relabelled: Option<usize>,
}

/// A controller with a selector that overlaps with this DaemonSet's. Each of the two directions is
/// `None` where the selector doesn't match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overlap {
    /// Its kind.
    pub kind: WorkloadKind,
    /// Its name.
    pub name: String,
    /// Its own controller, such as a ReplicaSet's Deployment or a Job's CronJob.
    pub owner: Option<Owner>,
    /// What it does with this DaemonSet's orphaned pods.
    pub takes: Option<AdoptedByOther>,
    /// What this DaemonSet does with its orphaned pods.
    pub taken: Option<AdoptedFromOther>,
}

/// What another controller does with a DaemonSet's orphaned pods that its selector matches. Each
/// was read in the controller's own code (1.37.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AdoptedByOther {
    /// It is being deleted, and no longer adopts anything.
    NothingDeleting,
    /// It has finished, and no longer adopts anything.
    NothingFinished,
    /// It adopts them and deletes what then exceeds its replicas: `syncReplicaSet`,
    /// `manageReplicas`, whose code ReplicationControllers share.
    ReplicasAtMost,
    /// It adopts only pods with its own names, and every ControllerRevision:
    /// `getPodsForStatefulSet` with `isMemberOf`, and `adoptOrphanRevisions`.
    OwnNames,
    /// It adopts them and counts them as its own: `getPodsForJob`.
    ParallelismAtMost,
    /// Nothing, because it acts on ReplicaSets: `getDeploymentsForReplicaSet`,
    /// `getPodMapForDeployment`.
    NoPods,
    /// Whichever of the two syncs first adopts each.
    WhatItSeesFirst,
}

/// What a DaemonSet does with another controller's orphaned pods that its selector matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AdoptedFromOther {
    /// What it adopts.
    pub what: AdoptedObjects,
    /// Whether they stay until somebody deletes them, because they aren't from its template.
    pub on_delete: bool,
    /// Whether they are deleted next to an available new pod; otherwise the younger one is.
    pub surges: bool,
}

/// What a DaemonSet adopts from another controller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AdoptedObjects {
    /// Its pods.
    Pods,
    /// A StatefulSet's pods and ControllerRevisions.
    PodsAndRevisions,
    /// Those of a DaemonSet, if this one syncs first.
    IfFirst,
}

/// Which selector matches the other template's labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "How"))]
pub enum OverlapDirection {
    /// Its selector matches this DaemonSet's pods.
    ItsSelector,
    /// This DaemonSet's selector matches its pods.
    OurSelector,
    /// Each matches the other's.
    Both,
}

impl Overlap {
    /// Which selector matches the other template's labels.
    #[must_use]
    pub const fn how(&self) -> OverlapDirection {
        match (self.takes, self.taken) {
            (Some(_), Some(_)) => OverlapDirection::Both,
            (Some(_), None) => OverlapDirection::ItsSelector,
            (None, _) => OverlapDirection::OurSelector,
        }
    }

    /// Whether the same happens, with nothing in it that names one of the two.
    #[must_use]
    pub fn is_like(&self, other: &Self) -> bool {
        use AdoptedByOther::{NothingDeleting, NothingFinished, OwnNames};
        let is_named = matches!(
            self.takes,
            Some(NothingDeleting | NothingFinished | OwnNames)
        );
        (self.takes, self.taken) == (other.takes, other.taken)
            && (!is_named || self.name == other.name)
    }
}
