//! A plan in one line.

use std::collections::HashSet;

use crate::analysis::rollout::plan::{Body, Next};
use crate::words::sentence::Sentence;

/// `Plan: 38 to replace and 3 lost, 2 now and 39 in batches of 1, 4 gained`.
#[must_use]
pub fn summary(body: &Body) -> Sentence {
    let mut parts = Vec::new();
    parts.extend(replaced(body));
    // Under surge they go beside the waves.
    let counted = body.waves.as_ref().is_some_and(|w| w.loses > 0);
    let lost = body.lost.as_ref().map_or(0, Vec::len);
    push(&mut parts, if counted { 0 } else { lost }, "lost");
    let gained: HashSet<&str> = body.gained().iter().map(String::as_str).collect();
    push(&mut parts, gained.len(), "gained");
    if let Some(manage) = &body.manage {
        // A node may be gained that has a pod already.
        let create = manage.create.iter();
        let others = create.filter(|c| !gained.contains(c.node.as_str()));
        push(&mut parts, others.count(), "to create");
        let awaiting = manage.delete.iter().filter(|d| d.awaits_sync).count();
        let at_once = manage.delete.len() - awaiting;
        push(&mut parts, at_once, "to delete at once");
        push(&mut parts, awaiting, "to delete at the next sync");
    }
    push(&mut parts, body.passed_over(), "that only count as updated");
    if body.next == Some(Next::Waiting) {
        parts.push("waiting".to_owned());
    } else if body
        .blockers
        .iter()
        .any(|b| !b.code().stops_the_controller())
    {
        parts.push("stuck".to_owned());
    } else if body.foreseen.iter().any(|foreseen| foreseen.certain) {
        parts.push("stuck later".to_owned());
    } else if !body.foreseen.is_empty() {
        parts.push("may get stuck later".to_owned());
    }
    if body.next.is_none() {
        parts.push("not all of it can be known".to_owned());
    }
    if parts.is_empty() {
        return Sentence::new("Plan: nothing to do");
    }
    Sentence::new(format!("Plan: {}", parts.join(", ")))
}

fn push(parts: &mut Vec<String>, count: usize, what: &str) {
    if count > 0 {
        parts.push(format!("{count} {what}"));
    }
}

fn replaced(body: &Body) -> Option<String> {
    let Some(waves) = &body.waves else {
        return by_hand(body);
    };
    let mut text = format!("{} to replace", waves.replace);
    if waves.loses > 0 {
        text.push_str(&format!(" and {} lost", waves.loses));
    }
    match (waves.now, waves.later) {
        (0, _) => text.push_str(", none now"),
        (_, 0) => text.push_str(", all now"),
        (now, _) => text.push_str(&format!(", {now} now")),
    }
    if waves.without_waiting > 0 {
        text.push_str(&format!(", {} right after", waves.without_waiting));
    }
    let later = waves.later - waves.without_waiting;
    if later > 0 && waves.batch > 0 {
        let and = if waves.now > 0 { " and" } else { ", then" };
        text.push_str(&format!("{and} {later} in batches of {}", waves.batch));
    }
    Some(text)
}

/// Under OnDelete a pod on a node that should run none is lost to whoever deletes it.
fn by_hand(body: &Body) -> Option<String> {
    let old = body.old.as_ref()?;
    if !body.strategy.is_on_delete() || old.is_empty() {
        return None;
    }
    let lost = old.iter().filter(|p| p.remade == Some(false)).count();
    let mut text = format!("{} to replace by hand (OnDelete)", old.len() - lost);
    if lost > 0 {
        text.push_str(&format!(", {lost} not made again when deleted"));
    }
    Some(text)
}
