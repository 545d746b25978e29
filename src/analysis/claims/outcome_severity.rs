//! How much what follows for a pod matters.

use super::outcome::{CountedAsUpdated, Follows, KeptBecause, PodOutcome, Replacement};
use super::report::{ClaimKind, PodClaim};

/// What becomes of a pod, what matters most first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum OutcomeSeverity {
    /// It is deleted, and no pod of the rollout comes in its place.
    Deleted,
    /// It stays, and isn't of the template.
    StaysOld,
    /// It runs on without a controller, or isn't known what follows.
    LeftAlone,
    /// The rollout replaces it.
    Replaced,
    /// It stays, or gets another label.
    Stays,
    /// Nothing happens to it that anybody would have to know.
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

/// Whether the pod stays and isn't of the template.
pub(super) const fn stays_old(outcome: &PodOutcome) -> bool {
    matches!(
        outcome,
        PodOutcome::CountsAsUpdated(CountedAsUpdated::ByGeneration { runs: Some(_), .. })
            | PodOutcome::Relabelled { runs: Some(_) }
            | PodOutcome::Kept(KeptBecause::OnDelete(_))
    )
}
