//! All of it in one line.

use crate::analysis::claims::outcome::{Follows, UpdatedByLabel};
use crate::analysis::claims::report::{ClaimKind, ClaimReport};
use crate::words::{Sentence, notation};

/// All of it in one line.
#[must_use]
pub fn summary(report: &ClaimReport) -> Sentence {
    let overlaps = match (report.overlaps.len(), report.knows_workloads) {
        (0, true) => "no overlap".to_owned(),
        (0, false) => "overlaps unknown".to_owned(),
        (1, true) => "1 overlap".to_owned(),
        (count, true) => format!("{count} overlaps"),
        (count, false) => format!("{count} or more overlaps"),
    };
    Sentence::new([pods(report), revisions(report), overlaps].join("; "))
}

fn pods(report: &ClaimReport) -> String {
    let Some(pods) = &report.pods else {
        return "pods unknown".to_owned();
    };
    let follows = |claim: ClaimKind| {
        let rows = pods.iter().filter(move |pod| pod.claim == claim);
        let by_generation = rows
            .clone()
            .filter(|pod| pod.updated_by() == Some(UpdatedByLabel::Generation));
        counted(by_generation.count(), rows.filter_map(|pod| pod.then()))
    };
    let claims = pods.iter().map(|pod| pod.claim);
    format!("{}{}", number(pods.len(), "pod"), of(claims, follows))
}

fn revisions(report: &ClaimReport) -> String {
    let Some(revisions) = &report.revisions else {
        return "revisions unknown".to_owned();
    };
    let follows = |claim: ClaimKind| {
        let rows = revisions.iter().filter(move |row| row.claim == claim);
        counted(0, rows.filter_map(|row| row.then()))
    };
    let claims = revisions.iter().map(|row| row.claim);
    format!(
        "{}{}",
        number(revisions.len(), "revision"),
        of(claims, follows)
    )
}

fn number(count: usize, what: &str) -> String {
    match count {
        0 => format!("no {what}s"),
        count => notation::counted(count, what),
    }
}

/// How many of each claim, and what happens to them.
fn of(
    claims: impl Iterator<Item = ClaimKind> + Clone,
    follows: impl Fn(ClaimKind) -> String,
) -> String {
    let words = [
        (ClaimKind::Owned, "owned"),
        (ClaimKind::Adopt, "to adopt"),
        (ClaimKind::Release, "to release"),
        (ClaimKind::Foreign, "foreign"),
        (ClaimKind::Ignored, "ignored"),
    ];
    let parts = words.into_iter().filter_map(|(claim, word)| {
        let count = claims.clone().filter(|c| *c == claim).count();
        (count > 0).then(|| format!("{count} {word}{}", follows(claim)))
    });
    let parts: Vec<_> = parts.collect();
    if parts.is_empty() {
        return String::new();
    }
    format!(": {}", parts.join(", "))
}

/// What happens to them, where it is worth mentioning.
fn counted(by_generation: usize, follows: impl Iterator<Item = Follows>) -> String {
    let follows: Vec<_> = follows.collect();
    let words = [
        (Follows::Replaced, "replaced"),
        (Follows::Relabelled, "relabelled"),
        (Follows::DeletedAsDuplicate, "deleted as duplicate"),
        (Follows::DeletedIneligible, "deleted as ineligible"),
        (Follows::DeletedEnded, "ended"),
        (Follows::LeftBesideNew, "left beside new"),
        (Follows::GarbageCollected, "garbage collected"),
        (Follows::Terminating, "terminating"),
        (Follows::Renumbered, "renumbered"),
        (Follows::DeletedByHistoryLimit, "deleted by the limit"),
    ];
    let counts = words.into_iter().map(|(wanted, word)| {
        let count = follows.iter().filter(|f| **f == wanted).count();
        (count, word)
    });
    let updated = (by_generation, "updated by generation alone");
    let parts: Vec<_> = std::iter::once(updated)
        .chain(counts)
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    if parts.is_empty() {
        return String::new();
    }
    format!(" ({})", parts.join(", "))
}
