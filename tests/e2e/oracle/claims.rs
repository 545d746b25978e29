//! The property: upstream's own code adopts, releases and works with the pods and
//! ControllerRevisions that the engine says.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use kubectl_ds::engine::claim::{ClaimReason, Claimant, Claims};
use serde_json::{Value, json};

use super::claims_state::ClaimsState;
use super::generator::ClaimStates;
use super::golden;
use super::golden_dir;
use super::process::Oracle;

const SEED: u64 = 8_371;
const STATES: usize = 60_000;
const CHUNK: usize = 1_000;

/// Below this share of the states, in percent, something was hardly tested.
const LEAST: f64 = 1.0;
const REASONS: &[ClaimReason] = &[
    ClaimReason::Controlled,
    ClaimReason::Orphan,
    ClaimReason::NoLongerSelected,
    ClaimReason::OtherController,
    ClaimReason::FormerSelf,
    ClaimReason::OtherNamespace,
    ClaimReason::NotSelected,
    ClaimReason::DaemonSetDeleting,
    ClaimReason::Terminating,
    ClaimReason::OtherIdentity,
];
const OUTCOMES: &[&str] = &[
    "the selector can't be parsed",
    "nothing is claimed, the selector is {}",
    "nothing is claimed, the DaemonSet is being deleted",
    "pods are adopted",
    "pods are adopted beside owned ones",
    "a pod is adopted in spite of an owner reference without controller",
    "a pod with several controllers is owned",
    "a pod with several controllers is another's",
    "adoption of pods is refused",
    "adoption of pods is refused, and others are released",
    "adoption of revisions is refused",
    "the recheck fails and nobody asks",
];

const VECTORS_SEED: u64 = 9_371;
const VECTORS: usize = 600;

type Seen = BTreeMap<String, u32>;

pub fn run() -> Result<(), String> {
    let seed = super::seed(SEED)?;
    let mut oracle = Oracle::start()?;
    let mut generator = ClaimStates::new(seed);
    let mut seen = Seen::new();
    let mut left = STATES;
    while left > 0 {
        let now = left.min(CHUNK);
        left -= now;
        let states: Vec<Value> = (0..now).map(|_| generator.state()).collect();
        let answers = ask(&mut oracle, states.clone())?;
        for (request, upstream) in states.iter().zip(&answers) {
            let state = ClaimsState::read(request)?;
            state
                .judge(upstream)
                .map_err(|problem| format!("{problem}\nin {request}"))?;
            note(&state, &mut seen);
        }
    }
    verify(seed, &seen)
}

fn ask(oracle: &mut Oracle, mut states: Vec<Value>) -> Result<Vec<Value>, String> {
    for (id, state) in states.iter_mut().enumerate() {
        state["id"] = json!(id);
        state["op"] = json!("claims");
    }
    let mut answers = oracle.ask(&states)?;
    for (answer, state) in answers.iter_mut().zip(&states) {
        if !answer["pods"].is_object() {
            return Err(format!("the oracle answered {answer} to {state}"));
        }
        if let Some(fields) = answer.as_object_mut() {
            fields.remove("id");
        }
    }
    Ok(answers)
}

/// Counts a state under everything that it is an example of.
fn note(state: &ClaimsState, seen: &mut Seen) {
    let mut count = |name: &str, happened: bool| {
        *seen.entry(name.to_owned()).or_default() += u32::from(happened);
    };
    let claimant = Claimant::new(&state.ds);
    count("the selector can't be parsed", claimant.is_err());
    let Ok(claimant) = claimant else {
        return;
    };
    let all = claimant.selector.is_empty();
    count("nothing is claimed, the selector is {}", all);
    count(
        "nothing is claimed, the DaemonSet is being deleted",
        claimant.deleting,
    );
    for reason in REASONS {
        let mut pods = state.pods.iter();
        let is_so = pods.any(|pod| claimant.pod_reason(pod) == *reason);
        count(&format!("pod: {reason:?}"), is_so);
        let mut revisions = state.revisions.iter();
        let is_so = revisions.any(|r| claimant.revision_reason(r) == *reason);
        count(&format!("revision: {reason:?}"), is_so);
    }
    let pods = claimant.claim_pods(state.recheck, &state.pods);
    let revisions = claimant.claim_revisions(state.recheck, &state.revisions);
    note_pods(state, &claimant, &mut count);
    count("pods are adopted", !pods.adopted.is_empty());
    count("pods are adopted beside owned ones", is_mixed(&pods));
    count(
        "a pod is adopted in spite of an owner reference without controller",
        pods.adopted.iter().any(|pod| !pod.owners.is_empty()),
    );
    count("adoption of pods is refused", pods.has_failed());
    count(
        "adoption of pods is refused, and others are released",
        pods.has_failed() && !pods.released.is_empty(),
    );
    count("adoption of revisions is refused", revisions.has_failed());
    count(
        "the recheck fails and nobody asks",
        state.recheck == kubectl_ds::engine::claim::Recheck::Refused
            && !pods.claimed.is_empty()
            && !pods.has_failed(),
    );
}

fn is_mixed<T>(claims: &Claims<'_, T>) -> bool {
    let adopted = claims.adopted.len();
    adopted > 0 && adopted < claims.claimed.len()
}

fn note_pods(state: &ClaimsState, claimant: &Claimant<'_>, count: &mut impl FnMut(&str, bool)) {
    let several = |reason| {
        state.pods.iter().any(|pod| {
            let controlling = pod.owners.iter().filter(|o| o.controller == Some(true));
            controlling.count() > 1 && claimant.pod_reason(pod) == reason
        })
    };
    count(
        "a pod with several controllers is owned",
        several(ClaimReason::Controlled),
    );
    count(
        "a pod with several controllers is another's",
        several(ClaimReason::OtherController),
    );
}

fn verify(seed: u64, seen: &Seen) -> Result<(), String> {
    println!("seed {seed}\n{STATES} states, no mismatch");
    let mut names: Vec<String> = OUTCOMES.iter().map(|&name| name.to_owned()).collect();
    for reason in REASONS {
        names.push(format!("pod: {reason:?}"));
        // Revisions are told by their UID alone.
        if *reason != ClaimReason::OtherIdentity {
            names.push(format!("revision: {reason:?}"));
        }
    }
    let seen = |name: &str| seen.get(name).copied().unwrap_or_default();
    super::none_is_rare(&names, seen, STATES, LEAST)
}

/// Asks the oracle again about the golden vectors, and compares byte for byte; with
/// `KUBECTL_DS_REGENERATE=1` it writes the file instead.
pub fn vectors() -> Result<(), String> {
    let mut oracle = Oracle::start()?;
    let version = golden::version(&mut oracle)?;
    let mut generator = ClaimStates::new(VECTORS_SEED);
    let states: Vec<Value> = (0..VECTORS).map(|_| generator.state()).collect();
    let mut text = format!("{}\n", json!({"kubernetes": version, "vectors": VECTORS}));
    let answers = ask(&mut oracle, states.clone())?;
    for (state, upstream) in states.iter().zip(answers) {
        let _ = writeln!(text, "{}", json!({"state": state, "upstream": upstream}));
    }
    let path = golden_dir().join(format!("claims-{version}.jsonl"));
    golden::keep_or_compare(&path, &text)
}
