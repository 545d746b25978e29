//! The property: in generated states the engine says what upstream does, no less
//! and no more than is certain, and what it leaves open does differ.

use serde::Deserialize;
use serde_json::{Value, json};

use super::generator::{Rollouts, Size};
use super::process::Oracle;
use super::rollout_outcomes::Outcomes;
use super::rollout_state::{Observed, Runs, State};

/// What one trial compares.
struct Plan {
    seed: u64,
    steps: &'static [&'static str],
    small: usize,
    big: usize,
    tight: usize,
}

/// In a map of few keys each is the first of a walk at least once in eight or
/// sixteen times: after so many runs nothing possible has been missed.
pub const RUNS: usize = 256;
const CHUNK: usize = 500;

pub fn manage() -> Result<(), String> {
    run(&Plan {
        seed: 4_371,
        steps: &["manage"],
        small: 50_500,
        big: 200,
        tight: 800,
    })
}

pub fn rolling_update() -> Result<(), String> {
    run(&Plan {
        seed: 5_371,
        steps: &["rollingUpdate", "updateDaemonSet"],
        small: 50_500,
        big: 200,
        tight: 800,
    })
}

fn run(plan: &Plan) -> Result<(), String> {
    let seed = super::seed(plan.seed)?;
    let mut oracle = Oracle::start()?;
    let mut rollouts = Rollouts::new(seed);
    let mut outcomes = Outcomes::default();
    for (size, count, runs) in [
        (Size::Small, plan.small, Runs::One),
        (Size::Big, plan.big, Runs::One),
        (Size::Small, plan.tight, Runs::All),
    ] {
        let mut left = count;
        while left > 0 {
            let now = left.min(if size == Size::Big { 10 } else { CHUNK });
            left -= now;
            let states: Vec<Value> = (0..now).map(|_| rollouts.state(size)).collect();
            compare(&mut oracle, plan, states, (size, runs), &mut outcomes)?;
        }
    }
    println!("seed {seed}\n{outcomes}");
    outcomes.verify(plan.steps)
}

/// The oracle's answers to `steps` in `states`, by step.
pub fn ask(
    oracle: &mut Oracle,
    mut states: Vec<Value>,
    steps: &[&str],
    runs: usize,
) -> Result<Vec<Value>, String> {
    for (id, state) in states.iter_mut().enumerate() {
        state["id"] = json!(id);
        state["op"] = json!("rollout");
        state["steps"] = json!(steps);
        state["runs"] = json!(runs);
    }
    let mut answers = oracle.ask(&states)?;
    for (answer, state) in answers.iter_mut().zip(&states) {
        if !answer["steps"].is_object() {
            return Err(format!("the oracle answered {answer} to {state}"));
        }
        *answer = answer["steps"].take();
    }
    Ok(answers)
}

fn compare(
    oracle: &mut Oracle,
    plan: &Plan,
    states: Vec<Value>,
    (size, runs): (Size, Runs),
    outcomes: &mut Outcomes,
) -> Result<(), String> {
    let times = if runs == Runs::All { RUNS } else { 1 };
    let answers = ask(oracle, states.clone(), plan.steps, times)?;
    for (request, answer) in states.iter().zip(&answers) {
        let state =
            State::read(request).map_err(|e| format!("the engine can't read {request}: {e}"))?;
        let pods = state.claimed()?;
        let inputs = state.inputs(&pods);
        for &step in plan.steps {
            let observed = Observed::deserialize(&answer[step]).map_err(|e| e.to_string())?;
            let said = state.said(step, &inputs);
            state
                .judge(&said, &observed, runs)
                .map_err(|problem| format!("{step}: {problem}\nin {request}"))?;
            outcomes.count(step, size, runs, &state, &said);
        }
    }
    Ok(())
}
