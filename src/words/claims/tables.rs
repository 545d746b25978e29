//! Claims and their consequences in a few words.

use crate::analysis::claims::outcome::Follows;
use crate::analysis::claims::report::ClaimKind;
use crate::words::Sentence;
use crate::words::notation::counted;

/// A claim in one word.
#[must_use]
pub const fn claim_word(claim: ClaimKind) -> &'static str {
    match claim {
        ClaimKind::Owned => "owned",
        ClaimKind::Adopt => "adopt",
        ClaimKind::Release => "release",
        ClaimKind::Foreign => "foreign",
        ClaimKind::Ignored => "ignored",
    }
}

/// What happens to it, as the end of a sentence about one object.
pub(super) const fn follows_words(then: Option<Follows>) -> &'static str {
    match then {
        None => "unknown",
        Some(Follows::CountsAsUpdated) => "counts as updated",
        Some(Follows::Replaced) => "replaced",
        Some(Follows::Relabelled) => "relabelled",
        Some(Follows::DeletedAsDuplicate) => "deleted as a duplicate",
        Some(Follows::DeletedIneligible) => "deleted, its node is excluded",
        Some(Follows::DeletedEnded) => "deleted, it has ended",
        Some(Follows::LeftBesideNew) => "keeps running alongside a new pod",
        Some(Follows::Kept) => "left as it is",
        Some(Follows::Terminating) => "being deleted",
        Some(Follows::GarbageCollected) => "garbage collected",
        Some(Follows::Renumbered) => "renumbered",
        Some(Follows::DeletedByHistoryLimit) => "deleted, by the history limit",
    }
}

/// This many DaemonSets are clean; below the listed ones.
#[must_use]
pub fn clean_others(count: usize) -> Sentence {
    let own = match count {
        1 => "owns all pods that it selects",
        _ => "own all pods that they select",
    };
    Sentence::new(format!("{} {own}", counted(count, "more DaemonSet")))
}

/// For this many nothing was found, but not everything could be checked; below the listed ones.
#[must_use]
pub fn unknown_others(count: usize) -> Sentence {
    Sentence::new(format!(
        "{}: nothing found, but not all of it could be checked",
        counted(count, "more DaemonSet")
    ))
}
