//! The kubeconfig files: which are read, and how they are merged.

use std::ffi::OsStr;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use kube::config::{Kubeconfig, KubeconfigError};

use super::flags::ConnectionFlags;
use super::small_file;

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

/// Reads `--kubeconfig`, else the files of KUBECONFIG, else `~/.kube/config`. As in kubectl, only a
/// file that a flag names must exist.
pub(super) fn load(flags: &ConnectionFlags) -> Result<Loaded, String> {
    if let Some(path) = &flags.kubeconfig {
        return read(vec![path.clone()], true);
    }
    let listed = std::env::var_os("KUBECONFIG").unwrap_or_default();
    read(paths(&listed, std::env::home_dir()), false)
}

fn read(paths: Vec<PathBuf>, required: bool) -> Result<Loaded, String> {
    let mut loaded = Loaded {
        config: Kubeconfig::default(),
        read: Vec::new(),
        looked_at: paths.clone(),
    };
    for path in paths {
        match read_one(&path) {
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

fn read_one(path: &Path) -> Result<Kubeconfig, KubeconfigError> {
    let unreadable = |e| KubeconfigError::ReadConfig(e, path.to_owned());
    if small_file::is_regular(path) {
        let length = std::fs::metadata(path).map_err(unreadable)?.len();
        if length > small_file::KUBECONFIG {
            return Err(unreadable(small_file::too_large(small_file::KUBECONFIG)));
        }
        return Kubeconfig::read_from(path);
    }
    // A pipe has no folder to which paths in it are relative.
    let bytes = small_file::read(path, small_file::KUBECONFIG).map_err(unreadable)?;
    let text = String::from_utf8(bytes);
    let text = text.map_err(|_| unreadable(ErrorKind::InvalidData.into()))?;
    Kubeconfig::from_yaml(&text)
}

fn is_missing(error: &std::io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}

fn paths(listed: &OsStr, home: Option<PathBuf>) -> Vec<PathBuf> {
    let listed: Vec<PathBuf> = std::env::split_paths(listed)
        .filter(|p| !p.as_os_str().is_empty())
        .collect();
    if !listed.is_empty() {
        return listed;
    }
    let home = home.filter(|h| !h.as_os_str().is_empty());
    let default = home.map(|h| h.join(".kube").join("config"));
    default.into_iter().collect()
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
            // Without the snippet: the surrounding lines may contain a token.
            let problem = e.without_snippet().to_string();
            let problem = problem.lines().next().unwrap_or_default();
            let problem = match problem.starts_with("budget breached") {
                true => "its values, or its anchors and aliases, are more than any kubeconfig has",
                false => problem,
            };
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

/// A decoder's message in the words of the file: Rust type names become "an object", and the value,
/// which may be a secret, isn't repeated.
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

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn which_files() {
        let home = || Some(PathBuf::from("/home/u"));
        let separated = std::env::join_paths(["a", "", "b"]).unwrap();
        assert_eq!(paths(&separated, home()), ["a", "b"].map(PathBuf::from));
        let default = [PathBuf::from("/home/u/.kube/config")];
        assert_eq!(paths(OsStr::new(""), home()), default);
        assert!(paths(OsStr::new(""), None).is_empty());
    }

    #[test]
    fn of_several_files_the_first_wins_and_a_missing_one_is_passed_over() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            path
        };
        let first = write(
            "first",
            "current-context: ''\nusers: [{name: u, user: {username: first}}]\n",
        );
        let second = write(
            "second",
            "current-context: b\nusers: [{name: u, user: {username: second}}, {name: v}]\n\
             clusters: [{name: c, cluster: {certificate-authority: ca.crt}}]\n",
        );
        let gone = folder.path().join("gone");
        let loaded = read(vec![gone.clone(), first.clone(), second.clone()], false).unwrap();
        assert_eq!(loaded.read, [first, second]);
        let config = &loaded.config;
        assert_eq!(config.current_context.as_deref(), Some("b"));
        let names: Vec<&str> = config.auth_infos.iter().map(|u| &*u.name).collect();
        assert_eq!(names, ["u", "v"]);
        let user = config.auth_infos.first().and_then(|u| u.auth_info.clone());
        assert_eq!(user.unwrap().username.as_deref(), Some("first"));
        let cluster = config.clusters.first().and_then(|c| c.cluster.clone());
        let authority = cluster.unwrap().certificate_authority.unwrap();
        assert_eq!(Path::new(&authority), folder.path().join("ca.crt"));
        assert!(read(vec![gone], true).is_err());
    }

    #[test]
    fn a_decoders_words_without_names_of_types() {
        assert_eq!(
            plain("invalid type: sequence, expected struct NamedUser at line 3 column 1"),
            "invalid type: sequence, expected an object"
        );
    }
}
