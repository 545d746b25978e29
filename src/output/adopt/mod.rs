//! `adopt` for people: what changes hands first, what would put it right last.

mod around;
pub mod many;
mod pods;
mod words;

use crate::report::claims::report::{
    ClaimChange, ClaimChangeKind, ClaimChanges, ClaimKind, ClaimReport,
};

use self::around::{overlaps, revisions};
use self::pods::{owned_words, pods};
use self::words::history_words;
use crate::output::answer::{Answer, Outcome, Report};
use crate::output::closing::closing;
use crate::output::document::{Document, Style};
use crate::output::lists::Limits;
use crate::output::names::ObjectName;
use crate::output::print_options::PrintOptions;
use crate::output::remedies::remedy;
use crate::output::words::{daemon_set, finding_text, obtained_words};

impl Answer for ClaimReport {
    fn reports(&self) -> Vec<Report<'_>> {
        vec![Report::Claims(self)]
    }

    /// The pods that aren't plainly owned.
    fn names(&self) -> Vec<ObjectName<'_>> {
        let pods = self.pods.iter().flatten();
        let pods = pods.filter(|pod| pod.claim != ClaimKind::Owned);
        pods.map(|pod| ObjectName::pod(&pod.name)).collect()
    }

    fn layout(&self, options: PrintOptions) -> Document {
        layout(self, options.limits)
    }

    fn outcome(&self) -> Outcome {
        Outcome::new(&self.header, self.header.clean == Some(false))
    }
}

fn layout(report: &ClaimReport, limits: Limits) -> Document {
    let mut document = Document::default();
    headline(&mut document, report);
    facts(&mut document, report);
    for finding in &report.findings {
        document.blank();
        document.line(0, finding_text(finding));
    }
    pods(&mut document, report, limits);
    revisions(&mut document, report, limits);
    overlaps(&mut document, report, limits);
    remedies(&mut document, report);
    closing(&mut document, &report.header);
    document
}

fn headline(document: &mut Document, report: &ClaimReport) {
    let when = report.change.map_or("", |change| when(&change));
    let text =
        daemon_set(&report.daemon_set).and(Style::Plain, format!("{when}: {}", report.summary));
    // What isn't done yet is neither clean nor not.
    let verdict = match (report.change, report.header.clean) {
        (Some(_), _) => return document.line(0, text),
        (None, Some(true)) => (Style::Good, "clean"),
        (None, Some(false)) => (Style::Bad, "not clean"),
        (None, None) => (Style::Warn, "not all of it could be checked"),
    };
    let (style, verdict) = verdict;
    document.line(0, text.and(Style::Plain, "; ").and(style, verdict));
}

/// What is taken to have happened before.
const fn when(change: &ClaimChange) -> &'static str {
    match change.kind {
        ClaimChangeKind::Create => ", once it is created",
        ClaimChangeKind::Recreate => {
            ", once it is deleted with --cascade=orphan and created from the manifest"
        }
    }
}

/// What is as it should be, in a line each.
fn facts(document: &mut Document, report: &ClaimReport) {
    let mut rows: Vec<(&str, String)> = Vec::new();
    rows.extend(owned_words(report).map(|words| ("Owned", words)));
    rows.extend(history_words(report).map(|words| ("History", words)));
    if let Some(change) = &report.change {
        rows.push(("Object", obtained_words(change.obtained).to_owned()));
    }
    if rows.is_empty() {
        return;
    }
    document.facts(rows);
}

/// What would put it right.
fn remedies(document: &mut Document, report: &ClaimReport) {
    if report.remedies.is_empty() {
        return;
    }
    document.heading(match report.remedies.len() {
        1 => "What would put it right",
        _ => "What would put it right, the safest first",
    });
    for one in &report.remedies {
        let (command, risk) = (one.command.as_ref(), one.risk.as_deref());
        remedy(document, (tag(one.changes), &one.text), command, risk);
    }
}

const fn tag(changes: ClaimChanges) -> &'static str {
    match changes {
        ClaimChanges::Nothing => "changes nothing",
        ClaimChanges::PodLabels => "changes labels of pods: they run on",
        ClaimChanges::Manifest => "changes the manifest, before it is applied",
        ClaimChanges::Revisions => "changes ControllerRevisions",
        ClaimChanges::Pods => "deletes pods",
        ClaimChanges::DaemonSet => "changes the DaemonSet",
        ClaimChanges::Other => "changes another controller",
    }
}
