//! The plans of several DaemonSets.

use crate::analysis::basis::Basis;
use crate::analysis::eligibility::DaemonSetRef;
use crate::analysis::rollout::total::Total;
use crate::model::condition::Condition;
use crate::words::rollout::total;

use super::comment::{self, mark};
use super::{Plan, PlanReport};
use crate::output::answer::{Answer, Outcome, Report};
use crate::output::comment::Comment;
use crate::output::document::{Document, Style, Text};
use crate::output::mark::Mark;
use crate::output::names::ObjectName;
use crate::output::print_options::PrintOptions;

/// The plans of several DaemonSets, in the order of their manifests. Each plan is printed by
/// itself, for people and as a report; this is their summary.
#[derive(Debug, Default)]
pub struct PlanList {
    /// The plans.
    pub plans: Vec<Plan>,
    /// What the server refuses before there is a plan.
    pub refused: Vec<RefusedManifest>,
}

/// A DaemonSet of a manifest that the server refuses.
#[derive(Clone, Debug)]
pub struct RefusedManifest {
    /// The DaemonSet.
    pub daemon_set: DaemonSetRef,
    /// Why, in the words of the error.
    pub problem: String,
}

impl PlanList {
    /// The plans as reports.
    pub fn plan_reports(&self) -> impl Iterator<Item = Report<'_>> {
        self.plans.iter().flat_map(Answer::reports)
    }

    fn total(&self) -> Total {
        let plans = self.plans.iter().map(|plan| plan.report.total());
        let refused = self.refused.iter().map(|_| Total::REFUSED);
        plans.chain(refused).fold(Total::default(), Total::and)
    }
}

impl Answer for PlanList {
    fn names(&self) -> Vec<ObjectName<'_>> {
        self.plans.iter().flat_map(Answer::names).collect()
    }

    /// The line below the plans.
    fn layout(&self, _: PrintOptions) -> Document {
        let mut document = Document::default();
        document.line(0, (Style::Strong, total(self.total())));
        document
    }

    fn outcome(&self) -> Outcome {
        let outcomes = self.plans.iter().map(Answer::outcome);
        outcomes.fold(Outcome::default(), Outcome::and)
    }

    fn basis(&self) -> Option<&Basis> {
        self.plans.first().and_then(Answer::basis)
    }

    fn comment(&self, options: PrintOptions) -> Comment {
        let all = self.total();
        let verdict = mark(all).text(options.unicode);
        let mut comment = Comment {
            verdict: verdict.then(Text::from(total(all))),
            ..Comment::default()
        };
        let refused = self.refused.iter().map(comment::refused);
        let mut plans: Vec<&Plan> = self.plans.iter().collect();
        plans.sort_by_key(|plan| rank(plan.report.total()));
        let plans = plans.into_iter().map(|plan| plan.comment(options));
        for (at, part) in refused.chain(plans).enumerate() {
            // The problem of the worst one, for readers who stop here.
            if at == 0 && mark(all) == Mark::Broken {
                comment.verdict = comment
                    .verdict
                    .and(Style::Plain, "; ")
                    .then(part.verdict.clone());
            }
            comment.add(part);
        }
        comment
    }

    fn meeting(&self, condition: Condition) -> Vec<&DaemonSetRef> {
        let of_plans = self.plans.iter().flat_map(|plan| plan.meeting(condition));
        let refused = self
            .refused
            .iter()
            .filter(|_| condition == Condition::Refused);
        let refused = refused.map(|refused| &refused.daemon_set);
        refused.chain(of_plans).collect()
    }
}

/// The worst first, plans without changes last.
fn rank(total: Total) -> u8 {
    match total {
        Total { refused: 1.., .. } => 0,
        Total { stuck: 1.., .. } => 1,
        Total { lost: 1.., .. } => 2,
        Total {
            expectations_broken: 1..,
            ..
        } => 3,
        Total {
            nodes_lost: 1.., ..
        } => 4,
        Total { unknown: 1.., .. } => 5,
        total if total.is_nothing() => 7,
        _ => 6,
    }
}

impl PlanReport {
    /// The result; with two budgets, that of the ones to try.
    pub(super) fn total(&self) -> Total {
        let (basis, _) = self.basis();
        let now = basis.evaluated_at;
        Total::of(self.change(), self.body(), self.expectations(), now)
    }
}
