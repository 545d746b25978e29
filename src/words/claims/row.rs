//! Claims in a table row: why and what happens, in as few words as possible.

use jiff::Timestamp;

use crate::analysis::claims::outcome::{
    CountedAsUpdated, Follows, KeptBecause, OtherTemplate, PodOutcome, PodUnknown, Replacement,
};
use crate::analysis::claims::outcome_severity::OutcomeSeverity;
use crate::analysis::claims::remedy::{ClaimRemedy, ClaimRemedyKind};
use crate::analysis::claims::report::{
    AdoptedByOther, ClaimChangeKind, ClaimKind, ClaimReport, Overlap, PodClaim,
};
use crate::analysis::reason::{Code, Creator, LabelMismatch, Origin, Reason, Released};
use crate::analysis::rollout::plan::RevisionState;
use crate::engine::overlap::GENERATION_LABEL;
use crate::words::Sentence;
use crate::words::notation::{and, counted, first_of, object};
use crate::words::reason::headline;

/// Why a pod is claimed or not.
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
            Creator::ReplicaSet => "orphan of a ReplicaSet".to_owned(),
            Creator::StatefulSet => "orphan of a StatefulSet".to_owned(),
            Creator::Job => "orphan of a Job".to_owned(),
            Creator::Hand => "orphan, created by hand".to_owned(),
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

