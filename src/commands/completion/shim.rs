//! The file that kubectl runs for completions of the plugin.

use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::cli::name::Name;
use crate::commands::error::CommandError;
use crate::model::Command;

use super::script::named;

/// It uses the PATH: an upgrade changes what a package manager links there.
const SHIPPED: &str = if cfg!(windows) {
    include_str!("../../../completions/kubectl_complete-ds.cmd")
} else {
    include_str!("../../../completions/kubectl_complete-ds")
};

/// The line that marks every file written here.
const MARK: &str = "completion --install`; kubectl runs it";

/// Writes the file into a folder, or under its own name; without a place, prints instructions.
pub(super) fn install(name: &Name, place: Option<&Path>) -> Result<Vec<String>, CommandError> {
    let Some(place) = place else {
        return Ok(what_to_do(name));
    };
    let file = file(name);
    let path = if place.is_dir() {
        place.join(&file)
    } else if place.file_name() == Some(OsStr::new(&file)) {
        place.to_owned()
    } else {
        return Err(CommandError::Usage(format!(
            "no folder `{}`: make it first, or give another one in your PATH",
            place.display()
        )));
    };
    check(&path, &file)?;
    write(&path, &text(name)).map_err(|e| {
        CommandError::Usage(format!(
            "`{}` can't be written: {}",
            path.display(),
            e.kind()
        ))
    })?;
    Ok(installed_lines(name, &path))
}

/// What the file holds.
pub(super) fn text(name: &Name) -> String {
    named(SHIPPED, name)
}

fn file(name: &Name) -> String {
    let extension = if cfg!(windows) { ".cmd" } else { "" };
    format!("{}{extension}", name.completer())
}

/// Only a file that was written here is replaced.
fn check(path: &Path, file: &str) -> Result<(), CommandError> {
    let is_there = fs::symlink_metadata(path).is_ok();
    let is_own = || fs::read_to_string(path).is_ok_and(|text| text.contains(MARK));
    if is_there && (path.is_symlink() || !is_own()) {
        return Err(CommandError::Usage(format!(
            "`{}` is there, and this command didn't write it: remove it, or give another folder for `{file}`",
            path.display()
        )));
    }
    Ok(())
}

/// Atomically, so that nobody runs half of it.
fn write(path: &Path, text: &str) -> std::io::Result<()> {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty());
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o755));
    let mut file = builder.tempfile_in(folder.unwrap_or(Path::new(".")))?;
    file.write_all(text.as_bytes())?;
    file.persist(path)?;
    Ok(())
}

fn installed_lines(name: &Name, path: &Path) -> Vec<String> {
    let mut lines = vec![format!(
        "wrote {}: kubectl runs it for completions of `{}`",
        path.display(),
        name.command()
    )];
    let folder = path.parent().unwrap_or(Path::new("."));
    if !is_in_path(folder) {
        lines.push(format!(
            "{} is not in your PATH yet: add it, or kubectl won't find the file",
            folder.display()
        ));
    }
    if find(&binary(name)).is_none() {
        lines.push(format!(
            "{} is not in your PATH yet: it gives the answers",
            name.binary()
        ));
    }
    lines
}

fn what_to_do(name: &Name) -> Vec<String> {
    let found = find(&binary(name));
    let folder = found.as_deref().and_then(Path::parent);
    let folder = folder.map_or_else(|| "FOLDER".to_owned(), |f| f.display().to_string());
    let command = Command::own(&["completion"]);
    let command = command.option(("--install", "--install"), &folder);
    let command = command.unwrap_or_else(|| Command::own(&["completion", "--install", "FOLDER"]));
    vec![
        format!(
            "kubectl completes a plugin's words by running {} from your PATH. Write it to a folder that is there:",
            name.completer()
        ),
        String::new(),
        format!("  {command}"),
        String::new(),
        "It needs kubectl's own completion: see `kubectl completion --help`.".to_owned(),
    ]
}

fn binary(name: &Name) -> String {
    format!("{}{}", name.binary(), std::env::consts::EXE_SUFFIX)
}

fn path_folders() -> Vec<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).collect()
}

fn is_in_path(folder: &Path) -> bool {
    let same = |other: &PathBuf| match (folder.canonicalize(), other.canonicalize()) {
        (Ok(folder), Ok(other)) => folder == other,
        _ => false,
    };
    path_folders().iter().any(same)
}

/// The first file of this name in the PATH.
fn find(file: &str) -> Option<PathBuf> {
    let mut files = path_folders().into_iter().map(|folder| folder.join(file));
    files.find(|path| path.is_file())
}
