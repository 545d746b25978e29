//! What is offered to who presses Tab, as the scripts and kubectl get it.

mod cluster;
mod definition;
mod faults;
mod files;
mod kubeconfig;
mod scripts;
#[cfg(unix)]
mod shim;

use crate::binary::{kubectl_ds, stderr, stdout};

/// What is offered for the last of some words.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Offered {
    /// Values and what they are said to be.
    pub(crate) candidates: Vec<(String, String)>,
    pub(crate) directive: u8,
}

/// Candidates end the word; no files.
const WHOLE: u8 = 4 + 32;
/// The same for what has to be typed on.
const UNFINISHED: u8 = WHOLE + 2;
/// The shell completes a file.
const FILES: u8 = 0;

impl Offered {
    fn values(&self) -> Vec<&str> {
        self.candidates
            .iter()
            .map(|(value, _)| value.as_str())
            .collect()
    }

    fn help(&self, value: &str) -> &str {
        let mut candidates = self.candidates.iter();
        let found = candidates.find(|(v, _)| v == value);
        found.map_or("not offered", |(_, help)| help)
    }
}

/// Asks for completions of the last of `words`. That it is silent and never fails
/// holds for each of them.
fn offered(words: &[&str], env: &[(&str, &str)]) -> Offered {
    let output = kubectl_ds(&[&["__complete"], words].concat(), env);
    assert_eq!(stderr(&output), "", "{words:?}");
    assert_eq!(output.status.code(), Some(0), "{words:?}");
    read(&stdout(&output))
}

/// Reads the protocol, every line of it.
fn read(text: &str) -> Offered {
    let (lines, directive) = text
        .trim_end_matches('\n')
        .rsplit_once('\n')
        .unwrap_or(("", text.trim_end()));
    let directive = directive
        .strip_prefix(':')
        .expect(text)
        .parse()
        .expect(text);
    let candidates = lines.lines().map(|line| {
        let (value, help) = line.split_once('\t').unwrap_or((line, ""));
        assert!(
            !value.is_empty() && !help.contains(char::is_control),
            "{line:?}"
        );
        (value.to_owned(), help.to_owned())
    });
    Offered {
        candidates: candidates.collect(),
        directive,
    }
}

/// The words of a line; what is to be completed is empty where it ends in a space.
fn words(line: &str) -> Vec<&str> {
    let mut words: Vec<_> = line.split_whitespace().collect();
    if line.is_empty() || line.ends_with(' ') {
        words.push("");
    }
    words
}
