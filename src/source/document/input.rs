use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::source::SourceError;

/// The endings of the files that kubectl reads in a folder.
const ENDINGS: [&str; 3] = ["yaml", "yml", "json"];

/// One text.
#[derive(Debug)]
pub(in crate::source) struct Input {
    /// The file as the user named it, or `stdin`.
    pub name: String,
    pub text: String,
}

/// Which texts to read.
pub(in crate::source) struct Inputs<'a> {
    /// Files, folders, and `-` for `stdin`.
    pub paths: &'a [String],
    /// Read the folders in folders too.
    pub recursive: bool,
}

impl Inputs<'_> {
    /// Reads them all, the files of a folder in the order of their names.
    pub(in crate::source) fn read(&self, mut stdin: impl Read) -> Result<Vec<Input>, SourceError> {
        let mut inputs = Vec::new();
        for path in self.paths {
            if path == "-" {
                if inputs.iter().any(|i: &Input| i.name == "stdin") {
                    return Err(file_error("-", "stdin can be read only once"));
                }
                let mut bytes = Vec::new();
                let read = stdin.read_to_end(&mut bytes);
                read.map_err(|e| file_error("stdin", &io_problem(&e)))?;
                inputs.push(input("stdin", bytes)?);
            } else {
                self.read_path(path, &mut inputs)?;
            }
        }
        Ok(inputs)
    }

    fn read_path(&self, path: &str, inputs: &mut Vec<Input>) -> Result<(), SourceError> {
        if path.starts_with("http://") || path.starts_with("https://") {
            let problem =
                "a URL isn't read here: fetch it first, as in `curl -sSfL URL | kubectl ds … -f -`";
            return Err(file_error(path, problem));
        }
        let problem = |e: &io::Error| file_error(path, &io_problem(e));
        if !fs::metadata(path).map_err(|e| problem(&e))?.is_dir() {
            inputs.push(input(path, fs::read(path).map_err(|e| problem(&e))?)?);
            return Ok(());
        }
        let mut found = Folder::default();
        found.walk(Path::new(path), self.recursive)?;
        if found.files.is_empty() {
            let deeper = if found.has_folders && !self.recursive {
                "; -R reads the folders in it too"
            } else {
                ""
            };
            let problem = format!("no *.yaml, *.yml or *.json file in this folder{deeper}");
            return Err(file_error(path, &problem));
        }
        for file in found.files {
            let name = file.display().to_string();
            let bytes = fs::read(&file).map_err(|e| file_error(&name, &io_problem(&e)))?;
            inputs.push(input(&name, bytes)?);
        }
        Ok(())
    }
}

#[derive(Default)]
struct Folder {
    files: Vec<PathBuf>,
    has_folders: bool,
}

impl Folder {
    fn walk(&mut self, folder: &Path, recursive: bool) -> Result<(), SourceError> {
        let problem = |e: &io::Error| file_error(&folder.display().to_string(), &io_problem(e));
        let entries = fs::read_dir(folder).map_err(|e| problem(&e))?;
        let mut entries = entries
            .collect::<Result<Vec<_>, _>>()
            .map_err(|e| problem(&e))?;
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let path = entry.path();
            // Links to folders aren't followed, as kubectl doesn't: they could lead round in a circle.
            if entry.file_type().is_ok_and(|t| t.is_dir()) {
                self.has_folders = true;
                if recursive {
                    self.walk(&path, true)?;
                }
            } else if path.is_file() && has_ending(&path) {
                self.files.push(path);
            }
        }
        Ok(())
    }
}

fn has_ending(path: &Path) -> bool {
    let ending = path.extension().and_then(|e| e.to_str());
    ending.is_some_and(|e| ENDINGS.contains(&e))
}

fn input(name: &str, bytes: Vec<u8>) -> Result<Input, SourceError> {
    let text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let before = error.as_bytes().get(..at).unwrap_or_default();
        let line = before.iter().filter(|b| **b == b'\n').count() + 1;
        let byte = error.as_bytes().get(at).copied().unwrap_or_default();
        let problem = format!("byte {at} (0x{byte:02x}) is no UTF-8: save the file as UTF-8 text");
        file_error(&format!("{name}:{line}"), &problem)
    })?;
    let text = match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    };
    if text.trim().is_empty() {
        return Err(file_error(name, "the file is empty"));
    }
    Ok(Input {
        name: name.to_owned(),
        text,
    })
}

fn io_problem(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "no such file or folder".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => format!("can't be read: {error}"),
    }
}

fn file_error(place: &str, problem: &str) -> SourceError {
    SourceError::File(format!("{}: {problem}", super::shown(place)))
}
