//! A what-if for people: today beside then.

use std::collections::HashMap;

use jiff::Timestamp;

use crate::analysis::effects::StaysUntil;
use crate::analysis::node::NodeEligibility;
use crate::analysis::what_if::{PodOnNode, WhatIfReport};
use crate::words::effects::{self as words, Effect};
use crate::words::rollout::moves::pod_on;
use crate::words::{Sentence, notation, state};

use super::node::eligibility_cell;
use crate::output::closing::closing;
use crate::output::coverage::expectations;
use crate::output::document::{Document, Quoted, Style, Text};
use crate::output::lists::{Limits, listed};
use crate::output::words::effect_style;

/// Lays out the comparison.
pub(super) fn layout(report: &WhatIfReport, limits: Limits) -> Document {
    let mut document = Document::default();
    let text = Text::from("DaemonSet ")
        .and(Style::Strong, Quoted::new(&report.daemon_set))
        .and(Style::Plain, ", with ")
        .and(Style::Plain, words::with(&report.changes));
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
        document.line(0, (Style::Dim, notation::left_off(left_off)));
    }
    effects(&mut document, report, limits);
    expectations(&mut document, &report.expectations, limits);
    closing(&mut document, &report.basis);
    document
}

fn row(today: Option<&NodeEligibility>, then: &NodeEligibility, now: Timestamp) -> Vec<Text> {
    let was = today.map_or_else(
        || Text::from("not there"),
        |n| eligibility_cell(n.eligibility),
    );
    let pod = today.map_or("", |n| state::of_first(&n.pods, n.pod_state));
    vec![
        Quoted::new(&then.name).into(),
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
    let effects = &report.effects;
    let nodes = |names: &[String]| listed(names.to_vec(), limits);
    let staying = |until| pods(effects.staying(until), limits);
    let stay = StaysUntil::ALL.map(|until| (Effect::Stay(until), staying(until)));
    let lines = [
        (Effect::Start, nodes(&effects.start)),
        (Effect::Stop, pods(effects.stop.iter(), limits)),
        (
            Effect::StopOnceSynced,
            pods(effects.stop_once_synced.iter(), limits),
        ),
    ];
    let lines = lines.into_iter().chain(stay).chain([
        (Effect::Evicted, nodes(&effects.evicted)),
        (Effect::NoLongerStart, nodes(&effects.no_longer_start)),
        (Effect::Keep, pods(effects.keep.iter(), limits)),
    ]);
    for (effect, list) in lines.filter(|(_, list)| !list.is_empty()) {
        let text = Text::default()
            .and(effect_style(effect), words::of_daemon_set(effect))
            .and(Style::Plain, " ")
            .and(Style::Plain, list);
        document.line(0, text);
    }
}

fn pods<'p>(pods: impl Iterator<Item = &'p PodOnNode>, limits: Limits) -> Sentence {
    let list = pods.map(|p| pod_on(&p.pod, &p.node).into_string());
    listed(list.collect(), limits)
}
