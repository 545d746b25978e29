//! The histories' vectors: all that upstream made of each in many runs.

use std::collections::BTreeSet;

use kubectl_ds::engine::claim::Claimant;
use kubectl_ds::engine::history::RevisionState;
use serde::Deserialize;
use serde_json::Value;

use crate::history_state::HistoryState;
use crate::vector_file;

const VECTORS: &str = include_str!("history-v1.37.1.jsonl");

fn vectors() -> impl Iterator<Item = (usize, Value)> {
    vector_file::read(VECTORS)
}

#[test]
fn the_engine_makes_of_revisions_what_upstream_made() {
    let mut wrong = Vec::new();
    for (line, vector) in vectors() {
        let state = HistoryState::read(&vector["state"]);
        let state = state.unwrap_or_else(|e| panic!("line {line}: {e}"));
        let outcomes = BTreeSet::deserialize(&vector["outcomes"]).unwrap();
        if let Err(problem) = state.judge(&outcomes, true) {
            wrong.push(format!("line {line}: {problem}"));
        }
    }
    vector_file::nothing_wrong(&wrong);
}

#[test]
fn the_vectors_are_of_the_release_that_the_engine_names() {
    vector_file::check_header(VECTORS, 499);
}

#[test]
fn each_state_is_told_as_what_it_is() {
    // Whether a revision is the newest is the engine's own word for it: upstream
    // has none, but renumbers what isn't. One with the number 0 is renumbered too.
    let (mut current, mut existing, mut new) = (0, 0, 0);
    for (line, vector) in vectors() {
        let state = HistoryState::read(&vector["state"]).unwrap();
        let claimant = Claimant::new(&state.ds).unwrap();
        let history = state.history(&claimant);
        let before = history.current.revision().map(|r| r.revision);
        let newest = history.old.iter().all(|old| Some(old.revision) < before);
        let expected = match before {
            None => RevisionState::New,
            Some(_) if newest => RevisionState::Current,
            Some(_) => RevisionState::Existing,
        };
        assert_eq!(history.state, expected, "line {line}");
        match history.state {
            RevisionState::Current => current += 1,
            RevisionState::Existing => existing += 1,
            RevisionState::New => new += 1,
        }
    }
    assert!(current > 50 && existing > 30 && new > 50);
}
