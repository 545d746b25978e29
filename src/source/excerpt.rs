//! The line of a file that a problem is about.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

/// A file is read again up to here to show a line of it.
const LARGEST: u64 = 16 << 20;

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
/// with none, and where the file can't be read again, as stdin can't.
#[must_use]
pub fn excerpt(problem: &str) -> Option<Excerpt> {
    let mut colons = problem.match_indices(':').map(|(at, _)| at);
    colons.find_map(|at| {
        let (file, rest) = problem.split_at_checked(at)?;
        let (line, _) = rest.strip_prefix(':')?.split_once(": ")?;
        let line = line.parse().ok().filter(|line| *line > 0)?;
        let text = line_of(Path::new(file), line)?;
        Some(Excerpt {
            file: file.to_owned(),
            line,
            text,
        })
    })
}

/// Packed files and those that aren't UTF-8 have no lines to show.
fn line_of(path: &Path, line: usize) -> Option<String> {
    // A pipe would be waited for.
    if !path.metadata().ok()?.is_file() {
        return None;
    }
    let file = File::open(path).ok()?.take(LARGEST);
    let text = BufReader::new(file).lines().nth(line - 1)?.ok()?;
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
