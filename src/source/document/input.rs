use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::budget::Budget;
use super::compressed::unpacked;
use super::stream::Stream;
use super::text::error_of;
use super::utf16::decoded;
use crate::model::Command;
use crate::source::SourceError;
use crate::source::excerpt::STDIN;

/// The extensions of the files that kubectl reads in a folder.
const ENDINGS: [&str; 3] = ["yaml", "yml", "json"];

/// The same for compressed files.
const PACKED: [&str; 2] = ["gz", "zst"];

/// How many bytes are read at a time by default: few enough to stay in a core's cache until they
/// are decoded.
pub(in crate::source) const CHUNK: usize = 256 << 10;

/// A text that is read while it is parsed.
pub(in crate::source) struct Input<'i> {
    /// The file as the user named it, or `stdin`.
    pub file: Arc<str>,
    origin: Origin<'i>,
    chunk: usize,
}

enum Origin<'i> {
    Path(PathBuf),
    Stdin(Box<dyn Read + 'i>),
}

impl<'i> Input<'i> {
    pub(super) fn open(self, budget: &Budget) -> Result<Stream<'i>, SourceError> {
        let problem = |e: io::Error| error_of(&self.file, &e);
        let reader: Box<dyn Read + 'i> = match self.origin {
            Origin::Path(path) => Box::new(File::open(path).map_err(problem)?),
            Origin::Stdin(stdin) => stdin,
        };
        let reader = Box::new(budget.counting(reader));
        let reader = unpacked(reader).and_then(decoded).map_err(problem)?;
        Ok(Stream::new(reader, self.chunk))
    }
}

/// Which texts to read.
pub(in crate::source) struct Inputs<'a> {
    /// Files, folders, and `-` for `stdin`.
    pub paths: &'a [String],
    /// Read the folders in folders too.
    pub recursive: bool,
    /// How many bytes are read at a time.
    pub chunk: usize,
}

impl Inputs<'_> {
    /// Finds them all, the files of a folder in the order of their names.
    pub(in crate::source) fn find<'i>(
        &self,
        stdin: impl Read + 'i,
    ) -> Result<Vec<Input<'i>>, SourceError> {
        let mut inputs = Vec::new();
        let mut stdin = Some(stdin);
        for path in self.paths {
            if path != "-" {
                self.find_path(path, &mut inputs)?;
                continue;
            }
            let Some(stdin) = stdin.take() else {
                return Err(file_error("-", "stdin can be read only once"));
            };
            inputs.push(self.input(STDIN, Origin::Stdin(Box::new(stdin))));
        }
        Ok(inputs)
    }

    fn input<'i>(&self, file: &str, origin: Origin<'i>) -> Input<'i> {
        Input {
            file: file.into(),
            origin,
            chunk: self.chunk,
        }
    }

    fn find_path(&self, path: &str, inputs: &mut Vec<Input<'_>>) -> Result<(), SourceError> {
        if path.starts_with("http://") || path.starts_with("https://") {
            let fetch = Command::of(&["curl", "-sSfL", "URL"]);
            let fetch = fetch.piped_to(Command::own(&["plan", "-f", "-"]));
            let problem = format!("a URL isn't read here: fetch it first, as in `{fetch}`");
            return Err(file_error(path, &problem));
        }
        let problem = |e: &io::Error| file_error(path, &io_problem(e));
        if !fs::metadata(path).map_err(|e| problem(&e))?.is_dir() {
            inputs.push(self.input(path, Origin::Path(path.into())));
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
            inputs.push(self.input(&name, Origin::Path(file)));
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
            // As in kubectl, links to folders aren't followed: they could form a cycle.
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
    match ending {
        Some(ending) if PACKED.contains(&ending) => {
            let inner = path.file_stem().map(Path::new).and_then(Path::extension);
            inner.is_some_and(|e| ENDINGS.iter().any(|ending| e == *ending))
        }
        ending => ending.is_some_and(|e| ENDINGS.contains(&e)),
    }
}

pub(super) fn io_problem(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "no such file or folder".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        // What is wrong with packed data says so itself.
        io::ErrorKind::InvalidData => error.to_string(),
        _ => format!("can't be read: {error}"),
    }
}

fn file_error(place: &str, problem: &str) -> SourceError {
    SourceError::File(format!("{}: {problem}", super::shown(place)))
}
