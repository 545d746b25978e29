//! What the server refuses, as far as it doesn't need the cluster:
//! `ValidateDaemonSet` (1.37.1) on the object as its defaults complete it, and
//! of `ValidatePodTemplateSpec` what decides about nodes and pods.

mod affinity;
mod metadata;
mod pod;
mod spec;
mod strategy;
mod toleration;

use crate::model::DaemonSet;
use crate::source::document::{Failure, Marked, shown};

/// All problems of one manifest.
pub(super) fn problems(ds: &DaemonSet, marked: &Marked) -> Vec<Failure> {
    let mut problems = Problems {
        marked,
        found: Vec::new(),
    };
    metadata::check(ds, &mut problems);
    spec::check(ds, &mut problems);
    strategy::check(ds, &mut problems);
    pod::check(ds, &mut problems);
    problems.found
}

/// Collects problems with the lines of the fields that have them.
struct Problems<'a> {
    marked: &'a Marked,
    found: Vec<Failure>,
}

impl Problems<'_> {
    /// The field at `path` has a problem; `problem` goes on from its name.
    fn add(&mut self, path: &str, problem: &str) {
        self.found.push(Failure {
            line: self.marked.line_of(path),
            problem: format!("`{}` {problem}", shown(path)),
        });
    }

    /// The same for what `check` says.
    fn check(&mut self, path: &str, check: Result<(), String>) {
        if let Err(problem) = check {
            self.add(path, &format!("is refused: {}", shown(&problem)));
        }
    }

    fn non_negative(&mut self, path: &str, value: Option<i64>) {
        if let Some(value) = value.filter(|v| *v < 0) {
            self.add(path, &format!("is {value}, and it can't be below 0"));
        }
    }
}

/// `a`, `b` or `c`.
fn one_of(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|w| format!("`{w}`")).collect();
    match quoted.as_slice() {
        [rest @ .., last] if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        all => all.join(""),
    }
}
