//! `ClaimReport`: who owns the pods and ControllerRevisions, and what happens to them.

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

/// Who owns these pods and ControllerRevisions, and what happens to them.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ClaimReport<'a> {
    /// What every report begins with.
    #[serde(flatten)]
    pub header: Header,
    /// The DaemonSet.
    pub daemon_set: DaemonSetRef<'a>,
    /// False for a DaemonSet that was deleted and left pods that no selector matches; those are
    /// looked for only without a name and a selector.
    pub exists: bool,
    /// What is assumed to have happened before; left out for the DaemonSet as it is stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change: Option<ClaimChange>,
    /// The pods that it owns or that its selector matches, by name; `null` when pods
    /// couldn't be read.
    pub pods: Option<Vec<PodClaim<'a>>>,
    /// Its ControllerRevisions and those that its selector matches, by number and
    /// name; `null` when they couldn't be read.
    pub revisions: Option<Vec<RevisionClaim<'a>>>,
    /// What a sync changes in the history; `null` when revisions couldn't be read, and while the
    /// controller does nothing for the DaemonSet.
    pub history: Option<HistoryChange<'a>>,
    /// Other controllers with overlapping selectors, by kind and name. If some couldn't be read,
    /// `notes` says so; for DaemonSets `incomplete` does.
    pub overlaps: Vec<Overlap<'a>>,
    /// Findings about the DaemonSet as a whole.
    pub findings: Vec<Reason>,
    /// What would fix it, safest first.
    pub remedies: Vec<ClaimRemedy<'a>>,
    /// All of it in one line.
    pub summary: Sentence,
}

impl<'a> ClaimReport<'a> {
    /// The published form of `report`.
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

/// What is assumed to have happened before the DaemonSet claims anything.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ClaimChange {
    /// How the DaemonSet comes into being.
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
    /// The node that it is bound to or meant for; left out when there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node: Option<&'a str>,
    /// What the controller does about it.
    pub claim: ClaimKind,
    /// Why.
    pub reason: Code,
    /// Why, and what happens to it, in words.
    pub message: Sentence,
    /// Who owns it: its controller, or its first owner reference if it has no controller.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<Owner<'a>>,
    /// What happens to it; `null` where that depends on something that couldn't be read (such as
    /// whether owners of other kinds exist), on another controller, or on the hash of a revision
    /// that doesn't exist yet.
    pub then: Option<Follows>,
    /// The label by which it counts as updated, where it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated_by: Option<UpdatedByLabel>,
    /// The pod that stays, for one that is deleted as a duplicate. Under surge an old and
    /// a new one may stay: then it is the one of the same kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stays: Option<&'a str>,
    /// The number of the revision that its hash label names, where that exists.
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
    /// Whether the reference has `controller: true`; without it, it doesn't prevent adoption.
    pub controller: bool,
    /// Whether the object exists; `null` where that isn't known, as for custom resources.
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
    /// Why, and what happens to it, in words.
    pub message: Sentence,
    /// Who owns it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<Owner<'a>>,
    /// What happens to it; `null` where that depends on something that couldn't be read, or on the
    /// order of the controller's cache.
    pub then: Option<Follows>,
    /// Whether it holds the DaemonSet's template.
    pub holds_template: bool,
    /// Its number after the sync, where that changes.
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

/// What a sync changes in the history.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct HistoryChange<'a> {
    /// Whether any revision is adopted, released, renumbered, labelled or deleted.
    pub rewritten: bool,
    /// Whether the template is held by the newest revision, an older one or none yet.
    pub state: RevisionState,
    /// The revision that holds the template, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub current: Option<&'a str>,
    /// Its number after the sync.
    pub number: i64,
    /// How many claimed pods get another hash label without a restart; `null` when pods couldn't be
    /// read.
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

/// A controller with a selector that overlaps with this DaemonSet's.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Overlap<'a> {
    /// Its kind.
    #[cfg_attr(test, schemars(extend("enum" = WorkloadKind::ALL.map(WorkloadKind::name))))]
    pub kind: &'static str,
    /// Its name.
    pub name: &'a str,
    /// Which selector matches the other template's labels.
    pub how: OverlapDirection,
    /// Its own controller, such as a ReplicaSet's Deployment or a Job's CronJob.
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

/// A step that would fix it.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ClaimRemedy<'a> {
    /// What it changes.
    pub changes: ClaimChanges,
    /// What to do.
    pub text: Sentence,
    /// A command that does it, quoted for a POSIX shell; left out where there is none, or where a
    /// name can't be passed as an argument.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command: Option<&'a Command>,
    /// What it may break; left out where nothing is known.
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
