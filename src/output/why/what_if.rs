//! A what-if for people: today beside then.

use std::collections::{HashMap, HashSet};

use crate::report::node::NodeEligibility;
use crate::report::what_if::{CORDONED, PodOnNode, WhatIfReport};

use super::daemon_set::eligibility_cell;
use crate::output::closing::closing;
use crate::output::document::{Document, Style, Text};
use crate::output::lists::{Limits, listed};
use crate::output::words::{daemon_set, state_word};

/// Lays out the comparison.
pub(super) fn layout(report: &WhatIfReport, limits: Limits) -> Document {
    let mut document = Document::default();
    let text = daemon_set(&report.daemon_set)
        .and(Style::Plain, format!(", with {}", changes(&report.changes)));
    document.line(0, text);
    document.blank();
    let shown = limits.rows.unwrap_or(usize::MAX);
    let today = report.today.nodes.iter();
    let today: HashMap<&str, &NodeEligibility> = today.map(|n| (n.name.as_str(), n)).collect();
    let rows = report.then.nodes.iter().take(shown);
    let rows = rows.map(|then| row(today.get(then.name.as_str()).copied(), then));
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
    closing(&mut document, &report.header);
    document
}

fn changes(changes: &[String]) -> String {
    if changes.is_empty() {
        "the nodes of the file".to_owned()
    } else {
        changes.join(", ")
    }
}

fn row(today: Option<&NodeEligibility>, then: &NodeEligibility) -> Vec<Text> {
    let was = today.map_or_else(
        || Text::from("not there"),
        |n| eligibility_cell(n.eligibility),
    );
    let pod = today.map_or("", |n| state_word(n.pod_state));
    let deciding = then.reasons.iter().filter(|r| r.decides.is_some());
    let why: Vec<_> = deciding.map(|r| r.message.as_str()).collect();
    vec![
        then.name.clone().into(),
        was,
        eligibility_cell(then.eligibility),
        pod.into(),
        why.join("; ").into(),
    ]
}

fn effects(document: &mut Document, report: &WhatIfReport, limits: Limits) {
    document.blank();
    if report.changes.iter().any(|c| c == CORDONED) {
        document.line(
            0,
            "Every daemon pod tolerates a cordon: the controller adds the toleration of node.kubernetes.io/unschedulable:NoSchedule.",
        );
    }
    if report.effects.is_empty() {
        let nothing = if report.then.nodes.is_empty() {
            "No node is selected, so nothing changes."
        } else {
            nothing_to_do(report)
        };
        document.line(0, nothing);
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
            "a pod starts on",
            listed(effects.start.clone(), limits),
        ),
        (
            Style::Bad,
            "stops at once, whatever maxUnavailable says:",
            pods(&effects.stop.iter().collect::<Vec<_>>()),
        ),
        (
            Style::Warn,
            "stays until it is deleted or rolled, and then none is made again:",
            pods(&staying),
        ),
        (
            Style::Warn,
            "stays, and counts again when the node recovers; a rollout before that deletes it, and none is made until then:",
            pods(&waiting),
        ),
        (
            Style::Warn,
            "taint eviction removes the pod when its tolerationSeconds are over, and the controller makes it again, over and over, on",
            listed(effects.evicted.clone(), limits),
        ),
        (
            Style::Warn,
            "a pod would start today, and no longer then, on",
            listed(effects.no_longer_start.clone(), limits),
        ),
        (
            Style::Good,
            "would be deleted today or at the next rollout, and is kept then:",
            pods(&effects.keep.iter().collect::<Vec<_>>()),
        ),
    ];
    for (style, what, list) in lines {
        if !list.is_empty() {
            let text = Text::default()
                .and(style, what)
                .and(Style::Plain, format!(" {list}"));
            document.line(0, text);
        }
    }
}

const fn nothing_to_do(report: &WhatIfReport) -> &'static str {
    if report.applied {
        "The controller would do what it does today."
    } else {
        "It isn't applied, so nothing happens; the table compares what its template asks for."
    }
}
