//! Which nodes use the budget of a rollout, why it makes no progress, and how to unblock it.

use std::collections::HashSet;

use jiff::Timestamp;

use crate::analysis::reason::Code;
use crate::analysis::rollout::plan::{Blocker, Body, BudgetHolder};
use crate::words::rollout::{self as words, holder, remedy};
use crate::words::time::age;

use crate::output::document::{Document, Quoted, Style, Text};
use crate::output::lists::{Limits, cut, names};
use crate::output::words::{counted, head};

/// What blocks it, the first cause first.
pub(super) fn blockers(document: &mut Document, body: &Body, now: Timestamp, limits: Limits) {
    if body.blockers.is_empty() {
        return;
    }
    document.heading("Blocked by");
    let mut blockers: Vec<_> = body.blockers.iter().collect();
    let left_off = cut(&mut blockers, limits.rows);
    for blocker in blockers {
        document.line(2, holder::blocker(blocker, now));
    }
    document.left_off(left_off, "cause");
}

/// What blocks it; a used-up budget follows from the others, and that new pods don't fit next to
/// the old ones is what their nodes say.
fn of_nodes(body: &Body) -> Vec<&Blocker> {
    let mut codes = body.blockers.iter().map(Blocker::code);
    let says_nodes = codes.any(|code| code == Code::PodUnschedulable);
    let blockers = body.blockers.iter();
    let told = blockers.filter(|blocker| match blocker.code() {
        Code::BudgetExhausted => false,
        Code::HostPortsUnderSurge => !says_nodes,
        _ => true,
    });
    told.collect()
}

/// The details of the only cause of one node, or of none, beyond what the first line says.
pub(super) fn details(document: &mut Document, body: &Body, now: Timestamp) {
    if let [one] = of_nodes(body).as_slice()
        && one.nodes() < 2
    {
        for text in holder::details(one, now) {
            document.line(2, text);
        }
    }
}

/// The causes of several nodes.
pub(super) fn causes(document: &mut Document, body: &Body, now: Timestamp, limits: Limits) {
    let mut blockers = of_nodes(body);
    if blockers.len() < 2 && blockers.iter().all(|one| one.nodes() < 2) {
        return;
    }
    document.blank();
    let left_off = cut(&mut blockers, limits.rows);
    let rows = blockers.into_iter().map(|blocker| {
        let nodes: Vec<_> = blocker.holders().map(|h| h.node.as_str()).collect();
        let count = match nodes.len() {
            0 => "".into(),
            count => (Style::Bad, count).into(),
        };
        vec![
            count,
            holder::cause_row(blocker, now).into(),
            names(&nodes, limits),
        ]
    });
    let head = if body.has_old() { "BLOCKING" } else { "BROKEN" };
    document.lists(2..3, &[head, "CAUSE", "NODES"], rows.collect());
    document.left_off(left_off, "cause");
}

/// What will block it later.
pub(super) fn predicted_blockers(document: &mut Document, body: &Body, now: Timestamp) {
    if body.predicted_blockers.is_empty() {
        return;
    }
    document.heading(words::predicted_blocker::HEADING);
    for one in &body.predicted_blockers {
        document.line(2, words::predicted_blocker::predicted_blocker(one, now));
    }
}

/// What would move it.
pub(super) fn remedies(document: &mut Document, body: &Body, now: Timestamp) {
    if body.remedies.is_empty() {
        return;
    }
    document.heading(if body.remedies.iter().all(|one| one.kind.is_by_hand()) {
        remedy::HEADING_BY_HAND
    } else if body.has_old() || body.waves.is_some() {
        remedy::HEADING
    } else {
        remedy::HEADING_BROKEN
    });
    for (at, one) in body.remedies.iter().enumerate() {
        document.step(remedy::numbered(at + 1, one, now));
        if let Some(command) = &one.command {
            document.command(5, command);
        }
    }
}

/// The budget and what uses it.
pub(super) fn ledger(document: &mut Document, body: &Body, now: Timestamp, limits: Limits) {
    let Some(budget) = &body.budget else { return };
    document.heading(words::budget_head(body, budget));
    let mut holders: Vec<_> = budget.holders.iter().collect();
    let left_off = cut(&mut holders, limits.rows);
    if left_off > 0 {
        document.line(2, holder::by_cause(budget));
    }
    let blockers: HashSet<_> = body.blockers.iter().filter_map(Blocker::node).collect();
    let rows = holders
        .into_iter()
        .map(|h| holder_row(h, now, blockers.contains(h.node.as_str())));
    document.table(0, &["NODE", "POD", "SINCE", "WHY"], rows.collect());
    document.left_off(left_off, "node");
}

/// Pods that aren't available, where it isn't known which of them use the budget.
pub(super) fn unavailable(document: &mut Document, body: &Body, now: Timestamp, limits: Limits) {
    let Some(pods) = body.unavailable.as_ref().filter(|u| !u.is_empty()) else {
        return;
    };
    document.heading(head("Not available", counted(pods.len(), "pod")));
    let mut pods: Vec<_> = pods.iter().collect();
    let left_off = cut(&mut pods, limits.rows);
    let rows = pods.into_iter().map(|pod| holder_row(pod, now, false));
    document.table(0, &["NODE", "POD", "SINCE", "WHY"], rows.collect());
    document.left_off(left_off, "pod");
}

/// The cause of a node that is a blocker above is named only by its code.
fn holder_row(one: &BudgetHolder, now: Timestamp, is_blocker: bool) -> Vec<Text> {
    let age = one.since.map(|time| age(time, now));
    let why = if is_blocker {
        one.reason.code().name().into()
    } else {
        holder::holder_row(one, now).into()
    };
    vec![
        Quoted::new(&one.node).into(),
        Quoted::new(one.pod().unwrap_or_default()).into(),
        age.unwrap_or_default().into(),
        why,
    ]
}
