//! `node --node-selector` for people: nodes of the same outcome together.

use std::collections::BTreeSet;

use crate::analysis::basis::Basis;
use crate::analysis::eligibility::DaemonSetRef;
use crate::analysis::on_node::DaemonSetsOnNode;
use crate::analysis::on_node::groups::{Group, Groups, Outcome as NodeAnswer};
use crate::words::on_node::ReasonForm;
use crate::words::state::Time;
use crate::words::{node as words, note as note_words, quantity};

use super::sums::{amount, resources, sums};
use super::tables::{daemon_sets, excluded};
use super::what_if::{body, effects, sides};
use super::{counts, running, shows_sums};
use crate::output::answer::{Answer, Outcome};
use crate::output::closing::{closing, note};
use crate::output::document::{Block, Document, Quoted, Style, Text};
use crate::output::lists::{Limits, cut, few};
use crate::output::names::ObjectName;
use crate::output::print_options::PrintOptions;
use crate::output::table::{GAP, cell_width};
use crate::output::words::count;

/// The answer about several nodes, of which those with the same outcome are kept as one: keeping
/// every DaemonSet for every node would be too much.
#[derive(Debug)]
pub struct NodeList {
    basis: Basis,
    /// What selected them; `None` for those from files.
    selector: Option<String>,
    groups: Groups,
    /// The DaemonSets that run on any of them, or would.
    running: BTreeSet<DaemonSetRef>,
    outcome: Outcome,
}

impl NodeList {
    /// An empty list. With `alone` no nodes are merged.
    #[must_use]
    pub const fn new(basis: Basis, selector: Option<String>, alone: bool) -> Self {
        Self {
            basis,
            selector,
            groups: Groups::new(alone),
            running: BTreeSet::new(),
            outcome: Outcome {
                is_partial: false,
                has_findings: false,
            },
        }
    }

    /// Keeps the outcome for one more node.
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
    let basis = &list.basis;
    let mut shown = list.groups.sorted();
    document.line(0, words::groups(&shown, list.selector.as_deref()));
    let mut left_off = cut(&mut shown, limits.rows);
    let draw = |with_sums: bool| -> Vec<Document> {
        let groups = shown.iter().map(|group| {
            let mut part = Document::default();
            one(&mut part, group, limits, with_sums);
            notes(&mut part, group, basis, limits);
            part
        });
        groups.collect()
    };
    let mut parts = draw(true);
    if limits.rows.is_some() && !limits.wide {
        if parts.iter().map(height).sum::<usize>() > ROOM {
            parts = draw(false);
        }
        left_off += cut_to(&mut parts, ROOM);
    }
    for part in parts {
        document.blank();
        document.blocks.extend(part.blocks);
    }
    document.left_off(left_off, "group");
    closing(&mut document, basis);
    document
}

/// How many lines of a screen the groups may use, next to its first line and its notes.
const ROOM: usize = 34;

/// Columns of a screen that isn't wide.
const NARROW: usize = 90;

/// The approximate number of lines of a part.
fn height(part: &Document) -> usize {
    let heights = part.blocks.iter().map(|block| match block {
        Block::Table(table) => table.rows.iter().map(|row| row_height(row)).sum::<usize>() + 1,
        Block::Line { text, .. } => {
            let chars = text.pieces().map(|(_, piece)| piece.chars().count());
            1 + chars.sum::<usize>() / NARROW
        }
        _ => 1,
    });
    heights.sum::<usize>() + 1
}

/// A row that is wider than a screen takes two lines.
fn row_height(row: &[Text]) -> usize {
    let cells = row.iter().map(|cell| cell_width(cell) + GAP);
    1 + usize::from(cells.sum::<usize>() > NARROW)
}

