//! Claims, and what follows of them, in few words.

use crate::analysis::claims::report::{
    ClaimKind, ClaimReport, Follows, Owner, PodClaim, UpdatedByLabel,
};
use crate::analysis::rollout::plan::RevisionState;

use crate::output::document::{Style, Text};
use crate::output::words::counted;

/// A claim as one cell.
pub(super) fn claim_cell(claim: ClaimKind) -> Text {
    let (style, word) = match claim {
        ClaimKind::Owned => (Style::Good, "owned"),
        ClaimKind::Adopt => (Style::Warn, "adopt"),
        ClaimKind::Release => (Style::Bad, "release"),
        ClaimKind::Foreign => (Style::Bad, "foreign"),
        ClaimKind::Ignored => (Style::Dim, "ignored"),
    };
    (style, word).into()
}

/// What follows for each of `count`, with their number.
pub(super) fn counted_follows(count: usize, then: Option<Follows>) -> String {
    match then {
        Some(Follows::CountsAsUpdated) if count > 1 => format!("{count} count as updated"),
        Some(Follows::LeftBesideNew) if count > 1 => format!("{count} run on beside new ones"),
        Some(Follows::DeletedIneligible) if count > 1 => {
            format!("{count} deleted, their nodes are ineligible")
        }
        Some(Follows::DeletedEnded) if count > 1 => format!("{count} deleted, they have ended"),
        Some(Follows::DeletedAsDuplicate) if count > 1 => format!("{count} deleted as duplicates"),
        Some(Follows::Kept) if count > 1 => format!("{count} left as they are"),
        then => format!("{count} {}", follows_words(then)),
    }
}

/// What follows, as the end of a sentence about one object.
pub(super) const fn follows_words(then: Option<Follows>) -> &'static str {
    match then {
        None => "unknown",
        Some(Follows::CountsAsUpdated) => "counts as updated",
        Some(Follows::Replaced) => "replaced",
        Some(Follows::Relabelled) => "relabelled",
        Some(Follows::DeletedAsDuplicate) => "deleted as a duplicate",
        Some(Follows::DeletedIneligible) => "deleted, its node is ineligible",
        Some(Follows::DeletedEnded) => "deleted, it has ended",
        Some(Follows::LeftBesideNew) => "runs on beside a new one",
        Some(Follows::Kept) => "left as it is",
        Some(Follows::Terminating) => "being deleted",
        Some(Follows::GarbageCollected) => "garbage collected",
        Some(Follows::Renumbered) => "renumbered",
        Some(Follows::DeletedByHistoryLimit) => "deleted, by the history limit",
    }
}

/// What follows for a pod.
pub(super) const fn pod_follows(pod: &PodClaim) -> &'static str {
    match pod.updated_by {
        Some(UpdatedByLabel::Generation) => "counts as updated, by generation",
        Some(UpdatedByLabel::Hash) | None => follows_words(pod.then),
    }
}

/// `Kind/name` of an owner.
pub(super) fn owner_words(owner: &Owner) -> String {
    format!("{}/{}", owner.kind, owner.name)
}

/// The history in a line; nothing where it couldn't be read.
pub(super) fn history_words(report: &ClaimReport) -> Option<String> {
    let (history, revisions) = (report.history.as_ref()?, report.revisions.as_ref()?);
    let owned = revisions
        .iter()
        .filter(|r| r.claim == ClaimKind::Owned)
        .count();
    let count = match owned {
        0 => "no revision of its own".to_owned(),
        owned => format!("{} of its own", counted(owned, "revision")),
    };
    let number = history.number;
    let current = match (&history.current, history.state) {
        (Some(name), RevisionState::Current) => {
            format!("the template is revision {number}'s, {name}")
        }
        (Some(name), _) => format!("the template is that of {name}, which becomes number {number}"),
        (None, _) => format!("the template is no revision's yet and becomes number {number}"),
    };
    Some(format!("{count}; {current}"))
}
