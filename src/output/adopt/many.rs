//! `adopt` and `adopt -A` for people: a line for each DaemonSet with findings.

use std::collections::BTreeMap;

use crate::analysis::basis::Basis;
use crate::analysis::claims::report::{ClaimKind, ClaimReport};
use crate::analysis::reason::Code;
use crate::output::answer::{Answer, Outcome};
use crate::output::closing::closing;
use crate::output::document::{Document, Quoted, Style, Text};
use crate::output::names::ObjectName;
use crate::output::print_options::PrintOptions;
use crate::words::claims::{clean_others, top_finding, unknown_others};
use crate::words::no_daemon_sets;

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
        lines.map(|l| ObjectName::daemon_set(&l.name)).collect()
    }

    fn layout(&self, _: PrintOptions) -> Document {
        layout(self)
    }

    fn outcome(&self) -> Outcome {
        Outcome::new(&self.basis, self.has_findings)
    }
}

/// One DaemonSet in numbers. What couldn't be read is `None`.
#[derive(Debug)]
struct Line {
    namespace: String,
    name: String,
    exists: bool,
    /// Pods by claim.
    pods: Option<BTreeMap<ClaimKind, usize>>,
    overlaps: usize,
    top: Option<(Code, usize)>,
}

impl Line {
    fn new(report: &ClaimReport) -> Self {
        let pods = report.pods.as_ref().map(|pods| {
            let mut counts = BTreeMap::new();
            for pod in pods {
                *counts.entry(pod.claim).or_default() += 1;
            }
            counts
        });
        Self {
            namespace: report.daemon_set.namespace.clone(),
            name: report.daemon_set.name.clone(),
            exists: report.exists,
            pods,
            overlaps: report.overlaps.len(),
            top: report.top_reason(),
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
        let top = self.top.map(|(code, pods)| top_finding(code, pods));
        let mut row = vec![
            Quoted::new(&self.name).into(),
            number(ClaimKind::Owned, Style::Plain),
            number(ClaimKind::Adopt, Style::Warn),
            number(ClaimKind::Release, Style::Bad),
            number(ClaimKind::Foreign, Style::Bad),
            number(ClaimKind::Ignored, Style::Warn),
            self.overlaps.into(),
            top.unwrap_or_default().into(),
        ];
        if with_namespace {
            row.insert(0, Quoted::new(&self.namespace).into());
        }
        row
    }
}

/// One line for each DaemonSet with findings.
fn layout(list: &ClaimList) -> Document {
    let mut document = Document::default();
    let mut heads = vec![
        "NAME",
        "OWNED",
        "ADOPT",
        "RELEASE",
        "FOREIGN",
        "IGNORED",
        "OVERLAPS",
        "TOP FINDING",
    ];
    let with_namespace = list.namespace.is_none();
    if with_namespace {
        heads.insert(0, "NAMESPACE");
    }
    let rows = list.lines.iter().map(|l| l.row(with_namespace)).collect();
    document.lines(&heads, rows);
    let (is_empty, others) = (list.lines.is_empty(), list.clean + list.unknown);
    if !is_empty && others > 0 {
        document.blank();
    }
    others_line(&mut document, list);
    if is_empty && others == 0 {
        let (namespace, selector) = (list.namespace.as_deref(), list.selector.as_deref());
        document.line(0, no_daemon_sets(namespace, selector));
    }
    closing(&mut document, &list.basis);
    document
}

/// The DaemonSets without findings.
fn others_line(document: &mut Document, list: &ClaimList) {
    let alone = list.lines.is_empty();
    if list.clean > 0 {
        document.line(0, (Style::Good, clean_others(list.clean, alone)));
    }
    if list.unknown > 0 {
        document.line(0, (Style::Warn, unknown_others(list.unknown, alone)));
    }
}
