//! Would the golden vectors notice? Each of a list of small mistakes is put into
//! a copy of the engine, and the golden test must fail on it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{env, fs};

use serde::Deserialize;

const LIST: &str = include_str!("../../oracle/mutants.json");
const LEAST: usize = 20;

#[derive(Deserialize)]
struct Mutant {
    file: String,
    /// Text that must occur exactly once.
    old: String,
    new: String,
}

pub fn run() -> Result<(), String> {
    let mutants: Vec<Mutant> = serde_json::from_str(LIST).map_err(|e| e.to_string())?;
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("mutants");
    let root = folder.join("crate");
    copy_crate(&root).map_err(|e| format!("{}: {e}", root.display()))?;
    let target = folder.join("target");
    // Without this, a golden test that always fails would catch everything.
    if !passes(&root, &target)? {
        return Err("the golden test fails on the engine as it is".to_owned());
    }
    let mut problems = Vec::new();
    for mutant in &mutants {
        match survives(mutant, &root, &target) {
            Ok(false) => {}
            Ok(true) => problems.push(format!("not caught: {}", mutant.describe())),
            Err(problem) => problems.push(format!("{problem}: {}", mutant.describe())),
        }
    }
    println!("{} mutants, {} problems", mutants.len(), problems.len());
    if mutants.len() < LEAST {
        problems.push(format!("fewer than {LEAST} mutants"));
    }
    if problems.is_empty() {
        return Ok(());
    }
    Err(problems.join("\n"))
}

impl Mutant {
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
    let passed = passes(root, target);
    fs::write(&path, original).map_err(|e| e.to_string())?;
    passed
}

/// Whether the golden test passes; a mutant that doesn't compile is an error,
/// for a compiler catches nothing of what is tested here.
fn passes(root: &Path, target: &Path) -> Result<bool, String> {
    let built = cargo(root, target, &["--no-run"])?;
    if !built.status.success() {
        return Err(format!(
            "no build: {}",
            String::from_utf8_lossy(&built.stderr)
        ));
    }
    let run = cargo(root, target, &[])?;
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
