//! The claim on each ControllerRevision, and what a sync changes in the history.

use crate::analysis::reason::{Reason, Released};
use crate::apply::semantic::restores_template;
use crate::engine::claim::{Claim, ClaimReason};
use crate::engine::history::{History, Relabelling};
use crate::engine::history_limit::{DEFAULT_LIMIT, cleanup_history};
use crate::engine::rollout::Choice;
use crate::model::HASH_LABEL;
use crate::model::revision_data::holds_template;
use crate::model::{ControllerRevision, OwnerReference, Snapshot};

use super::analysis::ClaimAnalysis;
use super::outcome::{RevisionOutcome, RevisionUnknown};
use super::pod_reason::{by_owner_alone, deleting, foreign};
use super::pods::ClaimedPod;
use super::report::{ClaimKind, HistoryChange, RevisionClaim};

/// The old revisions that exceed `revisionHistoryLimit`.
struct BeyondLimit<'a> {
    /// With the pods' labels as they are.
    now: Choice<&'a ControllerRevision>,
    /// After duplicates are gone. It's a race which of the two a sync sees.
    relabelled: Choice<&'a ControllerRevision>,
}

/// `None` when the history or the pods aren't known.
fn beyond_limit<'a>(analysis: &ClaimAnalysis<'a>) -> Option<BeyondLimit<'a>> {
    Some(BeyondLimit {
        now: beyond_limit_in(analysis, analysis.snapshot)?,
        relabelled: beyond_limit_in(analysis, analysis.subject.snapshot)?,
    })
}

fn beyond_limit_in<'a>(
    analysis: &ClaimAnalysis<'a>,
    snapshot: &Snapshot,
) -> Option<Choice<&'a ControllerRevision>> {
    let (history, claimant) = (analysis.history?, analysis.claimant()?);
    let limit = analysis.ds().object.spec.revision_history_limit;
    let old = &history.old;
    if usize::try_from(limit.unwrap_or(DEFAULT_LIMIT)).is_ok_and(|keep| old.len() <= keep) {
        return Some(Choice::default());
    }
    let pods = snapshot.pods_in(&analysis.ds().namespace)?;
    let claimed = pods
        .iter()
        .filter(|pod| claimant.claim_pod(pod).is_claimed());
    Some(cleanup_history(
        old,
        limit.unwrap_or(DEFAULT_LIMIT),
        claimed,
    ))
}

/// A ControllerRevision with the claim on it.
pub(super) struct ClaimedRevision<'a> {
    pub(super) revision: &'a ControllerRevision,
    pub(super) claim: RevisionClaim,
}

/// The revisions by number and name; `None` when they couldn't be read.
pub(super) fn revisions<'a>(analysis: &ClaimAnalysis<'a>) -> Option<Vec<ClaimedRevision<'a>>> {
    let revisions = analysis.snapshot.revisions_in(&analysis.ds().namespace)?;
    let limit = beyond_limit(analysis);
    let claims = revisions.iter().filter_map(|revision| {
        let claim = revision_claim(analysis, limit.as_ref(), revision)?;
        Some(ClaimedRevision { revision, claim })
    });
    let mut claims: Vec<_> = claims.collect();
    claims.sort_by_key(|one| (one.revision.revision, &one.revision.name));
    Some(claims)
}

fn revision_claim<'a>(
    analysis: &ClaimAnalysis<'a>,
    limit: Option<&BeyondLimit<'a>>,
    revision: &'a ControllerRevision,
) -> Option<RevisionClaim> {
    let (claim, reason) = claim(analysis, revision)?;
    let template = &analysis.ds().raw_template;
    let holds_template = holds_template(revision, template);
    let outcome = match analysis.history {
        _ if revision.deleting => RevisionOutcome::Terminating,
        Some(history) if claim.is_claimed() => claimed(history, limit, revision),
        _ => unclaimed(analysis, revision),
    };
    let has_label = revision.labels.get(HASH_LABEL).is_some();
    Some(RevisionClaim {
        name: revision.name.to_string(),
        revision: revision.revision,
        claim: ClaimKind::from(claim),
        reason,
        owner: analysis.owners.owner(&revision.owners),
        outcome,
        is_labelled: analysis.history.is_some() && claim.is_claimed() && !has_label,
        holds_template,
        restores_template: holds_template || restores_template(&revision.data, template),
    })
}

fn claimed(
    history: &History<'_>,
    limit: Option<&BeyondLimit<'_>>,
    revision: &ControllerRevision,
) -> RevisionOutcome {
    let among = |list: &[&ControllerRevision]| list.iter().any(|r| std::ptr::eq(*r, revision));
    let is_kept = history.kept().any(|kept| std::ptr::eq(kept, revision));
    if is_kept && !history.tied.is_empty() {
        return RevisionOutcome::Unknown(RevisionUnknown::Tied);
    }
    if is_kept && history.renumbered {
        return RevisionOutcome::Renumbered { to: history.number };
    }
    if among(&history.duplicates) {
        let kept = history.current.revision();
        let kept = kept.filter(|_| history.tied.is_empty());
        return RevisionOutcome::DeletedAsDuplicate {
            kept: kept.map(|kept| kept.name.to_string()),
        };
    }
    if is_kept {
        return RevisionOutcome::Kept { is_current: true };
    }
    let Some(limit) = limit else {
        return RevisionOutcome::Unknown(RevisionUnknown::Pods);
    };
    let at = |choice: &Choice<&ControllerRevision>| {
        if among(&choice.certain) {
            RevisionOutcome::DeletedByHistoryLimit
        } else if among(&choice.candidates) {
            RevisionOutcome::Unknown(RevisionUnknown::TiedAtLimit)
        } else {
            RevisionOutcome::Kept { is_current: false }
        }
    };
    match (at(&limit.now), at(&limit.relabelled)) {
        (now, relabelled) if now == relabelled => now,
        _ => RevisionOutcome::Unknown(RevisionUnknown::Relabelling),
    }
}

