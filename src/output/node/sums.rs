//! What daemon pods request of a node and what they leave, as tables.

use std::collections::BTreeSet;

use crate::analysis::on_node::{Allocatable, DaemonSetsOnNode, Quantity, Requests, Sums};

use crate::output::document::{Document, Quoted, Style, Text};
use crate::output::lists::Limits;
use crate::words::{Sentence, node as words, quantity};

/// Requests and allocatable, a row for each resource.
pub(super) fn sums(document: &mut Document, on_node: &DaemonSetsOnNode, limits: Limits) {
    document.heading("Requests of the daemon pods that run or would run");
    let sums = &on_node.sums;
    let rows = resources(&[sums], limits).into_iter().map(|resource| {
        let mut row = vec![
            Quoted::new(resource).into(),
            amount(&sums.requests, resource, limits).into(),
            of_node(sums, resource, limits),
            share(sums, resource),
        ];
        match &sums.others {
            Some(others) => {
                row.push(amount(others, resource, limits).into());
                row.push(left_by_all(sums, resource, limits));
            }
            None => row.push(left(sums, resource, limits)),
        }
        row
    });
    let rows = rows.collect();
    let mut header = vec!["RESOURCE", "REQUESTED", "ALLOCATABLE", "SHARE"];
    match sums.others {
        Some(_) => header.extend(["OTHER PODS", "LEFT"]),
        None => header.push("FOR ALL OTHER PODS"),
    }
    document.table(2, &header, rows);
    exceeded(document, sums);
}

/// Requests today beside then.
pub(super) fn compared(
    document: &mut Document,
    today: &DaemonSetsOnNode,
    then: &DaemonSetsOnNode,
    limits: Limits,
) {
    document.heading("Requests of the daemon pods that run or would run, and what they leave");
    let (today, then) = (&today.sums, &then.sums);
    let rows = resources(&[today, then], limits)
        .into_iter()
        .map(|resource| {
            vec![
                Quoted::new(resource).into(),
                of_node(then, resource, limits),
                amount(&today.requests, resource, limits).into(),
                amount(&then.requests, resource, limits).into(),
                left(today, resource, limits),
                left(then, resource, limits),
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

/// The requested resources, and those that everybody wants to see; in wide all of the node's.
pub(super) fn resources<'s>(sums: &[&'s Sums], limits: Limits) -> Vec<&'s str> {
    let mut names: BTreeSet<&str> = ["cpu", "memory"].into();
    for sums in sums {
        names.extend(sums.requests.keys().map(String::as_str));
        let all = sums.allocatable.iter().flat_map(|a| a.iter());
        let all = all.filter(|_| limits.wide);
        names.extend(all.map(|(name, _)| name));
    }
    names.into_iter().collect()
}

pub(super) fn amount(requests: &Requests, resource: &str, limits: Limits) -> Sentence {
    let asked = requests.get(resource).copied();
    quantity::amount(resource, asked.unwrap_or_default(), limits.wide)
}

fn of_node(sums: &Sums, resource: &str, limits: Limits) -> Text {
    match sums.allocatable_of(resource) {
        Allocatable::Of(text) => quantity::written(resource, text, limits.wide).into(),
        Allocatable::Nothing => "none".into(),
        Allocatable::Unknown => "?".into(),
    }
}

fn share(sums: &Sums, resource: &str) -> Text {
    match sums.percent.get(resource) {
        Some(percent) => words::share(*percent).into(),
        None if sums.is_not_summed(resource) => "0%".into(),
        None => "".into(),
    }
}

fn left(sums: &Sums, resource: &str, limits: Limits) -> Text {
    left_cell(sums.left_of(resource), resource, limits)
}

/// What all pods leave of the node, including the daemon pods that wait.
fn left_by_all(sums: &Sums, resource: &str, limits: Limits) -> Text {
    left_cell(sums.left_by_all(resource), resource, limits)
}

fn left_cell(left: Option<Quantity>, resource: &str, limits: Limits) -> Text {
    let is_exceeded = left.is_some_and(Quantity::is_negative);
    match left.map(|left| quantity::amount(resource, left, limits.wide)) {
        None => (Style::Dim, "?").into(),
        Some(left) if is_exceeded => (Style::Bad, left).into(),
        Some(left) => left.into(),
    }
}

/// A negative number is easily overlooked.
fn exceeded(document: &mut Document, sums: &Sums) {
    let exceeded: Vec<_> = sums.exceeded().collect();
    if !exceeded.is_empty() {
        let text = Text::labelled(Style::Bad, "too much", words::exceeded(&exceeded));
        document.line(2, text);
    }
}
