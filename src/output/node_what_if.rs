//! `node` with a what-if, for people.

use crate::report::on_node::{Affected, NodeWhatIf, OnNode, Side, State, reasons_of_one};
use crate::report::what_if::CORDONED;

use super::closing::closing;
use super::document::{Document, Style, Text};
use super::lists::{Limits, cut, few, say_left_off};
use super::node::{condition, numbers};
use super::node_sums::{compared, sums};
use super::node_tables::{Words, daemon_sets, excluded, request, state_word};

/// Lays out what changes of one node, or a node that isn't there yet, would do.
#[must_use]
pub fn layout(report: &NodeWhatIf, limits: Limits) -> Document {
    let mut document = Document::default();
    let text = Text::from("Node ")
        .and(Style::Strong, report.node.clone())
        .and(Style::Plain, head(report));
    document.line(0, text);
    document.blank();
    effects(&mut document, report, limits);
    sides(&mut document, report, reasons_of_one, limits);
    closing(&mut document, &report.header);
    document
}

fn head(report: &NodeWhatIf) -> String {
    let then = condition(report.then.condition.as_ref());
    match (report.node_exists, report.changes.is_empty()) {
        (true, _) => format!(", with {}", report.changes.join(", ")),
        (false, true) => format!(", which doesn't exist yet: {then}"),
        (false, false) => format!(
            ", which doesn't exist yet, with {}: {then}",
            report.changes.join(", ")
        ),
    }
}

/// What the controller would do.
pub(super) fn effects(document: &mut Document, report: &NodeWhatIf, limits: Limits) {
    if report.changes.iter().any(|c| c == CORDONED) {
        document.line(
            0,
            "Every daemon pod tolerates a cordon: the controller adds the toleration of node.kubernetes.io/unschedulable:NoSchedule.",
        );
    }
    let effects = &report.effects;
    if effects.is_empty() {
        document.line(0, "The controller would do nothing.");
        return;
    }
    let recovers = |a: &&Affected| {
        let mut sets = report.then.daemon_sets.iter();
        sets.any(|d| d.daemon_set == a.daemon_set && d.waits_for_the_node())
    };
    let by_hand = |a: &&Affected| {
        let mut sets = report.then.daemon_sets.iter();
        sets.any(|d| d.daemon_set == a.daemon_set && d.update_strategy == "OnDelete")
    };
    let (waiting, staying): (Vec<_>, Vec<_>) = effects.stay.iter().partition(recovers);
    let (deleted, rolled): (Vec<_>, Vec<_>) = staying.into_iter().partition(by_hand);
    let lines = [
        (
            Style::Good,
            "a pod starts of",
            effects.start.iter().collect(),
        ),
        (
            Style::Bad,
            "stops at once, whatever maxUnavailable says:",
            effects.stop.iter().collect(),
        ),
        (
            Style::Warn,
            "stays until the next rollout deletes it, and then none is made again:",
            rolled,
        ),
        (
            Style::Warn,
            "stays until somebody deletes it (OnDelete), and then none is made again:",
            deleted,
        ),
        (
            Style::Warn,
            "stays, and counts again when the node recovers; a rollout before that deletes it, and none is made until then:",
            waiting,
        ),
        (
            Style::Warn,
            "taint eviction removes the pod when its tolerationSeconds are over, and the controller makes it again, over and over:",
            effects.evicted.iter().collect(),
        ),
    ];
    for (style, what, affected) in lines {
        let affected: Vec<&Affected> = affected;
        if affected.is_empty() {
            continue;
        }
        let text = Text::default()
            .and(style, what)
            .and(Style::Plain, format!(" {}", names(&affected, limits)));
        document.line(0, text);
    }
}

/// The DaemonSets, and the pods of one node; nodes that are alike differ in them.
fn names(affected: &[&Affected], limits: Limits) -> String {
    let name = |a: &&Affected| match &a.pod {
        Some(pod) => format!("{} (pod {pod})", a.daemon_set),
        None => a.daemon_set.to_string(),
    };
    let names: Vec<_> = affected.iter().map(name).collect();
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    match limits.rows {
        Some(rows) => {
            let shown = names.iter().take(rows).copied().collect::<Vec<_>>();
            let more = names.len() - shown.len();
            let rest = if more > 0 {
                format!(", … and {more} more")
            } else {
                String::new()
            };
            format!("{}{rest}", shown.join(", "))
        }
        None => few(&names, limits),
    }
}

/// Today beside then, or what would be where there is no today.
pub(super) fn sides(document: &mut Document, report: &NodeWhatIf, words: Words, limits: Limits) {
    let then = &report.then;
    let Some(today) = &report.today else {
        document.blank();
        document.line(0, numbers(then));
        daemon_sets(document, then, words, limits);
        excluded(document, then, limits);
        sums(document, then, limits);
        return;
    };
    changed(document, today, then, words, limits);
    compared(document, today, then, limits);
}

/// The DaemonSets whose state or reasons change; in wide all of them.
fn changed(document: &mut Document, today: &Side, then: &Side, words: Words, limits: Limits) {
    let both = today.daemon_sets.iter().zip(&then.daemon_sets);
    let mut rows: Vec<_> = both
        .filter(|(today, then)| limits.wide || differs(today, then))
        .map(|(today, then)| row(today, then, words))
        .collect();
    let rest = then.daemon_sets.len() - rows.len();
    let header = [
        "NAMESPACE",
        "NAME",
        "TODAY",
        "THEN",
        "CPU",
        "MEMORY",
        "WHY THEN",
    ];
    let left_off = cut(&mut rows, limits.rows);
    if !rows.is_empty() {
        document.blank();
    }
    document.table(0, &header, rows);
    say_left_off(document, left_off);
    match rest {
        0 => {}
        1 => document.line(
            0,
            (Style::Dim, "1 DaemonSet stays as it is (-o wide lists it)"),
        ),
        n => document.line(
            0,
            (
                Style::Dim,
                format!("{n} DaemonSets stay as they are (-o wide lists them)"),
            ),
        ),
    }
}

fn differs(today: &OnNode, then: &OnNode) -> bool {
    today.state != then.state || today.eligibility != then.eligibility || {
        let evicted = |d: &OnNode| d.is_evicted();
        evicted(today) != evicted(then)
    }
}

fn row(today: &OnNode, then: &OnNode, words: Words) -> Vec<Text> {
    let why = match then.state {
        State::Runs | State::WouldStart if !then.is_evicted() => String::new(),
        _ => words(then),
    };
    vec![
        then.daemon_set.namespace.clone().into(),
        then.daemon_set.name.clone().into(),
        state_word(today).into(),
        state_word(then).into(),
        request(then, "cpu").into(),
        request(then, "memory").into(),
        why.into(),
    ]
}
