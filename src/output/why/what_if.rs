//! A what-if for people: today beside then.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;

use crate::analysis::node::NodeEligibility;
use crate::analysis::what_if::{PodOnNode, WhatIfReport};
use crate::words::effects::{self as words, Effect};
use crate::words::state;

use super::node::eligibility_cell;
use crate::output::closing::closing;
use crate::output::document::{Document, Style, Text};
use crate::output::lists::{Limits, listed};

/// Lays out the comparison.
pub(super) fn layout(report: &WhatIfReport, limits: Limits) -> Document {
    let mut document = Document::default();
    let with = words::with(&report.changes);
    let text = Text::from("DaemonSet ")
        .and(Style::Strong, report.daemon_set.to_string())
        .and(Style::Plain, format!(", with {with}"));
    document.line(0, text);
    document.blank();
    let now = report.basis.evaluated_at;
    let shown = limits.rows.unwrap_or(usize::MAX);
    let today = report.today.nodes.iter();
    let today: HashMap<&str, &NodeEligibility> = today.map(|n| (n.name.as_str(), n)).collect();
    let rows = report.then.nodes.iter().take(shown);
    let rows = rows.map(|then| row(today.get(then.name.as_str()).copied(), then, now));
    let header = ["NODE", "TODAY", "THEN", "POD TODAY", "WHY THEN"];
    document.table(0, &header, rows.collect());
    let left_off = report.then.nodes.len().saturating_sub(shown);
    if left_off > 0 {
        document.line(
            0,
            (
                Style::Dim,
                format!("… and {left_off} more (--limit 0 shows all)"),
            ),
        );
    }
    effects(&mut document, report, limits);
    closing(&mut document, &report.basis);
    document
}

fn row(today: Option<&NodeEligibility>, then: &NodeEligibility, now: Timestamp) -> Vec<Text> {
    let was = today.map_or_else(
        || Text::from("not there"),
        |n| eligibility_cell(n.eligibility),
    );
    let pod = today.map_or("", |n| state::pod(n.pod_state));
    vec![
        then.name.clone().into(),
        was,
        eligibility_cell(then.eligibility),
        pod.into(),
        words::why_then(then, now).into(),
    ]
}

fn effects(document: &mut Document, report: &WhatIfReport, limits: Limits) {
    document.blank();
    if let Some(about) = words::about_changes(&report.changes) {
        document.line(0, about);
    }
    if report.effects.is_empty() {
        document.line(0, words::nothing_for_daemon_set(report));
        return;
    }
    let pods = |pods: &[&PodOnNode]| {
        let list = pods.iter().map(|p| format!("{} on {}", p.pod, p.node));
        listed(list.collect(), limits)
    };
    let effects = &report.effects;
    let recovering = report.then.nodes.iter();
    let recovering: HashSet<&str> = recovering
        .filter(|n| n.waits_for_its_condition())
        .map(|n| n.name.as_str())
        .collect();
    let recovers = |p: &&PodOnNode| recovering.contains(p.node.as_str());
    let (waiting, staying): (Vec<&PodOnNode>, Vec<_>) = effects.stay.iter().partition(recovers);
    let lines = [
        (
            Style::Good,
            Effect::Start,
            listed(effects.start.clone(), limits),
        ),
        (
            Style::Bad,
            Effect::Stop,
            pods(&effects.stop.iter().collect::<Vec<_>>()),
        ),
        (Style::Warn, Effect::Stay, pods(&staying)),
        (Style::Warn, Effect::StayUntilRecovery, pods(&waiting)),
        (
            Style::Warn,
            Effect::Evicted,
            listed(effects.evicted.clone(), limits),
        ),
        (
            Style::Warn,
            Effect::NoLongerStart,
            listed(effects.no_longer_start.clone(), limits),
        ),
        (
            Style::Good,
            Effect::Keep,
            pods(&effects.keep.iter().collect::<Vec<_>>()),
        ),
    ];
    for (style, effect, list) in lines {
        if !list.is_empty() {
            let text = Text::default()
                .and(style, words::of_daemon_set(effect))
                .and(Style::Plain, format!(" {list}"));
            document.line(0, text);
        }
    }
}
