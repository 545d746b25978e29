//! `node NODE` for people.

pub mod groups;
mod sums;
mod tables;
mod what_if;

use crate::analysis::eligibility::DaemonSetRef;
use crate::analysis::on_node::groups::Outcome as NodeAnswer;
use crate::analysis::on_node::{DaemonSetsOnNode, NodeReport};
use crate::words::on_node::Words;
use crate::words::state::Time;
use crate::words::{node as words, state};

use self::sums::sums;
use self::tables::{daemon_sets, excluded};
use crate::output::answer::{Answer, Outcome, Report};
use crate::output::closing::closing;
use crate::output::document::{Document, Quoted, Style, Text};
use crate::output::lists::Limits;
use crate::output::names::ObjectName;
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
            Self::Report(report) => layout(report, options.limits),
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

fn layout(report: &NodeReport, limits: Limits) -> Document {
    let mut document = Document::default();
    let now = report.basis.evaluated_at;
    let condition = report.on_node.condition.as_ref();
    let text = Text::from("Node ")
        .and(Style::Strong, Quoted::new(&report.node))
        .and(Style::Plain, ": ")
        .and(Style::Plain, words::condition(condition, now));
    document.line(0, text);
    document.line(0, counts(&report.on_node, report.clean));
    daemon_sets(
        &mut document,
        &report.on_node,
        Time::Today,
        Words::OfOne(now),
        limits,
    );
    excluded(&mut document, &report.on_node, Words::OfOne(now), limits);
    sums(&mut document, &report.on_node, limits);
    closing(&mut document, &report.basis);
    document
}

/// How many DaemonSets are in which state today.
pub(super) fn counts(on_node: &DaemonSetsOnNode, clean: Option<bool>) -> Text {
    Text::from(words::counts(on_node, Time::Today))
        .and(Style::Plain, ", ")
        .and(style_of(clean), state::clean(clean))
}
