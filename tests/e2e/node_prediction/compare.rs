//! What was said of a node beside the pods that came and went.

use std::collections::BTreeMap;

use serde_json::Value;

use super::run::{Followed, Sets, sets_of};
use crate::report::Report;
use crate::scenario::Outcome;

/// The DaemonSets that an effect is told of.
pub(super) fn effect(said: &Report, effect: &str) -> Result<Sets, String> {
    said.names(&format!("/effects/{effect}"), "name")
}

/// What came and went is exactly what was said to; what was said to stay is there.
pub(super) fn moves(followed: &Followed<'_, '_>) -> Outcome {
    let said = &followed.said;
    let (start, stop) = (effect(said, "start")?, effect(said, "stop")?);
    let stay = effect(said, "stay")?;
    let moves = &followed.moves;
    let mut after: Sets = followed.before.difference(&stop).cloned().collect();
    after.extend(start.iter().cloned());
    let right = start == moves.started
        && stop == moves.stopped
        && after == followed.after
        && stay.is_subset(&followed.after);
    if right {
        Ok(())
    } else {
        Err(format!(
            "said was {}, but {moves:?}: before {:?}, after {:?}",
            said.at("/effects"),
            followed.before,
            followed.after
        ))
    }
}

/// Each DaemonSet has a pod there just where its state says so.
pub(super) fn states(said: &Report, side: &str, pods: &[Value]) -> Outcome {
    let there = sets_of(pods);
    for (name, state) in states_of(said, side)? {
        let expected = match state.as_str() {
            "Runs" | "LostAtRollout" | "WouldStop" => true,
            "Excluded" | "WouldStart" => false,
            _ => return Err(format!("{name}: {state}")),
        };
        if expected != there.contains(&name) {
            return Err(format!("{name} is said to be {state}; there are {there:?}"));
        }
    }
    Ok(())
}

/// The DaemonSets of one side by name, and their states.
pub(super) fn states_of(said: &Report, side: &str) -> Result<BTreeMap<String, String>, String> {
    let sets = said.list(&format!("{side}/daemonSets"))?.iter();
    let pair = |set: &Value| {
        let text = |field: &str| set[field].as_str().map(str::to_owned);
        Some((text("name")?, text("state")?))
    };
    sets.map(|set| pair(set).ok_or_else(|| format!("no name or state: {set}")))
        .collect()
}

/// What was said of the node as it would be, and what is said of it once it is so.
pub(super) fn same(said: &Report, now: &Report) -> Outcome {
    let (then, now_states) = (states_of(said, "/then")?, states_of(now, "")?);
    if then != now_states {
        return Err(format!(
            "the node was said to become {then:?}, and when the change was made it is {now_states:?}"
        ));
    }
    for part in ["requests", "allocatable", "left"] {
        let (then, now) = (
            said.at(&format!("/then/{part}")),
            now.at(&format!("/{part}")),
        );
        if then != now {
            return Err(format!("{part}: said was {then}, it is {now}"));
        }
    }
    Ok(())
}
