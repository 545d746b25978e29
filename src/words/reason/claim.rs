//! Who owns pods and ControllerRevisions, and what that means for a DaemonSet.

use crate::analysis::reason::{
    Creator, HistoryRewrite, LabelMismatch, ObjectRef, Origin, Reason, Released,
};
use crate::engine::overlap::GENERATION_LABEL;
use crate::model::HASH_LABEL;
use crate::words::notation::{few, images, object, objects};

/// What a reason means for the object concerned, as the end of its sentence; empty where the reason
/// already says it.
pub(super) const fn meaning(reason: &Reason) -> &'static str {
    match reason {
        Reason::OrphanedPod { .. }
        | Reason::BarePod { .. }
        | Reason::OwnerWithoutController { .. }
        | Reason::OrphanedRevision => ": it matches the selector and is adopted at the next sync",
        Reason::OtherController { .. } => ", and so it is left alone",
        _ => "",
    }
}

pub(super) fn orphaned_pod(may_be_released: bool, origin: Origin) -> String {
    let parting = if may_be_released {
        "DaemonSet that released it or was deleted"
    } else {
        "deleted DaemonSet"
    };
    format!("orphan of a {parting}{}", origin_text(origin))
}

fn origin_text(origin: Origin) -> String {
    match origin {
        Origin::Revision(number) => format!(" (revision {number})"),
        Origin::Gone => " (its revision is gone)".to_owned(),
        Origin::Unknown => String::new(),
    }
}

pub(super) const fn bare_pod(maker: Creator) -> &'static str {
    match maker {
        Creator::ReplicaSet => "orphan of a ReplicaSet",
        Creator::StatefulSet => "orphan of a StatefulSet",
        Creator::Job => "orphan of a Job",
        Creator::Hand => "created by hand, without a controller",
    }
}

pub(super) fn no_longer_selected(mismatch: Option<&LabelMismatch>) -> String {
    format!(
        "its labels no longer match{}: the DaemonSet releases it at the next sync",
        mismatch_text(mismatch)
    )
}

fn mismatch_text(mismatch: Option<&LabelMismatch>) -> String {
    let Some(LabelMismatch { key, wanted, found }) = mismatch else {
        return String::new();
    };
    match found {
        Some(found) => format!(" ({key} is {found}, not {wanted})"),
        None => format!(" (it has no label {key})"),
    }
}

pub(super) fn released(released: &Released) -> String {
    match released {
        Released::Pod { mismatch, origin } => format!(
            "orphan whose labels don't match{}: it was released or relabelled{}",
            mismatch_text(mismatch.as_ref()),
            origin_text(*origin)
        ),
        Released::FormerPod { mismatch } => format!(
            "orphan once the stored DaemonSet is deleted without its pods; its labels don't match{}",
            mismatch_text(mismatch.as_ref())
        ),
        Released::LeftBehind { mismatch, origin } => format!(
            "orphan of a deleted DaemonSet of this name{}{}",
            origin_text(*origin),
            match mismatch_text(mismatch.as_ref()) {
                none if none.is_empty() => String::new(),
                text => format!("; its labels don't match{text}"),
            }
        ),
        Released::LeftRevision => {
            "orphan of a deleted DaemonSet of this name, left with its pods".to_owned()
        }
        Released::FormerRevision => {
            "orphan once the stored DaemonSet is deleted without it; its labels don't match: it is left behind"
                .to_owned()
        }
    }
}

pub(super) fn owner_without_controller(owner: &ObjectRef) -> String {
    format!(
        "its owner reference to {} doesn't say `controller: true`, so nothing controls it",
        object(owner)
    )
}

pub(super) fn owner_lets_go(owner: &ObjectRef) -> String {
    format!(
        "{} controls it, but its labels no longer match that one's selector: it is released, then adopted",
        object(owner)
    )
}

pub(super) fn generation_trap(
    pods: &[String],
    generation: &str,
    others: &[Vec<String>],
    on_delete: bool,
) -> String {
    let mut others: Vec<_> = others.iter().filter_map(|list| images(list)).collect();
    others.sort_unstable();
    others.dedup();
    let others = if others.is_empty() {
        String::new()
    } else {
        format!(" ({})", few(&others))
    };
    let (count, them) = match pods {
        [_] => ("1 pod counts".to_owned(), "it"),
        _ => (format!("{} pods count", pods.len()), "them"),
    };
    // `kubectl rollout status` only knows rolling updates.
    let then = if on_delete {
        format!("the status counts {them} as updated, and under OnDelete nothing replaces {them}")
    } else {
        format!("nothing replaces {them}, and kubectl rollout status says success")
    };
    format!(
        "{count} as updated by {GENERATION_LABEL} {generation} alone, on another template{others}: {then}: {}",
        few(pods)
    )
}

pub(super) fn duplicate_revisions(
    kept: &[String],
    others: &[String],
    relabelled: usize,
    old: usize,
) -> String {
    let what = match (kept, others) {
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
    let get = match relabelled {
        1 => format!("1 pod gets its {HASH_LABEL} and isn't restarted"),
        _ => format!("{relabelled} pods get its {HASH_LABEL} and aren't restarted"),
    };
    // The pods are patched, and the same sync then looks into its cache.
    match (relabelled, old) {
        (0, _) => what,
        (_, 0) => format!("{what}; {get}"),
        (_, old) => format!(
            "{what}; {get}, {old} of them on another template: nothing replaces those then, but for what that very sync still finds with the old label in its cache"
        ),
    }
}

pub(super) fn history_rewritten(rewrite: &HistoryRewrite) -> String {
    let renumbers = format!("gives the number {} to", rewrite.number);
    let parts = [
        ("adopts", &rewrite.adopted),
        ("releases", &rewrite.released),
        ("labels", &rewrite.labelled),
        (renumbers.as_str(), &rewrite.renumbered),
        (
            "deletes, as they hold what another holds,",
            &rewrite.duplicates,
        ),
        (
            "deletes, beyond revisionHistoryLimit,",
            &rewrite.beyond_limit,
        ),
        ("may delete, as its cache decides,", &rewrite.perhaps),
    ];
    let parts = parts.iter().filter(|(_, names)| !names.is_empty());
    let parts = parts.map(|(title, names)| format!("{title} {}", few(names)));
    format!(
        "the next sync rewrites the history: it {}",
        parts.collect::<Vec<_>>().join("; ")
    )
}

pub(super) fn selector_overlap(controllers: &[ObjectRef]) -> String {
    format!(
        "its selector overlaps with those of {}",
        objects(controllers)
    )
}
