//! Files that say where DaemonSets are expected to run.

use std::collections::btree_map::Entry as MapEntry;
use std::collections::{BTreeMap, HashSet};
use std::io::Read;

use serde::de::MapAccess;

use super::document::{
    CHUNK, Entry, Inputs, Object, ObjectVisitor, Unknown, decode, error, given_twice, parse, place,
    shown,
};
use super::narrow::no_daemon_set;
use super::{ObjectName, SourceError};
use crate::model::expectation_file::{API_VERSION, ExpectationFile, ExpectedDaemonSet, KIND};
use crate::model::near_names;
use crate::model::selector::{Selector, SelectorError};
use crate::model::{DaemonSet, Expectation, ExpectationSource};

/// The expectations of files, and where each of them stands.
#[derive(Debug, Default)]
pub struct ExpectationFiles {
    /// By namespace and name.
    items: BTreeMap<(String, String), Item>,
}

#[derive(Debug)]
struct Item {
    expectation: Expectation,
    /// `FILE:LINE`.
    place: String,
}

impl ExpectationFiles {
    /// Reads the expectations of `paths`: files, folders, and `-` for `stdin`.
    ///
    /// # Errors
    /// What can't be read, or says something that can't be meant, each problem on a line of its
    /// own with file and line.
    pub fn read(paths: &[String], recursive: bool, stdin: impl Read) -> Result<Self, SourceError> {
        let inputs = Inputs {
            paths,
            recursive,
            chunk: CHUNK,
        };
        let mut files = Self::default();
        let mut problems: Vec<String> = Vec::new();
        for input in inputs.find(stdin)? {
            let file = input.file.clone();
            let before = problems.len();
            let read = parse(input, &ExpectationVisitor, &mut |entry| {
                files.take(&file, entry, &mut problems);
                Ok(())
            });
            // What is wrong first may make the rest of the file wrong too.
            if let Err(error) = read
                && problems.len() == before
            {
                problems.push(error.to_string());
            }
        }
        if problems.is_empty() {
            Ok(files)
        } else {
            Err(SourceError::File(problems.join("\n")))
        }
    }

    /// The expectations by namespace and name.
    #[must_use]
    pub fn expectations(&self) -> BTreeMap<(String, String), Expectation> {
        let items = self.items.iter();
        let items = items.map(|(name, item)| (name.clone(), item.expectation.clone()));
        items.collect()
    }

    /// Whether something is expected of a DaemonSet of `namespace` that isn't among `known`.
    #[must_use]
    pub fn names_others(&self, namespace: &str, known: &[&DaemonSet]) -> bool {
        let is_known = |name: &str| known.iter().any(|ds| ds.name == name);
        let here = self.items.keys().filter(|(at, _)| at == namespace);
        here.into_iter().any(|(_, name)| !is_known(name))
    }

    /// Checks that there is each DaemonSet of which something is expected; `all` are those of
    /// `namespace`, or of all.
    ///
    /// # Errors
    /// Where one isn't there, with names that are close to it.
    pub fn check(&self, all: &[DaemonSet], namespace: Option<&str>) -> Result<(), SourceError> {
        let names = || {
            all.iter()
                .map(|ds| (ds.namespace.as_str(), ds.name.as_str()))
        };
        let known: HashSet<_> = names().collect();
        let here = |at: &str| namespace.is_none_or(|namespace| namespace == at);
        let missing = self
            .items
            .iter()
            .filter(|((at, name), _)| here(at) && !known.contains(&(at.as_str(), name.as_str())));
        let problems = missing.map(|((namespace, name), item)| {
            let wanted = ObjectName {
                namespace: namespace.clone(),
                name: name.clone(),
            };
            format!("{}: {}", item.place, no_daemon_set(&wanted, names(), None))
        });
        let problems: Vec<String> = problems.collect();
        match problems.is_empty() {
            true => Ok(()),
            false => Err(SourceError::File(problems.join("\n"))),
        }
    }

    fn take(&mut self, file: &str, entry: Entry<ReadItems>, problems: &mut Vec<String>) {
        match entry {
            Entry::Object(Ok(items)) => {
                for (name, item) in items {
                    self.add(name, item, problems);
                }
            }
            Entry::Object(Err(found)) => problems.extend(found),
            Entry::Duplicate(twice) => problems.push(given_twice(file, &twice)),
            Entry::Bare(line) => {
                let problem = format!("this is a list, where {}", wanted());
                problems.push(error(file, line, &problem).to_string());
            }
            Entry::ListOf { .. } | Entry::EmptyList | Entry::ServerVersion(_) => {}
        }
    }

