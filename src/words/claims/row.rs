//! Claims in a row of a table: why and what follows in as few words as do.

use jiff::Timestamp;

use crate::analysis::claims::outcome::{
    Follows, Kept, OtherTemplate, PodOutcome, PodUnknown, Replacement, Updated,
};
use crate::analysis::claims::remedy::ClaimRemedy;
use crate::analysis::claims::report::{ClaimKind, ClaimReport, Overlap, PodClaim, Takes};
use crate::analysis::reason::{LabelMismatch, Maker, Origin, Reason, Released};
use crate::analysis::rollout::plan::RevisionState;
use crate::engine::overlap::GENERATION_LABEL;
use crate::words::Sentence;
use crate::words::notation::{counted, object};
use crate::words::reason::headline;

/// Why a pod is claimed or isn't.
#[must_use]
pub fn cause(pod: &PodClaim, now: Timestamp) -> Sentence {
    Sentence::new(match &pod.reason {
        Reason::OrphanedPod {
            may_be_released,
            origin,
        } => {
            let of = if *may_be_released {
                "orphan, released or left by a deleted DaemonSet"
            } else {
                "orphan of a deleted DaemonSet"
            };
            format!("{of}{}", revision(*origin))
        }
        Reason::BarePod { maker } => match maker {
            Maker::ReplicaSet => "orphan of a ReplicaSet".to_owned(),
            Maker::StatefulSet => "orphan of a StatefulSet".to_owned(),
            Maker::Job => "orphan of a Job".to_owned(),
            Maker::Hand => "orphan, created by hand".to_owned(),
        },
        Reason::OwnerWithoutController { owner, .. } => {
            format!("orphan: {} isn't its controller", object(owner))
        }
        Reason::OwnerLetsGo { owner } => format!("{} releases it", object(owner)),
        Reason::NoLongerSelected { mismatch } => mismatched("no longer matches", mismatch.as_ref()),
        Reason::ReleasedEarlier(released) => released_text(released),
        Reason::OtherController { owner } => format!("owned by {}", object(owner)),
        Reason::StaticPod { .. } => "static pod, owned by its kubelet".to_owned(),
        Reason::OrphanTerminating => "orphan, Terminating".to_owned(),
        _ => return super::pod::why(pod, now),
    })
}

fn revision(origin: Origin) -> String {
    match origin {
        Origin::Revision(number) => format!(" (revision {number})"),
        Origin::Gone | Origin::Unknown => String::new(),
    }
}

fn mismatched(what: &str, mismatch: Option<&LabelMismatch>) -> String {
    match mismatch {
        None => what.to_owned(),
        Some(LabelMismatch { key, found, .. }) => match found {
            Some(found) => format!("{what}: label {key} is {found}"),
            None => format!("{what}: no label {key}"),
        },
    }
}

fn released_text(released: &Released) -> String {
    match released {
        Released::Pod { mismatch, .. } => mismatched("released", mismatch.as_ref()),
        Released::FormerPod { mismatch } => mismatched("won't match", mismatch.as_ref()),
        Released::LeftBehind { mismatch, origin } => {
            let of = format!("orphan of a deleted DaemonSet{}", revision(*origin));
            mismatched(&of, mismatch.as_ref())
        }
        Released::LeftRevision | Released::FormerRevision => "left behind".to_owned(),
    }
}

/// What follows for it.
#[must_use]
pub fn fate(pod: &PodClaim) -> Sentence {
    let text = match &pod.outcome {
        PodOutcome::CountsAsUpdated(Updated::ByGeneration {
            runs: Some(runs), ..
        }) => {
            format!("counts as updated, but runs {}", template(runs))
        }
        PodOutcome::Relabelled { runs: Some(runs) } => {
            format!("relabelled, but runs {}", template(runs))
        }
        PodOutcome::Kept(Kept::OnDelete(runs)) => {
            format!("stays on {} until it is deleted (OnDelete)", template(runs))
        }
        PodOutcome::Replaced { by, .. } => match by {
            Replacement::None => "deleted by the rollout and not created again".to_owned(),
            Replacement::Pod(_) | Replacement::New => "replaced by the rollout".to_owned(),
        },
        PodOutcome::LeftBesideNew => "keeps running beside a new pod".to_owned(),
        PodOutcome::Kept(Kept::Beside(_)) => "keeps running beside the DaemonSet's pod".to_owned(),
        PodOutcome::Kept(Kept::NotOurs) if pod.claim == ClaimKind::Foreign => "ignored".to_owned(),
        PodOutcome::Kept(_) => "keeps running".to_owned(),
        PodOutcome::Unknown(PodUnknown::AdoptedBy(other)) => {
            format!("adopted by {}", object(other))
        }
        PodOutcome::Unknown(_) => "unknown (-o wide says why)".to_owned(),
        outcome => super::tables::follows_words(outcome.follows()).to_owned(),
    };
    let race = pod.may_be_adopted_by.as_ref();
    let race = race.map(|other| format!(", unless {} adopts it first", object(other)));
    Sentence::new(text + &race.unwrap_or_default())
}

fn template(runs: &OtherTemplate) -> String {
    match runs.revision {
        Some(number) => format!("revision {number}"),
        None => "another template".to_owned(),
    }
}