/// The same for pods with different labels or revisions.
#[must_use]
pub fn cause_of_many(code: Code) -> Sentence {
    Sentence::new(match code {
        Code::ReleasedEarlier => "released or relabelled",
        Code::NoLongerSelected => "no longer match",
        Code::OrphanedPod => "orphans of deleted DaemonSets",
        other => other.description(),
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
        PodOutcome::CountsAsUpdated(CountedAsUpdated::ByGeneration {
            runs: Some(runs), ..
        })
        | PodOutcome::Relabelled { runs: Some(runs) } => {
            format!("keeps running {}", template(runs))
        }
        PodOutcome::CountsAsUpdated(_) => "up to date".to_owned(),
        PodOutcome::Relabelled { runs: None } => "is relabelled, not restarted".to_owned(),
        PodOutcome::Kept(KeptBecause::OnDelete(runs)) => {
            format!("keeps running {} until somebody deletes it", template(runs))
        }
        PodOutcome::Replaced { by, .. } => match by {
            Replacement::None => "deleted by the rollout, not created again".to_owned(),
            Replacement::Pod(_) | Replacement::New => "replaced by the rollout".to_owned(),
        },
        PodOutcome::DeletedAsDuplicate { .. } => "deleted: duplicate on its node".to_owned(),
        PodOutcome::DeletedIneligible { .. } => "deleted: node excluded".to_owned(),
        PodOutcome::DeletedEnded { .. } => "deleted: has ended".to_owned(),
        PodOutcome::GarbageCollected(_) => "deleted by the garbage collector".to_owned(),
        PodOutcome::LeftBesideNew => "keeps running alongside a new pod".to_owned(),
        PodOutcome::Kept(KeptBecause::Beside(_)) => {
            "keeps running alongside the DaemonSet's pod".to_owned()
        }
        PodOutcome::Kept(KeptBecause::NotOurs) if pod.claim == ClaimKind::Foreign => {
            "ignored".to_owned()
        }
        PodOutcome::Kept(_) => "keeps running".to_owned(),
        PodOutcome::Unknown(PodUnknown::AdoptedBy(other)) => {
            format!("adopted by {}", object(other))
        }
        PodOutcome::Unknown(_) => "unknown (-o wide says why)".to_owned(),
        PodOutcome::Terminating => "being deleted".to_owned(),
    };
    let claim = match pod.claim {
        ClaimKind::Adopt => "adopted, ",
        ClaimKind::Release => "released, ",
        ClaimKind::Owned | ClaimKind::Foreign | ClaimKind::Ignored => "",
    };
    let then = match OutcomeSeverity::of(pod) {
        OutcomeSeverity::Deleted | OutcomeSeverity::Replaced if !claim.is_empty() => "then ",
        _ => "",
    };
    let race = pod.may_be_adopted_by.as_ref();
    let race = race.map(|other| format!(", unless {} adopts it first", object(other)));
    Sentence::new(format!("{claim}{then}{text}{}", race.unwrap_or_default()))
}

/// Pods that need no attention, in one line: how many, and who owns them.
#[must_use]
pub fn unconcerned(groups: &[(usize, &PodClaim)], now: Timestamp) -> Sentence {
    let all: usize = groups.iter().map(|(count, _)| count).sum();
    let what = groups.iter().map(|(count, pod)| match &pod.reason {
        Reason::StaticPod { .. } => counted(*count, "static pod"),
        Reason::OtherController { owner } => format!("{count} of {}", object(owner)),
        _ if matches!(pod.outcome, PodOutcome::Terminating) => format!("{count} being deleted"),
        _ => format!("{count} {}", cause(pod, now)),
    });
    let what: Vec<String> = what.collect();
    let pods = match all {
        1 => "1 other pod matches the selector, and nothing happens to it".to_owned(),
        n => format!("{n} other pods match the selector and are left alone"),
    };
    Sentence::new(format!("{pods}: {}", what.join(", ")))
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
    let kind = overlap.kind.name();
    let adopts = format!("the DaemonSet adopts orphans of the {kind}");
    Sentence::new(match overlap.takes {
        None => adopts,
        Some(AdoptedByOther::NothingDeleting) => format!("none: the {kind} is being deleted"),
        Some(AdoptedByOther::NothingFinished) => format!("none: the {kind} has finished"),
        Some(AdoptedByOther::NoPods) if taken => {
            format!("{adopts}; the {kind} counts the DaemonSet's pods as its own")
        }
        Some(AdoptedByOther::NoPods) => {
            format!("the {kind} counts the DaemonSet's pods as its own")
        }
        Some(AdoptedByOther::WhatItSeesFirst) => {
            "whichever syncs first adopts the other's orphans".to_owned()
        }
        Some(AdoptedByOther::OwnNames) if taken => {
            format!("{adopts}; the {kind} adopts ControllerRevisions of the DaemonSet")
        }
        Some(AdoptedByOther::OwnNames) => {
            format!("the {kind} adopts orphaned ControllerRevisions of the DaemonSet")
        }
        Some(AdoptedByOther::ReplicasAtMost | AdoptedByOther::ParallelismAtMost) if taken => {
            format!("each adopts the other's orphans; the {kind} deletes the surplus")
        }
        Some(AdoptedByOther::ReplicasAtMost | AdoptedByOther::ParallelismAtMost) => {
            format!("the {kind} adopts orphans of the DaemonSet and deletes the surplus")
        }
    })
}

/// With which controllers the selector overlaps.
#[must_use]
pub fn overlaps(names: &[&str]) -> Sentence {
    Sentence::new(format!(
        "Its selector overlaps with {}: they may adopt each other's orphans (details with -o wide)",
        first_of(names, 3)
    ))
}

/// The same in a first line, without the explanation.
#[must_use]
pub fn finding_in_brief(reason: &Reason, now: Timestamp) -> Sentence {
    match reason {
        Reason::GenerationTrap {
            pods, on_delete, ..
        } => {
            let keep = if pods.len() == 1 { "keeps" } else { "keep" };
            let though = match on_delete {
                true => "",
                false => ", though kubectl rollout status says success",
            };
            Sentence::new(format!(
                "{} {keep} running an old template{though}",
                counted(pods.len(), "pod")
            ))
        }
        other => finding(other, now),
    }
}

/// A finding about the DaemonSet as a whole, without the names of pods and revisions.
#[must_use]
pub fn finding(reason: &Reason, now: Timestamp) -> Sentence {
    Sentence::new(match reason {
        Reason::GenerationTrap {
            pods,
            generation,
            on_delete,
            ..
        } => {
            let (pods_keep, their, make) = match pods.len() {
                1 => ("1 pod keeps".to_owned(), "its", "makes it"),
                n => (format!("{n} pods keep"), "their", "makes them"),
            };
            let then = match on_delete {
                true => "",
                false => {
                    ", so rollouts skip them, yet kubectl rollout status reports success"
                }
            };
            format!(
                "{pods_keep} running an old template: {their} label {GENERATION_LABEL}={generation} {make} count as updated{then}"
            )
        }
        Reason::LeftBehindPods { pods } => match pods.len() {
            1 => "1 orphan pod of a deleted DaemonSet of this name keeps running until somebody deletes it".to_owned(),
            n => format!(
                "{n} orphan pods of a deleted DaemonSet of this name keep running until somebody deletes them"
            ),
        },
        Reason::DuplicateRevisions {
            kept,
            others,
            relabelled,
            relabelled_old,
        } => {
            let all = kept.len() + others.len();
            let revisions = format!("{all} revisions hold the same template");
            let is = if *relabelled == 1 { "is" } else { "are" };
            let old = match relabelled_old {
                0 => String::new(),
                1 => ", and 1 of them keeps an old template".to_owned(),
                old => format!(", and {old} of them keep an old template"),
            };
            match relabelled {
                0 => format!("{revisions}, and the controller keeps 1"),
                n => format!(
                    "{} {is} relabelled, not restarted{old}, because {revisions}",
                    counted(*n, "pod")
                ),
            }
        }
        Reason::HistoryRewritten(rewrite) => {
            let parts = [
                (rewrite.adopted.len(), "adopted"),
                (rewrite.released.len(), "released"),
                (rewrite.labelled.len(), "labelled"),
                (rewrite.renumbered.len(), "renumbered"),
                (
                    rewrite.duplicates.len() + rewrite.beyond_limit.len(),
                    "deleted",
                ),
                (rewrite.perhaps.len(), "perhaps deleted"),
            ];
            let parts = parts.into_iter().filter(|(count, _)| *count > 0);
            let parts: Vec<String> = parts.map(|(count, what)| format!("{count} {what}")).collect();
            format!("revisions at the next sync: {} (-o wide)", parts.join(", "))
        }
        other => return headline(other, now),
    })
}

/// What the DaemonSet owns, and what happens to its revisions, which wide shows in full.
#[must_use]
pub fn owns(report: &ClaimReport, is_wide: bool) -> Option<Sentence> {
    let pods = report.pods.as_ref()?;
    let owned = |claim: ClaimKind| claim == ClaimKind::Owned;
    let pods: Vec<&PodClaim> = pods.iter().filter(|pod| owned(pod.claim)).collect();
    let revisions = report.revisions.iter().flatten();
    let revisions = revisions.filter(|r| owned(r.claim)).count();
    let pods_text = match report.owned_today {
        Some(owned) => counted(owned.pods, "pod"),
        None => format!("{}{}", counted(pods.len(), "pod"), all_follow(&pods)),
    };
    let revisions = report
        .owned_today
        .map_or(revisions, |owned| owned.revisions);
    let revisions = match report.revisions.is_some() {
        false => "its revisions are unknown".to_owned(),
        true => counted(revisions, "revision"),
    };
    let template = report.history.as_ref().map(|history| {
        let number = history.number;
        match (&history.current, history.state) {
            (Some(_), RevisionState::Current) => format!(" · template: revision {number}"),
            (Some(name), _) => format!(" · template: {name}, which becomes revision {number}"),
            (None, _) => format!(" · template: new, becomes revision {number}"),
        }
    });
    let overlaps = if report.knows_workloads {
        ""
    } else {
        " · overlaps unknown"
    };
    let mut findings = report.findings.iter();
    let rewrite = findings.find(|finding| finding.code() == Code::HistoryRewritten);
    let now = report.basis.evaluated_at;
    let rewrite = rewrite.filter(|_| !is_wide);
    let rewrite = rewrite.map(|rewrite| format!(" · {}", finding(rewrite, now)));
    Some(Sentence::new(format!(
        "owned today: {pods_text}, {revisions}{}{overlaps}{}",
        template.unwrap_or_default(),
        rewrite.unwrap_or_default()
    )))
}

/// Which old revisions hold one template; `None` where none do.
#[must_use]
pub fn duplicates(report: &ClaimReport) -> Option<Sentence> {
    let duplicates = &report.history.as_ref()?.duplicates;
    let named = duplicates.iter();
    let named: Vec<String> = named
        .map(|(name, number)| format!("{number} ({name})"))
        .collect();
    (!named.is_empty()).then(|| {
        Sentence::new(format!(
            "revisions {} hold the same template: going back to it relabels all pods and replaces none",
            and(&named)
        ))
    })
}

/// That a DaemonSet is recreated, and how; `None` if it isn't.
#[must_use]
pub fn recreated(report: &ClaimReport) -> Option<Sentence> {
    let change = report.change?;
    let deletes_pods =
        |one: &ClaimRemedy| matches!(one.kind, ClaimRemedyKind::DeleteWithPods { .. });
    let delete = match report.remedies.iter().any(deletes_pods) {
        true => "kubectl delete with the pods, none of which it could adopt",
        false => "kubectl delete --cascade=orphan",
    };
    (change.kind == ClaimChangeKind::Recreate)
        .then(|| Sentence::new(format!("recreating: {delete}, then kubectl apply")))
}

/// What happens to all owned objects, where it is the same and worth mentioning.
fn all_follow(pods: &[&PodClaim]) -> String {
    let first = pods.first().and_then(|pod| pod.then());
    let same = pods.iter().all(|pod| pod.then() == first);
    match first {
        Some(Follows::CountsAsUpdated | Follows::Kept) | None => String::new(),
        Some(then) if same => format!(" ({})", super::tables::follows_words(Some(then))),
        _ => String::new(),
    }
}

/// The heading of the remedies, with their number; `with_alternatives` where one of several is
/// enough.
#[must_use]
pub const fn steps(count: usize, with_alternatives: bool) -> &'static str {
    match (count, with_alternatives) {
        (1, true) => "What you can do (pick one)",
        (_, true) => "What you can do (steps are independent; of 1a, 1b, … pick one)",
        (1, false) => "What you can do",
        _ => "What you can do (steps are independent)",
    }
}

/// A remedy with its number, and with a letter where one of several is enough.
#[must_use]
pub fn step(number: usize, letter: Option<char>, remedy: &ClaimRemedy) -> Sentence {
    let letter = letter.map(String::from).unwrap_or_default();
    Sentence::new(format!("{number}{letter}. {}", super::remedy(&remedy.kind)))
}

/// What it risks.
#[must_use]
pub fn risk(remedy: &ClaimRemedy) -> Option<Sentence> {
    let risk = super::risk(&remedy.kind)?;
    Some(Sentence::new(format!("Risk: {risk}.")))
}
