//! The workflows, and the one of the documents: linted with the scripts in them, and nothing in them that can be
//! changed behind our back.

use std::path::PathBuf;

use super::packed::{read, repository};
use super::place::{succeed, tools};

pub(super) fn workflows() -> Result<(), String> {
    let folder = repository().join(".github/workflows");
    let mut files: Vec<PathBuf> = folder
        .read_dir()
        .map_err(|e| format!("{}: {e}", folder.display()))?
        .map(|entry| entry.map(|e| e.path()).map_err(|e| e.to_string()))
        .collect::<Result<_, _>>()?;
    files.sort();
    if files.is_empty() {
        return Err("no workflow".to_owned());
    }
    // Named, so that it fails where there is none.
    let mut lint = std::process::Command::new(tools()?.join("actionlint"));
    let example = repository().join("docs/integrations/github-pull-request.yaml");
    succeed(
        lint.args(["-shellcheck", "shellcheck"])
            .args(&files)
            .arg(example),
    )?;
    files.iter().try_for_each(|file| pinned(&read(file)?))
}

/// `uses: OWNER/NAME@COMMIT # VERSION`, and nothing may be done that isn't named.
fn pinned(workflow: &str) -> Result<(), String> {
    for line in workflow.lines() {
        let Some((_, action)) = line.split_once("uses: ") else {
            continue;
        };
        // This repository's own are of the same commit.
        if action.starts_with("./") {
            continue;
        }
        let is_pinned = action
            .split_once('@')
            .and_then(|(_, pin)| pin.split_once(" # v"))
            .is_some_and(|(commit, version)| {
                commit.len() == 40
                    && commit.chars().all(|c| matches!(c, '0'..='9' | 'a'..='f'))
                    && version.split('.').count() == 3
            });
        if !is_pinned {
            return Err(format!("not pinned by its commit: `{action}`"));
        }
    }
    if workflow.lines().any(|line| line == "permissions: {}") {
        Ok(())
    } else {
        Err("jobs get rights that they don't name: `permissions: {}` is missing".to_owned())
    }
}
