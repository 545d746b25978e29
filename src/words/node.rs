//! Sentences about a node and all DaemonSets on it.

use jiff::Timestamp;

use crate::analysis::causes::{is_in_progress, root_cause, warning_among};
use crate::analysis::on_node::groups::{Group, Outcome};
use crate::analysis::on_node::{
    Affected, Condition, DaemonSetsOnNode, NodeWhatIf, OnNode, State, Summary,
};
use crate::analysis::overall_health::Health;
use crate::analysis::owners::owned_taint::{OwnedTaint, owned_taint};
use crate::analysis::reason::{Code, Reason};
use crate::analysis::remedy::Distance;
use crate::model::Taint;
use crate::model::quantity::Quantity;

use super::change::changes;
use super::coverage;
use super::notation::{self, cut_off, daemon_sets, nodes};
use super::owners;
use super::reason::{Place, brief, exclusions_brief};
use super::sentence::Sentence;
use super::state::Time;
use super::time::{age, elapsed};

/// The answer about a node: what is broken there, and why.
#[must_use]
pub fn first_line(node: &str, on_node: &DaemonSetsOnNode, now: Timestamp) -> Sentence {
    let here = on_node.daemon_sets.iter().filter(|one| one.is_here());
    let here: Vec<&OnNode> = here.collect();
    let of = |health| {
        let some = here.iter().filter(|one| one.health() == health);
        let mut some = some.copied().collect::<Vec<&OnNode>>();
        // What the others depend on comes first.
        some.sort_by_key(|one| !one.is_node_critical);
        some
    };
    let (broken, others) = (of(Health::Broken), of(Health::NeedsAttention));
    let all = daemon_sets(here.len());
    Sentence::new(match (broken.as_slice(), others.as_slice()) {
        ([one], _) => format!(
            "{} is broken on {node}{}",
            one.daemon_set,
            because(one, now)
        ),
        ([], [one]) => format!(
            "{} {} on {node}{}",
            one.daemon_set,
            attention(one),
            because(one, now)
        ),
        ([], []) => healthy(node, &here),
        (broken @ [_, _, ..], _) => {
            let count = broken.len();
            format!(
                "{count} of {all} are broken on {node}{}",
                causes(broken, now)
            )
        }
        (_, others) => format!(
            "{} of {all} need attention on {node}{}",
            others.len(),
            causes(others, now)
        ),
    })
}

/// The problem of a DaemonSet that runs, but not as it should.
fn attention(one: &OnNode) -> &'static str {
    match one.state {
        State::WouldStop => "is stopping",
        State::LostAtRollout => "is misscheduled",
        _ if one.restarts_again_and_again() => "is available",
        _ if root_cause(&one.reasons).is_some_and(is_in_progress) => "isn't available yet",
        _ => "runs an older template",
    }
}

fn healthy(node: &str, here: &[&OnNode]) -> String {
    let unknown = here.iter().any(|one| one.health() == Health::Unknown);
    match here.len() {
        _ if unknown => format!("not all DaemonSets on {node} could be checked"),
        0 => format!("no DaemonSet should run on {node}"),
        1 => format!("{node} runs 1 DaemonSet, which is healthy"),
        n => format!("{node} runs {n} DaemonSets, all of them healthy"),
    }
}

/// The cause of all, or of the first where they have several.
fn causes(all: &[&OnNode], now: Timestamp) -> String {
    let Some((first, others)) = all.split_first() else {
        return String::new();
    };
    let why = because(first, now);
    match others.iter().all(|one| because(one, now) == why) {
        true => why,
        false => format!("; first: {}{why}", first.daemon_set),
    }
}

/// ` (no toleration for taint a:NoSchedule)`.
fn because(one: &OnNode, now: Timestamp) -> String {
    let deciding = one.reasons.iter().filter(|r| r.decides().is_some());
    let deciding: Vec<&Reason> = deciding.collect();
    let why = match (deciding.as_slice(), root_cause(&one.reasons)) {
        // An older template is the whole answer.
        ([], None) => return String::new(),
        ([], Some(cause)) if cause.code() == Code::PodOutdated => return String::new(),
        ([], Some(cause)) => {
            let warning = warning_among(&one.reasons, cause);
            brief(cause, warning, Place::ThisNode, now).into_string()
        }
        (all, _) if one.expected => {
            format!("{}: {}", coverage::EXCLUDED, exclusions_brief(all, now))
        }
        (all, _) => exclusions_brief(all, now).into_string(),
    };
    format!(" ({why})")
}

/// The node itself, and how many DaemonSets are in which state on it.
#[must_use]
pub fn second_line(on_node: &DaemonSetsOnNode, now: Timestamp) -> Sentence {
    let condition = condition(on_node.condition.as_ref(), now);
    let counts = counts(on_node, Time::Today);
    Sentence::new(format!("node {condition} · {counts}"))
}

