//! `ClaimReport`: whose pods and ControllerRevisions these are, and what follows.

use serde::Serialize;

use crate::analysis::eligibility::DaemonSetRef;
use crate::analysis::reason::Code;
use crate::report::header::Header;
use crate::report::reason::Reason;

use super::words::Words;

/// Whose pods and ControllerRevisions these are, and what follows.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ClaimReport {
    /// What every report begins with.
    #[serde(flatten)]
    pub header: Header,
    /// The DaemonSet.
    pub daemon_set: DaemonSetRef,
    /// What is taken to have happened before; absent for the DaemonSet as it is stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change: Option<ClaimChange>,
    /// The pods that it owns or that its selector matches, by name; `null` when pods
    /// couldn't be read.
    pub pods: Option<Vec<PodClaim>>,
    /// Its ControllerRevisions and those that its selector matches, by number and
    /// name; `null` when they couldn't be read.
    pub revisions: Option<Vec<RevisionClaim>>,
    /// What a sync makes of the history; `null` when revisions couldn't be read, and
    /// while the controller does nothing for the DaemonSet.
    pub history: Option<HistoryChange>,
    /// Other controllers with which the selector gets in each other's way, by kind
    /// and name. What of them couldn't be read stands in `notes`, of DaemonSets in `incomplete`.
    pub overlaps: Vec<Overlap>,
    /// What is to be said of the DaemonSet as a whole.
    pub findings: Vec<Reason>,
    /// What would put it right, the safest first.
    pub remedies: Vec<ClaimRemedy>,
    /// All of it in one line.
    pub summary: String,
}

/// What is taken to have happened before the DaemonSet claims anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ClaimChange {
    /// How the DaemonSet comes to be.
    pub kind: ClaimChangeKind,
    /// Where its defaults and its admission come from.
    pub obtained: crate::analysis::rollout::change::Obtained,
}

/// How the DaemonSet of a manifest comes to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum ClaimChangeKind {
    /// There is none of its name: it is created.
    Create,
    /// The stored one is deleted with `--cascade=orphan`, and it is created again.
    Recreate,
}

/// What the controller does about an object, as `ClaimObject` (1.37.1) decides it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub enum ClaimKind {
    /// Ours, and it matches.
    Owned,
    /// Nobody's, and it matches: it is taken over.
    Adopt,
    /// Ours, and it no longer matches: it is let go.
    Release,
    /// Another controller's.
    Foreign,
    /// Neither ours nor to be taken.
    Ignored,
}

/// What follows for an object if nothing else changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub enum Follows {
    /// The pod runs on and counts as updated; `updatedBy` tells by which label.
    CountsAsUpdated,
    /// The rollout deletes the pod, and another is made in its place where one should be.
    Replaced,
    /// The pod runs on; its hash label becomes that of the revision that is kept.
    Relabelled,
    /// Another pod of the node stays, or another revision with the same template is kept.
    DeletedAsDuplicate,
    /// The pod is deleted at once, for none continues to run on its node.
    DeletedIneligible,
    /// The pod has ended and is deleted.
    DeletedEnded,
    /// The pod runs on without a controller, and its node gets another.
    LeftBesideNew,
    /// Nothing is done to it.
    Kept,
    /// It is being deleted already.
    Terminating,
    /// Its owner or its node is gone, or its owner takes it along: a garbage collector deletes it.
    GarbageCollected,
    /// The revision gets the highest number.
    Renumbered,
    /// The revision is beyond `revisionHistoryLimit` and no pod is of it: it is deleted.
    DeletedByHistoryLimit,
}

/// The label by which a pod counts as updated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub enum UpdatedByLabel {
    /// `controller-revision-hash`: it was made from this very template.
    Hash,
    /// `pod-template-generation`, whatever the pod runs.
    Generation,
}

/// The claim on one pod.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PodClaim {
    /// The pod.
    pub name: String,
    /// The node that it is on or meant for; absent when it is on none and meant for none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node: Option<String>,
    /// What the controller does about it.
    pub claim: ClaimKind,
    /// Why.
    pub reason: Code,
    /// Why, and what follows, in words.
    pub message: Words,
    /// Who owns it: its controller, or where it has none the first of its owner references.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<Owner>,
    /// What follows; `null` where that needs what couldn't be read, as whether owners of
    /// other kinds exist, and where it is up to another controller or hangs on the hash of
    /// a revision that is yet to be made.
    pub then: Option<Follows>,
    /// The label by which it counts as updated, where it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated_by: Option<UpdatedByLabel>,
    /// The pod that stays, for one that is deleted as a duplicate. Under surge an old and
    /// a new one may stay: then it is the one of the same kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stays: Option<String>,
    /// The number of the revision that its hash label names, where there is such a one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revision: Option<i64>,
}

/// An owner reference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
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
    /// Whether there is such an object; `null` where that isn't known, as of custom resources.
    pub exists: Option<bool>,
}

/// The claim on one ControllerRevision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RevisionClaim {
    /// The ControllerRevision.
    pub name: String,
    /// Its number as it is.
    pub revision: i64,
    /// What the controller does about it.
    pub claim: ClaimKind,
    /// Why.
    pub reason: Code,
    /// Why, and what follows, in words.
    pub message: Words,
    /// Who owns it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<Owner>,
    /// What follows; `null` where that needs what couldn't be read, and where the
    /// order of the controller's cache decides.
    pub then: Option<Follows>,
    /// Whether it holds the DaemonSet's template.
    pub holds_template: bool,
    /// Its number after the sync, where that is another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub renumbered_to: Option<i64>,
}

/// What a sync makes of the history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HistoryChange {
    /// Whether any revision is adopted, released, renumbered, labelled or deleted.
    pub rewritten: bool,
    /// Whether the template is the newest revision's, an older one's or no one's yet.
    pub state: crate::analysis::rollout::plan::RevisionState,
    /// The revision that the template is of, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub current: Option<String>,
    /// Its number after the sync.
    pub number: i64,
    /// How many claimed pods get another hash label, and aren't restarted; `null` when
    /// pods couldn't be read.
    pub relabelled: Option<usize>,
}

/// A controller whose pods and this DaemonSet's may be taken for each other's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Overlap {
    /// Its kind.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Whose selector matches whose template.
    pub how: How,
    /// Its own controller, as a ReplicaSet's Deployment or a Job's CronJob.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<Owner>,
    /// What then happens.
    pub message: String,
}

/// Whose selector matches whose template's labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub enum How {
    /// Its selector matches this DaemonSet's pods.
    ItsSelector,
    /// This DaemonSet's selector matches its pods.
    OurSelector,
    /// Each matches the other's.
    Both,
}

/// What a remedy changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub enum ClaimChanges {
    /// Nothing: it only looks.
    Nothing,
    /// Labels of pods; they run on.
    PodLabels,
    /// The manifest, before it is applied.
    Manifest,
    /// ControllerRevisions.
    Revisions,
    /// Pods are deleted.
    Pods,
    /// The DaemonSet.
    DaemonSet,
    /// Another controller.
    Other,
}

/// Something that would put it right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ClaimRemedy {
    /// What it changes.
    pub changes: ClaimChanges,
    /// What it is.
    pub text: String,
    /// The command, where one does it and can be given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command: Option<crate::model::Command>,
    /// What it risks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub risk: Option<String>,
}
