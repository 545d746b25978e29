//! The history limit's vectors: all that upstream deleted of each in many orders.

use std::collections::BTreeSet;

use serde::Deserialize;

use crate::history_limit_state::HistoryLimitState;
use crate::vector_file;

const VECTORS: &str = include_str!("history-limit-v1.37.1.jsonl");

#[test]
fn the_engine_deletes_the_revisions_that_upstream_deleted() {
    let mut wrong = Vec::new();
    let (mut open, mut certain, mut none) = (0, 0, 0);
    for (line, vector) in vector_file::read(VECTORS) {
        let state = HistoryLimitState::read(&vector["state"]);
        let state = state.unwrap_or_else(|e| panic!("line {line}: {e}"));
        let outcomes = BTreeSet::deserialize(&vector["outcomes"]).unwrap();
        if let Err(problem) = state.judge(&outcomes, true) {
            wrong.push(format!("line {line}: {problem}"));
        }
        if outcomes.len() > 1 {
            open += 1;
        } else if outcomes.iter().all(BTreeSet::is_empty) {
            none += 1;
        } else {
            certain += 1;
        }
    }
    vector_file::nothing_wrong(&wrong);
    assert!(
        open > 20 && certain > 50 && none > 50,
        "{open} {certain} {none}"
    );
}

#[test]
fn the_vectors_are_of_the_release_that_the_engine_names() {
    vector_file::check_header(VECTORS, 399);
}
