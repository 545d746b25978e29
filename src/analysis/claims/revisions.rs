//! The claim on each ControllerRevision, and what a sync makes of the history.

use crate::analysis::reason::Code;
use crate::analysis::rollout::plan::RevisionState;
use crate::engine::claim::ClaimReason;
use crate::engine::history::{HASH_LABEL, History, Relabelling, RevisionState as State};
use crate::engine::history_limit::{DEFAULT_LIMIT, cleanup_history};
use crate::engine::rollout::Choice;
use crate::model::{ControllerRevision, OwnerReference, Pod, Snapshot};

use super::ground::Ground;
use super::pods::{Row, by_owner_alone, foreign, kind};
use super::report::{ClaimKind, Follows, HistoryChange, RevisionClaim};
use super::revision_words::message;

/// The old revisions that go beyond `revisionHistoryLimit`.
struct BeyondLimit<'a> {
    /// As the pods are labelled.
    now: Choice<&'a ControllerRevision>,
    /// As they are once duplicates are gone. Which of the two a sync sees is a race.
    relabelled: Choice<&'a ControllerRevision>,
}

/// `None` when the history or the pods aren't known.
fn beyond_limit<'a>(ground: &Ground<'a>) -> Option<BeyondLimit<'a>> {
    Some(BeyondLimit {
        now: beyond_limit_in(ground, ground.snapshot)?,
        relabelled: beyond_limit_in(ground, ground.subject.snapshot)?,
    })
}

fn beyond_limit_in<'a>(
    ground: &Ground<'a>,
    snapshot: &Snapshot,
) -> Option<Choice<&'a ControllerRevision>> {
    let (history, claimant) = (ground.history?, ground.claimant()?);
    let limit = ground.ds().object.spec.revision_history_limit;
    let old = &history.old;
    if usize::try_from(limit.unwrap_or(DEFAULT_LIMIT)).is_ok_and(|keep| old.len() <= keep) {
        return Some(Choice::default());
    }
    let pods = snapshot.pods_in(&ground.ds().namespace)?;
    let claimed = pods
        .iter()
        .filter(|pod| claimant.claim_pod(pod).is_claimed());
    Some(cleanup_history(
        old,
        limit.unwrap_or(DEFAULT_LIMIT),
        claimed,
    ))
}

/// A revision of the report, with what its row is made of.
pub(super) struct RevisionRow<'a> {
    pub(super) revision: &'a ControllerRevision,
    pub(super) claim: ClaimKind,
    pub(super) reason: Code,
    pub(super) follows: Option<Follows>,
    /// What decides, where what follows isn't known.
    pub(super) open: Option<Open>,
}

/// Why it isn't known what follows for a revision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Open {
    /// Of several with one number and this template the controller's cache picks one.
    Tied,
    /// Of several old ones with one number its cache picks those that go.
    TiedAtLimit,
    /// Its pods get another's hash, and whether the limit is asked before or after is a race.
    Relabelling,
    /// Whether a pod is of it isn't known.
    Pods,
    /// Whether its other owners exist isn't known.
    Owners,
}

impl Open {
    /// Whether it may be deleted or changed, be that known or not.
    pub(super) const fn is_touched(self) -> bool {
        !matches!(self, Self::Pods | Self::Owners)
    }
}

impl RevisionRow<'_> {
    pub(super) fn claim(&self, ground: &Ground<'_>) -> RevisionClaim {
        let history = ground.history;
        let renumbered = self.follows == Some(Follows::Renumbered);
        RevisionClaim {
            name: self.revision.name.to_string(),
            revision: self.revision.revision,
            claim: self.claim,
            reason: self.reason,
            message: message(ground, self),
            owner: ground.owners.owner(&self.revision.owners),
            then: self.follows,
            holds_template: ground.holds_template(self.revision),
            renumbered_to: history.filter(|_| renumbered).map(|h| h.number),
        }
    }
}

/// The revisions by number and name; `None` when they couldn't be read.
pub(super) fn rows<'a>(ground: &Ground<'a>) -> Option<Vec<RevisionRow<'a>>> {
    let revisions = ground.snapshot.revisions_in(&ground.ds().namespace)?;
    let limit = beyond_limit(ground);
    let mut rows: Vec<_> = revisions
        .iter()
        .filter_map(|revision| row(ground, limit.as_ref(), revision))
        .collect();
    rows.sort_by_key(|row| (row.revision.revision, &row.revision.name));
    Some(rows)
}

fn row<'a>(
    ground: &Ground<'a>,
    limit: Option<&BeyondLimit<'a>>,
    revision: &'a ControllerRevision,
) -> Option<RevisionRow<'a>> {
    let reason = code(ground, revision)?;
    let claim = kind(reason);
    let (follows, open) = match ground.history {
        _ if revision.deleting => (Some(Follows::Terminating), None),
        Some(history) if matches!(claim, ClaimKind::Owned | ClaimKind::Adopt) => {
            claimed(history, limit, revision)
        }
        _ => unclaimed(ground, revision),
    };
    Some(RevisionRow {
        revision,
        claim,
        reason,
        follows,
        open,
    })
}

