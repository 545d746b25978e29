//! `why DS` for people.

use std::collections::HashMap;

use jiff::Timestamp;

use crate::analysis::causes::{
    CauseGroup, is_gone_as_wanted, is_only_outdated, is_settling, misscheduled_groups,
};
use crate::analysis::eligibility::EligibilityReport;
use crate::analysis::next::steps;
use crate::analysis::node::ClearsWhen;
use crate::analysis::overall_health::Health;
use crate::analysis::reason::{Code, Reason};
use crate::analysis::remedy::Distance;
use crate::analysis::restarts;
use crate::analysis::status::StatusReport;
use crate::analysis::summary::{Group, NodeCounts, excluded};

use super::all_nodes::all_nodes;
use super::numbers::{counters, footprint_line};
use crate::output::closing::closing;
use crate::output::document::{Document, Quoted, Style, Text};
use crate::output::lists::{Limits, cut, names};
use crate::output::managed::managed;
use crate::output::mark::Mark;
use crate::output::next::next_by_cause;
use crate::output::plan::affinity;
use crate::output::print_options::PrintOptions;
use crate::output::words::pod_names;
use crate::words::Sentence;
use crate::words::notation::distance;
use crate::words::reason::obstacles;
use crate::words::reason::sentence;
use crate::words::{coverage as coverage_words, state, why as words};

/// Lays out the answer about all nodes.
pub(super) fn layout(report: &EligibilityReport, options: PrintOptions) -> Document {
    let mut document = Document::default();
    let (now, limits) = (report.basis.evaluated_at, options.limits);
    first_line(&mut document, report, options.unicode);
    if report.applied {
        broken(&mut document, report, limits);
    } else {
        starts(&mut document, report, limits);
    }
    misscheduled(&mut document, report, limits);
    on_missing_nodes(&mut document, report, limits);
    excluded_groups(&mut document, report, limits);
    findings(&mut document, report);
    if let Some(status) = &report.status
        && (limits.wide || says_more(status, report))
    {
        counters(&mut document, status, &report.findings, now);
    }
    if report.applied {
        let steps = steps(report);
        next_by_cause(&mut document, &steps, &report.causes);
        let advised = steps.iter().filter_map(|step| step.command.as_ref());
        managed(&mut document, report.manager.as_ref(), advised);
    }
    if limits.wide {
        all_nodes(&mut document, report, limits);
    }
    if let Some(footprint) = &report.footprint
        && (limits.wide || !report.applied)
    {
        footprint_line(&mut document, footprint, limits);
    }
    closing(&mut document, &report.basis);
    document
}

/// Whether the counters say what the rows above don't: not where they are old because of the
/// refusal that a row tells.
fn says_more(status: &StatusReport, report: &EligibilityReport) -> bool {
    let is_refusal = |reason: &Reason| reason.code() == Code::FailedCreate;
    let mut causes = report.causes.iter().flat_map(|group| &group.reason);
    let is_told = causes.any(is_refusal);
    let mut differences = status.differences.iter();
    status.computed.is_none() || differences.any(|one| !(is_told && is_refusal(&one.cause)))
}

/// The answer, and how far it is covered.
pub(super) fn first_line(document: &mut Document, report: &EligibilityReport, unicode: bool) {
    let counts = NodeCounts::new(report);
    let mark = mark(report, &counts).text(unicode);
    document.line(0, mark.then(words::of_daemon_set(report, &counts)));
    if let Some(coverage) = &report.coverage {
        document.line(2, coverage_words::coverage(coverage));
    }
}

fn mark(report: &EligibilityReport, counts: &NodeCounts) -> Mark {
    if !report.applied {
        return Mark::Attention;
    }
    Health::new(report, counts).into()
}

/// The broken nodes by cause.
fn broken(document: &mut Document, report: &EligibilityReport, limits: Limits) {
    let now = report.basis.evaluated_at;
    // That they are without a pod is what is wanted of them.
    let is_done = |group: &&CauseGroup| is_gone_as_wanted(group);
    let causes = report.causes.iter().filter(|group| !is_done(group));
    let (waiting, broken): (Vec<_>, Vec<_>) = causes.partition(|group| waits(group));
    for (head, groups) in [("BROKEN", broken), ("WAITING", waiting)] {
        let rows = groups.into_iter().map(|g| broken_row(g, limits, now));
        table(document, &[head, "CAUSE", "NODES"], rows.collect(), limits);
    }
}

/// Whether the nodes recover with time or through the rollout under way.
fn waits(group: &CauseGroup) -> bool {
    is_settling(group) || is_only_outdated(group)
}

fn broken_row(group: &CauseGroup, limits: Limits, now: Timestamp) -> Vec<Text> {
    let style = match waits(group) {
        true => Style::Warn,
        false => Style::Bad,
    };
    vec![
        (style, group.nodes.len()).into(),
        words::cause(group, now).into(),
        names(&group.nodes, limits),
    ]
}

