//! Manifests for `-f`.

use std::io::Read;
use std::sync::Arc;

use serde::de::MapAccess;

use super::others::{OtherObject, none_wanted, skipped};
use super::shape::{daemon_set, is_foreign_group, is_patch, misplaced, old_api_version};
use super::unknown::{problem, warning};
use super::written::Manifest;
use crate::source::document::{
    CHUNK, Duplicate, Entry, Failure, Inputs, KUSTOMIZE, Object, ObjectVisitor, Spanned, Unknown,
    error, given_twice, parse, shown, unrendered,
};
use crate::source::{SourceError, Validation};

/// What `-f` names.
#[derive(Clone, Debug)]
pub struct Manifests {
    /// The DaemonSets in the order of the files.
    pub manifests: Vec<Manifest>,
    /// What was passed over, and what the server will pass over.
    pub warnings: Vec<String>,
}

/// Reads the DaemonSets of `paths`: files, folders, and `-` for `stdin`.
/// An object without a namespace is in `default_namespace`. `validation` says what
/// becomes of fields that the API doesn't have.
///
/// # Errors
/// What can't be read, each problem on a line of its own with file and line. What
/// the server would refuse isn't among it: that depends on what the manifest is
/// applied to.
pub fn read_manifests(
    paths: &[String],
    recursive: bool,
    default_namespace: &str,
    validation: Validation,
    stdin: impl Read,
) -> Result<Manifests, SourceError> {
    let inputs = Inputs {
        paths,
        recursive,
        chunk: CHUNK,
    };
    let mut reader = ManifestReader {
        default_namespace,
        validation,
        manifests: Vec::new(),
        places: Vec::new(),
        others: Vec::new(),
        problems: Vec::new(),
        bare: Vec::new(),
        warnings: Vec::new(),
    };
    for input in inputs.find(stdin)? {
        let file = input.file.clone();
        let read = parse(input, &ManifestVisitor, &mut |entry| {
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
struct ManifestVisitor;

/// What is kept of an object.
enum ManifestObject {
    /// With the keys that its JSON has twice.
    DaemonSet(Object<'static>, Vec<Duplicate>),
    Other(OtherObject),
    Unreadable(SourceError),
}

impl ObjectVisitor for ManifestVisitor {
    type Output = ManifestObject;
    type Decoded = ManifestObject;

    fn at_once<'de, A: MapAccess<'de>>(
        &self,
        _: &str,
        _: &str,
        _: A,
    ) -> Result<Option<ManifestObject>, A::Error> {
        Ok(None)
    }

    fn finish(&self, kept: ManifestObject, _: &str, _: usize) -> ManifestObject {
        kept
    }

    fn visit(&self, object: Object<'_>) -> ManifestObject {
        if object.kind != "DaemonSet" || is_foreign_group(&object.api_version) {
            return ManifestObject::Other(OtherObject::of(&object));
        }
        match object.into_owned() {
            Ok((object, twice)) => ManifestObject::DaemonSet(object, twice),
            Err(problem) => ManifestObject::Unreadable(problem),
        }
    }
}

struct ManifestReader<'a> {
    default_namespace: &'a str,
    validation: Validation,
    manifests: Vec<Manifest>,
    /// Where each of them stands.
    places: Vec<String>,
    /// Objects of other kinds.
    others: Vec<OtherObject>,
    problems: Vec<String>,
    /// Lists that kubectl refuses, where nothing else is wrong.
    bare: Vec<String>,
    warnings: Vec<String>,
}

impl ManifestReader<'_> {
    fn take(&mut self, file: &str, entry: Entry<ManifestObject>) {
        match entry {
            Entry::Object(kept) => self.object(file, kept),
            Entry::Duplicate(twice) => self.warnings.push(given_twice(file, &twice)),
            Entry::Bare(line) => {
                let problem = "objects in a list need `kind: List` and `items` around them: kubectl refuses them without";
                self.bare.push(error(file, line, problem).to_string());
            }
            Entry::ListOf { .. } | Entry::EmptyList | Entry::ServerVersion(_) => {}
        }
    }

    fn object(&mut self, file: &str, kept: ManifestObject) {
        let read = match kept {
            ManifestObject::Other(other) => {
                self.others.push(other);
                return;
            }
            ManifestObject::DaemonSet(object, twice) => {
                let warnings = twice.iter().map(|twice| given_twice(file, twice));
                self.warnings.extend(warnings);
                self.daemon_set(&object)
            }
            ManifestObject::Unreadable(problem) => Err(problem),
        };
        if let Err(problem) = read {
            self.problems.push(problem.to_string());
        }
    }

    fn daemon_set(&mut self, object: &Object<'_>) -> Result<(), SourceError> {
        let spanned = object.spanned()?;
        check_api_version(object, spanned.line_of("apiVersion"))?;
        if let Some(problem) = built_first(&spanned) {
            return Err(object.error(problem.line, &problem.problem));
        }
        let mut problems = misplaced(&spanned);
        let read = match daemon_set(&spanned, self.default_namespace) {
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
            match self.validation {
                Validation::Strict => refuse(&unknown, &mut problems),
                Validation::Warn if problems.is_empty() => {
                    let warnings = unknown.iter().map(|u| object.error(u.line, &warning(u)));
                    self.warnings.extend(warnings.map(|w| w.to_string()));
                }
                Validation::Warn | Validation::Ignore => {}
            }
            self.manifests.push(Manifest {
                daemon_set: ds,
                object: spanned.to_value(),
                validation: self.validation,
                file: Arc::clone(&object.file),
                spanned: spanned.into_owned(),
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
        if self.problems.is_empty() {
            self.problems.append(&mut self.bare);
        }
        if !self.problems.is_empty() {
            return Err(SourceError::File(self.problems.join("\n")));
        }
        if self.manifests.is_empty() {
            return Err(SourceError::File(none_wanted(&self.others)));
        }
        self.warnings.extend(skipped(&self.others));
        Ok(Manifests {
            manifests: self.manifests,
            warnings: self.warnings,
        })
    }
}

/// Adds the fields that the API doesn't have, but for those that are said to be misplaced.
fn refuse(unknown: &[Unknown], problems: &mut Vec<Failure>) {
    let other = unknown.iter().map(problem);
    let other = other.filter(|u| problems.iter().all(|p| p.line != u.line));
    let other: Vec<_> = other.collect();
    problems.extend(other);
}

/// What to say of a DaemonSet that isn't one yet: a template, or the patch of a kustomization.
fn built_first(spanned: &Spanned) -> Option<Failure> {
    if let Some(line) = unrendered_line(spanned) {
        let problem = unrendered();
        return Some(Failure { line, problem });
    }
    is_patch(spanned).then(|| Failure {
        line: spanned.line_of("spec"),
        problem: format!(
            "this is a part of a DaemonSet, without selector and labels, as the patches of a kustomization are: build the whole first: {KUSTOMIZE}"
        ),
    })
}

/// The line of a name or an image in which an action of a template stands, which no
/// object has there.
fn unrendered_line(spanned: &Spanned) -> Option<usize> {
    let metadata = ["name", "namespace"].map(|key| spanned.at(&["metadata", key]));
    let pod = spanned.at(&["spec", "template", "spec"]);
    let lists = ["initContainers", "containers"].map(|key| pod.and_then(|p| p.get(key)));
    let containers = lists.into_iter().flatten().flat_map(Spanned::elements);
    let images = containers.map(|container| container.get("image"));
    let values = metadata.into_iter().chain(images).flatten();
    let mut actions = values.filter(|value| value.text().is_some_and(|t| t.contains("{{")));
    actions.next().map(|value| value.line)
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
