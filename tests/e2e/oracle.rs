//! Everything that upstream's own code judges.

#![allow(unreachable_pub)]

use std::path::{Path, PathBuf};

use libtest_mimic::Trial;

use crate::control_plane::go_programs;
use crate::schedule::Schedule;

mod apply;
mod claims;
#[path = "../oracle/claims_state.rs"]
mod claims_state;
mod defaults;
mod eligibility;
#[path = "../oracle/evaluate.rs"]
mod evaluate;
#[path = "../oracle/generator/mod.rs"]
mod generator;
mod golden;
mod history;
mod history_limit;
#[path = "../oracle/history_limit_state.rs"]
mod history_limit_state;
#[path = "../oracle/history_state.rs"]
mod history_state;
mod minimise;
mod mutants;
mod parts;
#[path = "../oracle/process.rs"]
mod process;
mod requests;
mod rollout;
mod rollout_golden;
mod rollout_outcomes;
#[path = "../oracle/rollout_state.rs"]
mod rollout_state;
#[path = "../oracle/rules.rs"]
mod rules;
#[path = "../oracle/scalars.rs"]
mod scalars;
mod summary;
mod update;
mod validation;
mod yaml;

pub(crate) use mutants::tried as mutants_tried;
pub(crate) use process::asked;

/// What a trial does.
type Test = fn() -> Result<(), String>;

/// A trial for each rule set, for the vectors that are written of it, and for the mutants.
pub(crate) fn trials(schedule: &Schedule) -> Vec<Trial> {
    let all: [(&str, Test); 26] = [
        ("version", parts::version),
        ("eligibility", eligibility::run),
        ("golden-vectors", golden::run),
        ("manage", rollout::manage),
        ("rolling-update", rollout::rolling_update),
        ("rollout-vectors", rollout_golden::run),
        ("defaults", defaults::run),
        ("defaults-vectors", defaults::vectors),
        ("apply", apply::run),
        ("apply-vectors", apply::vectors),
        ("update", update::run),
        ("history", history::run),
        ("history-vectors", history::vectors),
        ("history-limit", history_limit::run),
        ("history-limit-vectors", history_limit::vectors),
        ("claims", claims::run),
        ("claims-vectors", claims::vectors),
        ("label-selector", parts::label_selector),
        ("tolerations", parts::tolerations),
        ("quantities", requests::quantities_alone),
        ("pod-requests", requests::sums),
        ("scheduled-requests", requests::scheduled),
        ("validation", validation::run),
        ("validation-of-updates", validation::updates),
        ("yaml", yaml::run),
        ("mutants", mutants::run),
    ];
    let trial = |(name, test)| schedule.computing(&format!("oracle/{name}"), test);
    all.into_iter().map(trial).collect()
}

/// Where the vectors are that upstream's code wrote.
fn golden_dir() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

/// The seed of a trial's generator: `KUBECTL_DS_SEED`, else its own.
fn seed(own: u64) -> Result<u64, String> {
    match std::env::var("KUBECTL_DS_SEED") {
        Ok(text) => text
            .parse()
            .map_err(|e| format!("KUBECTL_DS_SEED `{text}`: {e}")),
        Err(_) => Ok(own),
    }
}

/// Prints how often each outcome occurred in so many states.
///
/// # Errors
/// With those that occurred in less than `least` percent of them.
fn none_is_rare<S: AsRef<str>>(
    outcomes: &[S],
    seen: impl Fn(&str) -> u32,
    states: usize,
    least: f64,
) -> Result<(), String> {
    let mut problems = String::new();
    for name in outcomes {
        let name = name.as_ref();
        let percent = 100.0 * f64::from(seen(name)) / states as f64;
        println!("  {percent:6.2} %  {name}");
        if percent < least {
            problems.push_str(&format!("`{name}` too seldom; "));
        }
    }
    if problems.is_empty() {
        return Ok(());
    }
    Err(problems)
}
