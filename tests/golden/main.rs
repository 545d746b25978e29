//! The engine against what upstream's own code decided, without Go: the vectors
//! are written by the oracle only (`tests/oracle`), with
//! `KUBECTL_DS_E2E=1 KUBECTL_DS_REGENERATE=1 cargo test --test e2e golden`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    unreachable_pub
)]

mod analysis;
mod apply;
mod claim_outcome;
mod claims;
#[path = "../oracle/claims_state.rs"]
mod claims_state;
mod defaults;
#[path = "../oracle/evaluate.rs"]
mod evaluate;
mod history;
mod history_limit;
#[path = "../oracle/history_limit_state.rs"]
mod history_limit_state;
#[path = "../oracle/history_state.rs"]
mod history_state;
mod rollout;
#[path = "../oracle/rollout_state.rs"]
mod rollout_state;
mod simulation;
mod vector_file;

use evaluate::Question;
use kubectl_ds::engine::{Decision, Ignore, node_should_run_daemon_pod};
use serde_json::Value;

const VECTORS: &str = include_str!("eligibility-v1.37.1.jsonl");

struct Vector {
    line: usize,
    question: Question,
    upstream: Decision,
}

fn vectors() -> Vec<Vector> {
    let vectors = vector_file::read(VECTORS);
    vectors.map(|(line, read)| vector(line, &read)).collect()
}

fn vector(line: usize, vector: &Value) -> Vector {
    let flag = |name: &str| vector[name].as_bool().expect("a flag is a bool");
    let gate = flag("comparisonOperators");
    let question = Question::read(gate, &vector["daemonSet"], &vector["node"]);
    Vector {
        line,
        question: question.unwrap_or_else(|e| panic!("line {line}: {e}")),
        upstream: Decision {
            should_run: flag("shouldRun"),
            should_continue_running: flag("shouldContinueRunning"),
        },
    }
}

#[test]
fn the_engine_decides_what_upstream_decided() {
    let mut wrong = Vec::new();
    for vector in vectors() {
        let decided = vector.question.decide();
        if decided != Ok(vector.upstream) {
            wrong.push(format!(
                "line {}: {decided:?}, upstream {:?}",
                vector.line, vector.upstream
            ));
        }
    }
    vector_file::nothing_wrong(&wrong);
}

#[test]
fn the_vectors_are_of_the_release_that_the_engine_names() {
    vector_file::check_header(VECTORS, 2999);
}

#[test]
fn every_outcome_is_among_the_vectors() {
    let vectors = vectors();
    for (should_run, should_continue_running) in [(true, true), (false, true), (false, false)] {
        let outcome = Decision {
            should_run,
            should_continue_running,
        };
        let count = vectors.iter().filter(|v| v.upstream == outcome).count();
        assert!(count * 20 > vectors.len(), "{outcome:?} only {count} times");
    }
}

#[test]
fn the_hot_loop_allocates_nothing() {
    let vectors = vectors();
    let mut running = 0;
    let seen = allocation_counter::measure(|| {
        for Vector { question, .. } in &vectors {
            let decision =
                node_should_run_daemon_pod(&question.compiled, &question.node, &mut Ignore);
            running += usize::from(decision.should_run);
        }
    });
    assert_eq!(seen.count_total, 0);
    assert_eq!(
        running,
        vectors.iter().filter(|v| v.upstream.should_run).count()
    );
    // The counter counts: the explaining form fills a list.
    let explained = allocation_counter::measure(|| {
        for vector in &vectors {
            drop(vector.question.explain());
        }
    });
    assert!(explained.count_total > 0);
}