    fn add(&mut self, name: (String, String), item: Item, problems: &mut Vec<String>) {
        match self.items.entry(name) {
            MapEntry::Vacant(vacant) => {
                vacant.insert(item);
            }
            MapEntry::Occupied(other) => {
                let (namespace, name) = other.key();
                let what = format!("DaemonSet `{}/{}`", shown(namespace), shown(name));
                let also = &other.get().place;
                let problem = format!("{what} is also at {also}: keep one of them");
                problems.push(format!("{}: {problem}", item.place));
            }
        }
    }
}

/// What an object holds, or what is wrong with it.
type ReadItems = Result<Vec<((String, String), Item)>, Vec<String>>;

/// Reads `kind: Expectations`.
struct ExpectationVisitor;

impl ObjectVisitor for ExpectationVisitor {
    type Output = ReadItems;
    type Decoded = ReadItems;

    fn at_once<'de, A: MapAccess<'de>>(
        &self,
        _: &str,
        _: &str,
        _: A,
    ) -> Result<Option<ReadItems>, A::Error> {
        Ok(None)
    }

    fn finish(&self, read: ReadItems, _: &str, _: usize) -> ReadItems {
        read
    }

    fn visit(&self, object: Object<'_>) -> ReadItems {
        items(&object)
    }
}

/// `kind: Expectations` of `ds.kubectl/v1alpha1`, where another object stands.
fn wanted() -> String {
    format!("`kind: {KIND}` of `apiVersion: {API_VERSION}` is wanted")
}

fn items(object: &Object<'_>) -> ReadItems {
    let wrong = |line, problem: &str| vec![object.error(line, problem).to_string()];
    let spanned = object.spanned().map_err(|e| vec![e.to_string()])?;
    if object.kind != KIND {
        let line = spanned.line_of("kind");
        let hint = match near_names(&object.kind, [KIND].into_iter()).is_empty() {
            true => String::new(),
            false => format!("; did you mean `kind: {KIND}`?"),
        };
        let problem = format!("this is {}, where {}{hint}", object.what(), wanted());
        return Err(wrong(line, &problem));
    }
    if object.api_version != API_VERSION {
        let line = spanned.line_of("apiVersion");
        let version = shown(&object.api_version);
        let problem =
            format!("`{version}` has no `kind: {KIND}`: write `apiVersion: {API_VERSION}`");
        return Err(wrong(line, &problem));
    }
    let (file, unknown) = decode::<ExpectationFile>(&spanned)
        .map_err(|failure| wrong(failure.line, &failure.problem))?;
    let unknown = unknown
        .iter()
        .map(|u| object.error(u.line, &unknown_field(u)));
    let mut problems: Vec<String> = unknown.map(|e| e.to_string()).collect();
    let mut items = Vec::new();
    for (index, one) in file.items.into_iter().enumerate() {
        let at = |field: &str| spanned.line_of(&format!("items[{index}].{field}"));
        match expectation(&one) {
            Ok(expectation) => {
                let item = Item {
                    expectation,
                    place: place(&object.file, at("name")),
                };
                items.push(((one.namespace, one.name), item));
            }
            Err((field, problem)) => {
                let problem = format!("`items[{index}].{field}`: {problem}");
                problems.extend(wrong(at(field), &problem));
            }
        }
    }
    match problems.is_empty() {
        true => Ok(items),
        false => Err(problems),
    }
}

/// The expectation, or the field that says none and why.
fn expectation(one: &ExpectedDaemonSet) -> Result<Expectation, (&'static str, String)> {
    for (field, value) in [("namespace", &one.namespace), ("name", &one.name)] {
        if value.is_empty() {
            return Err((field, "it is empty: it names the DaemonSet".to_owned()));
        }
    }
    let selector = one.selector.parse::<Selector>();
    let selector = selector.map_err(|e: SelectorError| ("selector", shown(&e.to_string())))?;
    let at_least = one.at_least.map(|number| {
        usize::try_from(number).map_err(|_| {
            let problem = format!("`{number}` is not a number of nodes: write 0 or more");
            ("atLeast", problem)
        })
    });
    let source = ExpectationSource::File;
    Ok(Expectation::new(selector, at_least.transpose()?, source))
}

fn unknown_field(unknown: &Unknown) -> String {
    let dot = if unknown.parent.is_empty() { "" } else { "." };
    let field = format!("{}{dot}{}", unknown.parent, shown(&unknown.field));
    let near = near_names(&unknown.field, unknown.known.iter().copied());
    let hint = match near.first() {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("it takes `{}`", unknown.known.join("`, `")),
    };
    format!("unknown field `{field}`; {hint}")
}
