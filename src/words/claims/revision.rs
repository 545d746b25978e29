//! The claim on a ControllerRevision: why, and what happens to it.

use jiff::Timestamp;

use crate::analysis::claims::outcome::{RevisionOutcome, RevisionUnknown};
use crate::analysis::claims::report::{ClaimKind, RevisionClaim};
use crate::analysis::reason::Reason;
use crate::words::Sentence;
use crate::words::reason::sentence;

use super::tables::follows_words;

/// Why it is claimed or not, and what happens to it.
#[must_use]
pub fn message(revision: &RevisionClaim, now: Timestamp) -> Sentence {
    let claim = match &revision.reason {
        Reason::DaemonSetDeleting { .. } => {
            Sentence::new("the DaemonSet is being deleted: it is neither adopted nor released")
        }
        reason => sentence(reason, now),
    };
    super::message(claim.as_str(), clause(revision))
}

/// A revision's number, and the number after the sync where it changes.
#[must_use]
pub fn number(revision: &RevisionClaim) -> Sentence {
    Sentence::new(match revision.renumbered_to() {
        Some(to) => format!("{} → {to}", revision.revision),
        None => revision.revision.to_string(),
    })
}

/// What happens to it, next to a column that shows whether it holds the template; with the cause,
/// where the claim doesn't say it.
#[must_use]
pub fn then(revision: &RevisionClaim, now: Timestamp) -> Sentence {
    // Another column says that.
    let is_said =
        !revision.is_labelled && revision.outcome == RevisionOutcome::Kept { is_current: true };
    let then = clause(revision).filter(|_| !is_said);
    match (revision.claim, then) {
        (ClaimKind::Owned | ClaimKind::Adopt, Some(then)) => Sentence::new(then),
        (ClaimKind::Owned, None) => Sentence::new(follows_words(revision.then())),
        (ClaimKind::Adopt, None) => Sentence::new("adopted at the next sync"),
        (ClaimKind::Release | ClaimKind::Foreign | ClaimKind::Ignored, _) => message(revision, now),
    }
}

fn clause(revision: &RevisionClaim) -> Option<String> {
    let labelled = revision
        .is_labelled
        .then(|| "it has no hash label and gets its name as one".to_owned());
    let parts = labelled.into_iter().chain(outcome(&revision.outcome));
    let parts: Vec<_> = parts.collect();
    (!parts.is_empty()).then(|| parts.join("; "))
}

fn outcome(outcome: &RevisionOutcome) -> Option<String> {
    let text = match outcome {
        RevisionOutcome::Renumbered { to } => {
            return Some(format!(
                "it holds the template and isn't the newest: it becomes revision {to}"
            ));
        }
        RevisionOutcome::DeletedAsDuplicate { kept: Some(kept) } => {
            return Some(format!(
                "it holds the template, as {kept} does, which is kept: it is deleted"
            ));
        }
        RevisionOutcome::DeletedAsDuplicate { kept: None } => {
            "it holds the template, as others with a higher number do, of which one is kept: it is deleted"
        }
        RevisionOutcome::DeletedByHistoryLimit => {
            "no pod is of it, and it goes beyond revisionHistoryLimit: it is deleted"
        }
        RevisionOutcome::Kept { is_current: true } => "it holds the template",
        RevisionOutcome::Kept { is_current: false } => return None,
        RevisionOutcome::Terminating => "it is being deleted",
        RevisionOutcome::GarbageCollected => "the garbage collector deletes it",
        RevisionOutcome::Unknown(why) => unknown(*why),
    };
    Some(text.to_owned())
}

const fn unknown(why: RevisionUnknown) -> &'static str {
    match why {
        RevisionUnknown::Tied => {
            "several revisions with this number hold the template: one of them is kept, and the controller's cache decides which"
        }
        RevisionUnknown::TiedAtLimit => {
            "it or another with this number goes beyond revisionHistoryLimit, and the controller's cache decides which"
        }
        RevisionUnknown::Relabelling => {
            "its pods get the hash of the revision that is kept; whether revisionHistoryLimit then ends it in the same sync is a race"
        }
        RevisionUnknown::Owners => super::OTHER_OWNERS,
        RevisionUnknown::Pods => {
            "whether a pod is of it isn't known, and so not whether revisionHistoryLimit ends it"
        }
    }
}
