//! `node NODE` for people.

pub mod groups;
mod sums;
mod tables;
mod what_if;

use crate::analysis::eligibility::DaemonSetRef;
use crate::analysis::next::steps_for_on_node;
use crate::analysis::on_node::groups::Outcome as NodeAnswer;
use crate::analysis::on_node::{DaemonSetsOnNode, NodeReport};
use crate::words::on_node::Words;
use crate::words::state::Time;
use crate::words::{node as words, state};

use self::sums::sums;
use self::tables::{daemon_sets, excluded};
use crate::output::answer::{Answer, Outcome, Report};
use crate::output::closing::closing;
use crate::output::document::{Document, Style, Text};
use crate::output::mark::Mark;
use crate::output::names::ObjectName;
use crate::output::next::next;
use crate::output::print_options::PrintOptions;
use crate::output::words::style_of;

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
            Self::WhatIf(report) => what_if::layout(report, options.limits),
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
    let mark = match report.clean {
        Some(true) => Mark::Healthy,
        Some(false) => Mark::Broken,
        None => Mark::Unknown,
    };
    let answer = words::first_line(&report.node, &report.on_node, now);
    document.line(0, mark.text(options.unicode).then(answer));
    document.line(2, counts(&report.on_node, report.clean));
    daemon_sets(
        &mut document,
        &report.on_node,
        Time::Today,
        Words::OfOne(now),
        limits,
    );
    excluded(&mut document, &report.on_node, Words::OfOne(now), limits);
    sums(&mut document, &report.on_node, limits);
    next(&mut document, &steps_for_on_node(report));
    closing(&mut document, &report.basis);
    document
}

/// How many DaemonSets are in which state today.
pub(super) fn counts(on_node: &DaemonSetsOnNode, clean: Option<bool>) -> Text {
    Text::from(words::counts(on_node, Time::Today))
        .and(Style::Plain, ", ")
        .and(style_of(clean), state::clean(clean))
}
