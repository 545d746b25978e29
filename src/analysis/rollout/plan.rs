//! `RolloutPlan`: what a rollout replaces, loses and waits for.

use serde::Serialize;

use crate::analysis::basis::Basis;
use crate::analysis::coverage::ExpectationChange;
use crate::analysis::eligibility::DaemonSetRef;
use crate::analysis::footprint::Footprint;
use crate::analysis::owners::manager::Manager;
use crate::analysis::problem::Problem;
use crate::analysis::reason::{Code, Reason};
use crate::engine::history;
use crate::engine::status::Counters;

use super::change::{ChangedField, RolloutChange, TemplateChange};

pub use super::blockers::Blocker;
pub use super::budget_holders::{Budget, BudgetHolder, BudgetKind};
pub use super::drift::Drift;
pub use super::lost::Lost;
pub use super::predicted_blockers::PredictedBlocker;
pub use super::remedy::{RemedyChanges, RemedyKind, Risk, RolloutRemedy, Safety, Targets};
pub use super::waves::{Estimate, Waves};

/// What a rollout replaces, loses and waits for.
#[derive(Clone, Debug, PartialEq)]
pub struct RolloutPlan {
    /// What it rests on.
    pub basis: Basis,
    /// Whether nothing is left to do; `None` where that can't be known, or with a change.
    pub clean: Option<bool>,
    /// The DaemonSet.
    pub daemon_set: DaemonSetRef,
    /// What manages it and may undo a change by hand; `None` where nothing is known to.
    pub manager: Option<Manager>,
    /// The change that would start the rollout; `None` for the one under way.
    pub change: Option<RolloutChange>,
    /// The effect on the expectation; at most one.
    pub expectations: Vec<ExpectationChange>,
    /// The plan itself.
    pub body: Body,
}

/// A plan with today's budgets next to one with others.
#[derive(Clone, Debug, PartialEq)]
pub struct BudgetTrial {
    /// What it rests on.
    pub basis: Basis,
    /// As that of [`RolloutPlan`], with the budgets as written.
    pub clean: Option<bool>,
    /// The DaemonSet.
    pub daemon_set: DaemonSetRef,
    /// The change that would start the rollout; `None` for the one under way.
    pub change: Option<RolloutChange>,
    /// The effect on the expectation; at most one.
    pub expectations: Vec<ExpectationChange>,
    /// With the budgets as written.
    pub today: Body,
    /// With the budgets to try.
    pub then: Body,
}

/// Whether something is or may be left to do, or the change would roll, create or delete pods.
#[must_use]
pub fn would_change(clean: Option<bool>, change: Option<&RolloutChange>, body: &Body) -> bool {
    let Some(change) = change else {
        return clean != Some(true);
    };
    let manage = body.manage.as_ref();
    change.template == TemplateChange::Changed
        || manage.is_some_and(|m| !m.create.is_empty() || !m.delete.is_empty())
}

/// What depends on the budgets. Parts that can't be known are `null`.
#[derive(Clone, Debug, PartialEq)]
pub struct Body {
    /// The strategy, resolved to counts.
    pub strategy: Strategy,
    /// The revision that holds the template; `null` when revisions couldn't be read.
    pub revision: Option<Revision>,
    /// Nodes that should run a pod; `null` when nodes couldn't be read.
    pub desired: Option<usize>,
    /// The counters of `.status`, where nodes or pods couldn't be read.
    pub reported: Option<Counters>,
    /// Which nodes use the budget; `null` under OnDelete and where it can't be known.
    pub budget: Option<Budget>,
    /// Pods that aren't available, where nodes couldn't be read; the users of the budget are among
    /// them.
    pub unavailable: Option<Vec<BudgetHolder>>,
    /// What the controller does next.
    pub next: Option<Next>,
    /// What isn't limited by the budget.
    pub manage: Option<Manage>,
    /// What rollingUpdate decides on the state as it is, if it is called.
    pub update: Option<Update>,
    /// What it decides once manage's deletions are observed: before that it isn't called. Absent
    /// where manage certainly deletes nothing, and no failed pod stands next to another one.
    pub update_after_manage: Option<Update>,
    /// Pods that the rollout deletes and nothing creates again.
    pub lost: Option<Vec<Lost>>,
    /// Nodes compared with today's template; `null` when nodes couldn't be read.
    pub nodes: Option<Nodes>,
    /// Pods that aren't current; under OnDelete somebody has to delete them.
    pub old: Option<Vec<OldPod>>,
    /// Sizes and counts of what the rollout does; `null` when it does nothing.
    pub waves: Option<Waves>,
    /// Why it makes no progress, first cause first; empty when nothing blocks it.
    pub blockers: Vec<Blocker>,
    /// What will block it later; empty where something already does, or nothing will.
    pub predicted_blockers: Vec<PredictedBlocker>,
    /// What would unblock it, the least change first.
    pub remedies: Vec<RolloutRemedy>,
    /// Pods that count as updated but differ from the template.
    pub drift: Option<Vec<Drift>>,
    /// What the pods request, before and after; only with a change.
    pub footprint: Option<Footprints>,
    /// What makes the DaemonSet unclean, where nothing is left to roll.
    pub problems: Vec<Problem>,
}

