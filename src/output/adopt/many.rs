//! `adopt` and `adopt -A` for people: a line for each DaemonSet with findings.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::mark;
use crate::analysis::basis::Basis;
use crate::analysis::claims::outcome_severity::OutcomeSeverity;
use crate::analysis::claims::report::{ClaimKind, ClaimReport, PodClaim};
use crate::analysis::claims::state::ClaimState;
use crate::analysis::eligibility::DaemonSetRef;
use crate::model::Command;
use crate::output::answer::{Answer, Outcome};
use crate::output::closing::closing;
use crate::output::document::{Document, Quoted, Style, Text};
use crate::output::mark::Mark;
use crate::output::names::ObjectName;
use crate::output::narrow::narrow;
use crate::output::print_options::PrintOptions;
use crate::words::claims::{clean_others, first_line, unknown_others};
use crate::words::{Sentence, next as next_words, no_daemon_sets};

/// All DaemonSets of a namespace, or of all; only what is listed of them is kept.
#[derive(Debug)]
pub struct ClaimList {
    /// `None` when it is about all namespaces.
    namespace: Option<String>,
    /// The selector they match; `None` for all.
    selector: Option<String>,
    basis: Basis,
    lines: Vec<ClaimRow>,
    /// DaemonSets with nothing to report.
    clean: usize,
    /// DaemonSets in which nothing was found, but not everything could be read.
    unknown: usize,
    has_findings: bool,
}

impl ClaimList {
    /// An empty list; `namespace` and `selector` are `None` for all.
    #[must_use]
    pub const fn new(namespace: Option<String>, selector: Option<String>, basis: Basis) -> Self {
        Self {
            namespace,
            selector,
            basis,
            lines: Vec::new(),
            clean: 0,
            unknown: 0,
            has_findings: false,
        }
    }

    /// Keeps what is listed of a report. Returns whether the report is printed: it has findings, or
    /// it isn't known whether it has.
    pub fn add(&mut self, report: &ClaimReport) -> bool {
        self.has_findings |= report.clean == Some(false);
        if report.has_findings() {
            self.lines.push(ClaimRow::new(report));
            return true;
        }
        if report.clean == Some(true) {
            self.clean += 1;
        } else {
            self.unknown += 1;
        }
        report.clean.is_none()
    }
}

impl Answer for ClaimList {
    fn names(&self) -> Vec<ObjectName<'_>> {
        // A deleted DaemonSet can't be named to the server.
        let lines = self.lines.iter().filter(|line| line.exists);
        let names = lines.map(|line| ObjectName::daemon_set(&line.daemon_set.name));
        names.collect()
    }

    fn layout(&self, options: PrintOptions) -> Document {
        layout(self, options)
    }

    fn outcome(&self) -> Outcome {
        Outcome::new(&self.basis, self.has_findings)
    }
}

/// One DaemonSet in numbers. What couldn't be read is `None`.
#[derive(Debug)]
struct ClaimRow {
    daemon_set: DaemonSetRef,
    exists: bool,
    mark: Mark,
    pods: Option<Pods>,
    overlaps: usize,
    cause: Sentence,
}

/// How many pods have which claim, and how many of all are deleted or stay old.
#[derive(Debug, Default)]
struct Pods {
    by_claim: BTreeMap<ClaimKind, usize>,
    by_severity: BTreeMap<OutcomeSeverity, usize>,
}

impl Pods {
    fn new(pods: &[PodClaim]) -> Self {
        let mut counts = Self::default();
        for pod in pods {
            *counts.by_claim.entry(pod.claim).or_default() += 1;
            *counts
                .by_severity
                .entry(OutcomeSeverity::of(pod))
                .or_default() += 1;
        }
        counts
    }

    fn claim(&self, claim: ClaimKind) -> usize {
        self.by_claim.get(&claim).copied().unwrap_or_default()
    }

    fn severity(&self, severity: OutcomeSeverity) -> usize {
        self.by_severity.get(&severity).copied().unwrap_or_default()
    }
}

impl ClaimRow {
    fn new(report: &ClaimReport) -> Self {
        let now = report.basis.evaluated_at;
        let state = ClaimState::new(report);
        Self {
            daemon_set: report.daemon_set.clone(),
            exists: report.exists,
            mark: mark(state),
            pods: report.pods.as_deref().map(Pods::new),
            overlaps: report.overlaps.len(),
            cause: first_line::in_a_row(report, state, now),
        }
    }

    /// The sort key, the worst first.
    fn rank(&self) -> (bool, Reverse<[usize; 3]>) {
        let count = |severity| self.pods.as_ref().map_or(0, |pods| pods.severity(severity));
        let severities = [
            OutcomeSeverity::Deleted,
            OutcomeSeverity::StaysOld,
            OutcomeSeverity::LeftAlone,
        ];
        (self.mark != Mark::Broken, Reverse(severities.map(count)))
    }

