//! Who owns the pods and ControllerRevisions that a DaemonSet's selector matches, and what happens
//! to them.

mod analysis;
mod deletion;
mod findings;
mod generation_remedies;
mod gone;
mod orphaned;
mod other_controllers;
pub mod outcome;
pub mod outcome_severity;
mod overlaps;
mod owners;
mod pod_reason;
mod pods;
mod remedies;
pub mod remedy;
pub mod report;
mod revisions;
pub mod state;

use crate::model::{DaemonSet, Snapshot, WorkloadKind};

use super::basis::{Basis, Note};
use super::daemon_set::DaemonSetAnalysis;
use super::rollout::change::ObjectSource;
use super::rollout::revision::{history, relabelled};

pub use gone::left_by_the_gone;
pub use orphaned::orphaned;

use analysis::{Before, ClaimAnalysis, Former};
use findings::{Parts, findings};
use other_controllers::ReleasedByOthers;
use report::{ClaimChange, ClaimChangeKind, ClaimReport};

/// The input of a claim report.
#[derive(Clone, Copy, Debug)]
pub struct ClaimQuestion<'a> {
    /// The nodes, pods, revisions and controllers of the namespace as they are.
    pub snapshot: &'a Snapshot,
    /// The DaemonSet: stored or from a manifest.
    pub target: &'a DaemonSet,
    /// What is assumed to have happened before; `None` for the stored one.
    pub change: Option<ClaimChange>,
    /// The stored DaemonSet that is deleted with `--cascade=orphan` before `target` is created:
    /// what it owns in `snapshot` is treated as orphaned (see [`orphaned`]).
    pub former: Option<&'a DaemonSet>,
}

/// Reports, for every pod and revision that the DaemonSet owns or selects, who owns it and what
/// happens to it, and with which controllers the DaemonSet overlaps.
#[must_use]
pub fn claims(claiming: ClaimQuestion<'_>) -> ClaimReport {
    let orphaned = claiming
        .former
        .map(|former| orphaned(claiming.snapshot, former));
    let former = claiming
        .former
        .map(|former| Former::new(claiming.snapshot, former));
    let (snapshot, ds) = (
        orphaned.as_ref().unwrap_or(claiming.snapshot),
        claiming.target,
    );
    let released = ReleasedByOthers::new(snapshot, ds);
    let snapshot = released
        .as_ref()
        .map_or(snapshot, |released| &released.snapshot);
    let history = history(snapshot, ds);
    let relabelled = history
        .as_ref()
        .filter(|_| !ds.is_deleting())
        .and_then(|history| relabelled(snapshot, ds, history));
    let after = relabelled.as_ref().map(|(after, _)| after);
    let subject = DaemonSetAnalysis::new(after.unwrap_or(snapshot), ds);
    report(&ClaimAnalysis::new(
        snapshot,
        &subject,
        history.as_ref(),
        Before {
            change: claiming.change,
            former: former.unwrap_or_default(),
            owners: released.as_ref().map(|released| &released.owners),
        },
    ))
}

fn report(analysis: &ClaimAnalysis<'_>) -> ClaimReport {
    let pods = pods::pods(analysis);
    let revisions = revisions::revisions(analysis);
    let history = revisions::history_change(
        analysis,
        pods.as_deref(),
        revisions.as_deref().unwrap_or_default(),
    );
    let overlaps = overlaps::overlaps(analysis);
    let parts = Parts {
        pods: pods.as_deref(),
        revisions: revisions.as_deref(),
        history: history.as_ref(),
        overlaps: &overlaps,
    };
    let findings = findings(analysis, &parts);
    let remedies = remedies::remedies(analysis, &parts);
    let pods = pods.map(|pods| pods.into_iter().map(|one| one.claim).collect());
    let revisions = revisions.map(|all| all.into_iter().map(|one| one.claim).collect());
    let knows = |kind: &WorkloadKind| analysis.snapshot.knows_workloads(*kind);
    let mut report = ClaimReport {
        basis: Basis::new(analysis.snapshot),
        clean: None,
        daemon_set: analysis.subject.reference(),
        exists: true,
        change: analysis.change,
        owned_today: analysis.owned_today(),
        pods,
        revisions,
        history,
        overlaps,
        knows_workloads: WorkloadKind::ALL.iter().all(knows),
        findings,
        remedies,
    };
    report.clean = clean(analysis, &report);
    let notes = notes(&report);
    report.basis.notes.extend(notes);
    report
}

/// True when nothing is adopted, released, foreign or skipped, no pod is a duplicate, nothing
/// overlaps and there are no findings. `None` where that can't be known.
fn clean(analysis: &ClaimAnalysis<'_>, report: &ClaimReport) -> Option<bool> {
    if report.has_findings() {
        return Some(false);
    }
    // What happens depends on the nodes, and so does whether anything is wrong.
    let known = report.pods.is_some()
        && report.revisions.is_some()
        && analysis.snapshot.nodes.is_some()
        && report.knows_workloads;
    known.then_some(true)
}

fn notes(report: &ClaimReport) -> Vec<Note> {
    let is_recreated = |change: ClaimChange| {
        change.kind == ClaimChangeKind::Recreate && change.obtained == ObjectSource::Local
    };
    let notes = [
        (report.revisions.is_none(), Note::NoReleasedPods),
        (
            report.change.is_some_and(is_recreated),
            Note::RecreatedLocally,
        ),
    ];
    let notes = notes.into_iter().filter(|(is_said, _)| *is_said);
    notes.map(|(_, note)| note).collect()
}
