//! The golden vectors: written by the oracle, and never by hand.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use serde_json::{Value, json};

use super::eligibility::ask;
use super::generator::{Case, Generator, corners};
use super::golden_dir;
use super::process::Oracle;

const SEED: u64 = 1_371;
const DAEMON_SETS: usize = 1_700;
const NODES_EACH: usize = 2;

/// Asks the oracle again about everything, and compares byte for byte; with
/// `KUBECTL_DS_REGENERATE=1` it writes the file instead.
pub fn run() -> Result<(), String> {
    let mut oracle = Oracle::start()?;
    let version = version(&mut oracle)?;
    let text = vectors(&mut oracle, &version)?;
    keep_or_compare(&path(&version), &text)
}

/// Writes `text` where that was asked for, and else finds it in the file as it is.
pub fn keep_or_compare(path: &Path, text: &str) -> Result<(), String> {
    if env::var_os("KUBECTL_DS_REGENERATE").is_some_and(|value| value == "1") {
        println!("written: {}", path.display());
        return fs::write(path, text).map_err(|e| format!("{}: {e}", path.display()));
    }
    let kept = fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
    match kept.lines().zip(text.lines()).position(|(a, b)| a != b) {
        _ if kept == text => Ok(()),
        Some(line) => Err(format!(
            "{}: line {} isn't what the oracle says",
            path.display(),
            line + 1
        )),
        None => Err(format!(
            "{}: not as long as what the oracle says",
            path.display()
        )),
    }
}

fn path(version: &str) -> PathBuf {
    golden_dir().join(format!("eligibility-{version}.jsonl"))
}

/// The Kubernetes release that the oracle was built from.
pub fn version(oracle: &mut Oracle) -> Result<String, String> {
    let answers = oracle.ask(&[json!({"id": 0, "op": "version"})])?;
    let version = answers[0]["kubernetes"].as_str();
    version
        .map(str::to_owned)
        .ok_or_else(|| answers[0].to_string())
}

fn vectors(oracle: &mut Oracle, version: &str) -> Result<String, String> {
    let mut generator = Generator::new(SEED);
    let mut cases: Vec<Case> = corners();
    cases.extend((0..DAEMON_SETS).flat_map(|_| generator.cases(NODES_EACH)));
    let header = json!({"kubernetes": version, "vectors": cases.len()});
    let mut text = format!("{header}\n");
    for (case, decision) in cases.iter().zip(ask(oracle, &cases)?) {
        let vector: Value = json!({
            "comparisonOperators": case.comparison_operators,
            "daemonSet": case.daemon_set,
            "node": case.node,
            "shouldRun": decision.should_run,
            "shouldContinueRunning": decision.should_continue_running,
        });
        let _ = writeln!(text, "{vector}");
    }
    Ok(text)
}
