//! `why` and `why -A` for people: a line for each DaemonSet.

use crate::analysis::basis::Basis;
use crate::analysis::eligibility::EligibilityReport;
use crate::analysis::map::NodeMap;
use crate::analysis::summary::Overview;
use crate::model::Incomplete;

use super::map;
use crate::output::answer::{Answer, Outcome};
use crate::output::closing::{closing, unread};
use crate::output::document::{Document, Quoted, Style, Text};
use crate::output::names::ObjectName;
use crate::output::print_options::PrintOptions;
use crate::output::words::clean_cell;
use crate::words::why as words;

/// All DaemonSets of a namespace, or of all, of which the nodes aren't kept: every
/// DaemonSet times every node is too much to hold.
#[derive(Debug)]
pub struct DaemonSetList {
    /// `None` when it is about all namespaces.
    pub namespace: Option<String>,
    /// What is listed, each with its report without nodes.
    pub lines: Vec<(EligibilityReport, Overview)>,
    /// How many clean ones `--problems` left out.
    pub clean: usize,
    /// With `--map`: the nodes of all reports, counted.
    pub map: Option<NodeMap>,
    /// What couldn't be read, as far as it bears on the answer.
    pub incomplete: Vec<Incomplete>,
}

impl Answer for DaemonSetList {
    fn names(&self) -> Vec<ObjectName<'_>> {
        let reports = self.lines.iter().map(|(report, _)| report);
        reports
            .map(|report| ObjectName::daemon_set(&report.daemon_set.name))
            .collect()
    }

    fn layout(&self, options: PrintOptions) -> Document {
        let with_namespace = self.namespace.is_none();
        match (self.lines.first(), &self.map) {
            (None, _) => nothing(self),
            (Some((first, _)), Some(map)) => {
                map::layout(map, &first.basis, with_namespace, options)
            }
            (Some((first, _)), None) => layout(&self.lines, &first.basis, with_namespace),
        }
    }

    fn outcome(&self) -> Outcome {
        let is_clean = |report: &EligibilityReport| report.clean == Some(true);
        Outcome {
            is_partial: !self.incomplete.is_empty(),
            has_findings: !self.lines.iter().all(|(report, _)| is_clean(report)),
        }
    }

    fn unreported(&self) -> &[Incomplete] {
        if self.lines.is_empty() {
            &self.incomplete
        } else {
            &[]
        }
    }
}

/// That there is nothing to list: no DaemonSet, or none but clean ones.
fn nothing(list: &DaemonSetList) -> Document {
    let mut document = Document::default();
    document.line(0, words::nothing(list.clean, list.namespace.as_deref()));
    unread(&mut document, &list.incomplete);
    document
}

/// One line for each DaemonSet.
fn layout(
    lines: &[(EligibilityReport, Overview)],
    basis: &Basis,
    with_namespace: bool,
) -> Document {
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
    let rows = lines
        .iter()
        .map(|(r, o)| row(r, o, with_namespace))
        .collect();
    document.lines(&header, rows);
    closing(&mut document, basis);
    document
}

fn row(report: &EligibilityReport, overview: &Overview, with_namespace: bool) -> Vec<Text> {
    let number = |n: Option<usize>| n.map_or_else(|| Text::from("?"), Text::from);
    let bad = |n: Option<usize>| match n {
        Some(n) if n > 0 => (Style::Bad, n).into(),
        n => number(n),
    };
    let reason = overview.top_reason;
    let reason = reason.map(|(code, count)| words::top_reason(code, count));
    let mut row = vec![
        Quoted::new(&report.daemon_set.name).into(),
        number(overview.eligible),
        number(overview.running),
        bad(overview.missing),
        bad(overview.misscheduled),
        clean_cell(report.clean),
        reason.unwrap_or_default().into(),
    ];
    if with_namespace {
        row.insert(0, Quoted::new(&report.daemon_set.namespace).into());
    }
    row
}
