//! `RolloutPlan`: what a rollout replaces, loses and waits for.

mod blockers;
mod body;
mod change;
mod moves;

use serde::Serialize;

use crate::analysis::rollout::plan as facts;

use super::coverage::ExpectationChange;
use super::daemon_set::DaemonSetRef;
use super::header::Header;
use super::managed_by::ManagedBy;

pub use blockers::{Blocker, Foreseen, Problem, RolloutRemedy};
pub use body::{Body, Budget, Footprints, Holder, Revision, Since, Strategy, Written};
pub use change::{Change, ChangedField, Refused};
pub use moves::{
    Create, Delete, Drift, Estimate, ImageDrift, Lost, Manage, Nodes, OldPod, Picked, Update, Waves,
};

/// `kind` of the report.
pub(super) const KIND: &str = "RolloutPlan";

/// What a rollout replaces, loses and waits for.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct RolloutPlan<'a> {
    /// What every report begins with.
    #[serde(flatten)]
    pub header: Header,
    /// The DaemonSet.
    pub daemon_set: DaemonSetRef<'a>,
    /// What manages it; left out where nothing is known to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub managed_by: Option<ManagedBy<'a>>,
    /// The change that would start the rollout; left out for the one under way.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change: Option<Change<'a>>,
    /// The effect on the expectation; absent where there is none, and for the rollout under way.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub expectations: Vec<ExpectationChange<'a>>,
    /// The plan itself.
    #[serde(flatten)]
    pub body: Body<'a>,
}

impl<'a> RolloutPlan<'a> {
    /// The published form of `plan`.
    #[must_use]
    pub fn new(plan: &'a facts::RolloutPlan) -> Self {
        let now = plan.basis.evaluated_at;
        Self {
            header: Header::of(KIND, &plan.basis, plan.clean),
            daemon_set: (&plan.daemon_set).into(),
            managed_by: plan.manager.as_ref().map(ManagedBy::from),
            change: plan.change.as_ref().map(|c| Change::new(c, now)),
            expectations: ExpectationChange::all(&plan.expectations),
            body: Body::new(&plan.body, now),
        }
    }
}

/// A plan with today's budgets next to one with others.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct BudgetTrial<'a> {
    /// What every report begins with.
    #[serde(flatten)]
    pub header: Header,
    /// The DaemonSet.
    pub daemon_set: DaemonSetRef<'a>,
    /// The change that would start the rollout; left out for the one under way.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change: Option<Change<'a>>,
    /// The effect on the expectation; absent where there is none, and for the rollout under way.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub expectations: Vec<ExpectationChange<'a>>,
    /// With the budgets as written.
    pub today: Body<'a>,
    /// With the budgets to try.
    pub then: Body<'a>,
}

impl<'a> BudgetTrial<'a> {
    /// The published form of `trial`.
    #[must_use]
    pub fn new(trial: &'a facts::BudgetTrial) -> Self {
        let now = trial.basis.evaluated_at;
        Self {
            header: Header::of(KIND, &trial.basis, trial.clean),
            daemon_set: (&trial.daemon_set).into(),
            change: trial.change.as_ref().map(|c| Change::new(c, now)),
            expectations: ExpectationChange::all(&trial.expectations),
            today: Body::new(&trial.today, now),
            then: Body::new(&trial.then, now),
        }
    }
}
