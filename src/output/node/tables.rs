//! DaemonSets on a node and their requests, as tables.

use std::collections::BTreeMap;

use crate::analysis::on_node::{DaemonSetsOnNode, OnNode, State};
use crate::analysis::overall_health::Health;
use crate::analysis::pod::PodState;
use crate::analysis::summary::total;
use crate::words::Sentence;
use crate::words::coverage;
use crate::words::node as node_words;
use crate::words::on_node::ReasonForm;
use crate::words::state::{self, Time};

use crate::output::document::{Document, Quoted, Style, Text};
use crate::output::lists::{Limits, cut, few};
use crate::output::words::{pod_names, state_cell as pod_state_cell};

/// A state as one cell.
pub(super) fn state_cell(one: &OnNode, time: Time) -> Text {
    let style = match (one.state, one.health()) {
        (State::Runs, Health::Broken) if time == Time::Today => Style::Bad,
        (State::Runs, Health::NeedsAttention) if time == Time::Today => Style::Warn,
        (State::Runs, _) => Style::Good,
        (State::WouldStart, _) if time == Time::Today => Style::Bad,
        (State::LostAtRollout, _) if time == Time::Today => Style::Warn,
        (State::WouldStart | State::Unknown, _) => Style::Warn,
        (State::LostAtRollout | State::WouldStop | State::Held, _) => Style::Bad,
        (State::Excluded, _) if one.expected => Style::Bad,
        (State::Excluded, _) => Style::Dim,
    };
    let word = if one.state == State::Excluded && one.expected {
        coverage::EXCLUDED
    } else if one.awaits_sync() {
        state::STOPS_ONCE_SYNCED
    } else {
        state::daemon_set(one.state, one.is_lost_by_hand(), time)
    };
    (style, word).into()
}

/// The state today of one that needs attention: that of its pod, with what happens to a
/// misscheduled one.
fn trouble_cell(one: &OnNode) -> Text {
    let pod = || pod_state_cell(&one.pods, one.pod_state);
    match one.state {
        // Available only describes the state of its pod.
        State::Runs => {
            let style = match one.health() {
                Health::NeedsAttention | Health::Unknown => Style::Warn,
                _ => Style::Bad,
            };
            (style, state::of_first(&one.pods, one.pod_state)).into()
        }
        State::LostAtRollout => {
            let misscheduled = Text::from((Style::Warn, state::MISSCHEDULED));
            match one.pod_state {
                PodState::Available => misscheduled,
                _ => misscheduled.and(Style::Plain, ", ").then(pod()),
            }
        }
        _ => state_cell(one, Time::Today),
    }
}

/// Broken ones first, then those that are about to change, then those that run.
fn rank(one: &OnNode) -> usize {
    match one.state {
        State::Runs if one.clean == Some(false) => 0,
        State::Held => 1,
        State::Excluded if one.expected => 1,
        State::WouldStart => 2,
        State::LostAtRollout => 3,
        State::WouldStop => 4,
        State::Unknown => 5,
        State::Runs => 6,
        State::Excluded => 7,
    }
}

/// All DaemonSets but the excluded ones, a row each.
pub(super) fn daemon_sets(
    document: &mut Document,
    on_node: &DaemonSetsOnNode,
    time: Time,
    words: ReasonForm,
    limits: Limits,
) {
    let mut shown: Vec<_> = on_node.daemon_sets.iter().filter(|d| d.is_here()).collect();
    if shown.is_empty() {
        return;
    }
    shown.sort_by_key(|d| (rank(d), !d.is_node_critical));
    let is_healthy = |one: &&OnNode| one.health() == Health::Healthy;
    if time == Time::Today && !limits.wide && !shown.iter().all(is_healthy) {
        let (healthy, troubled) = shown.into_iter().partition(is_healthy);
        return needing_attention(document, troubled, healthy, words, limits);
    }
    let left_off = cut(&mut shown, limits.rows);
    let mut header = vec!["NAMESPACE", "NAME", "STATE", "POD", "CPU", "MEMORY"];
    if limits.wide {
        header.push("POD NAME");
    }
    let rows = shown.iter().map(|one| row(one, time, limits)).collect();
    document.blank();
    document.table(0, &header, rows);
    document.left_off(left_off, "DaemonSet");
    let reasons = shown.iter().map(|one| (one.full_name(), words.all(one)));
    why(document, "Why", reasons);
}

