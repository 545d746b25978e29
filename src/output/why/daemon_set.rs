//! `why DS` for people.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;

use crate::analysis::eligibility::EligibilityReport;
use crate::analysis::node::{ClearsWhen, NodeEligibility};
use crate::analysis::pod::PodState;
use crate::analysis::summary::{Group, excluded};

use super::all_nodes::all_nodes;
use super::numbers::{counters, footprint_line};
use crate::output::closing::closing;
use crate::output::document::{Document, Style, Text};
use crate::output::lists::{Limits, cut, few, first_rows, say_left_off};
use crate::output::words::{nodes, reason_text, style_of};
use crate::words::notation::distance;
use crate::words::{Sentence, state, why as words};

/// Lays out the answer about all nodes.
pub(super) fn layout(report: &EligibilityReport, limits: Limits) -> Document {
    let mut document = Document::default();
    let now = report.basis.evaluated_at;
    headline(&mut document, report);
    if let Some(status) = &report.status {
        counters(&mut document, status, &report.findings, now);
    }
    for finding in &report.findings {
        document.blank();
        document.line(0, reason_text(finding, now));
    }
    let mut said = HashSet::new();
    if report.applied {
        let is_broken = |n: &NodeEligibility| n.should_run == Some(true);
        said.extend(broken(&mut document, report, "Broken", is_broken, limits));
    } else {
        starts(&mut document, report, limits);
    }
    let title = "On nodes that couldn't be read";
    let is_unread = |n: &NodeEligibility| n.should_run.is_none();
    said.extend(broken(&mut document, report, title, is_unread, limits));
    said.extend(misscheduled(&mut document, report, limits));
    said.extend(on_missing_nodes(&mut document, report, limits));
    if limits.wide {
        all_nodes(&mut document, report, &said, limits);
    } else {
        excluded_groups(&mut document, report, limits);
    }
    if let Some(footprint) = &report.footprint {
        footprint_line(&mut document, footprint);
    }
    closing(&mut document, &report.basis);
    document
}

fn headline(document: &mut Document, report: &EligibilityReport) {
    let style = if report.applied {
        style_of(report.clean)
    } else {
        Style::Warn
    };
    let text = Text::from("DaemonSet ")
        .and(Style::Strong, report.daemon_set.to_string())
        .and(Style::Plain, ": ")
        .and(Style::Plain, words::eligible_nodes(report))
        .and(style, words::clean(report));
    document.line(0, text);
}

/// Those of the nodes that `keep` keeps whose pods aren't as they should be, or are
/// missing. Returns the names that are shown.
fn broken<'r>(
    document: &mut Document,
    report: &'r EligibilityReport,
    title: &str,
    keep: impl Fn(&NodeEligibility) -> bool,
    limits: Limits,
) -> Vec<&'r str> {
    let now = report.basis.evaluated_at;
    let nodes = report.nodes.iter();
    let broken = nodes.filter(|n| keep(n) && n.is_clean() == Some(false));
    // One cause keeps pods from many nodes; it is said once.
    let mut causes: Vec<(&str, Sentence, Vec<&'r str>)> = Vec::new();
    let mut seen: HashMap<(&str, Sentence), usize> = HashMap::new();
    for node in broken {
        let state = state::of_first(&node.pods, node.pod_state);
        let why = words::why(node, now);
        let at = *seen.entry((state, why.clone())).or_insert(causes.len());
        match causes.get_mut(at) {
            Some((_, _, names)) => names.push(&node.name),
            None => causes.push((state, why, vec![&node.name])),
        }
    }
    let count = causes.iter().map(|(_, _, names)| names.len()).sum();
    let shown = causes.iter().take(limits.rows.unwrap_or(usize::MAX));
    let shown = shown.flat_map(|(_, _, names)| names.iter().take(limits.names()).copied());
    let shown = shown.collect();
    let rows = causes.into_iter().map(|(state, why, names)| {
        vec![
            few(&names, limits).into(),
            (Style::Bad, state).into(),
            why.into(),
        ]
    });
    let rows: Vec<_> = rows.collect();
    section(
        document,
        title,
        count,
        &["NODE", "POD STATE", "WHY"],
        rows,
        limits,
    );
    shown
}