    fn row(&self, with_namespace: bool, options: PrintOptions) -> Vec<Text> {
        let pods = self.pods.as_ref();
        let number = |style, count: fn(&Pods) -> usize| match pods.map(count) {
            None => Text::from("?"),
            Some(0) => Text::from(0_usize),
            Some(n) => (style, n).into(),
        };
        let mut row = vec![self.mark.cell(options.unicode)];
        if with_namespace {
            row.push(Quoted::new(&self.daemon_set.namespace).into());
        }
        row.extend([
            Quoted::new(&self.daemon_set.name).into(),
            number(Style::Plain, |pods| pods.claim(ClaimKind::Owned)),
            number(Style::Plain, |pods| pods.claim(ClaimKind::Adopt)),
            number(Style::Warn, |pods| pods.claim(ClaimKind::Release)),
            number(Style::Warn, |pods| pods.severity(OutcomeSeverity::Deleted)),
            number(Style::Warn, |pods| pods.severity(OutcomeSeverity::StaysOld)),
        ]);
        if options.limits.wide {
            row.extend([
                number(Style::Dim, |pods| pods.claim(ClaimKind::Foreign)),
                number(Style::Dim, |pods| pods.claim(ClaimKind::Ignored)),
            ]);
        }
        row.extend([self.overlaps.into(), self.cause.clone().into()]);
        row
    }
}

/// One line for each DaemonSet with findings, below their number and above what to ask next;
/// without heads only the lines, for scripts.
fn layout(list: &ClaimList, options: PrintOptions) -> Document {
    let mut document = Document::default();
    let all = list.lines.len() + list.clean + list.unknown;
    if all == 0 {
        let (namespace, selector) = (list.namespace.as_deref(), list.selector.as_deref());
        document.line(0, no_daemon_sets(namespace, selector));
        closing(&mut document, &list.basis);
        return document;
    }
    if options.headers {
        document.line(0, answer(list, all, options.unicode));
    }
    if options.headers && !list.lines.is_empty() {
        document.blank();
    }
    lines(&mut document, list, options);
    if options.headers && !list.lines.is_empty() {
        others(&mut document, list);
        next(&mut document, list);
    }
    closing(&mut document, &list.basis);
    document
}

fn answer(list: &ClaimList, all: usize, unicode: bool) -> Text {
    let first = worst_first(list).into_iter().next();
    let mark = match (first, list.unknown) {
        (Some(line), _) => line.mark,
        (None, 0) => Mark::Healthy,
        (None, _) => Mark::Unknown,
    };
    let name = first.map(|line| line.daemon_set.to_string());
    let first = name.as_deref().zip(first.map(|line| &line.cause));
    let words = first_line::of_list(list.lines.len(), list.unknown, all, first);
    mark.text(unicode).then(words)
}

fn lines(document: &mut Document, list: &ClaimList, options: PrintOptions) {
    let mut heads = vec![""];
    let with_namespace = list.namespace.is_none();
    if with_namespace {
        heads.push("NAMESPACE");
    }
    heads.extend([
        "NAME", "OWNED", "ADOPTED", "RELEASED", "DELETED", "OUTDATED",
    ]);
    if options.limits.wide {
        heads.extend(["FOREIGN", "IGNORED"]);
    }
    heads.extend(["OVERLAPS", "CAUSE"]);
    let lines = worst_first(list).into_iter();
    let rows = lines.map(|line| line.row(with_namespace, options));
    let mut rows: Vec<Vec<Text>> = rows.collect();
    let least = ["IGNORED", "FOREIGN", "OVERLAPS", "OWNED", "RELEASED"];
    narrow(&mut heads, &mut rows, options.width, &least);
    document.lines(&heads, rows);
}

/// All lines, the worst first, then by name.
fn worst_first(list: &ClaimList) -> Vec<&ClaimRow> {
    let mut lines: Vec<&ClaimRow> = list.lines.iter().collect();
    lines.sort_by_key(|line| line.rank());
    lines
}

/// The DaemonSets without findings.
fn others(document: &mut Document, list: &ClaimList) {
    if list.clean + list.unknown > 0 {
        document.blank();
    }
    if list.clean > 0 {
        document.line(0, (Style::Good, clean_others(list.clean)));
    }
    if list.unknown > 0 {
        document.line(0, (Style::Warn, unknown_others(list.unknown)));
    }
}

/// What to ask about the worst existing one.
fn next(document: &mut Document, list: &ClaimList) {
    let first = worst_first(list).into_iter().find(|line| line.exists);
    let adopt = first.and_then(|line| {
        let adopt = Command::own(&["adopt"]).name(&line.daemon_set.name)?;
        adopt.namespace(&line.daemon_set.namespace)
    });
    if let Some(adopt) = adopt {
        document.heading(next_words::HEADING);
        document.command(2, &adopt);
    }
}