/// A table below an empty line, with the cause second and names last; nothing without rows. Causes
/// in full come last, because they may be longer than a line.
fn table(
    document: &mut Document,
    header: &[&'static str],
    mut rows: Vec<Vec<Text>>,
    limits: Limits,
) {
    if rows.is_empty() {
        return;
    }
    document.blank();
    let left_off = cut(&mut rows, limits.rows);
    let (mut header, last) = (header.to_vec(), header.len().saturating_sub(1));
    let mut names = last..header.len();
    if limits.wide {
        move_to_end(&mut header);
        rows.iter_mut().for_each(|row| move_to_end(row));
        names = last.saturating_sub(1)..last;
    }
    document.lists(names, &header, rows);
    document.left_off(left_off, "cause");
}

/// Moves the second column behind all others.
fn move_to_end<T>(row: &mut [T]) {
    if let Some(behind) = row.get_mut(1..) {
        behind.rotate_left(1.min(behind.len()));
    }
}

/// The findings about the DaemonSet as a whole, unless the first line already says everything.
fn findings(document: &mut Document, report: &EligibilityReport) {
    let now = report.basis.evaluated_at;
    let said = [report.main_finding(), report.too_few_nodes()];
    // With nothing broken the first line ends with it.
    let restarts = restarts::of_report(report).filter(|_| report.clean == Some(true));
    let is_deleting = !report.deletion_waits_for().is_empty();
    let is_said = |f: &&Reason| {
        Some(*f) == restarts || said.contains(&Some(*f)) && (is_deleting || words::says_all(f, now))
    };
    // A cause that a row gives for its nodes isn't repeated for the DaemonSet.
    let causes = || report.causes.iter().flat_map(|group| &group.reason);
    let is_told = |f: &&Reason| causes().any(|cause| cause.covers(f));
    let others = report.findings.iter().filter(|f| !is_said(f));
    for finding in others.filter(|f| !is_told(f)) {
        document.blank();
        document.line(0, sentence(finding, now));
        if !report.applied {
            affinity(document, finding);
        }
    }
}

/// Nodes on which applying a manifest would start a pod at once.
fn starts(document: &mut Document, report: &EligibilityReport, limits: Limits) {
    let missing: Vec<_> = report.starting().map(|n| n.name.as_str()).collect();
    if missing.is_empty() {
        return;
    }
    let shown = limits.rows.unwrap_or(missing.len()).min(missing.len());
    document.heading(words::starts(missing.len()));
    document.line(2, Quoted::list(missing.get(..shown).unwrap_or_default()));
    document.left_off(missing.len() - shown, "node");
}

/// Nodes with a misscheduled pod, by what excludes them and when the pod is deleted.
fn misscheduled(document: &mut Document, report: &EligibilityReport, limits: Limits) {
    let now = report.basis.evaluated_at;
    let rows = misscheduled_groups(&report.nodes).into_iter().map(|group| {
        vec![
            (Style::Warn, group.nodes.len()).into(),
            obstacles(&group.reasons, now).into(),
            (clears_style(group.clears), state::clears(group.clears)).into(),
            names(&group.nodes, limits),
        ]
    });
    let header = ["MISSCHEDULED", "CAUSE", "ITS POD", "NODES"];
    table(document, &header, rows.collect(), limits);
}

/// Pods on nodes that are gone, which no counter counts.
fn on_missing_nodes(document: &mut Document, report: &EligibilityReport, limits: Limits) {
    let now = report.basis.evaluated_at;
    let missing = report.nodes.iter().filter(|n| n.is_missing());
    let rows = missing.map(|n| {
        vec![
            Quoted::new(&n.name).into(),
            words::why(n, now).into(),
            pod_names(&n.pods, limits),
        ]
    });
    let header = ["MISSING NODE", "WHY", "PODS"];
    table(document, &header, rows.collect(), limits);
}

/// Nodes without a pod that the template excludes, the nearest miss first.
fn excluded_groups(document: &mut Document, report: &EligibilityReport, limits: Limits) {
    let now = report.basis.evaluated_at;
    let groups = excluded(report);
    let rows = merged_groups(&groups, now).into_iter();
    let rows = rows.map(|told| group_row(told, limits)).collect();
    let header: &[&str] = match limits.wide {
        true => &["EXCLUDED", "CAUSE", "LACKS", "NODES"],
        false => &["EXCLUDED", "CAUSE", "NODES"],
    };
    table(document, header, rows, limits);
}

/// Excluded nodes with the same text.
struct ExcludedRow<'a> {
    cause: Sentence,
    distance: Distance,
    nodes: Vec<&'a str>,
}

/// Groups that differ only in what isn't shown are merged, at the place of the first.
fn merged_groups<'a>(groups: &[Group<'a>], now: Timestamp) -> Vec<ExcludedRow<'a>> {
    let mut all: Vec<ExcludedRow<'_>> = Vec::new();
    let mut places: HashMap<(String, Distance), usize> = HashMap::new();
    for group in groups {
        let cause = words::shared(&group.reasons, now);
        let key = (cause.as_str().to_owned(), group.distance);
        let place = *places.entry(key).or_insert(all.len());
        match all.get_mut(place) {
            Some(told) => {
                told.nodes.extend(&group.nodes);
                told.nodes.sort_unstable();
            }
            None => all.push(ExcludedRow {
                cause,
                distance: group.distance,
                nodes: group.nodes.clone(),
            }),
        }
    }
    all
}

fn group_row(told: ExcludedRow<'_>, limits: Limits) -> Vec<Text> {
    let lacks = limits.wide.then(|| distance(told.distance).into());
    let nodes = names(&told.nodes, limits);
    let cause = [told.nodes.len().into(), told.cause.into()];
    let cause = cause.into_iter().chain(lacks);
    cause.chain([nodes]).collect()
}

/// The style of the time at which a misscheduled pod is deleted.
const fn clears_style(when: ClearsWhen) -> Style {
    match when {
        ClearsWhen::AtNextSync | ClearsWhen::ByEviction => Style::Good,
        ClearsWhen::BeingDeleted
        | ClearsWhen::OnceSynced
        | ClearsWhen::RolloutGetsThere
        | ClearsWhen::NodeRecovers => Style::Warn,
        ClearsWhen::Never => Style::Bad,
    }
}
