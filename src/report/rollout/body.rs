//! The part of a plan that depends on the budgets.

use jiff::Timestamp;
use serde::Serialize;

use crate::analysis::reason::Code;
use crate::analysis::rollout::plan as facts;
use crate::analysis::rollout::plan::{BudgetKind, Next, RevisionState, StrategyType};
use crate::analysis::status::Counters;
use crate::report::footprint::Footprint;
use crate::words::Sentence;
use crate::words::rollout::{self, holder};

use super::blockers::{Blocker, Foreseen, Problem, RolloutRemedy};
use super::change::ChangedField;
use super::moves::{Drift, Lost, Manage, Nodes, OldPod, Update, Waves};

/// What depends on the budgets. Parts that can't be known are `null`.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Body<'a> {
    /// The strategy, resolved to counts.
    pub strategy: Strategy<'a>,
    /// The revision that holds the template; `null` when revisions couldn't be read.
    pub revision: Option<Revision<'a>>,
    /// Nodes that should run a pod; `null` when nodes couldn't be read.
    pub desired: Option<usize>,
    /// The counters of `.status`, where nodes or pods couldn't be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reported: Option<Counters>,
    /// Which nodes use the budget; `null` under OnDelete and where it can't be known.
    pub budget: Option<Budget<'a>>,
    /// Pods that aren't available, where nodes couldn't be read; the users of the budget are among
    /// them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unavailable: Option<Vec<Holder<'a>>>,
    /// What the controller does next.
    pub next: Option<Next>,
    /// What isn't limited by the budget.
    pub manage: Option<Manage<'a>>,
    /// What rollingUpdate decides on the state as it is, if it is called.
    pub update: Option<Update<'a>>,
    /// What it decides once manage's deletions are observed: before that it isn't called. Absent
    /// where manage certainly deletes nothing, and no failed pod stands next to another one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub update_after_manage: Option<Update<'a>>,
    /// Pods that the rollout deletes and nothing creates again.
    pub lost: Option<Vec<Lost<'a>>>,
    /// Nodes compared with today's template; `null` when nodes couldn't be read.
    pub nodes: Option<Nodes<'a>>,
    /// Pods that aren't current; under OnDelete somebody has to delete them.
    pub old: Option<Vec<OldPod<'a>>>,
    /// Sizes and counts of what the rollout does; `null` when it does nothing.
    pub waves: Option<Waves>,
    /// Why it makes no progress, first cause first; empty when nothing blocks it.
    pub blockers: Vec<Blocker<'a>>,
    /// What will block it once it has done what it can; empty where something already does, or
    /// nothing will.
    pub foreseen: Vec<Foreseen<'a>>,
    /// What would unblock it, the least change first.
    pub remedies: Vec<RolloutRemedy<'a>>,
    /// Pods that count as updated but differ from the template.
    pub drift: Option<Vec<Drift<'a>>>,
    /// What makes the DaemonSet unclean, where nothing is left to roll; empty otherwise.
    pub problems: Vec<Problem<'a>>,
    /// What the pods request, before and after; only with a change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub footprint: Option<Footprints<'a>>,
    /// All of it in one line.
    #[cfg_attr(test, schemars(extend("pattern" = "^Plan: ")))]
    pub summary: Sentence,
}

impl<'a> Body<'a> {
    pub(super) fn new(body: &'a facts::Body, now: Timestamp) -> Self {
        let holders = |all: &'a Vec<_>| all.iter().map(|h| Holder::new(h, now)).collect();
        let lost = |all: &'a Vec<_>| all.iter().map(|l| Lost::new(l, now)).collect();
        let blockers = body.blockers.iter();
        let remedies = body.remedies.iter();
        let problems = body.problems.iter();
        Self {
            strategy: (&body.strategy).into(),
            revision: body.revision.as_ref().map(Into::into),
            desired: body.desired,
            reported: body.reported,
            budget: body.budget.as_ref().map(|b| Budget::new(b, now)),
            unavailable: body.unavailable.as_ref().map(holders),
            next: body.next,
            manage: body.manage.as_ref().map(Into::into),
            update: body.update.as_ref().map(Into::into),
            update_after_manage: body.update_after_manage.as_ref().map(Into::into),
            lost: body.lost.as_ref().map(lost),
            nodes: body.nodes.as_ref().map(Into::into),
            old: all(body.old.as_ref()),
            waves: body.waves.as_ref().map(Into::into),
            blockers: blockers.map(|b| Blocker::new(b, now)).collect(),
            foreseen: body
                .predicted_blockers
                .iter()
                .map(|f| Foreseen::new(f, now))
                .collect(),
            remedies: remedies.map(|r| RolloutRemedy::new(r, now)).collect(),
            drift: all(body.drift.as_ref()),
            problems: problems.map(|p| Problem::new(p, now)).collect(),
            footprint: body.footprint.as_ref().map(Into::into),
            summary: rollout::summary(body, now),
        }
    }
}

fn all<'a, T, P: From<&'a T>>(list: Option<&'a Vec<T>>) -> Option<Vec<P>> {
    list.map(|list| list.iter().map(P::from).collect())
}

