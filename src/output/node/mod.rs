//! `node NODE` for people.

pub mod groups;
mod sums;
mod tables;
pub mod what_if;

use crate::analysis::on_node::{DaemonSetsOnNode, NodeReport};
use crate::words::on_node::Words;
use crate::words::state::Time;
use crate::words::{node as words, state};

use self::sums::sums;
use self::tables::{daemon_sets, excluded};
use crate::output::closing::closing_of;
use crate::output::document::{Document, Style, Text};
use crate::output::lists::Limits;
use crate::output::words::style_of;

/// Lays out the answer about one node.
#[must_use]
pub fn layout(report: &NodeReport, limits: Limits) -> Document {
    let mut document = Document::default();
    let now = report.basis.evaluated_at;
    let condition = report.on_node.condition.as_ref();
    let text = Text::from("Node ")
        .and(Style::Strong, report.node.clone())
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
    closing_of(&mut document, &report.basis);
    document
}

/// How many DaemonSets are in which state today.
pub(super) fn counts(on_node: &DaemonSetsOnNode, clean: Option<bool>) -> Text {
    Text::from(words::counts(on_node, Time::Today))
        .and(Style::Plain, ", ")
        .and(style_of(clean), state::clean(clean))
}
