//! Plans in numbers: of one DaemonSet, and of several together.

use jiff::Timestamp;

use super::change::RolloutChange;
use super::plan::Body;
use crate::analysis::coverage::ExpectationChange;

/// A plan in numbers. What the server refuses counts as nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Total {
    /// How many plans it sums up, including refused ones.
    pub daemon_sets: usize,
    /// Pods that the rollout replaces.
    pub replaced: usize,
    /// Old pods that somebody has to delete under `OnDelete`.
    pub by_hand: usize,
    /// Pods that are created whatever the budget is.
    pub created: usize,
    /// Pods that are deleted whatever the budget is.
    pub deleted: usize,
    /// Pods that are deleted by the rollout and not created again.
    pub lost: usize,
    /// Nodes that become eligible.
    pub nodes_gained: usize,
    /// Nodes that become ineligible.
    pub nodes_lost: usize,
    /// Nodes on which it breaks an expectation, including those missing from the least number.
    pub expectations_broken: usize,
    /// Rollouts that complete only if somebody intervenes.
    pub stuck: usize,
    /// Changes that the server refuses.
    pub refused: usize,
    /// Plans that couldn't be computed completely.
    pub unknown: usize,
}

impl Total {
    /// The server refuses it, so there is no plan.
    pub const REFUSED: Self = Self {
        daemon_sets: 1,
        replaced: 0,
        by_hand: 0,
        created: 0,
        deleted: 0,
        lost: 0,
        nodes_gained: 0,
        nodes_lost: 0,
        expectations_broken: 0,
        stuck: 0,
        refused: 1,
        unknown: 0,
    };

    /// The numbers of one plan.
    #[must_use]
    pub fn of(
        change: Option<&RolloutChange>,
        body: &Body,
        expectations: &[ExpectationChange],
        now: Timestamp,
    ) -> Self {
        if change.is_some_and(|change| !change.refused.is_empty()) {
            return Self::REFUSED;
        }
        let by_hand = body.recreated().count();
        let manage = body.manage.as_ref();
        Self {
            daemon_sets: 1,
            replaced: replaced(body),
            by_hand: if body.strategy.is_on_delete() {
                by_hand
            } else {
                0
            },
            created: manage.map_or(0, |manage| manage.create.len()),
            deleted: manage.map_or(0, |manage| manage.delete.len()),
            lost: body.lost.as_ref().map_or(0, Vec::len),
            nodes_gained: body.gained().len(),
            nodes_lost: body.nodes_lost().len(),
            expectations_broken: expectations
                .iter()
                .map(ExpectationChange::broken_count)
                .sum(),
            stuck: usize::from(body.is_stuck(now)),
            refused: 0,
            unknown: usize::from(body.next.is_none()),
        }
    }

    /// Both together.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self {
            daemon_sets: self.daemon_sets + other.daemon_sets,
            replaced: self.replaced + other.replaced,
            by_hand: self.by_hand + other.by_hand,
            created: self.created + other.created,
            deleted: self.deleted + other.deleted,
            lost: self.lost + other.lost,
            nodes_gained: self.nodes_gained + other.nodes_gained,
            nodes_lost: self.nodes_lost + other.nodes_lost,
            expectations_broken: self.expectations_broken + other.expectations_broken,
            stuck: self.stuck + other.stuck,
            refused: self.refused + other.refused,
            unknown: self.unknown + other.unknown,
        }
    }

    /// Whether it creates, deletes or replaces no pod.
    #[must_use]
    pub const fn is_nothing(self) -> bool {
        self.replaced + self.by_hand + self.created + self.deleted + self.lost == 0
    }
}

/// Under surge an old pod is replaced only once the new one is available beside it.
fn replaced(body: &Body) -> usize {
    let is_none = body.strategy.surges() && body.is_stuck_at_first();
    let waves = body.waves.as_ref().filter(|_| !is_none);
    waves.map_or(0, |waves| waves.replace)
}
