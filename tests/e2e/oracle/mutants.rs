//! Would the golden vectors notice? Each of a list of small mistakes is put into
//! a copy of the engine, and the golden test must fail on it. A usual run takes some of
//! every file, others at each commit; `KUBECTL_DS_PROOF=full` takes all.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, ScopedJoinHandle};
use std::{env, fs};

use serde::Deserialize;

use crate::proof;

const LIST: &str = include_str!("../../oracle/mutants.json");

/// Of every file so many at least, as far as it has them.
const SAMPLE: usize = 2;

#[derive(Deserialize)]
struct Mutant {
    file: String,
    /// Text that must occur exactly once.
    old: String,
    new: String,
}

/// Compiling one crate keeps one core busy; each worker has a copy of its own.
const WORKERS: usize = 2;

pub fn run() -> Result<(), String> {
    let all: Vec<Mutant> = serde_json::from_str(LIST).map_err(|e| e.to_string())?;
    let (mutants, left_out) = sample(all)?;
    let mut problems = Vec::new();
    let next = AtomicUsize::new(0);
    let found: Vec<Result<Vec<String>, String>> = thread::scope(|scope| {
        let work = |worker| {
            let (mutants, next) = (&mutants, &next);
            scope.spawn(move || try_all(worker, mutants, next))
        };
        let workers: Vec<_> = (0..WORKERS).map(work).collect();
        workers.into_iter().map(joined).collect()
    });
    for found in found {
        problems.extend(found?);
    }
    println!("{} mutants, {} problems", mutants.len(), problems.len());
    TRIED.store(mutants.len(), Ordering::Relaxed);
    if !left_out.is_empty() {
        println!(
            "left out {} mutants (KUBECTL_DS_PROOF=full KUBECTL_DS_E2E=1 cargo test --test e2e oracle/mutants):",
            left_out.len()
        );
    }
    for mutant in left_out {
        println!("  {}", mutant.describe());
    }
    if problems.is_empty() {
        return Ok(());
    }
    Err(problems.join("\n"))
}

static TRIED: AtomicUsize = AtomicUsize::new(0);

/// How many were tried in this run.
pub(crate) fn tried() -> u64 {
    TRIED.load(Ordering::Relaxed) as u64
}

/// Those to try and those to leave out.
fn sample(all: Vec<Mutant>) -> Result<(Vec<Mutant>, Vec<Mutant>), String> {
    if proof::is_full()? {
        return Ok((all, Vec::new()));
    }
    let mut files: BTreeMap<String, Vec<Mutant>> = BTreeMap::new();
    for mutant in all {
        files.entry(mutant.file.clone()).or_default().push(mutant);
    }
    let (mut chosen, mut left_out) = (Vec::new(), Vec::new());
    for of_file in files.into_values() {
        let (some, rest) = proof::sample(of_file, SAMPLE);
        chosen.extend(some);
        left_out.extend(rest);
    }
    Ok((chosen, left_out))
}

fn joined<T>(worker: ScopedJoinHandle<'_, Result<T, String>>) -> Result<T, String> {
    worker
        .join()
        .unwrap_or_else(|_| Err("a worker ended by itself".to_owned()))
}

/// Takes one mutant after the other until none is left.
fn try_all(worker: usize, mutants: &[Mutant], next: &AtomicUsize) -> Result<Vec<String>, String> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("mutants-{worker}"));
    let (root, target) = (folder.join("crate"), folder.join("target"));
    copy_crate(&root).map_err(|e| format!("{}: {e}", root.display()))?;
    // Without this, a golden test that always fails would catch everything.
    if !passes(&root, &target, "")? {
        return Err("the golden test fails on the engine as it is".to_owned());
    }
    let mut problems = Vec::new();
    while let Some(mutant) = mutants.get(next.fetch_add(1, Ordering::Relaxed)) {
        match survives(mutant, &root, &target) {
            Ok(false) => {}
            Ok(true) => problems.push(format!("not caught: {}", mutant.describe())),
            Err(problem) => problems.push(format!("{problem}: {}", mutant.describe())),
        }
    }
    Ok(problems)
}

