//! `node NODE` for people.

pub mod groups;
mod sums;
mod tables;
mod what_if;

use crate::analysis::eligibility::DaemonSetRef;
use crate::analysis::next::steps_for_on_node;
use crate::analysis::on_node::groups::Outcome as NodeAnswer;
use crate::analysis::on_node::{DaemonSetsOnNode, NodeReport, OnNode};
use crate::analysis::orphan::Orphan;
use crate::analysis::overall_health::Health;
use crate::words::on_node::ReasonForm;
use crate::words::state::Time;
use crate::words::{node as words, orphan, state};

use self::sums::sums;
use self::tables::{daemon_sets, excluded};
use crate::output::answer::{Answer, Outcome, Report};
use crate::output::closing::closing;
use crate::output::document::{Document, Style, Text};
use crate::output::lists::{Limits, cut};
use crate::output::mark::Mark;
use crate::output::names::ObjectName;
use crate::output::next::next;
use crate::output::print_options::PrintOptions;

impl Answer for NodeAnswer {
    fn reports(&self) -> Vec<Report<'_>> {
        vec![self.into()]
    }

    /// The DaemonSets that run there, or would.
    fn names(&self) -> Vec<ObjectName<'_>> {
        let names = running(self).map(|one| ObjectName::daemon_set(&one.name));
        names.collect()
    }

    fn layout(&self, options: PrintOptions) -> Document {
        match self {
            Self::Report(report) => layout(report, options),
            Self::WhatIf(report) => what_if::layout(report, options),
        }
    }

    fn outcome(&self) -> Outcome {
        Outcome::new(self.basis(), !self.is_fine())
    }
}

/// The DaemonSets that run there, or would.
fn running(answer: &NodeAnswer) -> impl Iterator<Item = &DaemonSetRef> {
    let sets = answer.on_node().daemon_sets.iter();
    sets.filter(|one| one.counts()).map(|one| &one.daemon_set)
}

fn layout(report: &NodeReport, options: PrintOptions) -> Document {
    let mut document = Document::default();
    let (now, limits) = (report.basis.evaluated_at, options.limits);
    let on_node = &report.on_node;
    let answer = words::first_line(&report.node, on_node, now);
    let answer = orphan::beside(answer, &report.orphans);
    document.line(0, mark(report).text(options.unicode).then(answer));
    document.line(2, words::second_line(on_node, now));
    daemon_sets(
        &mut document,
        on_node,
        Time::Today,
        ReasonForm::OfOne(now),
        limits,
    );
    excluded(&mut document, on_node, ReasonForm::OfOne(now), limits);
    orphans(&mut document, report, limits);
    if shows_sums(report, limits) {
        sums(&mut document, on_node, limits);
    }
    next(&mut document, &steps_for_on_node(report));
    closing(&mut document, &report.basis);
    document
}

/// Daemon pods whose DaemonSets don't exist any more.
fn orphans(document: &mut Document, report: &NodeReport, limits: Limits) {
    let now = report.basis.evaluated_at;
    let mut shown: Vec<_> = report.orphans.iter().collect();
    if shown.is_empty() {
        return;
    }
    document.heading(orphan::heading(shown.len()));
    let left_off = cut(&mut shown, limits.rows);
    for one in shown {
        document.line(2, orphan::row(one, now));
    }
    document.left_off(left_off, "pod");
}

fn mark(report: &NodeReport) -> Mark {
    let needs_somebody = report.orphans.iter().any(Orphan::needs_somebody);
    match mark_of_daemon_sets(report) {
        Mark::Excluded | Mark::Healthy if needs_somebody => Mark::Attention,
        mark => mark,
    }
}

fn mark_of_daemon_sets(report: &NodeReport) -> Mark {
    let here = report.on_node.daemon_sets.iter().filter(|d| d.is_here());
    match (report.clean, here.map(OnNode::health).min()) {
        // Nothing runs there that could be healthy.
        (Some(true), None) => Mark::Excluded,
        (Some(true), Some(Health::NeedsAttention)) => Mark::Attention,
        (Some(true), _) => Mark::Healthy,
        (_, Some(health)) if health <= Health::Unknown => health.into(),
        (Some(false), _) => Mark::Broken,
        (None, _) => Mark::Unknown,
    }
}

/// If something is broken, requests are shown only where room is the problem.
pub(super) fn shows_sums(report: &NodeReport, limits: Limits) -> bool {
    limits.wide || report.clean != Some(false) || report.on_node.lacks_room()
}

/// How many DaemonSets are in which state today.
pub(super) fn counts(on_node: &DaemonSetsOnNode, clean: Option<bool>) -> Text {
    let counts = Text::from(words::counts(on_node, Time::Today));
    match clean {
        Some(_) => counts,
        None => counts
            .and(Style::Plain, ", ")
            .and(Style::Warn, state::clean(None)),
    }
}
