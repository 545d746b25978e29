//! The property: on generated pairs the engine decides what upstream decides.

use kubectl_ds::engine::Decision;
use serde_json::{Value, json};

use super::evaluate::Question;
use super::generator::{Case, Generator};
use super::minimise;
use super::process::Oracle;
use super::rules::{self, Sole};
use super::summary::Summary;

const SEED: u64 = 20_371;
const DAEMON_SETS: usize = 27_500;
const NODES_EACH: usize = 4;
/// DaemonSets that are asked about at once.
const CHUNK: usize = 1_000;

pub fn run() -> Result<(), String> {
    let seed = super::seed(SEED)?;
    let mut oracle = Oracle::start()?;
    let mut generator = Generator::new(seed);
    let mut summary = Summary::default();
    let mut left = DAEMON_SETS;
    while left > 0 {
        let now = left.min(CHUNK);
        left -= now;
        let cases: Vec<Case> = (0..now).flat_map(|_| generator.cases(NODES_EACH)).collect();
        compare(&mut oracle, &cases, &mut summary)?;
    }
    println!("seed {seed}\n{summary}");
    summary.verify()
}

/// The oracle's decisions on `cases`.
pub fn ask(oracle: &mut Oracle, cases: &[Case]) -> Result<Vec<Decision>, String> {
    let requests: Vec<Value> = cases
        .iter()
        .enumerate()
        .map(|(id, case)| {
            json!({"id": id, "op": "eligibility", "gates": case.gates(),
                "daemonSet": case.daemon_set, "node": case.node})
        })
        .collect();
    let answers = oracle.ask(&requests)?;
    answers.iter().zip(cases).map(decision).collect()
}

fn decision((answer, case): (&Value, &Case)) -> Result<Decision, String> {
    let flag = |name: &str| {
        answer[name]
            .as_bool()
            .ok_or_else(|| format!("the oracle answered {answer} to {case:?}"))
    };
    Ok(Decision {
        should_run: flag("shouldRun")?,
        should_continue_running: flag("shouldContinueRunning")?,
    })
}

fn compare(oracle: &mut Oracle, cases: &[Case], summary: &mut Summary) -> Result<(), String> {
    let decisions = ask(oracle, cases)?;
    let mut soles = Vec::new();
    for (case, upstream) in cases.iter().zip(decisions) {
        let question = read(case)?;
        if question.decide() != Ok(upstream) {
            return Err(minimise::report(oracle, case.clone()));
        }
        let ruled = rules::soles(case, &question);
        summary.count(upstream, &ruled);
        soles.extend(ruled);
    }
    confirm(oracle, &soles)
}

fn read(case: &Case) -> Result<Question, String> {
    Question::read(case.comparison_operators, &case.daemon_set, &case.node)
        .map_err(|problem| format!("the engine can't read {case:?}: {problem}"))
}

/// Upstream must agree that each rule was decisive: with it out of the way the
/// decision is the other one. So the explanation is right too, not only the verdict.
fn confirm(oracle: &mut Oracle, soles: &[Sole]) -> Result<(), String> {
    let changed: Vec<Case> = soles.iter().map(|sole| sole.changed.clone()).collect();
    let decisions = ask(oracle, &changed)?;
    for (sole, upstream) in soles.iter().zip(decisions) {
        if upstream.should_run != sole.then_runs {
            return Err(format!(
                "`{}` was said to decide alone, but without it upstream says {upstream:?}: {}",
                sole.rule,
                minimise::json(&sole.changed)
            ));
        }
    }
    Ok(())
}
