//! Answers of `why` as comments for a pull request.

use std::collections::HashSet;

use crate::analysis::coverage::Uncovered;
use crate::analysis::eligibility::EligibilityReport;
use crate::analysis::reason::Code;
use crate::analysis::summary::Overview;
use crate::analysis::what_if::WhatIfReport;
use crate::words::reason::sentence;
use crate::words::why::cause;

use super::daemon_set;
use super::many::{DaemonSetList, cells, first_line, styled, worst_first};
use crate::output::comment::{Comment, ListKind, named};
use crate::output::coverage;
use crate::output::document::{Document, Quoted, Style, Text};
use crate::output::lists::{Limits, few};
use crate::output::mark::Mark;
use crate::output::print_options::PrintOptions;

/// The heads of the table.
const HEADER: [&str; 8] = [
    "DaemonSet",
    "Desired",
    "Healthy",
    "Broken",
    "Misscheduled",
    "Excluded",
    "Uncovered",
    "Top cause",
];

/// Where [`HEADER`] has `Uncovered`.
const UNCOVERED: usize = 6;

/// One DaemonSet on all nodes; `document` is the answer in full.
pub(super) fn of_daemon_set(
    report: &EligibilityReport,
    document: Document,
    options: PrintOptions,
) -> Comment {
    let mut comment = Comment::of(document, Some(&report.basis));
    comment.header = HEADER.to_vec();
    comment.rows = vec![row(report, &Overview::new(report), options.unicode)];
    uncovered(&mut comment, report, options.limits);
    comment
}

/// One DaemonSet on one node.
pub(super) fn of_node(report: &EligibilityReport, document: Document, limits: Limits) -> Comment {
    let mut comment = Comment::of(document, Some(&report.basis));
    uncovered(&mut comment, report, limits);
    comment
}

/// What a what-if does to expectations.
pub(super) fn of_what_if(report: &WhatIfReport, document: Document, limits: Limits) -> Comment {
    let mut comment = Comment::of(document, Some(&report.basis));
    coverage::items(&mut comment, &report.expectations, limits);
    comment
}

/// All DaemonSets, the worst first.
pub(super) fn of_list(list: &DaemonSetList, nothing: Document, options: PrintOptions) -> Comment {
    if list.lines.is_empty() {
        let mut comment = Comment::of(nothing, None);
        comment.details.clear();
        unread(&mut comment, list);
        return comment;
    }
    let mut comment = Comment {
        verdict: first_line(list, options.unicode),
        header: HEADER.to_vec(),
        ..Comment::default()
    };
    for part in &list.parts {
        comment.add(part.clone());
    }
    let lines = worst_first(list).into_iter();
    comment.rows = lines.map(|(r, o)| row(r, o, options.unicode)).collect();
    if let Some((report, _)) = list.lines.first() {
        comment.rests_on(&report.basis);
    }
    unread(&mut comment, list);
    comment
}

/// The part about one of several DaemonSets in a comment, besides its row.
#[must_use]
pub fn part(report: &EligibilityReport, options: PrintOptions) -> Comment {
    let document = daemon_set::layout(report, options);
    let mut comment = Comment::of(document, None);
    uncovered(&mut comment, report, options.limits);
    comment
}

/// The expected nodes without an available pod, by cause, and other problems of expectations.
fn uncovered(comment: &mut Comment, report: &EligibilityReport, limits: Limits) {
    let (of, now) = (&report.daemon_set, report.basis.evaluated_at);
    let uncovered = report.coverage.iter().flat_map(|c| &c.uncovered);
    let nodes: Vec<&str> = uncovered.map(|Uncovered { node, .. }| &**node).collect();
    let mut left: HashSet<&str> = nodes.iter().copied().collect();
    for group in &report.causes {
        let here = group.nodes.iter().map(String::as_str);
        let here: Vec<&str> = here.filter(|node| left.remove(node)).collect();
        if !here.is_empty() {
            let text = Text::from(few(&here, limits)).and(Style::Plain, ": ");
            let text = text.and(Style::Plain, cause(group, now));
            comment.item(ListKind::Uncovered, named(of, text));
        }
    }
    let others = nodes.into_iter().filter(|node| left.contains(node));
    let others: Vec<&str> = others.collect();
    if !others.is_empty() {
        comment.item(ListKind::Uncovered, named(of, few(&others, limits).into()));
    }
    let is_of_coverage = |code| {
        matches!(
            code,
            Code::FewerNodesThanExpected | Code::ExpectationInvalid
        )
    };
    for finding in report.findings.iter().filter(|f| is_of_coverage(f.code())) {
        comment.item(
            ListKind::Uncovered,
            named(of, sentence(finding, now).into()),
        );
    }
}

fn unread(comment: &mut Comment, list: &DaemonSetList) {
    for missing in &list.incomplete {
        comment.item(ListKind::Unread, Quoted::new(missing).into());
    }
}

/// Its health, its name, and its counts.
fn row(report: &EligibilityReport, overview: &Overview, unicode: bool) -> Vec<Text> {
    let mark = Mark::from(overview.health).text(unicode);
    let name = mark.and(Style::Strong, Quoted::new(&report.daemon_set));
    let cells = cells(report, overview, true);
    let mut row: Vec<Text> = std::iter::once(name).chain(cells).collect();
    row.insert(UNCOVERED, styled(Style::Bad, overview.gauges.uncovered));
    row
}
