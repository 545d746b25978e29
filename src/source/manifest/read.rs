//! Manifests for `-f`.

use std::io::Read;
use std::sync::Arc;

use serde::de::MapAccess;

use super::judge::Manifest;
use super::shape::{daemon_set, misplaced, old_api_version};
use super::unknown::warning;
use crate::source::document::{CHUNK, Entry, Inputs, Look, Object, given_twice, parse, shown};
use crate::source::{SourceError, near_names};

/// What `-f` names.
#[derive(Clone, Debug)]
pub struct Manifests {
    /// The DaemonSets in the order of the files.
    pub manifests: Vec<Manifest>,
    /// What was passed over, and what the server will pass over.
    pub warnings: Vec<String>,
}

/// Reads the DaemonSets of `paths`: files, folders, and `-` for `stdin`.
/// An object without a namespace is in `default_namespace`.
///
/// # Errors
/// What can't be read, each problem on a line of its own with file and line. What
/// the server would refuse is for [`Manifest::applied`] to say, once it is known
/// what the manifest is applied to.
pub fn read_manifests(
    paths: &[String],
    recursive: bool,
    default_namespace: &str,
    stdin: impl Read,
) -> Result<Manifests, SourceError> {
    let inputs = Inputs {
        paths,
        recursive,
        chunk: CHUNK,
    };
    let mut reader = Reader {
        default_namespace,
        manifests: Vec::new(),
        places: Vec::new(),
        others: Vec::new(),
        problems: Vec::new(),
        warnings: Vec::new(),
    };
    for input in inputs.find(stdin)? {
        let file = input.file.clone();
        let read = parse(input, &Keeping, &mut |entry| {
            reader.take(&file, entry);
            Ok(())
        });
        // The other files can still be read, and their problems said too.
        if let Err(error) = read {
            reader.problems.push(error.to_string());
        }
    }
    reader.finish()
}

/// Keeps the DaemonSets as they are written.
struct Keeping;

/// What is kept of an object.
enum Kept {
    DaemonSet(Object<'static>),
    /// The place and the kind of another one.
    Other(String, String),
    Unreadable(SourceError),
}

impl Look for Keeping {
    type Seen = Kept;
    type Quick = Kept;

    fn at_once<'de, A: MapAccess<'de>>(
        &self,
        _: &str,
        _: &str,
        _: A,
    ) -> Result<Option<Kept>, A::Error> {
        Ok(None)
    }

    fn finish(&self, kept: Kept, _: &str, _: usize) -> Kept {
        kept
    }

    fn look(&self, object: Object<'_>) -> Kept {
        if object.kind != "DaemonSet" || is_foreign_group(&object.api_version) {
            return Kept::Other(object.place(), object.what());
        }
        match object.into_owned() {
            Ok(object) => Kept::DaemonSet(object),
            Err(problem) => Kept::Unreadable(problem),
        }
    }
}

struct Reader<'a> {
    default_namespace: &'a str,
    manifests: Vec<Manifest>,
    /// Where each of them stands.
    places: Vec<String>,
    /// Objects of other kinds, with their places.
    others: Vec<(String, String)>,
    problems: Vec<String>,
    warnings: Vec<String>,
}

