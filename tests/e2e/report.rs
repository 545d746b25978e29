//! A report as it was written to disk before the controller went on.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::Value;

use crate::scenario::Outcome;
use crate::scenario::lab::Lab;

/// Numbers the reports, for their files.
static REPORTS: AtomicU32 = AtomicU32::new(1);

/// What `kubectl ds COMMAND -o json` said.
#[derive(Clone, Debug)]
pub(crate) struct Report {
    value: Value,
}

/// `kubectl ds ARGS -o json` in the scenario's namespace, written to disk.
pub(crate) fn written(lab: &Lab<'_>, args: &[&str]) -> Result<Value, String> {
    let namespace = lab.namespace();
    let all = [args, &["-n", &namespace, "-o", "json"]].concat();
    let output = lab.cluster().ds_plugin(&all)?;
    // A change that will be refused is a failure, told with the report.
    if output.code != 0 && output.stdout.is_empty() {
        return Err(format!("kubectl ds {}: {output:?}", all.join(" ")));
    }
    let number = REPORTS.fetch_add(1, Ordering::Relaxed);
    let command = args.first().unwrap_or(&"");
    let file = format!("{namespace}-{command}-{number}.json");
    let path = lab.cluster().scratch().join(file);
    std::fs::write(&path, &output.stdout).map_err(|e| format!("{}: {e}", path.display()))?;
    output.json()
}

/// Writes a manifest to disk; returns where it is.
pub(crate) fn manifest_file(lab: &Lab<'_>, manifest: &str) -> Result<String, String> {
    let file = format!("{}.yaml", lab.namespace());
    let path = lab.cluster().scratch().join(file);
    std::fs::write(&path, manifest).map_err(|e| format!("{}: {e}", path.display()))?;
    Ok(path.display().to_string())
}

impl Report {
    /// An error unless it is of this kind.
    pub(crate) fn new(kind: &str, value: Value) -> Result<Self, String> {
        if value["kind"] == kind {
            Ok(Self { value })
        } else {
            Err(format!("no {kind}: {value}"))
        }
    }

    /// What stands at a JSON pointer; `null` where nothing does.
    pub(crate) fn at(&self, pointer: &str) -> &Value {
        self.value.pointer(pointer).unwrap_or(&Value::Null)
    }

    /// Puts something else at a pointer at which something stands.
    pub(crate) fn put(&mut self, pointer: &str, value: Value) {
        if let Some(place) = self.value.pointer_mut(pointer) {
            *place = value;
        }
    }

    /// An error unless `value` stands at the pointer.
    pub(crate) fn says(&self, pointer: &str, value: impl Into<Value>) -> Outcome {
        let value = value.into();
        if *self.at(pointer) == value {
            Ok(())
        } else {
            Err(format!(
                "the report's {pointer} should be {value}, not {}:\n{}",
                self.at(pointer),
                self.value
            ))
        }
    }

    /// The entries of a list.
    pub(crate) fn list(&self, pointer: &str) -> Result<&[Value], String> {
        self.at(pointer)
            .as_array()
            .map(Vec::as_slice)
            .ok_or_else(|| format!("the report has no list at {pointer}:\n{}", self.value))
    }

    /// The names in a list, or what its objects have in `field`.
    pub(crate) fn names(&self, pointer: &str, field: &str) -> Result<BTreeSet<String>, String> {
        self.list(pointer)?
            .iter()
            .map(|entry| {
                let name = entry.as_str().or_else(|| entry[field].as_str());
                name.map(str::to_owned)
                    .ok_or_else(|| format!("{pointer}: no name in {entry}"))
            })
            .collect()
    }

    /// A number of the report.
    pub(crate) fn number(&self, pointer: &str) -> Result<usize, String> {
        self.at(pointer)
            .as_u64()
            .and_then(|number| usize::try_from(number).ok())
            .ok_or_else(|| {
                format!(
                    "the report's {pointer} is no number but {}:\n{}",
                    self.at(pointer),
                    self.value
                )
            })
    }

    /// An error unless one of the remedies has these words in its text or command.
    pub(crate) fn advises(&self, words: &str) -> Outcome {
        let has = |remedy: &Value| {
            let parts = [&remedy["text"], &remedy["command"]];
            parts
                .iter()
                .any(|part| part.as_str().is_some_and(|text| text.contains(words)))
        };
        if self.list("/remedies")?.iter().any(has) {
            Ok(())
        } else {
            Err(format!(
                "no remedy says `{words}`: {}",
                self.at("/remedies")
            ))
        }
    }
}
