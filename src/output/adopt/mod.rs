//! `adopt` for people: what changes hands first, what would put it right last.

mod around;
pub mod many;
mod pods;

use crate::analysis::claims::report::{ClaimKind, ClaimReport};

use self::around::{overlaps, revisions};
use self::pods::pods;
use crate::output::answer::{Answer, Outcome, Report};
use crate::output::closing::closing;
use crate::output::document::{Document, Piece, Quoted, Style, Text};
use crate::output::lists::Limits;
use crate::output::names::ObjectName;
use crate::output::print_options::PrintOptions;
use crate::output::words::{obtained_words, reason_text};
use crate::words::claims::{history, numbered, once, owned, summary};

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
        Outcome::new(&self.basis, self.clean == Some(false))
    }
}

fn layout(report: &ClaimReport, limits: Limits) -> Document {
    let mut document = Document::default();
    headline(&mut document, report);
    facts(&mut document, report);
    for finding in &report.findings {
        document.blank();
        document.line(0, reason_text(finding, report.basis.evaluated_at));
    }
    pods(&mut document, report, limits);
    revisions(&mut document, report, limits);
    overlaps(&mut document, report, limits);
    remedies(&mut document, report);
    closing(&mut document, &report.basis);
    document
}

fn headline(document: &mut Document, report: &ClaimReport) {
    let once = report.change.map_or("", |change| once(change.kind));
    let text = Text::from("DaemonSet ")
        .and(Style::Strong, Quoted::new(&report.daemon_set))
        .and(Style::Plain, once)
        .and(Style::Plain, ": ")
        .and(Style::Plain, summary(report));
    // What isn't done yet is neither clean nor not.
    let verdict = match (report.change, report.clean) {
        (Some(_), _) => return document.line(0, text),
        (None, Some(true)) => (Style::Good, "clean"),
        (None, Some(false)) => (Style::Bad, "not clean"),
        (None, None) => (Style::Warn, "not all of it could be checked"),
    };
    let (style, verdict) = verdict;
    document.line(0, text.and(Style::Plain, "; ").and(style, verdict));
}

/// What is as it should be, in a line each.
fn facts(document: &mut Document, report: &ClaimReport) {
    let mut rows: Vec<(&str, Piece)> = Vec::new();
    rows.extend(owned(report).map(|text| ("Owned", text.into())));
    rows.extend(history(report).map(|text| ("History", text.into())));
    if let Some(change) = &report.change {
        rows.push(("Object", obtained_words(change.obtained).into()));
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
        1 => "What to do",
        _ => "What to do, safest first",
    });
    for (at, one) in report.remedies.iter().enumerate() {
        document.line(2, numbered(at + 1, &one.kind));
        if let Some(command) = &one.command {
            document.command(5, command);
        }
    }
}
