//! A plan in one line.

use std::collections::HashSet;

use jiff::Timestamp;

use crate::analysis::rollout::plan::Body;
use crate::words::notation::{counted, nodes};
use crate::words::sentence::Sentence;

use super::first_line::broken_nodes;

/// `Plan: 38 pods to replace (2 now, 36 later), 3 nodes added; rollout stuck`: what is to
/// be done, and after a semicolon whether it goes on by itself.
#[must_use]
pub fn summary(body: &Body, now: Timestamp) -> Sentence {
    let mut parts: Vec<String> = replaced(body).into_iter().collect();
    match lost(body) {
        Some(0) => parts.push("none lost".to_owned()),
        lost => parts.extend(pods(
            lost.unwrap_or_default(),
            "to delete for good",
            parts.len(),
        )),
    }
    let gained: HashSet<&str> = body.gained().iter().map(String::as_str).collect();
    // Whoever reads of nodes first is told that the others are pods.
    let mut told = parts.len();
    if !gained.is_empty() {
        parts.push(format!("{} added", nodes(gained.len())));
    }
    if let Some(manage) = &body.manage {
        // A node may be added that has a pod already.
        let create = manage.create.iter();
        let others = create.filter(|c| !gained.contains(c.node.as_str())).count();
        let awaiting = manage.delete.iter().filter(|d| d.awaits_sync).count();
        let at_once = manage.delete.len() - awaiting;
        for (count, what) in [
            (others, "to create"),
            (at_once, "to delete"),
            (awaiting, "to delete at the next sync"),
        ] {
            let text = pods(count, what, told);
            told += usize::from(text.is_some());
            parts.extend(text);
        }
    }
    let is_known = body.next.is_some();
    if parts.is_empty() && is_known && !body.has_old() {
        let is_clean = body.blockers.is_empty() && body.problems.is_empty();
        if is_clean && body.skipped() == 0 {
            return Sentence::new("Plan: nothing to do");
        }
        parts.push("nothing to replace".to_owned());
        parts.extend(broken_nodes(body).map(|broken| format!("{broken} broken")));
    }
    let waiting = body.recreated().count();
    if parts.is_empty() && body.waves.is_none() && waiting > 0 && is_known {
        parts.push(format!("0 of {} to replace", counted(waiting, "pod")));
    }
    parts.extend(pods(body.skipped(), "only counted as updated", told));
    let unknown = (!is_known).then(|| "not all of it can be known".to_owned());
    let outlook = [outlook(body, now), unknown].into_iter().flatten();
    let parts = Some(parts.join(", ")).filter(|parts| !parts.is_empty());
    let parts: Vec<String> = parts.into_iter().chain(outlook).collect();
    Sentence::new(match parts.is_empty() {
        true => "Plan: nothing to do".to_owned(),
        false => format!("Plan: {}", parts.join("; ")),
    })
}

/// Pods that the rollout deletes for good, unless it is said beside those that it replaces. Those
/// that wait for a hand are lost to whoever deletes them.
fn lost(body: &Body) -> Option<usize> {
    let lost = body.lost.as_ref()?.len();
    let is_said = body.waves.as_ref().is_some_and(|waves| waves.loses > 0);
    let is_known = body.waves.is_some() || lost > 0;
    (is_known && !is_said).then_some(lost)
}

/// The same of a change that the server refuses.
#[must_use]
pub fn refused_summary() -> Sentence {
    Sentence::new("Plan: refused, nothing changes")
}

/// Whether it continues by itself.
fn outlook(body: &Body, now: Timestamp) -> Option<String> {
    if body.strategy.is_on_delete() && body.has_old() {
        return None;
    }
    if body.waits(now) {
        let starting = body.broken_nodes();
        return Some(match starting {
            0 => "waiting".to_owned(),
            many => format!("waiting for {} to get ready", counted(many, "pod")),
        });
    }
    if body.is_stuck_at_first() {
        let at = match body.strategy.surges() {
            true => "stuck at once",
            false => "stuck at the first node",
        };
        return Some(at.to_owned());
    }
    let is_due = body.has_old() || body.creates_fail() || body.is_halted();
    let what = match body.has_old() {
        true => "rollout",
        false => "controller",
    };
    if is_due && !body.blockers.is_empty() {
        return Some(format!("{what} stuck"));
    }
    let is_created = body.footprint.as_ref().is_some_and(|f| f.before.is_none());
    match body
        .predicted_blockers
        .iter()
        .any(|predicted| predicted.certain)
    {
        true if is_created => Some("stuck".to_owned()),
        true => Some("gets stuck later".to_owned()),
        false if !body.predicted_blockers.is_empty() => Some("may get stuck later".to_owned()),
        false => None,
    }
}

/// That so many pods are `what`; behind `others` it is plain that they are pods.
fn pods(count: usize, what: &str, others: usize) -> Option<String> {
    match (count, others) {
        (0, _) => None,
        (count, 0) => Some(format!("{} {what}", counted(count, "pod"))),
        (count, _) => Some(format!("{count} {what}")),
    }
}

/// `4 pods to replace (1 now, 3 later)`.
fn replaced(body: &Body) -> Option<String> {
    let Some(waves) = &body.waves else {
        return by_hand(body);
    };
    if body.is_unobserved() {
        let all = counted(waves.replace + waves.loses, "pod");
        return Some(format!("{all} to replace"));
    }
    if body.strategy.surges() && body.is_stuck_at_first() {
        return Some(format!("0 of {} to replace", counted(waves.replace, "pod")));
    }
    let right_after = match waves.without_waiting {
        0 => String::new(),
        pods => format!(", {pods} right after"),
    };
    let later = waves.later - waves.without_waiting;
    // Which of them are lost now isn't shown.
    let lost = match waves.loses {
        0 => String::new(),
        lost => format!(" and {lost} to delete for good"),
    };
    Some(format!(
        "{} to replace{lost} ({} now{right_after}, {later} later)",
        counted(waves.replace, "pod"),
        waves.now
    ))
}

/// Under OnDelete a pod on a node that should run none is lost to whoever deletes it.
fn by_hand(body: &Body) -> Option<String> {
    if !body.strategy.is_on_delete() || !body.has_old() {
        return None;
    }
    let lost = body.not_recreated().count();
    let recreated = counted(body.recreated().count(), "pod");
    let mut text = format!("{recreated} to replace by hand (OnDelete)");
    if lost > 0 {
        text.push_str(&format!(", {lost} not created again once deleted"));
    }
    Some(text)
}
