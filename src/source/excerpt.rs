//! The line of a file that a problem is about.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::sync::Mutex;

/// A file is read again up to here to show a line of it.
const LARGEST: u64 = 16 << 20;

/// What problems call stdin, as they call a file by its name.
pub(super) const STDIN: &str = "stdin";

/// So much of stdin is kept: more than manifests have, and little beside a dump.
const KEPT: usize = 128 << 10;

/// What stdin began with, which can't be read again. It is the process's, as stdin is.
static BEGINNING: Mutex<Vec<u8>> = Mutex::new(Vec::new());

/// The process's stdin, of which the beginning is kept for the lines that problems are about.
#[derive(Clone, Copy, Debug)]
pub struct Stdin;

impl Read for Stdin {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = io::stdin().lock().read(buffer)?;
        if let (Ok(mut kept), Some(read)) = (BEGINNING.lock(), buffer.get(..count)) {
            let room = KEPT.saturating_sub(kept.len()).min(count);
            kept.extend(read.iter().take(room));
        }
        Ok(count)
    }
}

/// A line of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// The file as the user named it.
    pub file: String,
    /// The number of the line, counted from 1.
    pub line: usize,
    /// The line.
    pub text: String,
}

/// The line of the place that `problem` begins with, as `FILE:LINE: …`. `None` where it begins
/// with none, and where the file can't be read again.
#[must_use]
pub fn excerpt(problem: &str) -> Option<Excerpt> {
    let mut colons = problem.match_indices(':').map(|(at, _)| at);
    colons.find_map(|at| {
        let (file, rest) = problem.split_at_checked(at)?;
        let (line, _) = rest.strip_prefix(':')?.split_once(": ")?;
        let line = line.parse().ok().filter(|line| *line > 0)?;
        let text = line_of(Path::new(file), line).or_else(|| line_of_stdin(file, line))?;
        Some(Excerpt {
            file: file.to_owned(),
            line,
            text,
        })
    })
}

fn line_of_stdin(file: &str, line: usize) -> Option<String> {
    let kept = BEGINNING.lock().ok().filter(|_| file == STDIN)?;
    nth_line(&**kept, line)
}

/// Packed files and those that aren't UTF-8 have no lines to show.
fn line_of(path: &Path, line: usize) -> Option<String> {
    // A pipe would be waited for.
    if !path.metadata().ok()?.is_file() {
        return None;
    }
    let file = File::open(path).ok()?.take(LARGEST);
    nth_line(BufReader::new(file), line)
}

fn nth_line(text: impl BufRead, line: usize) -> Option<String> {
    let text = text.lines().nth(line.checked_sub(1)?)?.ok()?;
    Some(text.trim_start_matches('\u{feff}').to_owned())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_line_of_a_place() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a:2: b.yaml");
        std::fs::write(&path, "one\ntwo\r\nthree").unwrap();
        let file = path.to_str().unwrap().to_owned();
        let found = excerpt(&format!("{file}:2: `two` is wrong: why"));
        let wanted = Excerpt {
            file: file.clone(),
            line: 2,
            text: "two".to_owned(),
        };
        assert_eq!(found, Some(wanted));
        for problem in [
            format!("{file}:4: past its end"),
            format!("{file}:0: before it"),
            format!("{file}: no line"),
            format!("{}:1: a folder", folder.path().display()),
            "stdin:1: once".to_owned(),
            "no place: at all".to_owned(),
        ] {
            assert_eq!(excerpt(&problem), None, "{problem}");
        }
        std::fs::write(&path, b"\xff\xfe").unwrap();
        assert_eq!(excerpt(&format!("{file}:1: UTF-16")), None);
    }
}
