//! The claim on a pod: why, and what happens to it.

use jiff::Timestamp;

use crate::analysis::claims::outcome::{
    CountedAsUpdated, GarbageCollectedBy, KeptBecause, OtherTemplate, PodOutcome, PodUnknown,
    Replacement, UpdatedByLabel,
};
use crate::analysis::claims::report::PodClaim;
use crate::analysis::reason::Reason;
use crate::engine::overlap::GENERATION_LABEL;
use crate::words::Sentence;
use crate::words::notation::{images, object};
use crate::words::reason::{self, sentence};

use super::tables::follows_words;

/// The form in which it is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// As a clause about one pod.
    Clause,
    /// Without a subject, next to the name of the pod.
    BesideName,
}

impl Form {
    const fn it(self) -> &'static str {
        match self {
            Self::Clause => "it ",
            Self::BesideName => "",
        }
    }
}

/// Why it is claimed or not, and what happens to it.
#[must_use]
pub fn message(pod: &PodClaim, now: Timestamp) -> Sentence {
    let claim = match pod.reason {
        Reason::DaemonSetDeleting { .. } => why(pod, now),
        ref reason => sentence(reason, now),
    };
    super::message(claim.as_str(), clause(pod, Form::Clause))
}

/// Why it is claimed or not, without the consequences.
#[must_use]
pub fn why(pod: &PodClaim, now: Timestamp) -> Sentence {
    match &pod.reason {
        Reason::DaemonSetDeleting { .. } => Sentence::new(
            if pod.owner.as_ref().is_some_and(|owner| owner.controller) {
                "its labels no longer match, but the DaemonSet is being deleted: it isn't released"
            } else {
                "orphan that matches; the DaemonSet is being deleted, so it isn't adopted"
            },
        ),
        reason => reason::why(reason, now),
    }
}

/// What happens to it; a single word where that is enough.
#[must_use]
pub fn then(pod: &PodClaim) -> Sentence {
    Sentence::new(clause(pod, Form::BesideName).unwrap_or_else(|| word(pod).to_owned()))
}

/// What happens to it, in one or two words.
#[must_use]
pub const fn word(pod: &PodClaim) -> &'static str {
    match pod.updated_by() {
        Some(UpdatedByLabel::Generation) => "counts as updated, by generation",
        Some(UpdatedByLabel::Hash) | None => follows_words(pod.then()),
    }
}

fn clause(pod: &PodClaim, form: Form) -> Option<String> {
    let it = form.it();
    let node = format!("node {}", pod.node.as_deref().unwrap_or_default());
    let text = match &pod.outcome {
        PodOutcome::CountsAsUpdated(by) => counts_as_updated(it, by),
        PodOutcome::Replaced { runs, by } => {
            let runs = runs_text(runs);
            match by {
                Replacement::None => {
                    format!("{it}is old{runs}: the rollout deletes it, and {node} gets no other")
                }
                Replacement::Pod(new) => format!(
                    "{it}is old{runs}: pod {new} takes its place on {node}, and it is deleted"
                ),
                Replacement::New => {
                    format!("{it}is old{runs}: the rollout deletes it, and {node} gets another")
                }
            }
        }
        PodOutcome::Relabelled { runs } => format!(
            "its hash label becomes that of the revision that is kept, and it isn't restarted{}",
            though(runs.as_ref())
        ),
        PodOutcome::DeletedAsDuplicate { stays: Some(stays) } => {
            format!("{node} has pod {stays} too, which stays: it is deleted as a duplicate")
        }
        PodOutcome::DeletedAsDuplicate { stays: None } => {
            format!("{node} has another pod: it is deleted as a duplicate")
        }
        PodOutcome::DeletedIneligible {
            node_is_gone: true, ..
        } => format!(
            "{it}was never scheduled, and {node} doesn't exist: it is deleted at the next sync"
        ),
        PodOutcome::DeletedIneligible {
            awaits_sync: true, ..
        } => format!(
            "no pod continues to run on {node}: it isn't bound there, and is deleted at the next sync"
        ),
        PodOutcome::DeletedIneligible { .. } => {
            format!("no pod continues to run on {node}: it is deleted at once")
        }
        PodOutcome::DeletedEnded { failed: true } => format!(
            "{it}has failed: it is deleted, after the controller's backoff where that holds"
        ),
        PodOutcome::DeletedEnded { .. } => format!("{it}has ended: it is deleted"),
        PodOutcome::LeftBesideNew => {
            format!("{it}runs on without a controller, and {node} gets another pod")
        }
        PodOutcome::Kept(why) => kept(it, why)?,
        PodOutcome::Terminating if pod.reason == Reason::OrphanTerminating => return None,
        PodOutcome::Terminating => format!("{it}is being deleted"),
        PodOutcome::GarbageCollected(by) => match by {
            GarbageCollectedBy::NodeGone => {
                format!("its {node} doesn't exist: the pod garbage collector deletes it")
            }
            GarbageCollectedBy::Ownerless => "the garbage collector deletes it".to_owned(),
            GarbageCollectedBy::AfterFinalizers => {
                "the garbage collector deletes it once the DaemonSet's finalizers are gone"
                    .to_owned()
            }
        },
        PodOutcome::Unknown(why) => unknown(it, why),
    };
    Some(text + unless_collected(&pod.reason) + &unless_taken(pod))
}

