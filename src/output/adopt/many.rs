//! `adopt` and `adopt -A` for people: a line for each DaemonSet with findings.

use std::collections::BTreeMap;

use crate::analysis::basis::Basis;
use crate::analysis::claims::report::{ClaimKind, ClaimReport};
use crate::analysis::claims::state::ClaimState;
use crate::analysis::eligibility::DaemonSetRef;
use crate::model::Command;
use crate::output::answer::{Answer, Outcome};
use crate::output::closing::closing;
use crate::output::document::{Document, Quoted, Style, Text};
use crate::output::mark::Mark;
use crate::output::names::ObjectName;
use crate::output::print_options::PrintOptions;
use crate::words::claims::{clean_others, first_line, unknown_others};
use crate::words::{Sentence, next as next_words, no_daemon_sets};

/// All DaemonSets of a namespace, or of all, of which only what is listed is kept.
#[derive(Debug)]
pub struct ClaimList {
    /// `None` when it is about all namespaces.
    namespace: Option<String>,
    /// What selects them; `None` for all.
    selector: Option<String>,
    basis: Basis,
    lines: Vec<Line>,
    /// DaemonSets in which there is nothing to find.
    clean: usize,
    /// DaemonSets in which nothing was found, and of which not all could be read.
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

    /// Keeps what is listed of a report. Whether it is one that is printed: it has findings,
    /// or it isn't known whether it has.
    pub fn add(&mut self, report: &ClaimReport) -> bool {
        self.has_findings |= report.clean == Some(false);
        if report.has_findings() {
            self.lines.push(Line::new(report));
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
        // What is gone can't be named to the server.
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
struct Line {
    daemon_set: DaemonSetRef,
    exists: bool,
    /// Pods by claim.
    pods: Option<BTreeMap<ClaimKind, usize>>,
    overlaps: usize,
    cause: Sentence,
}

impl Line {
    fn new(report: &ClaimReport) -> Self {
        let now = report.basis.evaluated_at;
        let pods = report.pods.as_ref().map(|pods| {
            let mut counts = BTreeMap::new();
            for pod in pods {
                *counts.entry(pod.claim).or_default() += 1;
            }
            counts
        });
        Self {
            daemon_set: report.daemon_set.clone(),
            exists: report.exists,
            pods,
            overlaps: report.overlaps.len(),
            cause: first_line::in_a_row(report, ClaimState::new(report), now),
        }
    }

    fn row(&self, with_namespace: bool) -> Vec<Text> {
        let number = |claim, style| match &self.pods {
            None => Text::from("?"),
            Some(pods) => match pods.get(&claim).copied().unwrap_or_default() {
                0 => Text::from(0_usize),
                n => (style, n).into(),
            },
        };
        let mut row = vec![
            Quoted::new(&self.daemon_set.name).into(),
            number(ClaimKind::Owned, Style::Plain),
            number(ClaimKind::Adopt, Style::Warn),
            number(ClaimKind::Release, Style::Bad),
            number(ClaimKind::Foreign, Style::Bad),
            number(ClaimKind::Ignored, Style::Warn),
            self.overlaps.into(),
            self.cause.clone().into(),
        ];
        if with_namespace {
            row.insert(0, Quoted::new(&self.daemon_set.namespace).into());
        }
        row
    }
}

/// One line for each DaemonSet with findings, below how many there are and above what to ask
/// next; without heads no more than the lines, for scripts.
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
    lines(&mut document, list);
    if options.headers && !list.lines.is_empty() {
        others(&mut document, list);
        next(&mut document, list);
    }
    closing(&mut document, &list.basis);
    document
}

fn answer(list: &ClaimList, all: usize, unicode: bool) -> Text {
    let mark = match (list.lines.is_empty(), list.unknown) {
        (false, _) => Mark::Attention,
        (true, 0) => Mark::Healthy,
        (true, _) => Mark::Unknown,
    };
    let first = list.lines.first();
    let name = first.map(|line| line.daemon_set.to_string());
    let first = name.as_deref().zip(first.map(|line| &line.cause));
    let words = first_line::of_list(list.lines.len(), list.unknown, all, first);
    mark.text(unicode).then(words)
}

fn lines(document: &mut Document, list: &ClaimList) {
    let mut heads = vec![
        "NAME", "OWNED", "ADOPT", "RELEASE", "FOREIGN", "IGNORED", "OVERLAPS", "CAUSE",
    ];
    let with_namespace = list.namespace.is_none();
    if with_namespace {
        heads.insert(0, "NAMESPACE");
    }
    let rows = list.lines.iter().map(|l| l.row(with_namespace)).collect();
    document.lines(&heads, rows);
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

/// What to ask about the first that is there.
fn next(document: &mut Document, list: &ClaimList) {
    let first = list.lines.iter().find(|line| line.exists);
    let adopt = first.and_then(|line| {
        let adopt = Command::own(&["adopt"]).name(&line.daemon_set.name)?;
        adopt.namespace(&line.daemon_set.namespace)
    });
    if let Some(adopt) = adopt {
        document.heading(next_words::HEADING);
        document.command(2, &adopt);
    }
}
