//! `ClaimReport`: whose pods and ControllerRevisions these are, and what follows.

use jiff::Timestamp;
use serde::Serialize;

use crate::analysis::claims::outcome::{Follows, UpdatedByLabel};
use crate::analysis::claims::remedy::{self, ClaimChanges};
use crate::analysis::claims::report::{
    self as facts, ClaimChangeKind, ClaimKind, OverlapDirection,
};
use crate::analysis::reason::Code;
use crate::analysis::rollout::change::ObjectSource;
use crate::analysis::rollout::plan::RevisionState;
use crate::model::Command;
#[cfg(test)]
use crate::model::WorkloadKind;
use crate::words::{Sentence, claims as words};

use super::daemon_set::DaemonSetRef;
use super::header::Header;
use super::reason::{Reason, reasons};

/// `kind` of the report.
pub(super) const KIND: &str = "ClaimReport";

/// Whose pods and ControllerRevisions these are, and what follows.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ClaimReport<'a> {
    /// What every report begins with.
    #[serde(flatten)]
    pub header: Header,
    /// The DaemonSet.
    pub daemon_set: DaemonSetRef<'a>,
    /// False for one that is gone and left pods, which no selector takes; only without a name
    /// and a selector are those looked for.
    pub exists: bool,
    /// What is taken to have happened before; left out for the DaemonSet as it is stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change: Option<ClaimChange>,
    /// The pods that it owns or that its selector matches, by name; `null` when pods
    /// couldn't be read.
    pub pods: Option<Vec<PodClaim<'a>>>,
    /// Its ControllerRevisions and those that its selector matches, by number and
    /// name; `null` when they couldn't be read.
    pub revisions: Option<Vec<RevisionClaim<'a>>>,
    /// What a sync makes of the history; `null` when revisions couldn't be read, and
    /// while the controller does nothing for the DaemonSet.
    pub history: Option<HistoryChange<'a>>,
    /// Other controllers with which the selector gets in each other's way, by kind
    /// and name. What of them couldn't be read stands in `notes`, of DaemonSets in `incomplete`.
    pub overlaps: Vec<Overlap<'a>>,
    /// What is to be said of the DaemonSet as a whole.
    pub findings: Vec<Reason>,
    /// What would put it right, the safest first.
    pub remedies: Vec<ClaimRemedy<'a>>,
    /// All of it in one line.
    pub summary: Sentence,
}

impl<'a> ClaimReport<'a> {
    /// What is published of `report`.
    #[must_use]
    pub fn new(report: &'a facts::ClaimReport) -> Self {
        let now = report.basis.evaluated_at;
        let pods = report.pods.as_ref();
        let revisions = report.revisions.as_ref();
        Self {
            header: Header::of(KIND, &report.basis, report.clean),
            daemon_set: (&report.daemon_set).into(),
            exists: report.exists,
            change: report.change.map(ClaimChange::from),
            pods: pods.map(|all| all.iter().map(|pod| PodClaim::new(pod, now)).collect()),
            revisions: revisions
                .map(|all| all.iter().map(|one| RevisionClaim::new(one, now)).collect()),
            history: report.history.as_ref().map(HistoryChange::from),
            overlaps: report.overlaps.iter().map(Overlap::from).collect(),
            findings: reasons(&report.findings, now),
            remedies: report.remedies.iter().map(ClaimRemedy::from).collect(),
            summary: words::summary(report),
        }
    }
}

/// What is taken to have happened before the DaemonSet claims anything.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ClaimChange {
    /// How the DaemonSet comes to be.
    pub kind: ClaimChangeKind,
    /// Where its defaults and its admission come from.
    pub obtained: ObjectSource,
}

impl From<facts::ClaimChange> for ClaimChange {
    fn from(change: facts::ClaimChange) -> Self {
        Self {
            kind: change.kind,
            obtained: change.obtained,
        }
    }
}

/// The claim on one pod.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct PodClaim<'a> {
    /// The pod.
    pub name: &'a str,
    /// The node that it is on or meant for; left out when it is on none and meant for none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node: Option<&'a str>,
    /// What the controller does about it.
    pub claim: ClaimKind,
    /// Why.
    pub reason: Code,
    /// Why, and what follows, in words.
    pub message: Sentence,
    /// Who owns it: its controller, or where it has none the first of its owner references.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<Owner<'a>>,
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
    pub stays: Option<&'a str>,
    /// The number of the revision that its hash label names, where there is such a one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revision: Option<i64>,
}

impl<'a> PodClaim<'a> {
    fn new(pod: &'a facts::PodClaim, now: Timestamp) -> Self {
        Self {
            name: &pod.name,
            node: pod.node.as_deref(),
            claim: pod.claim,
            reason: pod.reason.code(),
            message: words::pod_message(pod, now),
            owner: pod.owner.as_ref().map(Owner::from),
            then: pod.then(),
            updated_by: pod.updated_by(),
            stays: pod.stays(),
            revision: pod.revision,
        }
    }
}

