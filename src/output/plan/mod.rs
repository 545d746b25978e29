//! `plan` for people: what is lost first, the sum last.

mod change;
mod comment;
mod headline;
mod ledger;
pub mod many;
mod moves;
mod trial;
pub mod watch;
mod waves;

use jiff::Timestamp;

use crate::analysis::basis::Basis;
use crate::analysis::coverage::ExpectationChange;
use crate::analysis::eligibility::DaemonSetRef;
use crate::analysis::fail_on::is_met_by_plan;
use crate::analysis::next::steps_for_plan;
use crate::analysis::rollout::change::RolloutChange;
use crate::analysis::rollout::lost::lost_by_cause;
use crate::analysis::rollout::plan::{Body, BudgetTrial, Lost, RolloutPlan, would_change};
use crate::model::Command;
use crate::model::condition::Condition;
use crate::words::Sentence;
use crate::words::fragment::fragments;
use crate::words::rollout::change as change_words;
use crate::words::rollout::{self as words, moves as moves_words};

pub(super) use self::change::affinity;
use self::change::{
    changed_fields, footprints, nodes_against_today, refused, since_before, warnings,
};
use self::headline::headline;
use self::ledger::{blockers, causes, details, ledger, predicted_blockers, remedies, unavailable};
use self::moves::{drift, manage, now_and_then, old_pods, update};
use self::waves::waves;
use crate::output::answer::{Answer, Outcome, Report};
use crate::output::closing::closing;
use crate::output::comment::Comment;
use crate::output::coverage::expectations;
use crate::output::diff::TemplateDiff;
use crate::output::document::{Document, Piece, Quoted, Style, Text};
use crate::output::lists::{Limits, cut, few, first_rows, names};
use crate::output::managed::managed;
use crate::output::names::ObjectName;
use crate::output::next::next;
use crate::output::print_options::PrintOptions;
use crate::output::words::{head, nodes, obtained_words};

/// What `plan` answers.
#[derive(Debug)]
pub struct Plan {
    /// The report.
    pub report: PlanReport,
    /// The changes of the template, where they are shown too.
    pub diff: Option<TemplateDiff>,
}

/// A plan, or one with today's budgets next to one with others.
#[derive(Debug)]
#[expect(missing_docs, reason = "each is named after its report")]
pub enum PlanReport {
    Plan(Box<RolloutPlan>),
    Trial(Box<BudgetTrial>),
}

impl PlanReport {
    /// The error that says what the server would refuse.
    #[must_use]
    pub fn refusal(&self, is_brief: bool) -> Option<String> {
        let refused = &self.change()?.refused;
        change_words::refusal(&self.daemon_set().name, refused, is_brief).map(Sentence::into_string)
    }

    /// The DaemonSet of the plan.
    #[must_use]
    pub const fn daemon_set(&self) -> &DaemonSetRef {
        match self {
            Self::Plan(plan) => &plan.daemon_set,
            Self::Trial(trial) => &trial.daemon_set,
        }
    }

    const fn change(&self) -> Option<&RolloutChange> {
        match self {
            Self::Plan(plan) => plan.change.as_ref(),
            Self::Trial(trial) => trial.change.as_ref(),
        }
    }

    const fn expectations(&self) -> &[ExpectationChange] {
        match self {
            Self::Plan(plan) => plan.expectations.as_slice(),
            Self::Trial(trial) => trial.expectations.as_slice(),
        }
    }

    const fn body(&self) -> &Body {
        match self {
            Self::Plan(plan) => &plan.body,
            Self::Trial(trial) => &trial.then,
        }
    }