/// Healthy DaemonSets here, whose names follow.
#[must_use]
pub fn healthy_ones(count: usize) -> Sentence {
    Sentence::new(format!("{count} healthy"))
}

/// The node itself in brief.
#[must_use]
pub fn condition(condition: Option<&Condition>, now: Timestamp) -> Sentence {
    let Some(condition) = condition else {
        return Sentence::new("it couldn't be read");
    };
    let since = condition
        .ready_since
        .map(|t| format!(" for {}", elapsed(t, now)));
    let since = since.unwrap_or_default();
    let ready = match condition.ready.as_deref() {
        Some("True") => "ready".to_owned(),
        Some("False") => format!("not ready{since}"),
        Some(_) => format!("not ready{since} (its kubelet stopped reporting)"),
        None => "without a Ready condition".to_owned(),
    };
    joined(Some(ready), condition, now)
}

/// The same for a node that doesn't exist yet: its manifest needn't say anything about readiness.
fn planned(planned: &Condition, now: Timestamp) -> Sentence {
    match planned.ready.as_deref() {
        None | Some("True") => joined(None, planned, now),
        Some(_) => condition(Some(planned), now),
    }
}

fn joined(ready: Option<String>, condition: &Condition, now: Timestamp) -> Sentence {
    let deleted = condition.deletion.as_ref().map(|deletion| {
        let began = owners::began(Some(age(deletion.since, now)));
        let held = owners::holders(&deletion.finalizers);
        format!("being deleted{began}{held}")
    });
    let cordoned = condition.cordoned.then(|| "cordoned".to_owned());
    let words = deleted.into_iter().chain(ready).chain(cordoned);
    let words = words.chain(taints(condition));
    Sentence::new(words.collect::<Vec<_>>().join(", "))
}

/// The first taints, without those that only repeat that the node isn't ready.
fn taints(condition: &Condition) -> Option<String> {
    let is_ready = matches!(condition.ready.as_deref(), None | Some("True"));
    let stands_for_condition = |taint: &&Taint| {
        let owned = owned_taint(taint);
        owned.is_some_and(OwnedTaint::stands_for_condition)
    };
    let taints = condition.taints.iter();
    let taints = taints.filter(|taint| is_ready || !stands_for_condition(taint));
    let taints: Vec<String> = taints.map(ToString::to_string).collect();
    let few = cut_off(&taints, 3);
    match taints.len() {
        0 if condition.taints.is_empty() => Some("no taints".to_owned()),
        0 => None,
        1 => Some(format!("taint {few}")),
        _ => Some(format!("taints {few}")),
    }
}

/// How many DaemonSets are in which state: `3 DaemonSets: 1 broken, 1 healthy, 1 excluded`.
#[must_use]
pub fn counts(on_node: &DaemonSetsOnNode, time: Time) -> Sentence {
    let words = match time {
        Time::Today => today(&on_node.daemon_sets),
        Time::Then => then(&on_node.summary),
    };
    let all = daemon_sets(on_node.daemon_sets.len());
    Sentence::new(match words.is_empty() {
        true => "no DaemonSet".to_owned(),
        false => format!("{all}: {}", words.join(", ")),
    })
}

/// The words for today, in the order in which they are shown.
const TODAY: [&str; 10] = [
    "broken",
    "missing",
    coverage::EXCLUDED,
    "misscheduled",
    "outdated",
    "restarting",
    "stopping",
    "unknown",
    "healthy",
    "excluded",
];

fn today(all: &[OnNode]) -> Vec<String> {
    let word = |one: &OnNode| match (one.state, one.health()) {
        (State::Excluded, _) if one.expected => coverage::EXCLUDED,
        (State::Excluded, _) => "excluded",
        (_, Health::Healthy) => "healthy",
        (_, Health::Unknown) => "unknown",
        (State::WouldStart, _) => "missing",
        (State::WouldStop, _) => "stopping",
        (State::LostAtRollout, _) => "misscheduled",
        (_, Health::NeedsAttention) if one.restarts_again_and_again() => "restarting",
        (_, Health::NeedsAttention) => "outdated",
        _ => "broken",
    };
    let counts = TODAY.iter().map(|said| {
        let of = all.iter().filter(|one| word(one) == *said);
        (of.count(), *said)
    });
    let counts = counts.filter(|(count, _)| *count > 0);
    counts
        .map(|(count, word)| format!("{count} {word}"))
        .collect()
}

