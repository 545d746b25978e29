//! What is said of a node and of all DaemonSets on it.

use jiff::Timestamp;

use crate::analysis::causes::root_cause;
use crate::analysis::on_node::groups::{Group, Outcome};
use crate::analysis::on_node::{
    Affected, Condition, DaemonSetsOnNode, NodeWhatIf, OnNode, Summary,
};
use crate::analysis::remedy::Distance;
use crate::model::quantity::Quantity;

use super::change::changes;
use super::coverage;
use super::notation::{self, cut_off, daemon_sets, nodes};
use super::owners;
use super::reason::{exclusion, headline};
use super::sentence::Sentence;
use super::state::Time;
use super::time::since;

/// The answer about a node: what of it is broken, and why where that is one DaemonSet.
#[must_use]
pub fn first_line(node: &str, on_node: &DaemonSetsOnNode, now: Timestamp) -> Sentence {
    let condition = condition(on_node.condition.as_ref(), now);
    let broken = on_node
        .daemon_sets
        .iter()
        .filter(|d| d.clean == Some(false));
    let broken: Vec<_> = broken.collect();
    let text = match broken.as_slice() {
        [] => counts(on_node, Time::Today).into_string(),
        [one] => format!("{} isn't healthy{}", one.daemon_set, because(one, now)),
        [first, ..] => format!(
            "{} of {} aren't healthy; {}{}",
            broken.len(),
            daemon_sets(on_node.daemon_sets.len()),
            first.daemon_set,
            because(first, now)
        ),
    };
    Sentence::new(format!("Node {node} ({condition}): {text}"))
}

fn because(one: &OnNode, now: Timestamp) -> String {
    let deciding = one.reasons.iter().find(|r| r.decides().is_some());
    let deciding = deciding.filter(|_| one.is_excluded_though_expected());
    let cause = deciding.or_else(|| root_cause(&one.reasons));
    let why = cause.map(|reason| match reason.decides() {
        Some(_) if one.expected => coverage::excluded(std::slice::from_ref(reason), now),
        Some(_) => exclusion(reason, now),
        None => headline(reason, now),
    });
    why.map(|why| format!(": {why}")).unwrap_or_default()
}

/// The node itself in few words.
#[must_use]
pub fn condition(condition: Option<&Condition>, now: Timestamp) -> Sentence {
    let Some(condition) = condition else {
        return Sentence::new("it couldn't be read");
    };
    let since = condition
        .ready_since
        .map(|t| format!(" since {}", since(t, now)));
    let since = since.unwrap_or_default();
    let ready = match condition.ready.as_deref() {
        Some("True") => "ready".to_owned(),
        Some("False") => format!("not ready{since}"),
        Some(_) => format!("not ready, for its kubelet says nothing{since}"),
        None => "without a Ready condition".to_owned(),
    };
    joined(Some(ready), condition, now)
}

/// The same of a node that isn't there yet: that its manifest says nothing of readiness is
/// nothing to speak of.
fn planned(planned: &Condition, now: Timestamp) -> Sentence {
    match planned.ready.as_deref() {
        None | Some("True") => joined(None, planned, now),
        Some(_) => condition(Some(planned), now),
    }
}

fn joined(ready: Option<String>, condition: &Condition, now: Timestamp) -> Sentence {
    let deleted = condition.deletion.as_ref().map(|deletion| {
        let since = since(deletion.since, now);
        let held = owners::holders(&deletion.finalizers);
        format!("being deleted since {since}{held}")
    });
    let cordoned = condition.cordoned.then(|| "cordoned".to_owned());
    let words = deleted.into_iter().chain(ready).chain(cordoned);
    let words = words.chain([taints(condition)]);
    Sentence::new(words.collect::<Vec<_>>().join(", "))
}

/// The first taints.
fn taints(condition: &Condition) -> String {
    let taints = condition.taints.iter().map(ToString::to_string);
    let taints: Vec<String> = taints.collect();
    let few = cut_off(&taints, 3);
    match taints.len() {
        0 => "no taint".to_owned(),
        1 => format!("taint {few}"),
        _ => format!("taints {few}"),
    }
}

