//! `plan` for people: what is lost first, the sum of it last.

mod change;
mod ledger;
mod moves;
mod trial;
pub mod watch;
mod waves;
mod words;

use crate::report::header::Header;
use crate::report::rollout::change::{Change, refusal};
use crate::report::rollout::plan::{Body, BudgetTrial, Lost, RolloutPlan, would_change};

use self::change::{
    changed_fields, footprints, nodes_against_today, refused, since_before, warnings,
};
use self::ledger::{blockers, ledger, remedies, unavailable};
use self::moves::{drift, manage, old_pods, update};
use self::waves::waves;
use self::words::{Asked, next_words, revision_words, strategy_words};
use crate::output::answer::{Answer, Outcome, Report};
use crate::output::closing::closing;
use crate::output::diff::TemplateDiff;
use crate::output::document::{Document, Style, Text};
use crate::output::lists::{Limits, few, first_rows};
use crate::output::names::ObjectName;
use crate::output::print_options::PrintOptions;
use crate::output::words::{daemon_set, nodes, obtained_words};

/// What `plan` answers.
#[derive(Debug)]
pub struct Plan {
    /// The report.
    pub report: PlanReport,
    /// What changes in the template, where that is shown with it.
    pub diff: Option<TemplateDiff>,
}

/// A plan, or one under today's budgets beside one under others.
#[derive(Debug)]
#[expect(missing_docs, reason = "each is named after its report")]
pub enum PlanReport {
    Plan(Box<RolloutPlan>),
    Trial(Box<BudgetTrial>),
}

impl PlanReport {
    /// The error that says what the server would refuse.
    #[must_use]
    pub fn refusal(&self) -> Option<String> {
        let daemon_set = match self {
            Self::Plan(plan) => &plan.daemon_set,
            Self::Trial(trial) => &trial.daemon_set,
        };
        let (_, change, _) = self.parts();
        refusal(&daemon_set.name, &change?.refused)
    }

    /// What the report begins with, what would start the rollout, and the plan itself.
    fn parts(&self) -> (&Header, Option<&Change>, &Body) {
        match self {
            Self::Plan(plan) => (&plan.header, plan.change.as_ref(), &plan.body),
            Self::Trial(trial) => (&trial.header, trial.change.as_ref(), &trial.then),
        }
    }
}

impl Answer for Plan {
    fn reports(&self) -> Vec<Report<'_>> {
        vec![match &self.report {
            PlanReport::Plan(plan) => Report::Plan(plan),
            PlanReport::Trial(trial) => Report::BudgetTrial(trial),
        }]
    }

    /// The pods that are replaced. Those of which none is made again are left out, so that the
    /// list can be piped to a deletion; and all of them where the change is refused.
    fn names(&self) -> Vec<ObjectName<'_>> {
        let (_, change, body) = self.report.parts();
        if change.is_some_and(|change| !change.refused.is_empty()) {
            return Vec::new();
        }
        let old = body.old.iter().flatten();
        let replaced = old.filter(|pod| pod.remade != Some(false));
        replaced.map(|pod| ObjectName::pod(&pod.pod)).collect()
    }

    fn layout(&self, options: PrintOptions) -> Document {
        let (diff, limits) = (self.diff.as_ref(), options.limits);
        match &self.report {
            PlanReport::Plan(plan) => layout(plan, diff, limits),
            PlanReport::Trial(trial) => trial::layout(trial, diff, limits),
        }
    }

    fn outcome(&self) -> Outcome {
        let (header, change, body) = self.report.parts();
        Outcome::new(header, would_change(header, change, body))
    }
}

