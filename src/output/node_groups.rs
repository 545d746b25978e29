//! `node --node-selector` for people: nodes of the same outcome together.

use crate::report::header::Header;
use crate::report::on_node::groups::{Group, Outcome};
use crate::report::on_node::reasons_of_many;
use crate::report::on_node::reasons_of_one;

use super::closing::closing;
use super::document::{Document, Style, Text};
use super::lists::{Limits, cut, few, say_left_off};
use super::node::{condition, numbers};
use super::node_sums::{amount, resources, sums};
use super::node_tables::{Words, daemon_sets, excluded};
use super::node_what_if::{effects, sides};
use super::why_numbers::nodes;

/// Lays out the groups; `selector` has selected their nodes, else files brought them.
#[must_use]
pub fn layout(
    groups: &[Group],
    selector: Option<&str>,
    header: &Header,
    limits: Limits,
) -> Document {
    let mut document = Document::default();
    headline(&mut document, groups, selector);
    let mut shown: Vec<_> = groups.iter().collect();
    let left_off = cut(&mut shown, limits.rows);
    for group in shown {
        one(&mut document, group, limits);
    }
    say_left_off(&mut document, left_off);
    closing(&mut document, header);
    document
}

fn headline(document: &mut Document, groups: &[Group], selector: Option<&str>) {
    let count: usize = groups.iter().map(|g| g.nodes.len()).sum();
    let which = match selector {
        Some(selector) if count == 1 => format!("`{selector}` selects "),
        Some(selector) => format!("`{selector}` selects "),
        None => "The files hold ".to_owned(),
    };
    if count == 0 {
        document.line(0, format!("{which}no node."));
        return;
    }
    let alike = match groups.len() {
        1 if count == 1 => String::new(),
        1 => ", all with the same outcome".to_owned(),
        n => format!(", in {n} groups of the same outcome"),
    };
    let changes = groups.first().map(|g| &g.sample);
    let with = match changes {
        Some(Outcome::WhatIf(report)) if !report.changes.is_empty() => {
            format!("; with {}", report.changes.join(", "))
        }
        _ => String::new(),
    };
    document.line(0, format!("{which}{}{alike}{with}", nodes(count)));
}

fn one(document: &mut Document, group: &Group, limits: Limits) {
    let names: Vec<_> = group.nodes.iter().map(String::as_str).collect();
    document.blank();
    let text = Text::default()
        .and(Style::Strong, nodes(names.len()))
        .and(Style::Plain, format!(": {}", few(&names, limits)));
    document.line(0, text);
    let is_one = names.len() == 1;
    let words: Words = if is_one {
        reasons_of_one
    } else {
        reasons_of_many
    };
    match &group.sample {
        Outcome::Report(report) => {
            let side = &report.side;
            if is_one {
                document.line(0, condition(side.condition.as_ref()));
            }
            document.line(0, numbers(side));
            daemon_sets(document, side, words, limits);
            excluded(document, side, limits);
            if is_one {
                sums(document, side, limits);
            } else {
                least(document, group, limits);
            }
        }
        Outcome::WhatIf(report) => {
            effects(document, report, limits);
            sides(document, report, words, limits);
        }
    }
}

/// The requests, which are the same on all of them, and the least that is left on any.
fn least(document: &mut Document, group: &Group, limits: Limits) {
    let sums = &group.sample.side().sums;
    document.heading("Requests of the daemon pods that run or would run, on each");
    let rows = resources(&[sums], limits).into_iter().map(|resource| {
        let least = group.least.get(resource);
        let least = least.map_or_else(
            || "?".to_owned(),
            |(quantity, node)| format!("{quantity} on {node}"),
        );
        vec![
            resource.into(),
            amount(&sums.requests, resource).into(),
            least.into(),
        ]
    });
    let rows = rows.collect();
    document.table(
        2,
        &["RESOURCE", "REQUESTED", "LEAST LEFT FOR OTHER PODS"],
        rows,
    );
}