/// How many DaemonSets are in which state: `3 DaemonSets: 2 run, 1 is excluded`.
#[must_use]
pub fn counts(on_node: &DaemonSetsOnNode, time: Time) -> Sentence {
    let Summary {
        runs,
        would_start,
        lost_at_rollout,
        would_stop,
        held,
        excluded,
        unknown,
        ..
    } = on_node.summary;
    let by_hand = on_node.daemon_sets.iter().filter(|d| d.is_lost_by_hand());
    let by_hand = by_hand.count();
    let unbound = on_node.daemon_sets.iter().filter(|d| d.awaits_sync());
    let unbound = unbound.count();
    let (missing, stopping) = match time {
        Time::Today => (
            ("is missing", "are missing"),
            ("is stopping", "are stopping"),
        ),
        Time::Then => (("would start", "would start"), ("would stop", "would stop")),
    };
    let states = [
        (runs, "runs", "run"),
        (would_start, missing.0, missing.1),
        (
            lost_at_rollout - by_hand,
            "is lost at its next rollout",
            "are lost at their next rollout",
        ),
        (by_hand, "is lost when deleted", "are lost when deleted"),
        (would_stop.saturating_sub(unbound), stopping.0, stopping.1),
        (unbound, "stops at the next sync", "stop at the next sync"),
        (held, "is held", "are held"),
        (excluded, "is excluded", "are excluded"),
        (unknown, "is unknown", "are unknown"),
    ];
    let states = states.iter().filter(|(count, ..)| *count > 0);
    let words: Vec<_> = states
        .map(|(count, one, many)| format!("{count} {}", if *count == 1 { one } else { many }))
        .collect();
    let all = daemon_sets(on_node.daemon_sets.len());
    Sentence::new(match words.is_empty() {
        true => "no DaemonSet".to_owned(),
        false => format!("{all}: {}", words.join(", ")),
    })
}

/// What a node is that isn't there yet.
#[must_use]
pub fn planned_node(report: &NodeWhatIf) -> Sentence {
    let now = report.basis.evaluated_at;
    let condition = report.then.condition.as_ref();
    let condition = condition.map(|c| planned(c, now)).unwrap_or_default();
    Sentence::new(format!("a node that doesn't exist yet: {condition}"))
}

/// How many nodes there are and of how many outcomes; `selector` has selected them, else
/// files brought them.
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
        n => format!(", in {n} groups of the same outcome"),
    };
    let with = match groups.first().map(|g| &g.sample) {
        Some(Outcome::WhatIf(report)) if !report.changes.is_empty() => {
            format!("; with {}", changes(&report.changes).join(", "))
        }
        _ => String::new(),
    };
    Sentence::new(format!("{which}{}{alike}{with}", nodes(count)))
}

/// Of how many DaemonSets the node has no pod and should have none.
#[must_use]
pub fn excluded(count: usize) -> Sentence {
    let count = daemon_sets(count);
    Sentence::new(format!("Excluded ({count}), nearest miss first"))
}

/// Why DaemonSets that are so far away are excluded: what follows their names.
#[must_use]
pub fn away(distance: Distance) -> Sentence {
    Sentence::new(format!(" ({} away)", notation::distance(distance)))
}

/// A DaemonSet that changes affect, with its pod where there is one.
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

/// How many DaemonSets changes leave as they are; `None` for none.
#[must_use]
pub fn unchanged(count: usize) -> Option<Sentence> {
    let text = match count {
        0 => return None,
        1 => "1 DaemonSet stays as it is (-o wide lists it)".to_owned(),
        n => format!("{n} DaemonSets stay as they are (-o wide lists them)"),
    };
    Some(Sentence::new(text))
}

/// What a new pod would request, beside what its pods here do.
#[must_use]
pub fn new_pod(requests: Quantity) -> Sentence {
    Sentence::new(format!(" (a new pod {requests})"))
}

/// What it means that the daemon pods ask for more of `resources` than there is; a number
/// below nought is easily read over.
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
    fn the_states_of_today_and_of_then() {
        let on_node = DaemonSetsOnNode {
            condition: None,
            daemon_sets: Vec::new(),
            sums: crate::analysis::on_node::Sums::default(),
            summary: Summary {
                would_start: 1,
                would_stop: 2,
                ..Summary::default()
            },
        };
        let says = |time| counts(&on_node, time).into_string();
        assert_eq!(
            says(Time::Today),
            "0 DaemonSets: 1 is missing, 2 are stopping"
        );
        assert_eq!(
            says(Time::Then),
            "0 DaemonSets: 1 would start, 2 would stop"
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
