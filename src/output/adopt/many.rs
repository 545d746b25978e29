//! `adopt` and `adopt -A` for people: a line for each DaemonSet with findings.

use std::collections::BTreeMap;

use crate::analysis::basis::Basis;
use crate::analysis::claims::report::{ClaimKind, ClaimReport};
use crate::analysis::reason::Code;
use crate::output::closing::closing_of;
use crate::output::document::{Document, Style, Text};
use crate::output::names::ObjectName;
use crate::words::claims::{clean_others, no_daemon_sets, unknown_others};

/// One DaemonSet in numbers. What couldn't be read is `None`.
#[derive(Clone, Debug)]
pub struct Line {
    namespace: String,
    name: String,
    /// Pods by claim.
    pods: Option<BTreeMap<ClaimKind, usize>>,
    overlaps: usize,
    top: Option<String>,
}

impl Line {
    /// The numbers of a report.
    #[must_use]
    pub fn new(report: &ClaimReport) -> Self {
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
            pods,
            overlaps: report.overlaps.len(),
            top: report.top_reason().map(top_text),
        }
    }

    /// As `kubectl get -o name` prints it.
    #[must_use]
    pub fn to_name(&self) -> ObjectName<'_> {
        ObjectName {
            kind: "daemonset.apps",
            name: &self.name,
        }
    }

    fn row(&self, with_namespace: bool) -> Vec<Text> {
        let number = |claim, style| match &self.pods {
            None => Text::from("?"),
            Some(pods) => match pods.get(&claim).copied().unwrap_or_default() {
                0 => Text::from(0),
                n => (style, n.to_string()).into(),
            },
        };
        let mut row = vec![
            self.name.clone().into(),
            number(ClaimKind::Owned, Style::Plain),
            number(ClaimKind::Adopt, Style::Warn),
            number(ClaimKind::Release, Style::Bad),
            number(ClaimKind::Foreign, Style::Bad),
            number(ClaimKind::Ignored, Style::Warn),
            self.overlaps.into(),
            self.top.clone().unwrap_or_default().into(),
        ];
        if with_namespace {
            row.insert(0, self.namespace.clone().into());
        }
        row
    }
}

fn top_text((code, pods): (Code, usize)) -> String {
    match pods {
        0 | 1 => code.name().to_owned(),
        pods => format!("{} ({pods} pods)", code.name()),
    }
}

/// How many DaemonSets there is nothing to say of.
#[derive(Clone, Copy, Debug)]
pub struct Others {
    /// There is nothing to find.
    pub clean: usize,
    /// Nothing was found, and not all of it could be read.
    pub unknown: usize,
}

/// Lays out one line for each DaemonSet with findings; `namespace` is `None` for all.
#[must_use]
pub fn layout(lines: &[Line], others: Others, namespace: Option<&str>, basis: &Basis) -> Document {
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
    if namespace.is_none() {
        heads.insert(0, "NAMESPACE");
    }
    let rows = lines.iter().map(|l| l.row(namespace.is_none())).collect();
    document.lines(&heads, rows);
    if !lines.is_empty() && others.clean + others.unknown > 0 {
        document.blank();
    }
    say_others(&mut document, others, lines.is_empty());
    if lines.is_empty() && others.clean + others.unknown == 0 {
        document.line(0, no_daemon_sets(namespace).into_string());
    }
    closing_of(&mut document, basis);
    document
}

fn say_others(document: &mut Document, others: Others, alone: bool) {
    if others.clean > 0 {
        let text = clean_others(others.clean, alone).into_string();
        document.line(0, (Style::Good, text));
    }
    if others.unknown > 0 {
        let text = unknown_others(others.unknown, alone).into_string();
        document.line(0, (Style::Warn, text));
    }
}
