//! How much work a question takes, counted on a fixed input and held against what was
//! recorded: instructions, allocations and memory of the release binary (valgrind), requests
//! and bytes from a real API server. Seconds depend on the machine; these don't.
//!
//! `KUBECTL_DS_RECORD=1 KUBECTL_DS_E2E=1 cargo test --test e2e -- work/` records anew.

mod cluster;
mod counted;
mod files;
mod forward;
mod growth;
mod recorded;

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use libtest_mimic::Trial;

use crate::built::{Fill, release_binary};
use crate::schedule::Schedule;

/// Nodes of the fixed input, and twice as many to see what grows how.
const NODES: [usize; 2] = [200, 400];

/// What grows with the input may at most double with it, but for some noise.
const DOUBLED: f64 = 2.2;

/// All of them; the first builds the release binary.
pub(crate) fn trials(schedule: &Schedule) -> Vec<Trial> {
    vec![
        schedule.computing("work/size", size),
        schedule.computing("work/help", files::help),
        schedule.computing("work/json", files::json),
        schedule.computing("work/piped", files::piped),
        schedule.computing("work/yaml", files::yaml),
        schedule.computing("work/cluster", cluster::all),
        schedule.computing("work/growth/daemon-sets", growth::daemon_sets),
        schedule.computing("work/growth/annotations", growth::annotations),
        schedule.computing("work/growth/names", growth::names),
        schedule.computing("work/growth/pods", growth::pods),
    ]
}

/// What people download.
fn size() -> Result<(), String> {
    let path = binary()?;
    let metadata = path.metadata();
    let metadata = metadata.map_err(|e| format!("{}: {e}", path.display()))?;
    recorded::check("the release binary", &[("bytes", metadata.len())])
}

/// The release binary, built once.
fn binary() -> Result<&'static Path, String> {
    static BUILT: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let built = BUILT.get_or_init(release_binary);
    built.as_deref().map_err(Clone::clone)
}

/// The program that makes clusters, built once.
fn fill() -> Result<&'static Fill, String> {
    static BUILT: OnceLock<Result<Fill, String>> = OnceLock::new();
    BUILT
        .get_or_init(Fill::build)
        .as_ref()
        .map_err(Clone::clone)
}
