//! How much a run tries of what there is: a usual one some of it, another part at each
//! commit; `KUBECTL_DS_PROOF=full` all.

use std::env;
use std::process::Command;

/// Whether all is to be tried.
pub(crate) fn is_full() -> Result<bool, String> {
    match env::var("KUBECTL_DS_PROOF").as_deref() {
        Ok("full") => Ok(true),
        Ok("") | Err(env::VarError::NotPresent) => Ok(false),
        Ok(other) => Err(format!(
            "KUBECTL_DS_PROOF `{other}`: it is `full` or not set"
        )),
        Err(e) => Err(format!("KUBECTL_DS_PROOF: {e}")),
    }
}

/// So many to try, and those to leave out.
pub(crate) fn sample<T>(mut all: Vec<T>, count: usize) -> (Vec<T>, Vec<T>) {
    let start = turn() % all.len().max(1);
    all.rotate_left(start);
    let left_out = all.split_off(count.min(all.len()));
    (all, left_out)
}

/// A number that each commit has its own of; 0 outside a repository.
fn turn() -> usize {
    let commit = Command::new("git")
        .args(["rev-parse", "--short=7", "HEAD"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output();
    let commit = commit.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    commit
        .ok()
        .and_then(|hash| usize::from_str_radix(hash.trim(), 16).ok())
        .unwrap_or(0)
}
