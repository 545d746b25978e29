//! A DaemonSet as a manifest has it, and where its fields stand.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::model::DaemonSet;
use crate::source::document::{Spanned, error, shown};
use crate::source::{SourceError, Validation};

/// A DaemonSet of a manifest.
#[derive(Clone, Debug)]
pub struct Manifest {
    /// As it is read.
    pub daemon_set: DaemonSet,
    /// As it is written, with what the API's type doesn't know and with what is
    /// null: an apply sends these.
    pub object: Value,
    /// What becomes of fields that the API doesn't have.
    pub validation: Validation,
    /// The file, and the lines of its fields.
    pub(super) file: Arc<str>,
    pub(super) spanned: Spanned,
}

impl Manifest {
    /// The error that says what is wrong with the field at `path`, with file and line.
    #[must_use]
    pub fn error(&self, path: &str, problem: &str) -> SourceError {
        error(&self.file, self.spanned.line_of(path), &shown(problem))
    }

    /// The error that says of fields of `target`, which applying this would leave, what is
    /// wrong with them: each path with its text, on a line of its own, with file and line.
    ///
    /// # Errors
    /// That error, if there are any.
    pub fn refused(
        &self,
        target: &DaemonSet,
        problems: Vec<(String, String)>,
    ) -> Result<(), SourceError> {
        if problems.is_empty() {
            return Ok(());
        }
        let target = json!({"spec": {"template": target.raw_template}});
        let problems = problems.into_iter().map(|(path, text)| {
            let line = self.spanned.line_of_same(&path, &target);
            (line, shown(&text))
        });
        let mut problems: Vec<_> = problems.collect();
        problems.sort_by_key(|(line, _)| *line);
        let lines = problems.iter();
        let lines = lines.map(|(line, text)| error(&self.file, *line, text).to_string());
        Err(SourceError::File(lines.collect::<Vec<_>>().join("\n")))
    }
}
