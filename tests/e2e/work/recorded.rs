//! The figures that were recorded, and the comparison with them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Figures by case and name.
type Figures = BTreeMap<String, BTreeMap<String, u64>>;

/// How far above the recorded figure a count may be: threads and TLS take their turns in
/// another order from run to run, and processors copy memory in other strides.
const MARGIN: f64 = 1.15;

/// The same for what is held at once, which depends on how much of an answer is there when
/// the next of it is read: on an idle and on a busy machine a fifth lay between two runs.
const PEAK_MARGIN: f64 = 1.5;

/// The most memory that was held.
pub(crate) const PEAK: &str = "peak heap, bytes";

/// What is the same in each run.
const EXACT: &str = "requests";

fn path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/e2e/work/recorded.json")
}

fn read() -> Result<Figures, String> {
    let text = std::fs::read_to_string(path()).map_err(|e| format!("{}: {e}", path().display()))?;
    serde_json::from_str(&text).map_err(|e| format!("{}: {e}", path().display()))
}

/// Holds what was counted against what was recorded; records it instead when
/// `KUBECTL_DS_RECORD` is set.
pub(crate) fn check(case: &str, counted: &[(&'static str, u64)]) -> Result<(), String> {
    let mut figures = read()?;
    if std::env::var_os("KUBECTL_DS_RECORD").is_some() {
        let named = counted
            .iter()
            .map(|(name, count)| ((*name).to_owned(), *count));
        figures.insert(case.to_owned(), named.collect());
        let text = serde_json::to_string_pretty(&figures).map_err(|e| e.to_string())?;
        return std::fs::write(path(), text + "\n").map_err(|e| e.to_string());
    }
    let recorded = figures
        .get(case)
        .ok_or_else(|| format!("nothing was recorded for `{case}`: {RECORD}"))?;
    let mut problems = Vec::new();
    for (name, count) in counted {
        match recorded.get(*name) {
            None => problems.push(format!("{name}: nothing was recorded: {RECORD}")),
            Some(before) if *count as f64 > *before as f64 * margin(name) => {
                let more = (*count as f64 / *before as f64 - 1.0) * 100.0;
                problems.push(format!(
                    "{name}: {count}, {more:.0} % above the recorded {before}"
                ));
            }
            Some(_) => {}
        }
    }
    if problems.is_empty() {
        Ok(())
    } else {
        Err(format!(
            "`{case}` takes more work than was recorded:\n{}\nfind out why; where that is meant, {RECORD}",
            problems.join("\n")
        ))
    }
}

const RECORD: &str =
    "record anew with KUBECTL_DS_RECORD=1 KUBECTL_DS_E2E=1 cargo test --test e2e -- work/";

fn margin(name: &str) -> f64 {
    match name {
        EXACT => 1.0,
        PEAK => PEAK_MARGIN,
        _ => MARGIN,
    }
}

/// Twice the input is at most about twice the work.
pub(crate) fn check_growth(
    case: &str,
    single: &[(&'static str, u64)],
    double: &[(&'static str, u64)],
) -> Result<(), String> {
    for ((name, before), (_, after)) in single.iter().zip(double) {
        let limit = match *name {
            EXACT => 1.0,
            PEAK => super::DOUBLED * PEAK_MARGIN,
            _ => super::DOUBLED,
        };
        let times = *after as f64 / *before as f64;
        if times > limit {
            return Err(format!(
                "`{case}`: twice the input is {times:.2} times the {name} ({before}, then {after}); at most {limit} are linear"
            ));
        }
    }
    Ok(())
}
