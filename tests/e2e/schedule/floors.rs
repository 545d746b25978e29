//! How much a whole run has to try at least, from `tests/floors.json`: what makes a run
//! shorter must not make it prove less.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::{oracle, sequences};

const FLOORS: &str = include_str!("../../floors.json");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Floors {
    /// Trials by the first word of their name.
    trials: BTreeMap<String, u64>,
    /// States that upstream's code judged, by rule set.
    oracle: BTreeMap<String, u64>,
    /// Mutants of a usual run; a full one tries all.
    mutants: u64,
    /// Random sequences of acts in a usual run; a full one plays all.
    sequences: u64,
    /// Files and flags that must be refused; the suite checks it.
    #[serde(rename = "badInputs")]
    _bad_inputs: u64,
}

/// Prints what the oracle was asked, whether or not all of it was to run.
pub(super) fn print() {
    for (kind, count) in oracle::asked() {
        println!("asked {count:9}  {kind} states");
    }
}

/// Prints what a whole run of these trials tried.
///
/// # Errors
/// With what is below its floor.
pub(super) fn check(trials: &[String]) -> Result<(), String> {
    let floors: Floors =
        serde_json::from_str(FLOORS).map_err(|e| format!("tests/floors.json: {e}"))?;
    let mut groups: BTreeMap<String, u64> = BTreeMap::new();
    for trial in trials {
        let group = trial.split('/').next().unwrap_or(trial);
        *groups.entry(group.to_owned()).or_default() += 1;
    }
    let mut missing = Vec::new();
    compare("trials", &floors.trials, &groups, &mut missing);
    compare("states", &floors.oracle, &oracle::asked(), &mut missing);
    for (kind, floor, tried) in [
        ("mutants", floors.mutants, oracle::mutants_tried()),
        ("sequences", floors.sequences, sequences::tried()),
    ] {
        let of_kind = |count| BTreeMap::from([(kind.to_owned(), count)]);
        compare("tried", &of_kind(floor), &of_kind(tried), &mut missing);
    }
    if missing.is_empty() {
        Ok(())
    } else {
        Err(missing.join("\n"))
    }
}

fn compare(
    what: &str,
    floors: &BTreeMap<String, u64>,
    tried: &BTreeMap<String, u64>,
    missing: &mut Vec<String>,
) {
    for (kind, floor) in floors {
        let count = tried.get(kind).copied().unwrap_or(0);
        println!("floor {count:9}  {kind} {what} (at least {floor})");
        if count < *floor {
            missing.push(format!("{kind}: {count} {what}, not {floor}"));
        }
    }
}
