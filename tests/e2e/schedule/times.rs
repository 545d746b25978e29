//! How long trials took, without what they waited for their turn.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

pub(super) struct Times {
    begin: Instant,
    taken: Mutex<Vec<(String, Duration)>>,
}

/// The sum of a group, and its longest trial.
#[derive(Default)]
struct Group<'a> {
    trials: usize,
    sum: Duration,
    longest: Option<(&'a str, Duration)>,
}

impl Default for Times {
    fn default() -> Self {
        Self {
            begin: Instant::now(),
            taken: Mutex::default(),
        }
    }
}

impl Times {
    pub(super) fn add(&self, trial: &str, took: Duration) {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.push((trial.to_owned(), took));
    }

    /// A line for each group. Trials run side by side, so the sums come to more than the whole.
    pub(super) fn print(&self) {
        let taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let mut groups: BTreeMap<&str, Group<'_>> = BTreeMap::new();
        for (trial, took) in taken.iter() {
            let group = groups.entry(group_of(trial)).or_default();
            group.trials += 1;
            group.sum += *took;
            if group.longest.is_none_or(|(_, longest)| *took > longest) {
                group.longest = Some((trial, *took));
            }
        }
        println!("\ntime  e2e, seconds by group, side by side");
        for (name, group) in groups {
            let (longest, took) = group.longest.unwrap_or_default();
            println!(
                "time  {:7.1}  {name} ({} trials; longest {longest}, {:.1})",
                group.sum.as_secs_f64(),
                group.trials,
                took.as_secs_f64()
            );
        }
        println!(
            "time  {:7.1}  e2e in all\n",
            self.begin.elapsed().as_secs_f64()
        );
    }
}

/// `plan/budget` of `plan/budget/surge`; of the oracle each trial by itself.
fn group_of(trial: &str) -> &str {
    if trial.starts_with("oracle/") {
        return trial;
    }
    trial.rsplit_once('/').map_or(trial, |(group, _)| group)
}
