//! A rollout that is being followed, for people.

use jiff::Timestamp;

use crate::analysis::next::{Step, StepKind, steps_for_cause};
use crate::analysis::rollout::plan::{Lost, RolloutPlan};
use crate::analysis::rollout::progress::Progress;
use crate::words::rollout::{moves, progress as words};

use super::headline::headline;
use super::ledger::{predicted_blockers, remedies};
use crate::output::document::{Document, Quoted, Style, Text};
use crate::output::lists::{Limits, cut, names};
use crate::output::mark::Mark;
use crate::output::next::next;
use crate::output::print_options::PrintOptions;
use crate::output::words::{head, nodes};

/// A rollout as it is observed.
#[derive(Debug)]
pub struct Observation {
    /// The plan.
    pub plan: RolloutPlan,
    /// How far it is.
    pub progress: Progress,
    /// For how many seconds it has been followed.
    pub seconds: i64,
}

/// Columns of the bar.
const BAR: usize = 30;

/// What is drawn in place on a terminal.
#[must_use]
pub fn frame(observed: &Observation, options: PrintOptions) -> Document {
    let plan = &observed.plan;
    let (body, limits) = (&plan.body, options.limits);
    let mut document = Document::default();
    let now = plan.basis.evaluated_at;
    let (of, change) = (&plan.daemon_set, plan.change.as_ref());
    document.line(0, headline(of, (change, &[]), body, now, options.unicode));
    document.line(0, bar(observed));
    let lost = body.lost.iter().flatten().count();
    if lost > 0 {
        let text = Text::from((Style::Bad, head("Lost", nodes(lost)))).and(Style::Plain, ": ");
        document.line(0, text.and(Style::Plain, words::LOST));
    }
    waiting(&mut document, observed, limits);
    predicted_blockers(&mut document, body, now);
    document
}

/// `[####......] 12 of 38 nodes done (31%), for 1m4s, estimate 3m more`.
fn bar(observed: &Observation) -> Text {
    let Progress { desired, done, .. } = observed.progress;
    let filled = (done * BAR).checked_div(desired).unwrap_or(BAR).min(BAR);
    let beside = words::beside_bar(&observed.plan, &observed.progress, observed.seconds);
    Text::from("[")
        .and(Style::Good, Quoted::new("#".repeat(filled)))
        .and(Style::Dim, Quoted::new(".".repeat(BAR - filled)))
        .and(Style::Plain, "] ")
        .and(Style::Plain, beside)
}

/// What keeps nodes from being done, by cause.
fn waiting(document: &mut Document, observed: &Observation, limits: Limits) {
    let Observation { plan, progress, .. } = observed;
    let now = plan.basis.evaluated_at;
    let groups = progress.causes(&plan.body.blockers);
    let rows = groups.iter().map(|group| {
        vec![
            group.nodes.len().into(),
            words::waiting(group, now).into(),
            names(&group.nodes, limits),
        ]
    });
    let mut rows: Vec<_> = rows.collect();
    if rows.is_empty() {
        return;
    }
    document.blank();
    let left_off = cut(&mut rows, limits.rows);
    document.lists(2..3, &["WAITING", "CAUSE", "NODES"], rows);
    document.left_off(left_off, "cause");
}

/// The observation in a line, without its time. It stays the same as long as nothing changes.
#[must_use]
pub fn line(observed: &Observation) -> String {
    words::line(&observed.plan, &observed.progress).into_string()
}

/// What will block it later, each on a line.
pub fn ahead(plan: &RolloutPlan) -> impl Iterator<Item = String> {
    let now = plan.basis.evaluated_at;
    let predicted_blockers = plan.body.predicted_blockers.iter();
    predicted_blockers.map(move |one| words::ahead(one, now).into_string())
}

/// A time in front of a line.
#[must_use]
pub fn at(time: Timestamp, text: &str) -> String {
    words::at(time, text).into_string()
}

/// It is done, and which pods were lost on the way.
#[must_use]
pub fn done(observed: &Observation, lost: &[&Lost], options: PrintOptions) -> Document {
    let mut document = Document::default();
    let Observation { plan, progress, .. } = observed;
    let mark = Mark::Healthy.text(options.unicode);
    document.line(0, mark.then(words::done(plan, progress)));
    if let Some(text) = words::terminating(progress) {
        document.line(2, text);
    }
    for lost in lost {
        let why = moves::was_lost(lost, plan.basis.evaluated_at);
        let text = Text::labelled(Style::Bad, "lost", why);
        document.line(2, text);
    }
    document
}

/// It is stuck, why, and what to do.
#[must_use]
pub fn stuck(
    observed: &Observation,
    seconds: i64,
    may_pass: bool,
    options: PrintOptions,
) -> Document {
    let mut document = Document::default();
    let Observation { plan, progress, .. } = observed;
    let (body, now) = (&plan.body, plan.basis.evaluated_at);
    let (of, change) = (&plan.daemon_set, plan.change.as_ref());
    document.line(0, headline(of, (change, &[]), body, now, options.unicode));
    document.line(2, words::stuck(plan, progress, seconds, may_pass));
    waiting(&mut document, observed, options.limits);
    next(&mut document, &look_into(plan));
    remedies(&mut document, body, now);
    document
}

/// The commands that show more of the first blocker.
fn look_into(plan: &RolloutPlan) -> Vec<Step> {
    let Some(first) = plan.body.blockers.first() else {
        return Vec::new();
    };
    let node = first.holders().next().map_or("", |holder| &holder.node);
    let steps = steps_for_cause(&plan.daemon_set, first.reason(), None, node, 1);
    let reads = steps.into_iter().filter(|step| step.kind == StepKind::Look);
    reads.collect()
}

/// The same on one line, for readers of JSON.
#[must_use]
pub fn stuck_line(observed: &Observation, seconds: i64, may_pass: bool) -> String {
    words::stuck_line(&observed.plan, &observed.progress, seconds, may_pass).into_string()
}

/// It can't be followed, for causes that `plan` shows.
#[must_use]
pub fn unknown(plan: &RolloutPlan) -> String {
    words::unknown(plan).into_string()
}

/// What it waited for when the time was up.
#[must_use]
pub fn timed_out(observed: Option<&Observation>, after: &str) -> String {
    let observed = observed.map(|observed| (&observed.plan, &observed.progress));
    words::timed_out(observed, after).into_string()
}
