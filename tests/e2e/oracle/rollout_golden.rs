//! The golden vectors of rollouts: written by the oracle, and never by hand.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::{Value, json};

use super::generator::{Rollouts, Size};
use super::golden;
use super::golden_dir;
use super::process::Oracle;
use super::rollout::{RUNS, ask};
use super::rollout_outcomes::{names, of_big};
use super::rollout_state::{GONE, Said, State};

const SEED: u64 = 2_376;
const SMALL: usize = 450;
/// So many more, in which the whole sync comes to an error: that is rare.
const ERRORS: usize = 8;
/// So many big states are looked through for those that show something new.
const BIG: usize = 200;
const STEPS: &[&str] = &["manage", "rollingUpdate", "updateDaemonSet"];

/// Asks the oracle again about everything, and compares byte for byte; with
/// `KUBECTL_DS_REGENERATE=1` it writes the file instead.
pub fn run() -> Result<(), String> {
    let mut oracle = Oracle::start()?;
    let version = golden::version(&mut oracle)?;
    let text = vectors(&mut oracle, &version)?;
    let path = golden_dir().join(format!("rollout-{version}.jsonl"));
    golden::keep_or_compare(&path, &text)
}

fn vectors(oracle: &mut Oracle, version: &str) -> Result<String, String> {
    let mut rollouts = Rollouts::new(SEED);
    let mut small: Vec<Value> = (0..SMALL).map(|_| rollouts.state(Size::Small)).collect();
    small.extend(errors(&mut rollouts)?);
    let big = big(&mut rollouts)?;
    let header = json!({"kubernetes": version, "vectors": small.len() + big.len()});
    let mut text = format!("{header}\n");
    let answers = ask(oracle, small.clone(), STEPS, RUNS)?;
    for (state, mut steps) in small.iter().zip(answers) {
        STEPS
            .iter()
            .for_each(|step| leave_out_name(&mut steps[step]));
        let _ = writeln!(text, "{}", json!({"state": state, "steps": steps}));
    }
    let answers = ask(oracle, big.clone(), STEPS, 1)?;
    for (state, mut steps) in big.iter().zip(answers) {
        // Of so many no number of runs shows all: the count alone is the same each time.
        for step in STEPS {
            leave_out_name(&mut steps[step]);
            for what in ["created", "deleted"] {
                let seen = steps[step][what].as_object_mut();
                let seen = seen.ok_or("an answer without what was seen")?;
                seen.retain(|key, _| key == "least" || key == "most");
            }
        }
        let _ = writeln!(text, "{}", json!({"state": state, "steps": steps}));
    }
    Ok(text)
}

fn errors(rollouts: &mut Rollouts) -> Result<Vec<Value>, String> {
    let mut chosen = Vec::new();
    while chosen.len() < ERRORS {
        let request = rollouts.state(Size::Small);
        let state = State::read(&request)?;
        let pods = state.claimed()?;
        if let Said::Error(_) = state.said("updateDaemonSet", &state.inputs(&pods)) {
            chosen.push(request);
        }
    }
    Ok(chosen)
}

/// As few big states as show each thing that they alone can: they are long.
fn big(rollouts: &mut Rollouts) -> Result<Vec<Value>, String> {
    let mut missing: BTreeSet<String> = of_big().map(str::to_owned).collect();
    let mut chosen = Vec::new();
    for _ in 0..BIG {
        let request = rollouts.state(Size::Big);
        let state = State::read(&request)?;
        let pods = state.claimed()?;
        let inputs = state.inputs(&pods);
        let before = missing.len();
        for step in STEPS {
            for name in names(step, &state, &state.said(step, &inputs)) {
                missing.remove(&name);
            }
        }
        if missing.len() < before {
            chosen.push(request);
        }
    }
    if missing.is_empty() {
        return Ok(chosen);
    }
    Err(format!("no big state shows {missing:?}"))
}

/// Of several nodes that are gone upstream's error names one, another each time.
fn leave_out_name(answer: &mut Value) {
    let failed = answer["failed"].as_str().unwrap_or_default();
    if let Some((before, _)) = failed.split_once(GONE) {
        answer["failed"] = format!("{before}{GONE}").into();
    }
}
