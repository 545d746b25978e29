//! The property: of generated revisions the engine makes what upstream makes, and
//! where upstream's cache decides, all that it may make and no more.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use kubectl_ds::engine::claim::Claimant;
use kubectl_ds::engine::history::{Relabelling, RevisionState};
use serde::Deserialize;
use serde_json::{Value, json};

use super::generator::Histories;
use super::golden;
use super::golden_dir;
use super::history_state::HistoryState;
use super::process::Oracle;

const SEED: u64 = 6_371;
const ONCE: usize = 50_500;
const OFTEN: usize = 800;
const CHUNK: usize = 500;
/// A cache of seven revisions comes in an order with each of them last once in
/// eight times or more: after so many runs nothing possible has been missed.
const RUNS: usize = 256;

/// Below this share of the states, in percent, something was hardly tested.
const LEAST: f64 = 0.5;
const OUTCOMES: &[&str] = &[
    "current",
    "current, and renumbered",
    "a rollback",
    "new",
    "new, beside one with a null that 1.33 wrote",
    "duplicates with lower numbers",
    "tied, and the cache decides",
    "an old revision's pod is relabelled",
    "a pod is relabelled or not",
    "unlabelled",
    "unlabelled and kept",
    "adopted",
    "adopted and kept",
    "released",
    "another's holds the template",
    "kept though it is being deleted",
];

const VECTORS_SEED: u64 = 7_371;
const VECTORS: usize = 500;

pub fn run() -> Result<(), String> {
    let seed = super::seed(SEED)?;
    let mut oracle = Oracle::start()?;
    let mut histories = Histories::new(seed);
    let mut seen = BTreeMap::<&str, u32>::new();
    for (count, runs) in [(ONCE, 1), (OFTEN, RUNS)] {
        let mut left = count;
        while left > 0 {
            let now = left.min(CHUNK);
            left -= now;
            let states: Vec<Value> = (0..now).map(|_| histories.state()).collect();
            let answers = ask(&mut oracle, states.clone(), runs)?;
            for (request, upstream) in states.iter().zip(&answers) {
                let state = HistoryState::read(request)?;
                let upstream = BTreeSet::deserialize(upstream).map_err(|e| e.to_string())?;
                state
                    .judge(&upstream, runs > 1)
                    .map_err(|problem| format!("{problem}\nin {request}"))?;
                note(&state, &mut seen)?;
            }
        }
    }
    verify(seed, &seen)
}

/// All outcomes of `runs` runs, for each state.
fn ask(oracle: &mut Oracle, mut states: Vec<Value>, runs: usize) -> Result<Vec<Value>, String> {
    for (id, state) in states.iter_mut().enumerate() {
        state["id"] = json!(id);
        state["op"] = json!("history");
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

fn note(state: &HistoryState, seen: &mut BTreeMap<&str, u32>) -> Result<(), String> {
    let claimant = Claimant::new(&state.ds)?;
    let history = state.history(&claimant);
    let mut count = |name, happened: bool| *seen.entry(name).or_default() += u32::from(happened);
    let current = history.current.revision();
    let is = |wanted| history.state == wanted;
    count("current", is(RevisionState::Current) && !history.renumbered);
    count(
        "current, and renumbered",
        is(RevisionState::Current) && history.renumbered,
    );
    count("a rollback", is(RevisionState::Existing));
    count("new", is(RevisionState::New));
    let mut stamped = state.ds.raw_template.clone();
    stamped["metadata"]["creationTimestamp"] = Value::Null;
    stamped["$patch"] = json!("replace");
    let stamped = json!({"spec": {"template": stamped}});
    count(
        "new, beside one with a null that 1.33 wrote",
        is(RevisionState::New) && history.old.iter().any(|r| r.data == stamped),
    );
    count(
        "duplicates with lower numbers",
        !history.duplicates.is_empty(),
    );
    count("tied, and the cache decides", !history.tied.is_empty());
    let pods = state.claimed(&claimant);
    count(
        "an old revision's pod is relabelled",
        pods.iter().any(|pod| {
            let label = pod.labels.get("controller-revision-hash");
            history.relabels(pod) == Relabelling::Certain
                && history.old.iter().any(|old| Some(old.hash()) == label)
        }),
    );
    count(
        "a pod is relabelled or not",
        pods.iter()
            .any(|pod| history.relabels(pod) == Relabelling::Perhaps),
    );
    let kept = |names: &[&kubectl_ds::model::ControllerRevision]| {
        current.is_some_and(|c| names.iter().any(|r| r.name == c.name))
    };
    count("unlabelled", !history.unlabelled.is_empty());
    count("unlabelled and kept", kept(&history.unlabelled));
    count("adopted", !history.adopted.is_empty());
    count("adopted and kept", kept(&history.adopted));
    count("released", !history.released.is_empty());
    let another = state.revisions.iter().any(|revision| {
        let claimed = history.old.iter().chain(&history.duplicates);
        let mut claimed = claimed.chain(&history.tied).chain(&current);
        kubectl_ds::model::revision_data::holds_template(revision, &state.ds.raw_template)
            && claimed.all(|r| r.name != revision.name)
    });
    count("another's holds the template", another);
    count(
        "kept though it is being deleted",
        current.is_some_and(|c| c.deleting),
    );
    Ok(())
}

fn verify(seed: u64, seen: &BTreeMap<&str, u32>) -> Result<(), String> {
    let states = ONCE + OFTEN;
    println!("seed {seed}\n{states} histories, {OFTEN} of them {RUNS} times, no mismatch");
    let seen = |name: &str| seen.get(name).copied().unwrap_or_default();
    super::none_is_rare(OUTCOMES, seen, states, LEAST)
}

/// Asks the oracle again about the golden vectors, and compares byte for byte; with
/// `KUBECTL_DS_REGENERATE=1` it writes the file instead.
pub fn vectors() -> Result<(), String> {
    let mut oracle = Oracle::start()?;
    let version = golden::version(&mut oracle)?;
    let mut histories = Histories::new(VECTORS_SEED);
    let states: Vec<Value> = (0..VECTORS).map(|_| histories.state()).collect();
    let mut text = format!("{}\n", json!({"kubernetes": version, "vectors": VECTORS}));
    let answers = ask(&mut oracle, states.clone(), RUNS)?;
    for (state, outcomes) in states.iter().zip(answers) {
        let vector = json!({"state": state, "outcomes": outcomes});
        let _ = writeln!(text, "{vector}");
    }
    let path = golden_dir().join(format!("history-{version}.jsonl"));
    golden::keep_or_compare(&path, &text)
}