fn unclaimed(analysis: &ClaimAnalysis<'_>, revision: &ControllerRevision) -> RevisionOutcome {
    match analysis.is_ownerless(&revision.owners) {
        Some(None) => RevisionOutcome::Unknown(RevisionUnknown::Owners),
        Some(Some(true)) => RevisionOutcome::GarbageCollected,
        Some(Some(false)) | None => RevisionOutcome::Kept { is_current: false },
    }
}

/// What the controller does about a revision, and why; `None` for one unrelated to the DaemonSet.
fn claim(analysis: &ClaimAnalysis<'_>, revision: &ControllerRevision) -> Option<(Claim, Reason)> {
    let owner = OwnerReference::controller(&revision.owners);
    let Some(claimant) = analysis.claimant() else {
        return by_owner_alone(analysis, owner?);
    };
    let matches = !claimant.selector.is_empty() && claimant.selector.matches(&revision.labels);
    let engine = claimant.revision_reason(revision);
    let reason = match engine {
        ClaimReason::Controlled => Some(Reason::Controlled),
        ClaimReason::Orphan => matches.then_some(Reason::OrphanedRevision),
        ClaimReason::NoLongerSelected => Some(Reason::NoLongerSelected { mismatch: None }),
        ClaimReason::OtherController | ClaimReason::FormerSelf => {
            foreign(analysis, owner?, matches)
        }
        ClaimReason::DaemonSetDeleting => (owner.is_some() || matches).then(|| deleting(analysis)),
        ClaimReason::Terminating => matches.then_some(Reason::OrphanTerminating),
        ClaimReason::NotSelected => released(analysis, revision).map(Reason::ReleasedEarlier),
        ClaimReason::OtherNamespace | ClaimReason::OtherIdentity => None,
    };
    Some((engine.claim(), reason?))
}

/// It has no controller and doesn't match; `None` if it never belonged to the DaemonSet.
fn released(analysis: &ClaimAnalysis<'_>, revision: &ControllerRevision) -> Option<Released> {
    if analysis.kept_the_formers_history(revision) {
        return Some(Released::FormerRevision);
    }
    let is_left = analysis.is_of_left_pods(revision);
    is_left.then_some(Released::LeftRevision)
}

/// What a sync changes in the history.
pub(super) fn history_change(
    analysis: &ClaimAnalysis<'_>,
    pods: Option<&[ClaimedPod<'_>]>,
    revisions: &[ClaimedRevision<'_>],
) -> Option<HistoryChange> {
    let history = analysis.history?;
    let relabelled = pods.map(|pods| pods.iter().filter(|p| is_relabelled(history, p)).count());
    let rewritten = revisions.iter().any(|r| is_rewritten(history, r));
    Some(HistoryChange {
        rewritten,
        state: history.state.into(),
        current: history.current.revision().map(|r| r.name.to_string()),
        number: history.number,
        duplicates: duplicates(&history.old),
        relabelled,
    })
}

/// The first old revisions that hold one template (`EqualRevision`, 1.37.1).
fn duplicates(old: &[&ControllerRevision]) -> Vec<(String, i64)> {
    let same_as = |one: &&ControllerRevision| -> Vec<(String, i64)> {
        let same = old.iter().filter(|other| other.data == one.data);
        same.map(|r| (r.name.to_string(), r.revision)).collect()
    };
    let mut groups = old.iter().map(same_as);
    groups.find(|group| group.len() > 1).unwrap_or_default()
}

/// All claimed pods, including those that are deleted afterwards.
fn is_relabelled(history: &History<'_>, one: &ClaimedPod<'_>) -> bool {
    let claimed = matches!(one.claim.claim, ClaimKind::Owned | ClaimKind::Adopt);
    claimed && history.relabels(one.pod) == Relabelling::Certain
}

fn is_rewritten(history: &History<'_>, one: &ClaimedRevision<'_>) -> bool {
    let claim = &one.claim;
    let changed = match claim.outcome {
        RevisionOutcome::Renumbered { .. }
        | RevisionOutcome::DeletedAsDuplicate { .. }
        | RevisionOutcome::DeletedByHistoryLimit => true,
        RevisionOutcome::Kept { .. }
        | RevisionOutcome::Terminating
        | RevisionOutcome::GarbageCollected
        | RevisionOutcome::Unknown(_) => claim.outcome.is_open(),
    };
    let changes_hands = matches!(claim.claim, ClaimKind::Adopt | ClaimKind::Release);
    changed || changes_hands || claim.is_labelled || is_renumbered(history, one.revision)
}

/// Whether it gets the highest number, or may get it.
pub(super) fn is_renumbered(history: &History<'_>, revision: &ControllerRevision) -> bool {
    history.renumbered && history.kept().any(|r| std::ptr::eq(r, revision))
}
