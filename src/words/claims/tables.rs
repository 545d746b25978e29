//! Claims, and what follows of them, in few words.

use std::cmp::Reverse;

use crate::analysis::claims::outcome::Follows;
use crate::analysis::claims::report::{ClaimChangeKind, ClaimKind, ClaimReport};
use crate::analysis::reason::Code;
use crate::analysis::rollout::plan::RevisionState;
use crate::words::Sentence;
use crate::words::notation::counted;

/// A claim in a word.
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

/// What is taken to have happened before, as the end of the DaemonSet's name.
#[must_use]
pub const fn once(change: ClaimChangeKind) -> &'static str {
    match change {
        ClaimChangeKind::Create => ", once it is created",
        ClaimChangeKind::Recreate => {
            ", once it is deleted with --cascade=orphan and created from the manifest"
        }
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

/// What follows for each of `count`, with their number.
fn counted_follows(count: usize, then: Option<Follows>) -> String {
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

/// How many pods are owned, and what becomes of them; nothing where there is none, and
/// where pods couldn't be read.
#[must_use]
pub fn owned(report: &ClaimReport) -> Option<Sentence> {
    let pods = report.pods.as_ref()?;
    let owned = pods.iter().filter(|pod| pod.claim == ClaimKind::Owned);
    let mut counts: Vec<(Option<Follows>, usize)> = Vec::new();
    let mut all = 0;
    for pod in owned {
        all += 1;
        match counts.iter_mut().find(|(then, _)| *then == pod.then()) {
            Some((_, n)) => *n += 1,
            None => counts.push((pod.then(), 1)),
        }
    }
    if all == 0 {
        return None;
    }
    counts.sort_by_key(|(then, n)| (Reverse(*n), *then));
    let counts = counts.into_iter();
    let counts: Vec<_> = counts.map(|(then, n)| counted_follows(n, then)).collect();
    let text = format!("{}: {}", counted(all, "pod"), counts.join("; "));
    Some(Sentence::new(text))
}

/// The history in a line; nothing where it couldn't be read.
#[must_use]
pub fn history(report: &ClaimReport) -> Option<Sentence> {
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
    Some(Sentence::new(format!("{count}; {current}")))
}

/// The reason that most pods share, and how many do.
#[must_use]
pub fn top_finding(code: Code, pods: usize) -> Sentence {
    Sentence::new(match pods {
        0 | 1 => code.name().to_owned(),
        pods => format!("{} ({pods} pods)", code.name()),
    })
}

/// So many DaemonSets are clean; without `alone` others are listed before.
#[must_use]
pub fn clean_others(count: usize, alone: bool) -> Sentence {
    let are = if count == 1 { "is" } else { "are" };
    Sentence::new(format!("{} {are} clean.", others(count, alone)))
}

/// Of so many it isn't known whether they are clean; the same.
#[must_use]
pub fn unknown_others(count: usize, alone: bool) -> Sentence {
    Sentence::new(format!(
        "{}: nothing was found, but not all of it could be checked.",
        others(count, alone)
    ))
}

fn others(count: usize, alone: bool) -> String {
    counted(count, if alone { "DaemonSet" } else { "more DaemonSet" })
}
