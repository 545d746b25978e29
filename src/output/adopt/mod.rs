//! `adopt` for people: which pods change owner first, what to do about it last.

mod around;
pub mod many;
mod pods;

use jiff::Timestamp;

use crate::analysis::claims::remedy::{ClaimRemedy, Goal};
use crate::analysis::claims::report::{ClaimKind, ClaimReport};
use crate::analysis::claims::state::ClaimState;
use crate::analysis::reason::{Code, Reason};

use self::around::{overlaps, revisions};
use self::pods::pods;
use crate::output::answer::{Answer, Outcome, Report};
use crate::output::closing::closing;
use crate::output::document::{Document, Style};
use crate::output::lists::Limits;
use crate::output::mark::Mark;
use crate::output::names::ObjectName;
use crate::output::print_options::PrintOptions;
use crate::output::words::obtained_words;
use crate::words::Sentence;
use crate::words::claims::{first_line, row};
use crate::words::next as next_words;
use crate::words::reason::sentence;

impl Answer for ClaimReport {
    fn reports(&self) -> Vec<Report<'_>> {
        vec![Report::Claims(self)]
    }

    /// The pods that aren't simply owned.
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
    pods(&mut document, report, options);
    if limits.wide {
        revisions(&mut document, report, limits);
    }
    overlaps(&mut document, report, state, limits);
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

/// What it owns, and the findings about it as a whole; what the first line or a table says isn't
/// repeated.
fn evidence(document: &mut Document, report: &ClaimReport, state: ClaimState<'_>, limits: Limits) {
    document.blank();
    let now: Timestamp = report.basis.evaluated_at;
    let is_said = |finding: &&Reason| match state {
        ClaimState::Halted(said) => *finding == said,
        ClaimState::Finding(said) => {
            *finding == said && row::finding_in_brief(said, now) == row::finding(said, now)
        }
        _ => finding.code() == Code::SelectorOverlap,
    };
    // Next to what it owns, if anything.
    let is_beside = |finding: &&Reason| {
        finding.code() == Code::HistoryRewritten && !limits.wide && report.pods.is_some()
    };
    let findings = report.findings.iter();
    for finding in findings.filter(|finding| !is_said(finding) && !is_beside(finding)) {
        let text = match limits.wide {
            true => sentence(finding, now),
            false => row::finding(finding, now),
        };
        document.line(2, text);
    }
    // For a DaemonSet that adopts pods the rows say everything.
    let is_said = matches!(state, ClaimState::Adopts(_)) && !limits.wide;
    let owns = row::owns(report, limits.wide).filter(|_| !is_said);
    let facts = [owns, row::duplicates(report), row::recreated(report)];
    for fact in facts.into_iter().flatten() {
        document.line(2, (Style::Dim, fact));
    }
    if let Some(change) = report.change.filter(|_| limits.wide) {
        document.line(2, obtained_words(change.obtained));
    }
}

/// For how many goals steps are listed by default.
const FEW: usize = 3;

/// What to do: read-only commands first, then the numbered changes, safest first, and last the
/// command that shows how they end.
fn remedies(document: &mut Document, remedies: &[ClaimRemedy], limits: Limits) {
    let of = |goal: Goal| {
        let some = remedies.iter().filter(move |one| one.goal() == goal);
        some.filter_map(|one| one.command.as_ref())
    };
    let changes = remedies.iter();
    let changes = changes.filter(|one| !matches!(one.goal(), Goal::See | Goal::Follow));
    let (mut see, follow) = (of(Goal::See).peekable(), of(Goal::Follow));
    if see.peek().is_some() {
        document.heading(next_words::HEADING);
    }
    for command in see {
        document.command(2, command);
    }
    steps(document, &by_goal(changes), limits);
    for (at, command) in follow.enumerate() {
        if at == 0 {
            document.heading(next_words::FOLLOW);
        }
        document.command(2, command);
    }
}

/// The remedies of each goal, listed together; a remedy that doesn't reach its goal alone is
/// separate.
fn by_goal<'r>(remedies: impl Iterator<Item = &'r ClaimRemedy>) -> Vec<Vec<&'r ClaimRemedy>> {
    let mut goals: Vec<Vec<&ClaimRemedy>> = Vec::new();
    for one in remedies {
        let goal = one.goal();
        let is_same = |first: &&ClaimRemedy| goal.is_reached_by_one() && first.goal() == goal;
        match goals
            .last_mut()
            .filter(|ways| ways.first().is_some_and(is_same))
        {
            Some(ways) => ways.push(one),
            None => goals.push(vec![one]),
        }
    }
    goals
}

/// The changes: for each goal the safest way, and others as far as there is room, unless all are
/// requested.
fn steps(document: &mut Document, goals: &[Vec<&ClaimRemedy>], limits: Limits) {
    if goals.is_empty() {
        return;
    }
    let most = limits.rows.filter(|_| !limits.wide);
    let most = most.map_or(usize::MAX, |rows| rows.min(FEW));
    let mut room = most.saturating_sub(goals.len());
    let shown = goals.iter().take(most).map(|ways| {
        let others = room.min(ways.len() - 1);
        room -= others;
        ways.iter().take(1 + others).copied().collect()
    });
    let shown: Vec<Vec<&ClaimRemedy>> = shown.collect();
    let with_alternatives = shown.iter().any(|ways| ways.len() > 1);
    document.heading(row::steps(shown.len(), with_alternatives));
    for (at, ways) in shown.iter().enumerate() {
        let letters = ('a'..='z').map(|letter| Some(letter).filter(|_| ways.len() > 1));
        for (one, letter) in ways.iter().zip(letters) {
            step(document, row::step(at + 1, letter, one), one);
        }
    }
    let count = |goals: &[Vec<&ClaimRemedy>]| goals.iter().map(Vec::len).sum::<usize>();
    document.left_off(count(goals) - count(&shown), "step");
}

fn step(document: &mut Document, text: Sentence, remedy: &ClaimRemedy) {
    document.step(text);
    if let Some(command) = &remedy.command {
        document.command(5, command);
    }
    if let Some(risk) = row::risk(remedy) {
        document.line(5, risk);
    }
}