/// Lays out a plan.
#[must_use]
pub fn layout(report: &RolloutPlan, diff: Option<&TemplateDiff>, limits: Limits) -> Document {
    let mut document = Document::default();
    let body = &report.body;
    let asked = Asked::of(report.change.as_ref());
    headline(&mut document, report, asked);
    facts(&mut document, report);
    lost(&mut document, body, limits);
    if let Some(change) = &report.change {
        refused(&mut document, change);
        warnings(&mut document, change);
    }
    blockers(&mut document, body, report.change.is_some(), limits);
    remedies(&mut document, body);
    ledger(&mut document, body, report.header.evaluated_at, limits);
    unavailable(&mut document, body, report.header.evaluated_at, limits);
    if let Some(change) = &report.change {
        changed_fields(&mut document, change, diff, limits);
    } else {
        since_before(&mut document, body, limits);
    }
    manage(&mut document, body, limits);
    update(&mut document, body, limits);
    nodes_against_today(&mut document, report, limits);
    old_pods(&mut document, report, limits);
    drift(&mut document, body, limits);
    waves(&mut document, body);
    footprints(&mut document, body);
    closing(&mut document, &report.header);
    document.blank();
    document.line(0, (Style::Strong, body.summary.clone()));
    document
}

fn headline(document: &mut Document, report: &RolloutPlan, asked: Asked<'_>) {
    let (style, words) = asked.words(&report.body);
    let text = daemon_set(&report.daemon_set)
        .and(Style::Plain, ": ")
        .and(style, words);
    document.line(0, text);
}

/// What the rest is to be read with.
fn facts(document: &mut Document, report: &RolloutPlan) {
    let body = &report.body;
    let by_status = body.reported.map(|c| {
        let (desired, updated, available) = (c.desired, c.updated, c.available);
        format!(
            "; by its .status {desired} should run it, {updated} updated, {available} available"
        )
    });
    let by_status = by_status.unwrap_or_default();
    let desired = match body.desired {
        None => format!("which nodes should run it is unknown{by_status}"),
        Some(desired) => format!("{} should run it{by_status}", nodes(desired)),
    };
    let mut rows: Vec<(&str, String)> = vec![
        ("Revision", revision_words(body.revision.as_ref())),
        ("Strategy", strategy_words(body)),
        ("Nodes", desired),
        ("Next", next_words(body)),
    ];
    if let Some(change) = &report.change {
        rows.push(("Object", obtained_words(change.obtained).to_owned()));
    }
    document.facts(rows);
}

fn lost(document: &mut Document, body: &Body, limits: Limits) {
    let Some(lost) = body.lost.as_ref().filter(|l| !l.is_empty()) else {
        return;
    };
    let how = if body.strategy.kind == "OnDelete" {
        "once somebody deletes these pods, none is made again"
    } else {
        "the rollout deletes these pods, and none is made again"
    };
    document.blank();
    let text = Text::default()
        .and(Style::Bad, format!("Lost ({})", nodes(lost.len())))
        .and(Style::Strong, format!(": {how}"));
    document.line(0, text);
    let rows = lost.iter().map(lost_row).collect();
    first_rows(document, 0, &["NODE", "POD", "WHY"], rows, limits);
    tolerations(document, lost, limits);
}

fn lost_row(lost: &Lost) -> Vec<Text> {
    let mut reasons: Vec<_> = lost.reasons.iter().map(|r| r.message.as_str()).collect();
    if lost.recovers {
        reasons.push("none is made until the node recovers");
    }
    vec![
        lost.node.clone().into(),
        lost.pod.clone().into(),
        reasons.join("; ").into(),
    ]
}

/// What would keep the lost ones, each once, with the nodes that it is for.
fn tolerations(document: &mut Document, lost: &[Lost], limits: Limits) {
    let mut ways: Vec<(&str, Vec<&str>)> = Vec::new();
    for one in lost {
        let Some(toleration) = one.toleration.as_deref() else {
            continue;
        };
        match ways.iter_mut().find(|(way, _)| *way == toleration) {
            Some((_, names)) => names.push(&one.node),
            None => ways.push((toleration, vec![&one.node])),
        }
    }
    for (toleration, names) in ways {
        let whom = few(&names, limits);
        document.line(
            2,
            format!("to keep the agent on {whom}, add to spec.template.spec.tolerations:"),
        );
        document.verbatim(4, toleration);
    }
}