/// Keeps the first parts, as many as there is room for and at least one, and returns how many it
/// left out.
fn cut_to(parts: &mut Vec<Document>, room: usize) -> usize {
    let mut taken = 0;
    let fits = parts.iter().take_while(|part| {
        taken += height(part);
        taken <= room
    });
    let kept = fits.count().max(1);
    cut(parts, Some(kept))
}

fn one(document: &mut Document, group: &Group, limits: Limits, with_sums: bool) {
    let names: Vec<_> = group.nodes.iter().map(String::as_str).collect();
    let text = Text::labelled(
        Style::Strong,
        count(names.len(), "node"),
        few(&names, limits),
    );
    document.line(0, text);
    let now = group.sample.basis().evaluated_at;
    match (&group.sample, names.len()) {
        (NodeAnswer::Report(report), 1) => {
            let condition = report.on_node.condition.as_ref();
            document.line(0, words::condition(condition, now));
            document.line(0, counts(&report.on_node, report.clean));
            tables(document, &report.on_node, ReasonForm::OfOne(now), limits);
            if with_sums && shows_sums(report, limits) {
                sums(document, &report.on_node, limits);
            }
        }
        (NodeAnswer::WhatIf(report), 1) => body(document, report, limits, with_sums),
        (NodeAnswer::Report(report), _) => {
            document.line(0, counts(&report.on_node, report.clean));
            tables(document, &report.on_node, ReasonForm::OfMany(now), limits);
            if with_sums && shows_sums(report, limits) {
                least(document, group, limits);
            }
        }
        (NodeAnswer::WhatIf(report), _) => {
            effects(document, report, |a| a.daemon_set.to_string(), limits);
            sides(document, report, ReasonForm::OfMany(now), limits);
            if with_sums {
                least(document, group, limits);
            }
        }
    }
}

/// Notes that don't apply to all nodes are not shown at the end.
fn notes(document: &mut Document, group: &Group, basis: &Basis, limits: Limits) {
    let own = group.notes.iter();
    let own = own.filter(|(note, _)| !basis.notes.contains(note));
    let own = own.map(|(note, names)| (note_words::note(note), names));
    let mut own: Vec<_> = own.collect();
    own.sort();
    if !own.is_empty() {
        document.blank();
    }
    for (text, names) in own {
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        let text = match names.len() == group.nodes.len() {
            true => text,
            false => note_words::of_some(&text, names.len(), &few(&names, limits)),
        };
        note(document, text);
    }
}

fn tables(document: &mut Document, on_node: &DaemonSetsOnNode, words: ReasonForm, limits: Limits) {
    daemon_sets(document, on_node, Time::Today, words, limits);
    excluded(document, on_node, words, limits);
}

/// The requests, which are the same on all of them, and the least that is left on any.
fn least(document: &mut Document, group: &Group, limits: Limits) {
    let sums = &group.sample.on_node().sums;
    let today = match &group.sample {
        NodeAnswer::WhatIf(report) => report.today.as_ref().map(|t| &t.sums),
        NodeAnswer::Report(_) => None,
    };
    document.heading("Requests of the daemon pods that run or would run, on each");
    let all: Vec<_> = today.into_iter().chain([sums]).collect();
    let rows = resources(&all, limits).into_iter().map(|resource| {
        let least = group.least.get(resource);
        let least = least.map_or_else(
            || Text::from("?"),
            |(left, node)| {
                let left = quantity::amount(resource, *left, limits.wide);
                words::least(&left, node).into()
            },
        );
        let asked = all.iter().map(|s| amount(&s.requests, resource, limits));
        let cells = asked.map(Text::from).chain([least]);
        std::iter::once(Quoted::new(resource).into())
            .chain(cells)
            .collect()
    });
    let rows = rows.collect();
    let header: &[&str] = if today.is_some() {
        &["RESOURCE", "TODAY", "THEN", "LEAST LEFT THEN"]
    } else {
        &["RESOURCE", "REQUESTED", "LEAST LEFT FOR OTHER PODS"]
    };
    document.table(2, header, rows);
}
