//! Makes failing sequences as short as they get, all of them side by side.

use std::collections::BTreeMap;

use super::act::Sequence;
use super::play::{Played, play};
use crate::control_plane::ControlPlane;

/// So many are played at once.
const ROOM: usize = 60;

/// So often something is taken away.
const PASSES: usize = 3;

/// For each rule the shortest sequence that was found to violate it.
pub(super) fn minimise(
    plane: &ControlPlane,
    rules: &BTreeMap<&str, Vec<&Played>>,
) -> BTreeMap<String, Sequence> {
    let mut short: BTreeMap<String, Sequence> = BTreeMap::new();
    for (rule, of_rule) in rules {
        let cut = of_rule.iter().filter_map(|played| up_to(played, rule));
        if let Some(shortest) = cut.min_by_key(Sequence::len) {
            short.insert((*rule).to_owned(), shortest);
        }
    }
    for _ in 0..PASSES {
        match pass(plane, &short) {
            Ok(shorter) if !shorter.is_empty() => short.extend(shorter),
            Ok(_) => break,
            Err(why) => {
                println!("not made shorter: {why}");
                break;
            }
        }
    }
    short
}

/// The sequence as far as the round in which it violated the rule.
fn up_to(played: &Played, rule: &str) -> Option<Sequence> {
    let complaint = played.complaints.iter().find(|c| c.rule == rule)?;
    let mut sequence = played.sequence.clone();
    sequence.rounds.truncate(complaint.round);
    Some(sequence)
}

/// The sequences that still violate their rule with one act less, or without the first
/// rounds.
fn pass(
    plane: &ControlPlane,
    short: &BTreeMap<String, Sequence>,
) -> Result<BTreeMap<String, Sequence>, String> {
    let mut candidates: Vec<(&String, Sequence)> = Vec::new();
    for (rule, sequence) in short {
        let starts = (1..sequence.rounds.len()).rev();
        let later = starts.map(|start| sequence.after_rounds(start));
        let less = (0..sequence.len()).map(|place| sequence.without(place));
        let all: Vec<_> = later.chain(less).map(|sequence| (rule, sequence)).collect();
        if candidates.len() + all.len() <= ROOM {
            candidates.extend(all);
        }
    }
    if candidates.is_empty() {
        return Ok(BTreeMap::new());
    }
    let sequences = candidates
        .iter()
        .map(|(_, sequence)| sequence.clone())
        .collect();
    let played = play(plane, sequences)?;
    let mut shorter = BTreeMap::new();
    for ((rule, sequence), played) in candidates.into_iter().zip(played) {
        let fails = played.complaints.iter().any(|c| c.rule == *rule);
        let known: Option<&Sequence> = shorter.get(rule);
        if fails && known.is_none_or(|known| sequence.len() < known.len()) {
            shorter.insert(rule.clone(), sequence);
        }
    }
    Ok(shorter)
}
