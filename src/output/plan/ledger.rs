//! Who holds the budget of a rollout, why it doesn't move, and what would move it.

use std::collections::{BTreeMap, HashSet};

use jiff::Timestamp;

use crate::report::rollout::plan::{Body, Budget, Holder, Next, RemedyChanges, RolloutRemedy};
use crate::report::{age, since};

use super::words::budget_words;
use crate::output::document::{Document, Style, Text};
use crate::output::lists::{Limits, cut, first_rows, say_left_off};
use crate::output::words::counted;

/// Why it doesn't move, or with a `change` wouldn't.
pub(super) fn blockers(document: &mut Document, body: &Body, change: bool, limits: Limits) {
    if body.blockers.is_empty() {
        return;
    }
    let what = match (change, body.next) {
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
            .and(Style::Bad, blocker.code.name())
            .and(Style::Plain, format!(": {}", blocker.message));
        document.line(2, text);
    }
    say_left_off(document, body.blockers.len().saturating_sub(shown));
}

/// What would move it.
pub(super) fn remedies(document: &mut Document, body: &Body) {
    if body.remedies.is_empty() {
        return;
    }
    let title = match body.remedies.len() {
        1 => "What would move it",
        _ => "What would move it, the least change first",
    };
    document.heading(title);
    for remedy in &body.remedies {
        one_remedy(document, remedy);
    }
}

fn one_remedy(document: &mut Document, remedy: &RolloutRemedy) {
    let tag = match remedy.changes {
        RemedyChanges::DaemonSet => "changes the DaemonSet",
        RemedyChanges::Node => "changes a node: other workloads see it too",
        RemedyChanges::Pod => "changes a pod",
        RemedyChanges::Nothing => "changes nothing",
    };
    let (command, risk) = (remedy.command.as_ref(), remedy.risk.as_deref());
    crate::output::remedies::remedy(document, (tag, &remedy.text), command, risk);
}

/// The budget and its holders.
pub(super) fn ledger(document: &mut Document, body: &Body, now: Timestamp, limits: Limits) {
    let Some(budget) = &body.budget else { return };
    document.heading(format!(
        "Budget: {}; {}",
        budget_words(body),
        use_words(budget)
    ));
    let mut holders: Vec<_> = budget.holders.iter().collect();
    let left_off = cut(&mut holders, limits.rows);
    if left_off > 0 {
        document.line(2, by_cause(budget));
    }
    let explained: HashSet<_> = body
        .blockers
        .iter()
        .filter_map(|b| b.node.as_deref())
        .collect();
    let rows = holders
        .into_iter()
        .map(|h| holder_row(h, now, explained.contains(h.node.as_str())));
    document.table(0, &["NODE", "POD", "SINCE", "WHY"], rows.collect());
    say_left_off(document, left_off);
}

/// Pods that aren't available, where it isn't known which of them use the budget.
pub(super) fn unavailable(document: &mut Document, body: &Body, now: Timestamp, limits: Limits) {
    let Some(pods) = body.unavailable.as_ref().filter(|u| !u.is_empty()) else {
        return;
    };
    document.heading(format!("Not available ({})", counted(pods.len(), "pod")));
    let rows = pods.iter().map(|pod| holder_row(pod, now, false)).collect();
    first_rows(document, 0, &["NODE", "POD", "SINCE", "WHY"], rows, limits);
}

/// How many nodes each cause has.
fn by_cause(budget: &Budget) -> String {
    let mut causes: BTreeMap<&str, usize> = BTreeMap::new();
    for holder in &budget.holders {
        *causes.entry(holder.reason.name()).or_default() += 1;
    }
    let counts: Vec<_> = causes
        .iter()
        .map(|(code, n)| format!("{code} {n}"))
        .collect();
    format!("by cause: {}", counts.join(", "))
}

fn use_words(budget: &Budget) -> String {
    let used = match budget.used {
        0 => "none used".to_owned(),
        used => format!("{used} used"),
    };
    match budget.free {
        0 => format!("{used}, none free"),
        free => format!("{used}, {free} free"),
    }
}

/// A cause that is `explained` above is named by its code alone.
fn holder_row(holder: &Holder, now: Timestamp, is_explained: bool) -> Vec<Text> {
    let age = holder.since.map(|time| age(time, now));
    let why = if is_explained {
        holder.reason.name().to_owned()
    } else {
        shortened(holder, now)
    };
    vec![
        holder.node.clone().into(),
        holder.pod.clone().unwrap_or_default().into(),
        age.unwrap_or_default().into(),
        why.into(),
    ]
}

/// The message without what stands in the columns beside it.
fn shortened(holder: &Holder, now: Timestamp) -> String {
    let mut text = holder.message.clone();
    if let Some(time) = holder.since {
        text = text.replacen(&format!(" since {}", since(time, now)), "", 1);
    }
    let pod = holder.pod.as_deref().map(|p| format!("pod {p} is "));
    match pod.and_then(|pod| text.strip_prefix(pod.as_str()).map(str::to_owned)) {
        Some(short) => short,
        None => text,
    }
}