    const fn basis(&self) -> (&Basis, Option<bool>) {
        match self {
            Self::Plan(plan) => (&plan.basis, plan.clean),
            Self::Trial(trial) => (&trial.basis, trial.clean),
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

    /// The pods that are replaced. Those that aren't created again are left out, so that the list
    /// can be piped to a deletion; all of them are left out where the change is refused.
    fn names(&self) -> Vec<ObjectName<'_>> {
        let change = self.report.change();
        if change.is_some_and(|change| !change.refused.is_empty()) {
            return Vec::new();
        }
        let replaced = self.report.body().recreated();
        replaced.map(|pod| ObjectName::pod(&pod.pod)).collect()
    }

    fn layout(&self, options: PrintOptions) -> Document {
        let diff = self.diff.as_ref();
        match &self.report {
            PlanReport::Plan(plan) => layout(plan, diff, options),
            PlanReport::Trial(trial) => trial::layout(trial, diff, options),
        }
    }

    fn outcome(&self) -> Outcome {
        let (basis, clean) = self.report.basis();
        let change = self.report.change();
        let changes = would_change(clean, change, self.report.body());
        let is_invalid = change.is_some_and(RolloutChange::has_invalid_expectation);
        let mut expectations = self.report.expectations().iter();
        let is_uncovered = expectations.any(|change| change.uncovered_count() > 0);
        Outcome::new(basis, changes || is_uncovered || is_invalid)
    }

    fn basis(&self) -> Option<&Basis> {
        Some(self.report.basis().0)
    }

    fn comment(&self, options: PrintOptions) -> Comment {
        comment::comment(self, options)
    }

    fn meeting(&self, condition: Condition) -> Vec<&DaemonSetRef> {
        let report = &self.report;
        let now = report.basis().0.evaluated_at;
        let is_met = is_met_by_plan(
            condition,
            report.change(),
            report.body(),
            report.expectations(),
            now,
        );
        is_met.then(|| report.daemon_set()).into_iter().collect()
    }
}

/// Lays out a plan: the answer, what is lost, what blocks it and what to do, then what the
/// controller does. What repeats that is only in `-o wide`.
#[must_use]
pub fn layout(
    report: &RolloutPlan,
    diff: Option<&TemplateDiff>,
    options: PrintOptions,
) -> Document {
    let mut document = Document::default();
    let (body, limits) = (&report.body, options.limits);
    let now = report.basis.evaluated_at;
    let change = report.change.as_ref();
    let of = &report.daemon_set;
    let about = (change, report.expectations.as_slice());
    document.line(0, headline(of, about, body, now, options.unicode));
    let waits = body.waits(now) && !limits.wide;
    if !limits.wide && !waits {
        details(&mut document, body, now);
    }
    overview(&mut document, report, limits);
    if limits.wide {
        facts(&mut document, report);
    }
    lost(&mut document, body, now, limits);
    expectations(&mut document, &report.expectations, limits);
    if let Some(change) = change {
        refused(&mut document, change, limits);
        warnings(&mut document, change, body, now);
    }
    if limits.wide {
        blockers(&mut document, body, now, limits);
    } else if !waits {
        causes(&mut document, body, now, limits);
    }
    if limits.wide || !body.is_stuck_at_first() {
        predicted_blockers(&mut document, body, now);
    }
    if change.is_none() {
        next(&mut document, &steps_for_plan(report));
    }
    if !waits {
        remedies(&mut document, body, now);
        let advised = body.remedies.iter();
        let advised = advised.filter_map(|one| one.command.as_ref());
        managed(&mut document, report.manager.as_ref(), advised);
    }
    if limits.wide {
        ledger(&mut document, body, now, limits);
    }
    unavailable(&mut document, body, now, limits);
    if limits.wide {
        match change {
            Some(change) => changed_fields(&mut document, change, diff, limits),
            None => since_before(&mut document, body, limits),
        }
    }
    if limits.wide || change.is_none() {
        manage(&mut document, body, limits);
        update(&mut document, body, limits);
        nodes_against_today(&mut document, report, limits);
    } else {
        now_and_then(&mut document, body, limits);
    }
    old_pods(&mut document, report, limits);
    drift(&mut document, body, limits);
    if limits.wide {
        waves(&mut document, body, now);
    }
    if limits.wide || change.is_some_and(RolloutChange::makes_it) {
        footprints(&mut document, body, limits);
    }
    closing(&mut document, &report.basis);
    document.blank();
    let is_refused = change.is_some_and(|change| !change.refused.is_empty());
    let summary = match is_refused {
        true => words::refused_summary(),
        false => words::summary(body, now),
    };
    document.line(0, (Style::Strong, summary));
    document
}

/// The progress, and what changes from one revision to the next.
fn overview(document: &mut Document, report: &RolloutPlan, limits: Limits) {
    let change = report.change.as_ref();
    let most = limits.rows.map_or(usize::MAX, |_| 3);
    let progress = words::overview::progress(&report.body, most).filter(|_| change.is_none());
    let changes = words::overview::changes(&report.body, change, most);
    let others = words::overview::other_changes(change, most);
    let lines = progress.into_iter().chain(changes).chain(others);
    let lines: Vec<Sentence> = lines.collect();
    if !lines.is_empty() {
        document.blank();
    }
    for line in lines {
        document.line(2, line);
    }
}

/// The context for the rest.
fn facts(document: &mut Document, report: &RolloutPlan) {
    let body = &report.body;
    let mut rows: Vec<(&str, Piece)> = vec![
        ("Revision", words::revision(body.revision.as_ref()).into()),
        ("Strategy", words::strategy(body).into()),
        ("Nodes", words::desired(body).into()),
        ("Next", words::next(body).into()),
    ];
    if let Some(change) = &report.change {
        rows.push(("Object", obtained_words(change.obtained).into()));
    }
    document.facts(rows);
}

fn lost(document: &mut Document, body: &Body, now: Timestamp, limits: Limits) {
    let Some(lost) = body.lost.as_ref().filter(|l| !l.is_empty()) else {
        return;
    };
    document.blank();
    let text = Text::default()
        .and(Style::Bad, head("Lost", nodes(lost.len())))
        .and(Style::Strong, ": ")
        .and(Style::Strong, moves_words::lost(body));
    document.line(0, text);
    if limits.wide {
        let rows: Vec<_> = lost.iter().map(|one| lost_row(one, now)).collect();
        first_rows(document, 0, &["NODE", "POD", "WHY"], rows, limits);
    } else {
        lost_groups(document, lost, now, limits);
    }
    tolerations(document, lost, limits);
}

/// Those that are lost for the same causes in one row.
fn lost_groups(document: &mut Document, lost: &[Lost], now: Timestamp, limits: Limits) {
    let mut groups = lost_by_cause(lost);
    let left_off = cut(&mut groups, limits.rows);
    let rows = groups.into_iter().filter_map(|group| {
        let first = *group.first()?;
        let nodes: Vec<_> = group.iter().map(|one| one.node.as_str()).collect();
        let why = moves_words::why_lost(first, now);
        Some(vec![
            (Style::Bad, group.len()).into(),
            why.into(),
            names(&nodes, limits),
        ])
    });
    document.lists(2..3, &["LOST", "CAUSE", "NODES"], rows.collect());
    document.left_off(left_off, "cause");
}

fn lost_row(lost: &Lost, now: Timestamp) -> Vec<Text> {
    vec![
        Quoted::new(&lost.node).into(),
        Quoted::new(&lost.pod).into(),
        moves_words::why_lost(lost, now).into(),
    ]
}

/// What would keep a pod that is lost otherwise.
#[derive(PartialEq)]
enum Kept<'a> {
    ByCommand(&'a Command),
    /// What the manifest has to hold.
    InManifest(String),
}

/// What would keep the lost pods, each once, with its nodes: a command, or what a manifest has to
/// contain.
fn tolerations(document: &mut Document, lost: &[Lost], limits: Limits) {
    let mut by_toleration: Vec<(Kept<'_>, Vec<&str>)> = Vec::new();
    for one in lost {
        let patch = one.patch.as_ref().map(Kept::ByCommand);
        let in_manifest = || fragments(&one.remedies).map(Kept::InManifest);
        let Some(kept) = patch.or_else(in_manifest) else {
            continue;
        };
        match by_toleration.iter_mut().find(|(known, _)| *known == kept) {
            Some((_, names)) => names.push(&one.node),
            None => by_toleration.push((kept, vec![&one.node])),
        }
    }
    for (kept, names) in by_toleration {
        let whom = few(&names, limits);
        let is_command = matches!(kept, Kept::ByCommand(_));
        document.line(2, moves_words::keep(&whom, is_command));
        match kept {
            Kept::ByCommand(command) => document.command(4, command),
            Kept::InManifest(toleration) => document.verbatim(4, Quoted::new(toleration)),
        }
    }
}
