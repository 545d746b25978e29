//! How severe the outcome for a pod is.

use super::outcome::{CountedAsUpdated, Follows, KeptBecause, PodOutcome, Replacement};
use super::report::{ClaimKind, PodClaim};

/// The outcome for a pod, the most severe first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum OutcomeSeverity {
    /// It is deleted, and the rollout creates no pod in its place.
    Deleted,
    /// It stays, but isn't from the template.
    StaysOld,
    /// It runs on without a controller, or what happens to it isn't known.
    LeftAlone,
    /// The rollout replaces it.
    Replaced,
    /// It stays, possibly with another label.
    Stays,
    /// Nothing worth reporting happens to it.
    Unconcerned,
}

impl OutcomeSeverity {
    /// That of `pod`.
    #[must_use]
    pub const fn of(pod: &PodClaim) -> Self {
        let is_owned = matches!(pod.claim, ClaimKind::Owned);
        match &pod.outcome {
            PodOutcome::Replaced {
                by: Replacement::None,
                ..
            } => Self::Deleted,
            PodOutcome::Replaced { .. } => Self::Replaced,
            outcome if is_deleted(outcome) => Self::Deleted,
            outcome if stays_old(outcome) => Self::StaysOld,
            PodOutcome::Unknown(_) | PodOutcome::LeftBesideNew => Self::LeftAlone,
            PodOutcome::Terminating | PodOutcome::Kept(KeptBecause::NotOurs) if !is_owned => {
                Self::Unconcerned
            }
            PodOutcome::Kept(_) if !is_owned => Self::LeftAlone,
            _ => Self::Stays,
        }
    }
}

const fn is_deleted(outcome: &PodOutcome) -> bool {
    matches!(
        outcome.follows(),
        Some(
            Follows::DeletedAsDuplicate
                | Follows::DeletedIneligible
                | Follows::DeletedEnded
                | Follows::GarbageCollected
        )
    )
}

/// Whether the pod stays and isn't from the template.
pub(super) const fn stays_old(outcome: &PodOutcome) -> bool {
    matches!(
        outcome,
        PodOutcome::CountsAsUpdated(CountedAsUpdated::ByGeneration { runs: Some(_), .. })
            | PodOutcome::Relabelled { runs: Some(_) }
            | PodOutcome::Kept(KeptBecause::OnDelete(_))
    )
}
