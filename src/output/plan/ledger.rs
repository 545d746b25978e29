//! Who holds the budget of a rollout, why it doesn't move, and what would move it.

use std::collections::HashSet;

use jiff::Timestamp;

use crate::analysis::rollout::plan::{Blocker, Body, Holder, Next};
use crate::words::rollout::{self as words, holder, remedy};
use crate::words::time::age;

use crate::output::document::{Document, Style, Text};
use crate::output::lists::{Limits, cut, say_left_off};
use crate::output::words::counted;

/// Why it doesn't move, or where something `is_tried` wouldn't.
pub(super) fn blockers(
    document: &mut Document,
    body: &Body,
    is_tried: bool,
    now: Timestamp,
    limits: Limits,
) {
    if body.blockers.is_empty() {
        return;
    }
    let what = match (is_tried, body.next) {
        (true, _) => "What would hold it up",
        (false, Some(Next::Manage | Next::Update)) => "What holds it up",
        (false, _) => "Why it doesn't move",
    };
    document.heading(match body.blockers.len() {
        1 => what.to_owned(),
        _ => format!("{what}, first cause first"),
    });
    let shown = limits.rows.unwrap_or(usize::MAX);
    for blocker in body.blockers.iter().take(shown) {
        let text = Text::default()
            .and(Style::Bad, blocker.code().name())
            .and(Style::Plain, format!(": {}", holder::blocker(blocker, now)));
        document.line(2, text);
    }
    say_left_off(document, body.blockers.len().saturating_sub(shown));
}

/// What holds it up later, or where something `is_tried` would.
pub(super) fn foreseen(document: &mut Document, body: &Body, is_tried: bool, now: Timestamp) {
    if body.foreseen.is_empty() {
        return;
    }
    document.heading(if is_tried {
        "What would hold it up later"
    } else {
        "What will hold it up"
    });
    for one in &body.foreseen {
        let text = Text::default()
            .and(Style::Bad, one.blocker.code().name())
            .and(
                Style::Plain,
                format!(": {}", words::foreseen::foreseen(one, now)),
            );
        document.line(2, text);
    }
}

/// What would move it.
pub(super) fn remedies(document: &mut Document, body: &Body, now: Timestamp) {
    if body.remedies.is_empty() {
        return;
    }
    let what = if body.foreseen.is_empty() {
        "What would move it"
    } else {
        "What keeps it from being held up"
    };
    let title = match body.remedies.len() {
        1 => what.to_owned(),
        _ => format!("{what}, the least change first"),
    };
    document.heading(title);
    for one in &body.remedies {
        let tag = remedy::changes(one.kind.changes());
        let text = remedy::remedy(&one.kind, now);
        let risk = one.risk.map(remedy::risk);
        let risk = risk.as_ref().map(|risk| risk.as_str());
        let command = one.command.as_ref();
        crate::output::remedies::remedy(document, (tag, text.as_str()), command, risk);
    }
}

/// The budget and its holders.
pub(super) fn ledger(document: &mut Document, body: &Body, now: Timestamp, limits: Limits) {
    let Some(budget) = &body.budget else { return };
    document.heading(format!(
        "Budget: {}; {}",
        words::budget(body),
        words::budget_use(budget)
    ));
    let mut holders: Vec<_> = budget.holders.iter().collect();
    let left_off = cut(&mut holders, limits.rows);
    if left_off > 0 {
        document.line(2, holder::by_cause(budget).into_string());
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
    document.heading(format!("Not available ({})", counted(pods.len(), "pod")));
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
        one.reason.code().name().to_owned()
    } else {
        holder::holder_row(one, now).into_string()
    };
    vec![
        one.node.clone().into(),
        one.pod().unwrap_or_default().into(),
        age.unwrap_or_default().into(),
        why.into(),
    ]
}
