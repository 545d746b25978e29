//! What a sync makes of a DaemonSet's ControllerRevisions before it looks at pods.

use crate::model::revision_data::holds_template;
use crate::model::{ControllerRevision, DaemonSet, HASH_LABEL, Pod};

use super::claim::{Claim, Claimant};

/// The current revision, as `constructHistory` (1.37.1) would find it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum CurrentRevision<'a> {
    /// This one holds the template.
    Existing(&'a ControllerRevision),
    /// None does: the controller creates a new one, whose hash can't be predicted.
    New,
}

impl<'a> CurrentRevision<'a> {
    /// The label of the pods that are current; `None` when no pod can carry it yet.
    #[must_use]
    pub fn hash(self) -> Option<&'a str> {
        self.revision().map(ControllerRevision::hash)
    }

    /// The revision, unless it doesn't exist yet.
    #[must_use]
    pub const fn revision(self) -> Option<&'a ControllerRevision> {
        match self {
            Self::Existing(revision) => Some(revision),
            Self::New => None,
        }
    }
}

/// The position of the revision that holds the template among the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RevisionState {
    /// It is the newest.
    Current,
    /// It isn't the newest: the template was changed back to an earlier one.
    Existing,
    /// There is none yet.
    New,
}

/// Whether a pod's hash label is changed; the pod keeps running in any case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Relabelling {
    /// It stays as it is.
    Never,
    /// That depends on which of the tied revisions is kept.
    Perhaps,
    /// It becomes that of the revision that is kept.
    Certain,
}

/// What `constructHistory` (1.37.1) finds and does. Lists are ordered by number, then by name.
#[derive(Clone, Debug, PartialEq)]
pub struct History<'a> {
    /// The revision that holds the template; of several, the one with the highest number. If there
    /// are [`Self::tied`] ones, it is one of those that may be kept.
    pub current: CurrentRevision<'a>,
    /// Its position among the others.
    pub state: RevisionState,
    /// Its number after the sync.
    pub number: i64,
    /// Whether its number changes: on a rollback it becomes the highest.
    pub renumbered: bool,
    /// Further revisions that hold the template and have lower numbers: they are deleted.
    pub duplicates: Vec<&'a ControllerRevision>,
    /// Further revisions with the same number as `current`. One of them and `current` is kept,
    /// namely the last in the order of the controller's cache, a map with a random order; the
    /// others are deleted.
    pub tied: Vec<&'a ControllerRevision>,
    /// The other claimed revisions.
    pub old: Vec<&'a ControllerRevision>,
    /// Claimed revisions without a hash label: they get their name as one.
    pub unlabelled: Vec<&'a ControllerRevision>,
    /// Revisions without a controller: they get our owner reference.
    pub adopted: Vec<&'a ControllerRevision>,
    /// Revisions that no longer match the selector: our owner reference is removed.
    pub released: Vec<&'a ControllerRevision>,
}

impl<'a> History<'a> {
    /// `constructHistory` with `dedupCurHistories` (1.37.1). The caller has to make sure that a
    /// sync gets that far, so that the DaemonSet isn't being deleted.
    #[must_use]
    pub fn new(
        ds: &DaemonSet,
        claimant: &Claimant<'_>,
        revisions: &'a [ControllerRevision],
    ) -> Self {
        let mut history = Self::claimed(claimant, revisions);
        let claimed = std::mem::take(&mut history.old);
        let (holding, old): (Vec<_>, Vec<_>) = claimed
            .into_iter()
            .partition(|revision| holds_template(revision, &ds.raw_template));
        // `maxRevision` starts at 0, so the least number is 1.
        let highest = old.iter().map(|r| r.revision).max().unwrap_or(0).max(0);
        history.old = old;
        history.number = highest.saturating_add(1);
        let Some(kept) = holding.iter().copied().max_by_key(|r| r.revision) else {
            return history;
        };
        history.keep(kept, holding, highest);
        history
    }

    /// All claimed revisions as old ones, and the effect of claiming.
    fn claimed(claimant: &Claimant<'_>, revisions: &'a [ControllerRevision]) -> Self {
        let mut history = Self {
            current: CurrentRevision::New,
            state: RevisionState::New,
            number: 1,
            renumbered: false,
            duplicates: Vec::new(),
            tied: Vec::new(),
            old: Vec::new(),
            unlabelled: Vec::new(),
            adopted: Vec::new(),
            released: Vec::new(),
        };
        let mut sorted: Vec<&ControllerRevision> = revisions.iter().collect();
        sorted.sort_by_key(|r| (r.revision, &r.name));
        for revision in sorted {
            let claim = claimant.claim_revision(revision);
            match claim {
                Claim::Owned => {}
                Claim::Adopt => history.adopted.push(revision),
                Claim::Release => history.released.push(revision),
                Claim::Foreign | Claim::Ignored => {}
            }
            if claim.is_claimed() {
                if revision.labels.get(HASH_LABEL).is_none() {
                    history.unlabelled.push(revision);
                }
                history.old.push(revision);
            }
        }
        history
    }

    /// `dedupCurHistories`, and the number of the kept one.
    fn keep(
        &mut self,
        kept: &'a ControllerRevision,
        holding: Vec<&'a ControllerRevision>,
        highest: i64,
    ) {
        let others = holding.into_iter().filter(|r| !std::ptr::eq(*r, kept));
        (self.tied, self.duplicates) = others.partition(|r| r.revision == kept.revision);
        self.current = CurrentRevision::Existing(kept);
        self.renumbered = kept.revision < self.number;
        self.state = if self.old.is_empty() || kept.revision > highest {
            RevisionState::Current
        } else {
            RevisionState::Existing
        };
        self.number = self.number.max(kept.revision);
    }

    /// The revisions one of which is kept: a single one unless there are tied ones, and none if it
    /// doesn't exist yet.
    pub fn kept(&self) -> impl Iterator<Item = &'a ControllerRevision> {
        let current = self.current.revision().into_iter();
        current.chain(self.tied.iter().copied())
    }

    /// What happens to the label of a claimed pod. Where several revisions hold the template,
    /// *every* claimed pod gets the label of the one that is kept, whichever it runs: pods of an
    /// old revision then count as updated and aren't replaced.
    ///
    /// It's a race whether the rest of the same sync already sees the new labels.
    #[must_use]
    pub fn relabels(&self, pod: &Pod) -> Relabelling {
        if self.duplicates.is_empty() && self.tied.is_empty() {
            return Relabelling::Never;
        }
        let label = pod.labels.get(HASH_LABEL).unwrap_or_default();
        let (mut same, mut other) = (false, false);
        for kept in self.kept() {
            *(if kept.hash() == label {
                &mut same
            } else {
                &mut other
            }) = true;
        }
        match (same, other) {
            (false, _) => Relabelling::Certain,
            (true, true) => Relabelling::Perhaps,
            (true, false) => Relabelling::Never,
        }
    }
}
