//! A plan in one line.

use std::collections::HashSet;

use jiff::Timestamp;

use crate::analysis::rollout::plan::Body;
use crate::words::sentence::Sentence;

use super::first_line::broken_nodes;

/// `Plan: 38 to replace (2 now, 36 later), 3 lost, 4 gained, stuck`.
#[must_use]
pub fn summary(body: &Body, now: Timestamp) -> Sentence {
    let mut parts = Vec::new();
    let replaced = replaced(body);
    parts.extend(replaced);
    // Pods that wait for somebody to delete them are lost to whoever does.
    if let Some(lost) = &body.lost {
        let is_said = body.waves.as_ref().is_some_and(|w| w.loses > 0);
        if !is_said && (body.waves.is_some() || !lost.is_empty()) {
            parts.push(format!("{} lost", lost.len()));
        }
    }
    let gained: HashSet<&str> = body.gained().iter().map(String::as_str).collect();
    push(&mut parts, gained.len(), "gained");
    if let Some(manage) = &body.manage {
        // A gained node may already have a pod.
        let create = manage.create.iter();
        let others = create.filter(|c| !gained.contains(c.node.as_str()));
        push(&mut parts, others.count(), "to create");
        let awaiting = manage.delete.iter().filter(|d| d.awaits_sync).count();
        let at_once = manage.delete.len() - awaiting;
        push(&mut parts, at_once, "to delete");
        push(&mut parts, awaiting, "to delete at the next sync");
    }
    push(&mut parts, body.skipped(), "that only count as updated");
    if parts.is_empty() && body.next.is_some() && !body.has_old() {
        parts.push("nothing to replace".to_owned());
        parts.extend(broken_nodes(body).map(|broken| format!("{broken} broken")));
        parts.extend(outlook(body, now));
        let is_clean = body.blockers.is_empty() && body.problems.is_empty();
        return Sentence::new(match is_clean {
            true => "Plan: nothing to do".to_owned(),
            false => format!("Plan: {}", parts.join(", ")),
        });
    }
    parts.extend(outlook(body, now));
    if body.next.is_none() {
        parts.push("not all of it can be known".to_owned());
    }
    if parts.is_empty() {
        return Sentence::new("Plan: nothing to do");
    }
    Sentence::new(format!("Plan: {}", parts.join(", ")))
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
            1 => "waiting for 1 pod to get ready".to_owned(),
            many => format!("waiting for {many} pods to get ready"),
        });
    }
    let is_due = body.has_old() || body.creates_fail() || body.is_halted();
    if is_due && !body.blockers.is_empty() {
        return Some("stuck".to_owned());
    }
    match body
        .predicted_blockers
        .iter()
        .any(|predicted| predicted.certain)
    {
        true => Some("stuck later".to_owned()),
        false if !body.predicted_blockers.is_empty() => Some("may get stuck later".to_owned()),
        false => None,
    }
}

fn push(parts: &mut Vec<String>, count: usize, what: &str) {
    if count > 0 {
        parts.push(format!("{count} {what}"));
    }
}

/// `4 to replace (1 now, 3 later)`.
fn replaced(body: &Body) -> Option<String> {
    let Some(waves) = &body.waves else {
        return by_hand(body);
    };
    if body.is_unobserved() {
        return Some(format!("{} to replace", waves.replace + waves.loses));
    }
    let right_after = match waves.without_waiting {
        0 => String::new(),
        pods => format!(", {pods} right after"),
    };
    let later = waves.later - waves.without_waiting;
    // Which of them are lost now isn't shown.
    let lost = match waves.loses {
        0 => String::new(),
        lost => format!(" and {lost} lost"),
    };
    Some(format!(
        "{} to replace{lost} ({} now{right_after}, {later} later)",
        waves.replace, waves.now
    ))
}

/// Under OnDelete a pod on a node that should run none is lost to whoever deletes it.
fn by_hand(body: &Body) -> Option<String> {
    if !body.strategy.is_on_delete() || !body.has_old() {
        return None;
    }
    let lost = body.not_recreated().count();
    let mut text = format!("{} to replace by hand (OnDelete)", body.recreated().count());
    if lost > 0 {
        text.push_str(&format!(", {lost} not recreated when deleted"));
    }
    Some(text)
}
