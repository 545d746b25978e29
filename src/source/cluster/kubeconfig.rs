//! The kubeconfig files: which are read, and how they are merged.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use kube::config::{Kubeconfig, KubeconfigError};

use super::flags::ConnectionFlags;

/// The merged kubeconfig and where it was looked for.
pub(super) struct Loaded {
    /// All files in one; of two entries of one name the first file's.
    pub config: Kubeconfig,
    /// The files that were there.
    pub read: Vec<PathBuf>,
    /// All places that were looked at.
    looked_at: Vec<PathBuf>,
}

impl Loaded {
    /// True when no file said anything.
    pub(super) fn is_empty(&self) -> bool {
        let config = &self.config;
        config.contexts.is_empty() && config.clusters.is_empty() && config.auth_infos.is_empty()
    }

    /// The files that were read, or the places where none was found.
    pub(super) fn places(&self) -> String {
        let paths = if self.read.is_empty() {
            &self.looked_at
        } else {
            &self.read
        };
        let paths: Vec<String> = paths.iter().map(|p| p.display().to_string()).collect();
        if paths.is_empty() {
            "a home folder, and there is none".to_owned()
        } else {
            paths.join(", ")
        }
    }

    /// The same for `-v`.
    pub(super) fn origin(&self) -> String {
        if self.read.is_empty() {
            "the command line".to_owned()
        } else {
            self.places()
        }
    }
}

/// Reads `--kubeconfig`, else the files of KUBECONFIG, else `~/.kube/config`.
/// As for kubectl, only a file that a flag names must be there.
pub(super) fn load(flags: &ConnectionFlags) -> Result<Loaded, String> {
    let (paths, required) = match &flags.kubeconfig {
        Some(path) => (vec![path.clone()], true),
        None => (from_environment(), false),
    };
    let mut loaded = Loaded {
        config: Kubeconfig::default(),
        read: Vec::new(),
        looked_at: paths.clone(),
    };
    for path in paths {
        match Kubeconfig::read_from(&path) {
            Ok(config) => {
                loaded.config = merge(loaded.config, config, &path)?;
                loaded.read.push(path);
            }
            Err(KubeconfigError::ReadConfig(e, _)) if is_missing(&e) && !required => {}
            Err(error) => return Err(explain(&error, &path)),
        }
    }
    Ok(loaded)
}

fn is_missing(error: &std::io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}

fn from_environment() -> Vec<PathBuf> {
    let listed = std::env::var_os("KUBECONFIG").unwrap_or_default();
    let listed: Vec<PathBuf> = std::env::split_paths(&listed)
        .filter(|p| !p.as_os_str().is_empty())
        .collect();
    if listed.is_empty() {
        let home = std::env::home_dir().filter(|h| !h.as_os_str().is_empty());
        let default = home.map(|h| h.join(".kube").join("config"));
        return default.into_iter().collect();
    }
    listed
}

fn merge(first: Kubeconfig, mut next: Kubeconfig, path: &Path) -> Result<Kubeconfig, String> {
    next.current_context = next.current_context.filter(|c| !c.is_empty());
    // An entry of an empty file says nothing about its kind.
    if next.kind.as_deref().is_some_and(|k| k != "Config") {
        let kind = next.kind.unwrap_or_default();
        return Err(format!(
            "error: kubeconfig {} is of kind `{kind}`, and `Config` is needed",
            path.display()
        ));
    }
    first.merge(next).map_err(|e| explain(&e, path))
}

fn explain(error: &KubeconfigError, path: &Path) -> String {
    let path = path.display();
    match error {
        KubeconfigError::ReadConfig(e, _) => {
            format!("error: kubeconfig {path} can't be read: {}", io_problem(e))
        }
        KubeconfigError::Parse(e) => {
            let line = e.location().map_or(0, |l| l.line());
            let place = if line > 0 {
                format!(", line {line}")
            } else {
                String::new()
            };
            // Without the snippet: the lines around may hold a token.
            let problem = e.without_snippet().to_string();
            let problem = problem.lines().next().unwrap_or_default();
            format!(
                "error: kubeconfig {path}{place} is malformed: {}",
                plain(problem)
            )
        }
        other => format!("error: kubeconfig {path}: {other}"),
    }
}

/// The operating system's words for what went wrong with a file.
pub(super) fn io_problem(error: &std::io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "no such file".to_owned(),
        ErrorKind::PermissionDenied => "permission denied".to_owned(),
        ErrorKind::IsADirectory => "it is a folder".to_owned(),
        _ => {
            let text = error.to_string();
            let end = text.find(" (os error").unwrap_or(text.len());
            text.get(..end).unwrap_or(&text).to_owned()
        }
    }
}

/// A decoder's message in the words of the file: names of types that only the program has become "an object", and the value
/// that was there, which may be a secret, isn't repeated.
fn plain(problem: &str) -> String {
    let problem = match problem.find(" at line ") {
        Some(end) => problem.get(..end).unwrap_or(problem),
        None => problem,
    };
    let words: Vec<&str> = problem.split(' ').collect();
    let mut text = Vec::with_capacity(words.len());
    let mut skip = false;
    for word in words {
        if skip {
            skip = false;
            continue;
        }
        if word == "struct" {
            text.push("an object");
            skip = true;
        } else {
            text.push(word);
        }
    }
    text.join(" ")
}
