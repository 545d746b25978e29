//! A what-if for people: what it does, then today compared with afterwards where they differ.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;

use crate::analysis::effects::StaysUntil;
use crate::analysis::node::{Eligibility, NodeEligibility};
use crate::analysis::what_if::{PodOnNode, WhatIfReport};
use crate::words::effects::{self as words, Effect};
use crate::words::rollout::moves::pod_on;
use crate::words::{Sentence, state};

use super::node::eligibility_cell;
use crate::output::closing::closing;
use crate::output::coverage::expectations;
use crate::output::document::{Document, Quoted, Style, Text};
use crate::output::lists::{Limits, cut, few, names};
use crate::output::mark::Mark;
use crate::output::print_options::PrintOptions;
use crate::output::words::effect_style;

/// Lays out the comparison.
pub(super) fn layout(report: &WhatIfReport, options: PrintOptions) -> Document {
    let mut document = Document::default();
    let limits = options.limits;
    let mark = mark(report).text(options.unicode);
    document.line(0, mark.then(words::first_line(report)));
    if let Some(about) = words::about_changes(&report.changes) {
        document.line(2, about);
    }
    if limits.wide {
        all_nodes(&mut document, report, limits);
    } else {
        groups(&mut document, report, limits);
    }
    effects(&mut document, report, limits);
    expectations(&mut document, &report.expectations, limits);
    closing(&mut document, &report.basis);
    document
}

fn mark(report: &WhatIfReport) -> Mark {
    if report.then.nodes.is_empty() {
        Mark::Unknown
    } else if report.effects.is_empty() && report.applied {
        Mark::Healthy
    } else {
        Mark::Attention
    }
}

/// What is the same for nodes that share a row: today, afterwards, the pod, and why.
type Row = (Option<Eligibility>, Eligibility, &'static str, Sentence);

fn row(today: Option<&NodeEligibility>, then: &NodeEligibility, now: Timestamp) -> Row {
    let pod = today.map_or("", |n| state::of_first(&n.pods, n.pod_state));
    (
        today.map(|n| n.eligibility),
        then.eligibility,
        pod,
        words::why_then(then, now),
    )
}

fn cells((today, then, pod, why): Row) -> [Text; 4] {
    let today = today.map_or_else(|| Text::from("not there"), eligibility_cell);
    [today, eligibility_cell(then), pod.into(), why.into()]
}

fn today(report: &WhatIfReport) -> HashMap<&str, &NodeEligibility> {
    let today = report.today.nodes.iter();
    today.map(|n| (n.name.as_str(), n)).collect()
}

/// The nodes on which anything changes, equal ones in one row.
fn groups(document: &mut Document, report: &WhatIfReport, limits: Limits) {
    let (now, today) = (report.basis.evaluated_at, today(report));
    let mut groups: BTreeMap<Row, Vec<&str>> = BTreeMap::new();
    let mut unchanged = 0;
    for then in &report.then.nodes {
        let today = today.get(then.name.as_str()).copied();
        if today.is_some_and(|today| today.eligibility == then.eligibility) {
            unchanged += 1;
            continue;
        }
        let nodes = groups.entry(row(today, then, now)).or_default();
        nodes.push(&then.name);
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by_key(|(_, nodes)| std::cmp::Reverse(nodes.len()));
    let rows = groups.into_iter().map(|(row, nodes)| {
        let counted = [nodes.len().into(), names(&nodes, limits)];
        counted.into_iter().chain(cells(row)).collect()
    });
    let mut rows: Vec<Vec<Text>> = rows.collect();
    if !rows.is_empty() {
        document.blank();
        let left_off = cut(&mut rows, limits.rows);
        let header = ["NODES", "NAMES", "TODAY", "THEN", "POD TODAY", "CAUSE"];
        document.lists(0..2, &header, rows);
        document.left_off(left_off, "node");
    }
    if let Some(unchanged) = words::unchanged(unchanged) {
        document.line(0, (Style::Dim, unchanged));
    }
}

/// `-o wide`: every node a row.
fn all_nodes(document: &mut Document, report: &WhatIfReport, limits: Limits) {
    let (now, today) = (report.basis.evaluated_at, today(report));
    let rows = report.then.nodes.iter().map(|then| {
        let name: Text = Quoted::new(&then.name).into();
        let row = row(today.get(then.name.as_str()).copied(), then, now);
        std::iter::once(name).chain(cells(row)).collect()
    });
    let mut rows: Vec<Vec<Text>> = rows.collect();
    document.blank();
    let left_off = cut(&mut rows, limits.rows);
    let header = ["NODE", "TODAY", "THEN", "POD TODAY", "CAUSE"];
    document.table(0, &header, rows);
    document.left_off(left_off, "group");
}

/// Which pods the effects concern.
fn effects(document: &mut Document, report: &WhatIfReport, limits: Limits) {
    let effects = &report.effects;
    let nodes = |names: &[String]| few(names, limits);
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
    let lines: Vec<_> = lines.filter(|(_, list)| !list.is_empty()).collect();
    if !lines.is_empty() {
        document.blank();
    }
    for (effect, list) in lines {
        let text = Text::default()
            .and(effect_style(effect), words::of_daemon_set(effect))
            .and(Style::Plain, " ")
            .and(Style::Plain, list);
        document.line(0, text);
    }
}

fn pods<'p>(pods: impl Iterator<Item = &'p PodOnNode>, limits: Limits) -> Sentence {
    let list = pods.map(|p| pod_on(&p.pod, &p.node).into_string());
    few(&list.collect::<Vec<_>>(), limits)
}