/// Nodes on which applying a manifest would start a pod at once.
fn starts(document: &mut Document, report: &EligibilityReport, limits: Limits) {
    let missing = report
        .nodes
        .iter()
        .filter(|n| n.pod_state == PodState::Missing);
    let names: Vec<_> = missing.map(|n| n.name.as_str()).collect();
    if names.is_empty() {
        return;
    }
    let shown = limits.rows.unwrap_or(names.len()).min(names.len());
    let list = names
        .iter()
        .take(shown)
        .copied()
        .collect::<Vec<_>>()
        .join(", ");
    document.heading(words::starts(names.len()));
    document.line(2, list);
    say_left_off(document, names.len() - shown);
}

/// Nodes that have a pod which they shouldn't have. Returns the names that are shown.
fn misscheduled<'r>(
    document: &mut Document,
    report: &'r EligibilityReport,
    limits: Limits,
) -> Vec<&'r str> {
    let now = report.basis.evaluated_at;
    let misscheduled = report
        .nodes
        .iter()
        .filter(|n| n.should_run == Some(false) && !n.pods.is_empty() && !n.is_missing());
    let misscheduled: Vec<_> = misscheduled.collect();
    let rows: Vec<_> = misscheduled
        .iter()
        .map(|n| {
            let pods: Vec<_> = n.pods.iter().map(|p| p.name.as_str()).collect();
            let clears = n.clears();
            vec![
                n.name.clone().into(),
                few(&pods, limits).into(),
                (clears_style(clears), state::clears(clears)).into(),
                words::why(n, now).into(),
            ]
        })
        .collect();
    section(
        document,
        "Misscheduled",
        rows.len(),
        &["NODE", "POD", "CLEARS BY ITSELF", "WHY"],
        rows,
        limits,
    );
    first_names(&misscheduled, limits)
}

/// The names of the nodes that a table with a row for each shows.
fn first_names<'r>(nodes: &[&'r NodeEligibility], limits: Limits) -> Vec<&'r str> {
    let shown = nodes.iter().take(limits.rows.unwrap_or(usize::MAX));
    shown.map(|node| node.name.as_str()).collect()
}

/// Pods on nodes that are gone, which no counter counts. Returns the names that are shown.
fn on_missing_nodes<'r>(
    document: &mut Document,
    report: &'r EligibilityReport,
    limits: Limits,
) -> Vec<&'r str> {
    let now = report.basis.evaluated_at;
    let missing: Vec<_> = report.nodes.iter().filter(|n| n.is_missing()).collect();
    let rows: Vec<_> = missing
        .iter()
        .map(|n| {
            let pods: Vec<_> = n.pods.iter().map(|p| p.name.as_str()).collect();
            vec![
                n.name.clone().into(),
                few(&pods, limits).into(),
                words::why(n, now).into(),
            ]
        })
        .collect();
    section(
        document,
        "On nodes that don't exist",
        rows.len(),
        &["NODE", "POD", "WHY"],
        rows,
        limits,
    );
    first_names(&missing, limits)
}

/// A table under a heading with the number of its nodes; nothing without rows.
pub(super) fn section(
    document: &mut Document,
    title: &str,
    count: usize,
    header: &[&'static str],
    rows: Vec<Vec<Text>>,
    limits: Limits,
) {
    if rows.is_empty() {
        return;
    }
    document.heading(format!("{title} ({})", nodes(count)));
    first_rows(document, 0, header, rows, limits);
}

fn excluded_groups(document: &mut Document, report: &EligibilityReport, limits: Limits) {
    let mut groups = excluded(report);
    if groups.is_empty() {
        return;
    }
    let count = groups.iter().map(|g| g.nodes.len()).sum();
    document.heading(words::excluded(count));
    let left_off = cut(&mut groups, limits.rows);
    let now = report.basis.evaluated_at;
    let rows = groups.iter().map(|g| group_row(g, limits, now)).collect();
    document.table(0, &["NODES", "AWAY", "REASONS", "NAMES"], rows);
    say_left_off(document, left_off);
}

fn group_row(group: &Group<'_>, limits: Limits, now: Timestamp) -> Vec<Text> {
    let names = few(&group.nodes, limits);
    vec![
        group.nodes.len().into(),
        (Style::Warn, distance(group.distance)).into(),
        words::shared(&group.reasons, now).into(),
        names.into(),
    ]
}

/// How it stands out when a misscheduled pod goes.
const fn clears_style(when: ClearsWhen) -> Style {
    match when {
        ClearsWhen::AtNextSync | ClearsWhen::ByEviction => Style::Good,
        ClearsWhen::BeingDeleted | ClearsWhen::OnceSynced | ClearsWhen::NodeRecovers => Style::Warn,
        ClearsWhen::Never => Style::Bad,
    }
}
