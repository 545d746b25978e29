//! What is to be said of the DaemonSet as a whole.

use crate::analysis::reason::Code;
use crate::engine::history::HASH_LABEL;
use crate::engine::overlap::GENERATION_LABEL;
use crate::model::{ControllerRevision, Pod};
use crate::report::reason::Reason;
use crate::words::notation::few;

use super::ground::Ground;
use super::pod_words::other_images;
use super::pods::Row;
use super::report::{ClaimKind, Follows, HistoryChange, Overlap, UpdatedByLabel};
use super::revisions::{Open, RevisionRow, relabelled_old};

/// What a report's findings are drawn from.
pub(super) struct Parts<'p, 'a> {
    pub(super) pods: Option<&'p [Row<'a>]>,
    pub(super) revisions: Option<&'p [RevisionRow<'a>]>,
    pub(super) history: Option<&'p HistoryChange>,
    pub(super) overlaps: &'p [Overlap],
}

impl<'a> Parts<'_, 'a> {
    /// The pods that count as updated by their generation alone and run another template.
    pub(super) fn trapped(&self, ground: &Ground<'_>) -> Vec<&'a Pod> {
        let rows = self.pods.unwrap_or_default().iter();
        let trapped = rows.filter(|row| {
            row.updated_by == Some(UpdatedByLabel::Generation) && !ground.runs_the_template(row.pod)
        });
        trapped.map(|row| row.pod).collect()
    }
}

pub(super) fn findings(ground: &Ground<'_>, parts: &Parts<'_, '_>) -> Vec<Reason> {
    let general = ground.subject.findings.iter();
    let general = general.filter(|f| says_of_claims(f.code()));
    let general = general.map(|f| Reason::new(f, ground.snapshot.now));
    general
        .chain(generation_trap(ground, &parts.trapped(ground)))
        .chain(duplicate_revisions(ground, parts))
        .chain(history_rewritten(ground, parts))
        .chain(selector_overlap(parts.overlaps))
        .collect()
}

/// The findings about every DaemonSet that matter to what it claims.
const fn says_of_claims(code: Code) -> bool {
    matches!(
        code,
        Code::DaemonSetDeleting
            | Code::SelectorMatchesEverything
            | Code::SelectorInvalid
            | Code::NamespaceTerminating
    )
}

fn generation_trap(ground: &Ground<'_>, trapped: &[&Pod]) -> Option<Reason> {
    let first = trapped.first()?;
    let names: Vec<&str> = trapped.iter().map(|pod| &*pod.name).collect();
    let generation = first.labels.get(GENERATION_LABEL).unwrap_or_default();
    let mut images: Vec<_> = trapped
        .iter()
        .filter_map(|pod| other_images(ground, pod))
        .collect();
    images.sort_unstable();
    images.dedup();
    let images = if images.is_empty() {
        String::new()
    } else {
        format!(" ({})", few(&images))
    };
    let (pods, them) = match trapped {
        [_] => ("1 pod counts".to_owned(), "it"),
        _ => (format!("{} pods count", trapped.len()), "them"),
    };
    // `kubectl rollout status` knows rolling updates only.
    let then = if ground.ds().is_on_delete() {
        format!("the status counts {them} as updated, and under OnDelete nothing replaces {them}")
    } else {
        format!("nothing replaces {them}, and kubectl rollout status says success")
    };
    Some(Reason::of_code(
        Code::GenerationTrap,
        format!(
            "{pods} as updated by {GENERATION_LABEL} {generation} alone, on another template{images}: {then}: {}",
            few(&names)
        ),
    ))
}

fn duplicate_revisions(ground: &Ground<'_>, parts: &Parts<'_, '_>) -> Option<Reason> {
    let history = ground.history?;
    let kept: Vec<&str> = history.kept().map(|r| &*r.name).collect();
    let others: Vec<&str> = history.duplicates.iter().map(|r| &*r.name).collect();
    if kept.len() + others.len() < 2 {
        return None;
    }
    let what = match (kept.as_slice(), others.as_slice()) {
        ([kept], others) => format!(
            "{} and {kept} hold the template: {kept} is kept, the rest is deleted",
            few(others)
        ),
        (kept, []) => format!(
            "{} hold the template and have one number: one of them is kept, the controller's cache decides which",
            few(kept)
        ),
        (kept, others) => format!(
            "{} and {} hold the template: one of {} is kept, the controller's cache decides which, and the rest is deleted",
            few(others),
            few(kept),
            few(kept)
        ),
    };
    let old = relabelled_old(ground, parts.pods.unwrap_or_default()).count();
    let relabelled = parts.history.and_then(|h| h.relabelled).unwrap_or(0);
    let get = match relabelled {
        1 => format!("1 pod gets its {HASH_LABEL} and isn't restarted"),
        _ => format!("{relabelled} pods get its {HASH_LABEL} and aren't restarted"),
    };
    // The pods are patched, and the same sync then looks into its cache.
    let pods = match (relabelled, old) {
        (0, _) => String::new(),
        (_, 0) => format!("; {get}"),
        (_, old) => format!(
            "; {get}, {old} of them on another template: nothing replaces those then, but for what that very sync still finds with the old label in its cache"
        ),
    };
    Some(Reason::of_code(
        Code::DuplicateRevisions,
        format!("{what}{pods}"),
    ))
}

fn history_rewritten(ground: &Ground<'_>, parts: &Parts<'_, '_>) -> Option<Reason> {
    parts.history.filter(|history| history.rewritten)?;
    let rows = parts.revisions.unwrap_or_default();
    let listed = |title: &str, wanted: &dyn Fn(&RevisionRow<'_>) -> bool| {
        let rows = rows.iter().filter(|row| wanted(row));
        let names: Vec<&str> = rows.map(|row| &*row.revision.name).collect();
        (!names.is_empty()).then(|| format!("{title} {}", few(&names)))
    };
    let number = parts.history.map(|h| h.number).unwrap_or_default();
    let history = ground.history?;
    let renumbered = |revision: &ControllerRevision| {
        history.renumbered && history.kept().any(|r| std::ptr::eq(r, revision))
    };
    let claimed = |row: &RevisionRow<'_>| matches!(row.claim, ClaimKind::Owned | ClaimKind::Adopt);
    let parts = [
        listed("takes over", &|row| row.claim == ClaimKind::Adopt),
        listed("lets go", &|row| row.claim == ClaimKind::Release),
        listed("labels", &|row| {
            claimed(row) && row.revision.labels.get(HASH_LABEL).is_none()
        }),
        listed(&format!("gives the number {number} to"), &|row| {
            renumbered(row.revision)
        }),
        listed("deletes, as they hold what another holds,", &|row| {
            row.follows == Some(Follows::DeletedAsDuplicate)
        }),
        listed("deletes, beyond revisionHistoryLimit,", &|row| {
            row.follows == Some(Follows::DeletedByHistoryLimit)
        }),
        listed("may delete, as its cache decides,", &|row| {
            row.open.is_some_and(Open::is_touched)
        }),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    Some(Reason::of_code(
        Code::HistoryRewritten,
        format!(
            "the next sync rewrites the history: it {}",
            parts.join("; ")
        ),
    ))
}

fn selector_overlap(overlaps: &[Overlap]) -> Option<Reason> {
    let names: Vec<String> = overlaps
        .iter()
        .map(|overlap| format!("{} {}", overlap.kind, overlap.name))
        .collect();
    (!names.is_empty()).then(|| {
        Reason::of_code(
            Code::SelectorOverlap,
            format!(
                "its selector and those of other controllers get in each other's way: {}",
                few(&names)
            ),
        )
    })
}
