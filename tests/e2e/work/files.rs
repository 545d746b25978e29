//! Questions to dumps.

use std::path::PathBuf;

use tempfile::TempDir;

use super::counted::Counted;
use super::{NODES, fill, recorded};

pub(crate) fn help() -> Result<(), String> {
    recorded::check("--help", &Counted::new(&["--help"]).figures()?)
}

pub(crate) fn json() -> Result<(), String> {
    both_sizes("why --from FILE.json", "json", false)
}

pub(crate) fn piped() -> Result<(), String> {
    both_sizes("why --from - < FILE.json", "json", true)
}

pub(crate) fn yaml() -> Result<(), String> {
    both_sizes("why --from FILE.yaml", "yaml", false)
}

/// Counts on the fixed input and on twice as much.
fn both_sizes(case: &str, style: &str, piped: bool) -> Result<(), String> {
    let [single, double] = NODES;
    let single = why(single, style, piped)?;
    let double = why(double, style, piped)?;
    recorded::check_growth(case, &single, &double)?;
    recorded::check(case, &single)
}

fn why(nodes: usize, style: &str, piped: bool) -> Result<Vec<(&'static str, u64)>, String> {
    let folder = TempDir::new().map_err(|e| e.to_string())?;
    let file: PathBuf = folder.path().join(format!("cluster.{style}"));
    let path = file.display().to_string();
    let has = fill()?.run(nodes, &[&format!("-{style}={path}")])?;
    let from = if piped { "-" } else { &path };
    let mut run = Counted::new(&["why", &has.daemon_set, "-n", &has.namespace, "--from", from]);
    run.input = piped.then_some(&file);
    let said = run.plain()?;
    let expected = format!(" of {nodes} nodes excluded");
    if !said.contains(&expected) {
        return Err(format!("expected `{expected}` in {said}"));
    }
    run.figures()
}
