//! A rollout that is being followed, for people.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::model::Command;
use crate::report::duration;
use crate::report::rollout::plan::{Body, Lost, Next, RolloutPlan};
use crate::report::rollout::progress::{Progress, Unsettled};

use super::ledger::{blockers, ledger, remedies};
use super::words::{Asked, next_words, old_pods, strategy_words};
use crate::output::document::{Document, Style, Text};
use crate::output::lists::{Limits, say_left_off};
use crate::output::words::{counted, daemon_set, nodes};

/// A rollout at one moment.
#[derive(Debug)]
pub struct State {
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
pub fn frame(state: &State, limits: Limits) -> Document {
    let State { plan, progress, .. } = state;
    let body = &plan.body;
    let mut document = Document::default();
    headline(&mut document, plan);
    document.line(0, bar(state));
    let mut facts = vec![("Next", next_words(body))];
    // The head of the ledger has it, too.
    if body.budget.is_none() {
        facts.insert(0, ("Strategy", strategy_words(body)));
    }
    document.facts(facts);
    let lost = body.lost.iter().flatten().count();
    if lost > 0 {
        let text = Text::default().and(Style::Bad, format!("Lost ({})", nodes(lost)));
        document.line(
            0,
            text.and(Style::Plain, ": their pods go, and none is made again"),
        );
    }
    ledger(&mut document, body, plan.header.evaluated_at, limits);
    if body.budget.is_none() {
        unsettled(&mut document, &progress.unsettled, limits);
    }
    if body.next == Some(Next::Waiting) || body.next == Some(Next::None) {
        blockers(&mut document, body, false, limits);
    }
    document
}

fn headline(document: &mut Document, plan: &RolloutPlan) {
    let (style, words) = Asked::of(plan.change.as_ref()).words(&plan.body);
    let text = daemon_set(&plan.daemon_set)
        .and(Style::Plain, ": ")
        .and(style, words);
    document.line(0, text);
}

/// `[####......] 12 of 38 nodes done (31%), for 1m4s, estimate 3m more`.
fn bar(state: &State) -> Text {
    let Progress { desired, done, .. } = state.progress;
    let filled = (done * BAR).checked_div(desired).unwrap_or(BAR).min(BAR);
    let percent = (done * 100).checked_div(desired).unwrap_or(100);
    let estimate = state.plan.body.waves.as_ref();
    let estimate = estimate.and_then(|w| w.estimate.as_ref());
    let estimate = estimate
        .map(|e| format!(", estimate {} more", duration(e.seconds)))
        .unwrap_or_default();
    Text::from("[")
        .and(Style::Good, "#".repeat(filled))
        .and(Style::Dim, ".".repeat(BAR - filled))
        .and(
            Style::Plain,
            format!(
                "] {done} of {} done ({percent}%), for {}{estimate}",
                nodes(desired),
                duration(state.seconds)
            ),
        )
}

/// Who isn't done, where no budget tells it.
fn unsettled(document: &mut Document, unsettled: &[Unsettled], limits: Limits) {
    if unsettled.is_empty() {
        return;
    }
    document.heading("Not done");
    let shown = limits.rows.unwrap_or(usize::MAX);
    for one in unsettled.iter().take(shown) {
        document.line(2, format!("{}: {}", one.holder.node, one.holder.message));
    }
    say_left_off(document, unsettled.len().saturating_sub(shown));
}

/// The state in a line, without its time. It is the same as long as nothing changes.
#[must_use]
pub fn line(state: &State) -> String {
    let body = &state.plan.body;
    let Progress { desired, done, .. } = state.progress;
    let mut parts = vec![format!("{done} of {} done", nodes(desired))];
    let old = body.old.iter().flatten().count();
    if old > 0 {
        parts.push(format!("{} left", old_pods(old)));
    }
    parts.extend(budget(body));
    let lost = body.lost.iter().flatten().count();
    if lost > 0 {
        parts.push(format!("{lost} lost"));
    }
    let mut text = parts.join(", ");
    let why = why(state);
    if !why.is_empty() {
        text.push_str(&format!("; {why}"));
    }
    text
}

fn budget(body: &Body) -> Option<String> {
    let budget = body.budget.as_ref()?;
    let name = super::words::budget_name(body);
    Some(format!("{} of {name} {} used", budget.used, budget.allowed))
}

/// `NodeNotReady: n7; PodPending: n1, n2, n3 and 4 more`.
fn why(state: &State) -> String {
    const NAMES: usize = 3;
    let mut by_code: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for one in &state.progress.unsettled {
        let names = by_code.entry(one.holder.reason.name()).or_default();
        names.push(&one.holder.node);
    }
    for blocker in &state.plan.body.blockers {
        by_code.entry(blocker.code.name()).or_default();
    }
    let text = by_code.into_iter().map(|(code, names)| {
        let shown: Vec<&str> = names.iter().take(NAMES).copied().collect();
        let shown = shown.join(", ");
        match names.len() {
            0 => code.to_owned(),
            n if n > NAMES => format!("{code}: {shown} and {} more", n - NAMES),
            _ => format!("{code}: {shown}"),
        }
    });
    text.collect::<Vec<_>>().join("; ")
}

/// A time in front of a line.
#[must_use]
pub fn at(time: Timestamp, text: &str) -> String {
    let second = Timestamp::from_second(time.as_second()).unwrap_or(time);
    format!("{second} {text}")
}

/// That it is done, and who was lost on the way.
#[must_use]
pub fn done(state: &State, lost: &[&Lost]) -> Document {
    let mut document = Document::default();
    let Progress {
        desired,
        terminating,
        ..
    } = state.progress;
    let revision = state.plan.body.revision.as_ref();
    let revision = revision.and_then(|r| Some((r.number?, r.name.as_deref()?)));
    let of = revision
        .map(|(number, name)| format!(" of revision {number} ({name})"))
        .unwrap_or_default();
    let what = match desired {
        0 => "no node should run it".to_owned(),
        1 => format!("the 1 node that should run it has an available pod{of}"),
        n => format!("all {n} nodes that should run it have an available pod{of}"),
    };
    let text = Text::default()
        .and(Style::Good, "Done")
        .and(Style::Plain, format!(": {what}"));
    document.line(0, text);
    if terminating > 0 {
        let are = if terminating == 1 { "is" } else { "are" };
        let pods = counted(terminating, "pod");
        document.line(2, format!("{pods} {are} still being deleted"));
    }
    let drift = state.plan.body.known_drift().len();
    if drift > 0 {
        let pods = counted(drift, "pod");
        document.line(
            2,
            format!(
                "{pods} only count as updated: see `{}` without `--watch`",
                Command::own(&["plan"])
            ),
        );
    }
    for lost in lost {
        let why: Vec<&str> = lost.reasons.iter().map(|r| &*r.message).collect();
        let text = Text::default().and(Style::Bad, "lost").and(
            Style::Plain,
            format!(
                ": node {} has no pod any more, for {}",
                lost.node,
                why.join("; ")
            ),
        );
        document.line(2, text);
    }
    document
}

/// That it is stuck, why, and what would move it.
#[must_use]
pub fn stuck(state: &State, seconds: i64, limits: Limits) -> Document {
    let mut document = Document::default();
    let text = Text::default()
        .and(Style::Bad, "Stuck")
        .and(Style::Plain, format!(": {}", stuck_reason(state, seconds)));
    document.line(0, text);
    let body = &state.plan.body;
    if body.blockers.is_empty() {
        unsettled(&mut document, &state.progress.unsettled, limits);
    }
    blockers(&mut document, body, false, limits);
    remedies(&mut document, body);
    document
}

/// The same without its reasons, for those who read JSON.
#[must_use]
pub fn stuck_reason(state: &State, seconds: i64) -> String {
    let Progress { desired, done, .. } = state.progress;
    let idle = state.progress.unsettled.is_empty() && state.plan.body.blockers.is_empty();
    let why = if idle {
        "the controller has something to do and doesn't do it: see whether kube-controller-manager runs"
    } else {
        "nothing gets on, and nothing will without somebody's doing"
    };
    format!(
        "{done} of {} done, and for {} {why}",
        nodes(desired),
        duration(seconds)
    )
}

/// What it waited for when the time was up.
#[must_use]
pub fn timed_out(state: Option<&State>, after: &str) -> String {
    let Some(state) = state else {
        return format!("timed out after {after}, waiting for the first answer of the server");
    };
    format!("timed out after {after}: {}", line(state))
}
