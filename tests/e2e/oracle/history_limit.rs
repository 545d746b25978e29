//! The property: of generated old revisions upstream deletes those that the engine
//! says, and where the order of its cache decides, all that it may delete and no more.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use kubectl_ds::model::HASH_LABEL;
use kubectl_ds::model::Pod;
use serde::Deserialize;
use serde_json::{Value, json};

use super::generator::HistoryLimits;
use super::golden;
use super::golden_dir;
use super::history_limit_state::HistoryLimitState;
use super::process::Oracle;

const SEED: u64 = 10_371;
const ONCE: usize = 50_500;
const OFTEN: usize = 1_000;
const CHUNK: usize = 500;
/// Three of six tied revisions can be picked in twenty ways: after so many shuffles
/// none has been missed.
const RUNS: usize = 400;

/// Below this share of the states, in percent, something was hardly tested.
const LEAST: f64 = 0.5;
const OUTCOMES: &[&str] = &[
    "nothing is beyond the limit",
    "some are deleted",
    "all are deleted",
    "tied, and the order decides",
    "some for certain, and of the tied the order decides",
    "a pod keeps one that would go",
    "pods keep more than the limit",
    "a pod that has ended and is being deleted keeps one",
    "a pod that is adopted keeps one",
    "a pod on no node keeps none",
    "another's pod keeps none",
    "a revision with an empty hash is deleted",
];

const VECTORS_SEED: u64 = 11_371;
const VECTORS: usize = 400;

type Seen = BTreeMap<&'static str, u32>;

pub fn run() -> Result<(), String> {
    let seed = super::seed(SEED)?;
    let mut oracle = Oracle::start()?;
    let mut generator = HistoryLimits::new(seed);
    let mut seen = Seen::new();
    for (count, runs) in [(ONCE, 1), (OFTEN, RUNS)] {
        let mut left = count;
        while left > 0 {
            let now = left.min(CHUNK);
            left -= now;
            let states: Vec<Value> = (0..now).map(|_| generator.state()).collect();
            let answers = ask(&mut oracle, states.clone(), runs)?;
            for (request, upstream) in states.iter().zip(&answers) {
                let state = HistoryLimitState::read(request)?;
                let upstream = BTreeSet::deserialize(upstream).map_err(|e| e.to_string())?;
                state
                    .judge(&upstream, runs > 1)
                    .map_err(|problem| format!("{problem}\nin {request}"))?;
                note(&state, &mut seen);
            }
        }
    }
    let states = ONCE + OFTEN;
    println!("seed {seed}\n{states} histories, {OFTEN} of them {RUNS} times, no mismatch");
    let seen = |name: &str| seen.get(name).copied().unwrap_or_default();
    super::none_is_rare(OUTCOMES, seen, states, LEAST)
}

/// All that was deleted in any of `runs` runs, for each state.
fn ask(oracle: &mut Oracle, mut states: Vec<Value>, runs: usize) -> Result<Vec<Value>, String> {
    for (id, state) in states.iter_mut().enumerate() {
        state["id"] = json!(id);
        state["op"] = json!("historyLimit");
        state["runs"] = json!(runs);
    }
    let mut answers = oracle.ask(&states)?;
    for (answer, state) in answers.iter_mut().zip(&states) {
        if !answer["outcomes"].is_array() {
            return Err(format!("the oracle answered {answer} to {state}"));
        }
        *answer = answer["outcomes"].take();
    }
    Ok(answers)
}

fn note(state: &HistoryLimitState, seen: &mut Seen) {
    let mut count = |name, happened: bool| *seen.entry(name).or_default() += u32::from(happened);
    let choice = state.deleted();
    let (old, claimed) = (&state.revisions, state.claimed());
    let beyond = old
        .len()
        .saturating_sub(usize::try_from(state.limit()).unwrap_or_default());
    count("nothing is beyond the limit", beyond == 0);
    count("some are deleted", choice.count() > 0);
    count(
        "all are deleted",
        choice.count() > 0 && choice.count() == old.len(),
    );
    count("tied, and the order decides", choice.take > 0);
    count(
        "some for certain, and of the tied the order decides",
        choice.take > 0 && !choice.certain.is_empty(),
    );
    count("pods keep more than the limit", choice.count() < beyond);
    // Of which the hash alone says that they would keep a revision.
    let names = |pod: &Pod| {
        let hash = pod.labels.get(HASH_LABEL).unwrap_or_default();
        beyond > 0 && !hash.is_empty() && old.iter().any(|r| r.hash() == hash)
    };
    let keeps = |pod: &&&Pod| pod.target_node.is_some() && names(pod);
    let keeping = || claimed.iter().filter(keeps);
    count("a pod keeps one that would go", keeping().next().is_some());
    count(
        "a pod that has ended and is being deleted keeps one",
        keeping().any(|pod| pod.is_terminal() && pod.is_deleting()),
    );
    count(
        "a pod that is adopted keeps one",
        keeping().any(|pod| pod.controller().is_none()),
    );
    count(
        "a pod on no node keeps none",
        claimed
            .iter()
            .any(|pod| pod.target_node.is_none() && names(pod)),
    );
    count(
        "another's pod keeps none",
        state
            .pods
            .iter()
            .any(|pod| names(pod) && claimed.iter().all(|claimed| claimed.name != pod.name)),
    );
    count(
        "a revision with an empty hash is deleted",
        choice.certain.iter().any(|r| r.hash().is_empty()),
    );
}

/// Asks the oracle again about the golden vectors, and compares byte for byte; with
/// `KUBECTL_DS_REGENERATE=1` it writes the file instead.
pub fn vectors() -> Result<(), String> {
    let mut oracle = Oracle::start()?;
    let version = golden::version(&mut oracle)?;
    let mut generator = HistoryLimits::new(VECTORS_SEED);
    let states: Vec<Value> = (0..VECTORS).map(|_| generator.state()).collect();
    let mut text = format!("{}\n", json!({"kubernetes": version, "vectors": VECTORS}));
    let answers = ask(&mut oracle, states.clone(), RUNS)?;
    for (state, outcomes) in states.iter().zip(answers) {
        let vector = json!({"state": state, "outcomes": outcomes});
        let _ = writeln!(text, "{vector}");
    }
    let path = golden_dir().join(format!("history-limit-{version}.jsonl"));
    golden::keep_or_compare(&path, &text)
}
