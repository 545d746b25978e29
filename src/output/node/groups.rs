//! `node --node-selector` for people: nodes of the same outcome together.

use std::collections::BTreeSet;

use crate::report::eligibility::DaemonSetRef;
use crate::report::header::Header;
use crate::report::on_node::groups::{Group, Groups, Outcome as NodeAnswer};
use crate::report::on_node::{Side, Words};

use super::sums::{amount, resources, sums};
use super::tables::{Time, daemon_sets, excluded};
use super::what_if::{body, effects, sides};
use super::{condition, counts, running};
use crate::output::answer::{Answer, Outcome};
use crate::output::closing::{closing, note};
use crate::output::document::{Document, Style, Text};
use crate::output::lists::{Limits, cut, few, say_left_off};
use crate::output::names::ObjectName;
use crate::output::print_options::PrintOptions;
use crate::output::words::nodes;

/// The answer about several nodes, of which those with the same outcome are kept as one:
/// every DaemonSet times every node is too much to hold.
#[derive(Debug)]
pub struct NodeList {
    header: Header,
    /// What selected them; `None` for those of files.
    selector: Option<String>,
    groups: Groups,
    /// The DaemonSets that run on any of them, or would.
    running: BTreeSet<DaemonSetRef>,
    outcome: Outcome,
}

impl NodeList {
    /// An empty list. With `alone` no nodes are kept as one.
    #[must_use]
    pub const fn new(header: Header, selector: Option<String>, alone: bool) -> Self {
        Self {
            header,
            selector,
            groups: Groups::new(alone),
            running: BTreeSet::new(),
            outcome: Outcome {
                is_partial: false,
                has_findings: false,
            },
        }
    }

    /// Keeps what came out of the answer about one more node.
    pub fn count(&mut self, answer: &NodeAnswer) {
        self.outcome = self.outcome.and(answer.outcome());
    }

    /// Keeps the answer about one more node, as far as it is listed.
    pub fn add(&mut self, answer: NodeAnswer) {
        self.count(&answer);
        for one in running(&answer) {
            if !self.running.contains(one) {
                self.running.insert(one.clone());
            }
        }
        self.groups.add(answer);
    }
}

impl Answer for NodeList {
    fn names(&self) -> Vec<ObjectName<'_>> {
        let running = self.running.iter();
        running
            .map(|one| ObjectName::daemon_set(&one.name))
            .collect()
    }

    fn layout(&self, options: PrintOptions) -> Document {
        layout(self, options.limits)
    }

    fn outcome(&self) -> Outcome {
        self.outcome
    }
}

fn layout(list: &NodeList, limits: Limits) -> Document {
    let mut document = Document::default();
    let header = &list.header;
    let mut shown = list.groups.sorted();
    headline(&mut document, &shown, list.selector.as_deref());
    let left_off = cut(&mut shown, limits.rows);
    for group in shown {
        one(&mut document, group, limits);
        notes(&mut document, group, header, limits);
    }
    say_left_off(&mut document, left_off);
    closing(&mut document, header);
    document
}

fn headline(document: &mut Document, groups: &[&Group], selector: Option<&str>) {
    let count: usize = groups.iter().map(|g| g.nodes.len()).sum();
    let which = match selector {
        Some(selector) => format!("`{selector}` selects "),
        None => "The files hold ".to_owned(),
    };
    if count == 0 {
        document.line(0, format!("{which}no node."));
        return;
    }
    let alike = match groups.len() {
        n if n == count => String::new(),
        1 => ", all with the same outcome".to_owned(),
        n => format!(", in {n} groups of the same outcome"),
    };
    let changes = groups.first().map(|g| &g.sample);
    let with = match changes {
        Some(NodeAnswer::WhatIf(report)) if !report.changes.is_empty() => {
            format!("; with {}", report.changes.join(", "))
        }
        _ => String::new(),
    };
    document.line(0, format!("{which}{}{alike}{with}", nodes(count)));
}

fn one(document: &mut Document, group: &Group, limits: Limits) {
    let names = &group.nodes;
    document.blank();
    let text = Text::default()
        .and(Style::Strong, nodes(names.len()))
        .and(Style::Plain, format!(": {}", few(names, limits)));
    document.line(0, text);
    match (&group.sample, names.len()) {
        (NodeAnswer::Report(report), 1) => {
            document.line(
                0,
                condition(report.side.condition.as_ref(), report.header.evaluated_at),
            );
            document.line(0, counts(&report.side, report.header.clean));
            tables(document, &report.side, Words::OfOne, limits);
            sums(document, &report.side, limits);
        }
        (NodeAnswer::WhatIf(report), 1) => body(document, report, limits),
        (NodeAnswer::Report(report), _) => {
            document.line(0, counts(&report.side, report.header.clean));
            tables(document, &report.side, Words::OfMany, limits);
            least(document, group, limits);
        }
        (NodeAnswer::WhatIf(report), _) => {
            effects(document, report, |a| a.daemon_set.to_string(), limits);
            sides(document, report, Words::OfMany, limits);
            least(document, group, limits);
        }
    }
}

/// What isn't to be said of all nodes at the end.
fn notes(document: &mut Document, group: &Group, header: &Header, limits: Limits) {
    let own = group.notes.iter();
    let own = own.filter(|(text, _)| !header.notes.contains(text));
    let own: Vec<_> = own.collect();
    if !own.is_empty() {
        document.blank();
    }
    for (text, names) in own {
        let text = match names.len() == group.nodes.len() {
            true => text.clone(),
            false => format!("{text} ({}: {})", nodes(names.len()), few(names, limits)),
        };
        note(document, &text);
    }
}

fn tables(document: &mut Document, side: &Side, words: Words, limits: Limits) {
    daemon_sets(document, side, Time::Today, words, limits);
    excluded(document, side, words, limits);
}

/// The requests, which are the same on all of them, and the least that is left on any.
fn least(document: &mut Document, group: &Group, limits: Limits) {
    let sums = &group.sample.side().sums;
    let today = match &group.sample {
        NodeAnswer::WhatIf(report) => report.today.as_ref().map(|t| &t.sums),
        NodeAnswer::Report(_) => None,
    };
    document.heading("Requests of the daemon pods that run or would run, on each");
    let all: Vec<_> = today.into_iter().chain([sums]).collect();
    let rows = resources(&all, limits).into_iter().map(|resource| {
        let least = group.least.get(resource);
        let least = least.map_or_else(
            || "?".to_owned(),
            |(quantity, node)| format!("{quantity} on {node}"),
        );
        let asked = all.iter().map(|s| amount(&s.requests, resource));
        let cells = [resource.to_owned()]
            .into_iter()
            .chain(asked)
            .chain([least]);
        cells.map(Text::from).collect()
    });
    let rows = rows.collect();
    let header: &[&str] = if today.is_some() {
        &["RESOURCE", "TODAY", "THEN", "LEAST LEFT THEN"]
    } else {
        &["RESOURCE", "REQUESTED", "LEAST LEFT FOR OTHER PODS"]
    };
    document.table(2, header, rows);
}