impl Reader<'_> {
    fn take(&mut self, file: &str, entry: Entry<Kept>) {
        match entry {
            Entry::Object(kept) => self.object(kept),
            Entry::Duplicate(twice) => match given_twice(file, &twice) {
                Ok(warning) => self
                    .warnings
                    .push(format!("{warning}, and kubectl refuses it")),
                Err(problem) => self.problems.push(problem.to_string()),
            },
            Entry::ListOf { .. } | Entry::ServerVersion(_) => {}
        }
    }

    fn object(&mut self, kept: Kept) {
        let read = match kept {
            Kept::Other(place, what) => {
                self.others.push((place, what));
                return;
            }
            Kept::DaemonSet(object) => self.daemon_set(&object),
            Kept::Unreadable(problem) => Err(problem),
        };
        if let Err(problem) = read {
            self.problems.push(problem.to_string());
        }
    }

    fn daemon_set(&mut self, object: &Object<'_>) -> Result<(), SourceError> {
        let marked = object.marked()?;
        check_api_version(object, marked.line_of("apiVersion"))?;
        let mut problems = misplaced(&marked);
        let read = match daemon_set(&marked, self.default_namespace) {
            Ok(read) => Some(read),
            Err(failure) => {
                problems.push(failure);
                None
            }
        };
        if let Some((ds, unknown)) = read {
            let place = object.place();
            let same = |other: &Manifest| {
                let other = &other.daemon_set;
                other.namespace == ds.namespace && other.name == ds.name
            };
            let twice = self.manifests.iter().zip(&self.places);
            for (_, other) in twice.filter(|(other, _)| same(other)) {
                let what = format!("DaemonSet `{}/{}`", shown(&ds.namespace), shown(&ds.name));
                let problem = format!("{what} is also at {other}: keep one of them");
                self.problems
                    .push(object.error(object.line, &problem).to_string());
            }
            if problems.is_empty() {
                let warnings = unknown.iter().map(|u| (u.line, warning(u)));
                let warnings = warnings.map(|(line, text)| object.error(line, &text).to_string());
                self.warnings.extend(warnings);
            }
            self.manifests.push(Manifest {
                daemon_set: ds,
                object: marked.to_value(),
                file: Arc::clone(&object.file),
                marked: marked.into_owned(),
            });
            self.places.push(place);
        }
        problems.sort_by_key(|p| p.line);
        let problems = problems
            .iter()
            .map(|p| object.error(p.line, &p.problem).to_string());
        self.problems.extend(problems);
        Ok(())
    }

    fn finish(mut self) -> Result<Manifests, SourceError> {
        if !self.problems.is_empty() {
            return Err(SourceError::File(self.problems.join("\n")));
        }
        if self.manifests.is_empty() {
            let others = self.others.iter();
            let problems = others.map(|(place, what)| format!("{place}: {}", wanted(what)));
            let problems: Vec<String> = problems.collect();
            return Err(SourceError::File(if problems.is_empty() {
                "the files hold no object, where a DaemonSet is wanted".to_owned()
            } else {
                problems.join("\n")
            }));
        }
        self.warnings.extend(skipped(&self.others));
        Ok(Manifests {
            manifests: self.manifests,
            warnings: self.warnings,
        })
    }
}

/// Names a few objects that are passed over, and counts many.
fn skipped(others: &[(String, String)]) -> Vec<String> {
    const FEW: usize = 5;
    match others {
        [(first, _), ..] if others.len() > FEW => {
            let count = others.len();
            vec![format!(
                "{first}: skipped {count} objects from here on that are no DaemonSets"
            )]
        }
        _ => others
            .iter()
            .map(|(place, what)| format!("{place}: skipped {what}, which is no DaemonSet"))
            .collect(),
    }
}

/// `this is Deployment `web`, where a DaemonSet is wanted`, with a hint where the kind is misspelled.
fn wanted(what: &str) -> String {
    let kind = what.split(' ').next().unwrap_or_default();
    let hint = if near_names(kind, ["DaemonSet"].into_iter()).is_empty() || kind == "DaemonSet" {
        ""
    } else {
        "; did you mean `kind: DaemonSet`?"
    };
    format!("this is {what}, where a DaemonSet is wanted{hint}")
}

/// True for kinds named DaemonSet that are somebody else's.
fn is_foreign_group(api_version: &str) -> bool {
    let group = api_version.split_once('/').map(|(group, _)| group);
    group.is_some_and(|g| g != "apps" && g != "extensions")
}

fn check_api_version(object: &Object<'_>, line: usize) -> Result<(), SourceError> {
    let version = shown(&object.api_version);
    let problem = match object.api_version.as_str() {
        "apps/v1" => return Ok(()),
        "" => "`apiVersion` is missing: write `apiVersion: apps/v1`".to_owned(),
        old if old_api_version(old) => format!(
            "`{version}` has had no DaemonSet since Kubernetes 1.16: write `apiVersion: apps/v1`, which also wants a `spec.selector`"
        ),
        _ => format!("`{version}` has no DaemonSet: write `apiVersion: apps/v1`"),
    };
    Err(object.error(line, &problem))
}