fn counts_as_updated(it: &str, by: &CountedAsUpdated) -> String {
    match by {
        CountedAsUpdated::ByHash => {
            format!("{it}counts as updated by its controller-revision-hash")
        }
        CountedAsUpdated::ByHashOrGeneration => format!(
            "{it}counts as updated, by its controller-revision-hash if the new revision gets the same one, and by {GENERATION_LABEL} in any case"
        ),
        CountedAsUpdated::ByGeneration { generation, runs } => format!(
            "{it}counts as updated by {GENERATION_LABEL} {generation} alone{}",
            though(runs.as_ref())
        ),
    }
}

/// What it runs, where that differs from the template.
fn though(runs: Option<&OtherTemplate>) -> String {
    let Some(runs) = runs else {
        return String::new();
    };
    let what = match runs.revision {
        Some(number) => format!("the template of revision {number}"),
        None => "a template that no revision holds".to_owned(),
    };
    match images(&runs.images) {
        Some(images) => format!(", though it runs {what} ({images})"),
        None => format!(", though it runs {what}"),
    }
}

fn runs_text(runs: &OtherTemplate) -> String {
    let revision = runs.revision.map(|number| format!("revision {number}"));
    let parts: Vec<_> = revision.into_iter().chain(images(&runs.images)).collect();
    if parts.is_empty() {
        return String::new();
    }
    format!(" ({})", parts.join(", "))
}

fn kept(it: &str, why: &KeptBecause) -> Option<String> {
    Some(match why {
        KeptBecause::Beside(beside) => format!("{it}runs on beside pod {beside} of the DaemonSet"),
        KeptBecause::Alone => format!("{it}runs on, and no pod is created beside it"),
        KeptBecause::Orphaned => format!(
            "{it}runs on: the DaemonSet is deleted with --cascade=orphan, and its owner reference is taken off"
        ),
        KeptBecause::HasOtherOwners => {
            "the DaemonSet is being deleted, and the garbage collector takes its reference off; it has other owners"
                .to_owned()
        }
        KeptBecause::Halted => "the controller does nothing for the DaemonSet".to_owned(),
        KeptBecause::WithoutNode => format!(
            "{it}is on no node and meant for none: it is neither counted nor deleted"
        ),
        KeptBecause::OnDelete(runs) => format!(
            "{it}is old{}, and under OnDelete it stays until somebody deletes it",
            runs_text(runs)
        ),
        KeptBecause::NotOurs => return None,
    })
}

fn unknown(it: &str, why: &PodUnknown) -> String {
    match why {
        PodUnknown::AdoptedBy(other) => format!(
            "then {}, whose selector matches it, adopts it, and what follows is up to that one",
            object(other)
        ),
        PodUnknown::Owners => super::OTHER_OWNERS.to_owned(),
        PodUnknown::Disowned => format!(
            "{it}has other owners, so the garbage collector removes the reference; it is then an orphan, and this DaemonSet adopts it"
        ),
        PodUnknown::NewHash { on_delete } => format!(
            "{it}carries the hash of a revision that the DaemonSet doesn't have; if the new revision gets the same, it counts as updated, else {}",
            if *on_delete {
                "it is old, and under OnDelete it stays until somebody deletes it"
            } else {
                "the rollout replaces it"
            }
        ),
        PodUnknown::Unread => "what follows isn't known without what couldn't be read".to_owned(),
    }
}

/// The garbage collector looks for any owner, not only for a controller.
const fn unless_collected(reason: &Reason) -> &'static str {
    match reason {
        Reason::OwnerWithoutController {
            owners_are_gone: Some(true),
            ..
        } => "; all that unless the garbage collector deletes it before, as no owner of it exists",
        Reason::OwnerWithoutController {
            owners_are_gone: None,
            ..
        } => "; all that unless its owners don't exist and the garbage collector deletes it before",
        _ => "",
    }
}

fn unless_taken(pod: &PodClaim) -> String {
    pod.may_be_adopted_by
        .as_ref()
        .map_or_else(String::new, |other| {
            format!(
                "; all that unless {}, whose selector matches it too, adopts it first",
                object(other)
            )
        })
}
