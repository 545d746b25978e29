//! Everything that upstream's own code judges.

#![allow(unreachable_pub)]

use libtest_mimic::Trial;

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
mod summary;
mod update;
mod validation;

pub fn trials() -> Vec<Trial> {
    vec![
        Trial::test("oracle/version", || parts::version().map_err(Into::into)),
        Trial::test("oracle/eligibility", || {
            eligibility::run().map_err(Into::into)
        }),
        Trial::test("oracle/golden-vectors", || {
            golden::run().map_err(Into::into)
        }),
        Trial::test("oracle/manage", || rollout::manage().map_err(Into::into)),
        Trial::test("oracle/rolling-update", || {
            rollout::rolling_update().map_err(Into::into)
        }),
        Trial::test("oracle/rollout-vectors", || {
            rollout_golden::run().map_err(Into::into)
        }),
        Trial::test("oracle/defaults", || defaults::run().map_err(Into::into)),
        Trial::test("oracle/defaults-vectors", || {
            defaults::vectors().map_err(Into::into)
        }),
        Trial::test("oracle/apply", || apply::run().map_err(Into::into)),
        Trial::test("oracle/apply-vectors", || {
            apply::vectors().map_err(Into::into)
        }),
        Trial::test("oracle/update", || update::run().map_err(Into::into)),
        Trial::test("oracle/validation", || {
            validation::run().map_err(Into::into)
        }),
        Trial::test("oracle/validation-of-updates", || {
            validation::updates().map_err(Into::into)
        }),
        Trial::test("oracle/history", || history::run().map_err(Into::into)),
        Trial::test("oracle/history-vectors", || {
            history::vectors().map_err(Into::into)
        }),
        Trial::test("oracle/history-limit", || {
            history_limit::run().map_err(Into::into)
        }),
        Trial::test("oracle/history-limit-vectors", || {
            history_limit::vectors().map_err(Into::into)
        }),
        Trial::test("oracle/claims", || claims::run().map_err(Into::into)),
        Trial::test("oracle/claims-vectors", || {
            claims::vectors().map_err(Into::into)
        }),
        Trial::test("oracle/label-selector", || {
            parts::label_selector().map_err(Into::into)
        }),
        Trial::test("oracle/tolerations", || {
            parts::tolerations().map_err(Into::into)
        }),
        Trial::test("oracle/quantities", || {
            requests::quantities_alone().map_err(Into::into)
        }),
        Trial::test("oracle/pod-requests", || {
            requests::sums().map_err(Into::into)
        }),
        Trial::test("oracle/mutants", || mutants::run().map_err(Into::into)),
    ]
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
