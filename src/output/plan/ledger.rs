//! Who holds the budget of a rollout, why it doesn't move, and what would move it.

use std::collections::HashSet;

use jiff::Timestamp;

use crate::analysis::rollout::plan::{Blocker, Body, Holder};
use crate::words::rollout::{self as words, holder, remedy};
use crate::words::time::age;

use crate::output::document::{Document, Quoted, Text};
use crate::output::lists::{Limits, cut, say_left_off};
use crate::output::words::{counted, head};

/// What holds it up, the first cause first.
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
    document.left_off(left_off);
}

/// What will hold it up later.
pub(super) fn foreseen(document: &mut Document, body: &Body, now: Timestamp) {
    if body.foreseen.is_empty() {
        return;
    }
    document.heading(words::foreseen::HEADING);
    for one in &body.foreseen {
        document.line(2, words::foreseen::foreseen(one, now));
    }
}

/// What would move it.
pub(super) fn remedies(document: &mut Document, body: &Body, now: Timestamp) {
    if body.remedies.is_empty() {
        return;
    }
    document.heading(if body.remedies.iter().all(|one| one.kind.is_by_hand()) {
        remedy::HEADING_BY_HAND
    } else {
        remedy::HEADING
    });
    for (at, one) in body.remedies.iter().enumerate() {
        document.line(2, remedy::numbered(at + 1, one, now));
        if let Some(command) = &one.command {
            document.command(5, command);
        }
    }
}

/// The budget and its holders.
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
    say_left_off(document, left_off);
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
    say_left_off(document, left_off);
}

/// The cause of one that is a blocker above is named by its code alone.
fn holder_row(one: &Holder, now: Timestamp, is_blocker: bool) -> Vec<Text> {
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
