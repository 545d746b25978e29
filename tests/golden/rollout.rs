//! The rollout's vectors: what upstream did in all of the oracle's runs.

use serde::Deserialize;
use serde_json::Value;

use crate::rollout_state::{Observed, Runs, Said, State};
use crate::vector_file;

const VECTORS: &str = include_str!("rollout-v1.37.1.jsonl");

pub fn vectors() -> impl Iterator<Item = (usize, Value)> {
    vector_file::read(VECTORS)
}

#[test]
fn the_engine_says_what_upstream_did_and_no_more_is_certain() {
    let mut wrong = Vec::new();
    for (line, vector) in vectors() {
        let state = State::read(&vector["state"]).unwrap_or_else(|e| panic!("line {line}: {e}"));
        let pods = state.claimed().unwrap();
        let inputs = state.inputs(&pods);
        for (step, observed) in vector["steps"].as_object().unwrap() {
            let observed = Observed::deserialize(observed).unwrap();
            let said = state.said(step, &inputs);
            if let Err(problem) = state.judge(&said, &observed, Runs::All) {
                wrong.push(format!("line {line}, {step}: {problem}"));
            }
        }
    }
    vector_file::nothing_wrong(&wrong);
}

#[test]
fn the_vectors_are_of_the_release_that_the_engine_names() {
    vector_file::check_header(VECTORS, 400);
}

#[test]
fn the_vectors_hold_choices_and_errors() {
    let (mut choices, mut errors, mut managed) = (0, 0, 0);
    for (_, vector) in vectors() {
        let state = State::read(&vector["state"]).unwrap();
        let pods = state.claimed().unwrap();
        let inputs = state.inputs(&pods);
        match state.said("updateDaemonSet", &inputs) {
            Said::RollingUpdate(update) => {
                choices += usize::from(update.delete.take + update.create.take > 0);
            }
            Said::Error(_) => errors += 1,
            Said::Manage(_) => managed += 1,
            Said::Nothing => {}
        }
    }
    assert!(choices > 20, "{choices} choices");
    assert!(errors > 5, "{errors} errors");
    assert!(managed > 100, "{managed} where manage did something");
}
