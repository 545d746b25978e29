//! `node` with a what-if, for people.

use crate::report::on_node::{Affected, NodeWhatIf, OnNode, Side, State, Words};
use crate::report::what_if::CORDONED;

use super::sums::{compared, sums};
use super::tables::{Time, daemon_sets, excluded, request, state_word, why};
use super::{numbers, planned};
use crate::output::closing::closing;
use crate::output::document::{Document, Style, Text};
use crate::output::lists::{Limits, cut, listed, say_left_off};

/// Lays out what changes of one node, or a node that isn't there yet, would do.
pub(super) fn layout(report: &NodeWhatIf, limits: Limits) -> Document {
    let mut document = Document::default();
    let text = Text::from("Node ")
        .and(Style::Strong, report.node.clone())
        .and(Style::Plain, head(report));
    document.line(0, text);
    document.blank();
    body(&mut document, report, limits);
    closing(&mut document, &report.header);
    document
}

/// All that is said of one node.
pub(super) fn body(document: &mut Document, report: &NodeWhatIf, limits: Limits) {
    effects(document, report, affected_pod, limits);
    if report.today.is_none() {
        document.line(0, numbers(&report.then, Time::Then));
    }
    sides(document, report, Words::OfOne, limits);
    match &report.today {
        Some(today) => compared(document, today, &report.then, limits),
        None => sums(document, &report.then, limits),
    }
}

fn head(report: &NodeWhatIf) -> String {
    let with = match report.changes.is_empty() {
        true => String::new(),
        false => format!(", with {}", report.changes.join(", ")),
    };
    if report.node_exists {
        return with;
    }
    let now = report.header.evaluated_at;
    let condition = report.then.condition.as_ref();
    let condition = condition.map(|c| planned(c, now)).unwrap_or_default();
    format!(", taken as one that doesn't exist yet{with}: {condition}")
}

/// What the controller would do.
pub(super) fn effects(
    document: &mut Document,
    report: &NodeWhatIf,
    called: Called,
    limits: Limits,
) {
    if report.changes.iter().any(|c| c == CORDONED) {
        document.line(
            0,
            "Every daemon pod tolerates a cordon: the controller adds the toleration of node.kubernetes.io/unschedulable:NoSchedule.",
        );
    }
    let effects = &report.effects;
    if effects.is_empty() {
        let nothing = if report.then.summary.unknown > 0 {
            "What the controller would do can't be told, for not all of it could be read."
        } else if report.today.is_some() {
            "The controller would do what it does today."
        } else {
            "The controller would do nothing."
        };
        document.line(0, nothing);
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
        (Style::Good, "a pod starts:", effects.start.iter().collect()),
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
        (
            Style::Warn,
            "would start today, and no longer then:",
            effects.no_longer_start.iter().collect(),
        ),
        (
            Style::Good,
            "would be deleted today or at the next rollout, and is kept then:",
            effects.keep.iter().collect(),
        ),
    ];
    for (style, what, affected) in lines {
        let affected: Vec<&Affected> = affected;
        if affected.is_empty() {
            continue;
        }
        let text = Text::default().and(style, what).and(
            Style::Plain,
            format!(" {}", names(&affected, called, limits)),
        );
        document.line(0, text);
    }
}

/// How what is affected is called.
pub(super) type Called = fn(&Affected) -> String;

fn affected_pod(affected: &Affected) -> String {
    match &affected.pod {
        Some(pod) => format!("{} (pod {pod})", affected.daemon_set),
        None => affected.daemon_set.to_string(),
    }
}

fn names(affected: &[&Affected], called: Called, limits: Limits) -> String {
    let mut names: Vec<_> = affected.iter().map(|a| called(a)).collect();
    // One DaemonSet may have several pods here, and is called by its name alone.
    names.dedup();
    listed(names, limits)
}

/// Today beside then, or what would be where there is no today; without the sums.
pub(super) fn sides(document: &mut Document, report: &NodeWhatIf, words: Words, limits: Limits) {
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
fn changed(document: &mut Document, today: &Side, then: &Side, words: Words, limits: Limits) {
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
    say_left_off(document, left_off);
    let stay = match rest {
        0 => None,
        1 => Some("1 DaemonSet stays as it is (-o wide lists it)".to_owned()),
        n => Some(format!(
            "{n} DaemonSets stay as they are (-o wide lists them)"
        )),
    };
    if let Some(stay) = stay {
        document.line(0, (Style::Dim, stay));
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

fn why_then(then: &OnNode, words: Words) -> String {
    match then.state {
        State::Runs | State::WouldStart if !then.is_evicted() => String::new(),
        State::LostAtRollout | State::WouldStop | State::Excluded => words.why_not(then),
        _ => words.all(then),
    }
}

fn row(today: &OnNode, then: &OnNode) -> Vec<Text> {
    // What is missing today for a reason that the change leaves is still missing.
    let time = match today.state == then.state {
        true => Time::Today,
        false => Time::Then,
    };
    vec![
        then.daemon_set.namespace.clone().into(),
        then.daemon_set.name.clone().into(),
        state_word(today, Time::Today).into(),
        state_word(then, time).into(),
        request(then, "cpu").into(),
        request(then, "memory").into(),
    ]
}
