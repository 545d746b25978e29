//! `adopt` for people: what changes hands first, what to do about it last.

mod around;
pub mod many;
mod pods;

use jiff::Timestamp;

use crate::analysis::claims::remedy::{ClaimChanges, ClaimRemedy};
use crate::analysis::claims::report::{ClaimKind, ClaimReport};
use crate::analysis::claims::state::ClaimState;
use crate::analysis::reason::{Code, Reason};

use self::around::{overlaps, revisions};
use self::pods::pods;
use crate::output::answer::{Answer, Outcome, Report};
use crate::output::closing::closing;
use crate::output::document::Document;
use crate::output::lists::{Limits, cut};
use crate::output::mark::Mark;
use crate::output::names::ObjectName;
use crate::output::print_options::PrintOptions;
use crate::output::words::obtained_words;
use crate::words::claims::{first_line, row};
use crate::words::next as next_words;
use crate::words::reason::sentence;

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
        layout(self, options)
    }

    fn outcome(&self) -> Outcome {
        Outcome::new(&self.basis, self.clean == Some(false))
    }
}

fn layout(report: &ClaimReport, options: PrintOptions) -> Document {
    let mut document = Document::default();
    let (limits, now) = (options.limits, report.basis.evaluated_at);
    let state = ClaimState::new(report);
    let answer = first_line::of_report(report, state, now);
    document.line(0, mark(state).text(options.unicode).then(answer));
    evidence(&mut document, report, state, limits);
    pods(&mut document, report, limits);
    if limits.wide {
        revisions(&mut document, report, limits);
    }
    overlaps(&mut document, report, limits);
    remedies(&mut document, &report.remedies, limits);
    closing(&mut document, &report.basis);
    document
}

/// How things stand.
pub(super) const fn mark(state: ClaimState<'_>) -> Mark {
    match state {
        ClaimState::Halted(_) => Mark::Broken,
        ClaimState::Clean => Mark::Healthy,
        ClaimState::Unknown => Mark::Unknown,
        ClaimState::Adopts(_)
        | ClaimState::Releases(_)
        | ClaimState::Finding(_)
        | ClaimState::Overlaps
        | ClaimState::Others { .. }
        | ClaimState::Revisions(_) => Mark::Attention,
    }
}

/// What it owns, and what is to be said of it as a whole: what the first line or a table says
/// isn't repeated.
fn evidence(document: &mut Document, report: &ClaimReport, state: ClaimState<'_>, limits: Limits) {
    document.blank();
    if let Some(owns) = row::owns(report) {
        document.line(2, owns);
    }
    if let Some(change) = report.change.filter(|_| limits.wide) {
        document.line(2, obtained_words(change.obtained));
    }
    let now: Timestamp = report.basis.evaluated_at;
    let is_said = |finding: &&Reason| match state {
        ClaimState::Halted(said) | ClaimState::Finding(said) => *finding == said,
        _ => finding.code() == Code::SelectorOverlap,
    };
    for finding in report.findings.iter().filter(|finding| !is_said(finding)) {
        let text = match limits.wide {
            true => sentence(finding, now),
            false => row::finding(finding, now),
        };
        document.line(2, text);
    }
}

/// Changes that are listed where not all are asked for.
const FEW: usize = 3;

/// What to do: first what only reads, then the rest by number, the safest first.
fn remedies(document: &mut Document, remedies: &[ClaimRemedy], limits: Limits) {
    if remedies.is_empty() {
        return;
    }
    document.heading(next_words::HEADING);
    let is_read = |one: &&ClaimRemedy| one.changes() == ClaimChanges::Nothing;
    let reads = remedies.iter().filter(is_read);
    for command in reads.filter_map(|one| one.command.as_ref()) {
        document.command(2, command);
    }
    let mut changes: Vec<_> = remedies.iter().filter(|one| !is_read(one)).collect();
    let most = limits.rows.filter(|_| !limits.wide);
    let left_off = cut(&mut changes, most.map(|rows| rows.min(FEW)));
    for (at, one) in changes.into_iter().enumerate() {
        document.line(2, row::step(at + 1, one));
        if let Some(command) = &one.command {
            document.command(5, command);
        }
        if let Some(risk) = row::risk(one) {
            document.line(5, risk);
        }
    }
    document.left_off(left_off);
}