impl Body {
    /// The known drift.
    #[must_use]
    pub fn known_drift(&self) -> &[Drift] {
        self.drift.as_deref().unwrap_or_default()
    }

    /// How many pods count as updated only by a label.
    #[must_use]
    pub fn skipped(&self) -> usize {
        let drift = self.known_drift().iter();
        drift.filter(|d| d.cause.is_other_template()).count()
    }

    /// What the rolling update does the next time it is called.
    #[must_use]
    pub const fn next_update(&self) -> Option<&Update> {
        match &self.update_after_manage {
            Some(update) => Some(update),
            None => self.update.as_ref(),
        }
    }

    /// Whether there are pods that aren't current.
    #[must_use]
    pub fn has_old(&self) -> bool {
        self.old.as_ref().is_some_and(|old| !old.is_empty())
    }

    /// The nodes that get their first pod with the change. A DaemonSet that doesn't exist yet gains
    /// none: its pods are created or adopted.
    #[must_use]
    pub fn gained(&self) -> &[String] {
        let is_new = self.footprint.as_ref().is_some_and(|f| f.before.is_none());
        let nodes = self.nodes.as_ref().filter(|_| !is_new);
        nodes.map_or(&[], |nodes| &nodes.gained)
    }
}

/// `spec.updateStrategy`, resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Strategy {
    /// Its type.
    pub kind: StrategyType,
    /// Nodes that may be without an available pod at once; `null` where it can't be known.
    pub max_unavailable: Option<i64>,
    /// Second pods that may be there at once; `null` where it can't be known.
    pub max_surge: Option<i64>,
    /// `spec.minReadySeconds`.
    pub min_ready_seconds: i32,
    /// The budgets as written in the object.
    pub written: Written,
}

impl Strategy {
    /// Whether pods are replaced only when somebody deletes them.
    #[must_use]
    pub fn is_on_delete(&self) -> bool {
        self.kind == StrategyType::OnDelete
    }

    /// Whether new pods are created next to the old ones.
    #[must_use]
    pub fn surges(&self) -> bool {
        !self.is_on_delete() && self.max_surge.is_some_and(|n| n > 0)
    }

    /// The budget that limits the rollout.
    #[must_use]
    pub fn budget(&self) -> BudgetKind {
        if self.surges() {
            BudgetKind::Surge
        } else {
            BudgetKind::Unavailable
        }
    }
}

/// `spec.updateStrategy.type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum StrategyType {
    /// Old pods are replaced by the controller.
    RollingUpdate,
    /// They are replaced when somebody deletes them.
    OnDelete,
}

/// Budgets as numbers or percentages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// `maxUnavailable`.
    pub max_unavailable: Option<String>,
    /// `maxSurge`.
    pub max_surge: Option<String>,
}