fn then(summary: &Summary) -> Vec<String> {
    let be = |count| if count == 1 { "is" } else { "are" };
    let run = if summary.runs == 1 { "runs" } else { "run" };
    let states = [
        (summary.runs, run.to_owned()),
        (summary.would_start, "would start".to_owned()),
        (
            summary.lost_at_rollout,
            format!("{} lost at the next rollout", be(summary.lost_at_rollout)),
        ),
        (summary.would_stop, "would stop".to_owned()),
        (summary.held, format!("{} held", be(summary.held))),
        (
            summary.excluded,
            format!("{} excluded", be(summary.excluded)),
        ),
        (summary.unknown, format!("{} unknown", be(summary.unknown))),
    ];
    let states = states.into_iter().filter(|(count, _)| *count > 0);
    states
        .map(|(count, word)| format!("{count} {word}"))
        .collect()
}

/// What kind of node it is that doesn't exist yet.
#[must_use]
pub fn planned_node(report: &NodeWhatIf) -> Sentence {
    let now = report.basis.evaluated_at;
    let condition = report.then.condition.as_ref();
    let condition = condition.map(|c| planned(c, now)).unwrap_or_default();
    Sentence::new(format!("a node that doesn't exist yet: {condition}"))
}

/// How many nodes there are and how many outcomes; `selector` selected them, or else files supplied
/// them.
#[must_use]
pub fn groups(groups: &[&Group], selector: Option<&str>) -> Sentence {
    let count: usize = groups.iter().map(|g| g.nodes.len()).sum();
    let which = match selector {
        Some(selector) => format!("`{selector}` selects "),
        None => "The files hold ".to_owned(),
    };
    if count == 0 {
        return Sentence::new(format!("{which}no node."));
    }
    let alike = match groups.len() {
        n if n == count => String::new(),
        1 => ", all with the same outcome".to_owned(),
        n => format!(", grouped into {n} different outcomes"),
    };
    let with = match groups.first().map(|g| &g.sample) {
        Some(Outcome::WhatIf(report)) if !report.changes.is_empty() => {
            format!("; with {}", changes(&report.changes).join(", "))
        }
        _ => String::new(),
    };
    Sentence::new(format!("{which}{}{alike}{with}", nodes(count)))
}

/// How many DaemonSets have no pod on the node and should have none.
#[must_use]
pub fn excluded(count: usize) -> Sentence {
    let order = if count > 1 { ", nearest first" } else { "" };
    Sentence::new(format!("Excluded ({}){order}", daemon_sets(count)))
}

/// Why DaemonSets at this distance are excluded, to follow their names.
#[must_use]
pub fn away(distance: Distance) -> Sentence {
    Sentence::new(format!(" ({})", notation::lacking(distance, 1, "")))
}

/// A DaemonSet that changes affect, with its pod if it has one.
#[must_use]
pub fn affected(affected: &Affected) -> Sentence {
    Sentence::new(match &affected.pod {
        Some(pod) => format!("{} (pod {pod})", affected.daemon_set),
        None => affected.daemon_set.to_string(),
    })
}

/// The least that is left of a resource, and on which node.
#[must_use]
pub fn least(quantity: &Sentence, node: &str) -> Sentence {
    Sentence::new(format!("{quantity} on {node}"))
}

/// The share of a node that is requested.
#[must_use]
pub fn share(percent: f64) -> Sentence {
    Sentence::new(format!("{percent}%"))
}

/// How many DaemonSets the changes don't affect; `None` for none.
#[must_use]
pub fn unchanged(count: usize) -> Option<Sentence> {
    let text = match count {
        0 => return None,
        1 => "1 DaemonSet stays as it is (-o wide lists it)".to_owned(),
        n => format!("{n} DaemonSets stay as they are (-o wide lists them)"),
    };
    Some(Sentence::new(text))
}

/// What a new pod would request, next to the requests of its pods here.
#[must_use]
pub fn new_pod(requests: Quantity) -> Sentence {
    Sentence::new(format!(" (a new pod {requests})"))
}

/// What it means that the daemon pods request more of `resources` than there is; a negative number
/// is easily overlooked.
#[must_use]
pub fn exceeded(resources: &[&str]) -> Sentence {
    Sentence::new(format!(
        "the daemon pods alone ask for more {} than the node has; the scheduler can't place all of them",
        resources.join(" and ")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_states_of_then() {
        let summary = Summary {
            runs: 1,
            would_start: 1,
            would_stop: 2,
            excluded: 3,
            ..Summary::default()
        };
        assert_eq!(
            then(&summary).join(", "),
            "1 runs, 1 would start, 2 would stop, 3 are excluded"
        );
    }

    #[test]
    fn a_node_that_was_not_read_has_no_condition() {
        let now = Timestamp::UNIX_EPOCH;
        assert_eq!(condition(None, now).as_str(), "it couldn't be read");
    }

    #[test]
    fn what_is_exceeded_is_named() {
        assert_eq!(
            exceeded(&["cpu", "memory"]).as_str(),
            "the daemon pods alone ask for more cpu and memory than the node has; the scheduler can't place all of them"
        );
    }
}