/// `spec.updateStrategy`, resolved.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Strategy<'a> {
    /// `RollingUpdate` or `OnDelete`.
    #[serde(rename = "type")]
    pub kind: StrategyType,
    /// Nodes that may be without an available pod at once; `null` where it can't be known.
    pub max_unavailable: Option<i64>,
    /// Second pods that may be there at once; `null` where it can't be known.
    pub max_surge: Option<i64>,
    /// `spec.minReadySeconds`.
    pub min_ready_seconds: i32,
    /// The budgets as written in the object.
    pub written: Written<'a>,
}

/// Budgets as numbers or percentages.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Written<'a> {
    /// `maxUnavailable`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_unavailable: Option<&'a str>,
    /// `maxSurge`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_surge: Option<&'a str>,
}

impl<'a> From<&'a facts::Strategy> for Strategy<'a> {
    fn from(strategy: &'a facts::Strategy) -> Self {
        Self {
            kind: strategy.kind,
            max_unavailable: strategy.max_unavailable,
            max_surge: strategy.max_surge,
            min_ready_seconds: strategy.min_ready_seconds,
            written: Written {
                max_unavailable: strategy.written.max_unavailable.as_deref(),
                max_surge: strategy.written.max_surge.as_deref(),
            },
        }
    }
}

/// The revision that holds the template.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Revision<'a> {
    /// Whether it already exists.
    pub state: RevisionState,
    /// Its name; left out for a new one, whose hash can't be predicted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<&'a str>,
    /// The label of its pods.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hash: Option<&'a str>,
    /// Its number as it is, or the number that a new one gets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<i64>,
    /// The number that an older one gets when it becomes the current one again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub renumbered_to: Option<i64>,
    /// For a new one, the number of the newest revision that means the same but is encoded
    /// differently, as a release before 1.34 wrote it: the controller doesn't recognise it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub same_as: Option<i64>,
    /// Pods that already count as updated, including those that do so only by a label; `null` when
    /// pods couldn't be read.
    pub pods: Option<usize>,
    /// The difference to the newest other revision, whoever made it: a person, or a newer server
    /// that adds a default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Since<'a>>,
    /// Revisions with the same data, which are deleted.
    pub duplicates: &'a [String],
    /// Pods that get its label without being recreated, because it has duplicates: the plan is for
    /// the state after that.
    pub relabelled: &'a [String],
}

/// How a template differs from the previous one.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Since<'a> {
    /// The number of the previous revision.
    pub number: i64,
    /// The fields that differ, by path.
    pub fields: Vec<ChangedField<'a>>,
}

impl<'a> From<&'a facts::Revision> for Revision<'a> {
    fn from(revision: &'a facts::Revision) -> Self {
        Self {
            state: revision.state,
            name: revision.name.as_deref(),
            hash: revision.hash.as_deref(),
            number: revision.number,
            renumbered_to: revision.renumbered_to,
            same_as: revision.same_as,
            pods: revision.pods,
            since: revision.since.as_ref().map(|since| Since {
                number: since.number,
                fields: ChangedField::all(&since.fields),
            }),
            duplicates: &revision.duplicates,
            relabelled: &revision.relabelled,
        }
    }
}

/// The budget and what uses it.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Budget<'a> {
    /// Which of the two limits the rollout.
    pub of: BudgetKind,
    /// The budget.
    pub allowed: i64,
    /// Nodes that use it.
    pub used: usize,
    /// What is left of it.
    pub free: usize,
    /// Those nodes, by name.
    pub holders: Vec<Holder<'a>>,
}

impl<'a> Budget<'a> {
    fn new(budget: &'a facts::Budget, now: Timestamp) -> Self {
        let holders = budget.holders.iter();
        Self {
            of: budget.of,
            allowed: budget.allowed,
            used: budget.used,
            free: budget.free,
            holders: holders.map(|h| Holder::new(h, now)).collect(),
        }
    }
}

/// A node that uses a part of the budget.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Holder<'a> {
    /// The node.
    pub node: &'a str,
    /// The pod that isn't available, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pod: Option<&'a str>,
    /// Why.
    pub reason: Code,
    /// Since when, where known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// Whether the node should run a pod; absent where that isn't known, or it doesn't exist.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub should_run: Option<bool>,
    /// In words.
    pub message: Sentence,
}

impl<'a> Holder<'a> {
    fn new(holder: &'a facts::BudgetHolder, now: Timestamp) -> Self {
        Self {
            node: &holder.node,
            pod: holder.pod(),
            reason: holder.reason.code(),
            since: holder.since,
            should_run: holder.should_run,
            message: holder::holder(holder, now),
        }
    }
}

/// What the pods request, before and after a change.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Footprints<'a> {
    /// As it is; `null` for a DaemonSet that doesn't exist yet.
    pub before: Option<Footprint<'a>>,
    /// As it would be.
    pub after: Footprint<'a>,
}

impl<'a> From<&'a facts::Footprints> for Footprints<'a> {
    fn from(footprints: &'a facts::Footprints) -> Self {
        Self {
            before: footprints.before.as_ref().map(Footprint::from),
            after: (&footprints.after).into(),
        }
    }
}
