//! `node NODE` for people.

pub mod groups;
mod sums;
mod tables;
mod what_if;

use jiff::Timestamp;

use crate::report::eligibility::DaemonSetRef;
use crate::report::on_node::groups::Outcome as NodeAnswer;
use crate::report::on_node::{Condition, NodeReport, Side, Summary, Words};
use crate::report::since;

use self::sums::sums;
use self::tables::{Time, daemon_sets, excluded, sets};
use crate::output::answer::{Answer, Outcome, Report};
use crate::output::closing::closing;
use crate::output::document::{Document, Style, Text};
use crate::output::lists::{Limits, few};
use crate::output::names::ObjectName;
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
            Self::Report(report) => layout(report, options.limits),
            Self::WhatIf(report) => what_if::layout(report, options.limits),
        }
    }

    fn outcome(&self) -> Outcome {
        Outcome::new(self.header(), !self.is_fine())
    }
}

/// The DaemonSets that run there, or would.
fn running(answer: &NodeAnswer) -> impl Iterator<Item = &DaemonSetRef> {
    let sets = answer.side().daemon_sets.iter();
    sets.filter(|one| one.counts()).map(|one| &one.daemon_set)
}

/// Lays out the answer about one node.
fn layout(report: &NodeReport, limits: Limits) -> Document {
    let mut document = Document::default();
    let text = Text::from("Node ")
        .and(Style::Strong, report.node.clone())
        .and(
            Style::Plain,
            format!(
                ": {}",
                condition(report.side.condition.as_ref(), report.header.evaluated_at)
            ),
        );
    document.line(0, text);
    document.line(0, counts(&report.side, report.header.clean));
    daemon_sets(
        &mut document,
        &report.side,
        Time::Today,
        Words::OfOne,
        limits,
    );
    excluded(&mut document, &report.side, Words::OfOne, limits);
    sums(&mut document, &report.side, limits);
    closing(&mut document, &report.header);
    document
}

/// The node itself in few words.
pub(super) fn condition(condition: Option<&Condition>, now: Timestamp) -> String {
    let Some(condition) = condition else {
        return "it couldn't be read".to_owned();
    };
    let since = condition
        .ready_since
        .map(|t| format!(" since {}", since(t, now)));
    let since = since.unwrap_or_default();
    let ready = match condition.ready.as_deref() {
        Some("True") => "ready".to_owned(),
        Some("False") => format!("not ready{since}"),
        Some(_) => format!("not ready, for its kubelet says nothing{since}"),
        None => "without a Ready condition".to_owned(),
    };
    join(Some(ready), condition)
}

/// The same of a node that isn't there yet: that its manifest says nothing of readiness is
/// nothing to speak of.
pub(super) fn planned(planned: &Condition, now: Timestamp) -> String {
    match planned.ready.as_deref() {
        None | Some("True") => join(None, planned),
        Some(_) => condition(Some(planned), now),
    }
}

fn join(ready: Option<String>, condition: &Condition) -> String {
    let cordoned = condition.cordoned.then(|| "cordoned".to_owned());
    let words = ready.into_iter().chain(cordoned);
    let words = words.chain([taints(condition)]);
    words.collect::<Vec<_>>().join(", ")
}

/// The first taints.
fn taints(condition: &Condition) -> String {
    let taints = &condition.taints;
    let few = few(
        taints,
        Limits {
            rows: Some(3),
            wide: false,
        },
    );
    match taints.len() {
        0 => "no taint".to_owned(),
        1 => format!("taint {few}"),
        _ => format!("taints {few}"),
    }
}

/// How many DaemonSets are in which state today.
pub(super) fn counts(side: &Side, clean: Option<bool>) -> Text {
    let text = Text::from(numbers(side, Time::Today));
    match clean {
        Some(true) => text.and(Style::Plain, ", ").and(Style::Good, "clean"),
        Some(false) => text.and(Style::Plain, ", ").and(Style::Bad, "not clean"),
        None => text
            .and(Style::Plain, ", ")
            .and(Style::Warn, "not all of it could be checked"),
    }
}

/// `3 DaemonSets: 2 run, 1 is excluded`.
fn numbers(side: &Side, time: Time) -> String {
    let Summary {
        runs,
        would_start,
        lost_at_rollout,
        would_stop,
        held,
        excluded,
        unknown,
        ..
    } = side.summary;
    let by_hand = side.daemon_sets.iter().filter(|d| d.is_lost_by_hand());
    let by_hand = by_hand.count();
    let (missing, stopping) = match time {
        Time::Today => (
            ("is missing", "are missing"),
            ("is stopping", "are stopping"),
        ),
        Time::Then => (("would start", "would start"), ("would stop", "would stop")),
    };
    let states = [
        (runs, "runs", "run"),
        (would_start, missing.0, missing.1),
        (
            lost_at_rollout - by_hand,
            "is lost at its next rollout",
            "are lost at their next rollout",
        ),
        (by_hand, "is lost when deleted", "are lost when deleted"),
        (would_stop, stopping.0, stopping.1),
        (held, "is held", "are held"),
        (excluded, "is excluded", "are excluded"),
        (unknown, "is unknown", "are unknown"),
    ];
    let states = states.iter().filter(|(count, ..)| *count > 0);
    let words: Vec<_> = states
        .map(|(count, one, many)| format!("{count} {}", if *count == 1 { one } else { many }))
        .collect();
    match words.is_empty() {
        true => "no DaemonSet".to_owned(),
        false => format!("{}: {}", sets(side.daemon_sets.len()), words.join(", ")),
    }
}