/// What the overlap with another controller leads to.
#[must_use]
pub fn overlap(overlap: &Overlap) -> Sentence {
    let taken = overlap.taken.is_some();
    Sentence::new(match overlap.takes {
        None => "this DaemonSet adopts its orphans",
        Some(Takes::NothingDeleting) => "being deleted: it adopts nothing",
        Some(Takes::NothingFinished) => "finished: it adopts nothing",
        Some(Takes::NoPods) if taken => {
            "this DaemonSet adopts its orphans; its selector counts this one's pods"
        }
        Some(Takes::NoPods) => "its selector counts this DaemonSet's pods",
        Some(Takes::WhatItSeesFirst) => "whichever syncs first adopts the other's orphans",
        Some(Takes::OwnNames) if taken => {
            "this DaemonSet adopts its orphans; it adopts this one's ControllerRevisions"
        }
        Some(Takes::OwnNames) => "it adopts this DaemonSet's orphan ControllerRevisions",
        Some(Takes::ReplicasAtMost | Takes::ParallelismAtMost) if taken => {
            "each adopts the other's orphans; it deletes what is too many"
        }
        Some(Takes::ReplicasAtMost | Takes::ParallelismAtMost) => {
            "it adopts this DaemonSet's orphans and deletes what is too many"
        }
    })
}

/// What is to be said of the DaemonSet as a whole, without the names of pods and revisions.
#[must_use]
pub fn finding(reason: &Reason, now: Timestamp) -> Sentence {
    Sentence::new(match reason {
        Reason::GenerationTrap {
            pods,
            generation,
            on_delete,
            ..
        } => {
            let (carry, them) = match pods.len() {
                1 => ("1 pod of another template carries".to_owned(), "it"),
                n => (format!("{n} pods of another template carry"), "them"),
            };
            let then = match on_delete {
                true => "",
                false => ", and kubectl rollout status says success",
            };
            format!(
                "{carry} {GENERATION_LABEL} {generation} and so {count} as updated: nothing replaces {them}{then}",
                count = if pods.len() == 1 { "counts" } else { "count" },
            )
        }
        Reason::LeftBehindPods { pods } => {
            let keep = if pods.len() == 1 { "keeps" } else { "keep" };
            format!(
                "{} of a deleted DaemonSet of this name {keep} running until somebody deletes them",
                counted(pods.len(), "orphan pod")
            )
        }
        Reason::DuplicateRevisions {
            kept,
            others,
            relabelled,
            relabelled_old,
        } => {
            let all = kept.len() + others.len();
            let old = match relabelled_old {
                0 => String::new(),
                old => format!(", {old} of them on another template"),
            };
            let relabelled = match relabelled {
                0 => String::new(),
                n => format!("; {} relabelled without a restart{old}", counted(*n, "pod")),
            };
            format!("{all} revisions hold the template, and the controller keeps 1{relabelled}")
        }
        Reason::HistoryRewritten(rewrite) => {
            let parts = [
                (rewrite.adopted.len(), "adopts"),
                (rewrite.released.len(), "releases"),
                (rewrite.labelled.len(), "labels"),
                (rewrite.renumbered.len(), "renumbers"),
                (
                    rewrite.duplicates.len() + rewrite.beyond_limit.len(),
                    "deletes",
                ),
                (rewrite.perhaps.len(), "may delete"),
            ];
            let parts = parts.into_iter().filter(|(count, _)| *count > 0);
            let parts: Vec<String> = parts
                .map(|(count, verb)| format!("{verb} {}", counted(count, "revision")))
                .collect();
            format!("the next sync {} (-o wide lists them)", parts.join(", "))
        }
        other => return headline(other, now),
    })
}

/// What the DaemonSet owns, in a line.
#[must_use]
pub fn owns(report: &ClaimReport) -> Option<Sentence> {
    let pods = report.pods.as_ref()?;
    let owned = |claim: ClaimKind| claim == ClaimKind::Owned;
    let pods: Vec<&PodClaim> = pods.iter().filter(|pod| owned(pod.claim)).collect();
    let revisions = report.revisions.iter().flatten();
    let revisions = revisions.filter(|r| owned(r.claim)).count();
    let pods_text = match pods.len() {
        0 => "owns no pod".to_owned(),
        n => format!("owns {}{}", counted(n, "pod"), all_follow(&pods)),
    };
    let revisions = match (report.revisions.is_some(), revisions) {
        (false, _) => ", revisions unknown".to_owned(),
        (true, 0) => " and no revision".to_owned(),
        (true, n) => format!(" and {}", counted(n, "revision")),
    };
    let template = report.history.as_ref().map(|history| {
        let number = history.number;
        match (&history.current, history.state) {
            (Some(name), RevisionState::Current) => {
                format!("; template: revision {number} ({name})")
            }
            (Some(name), _) => format!("; template: {name}, which becomes revision {number}"),
            (None, _) => format!("; template: new, becomes revision {number}"),
        }
    });
    let overlaps = if report.knows_workloads {
        ""
    } else {
        "; overlaps unknown"
    };
    Some(Sentence::new(format!(
        "{pods_text}{revisions}{}{overlaps}",
        template.unwrap_or_default()
    )))
}

/// What follows for all that are owned, where it is the same and nothing that needs no word.
fn all_follow(pods: &[&PodClaim]) -> String {
    let first = pods.first().and_then(|pod| pod.then());
    let same = pods.iter().all(|pod| pod.then() == first);
    match first {
        Some(Follows::CountsAsUpdated | Follows::Kept) | None => String::new(),
        Some(then) if same => format!(" ({})", super::tables::follows_words(Some(then))),
        _ => String::new(),
    }
}

/// Something that would put it right, by its number.
#[must_use]
pub fn step(number: usize, remedy: &ClaimRemedy) -> Sentence {
    Sentence::new(format!("{number}. {}", super::remedy(&remedy.kind)))
}

/// What it risks.
#[must_use]
pub fn risk(remedy: &ClaimRemedy) -> Option<Sentence> {
    let risk = super::risk(&remedy.kind)?;
    Some(Sentence::new(format!("Risk: {risk}.")))
}
