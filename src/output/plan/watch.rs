//! A rollout that is being followed, for people.

use jiff::Timestamp;

use crate::analysis::rollout::plan::{Holder, Lost, Next, RolloutPlan};
use crate::analysis::rollout::progress::Progress;
use crate::words::rollout::{holder, moves, next, progress as words, strategy};

use super::headline::headline;
use super::ledger::{blockers, ledger, remedies};
use crate::output::document::{Document, Quoted, Style, Text};
use crate::output::lists::{Limits, say_left_off};
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
    let Observation { plan, progress, .. } = observed;
    let (body, limits) = (&plan.body, options.limits);
    let mut document = Document::default();
    let now = plan.basis.evaluated_at;
    let (of, change) = (&plan.daemon_set, plan.change.as_ref());
    document.line(0, headline(of, (change, &[]), body, now, options.unicode));
    document.line(0, bar(observed));
    let mut facts = vec![("Next", next(body).into())];
    // The head of the ledger has it, too.
    if body.budget.is_none() {
        facts.insert(0, ("Strategy", strategy(body).into()));
    }
    document.facts(facts);
    let lost = body.lost.iter().flatten().count();
    if lost > 0 {
        let text = Text::from((Style::Bad, head("Lost", nodes(lost)))).and(Style::Plain, ": ");
        document.line(0, text.and(Style::Plain, words::LOST));
    }
    ledger(&mut document, body, now, limits);
    if body.budget.is_none() {
        not_done(&mut document, &progress.not_done, now, limits);
    }
    if body.next == Some(Next::Waiting) || body.next == Some(Next::None) {
        blockers(&mut document, body, now, limits);
    }
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

/// Who isn't done, where no budget tells it.
fn not_done(document: &mut Document, holders: &[Holder], now: Timestamp, limits: Limits) {
    if holders.is_empty() {
        return;
    }
    document.heading("Not done");
    let shown = limits.rows.unwrap_or(usize::MAX);
    for one in holders.iter().take(shown) {
        let text = Text::from(Quoted::new(&one.node)).and(Style::Plain, ": ");
        document.line(2, text.and(Style::Plain, holder::holder(one, now)));
    }
    say_left_off(document, holders.len().saturating_sub(shown));
}

/// The observation in a line, without its time. It is the same as long as nothing changes.
#[must_use]
pub fn line(observed: &Observation) -> String {
    words::line(&observed.plan, &observed.progress).into_string()
}

/// A time in front of a line.
#[must_use]
pub fn at(time: Timestamp, text: &str) -> String {
    words::at(time, text).into_string()
}

/// That it is done, and who was lost on the way.
#[must_use]
pub fn done(observed: &Observation, lost: &[&Lost]) -> Document {
    let mut document = Document::default();
    let Observation { plan, progress, .. } = observed;
    let text = Text::labelled(Style::Good, "Done", words::done(plan, progress));
    document.line(0, text);
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

/// That it is stuck, why, and what would move it.
#[must_use]
pub fn stuck(
    observed: &Observation,
    seconds: i64,
    may_pass: bool,
    options: PrintOptions,
) -> Document {
    let limits = options.limits;
    let mut document = Document::default();
    let Observation { plan, progress, .. } = observed;
    let text = Text::labelled(
        Style::Bad,
        "Stuck",
        words::stuck(plan, progress, seconds, may_pass),
    );
    document.line(0, text);
    let now = plan.basis.evaluated_at;
    if plan.body.blockers.is_empty() {
        not_done(&mut document, &progress.not_done, now, limits);
    }
    blockers(&mut document, &plan.body, now, limits);
    remedies(&mut document, &plan.body, now);
    document
}

/// The same without its reasons, for those who read JSON.
#[must_use]
pub fn stuck_words(observed: &Observation, seconds: i64, may_pass: bool) -> String {
    words::stuck(&observed.plan, &observed.progress, seconds, may_pass).into_string()
}

/// That it can't be followed, which `plan` has the causes of.
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
