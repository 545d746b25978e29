//! The golden vectors of rollouts: written by the oracle, and never by hand.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::generator::{Rollouts, Size};
use super::golden;
use super::process::{Oracle, go_module};
use super::rollout::{RUNS, ask};
use super::rollout_state::GONE;

const SEED: u64 = 2_376;
const SMALL: usize = 400;
const BIG: usize = 6;
const STEPS: &[&str] = &["manage", "rollingUpdate", "updateDaemonSet"];

/// Asks the oracle again about everything, and compares byte for byte; with
/// `KUBECTL_DS_REGENERATE=1` it writes the file instead.
pub fn run() -> Result<(), String> {
    let mut oracle = Oracle::start()?;
    let version = golden::version(&mut oracle)?;
    let text = vectors(&mut oracle, &version)?;
    let path = go_module().join(format!("golden/rollout-{version}.jsonl"));
    golden::keep_or_compare(&path, &text)
}

fn vectors(oracle: &mut Oracle, version: &str) -> Result<String, String> {
    let mut rollouts = Rollouts::new(SEED);
    let small: Vec<Value> = (0..SMALL).map(|_| rollouts.state(Size::Small)).collect();
    let big: Vec<Value> = (0..BIG).map(|_| rollouts.state(Size::Big)).collect();
    let header = json!({"kubernetes": version, "vectors": SMALL + BIG});
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

/// Of several nodes that are gone upstream's error names one, another each time.
fn leave_out_name(answer: &mut Value) {
    let failed = answer["failed"].as_str().unwrap_or_default();
    if let Some((before, _)) = failed.split_once(GONE) {
        answer["failed"] = format!("{before}{GONE}").into();
    }
}
