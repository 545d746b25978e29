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

mod apply;
mod claim_outcome;
mod claims;
#[path = "../oracle/claims_state.rs"]
mod claims_state;
mod defaults;
#[path = "../oracle/evaluate.rs"]
mod evaluate;
mod history;
#[path = "../oracle/history_state.rs"]
mod history_state;
mod rollout;
#[path = "../oracle/rollout_state.rs"]
mod rollout_state;
mod simulation;

use evaluate::Question;
use kubectl_ds::engine::{Decision, Ignore, VERIFIED_RELEASE, node_should_run_daemon_pod};
use serde_json::Value;

const VECTORS: &str = include_str!("eligibility-v1.37.1.jsonl");

struct Vector {
    line: usize,
    question: Question,
    upstream: Decision,
}

fn vectors() -> Vec<Vector> {
    let lines = VECTORS.lines().enumerate().skip(1);
    lines.map(|(index, text)| vector(index + 1, text)).collect()
}

fn vector(line: usize, text: &str) -> Vector {
    let vector: Value = serde_json::from_str(text).expect("a vector is JSON");
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
    let first: Vec<_> = wrong.iter().take(10).collect();
    assert!(
        wrong.is_empty(),
        "{} wrong, the first: {first:#?}",
        wrong.len()
    );
}

#[test]
fn the_vectors_are_of_the_release_that_the_engine_names() {
    let header: Value = serde_json::from_str(VECTORS.lines().next().unwrap()).unwrap();
    assert_eq!(header["kubernetes"], VERIFIED_RELEASE);
    assert_eq!(header["vectors"], VECTORS.lines().count() - 1);
    assert!(VECTORS.lines().count() > 3_000);
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
