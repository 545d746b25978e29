//! What daemon pods ask of a node and what they leave, as tables.

use std::collections::BTreeSet;

use crate::analysis::on_node::{Quantities, Side, Sums};

use crate::output::document::{Document, Style, Text};
use crate::output::lists::Limits;

/// Requests against allocatable, a row for each resource.
pub(super) fn sums(document: &mut Document, side: &Side, limits: Limits) {
    document.heading("Requests of the daemon pods that run or would run");
    let sums = &side.sums;
    let rows = resources(&[sums], limits).into_iter().map(|resource| {
        vec![
            resource.into(),
            amount(&sums.requests, resource).into(),
            of_node(sums, resource).into(),
            share(sums, resource).into(),
            left(sums, resource),
        ]
    });
    let rows = rows.collect();
    let header = [
        "RESOURCE",
        "REQUESTED",
        "ALLOCATABLE",
        "SHARE",
        "LEFT FOR OTHER PODS",
    ];
    document.table(2, &header, rows);
    exceeded(document, sums);
}

/// Requests today beside then.
pub(super) fn compared(document: &mut Document, today: &Side, then: &Side, limits: Limits) {
    document.heading("Requests of the daemon pods that run or would run, and what they leave");
    let (today, then) = (&today.sums, &then.sums);
    let rows = resources(&[today, then], limits)
        .into_iter()
        .map(|resource| {
            vec![
                resource.into(),
                of_node(then, resource).into(),
                amount(&today.requests, resource).into(),
                amount(&then.requests, resource).into(),
                left(today, resource),
                left(then, resource),
            ]
        });
    let rows = rows.collect();
    let header = [
        "RESOURCE",
        "ALLOCATABLE",
        "TODAY",
        "THEN",
        "LEFT TODAY",
        "LEFT THEN",
    ];
    document.table(2, &header, rows);
    exceeded(document, then);
}

/// Those that are asked for, and those that everybody wants; in wide all of the node.
pub(super) fn resources<'s>(sums: &[&'s Sums], limits: Limits) -> Vec<&'s str> {
    let mut names: BTreeSet<&str> = ["cpu", "memory"].into();
    for sums in sums {
        names.extend(sums.requests.keys().map(String::as_str));
        let all = sums.allocatable.iter().flatten().filter(|_| limits.wide);
        names.extend(all.map(|(name, _)| name.as_str()));
    }
    names.into_iter().collect()
}

pub(super) fn amount(quantities: &Quantities, resource: &str) -> String {
    quantities
        .get(resource)
        .cloned()
        .unwrap_or_else(|| "0".to_owned())
}

fn of_node(sums: &Sums, resource: &str) -> String {
    sums.allocatable_of(resource).unwrap_or("?").to_owned()
}

fn share(sums: &Sums, resource: &str) -> String {
    match sums.percent.get(resource) {
        Some(percent) => format!("{percent}%"),
        None if is_unasked(sums, resource) => "0%".to_owned(),
        None => String::new(),
    }
}

/// Whether the node has of it and no pod asks for it.
fn is_unasked(sums: &Sums, resource: &str) -> bool {
    let has = sums.left_of(resource).is_some_and(|left| left != "0");
    has && !sums.requests.contains_key(resource)
}

fn left(sums: &Sums, resource: &str) -> Text {
    let is_exceeded = sums.exceeded().any(|name| name == resource);
    match sums.left_of(resource).map(str::to_owned) {
        None => (Style::Dim, "?").into(),
        Some(left) if is_exceeded => (Style::Bad, left).into(),
        Some(left) => left.into(),
    }
}

/// A number below nought is easily read over.
fn exceeded(document: &mut Document, sums: &Sums) {
    let exceeded: Vec<_> = sums.exceeded().collect();
    if !exceeded.is_empty() {
        let text = Text::default().and(Style::Bad, "too much").and(
            Style::Plain,
            format!(
                ": the daemon pods alone ask for more {} than the node has; the scheduler can't place all of them",
                exceeded.join(" and ")
            ),
        );
        document.line(2, text);
    }
}