/// An owner reference.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Owner<'a> {
    /// `apiVersion` of the owner.
    pub api_version: &'a str,
    /// Its kind.
    pub kind: &'a str,
    /// Its name.
    pub name: &'a str,
    /// Its UID.
    pub uid: &'a str,
    /// Whether the reference says `controller: true`; without it, it protects from no adoption.
    pub controller: bool,
    /// Whether there is such an object; `null` where that isn't known, as of custom resources.
    pub exists: Option<bool>,
}

impl<'a> From<&'a facts::Owner> for Owner<'a> {
    fn from(owner: &'a facts::Owner) -> Self {
        Self {
            api_version: &owner.api_version,
            kind: &owner.kind,
            name: &owner.name,
            uid: &owner.uid,
            controller: owner.controller,
            exists: owner.exists,
        }
    }
}

/// The claim on one ControllerRevision.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct RevisionClaim<'a> {
    /// The ControllerRevision.
    pub name: &'a str,
    /// Its number as it is.
    pub revision: i64,
    /// What the controller does about it.
    pub claim: ClaimKind,
    /// Why.
    pub reason: Code,
    /// Why, and what follows, in words.
    pub message: Sentence,
    /// Who owns it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<Owner<'a>>,
    /// What follows; `null` where that needs what couldn't be read, and where the
    /// order of the controller's cache decides.
    pub then: Option<Follows>,
    /// Whether it holds the DaemonSet's template.
    pub holds_template: bool,
    /// Its number after the sync, where that is another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub renumbered_to: Option<i64>,
}

impl<'a> RevisionClaim<'a> {
    fn new(revision: &'a facts::RevisionClaim, now: Timestamp) -> Self {
        Self {
            name: &revision.name,
            revision: revision.revision,
            claim: revision.claim,
            reason: revision.reason.code(),
            message: words::revision_message(revision, now),
            owner: revision.owner.as_ref().map(Owner::from),
            then: revision.then(),
            holds_template: revision.holds_template,
            renumbered_to: revision.renumbered_to(),
        }
    }
}

/// What a sync makes of the history.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct HistoryChange<'a> {
    /// Whether any revision is adopted, released, renumbered, labelled or deleted.
    pub rewritten: bool,
    /// Whether the template is the newest revision's, an older one's or no one's yet.
    pub state: RevisionState,
    /// The revision that the template is of, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub current: Option<&'a str>,
    /// Its number after the sync.
    pub number: i64,
    /// How many claimed pods get another hash label, and aren't restarted; `null` when
    /// pods couldn't be read.
    pub relabelled: Option<usize>,
}

impl<'a> From<&'a facts::HistoryChange> for HistoryChange<'a> {
    fn from(history: &'a facts::HistoryChange) -> Self {
        Self {
            rewritten: history.rewritten,
            state: history.state,
            current: history.current.as_deref(),
            number: history.number,
            relabelled: history.relabelled,
        }
    }
}

/// A controller whose pods and this DaemonSet's may be taken for each other's.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Overlap<'a> {
    /// Its kind.
    #[cfg_attr(test, schemars(extend("enum" = WorkloadKind::ALL.map(WorkloadKind::name))))]
    pub kind: &'static str,
    /// Its name.
    pub name: &'a str,
    /// Whose selector matches whose template.
    pub how: OverlapDirection,
    /// Its own controller, as a ReplicaSet's Deployment or a Job's CronJob.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<Owner<'a>>,
    /// What then happens.
    pub message: Sentence,
}

impl<'a> From<&'a facts::Overlap> for Overlap<'a> {
    fn from(overlap: &'a facts::Overlap) -> Self {
        Self {
            kind: overlap.kind.name(),
            name: &overlap.name,
            how: overlap.how(),
            owner: overlap.owner.as_ref().map(Owner::from),
            message: words::overlap(overlap),
        }
    }
}

/// Something that would put it right.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ClaimRemedy<'a> {
    /// What it changes.
    pub changes: ClaimChanges,
    /// What to do.
    pub text: Sentence,
    /// A command that does it, quoted for a POSIX shell; left out where there is none, or
    /// where a name can't be an argument of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command: Option<&'a Command>,
    /// What it may break; left out where nothing is known to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub risk: Option<Sentence>,
}

impl<'a> From<&'a remedy::ClaimRemedy> for ClaimRemedy<'a> {
    fn from(remedy: &'a remedy::ClaimRemedy) -> Self {
        Self {
            changes: remedy.changes(),
            text: words::remedy(&remedy.kind),
            command: remedy.command.as_ref(),
            risk: words::risk(&remedy.kind),
        }
    }
}
