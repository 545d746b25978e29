//! Whose pods and ControllerRevisions these are, and what follows.

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

/// Whose pods and ControllerRevisions these are, and what follows.
#[derive(Clone, Debug, PartialEq)]
pub struct ClaimReport {
    /// What it rests on.
    pub basis: Basis,
    /// Everything is as it should be, as things are today; `None` when that can't be known.
    pub clean: Option<bool>,
    /// The DaemonSet.
    pub daemon_set: DaemonSetRef,
    /// Whether it is there, or a manifest's; else it is gone and left pods.
    pub exists: bool,
    /// What is taken to have happened before; `None` for the DaemonSet as it is stored.
    pub change: Option<ClaimChange>,
    /// The pods that it owns or that its selector matches, by name; `None` when pods
    /// couldn't be read.
    pub pods: Option<Vec<PodClaim>>,
    /// Its ControllerRevisions and those that its selector matches, by number and
    /// name; `None` when they couldn't be read.
    pub revisions: Option<Vec<RevisionClaim>>,
    /// What a sync makes of the history; `None` when revisions couldn't be read, and
    /// while the controller does nothing for the DaemonSet.
    pub history: Option<HistoryChange>,
    /// Other controllers with which the selector gets in each other's way, by kind
    /// and name.
    pub overlaps: Vec<Overlap>,
    /// Whether the controllers of every kind could be read.
    pub knows_workloads: bool,
    /// What is to be said of the DaemonSet as a whole.
    pub findings: Vec<Reason>,
    /// What would put it right, the safest first.
    pub remedies: Vec<ClaimRemedy>,
}

impl ClaimReport {
    /// Whether there is anything to look at: what `-A` keeps.
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

/// What is taken to have happened before the DaemonSet claims anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClaimChange {
    /// How the DaemonSet comes to be.
    pub kind: ClaimChangeKind,
    /// Where its defaults and its admission come from.
    pub obtained: ObjectSource,
}

/// How the DaemonSet of a manifest comes to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum ClaimChangeKind {
    /// There is none of its name: it is created.
    Create,
    /// The stored one is deleted with `--cascade=orphan`, and it is created again.
    Recreate,
}

/// What the controller does about an object, as `ClaimObject` (1.37.1) decides it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum ClaimKind {
    /// It is the DaemonSet's, and matches.
    Owned,
    /// It is an orphan, and matches: it is adopted.
    Adopt,
    /// It is the DaemonSet's, and no longer matches: it is released.
    Release,
    /// It is another controller's.
    Foreign,
    /// It is neither the DaemonSet's nor to be taken.
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
    /// The node that it is on or meant for; `None` when it is on none and meant for none.
    pub node: Option<String>,
    /// What the controller does about it.
    pub claim: ClaimKind,
    /// Why.
    pub reason: Reason,
    /// Who owns it: its controller, or where it has none the first of its owner references.
    pub owner: Option<Owner>,
    /// What follows.
    pub outcome: PodOutcome,
    /// For one that is to be taken over, another controller that may do so first.
    pub may_be_adopted_by: Option<ObjectRef>,
    /// The number of the revision that its hash label names, where there is such a one.
    pub revision: Option<i64>,
}

impl PodClaim {
    /// What follows, in one word; `None` where it isn't known.
    #[must_use]
    pub const fn then(&self) -> Option<Follows> {
        self.outcome.follows()
    }

    /// The label by which it counts as updated, where it does and that is known.
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

    /// Whether the same is to be said of `other`, but for the names of nodes and of the
    /// pods that stay there.
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
    /// Whether the reference says `controller: true`; without it, it protects from no adoption.
    pub controller: bool,
    /// Whether there is such an object; `None` where that isn't known, as of custom resources.
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
    /// It has no hash label and gets its name as one.
    pub is_labelled: bool,
    /// Whether it holds the DaemonSet's template.
    pub holds_template: bool,
    /// Whether it says what the template says, be it in other bytes, so that the controller
    /// takes it for another.
    pub restores_template: bool,
}

impl RevisionClaim {
    /// What follows, in one word; `None` where it isn't known.
    #[must_use]
    pub const fn then(&self) -> Option<Follows> {
        self.outcome.follows()
    }

    /// Its number after the sync, where that is another.
    #[must_use]
    pub const fn renumbered_to(&self) -> Option<i64> {
        match self.outcome {
            RevisionOutcome::Renumbered { to } => Some(to),
            _ => None,
        }
    }
}

/// What a sync makes of the history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryChange {
    /// Whether any revision is adopted, released, renumbered, labelled or deleted.
    pub rewritten: bool,
    /// Whether the template is the newest revision's, an older one's or no one's yet.
    pub state: RevisionState,
    /// The revision that the template is of, where there is one.
    pub current: Option<String>,
    /// Its number after the sync.
    pub number: i64,
    /// How many claimed pods get another hash label, and aren't restarted; `None` when
    /// pods couldn't be read.
    pub relabelled: Option<usize>,
}

/// A controller whose pods and this DaemonSet's may be taken for each other's. Each of
/// the two sides is `None` where its selector doesn't match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overlap {
    /// Its kind.
    pub kind: WorkloadKind,
    /// Its name.
    pub name: String,
    /// Its own controller, as a ReplicaSet's Deployment or a Job's CronJob.
    pub owner: Option<Owner>,
    /// What it does with this DaemonSet's pods that are nobody's.
    pub takes: Option<AdoptedByOther>,
    /// What this DaemonSet does with its pods that are nobody's.
    pub taken: Option<AdoptedFromOther>,
}

/// What another controller does with a DaemonSet's pods that are nobody's and that its
/// selector matches. Each was read in the controller's own code (1.37.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AdoptedByOther {
    /// It is being deleted, and takes over nothing any more.
    NothingDeleting,
    /// It has finished, and takes over nothing any more.
    NothingFinished,
    /// It takes them over and deletes what is then more than its replicas: `syncReplicaSet`,
    /// `manageReplicas`, whose code ReplicationControllers share.
    ReplicasAtMost,
    /// It takes over only those of its own names, and every ControllerRevision:
    /// `getPodsForStatefulSet` with `isMemberOf`, and `adoptOrphanRevisions`.
    OwnNames,
    /// It takes them over and counts them among its own: `getPodsForJob`.
    ParallelismAtMost,
    /// None, as it acts on ReplicaSets: `getDeploymentsForReplicaSet`, `getPodMapForDeployment`.
    NoPods,
    /// Whichever of the two syncs first takes over each.
    WhatItSeesFirst,
}

/// What a DaemonSet does with another controller's pods that become nobody's and that its
/// selector matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AdoptedFromOther {
    /// What else it takes over.
    pub what: AdoptedObjects,
    /// Whether they stay until somebody deletes them, as they aren't of its template.
    pub on_delete: bool,
    /// Whether they are deleted beside a new pod that is available; else the younger is.
    pub surges: bool,
}

/// What a DaemonSet takes over of another controller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AdoptedObjects {
    /// Its pods.
    Pods,
    /// A StatefulSet's pods and ControllerRevisions.
    PodsAndRevisions,
    /// Those of a DaemonSet, where this one syncs first.
    IfFirst,
}

/// Whose selector matches whose template's labels.
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
    /// Whose selector matches whose template's labels.
    #[must_use]
    pub const fn how(&self) -> OverlapDirection {
        match (self.takes, self.taken) {
            (Some(_), Some(_)) => OverlapDirection::Both,
            (Some(_), None) => OverlapDirection::ItsSelector,
            (None, _) => OverlapDirection::OurSelector,
        }
    }

    /// Whether the same follows, and nothing of it is about one of the two by its name.
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
