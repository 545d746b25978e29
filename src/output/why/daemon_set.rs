//! `why DS` for people.

use std::collections::{HashMap, HashSet};

use crate::engine::status::Counters;
use crate::report::code::Code;
use crate::report::eligibility::EligibilityReport;
use crate::report::node::{Eligibility, NodeEligibility};
use crate::report::pod::PodState;
use crate::report::reason::Reason;
use crate::report::summary::{Group, distance_text, excluded};

use super::all_nodes::all_nodes;
use super::node::eligibility_word;
use super::numbers::{counters, footprint_line};
use crate::output::closing::closing;
use crate::output::document::{Document, Style, Text};
use crate::output::lists::{Limits, cut, few, first_rows, say_left_off};
use crate::output::words::{daemon_set, finding_text, nodes, state_word};

/// Lays out the answer about all nodes.
pub(super) fn layout(report: &EligibilityReport, limits: Limits) -> Document {
    let mut document = Document::default();
    headline(&mut document, report);
    if let Some(status) = &report.status {
        counters(&mut document, status, &report.findings);
    }
    for finding in &report.findings {
        document.blank();
        document.line(0, finding_text(finding));
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
    said.extend(misplaced(&mut document, report, limits));
    said.extend(on_missing_nodes(&mut document, report, limits));
    if limits.wide {
        all_nodes(&mut document, report, &said, limits);
    } else {
        excluded_groups(&mut document, report, limits);
    }
    if let Some(footprint) = &report.footprint {
        footprint_line(&mut document, footprint);
    }
    closing(&mut document, &report.header);
    document
}

fn headline(document: &mut Document, report: &EligibilityReport) {
    let text = daemon_set(&report.daemon_set).and(Style::Plain, ": ");
    let text = text.and(Style::Plain, numbers(report));
    document.line(
        0,
        match (report.applied, report.header.clean) {
            (false, _) => text.and(Style::Warn, "not applied"),
            (true, Some(true)) => text.and(Style::Good, "clean"),
            (true, Some(false)) => text.and(Style::Bad, "not clean"),
            (true, None) => text.and(Style::Warn, "not all of it could be checked"),
        },
    );
}

/// How many nodes should run it, as the beginning of a sentence.
fn numbers(report: &EligibilityReport) -> String {
    let status = report.status.as_ref();
    let reported = status.and_then(|s| s.reported);
    let Some(all) = report.node_count else {
        let by_status = reported.map(|c| {
            let (desired, available) = (nodes(c.desired), c.available);
            format!("; by its .status {desired} should run it, {available} available")
        });
        let by_status = by_status.unwrap_or_default();
        return format!("its nodes are unknown{by_status}, ");
    };
    let of = nodes(all);
    match (status.and_then(|s| s.computed), report.applied) {
        (
            Some(Counters {
                desired, available, ..
            }),
            true,
        ) => format!("{desired} of {of} should run it, {available} available, "),
        (Some(Counters { desired, .. }), false) => format!("{desired} of {of} would run it, "),
        (None, applied) => {
            let eligible = report
                .nodes
                .iter()
                .filter(|n| n.should_run == Some(true))
                .count();
            let verb = if applied { "should" } else { "would" };
            let by_status = reported.map(|c| format!("; by its .status {} available", c.available));
            let by_status = by_status.unwrap_or_default();
            format!("{eligible} of {of} {verb} run it, its pods are unknown{by_status}, ")
        }
    }
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
    let nodes = report.nodes.iter();
    let broken = nodes.filter(|n| keep(n) && n.is_clean() == Some(false));
    // One cause keeps pods from many nodes; it is said once.
    let mut causes: Vec<(&'static str, String, Vec<&'r str>)> = Vec::new();
    let mut seen: HashMap<(&'static str, String), usize> = HashMap::new();
    for node in broken {
        let (state, why) = (state_word(node.pod_state), why(node));
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
    let mut names: Vec<_> = missing.map(|n| n.name.as_str()).collect();
    if names.is_empty() {
        return;
    }
    document.heading(format!("Would start at once ({})", nodes(names.len())));
    let left_off = cut(&mut names, limits.rows);
    document.line(2, names.join(", "));
    say_left_off(document, left_off);
}

/// Nodes that have a pod which they shouldn't have. Returns the names that are shown.
fn misplaced<'r>(
    document: &mut Document,
    report: &'r EligibilityReport,
    limits: Limits,
) -> Vec<&'r str> {
    let acts = !report
        .findings
        .iter()
        .any(|f| f.code.stops_the_controller());
    let misplaced = report
        .nodes
        .iter()
        .filter(|n| n.should_run == Some(false) && !n.pods.is_empty() && !n.is_missing());
    let misplaced: Vec<_> = misplaced.collect();
    let rows: Vec<_> = misplaced
        .iter()
        .map(|n| {
            let pods: Vec<_> = n.pods.iter().map(|p| p.name.as_str()).collect();
            let clears = clears(n, acts);
            vec![
                n.name.clone().into(),
                few(&pods, limits).into(),
                clears.into(),
                why(n).into(),
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
    first_names(&misplaced, limits)
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
    let missing: Vec<_> = report.nodes.iter().filter(|n| n.is_missing()).collect();
    let rows: Vec<_> = missing
        .iter()
        .map(|n| {
            let pods: Vec<_> = n.pods.iter().map(|p| p.name.as_str()).collect();
            vec![
                n.name.clone().into(),
                few(&pods, limits).into(),
                why(n).into(),
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

/// Whether a misscheduled pod goes without anybody's doing.
fn clears(node: &NodeEligibility, acts: bool) -> (Style, &'static str) {
    let going = node.pods.iter().all(|p| p.state == PodState::Terminating);
    match (node.eligibility, node.waits_for_its_condition()) {
        _ if going => (Style::Warn, "it is being deleted"),
        _ if !acts => (Style::Bad, "no"),
        _ if node.pods_have_ended() => (Style::Good, "yes, it is deleted"),
        (Eligibility::Excluded, _) => (Style::Good, "yes, it is deleted"),
        (_, true) => (Style::Warn, "when the node recovers"),
        _ => (Style::Bad, "no"),
    }
}

/// All reasons of a node in one cell. What the section says already is said
/// again only where there is nothing else.
pub(super) fn why(node: &NodeEligibility) -> String {
    let says_more = |r: &&Reason| !matches!(r.code, Code::PodMissing | Code::Misscheduled);
    let messages: Vec<_> = node
        .reasons
        .iter()
        .filter(says_more)
        .map(|r| r.message.as_str())
        .collect();
    if messages.is_empty() {
        return node.reasons.iter().map(|r| r.message.as_str()).collect();
    }
    messages.join("; ")
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
    let groups = excluded(report);
    if groups.is_empty() {
        return;
    }
    let count = groups.iter().map(|g| g.nodes.len()).sum();
    document.heading(format!(
        "Excluded by the template ({}), nearest miss first",
        nodes(count)
    ));
    let rows = groups.iter().map(|g| group_row(g, limits)).collect();
    let header = ["NODES", "AWAY", "REASONS", "NAMES"];
    first_rows(document, 0, &header, rows, limits);
}

fn group_row(group: &Group<'_>, limits: Limits) -> Vec<Text> {
    let names = few(&group.nodes, limits);
    vec![
        group.nodes.len().into(),
        (Style::Warn, distance_text(group.distance)).into(),
        group.reasons.join("; ").into(),
        names.into(),
    ]
}

/// An eligibility as one cell.
pub(super) fn eligibility_cell(eligibility: Eligibility) -> Text {
    let (style, _) = eligibility_word(eligibility);
    let name = match eligibility {
        Eligibility::Eligible => "Eligible",
        Eligibility::KeepsRunning => "KeepsRunning",
        Eligibility::Excluded => "Excluded",
        Eligibility::Unknown => "Unknown",
    };
    (style, name).into()
}
