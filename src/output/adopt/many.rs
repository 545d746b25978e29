//! `adopt` and `adopt -A` for people: a line for each DaemonSet with findings.

use std::collections::BTreeMap;

use crate::analysis::basis::Basis;
use crate::analysis::claims::report::{ClaimKind, ClaimReport};
use crate::analysis::reason::Code;
use crate::output::closing::closing_of;
use crate::output::document::{Document, Style, Text};
use crate::output::names::ObjectName;

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
            top: top_finding(report),
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

/// The first finding, else the reason that most pods have that aren't owned, else
/// that of a revision, else the overlap.
fn top_finding(report: &ClaimReport) -> Option<String> {
    if let Some(finding) = report.findings.first() {
        return Some(finding.code().name().to_owned());
    }
    let mut reasons: BTreeMap<Code, usize> = BTreeMap::new();
    let pods = report.pods.iter().flatten();
    for pod in pods.filter(|pod| pod.claim != ClaimKind::Owned) {
        *reasons.entry(pod.reason.code()).or_default() += 1;
    }
    let most = reasons.iter().max_by_key(|(_, n)| **n);
    if let Some((code, n)) = most {
        return Some(match n {
            1 => code.name().to_owned(),
            n => format!("{} ({n} pods)", code.name()),
        });
    }
    let mut revisions = report.revisions.iter().flatten();
    let revision = revisions.find(|r| r.claim != ClaimKind::Owned);
    revision.map(|r| r.reason.code().name().to_owned())
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
        document.line(
            0,
            match namespace {
                Some(namespace) => {
                    format!(
                        "No DaemonSets found in namespace {namespace}. -A looks in all namespaces."
                    )
                }
                None => "No DaemonSets found.".to_owned(),
            },
        );
    }
    closing_of(&mut document, basis);
    document
}

fn say_others(document: &mut Document, others: Others, alone: bool) {
    let more = if alone { "" } else { " more" };
    let count = |n: usize| match n {
        1 => format!("1{more} DaemonSet"),
        n => format!("{n}{more} DaemonSets"),
    };
    if others.clean > 0 {
        let are = if others.clean == 1 { "is" } else { "are" };
        let text = format!("{} {are} clean.", count(others.clean));
        document.line(0, (Style::Good, text));
    }
    if others.unknown > 0 {
        let text = format!(
            "{}: nothing was found, but not all of it could be checked.",
            count(others.unknown)
        );
        document.line(0, (Style::Warn, text));
    }
}
