//! `node` with a what-if, for people.

use crate::analysis::effects::StaysUntil;
use crate::analysis::on_node::{Affected, DaemonSetsOnNode, NodeWhatIf, OnNode, State};
use crate::words::Sentence;
use crate::words::effects::{self as words, Effect};
use crate::words::node as node_words;
use crate::words::on_node::ReasonForm;
use crate::words::state::Time;

use super::sums::{compared, sums};
use super::tables::{daemon_sets, excluded, request, state_cell, why};
use crate::output::closing::closing;
use crate::output::coverage::on_node;
use crate::output::document::{Document, Quoted, Style, Text};
use crate::output::lists::{Limits, cut, listed};
use crate::output::mark::Mark;
use crate::output::print_options::PrintOptions;
use crate::output::words::effect_style;

/// Shows what changes of one node, or of a node that doesn't exist yet, would do.
pub(super) fn layout(report: &NodeWhatIf, options: PrintOptions) -> Document {
    let mut document = Document::default();
    let limits = options.limits;
    let mark = match report.effects.is_empty() {
        _ if report.is_too_small() => Mark::Broken,
        true => Mark::Healthy,
        false => Mark::Attention,
    };
    let answer = words::first_line_of_node(report);
    document.line(0, mark.text(options.unicode).then(answer));
    if !report.node_exists {
        document.line(2, node_words::planned_node(report));
    }
    document.blank();
    if report.effects.is_empty() {
        rest(&mut document, report, limits, true);
    } else {
        body(&mut document, report, limits, true);
    }
    closing(&mut document, &report.basis);
    document
}

/// Everything about one node.
pub(super) fn body(document: &mut Document, report: &NodeWhatIf, limits: Limits, with_sums: bool) {
    effects(document, report, affected_pod, limits);
    rest(document, report, limits, with_sums);
}

fn rest(document: &mut Document, report: &NodeWhatIf, limits: Limits, with_sums: bool) {
    if report.today.is_none() {
        document.line(0, node_words::counts(&report.then, Time::Then));
    }
    sides(
        document,
        report,
        ReasonForm::OfOne(report.basis.evaluated_at),
        limits,
    );
    match &report.today {
        _ if !with_sums => {}
        Some(today) => compared(document, today, &report.then, limits),
        None => sums(document, &report.then, limits),
    }
}

/// What the controller would do.
pub(super) fn effects(
    document: &mut Document,
    report: &NodeWhatIf,
    called: NameOf,
    limits: Limits,
) {
    if let Some(about) = words::about_changes(&report.changes) {
        document.line(0, about);
    }
    let effects = &report.effects;
    if effects.is_empty() {
        document.line(0, words::nothing_on_node(report));
        on_node(document, &report.expectations, limits);
        return;
    }
    let stay = StaysUntil::ALL.map(|until| (Effect::Stay(until), effects.staying(until).collect()));
    let lines: [(_, Vec<&Affected>); 3] = [
        (Effect::Start, effects.start.iter().collect()),
        (Effect::Stop, effects.stop.iter().collect()),
        (
            Effect::StopOnceSynced,
            effects.stop_once_synced.iter().collect(),
        ),
    ];
    let lines = lines.into_iter().chain(stay).chain([
        (Effect::Evicted, effects.evicted.iter().collect()),
        (
            Effect::NoLongerStart,
            effects.no_longer_start.iter().collect(),
        ),
        (Effect::Keep, effects.keep.iter().collect()),
    ]);
    // What starts on a node that isn't there yet is what the table lists.
    let is_listed = |effect: Effect| effect == Effect::Start && report.today.is_none();
    let lines = lines.filter(|(effect, affected)| !affected.is_empty() && !is_listed(*effect));
    for (effect, affected) in lines {
        let names = names(&affected, called, limits);
        let text = Text::default()
            .and(effect_style(effect), words::on_node(effect))
            .and(Style::Plain, " ")
            .and(Style::Plain, names);
        document.line(0, text);
    }
    on_node(document, &report.expectations, limits);
}

/// The name of what is affected.
pub(super) type NameOf = fn(&Affected) -> String;

fn affected_pod(affected: &Affected) -> String {
    node_words::affected(affected).into_string()
}

fn names(affected: &[&Affected], called: NameOf, limits: Limits) -> Sentence {
    let mut names: Vec<_> = affected.iter().map(|a| called(a)).collect();
    // One DaemonSet may have several pods here, so it is called by its name alone.
    names.dedup();
    listed(names, limits)
}

/// Today compared with afterwards, or only what would be where there is no today; without the sums.
pub(super) fn sides(
    document: &mut Document,
    report: &NodeWhatIf,
    words: ReasonForm,
    limits: Limits,
) {
    let then = &report.then;
    match &report.today {
        Some(today) => changed(document, today, then, words, limits),
        None => {
            daemon_sets(document, then, Time::Then, words, limits);
            excluded(document, then, words, limits);
        }
    }
}

/// The DaemonSets whose state or reasons change; in wide all of them.
fn changed(
    document: &mut Document,
    today: &DaemonSetsOnNode,
    then: &DaemonSetsOnNode,
    words: ReasonForm,
    limits: Limits,
) {
    let both = today.daemon_sets.iter().zip(&then.daemon_sets);
    let mut shown: Vec<_> = both
        .filter(|(today, then)| limits.wide || differs(today, then))
        .collect();
    let rest = then.daemon_sets.len() - shown.len();
    let header = ["NAMESPACE", "NAME", "TODAY", "THEN", "CPU", "MEMORY"];
    let left_off = cut(&mut shown, limits.rows);
    let rows: Vec<_> = shown.iter().map(|(today, then)| row(today, then)).collect();
    document.blank();
    document.table(0, &header, rows);
    document.left_off(left_off, "DaemonSet");
    if let Some(unchanged) = node_words::unchanged(rest) {
        document.line(0, (Style::Dim, unchanged));
    }
    let reasons = shown.iter();
    let reasons = reasons.map(|(_, then)| (then.full_name(), why_then(then, words)));
    why(document, "Why then", reasons);
}

fn differs(today: &OnNode, then: &OnNode) -> bool {
    today.state != then.state || today.eligibility != then.eligibility || {
        let evicted = |d: &OnNode| d.is_evicted();
        evicted(today) != evicted(then)
    }
}

fn why_then(then: &OnNode, words: ReasonForm) -> Sentence {
    match then.state {
        State::Runs | State::WouldStart if !then.is_evicted() => Sentence::default(),
        State::LostAtRollout | State::WouldStop | State::Excluded => words.why_not(then),
        _ => words.all(then),
    }
}

fn row(today: &OnNode, then: &OnNode) -> Vec<Text> {
    // What is missing today for a reason that the change doesn't affect is still missing.
    let time = match today.state == then.state {
        true => Time::Today,
        false => Time::Then,
    };
    vec![
        Quoted::new(&then.daemon_set.namespace).into(),
        Quoted::new(&then.daemon_set.name).into(),
        state_cell(today, Time::Today),
        state_cell(then, time),
        request(then, "cpu"),
        request(then, "memory"),
    ]
}