/// Those that need attention, a row each, and the names of the others.
fn needing_attention(
    document: &mut Document,
    mut troubled: Vec<&OnNode>,
    healthy: Vec<&OnNode>,
    words: ReasonForm,
    limits: Limits,
) {
    let left_off = cut(&mut troubled, limits.rows);
    let rows = troubled.into_iter().map(|one| {
        vec![
            Quoted::new(&one.daemon_set.namespace).into(),
            Quoted::new(&one.daemon_set.name).into(),
            trouble_cell(one),
            words.cause(one).into(),
        ]
    });
    document.blank();
    let header = ["NAMESPACE", "NAME", "STATE", "CAUSE"];
    document.table(0, &header, rows.collect());
    document.left_off(left_off, "DaemonSet");
    if healthy.is_empty() {
        return;
    }
    let names: Vec<String> = healthy.iter().map(|one| one.full_name()).collect();
    let count = node_words::healthy_ones(names.len());
    document.blank();
    let text = Text::labelled(Style::Good, count, few(&names, limits));
    document.line(0, text);
}

fn row(one: &OnNode, time: Time, limits: Limits) -> Vec<Text> {
    let mut row = vec![
        Quoted::new(&one.daemon_set.namespace).into(),
        Quoted::new(&one.daemon_set.name).into(),
        state_cell(one, time),
        pod_cell(one, time),
        request(one, "cpu"),
        request(one, "memory"),
    ];
    if limits.wide {
        row.push(pod_names(&one.pods, limits));
    }
    row
}

/// Reasons below the table, where they have the full width; each is shown once, after all names
/// that it applies to.
pub(super) fn why(
    document: &mut Document,
    title: &'static str,
    reasons: impl Iterator<Item = (String, Sentence)>,
) {
    let mut said: Vec<(Vec<String>, Sentence)> = Vec::new();
    for (name, reason) in reasons.filter(|(_, reason)| !reason.is_empty()) {
        match said.iter_mut().find(|(_, said)| *said == reason) {
            Some((names, _)) => names.push(name),
            None => said.push((vec![name], reason)),
        }
    }
    if said.is_empty() {
        return;
    }
    document.heading(title);
    for (names, reason) in said {
        let text = Text::labelled(Style::Strong, Quoted::list(&names), reason);
        document.line(2, text);
    }
}

/// The state already says that there would be none yet.
fn pod_cell(one: &OnNode, time: Time) -> Text {
    match one.pod_state {
        PodState::Missing if time == Time::Then => (Style::Dim, "none").into(),
        PodState::None => (Style::Dim, "none").into(),
        state => pod_state_cell(&one.pods, state),
    }
}

/// What is counted of a resource, and what a new pod would request if that differs.
pub(super) fn request(one: &OnNode, resource: &str) -> Text {
    let Some(requests) = &one.requests else {
        return "?".into();
    };
    let asked = requests.get(resource).copied();
    let amount = Text::from(Quoted::new(asked.unwrap_or_default()));
    match one.differing_new_pod(resource) {
        None => amount,
        Some(new_pod) => amount.and(Style::Dim, node_words::new_pod(new_pod)),
    }
}

/// The excluded DaemonSets by what excludes them, the nearest miss first.
pub(super) fn excluded(
    document: &mut Document,
    on_node: &DaemonSetsOnNode,
    words: ReasonForm,
    limits: Limits,
) {
    let excluded = on_node.daemon_sets.iter().filter(|d| !d.is_here());
    let mut groups: BTreeMap<_, Vec<&OnNode>> = BTreeMap::new();
    for one in excluded {
        let why = match limits.wide {
            true => words.why_not_in_full(one),
            false => words.why_not(one),
        };
        let key = (total(one.distance), why);
        groups.entry(key).or_default().push(one);
    }
    if groups.is_empty() {
        return;
    }
    let count: usize = groups.values().map(Vec::len).sum();
    document.heading(node_words::excluded(count));
    let mut groups: Vec<_> = groups.into_iter().collect();
    let left_off = cut(&mut groups, limits.rows);
    for ((_, why), members) in groups {
        let names: Vec<_> = members.iter().map(|d| d.full_name()).collect();
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        let away = members.first().map(|d| node_words::away(d.distance));
        let text = Text::default()
            .and(Style::Strong, few(&names, limits))
            .and(Style::Dim, away.unwrap_or_default())
            .and(Style::Plain, ": ")
            .and(Style::Plain, why);
        document.line(2, text);
    }
    document.left_off(left_off, "cause");
}
