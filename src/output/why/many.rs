//! `why` and `why -A` for people: a line for each DaemonSet.

use crate::analysis::eligibility::EligibilityReport;
use crate::analysis::summary::Overview;
use crate::model::Incomplete;

use crate::output::closing::{closing_of, unread};
use crate::output::document::{Document, Style, Text};
use crate::output::words::clean_cell;
use crate::words::why as words;

/// Says that there is nothing to list: no DaemonSet, or none but `clean` ones.
#[must_use]
pub fn nothing(clean: usize, namespace: Option<&str>, incomplete: &[Incomplete]) -> Document {
    let mut document = Document::default();
    document.line(0, words::nothing(clean, namespace));
    unread(&mut document, incomplete);
    document
}

/// Lays out one line for each report.
#[must_use]
pub fn layout(reports: &[(EligibilityReport, Overview)], with_namespace: bool) -> Document {
    let mut document = Document::default();
    let mut header = vec![
        "NAME",
        "ELIGIBLE",
        "RUNNING",
        "MISSING",
        "MISSCHEDULED",
        "CLEAN",
        "TOP REASON",
    ];
    if with_namespace {
        header.insert(0, "NAMESPACE");
    }
    let rows = reports
        .iter()
        .map(|(r, o)| row(r, o, with_namespace))
        .collect();
    document.lines(&header, rows);
    if let Some((first, _)) = reports.first() {
        closing_of(&mut document, &first.basis);
    }
    document
}

fn row(report: &EligibilityReport, overview: &Overview, with_namespace: bool) -> Vec<Text> {
    let number = |n: Option<usize>| n.map_or_else(|| Text::from("?"), Text::from);
    let bad = |n: Option<usize>| match n {
        Some(n) if n > 0 => (Style::Bad, n.to_string()).into(),
        n => number(n),
    };
    let reason = overview.top_reason;
    let reason = reason.map(|(code, count)| words::top_reason(code, count));
    let mut row = vec![
        report.daemon_set.name.clone().into(),
        number(overview.eligible),
        number(overview.running),
        bad(overview.missing),
        bad(overview.misscheduled),
        clean_cell(report.clean),
        reason.unwrap_or_default().into(),
    ];
    if with_namespace {
        row.insert(0, report.daemon_set.namespace.clone().into());
    }
    row
}
