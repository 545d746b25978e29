//! What the API server refuses, as far as that doesn't depend on the cluster.
//!
//! `ValidateDaemonSet` and `ValidateDaemonSetUpdate` (1.37.1, feature gates at their defaults) on
//! an object with its defaults: everything about the DaemonSet itself, and the most frequent
//! mistakes in the pod's template. Nothing that upstream accepts is refused; upstream refuses more.
//! The trial `oracle/validation` counts both.

mod access;
mod affinity;
mod claims;
mod containers;
mod env;
mod fields;
mod metadata;
mod pod;
mod probes;
mod resources;
mod rule;
mod security;
mod selectors;
mod spec;
mod strategy;
mod toleration;
mod volumes;
mod walk;

use std::fmt;

use super::template_change::same_selector;
use crate::model::DaemonSet;
use access::{Object, items};

/// A field that the server refuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The field, as `spec.template.spec.containers[0].name`.
    pub path: String,
    /// What is wrong with it and what to do, to follow the field's name.
    pub problem: String,
    /// The server accepts an update of an object that already has it.
    kept: bool,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` {}", self.path, self.problem)
    }
}

/// What the server refuses in `new`, which has its defaults. `stored` is the object that it
/// replaces, `None` where it is created.
#[must_use]
pub fn violations(stored: Option<&DaemonSet>, new: &DaemonSet) -> Vec<Violation> {
    let mut found = all(new);
    let Some(stored) = stored else {
        return found;
    };
    if found.is_empty() {
        return found;
    }
    // A stored template was accepted once, by the rules of its time.
    let before = all(stored);
    let keeps_some = before.iter().any(|v| v.kept);
    found.retain(|v| {
        let in_template = v.path.starts_with("spec.template.spec");
        !(v.kept && keeps_some || in_template && before.contains(v))
    });
    found
}

/// Whether an update changes the selector, which the server refuses
/// (`ValidateDaemonSetSpecUpdate`, 1.37.1).
#[must_use]
pub fn changes_selector(stored: &DaemonSet, new: &DaemonSet) -> bool {
    !same_selector(stored.selector(), new.selector())
}

fn all(ds: &DaemonSet) -> Vec<Violation> {
    let mut problems = Problems::default();
    metadata::check(ds, &mut problems);
    spec::check(ds, &mut problems);
    strategy::check(ds, &mut problems);
    metadata::check_template(ds, &mut problems);
    if let Some(spec) = ds.pod_spec() {
        toleration::check(spec, &mut problems);
        affinity::check(spec, &mut problems);
    }
    walk::template(&ds.raw_template, &mut problems);
    problems.found
}

/// Collects what is refused.
#[derive(Default)]
struct Problems {
    found: Vec<Violation>,
}

impl Problems {
    /// The field at `path` has a problem; `problem` follows its name.
    fn add(&mut self, path: &str, problem: impl Into<String>) {
        self.found.push(Violation {
            path: path.to_owned(),
            problem: problem.into(),
            kept: false,
        });
    }

    /// The same for a problem that an update may keep (`GetValidationOptionsFromPodSpecAndMeta`,
    /// 1.37.1).
    fn add_kept(&mut self, path: &str, problem: impl Into<String>) {
        self.add(path, problem);
        if let Some(last) = self.found.last_mut() {
            last.kept = true;
        }
    }

    /// The same for the result of `check`.
    fn check(&mut self, path: &str, check: Result<(), impl fmt::Display>) {
        if let Err(problem) = check {
            self.add(path, format!("is refused: {problem}"));
        }
    }

    /// The same for a problem that an update may keep.
    fn check_kept(&mut self, path: &str, check: Result<(), impl fmt::Display>) {
        if let Err(problem) = check {
            self.add_kept(path, format!("is refused: {problem}"));
        }
    }

    fn non_negative(&mut self, path: &str, value: Option<i64>) {
        if let Some(value) = value.filter(|v| *v < 0) {
            self.add(path, format!("is {value}, and it can't be below 0"));
        }
    }
}

/// Calls `look` for the containers of a pod, init containers too, with their paths.
fn walk_containers(path: &str, spec: &Object, mut look: impl FnMut(&str, &Object)) {
    for field in ["initContainers", "containers"] {
        for (index, container) in items(spec, field) {
            look(&format!("{path}.{field}[{index}]"), container);
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
