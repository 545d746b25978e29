//! The claims' vectors: what upstream adopted, released and worked with.

use serde_json::Value;

use crate::claims_state::ClaimsState;
use crate::vector_file;

const VECTORS: &str = include_str!("claims-v1.37.1.jsonl");

fn vectors() -> impl Iterator<Item = (usize, Value)> {
    vector_file::read(VECTORS)
}

#[test]
fn the_engine_claims_what_upstream_claimed() {
    let mut wrong = Vec::new();
    for (line, vector) in vectors() {
        let state = ClaimsState::read(&vector["state"]);
        let state = state.unwrap_or_else(|e| panic!("line {line}: {e}"));
        if let Err(problem) = state.judge(&vector["upstream"]) {
            wrong.push(format!("line {line}: {problem}"));
        }
    }
    vector_file::nothing_wrong(&wrong);
}

#[test]
fn the_vectors_are_of_the_release_that_the_engine_names() {
    vector_file::check_header(VECTORS, 599);
}

#[test]
fn the_vectors_hold_each_thing_that_upstream_does() {
    for what in ["claimed", "adopted", "released", "others"] {
        for kind in ["pods", "revisions"] {
            let did = |vector: &Value| vector["upstream"][kind][what] != Value::Array(Vec::new());
            let count = vectors().filter(|(_, vector)| did(vector)).count();
            assert!(count > 60, "{kind} {what} only {count} times");
        }
    }
    let failed = vectors().filter(|(_, v)| v["upstream"]["pods"]["failed"] == true);
    assert!(failed.count() > 20);
}