/// The revision that holds the template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    /// Whether it already exists.
    pub state: RevisionState,
    /// Its name; absent for a new one, whose hash can't be predicted.
    pub name: Option<String>,
    /// The label of its pods.
    pub hash: Option<String>,
    /// Its number as it is, or the number that a new one gets.
    pub number: Option<i64>,
    /// The number that an older one gets when it becomes the current one again.
    pub renumbered_to: Option<i64>,
    /// For a new one, the number of the newest revision that means the same but is encoded
    /// differently, as a release before 1.34 wrote it: the controller doesn't recognise it.
    pub same_as: Option<i64>,
    /// Pods that already count as updated, including those that do so only by a label; `null` when
    /// pods couldn't be read.
    pub pods: Option<usize>,
    /// The difference to the newest other revision, whoever made it: a person, or a newer server
    /// that adds a default.
    pub since: Option<Since>,
    /// Revisions with the same data, which are deleted.
    pub duplicates: Vec<String>,
    /// Pods that get its label without being recreated, because it has duplicates: the plan is for
    /// the state after that.
    pub relabelled: Vec<String>,
}

/// How a template differs from the previous one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Since {
    /// The number of the previous revision.
    pub number: i64,
    /// The fields that differ, by path.
    pub fields: Vec<ChangedField>,
}

/// Whether the template has a revision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum RevisionState {
    /// The newest one holds this template.
    Current,
    /// An older one does: a rollback.
    Existing,
    /// None does; the controller creates one.
    New,
}

impl From<history::RevisionState> for RevisionState {
    fn from(state: history::RevisionState) -> Self {
        match state {
            history::RevisionState::Current => Self::Current,
            history::RevisionState::Existing => Self::Existing,
            history::RevisionState::New => Self::New,
        }
    }
}

/// What the controller does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Next {
    /// It creates missing pods and deletes misplaced ones, whatever the budget is.
    Manage,
    /// It replaces old pods.
    Update,
    /// Something is left to do, and it waits.
    Waiting,
    /// There is nothing to do.
    None,
}

/// What isn't limited by the budget.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manage {
    /// Nodes that get a pod.
    pub create: Vec<Create>,
    /// Pods that are deleted.
    pub delete: Vec<Delete>,
    /// How many of `create` one sync creates.
    pub create_now: usize,
    /// How many of `delete` one sync deletes at least.
    pub delete_at_least: usize,
    /// How many at most, if no backoff holds failed pods.
    pub delete_at_most: usize,
}

/// A node that gets a pod.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Create {
    /// The node.
    pub node: String,
    /// Why.
    pub reason: Code,
}

/// A pod that is deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delete {
    /// The pod.
    pub pod: String,
    /// The node that it is bound to or meant for.
    pub node: String,
    /// Why.
    pub reason: Code,
    /// False where a backoff or the cap of one sync may delay it.
    pub certain: bool,
    /// It isn't bound, and nothing has started the sync that deletes it: neither an excluded or
    /// deleted node nor the planned change.
    pub awaits_sync: bool,
}

/// What rollingUpdate does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Update {
    /// Pods that are deleted.
    pub delete: Picked,
    /// Nodes that get a second pod.
    pub create: Picked,
    /// Old pods that aren't available, by name: they are replaced whatever the budget is.
    pub unavailable: Vec<String>,
}

/// What is certain, and what is picked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Picked {
    /// Independent of the order in which the controller goes through its map.
    pub certain: Vec<String>,
    /// `take` of these; which ones can't be predicted.
    pub candidates: Vec<String>,
    /// How many of `candidates`.
    pub take: usize,
}

/// Nodes against today's template.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Nodes {
    /// They become eligible: pods are created there at once.
    pub gained: Vec<String>,
    /// They are no longer eligible, whether they have a pod or not; published as `lost`.
    pub no_longer_eligible: Vec<String>,
    /// The reasons that exclude all of those; empty where the reasons differ.
    pub excluded_by: Vec<Reason>,
    /// How many stay eligible.
    pub kept: usize,
}

/// A pod that isn't current.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OldPod {
    /// The node.
    pub node: String,
    /// The pod.
    pub pod: String,
    /// The number of its revision, where that still exists.
    pub revision: Option<i64>,
    /// Whether a pod is created again when it is deleted; absent when its node couldn't be read.
    pub remade: Option<bool>,
}

/// What the pods request, before and after a change.
#[derive(Clone, Debug, PartialEq)]
pub struct Footprints {
    /// As it is; `null` for a DaemonSet that doesn't exist yet.
    pub before: Option<Footprint>,
    /// As it would be.
    pub after: Footprint,
}