impl Mutant {
    /// The module of the golden test that is most likely to catch it.
    fn vectors(&self) -> &'static str {
        const PARTS: [(&str, &str); 12] = [
            ("src/engine/rollout/", "rollout"),
            ("src/engine/history.rs", "history"),
            ("src/engine/history_limit.rs", "history_limit"),
            ("src/model/revision", "history"),
            ("src/engine/claim_outcome.rs", "claim_outcome"),
            ("src/engine/claim", "claims"),
            ("src/apply/defaults/", "defaults"),
            ("src/apply/schema/", "defaults"),
            ("src/apply/patch/", "apply"),
            ("src/analysis/", "analysis"),
            ("src/engine/", "the_engine_decides"),
            ("src/model/qualified_name.rs", "the_engine_decides"),
        ];
        let part = PARTS.iter().find(|(file, _)| self.file.starts_with(file));
        part.map_or("", |(_, module)| module)
    }

    fn describe(&self) -> String {
        format!(
            "{}: `{}` for `{}`",
            self.file,
            self.new.trim(),
            self.old.trim()
        )
    }
}

fn survives(mutant: &Mutant, root: &Path, target: &Path) -> Result<bool, String> {
    let path = root.join(&mutant.file);
    let original = fs::read_to_string(&path).map_err(|e| e.to_string())?;
    let count = original.matches(&mutant.old).count();
    if count != 1 {
        return Err(format!("the old text occurs {count} times"));
    }
    let mutated = original.replace(&mutant.old, &mutant.new);
    fs::write(&path, mutated).map_err(|e| e.to_string())?;
    // Whoever survives the vectors of its own part may still be caught by others.
    let passed = match passes(root, target, mutant.vectors()) {
        Ok(true) => passes(root, target, ""),
        caught => caught,
    };
    fs::write(&path, original).map_err(|e| e.to_string())?;
    passed
}

/// Whether the golden test passes; a mutant that doesn't compile is an error,
/// for a compiler catches nothing of what is tested here.
/// `only` keeps the tests with this in their names.
fn passes(root: &Path, target: &Path, only: &str) -> Result<bool, String> {
    let built = cargo(root, target, &["--no-run"])?;
    if !built.status.success() {
        return Err(format!(
            "no build: {}",
            String::from_utf8_lossy(&built.stderr)
        ));
    }
    let run = cargo(root, target, &[only])?;
    let said = String::from_utf8_lossy(&run.stdout);
    match (run.status.success(), said.contains("test result: FAILED")) {
        (true, false) => Ok(true),
        (false, true) => Ok(false),
        _ => Err(format!("no verdict: {said}")),
    }
}

fn cargo(root: &Path, target: &Path, more: &[&str]) -> Result<Output, String> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    Command::new(cargo)
        .args([
            "test",
            "--locked",
            "--no-default-features",
            "--test",
            "golden",
        ])
        .args(more)
        .current_dir(root)
        .env("CARGO_TARGET_DIR", target)
        // A mutant lives for seconds: debug information would cost more than that.
        .env("CARGO_PROFILE_TEST_DEBUG", "0")
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        .output()
        .map_err(|e| format!("cargo: {e}"))
}

/// A fresh copy of the crate without what git and cargo keep in its folder.
fn copy_crate(to: &Path) -> std::io::Result<()> {
    if to.exists() {
        fs::remove_dir_all(to)?;
    }
    copy(
        Path::new(env!("CARGO_MANIFEST_DIR")),
        to,
        &["target", ".git"],
    )
}

fn copy(from: &Path, to: &Path, without: &[&str]) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let name = entry.file_name();
        let (source, copied): (PathBuf, PathBuf) = (entry.path(), to.join(&name));
        if without.iter().any(|left_out| name == *left_out) {
            continue;
        }
        if entry.file_type()?.is_dir() {
            copy(&source, &copied, &[])?;
        } else {
            fs::copy(&source, &copied)?;
        }
    }
    Ok(())
}
