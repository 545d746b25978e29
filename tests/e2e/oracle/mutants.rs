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
    let workshops = Workshop::set_up()?;
    let next = AtomicUsize::new(0);
    let found: Vec<Result<Vec<String>, String>> = thread::scope(|scope| {
        let work = |workshop| {
            let (mutants, next) = (&mutants, &next);
            scope.spawn(move || try_all(workshop, mutants, next))
        };
        let workers: Vec<_> = workshops.iter().map(work).collect();
        workers.into_iter().map(joined).collect()
    });
    let mut problems = Vec::new();
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

fn joined<T>(worker: ScopedJoinHandle<'_, T>) -> Result<T, String> {
    worker
        .join()
        .map_err(|_| "a worker ended by itself".to_owned())
}

/// A copy of the crate, and what is compiled of it.
struct Workshop {
    root: PathBuf,
    target: PathBuf,
}

impl Workshop {
    /// One for each worker. The first compiles the dependencies, and the others get them from it.
    fn set_up() -> Result<Vec<Self>, String> {
        let workshops: Vec<Self> = (0..WORKERS).map(Self::of).collect();
        let Some((first, others)) = workshops.split_first() else {
            return Ok(workshops);
        };
        first.copy_crate()?;
        // Without this, a golden test that always fails would catch everything.
        if !passes(first, "")? {
            return Err("the golden test fails on the engine as it is".to_owned());
        }
        for other in others {
            other.copy_crate()?;
            if !other.target.exists() {
                let root = first.target.clone();
                let link = move |from: &Path, to: &Path| match is_own(
                    from.strip_prefix(&root).unwrap_or(from),
                ) {
                    true => Ok(()),
                    false => fs::hard_link(from, to),
                };
                copy(&first.target, &other.target, &[], &link)
                    .map_err(|e| format!("{}: {e}", other.target.display()))?;
            }
        }
        Ok(workshops)
    }

    fn of(worker: usize) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("mutants-{worker}"));
        Self {
            root: folder.join("crate"),
            target: folder.join("target"),
        }
    }

    /// A fresh copy of the crate: without what git and cargo keep in its folder, and without
    /// the modules that no mutant is in and that no other one needs.
    fn copy_crate(&self) -> Result<(), String> {
        let root = &self.root;
        let copied = || {
            if root.exists() {
                fs::remove_dir_all(root)?;
            }
            let from = Path::new(env!("CARGO_MANIFEST_DIR"));
            copy(from, root, &["target", ".git", "docs"], &|from, to| {
                fs::copy(from, to).map(drop)
            })?;
            let lib = root.join("src/lib.rs");
            let text = fs::read_to_string(&lib)?;
            let is_needed = |line: &&str| !LEFT_OUT.contains(line);
            let needed: Vec<&str> = text.lines().filter(is_needed).collect();
            fs::write(&lib, needed.join("\n"))
        };
        copied().map_err(|e| format!("{}: {e}", root.display()))
    }
}

/// Whether a file of a target folder is of the crate itself, and not of a dependency: cargo
/// writes those anew in place, and a worker must not take the other's for its own.
fn is_own(file: &Path) -> bool {
    let mut parts = file.iter().map(|part| part.to_string_lossy());
    parts.any(|part| {
        let own = ["kubectl", "golden", "incremental"];
        own.iter().any(|own| part.contains(own))
    })
}

/// What of `src/lib.rs` isn't compiled with a mutant.
const LEFT_OUT: [&str; 3] = ["pub mod report;", "pub mod source;", "pub mod words;"];

/// Takes one mutant after the other until none is left.
fn try_all(workshop: &Workshop, mutants: &[Mutant], next: &AtomicUsize) -> Vec<String> {
    let mut problems = Vec::new();
    while let Some(mutant) = mutants.get(next.fetch_add(1, Ordering::Relaxed)) {
        match survives(mutant, workshop) {
            Ok(false) => {}
            Ok(true) => problems.push(format!("not caught: {}", mutant.describe())),
            Err(problem) => problems.push(format!("{problem}: {}", mutant.describe())),
        }
    }
    problems
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

fn survives(mutant: &Mutant, workshop: &Workshop) -> Result<bool, String> {
    let path = workshop.root.join(&mutant.file);
    let original = fs::read_to_string(&path).map_err(|e| e.to_string())?;
    let count = original.matches(&mutant.old).count();
    if count != 1 {
        return Err(format!("the old text occurs {count} times"));
    }
    let mutated = original.replace(&mutant.old, &mutant.new);
    fs::write(&path, mutated).map_err(|e| e.to_string())?;
    // Whoever survives the vectors of its own part may still be caught by others.
    let passed = match passes(workshop, mutant.vectors()) {
        Ok(true) => passes(workshop, ""),
        caught => caught,
    };
    fs::write(&path, original).map_err(|e| e.to_string())?;
    passed
}

/// Whether the golden test passes; a mutant that doesn't compile is an error,
/// for a compiler catches nothing of what is tested here.
/// `only` keeps the tests with this in their names.
fn passes(workshop: &Workshop, only: &str) -> Result<bool, String> {
    let built = cargo(workshop, &["--no-run"])?;
    if !built.status.success() {
        return Err(format!(
            "no build: {}",
            String::from_utf8_lossy(&built.stderr)
        ));
    }
    let run = cargo(workshop, &[only])?;
    let said = String::from_utf8_lossy(&run.stdout);
    match (run.status.success(), said.contains("test result: FAILED")) {
        (true, false) => Ok(true),
        (false, true) => Ok(false),
        _ => Err(format!("no verdict: {said}")),
    }
}

fn cargo(workshop: &Workshop, more: &[&str]) -> Result<Output, String> {
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
        .current_dir(&workshop.root)
        .env("CARGO_TARGET_DIR", &workshop.target)
        // From one mutant to the next a line changes.
        .env("CARGO_INCREMENTAL", "1")
        // A mutant lives for seconds: debug information would cost more than that.
        .env("CARGO_PROFILE_TEST_DEBUG", "0")
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        .output()
        .map_err(|e| format!("cargo: {e}"))
}

/// A file to another place.
type CopyFile = dyn Fn(&Path, &Path) -> std::io::Result<()>;

fn copy(from: &Path, to: &Path, without: &[&str], copy_file: &CopyFile) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let name = entry.file_name();
        let (source, copied): (PathBuf, PathBuf) = (entry.path(), to.join(&name));
        if without.iter().any(|left_out| name == *left_out) {
            continue;
        }
        if entry.file_type()?.is_dir() {
            copy(&source, &copied, &[], copy_file)?;
        } else {
            copy_file(&source, &copied)?;
        }
    }
    Ok(())
}
