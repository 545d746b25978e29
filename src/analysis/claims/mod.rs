//! Whose pods and ControllerRevisions a DaemonSet's selector matches, and what follows.

mod command;
mod deletion;
mod findings;
mod generation_remedies;
mod ground;
mod orphaned;
mod overlaps;
mod owners;
mod pod_words;
mod pods;
mod remedies;
pub mod report;
mod revision_words;
mod revisions;
mod rivals;
mod summary;
pub mod words;

use crate::model::{DaemonSet, Snapshot, WorkloadKind};

use super::rollout::revision::{history, relabelled};
use super::subject::Subject;
use crate::report::header::Header;

pub use orphaned::orphaned;

use findings::{Parts, findings};
use ground::Before;
use ground::{Former, Ground};
use report::{ClaimChange, ClaimKind, ClaimReport, Follows, PodClaim, RevisionClaim};
use rivals::LetGo;

/// `kind` of the report.
const KIND: &str = "ClaimReport";

const ALL: [WorkloadKind; 6] = WorkloadKind::ALL;

/// What a claim report is asked about.
#[derive(Clone, Copy, Debug)]
pub struct Claiming<'a> {
    /// Nodes, pods, revisions and the controllers of the namespace as they are.
    pub snapshot: &'a Snapshot,
    /// The DaemonSet: the stored one, or that of a manifest.
    pub target: &'a DaemonSet,
    /// What is taken to have happened before; `None` for the stored one.
    pub change: Option<ClaimChange>,
    /// The stored one that is deleted with `--cascade=orphan` before `target` is
    /// created: what it owns in `snapshot` is taken for nobody's (see [`orphaned`]).
    pub former: Option<&'a DaemonSet>,
}

/// Says of every pod and revision that the DaemonSet owns or its selector matches whose
/// it is and what follows, and with which controllers it overlaps.
#[must_use]
pub fn claims(claiming: Claiming<'_>) -> ClaimReport {
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
    let let_go = LetGo::new(snapshot, ds);
    let snapshot = let_go.as_ref().map_or(snapshot, |let_go| &let_go.snapshot);
    let history = history(snapshot, ds);
    let relabelled = history
        .as_ref()
        .filter(|_| !ds.is_deleting())
        .and_then(|history| relabelled(snapshot, ds, history));
    let after = relabelled.as_ref().map(|(after, _)| after);
    let subject = Subject::new(after.unwrap_or(snapshot), ds);
    report(&Ground::new(
        snapshot,
        &subject,
        history.as_ref(),
        Before {
            change: claiming.change,
            former: former.unwrap_or_default(),
            owners: let_go.as_ref().map(|let_go| &let_go.owners),
        },
    ))
}

fn report(ground: &Ground<'_>) -> ClaimReport {
    let pods = pods::rows(ground);
    let revisions = revisions::rows(ground);
    let history = revisions::history_change(
        ground,
        pods.as_deref(),
        revisions.as_deref().unwrap_or_default(),
    );
    let overlaps = overlaps::overlaps(ground);
    let parts = Parts {
        pods: pods.as_deref(),
        revisions: revisions.as_deref(),
        history: history.as_ref(),
        overlaps: &overlaps,
    };
    let findings = findings(ground, &parts);
    let remedies = remedies::remedies(ground, &parts);
    let pods: Option<Vec<PodClaim>> = pods
        .as_ref()
        .map(|rows| rows.iter().map(|row| row.claim(ground)).collect());
    let revisions: Option<Vec<RevisionClaim>> = revisions
        .as_ref()
        .map(|rows| rows.iter().map(|row| row.claim(ground)).collect());
    let mut report = ClaimReport {
        header: Header::new(KIND, ground.snapshot, None),
        daemon_set: ground.subject.reference(),
        change: ground.change,
        pods,
        revisions,
        history,
        overlaps,
        findings,
        remedies,
        summary: String::new(),
    };
    report.header.clean = clean(ground, &report);
    report.header.notes.extend(notes(&report));
    report.summary = summary::summary(&report, knows_neighbours(ground));
    report
}

/// Nothing is to be adopted or let go, nothing is another's or passed over, no pod is a
/// duplicate, nothing overlaps and nothing is to be said. `None` where that can't be known.
fn clean(ground: &Ground<'_>, report: &ClaimReport) -> Option<bool> {
    if report.has_findings() {
        return Some(false);
    }
    // What follows needs the nodes, and with them whether anything is wrong.
    let known = report.pods.is_some()
        && report.revisions.is_some()
        && ground.snapshot.nodes.is_some()
        && knows_neighbours(ground);
    known.then_some(true)
}

/// Whether the controllers of every kind could be read.
fn knows_neighbours(ground: &Ground<'_>) -> bool {
    let knows = |kind: &WorkloadKind| ground.snapshot.knows_workloads(*kind);
    ALL.iter().all(knows)
}

fn notes(report: &ClaimReport) -> Vec<String> {
    let adopts = report.adopts();
    let mut notes = Vec::new();
    if report.revisions.is_none() {
        notes.push(
            "without the ControllerRevisions no pods are found that the DaemonSet controls and its selector no longer matches"
                .to_owned(),
        );
    }
    if adopts {
        notes.push(
            "before it takes anything over, the controller asks the API server whether the DaemonSet is still there, with the same UID and not being deleted"
                .to_owned(),
        );
    }
    if report.change.is_some_and(|change| {
        change.kind == report::ClaimChangeKind::Recreate
            && change.obtained == super::rollout::change::Obtained::Local
    }) {
        notes.push(
            "the DaemonSet of the manifest was computed here, as if the stored one were gone: admission wasn't asked"
                .to_owned(),
        );
    }
    notes
}

impl ClaimReport {
    /// Whether there is anything to look at: what `-A` keeps.
    #[must_use]
    pub fn has_findings(&self) -> bool {
        let pods = self.pods.iter().flatten().map(|pod| pod.claim);
        let revisions = self.revisions.iter().flatten().map(|row| row.claim);
        let unclear = pods.chain(revisions).any(|claim| claim != ClaimKind::Owned);
        let mut follows = self.pods.iter().flatten().map(|pod| pod.then);
        let is_twice = follows.any(|then| then == Some(Follows::DeletedAsDuplicate));
        unclear
            || is_twice
            || !self.overlaps.is_empty()
            || self.findings.iter().any(|f| f.code.is_problem())
    }

    /// Whether anything is taken over.
    #[must_use]
    pub fn adopts(&self) -> bool {
        let pods = self.pods.iter().flatten().map(|pod| pod.claim);
        let revisions = self.revisions.iter().flatten().map(|row| row.claim);
        pods.chain(revisions).any(|claim| claim == ClaimKind::Adopt)
    }
}