fn claimed(
    history: &History<'_>,
    limit: Option<&BeyondLimit<'_>>,
    revision: &ControllerRevision,
) -> (Option<Follows>, Option<Open>) {
    let among = |list: &[&ControllerRevision]| list.iter().any(|r| std::ptr::eq(*r, revision));
    let is_kept = history.kept().any(|kept| std::ptr::eq(kept, revision));
    if is_kept && !history.tied.is_empty() {
        return (None, Some(Open::Tied));
    }
    if is_kept && history.renumbered {
        return (Some(Follows::Renumbered), None);
    }
    if among(&history.duplicates) {
        return (Some(Follows::DeletedAsDuplicate), None);
    }
    if is_kept {
        return (Some(Follows::Kept), None);
    }
    let Some(limit) = limit else {
        return (None, Some(Open::Pods));
    };
    let at = |choice: &Choice<&ControllerRevision>| {
        if among(&choice.certain) {
            (Some(Follows::DeletedByHistoryLimit), None)
        } else if among(&choice.candidates) {
            (None, Some(Open::TiedAtLimit))
        } else {
            (Some(Follows::Kept), None)
        }
    };
    match (at(&limit.now), at(&limit.relabelled)) {
        (now, relabelled) if now == relabelled => now,
        _ => (None, Some(Open::Relabelling)),
    }
}

fn unclaimed(
    ground: &Ground<'_>,
    revision: &ControllerRevision,
) -> (Option<Follows>, Option<Open>) {
    match ground.is_ownerless(&revision.owners) {
        Some(None) => (None, Some(Open::Owners)),
        Some(Some(true)) => (Some(Follows::GarbageCollected), None),
        Some(Some(false)) | None => (Some(Follows::Kept), None),
    }
}

/// Why it is claimed or isn't; `None` for one that has nothing to do with the DaemonSet.
fn code(ground: &Ground<'_>, revision: &ControllerRevision) -> Option<Code> {
    let owner = OwnerReference::controller(&revision.owners);
    let Some(claimant) = ground.claimant() else {
        return by_owner_alone(ground, owner?);
    };
    let matches = !claimant.selector.is_empty() && claimant.selector.matches(&revision.labels);
    match claimant.revision_reason(revision) {
        ClaimReason::Controlled => Some(Code::Controlled),
        ClaimReason::Orphan => matches.then_some(Code::OrphanedRevision),
        ClaimReason::NoLongerSelected => Some(Code::NoLongerSelected),
        ClaimReason::OtherController | ClaimReason::FormerSelf => foreign(ground, owner?, matches),
        ClaimReason::DaemonSetDeleting => {
            (owner.is_some() || matches).then_some(Code::DaemonSetDeleting)
        }
        ClaimReason::Terminating => matches.then_some(Code::OrphanTerminating),
        ClaimReason::NotSelected => ground
            .kept_the_formers_history(revision)
            .then_some(Code::ReleasedEarlier),
        ClaimReason::OtherNamespace | ClaimReason::OtherIdentity => None,
    }
}

/// What a sync makes of the history.
pub(super) fn history_change(
    ground: &Ground<'_>,
    pods: Option<&[Row<'_>]>,
    rows: &[RevisionRow<'_>],
) -> Option<HistoryChange> {
    let history = ground.history?;
    let relabelled = pods.map(|pods| {
        pods.iter()
            .filter(|row| is_relabelled(history, row))
            .count()
    });
    let rewritten = rows.iter().any(|row| is_rewritten(history, row));
    Some(HistoryChange {
        rewritten,
        state: match history.state {
            State::Current => RevisionState::Current,
            State::Existing => RevisionState::Existing,
            State::New => RevisionState::New,
        },
        current: history.current.revision().map(|r| r.name.to_string()),
        number: history.number,
        relabelled,
    })
}

/// All claimed pods are, also those that are deleted then.
fn is_relabelled(history: &History<'_>, row: &Row<'_>) -> bool {
    let claimed = matches!(row.claim, ClaimKind::Owned | ClaimKind::Adopt);
    claimed && history.relabels(row.pod) == Relabelling::Certain
}

fn is_rewritten(history: &History<'_>, row: &RevisionRow<'_>) -> bool {
    let claimed = matches!(row.claim, ClaimKind::Owned | ClaimKind::Adopt);
    let changed = matches!(row.claim, ClaimKind::Adopt | ClaimKind::Release)
        || matches!(
            row.follows,
            Some(
                Follows::Renumbered | Follows::DeletedAsDuplicate | Follows::DeletedByHistoryLimit
            )
        )
        || row.open.is_some_and(Open::is_touched);
    let unlabelled = claimed && row.revision.labels.get(HASH_LABEL).is_none();
    let renumbered = history.renumbered && history.kept().any(|r| std::ptr::eq(r, row.revision));
    changed || unlabelled || renumbered
}

/// The pods that a duplicate's end relabels, and that run another template.
pub(super) fn relabelled_old<'r, 'a>(
    ground: &'r Ground<'a>,
    pods: &'r [Row<'a>],
) -> impl Iterator<Item = &'a Pod> + 'r {
    let relabelled = pods
        .iter()
        .filter(|row| row.follows == Some(Follows::Relabelled));
    relabelled
        .map(|row| row.pod)
        .filter(|pod| !ground.runs_the_template(pod))
}
