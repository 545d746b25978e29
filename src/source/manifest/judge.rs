//! What applying a manifest leaves, and what the server would refuse of it.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::engine::apply::{ApplyError, applied};
use crate::engine::validation::violations;
use crate::model::DaemonSet;
use crate::source::document::{Marked, error, shown};
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
    pub(super) marked: Marked,
}

impl Manifest {
    /// The object that `kubectl apply` would leave in the place of `stored`, computed here.
    ///
    /// # Errors
    /// What can't be merged, and what the server would refuse, as far as that is known
    /// here (`engine::validation`): each problem on a line of its own, with file and line.
    pub fn applied(&self, stored: Option<&DaemonSet>) -> Result<DaemonSet, SourceError> {
        let target = self.computed(stored)?;
        self.judge(stored, &target)?;
        Ok(target)
    }

    /// The same, whatever the server says to it.
    ///
    /// # Errors
    /// What can't be merged.
    pub fn computed(&self, stored: Option<&DaemonSet>) -> Result<DaemonSet, SourceError> {
        let namespace = &self.daemon_set.namespace;
        applied(stored, &self.object, namespace).map_err(|problem| match problem {
            ApplyError::Decode(problem) => {
                let line = self.marked.line_of(&problem.path);
                let problem = format!("`{}` is refused: {}", problem.path, problem.problem);
                error(&self.file, line, &shown(&problem))
            }
            other => SourceError::File(other.to_string()),
        })
    }

    /// Judges `target`, which applying this would leave in the place of `stored`.
    ///
    /// # Errors
    /// What the server would refuse, with file and line.
    pub fn judge(&self, stored: Option<&DaemonSet>, target: &DaemonSet) -> Result<(), SourceError> {
        let problems = violations(stored, target).into_iter();
        let problems = problems.map(|problem| {
            let text = problem.to_string();
            (problem.path, text)
        });
        self.refused(target, problems.collect())
    }

    /// The error that says of fields of `target` why the server would refuse them.
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
            let line = self.marked.line_of_same(&path, &target);
            (line, shown(&text))
        });
        let mut problems: Vec<_> = problems.collect();
        problems.sort_by_key(|(line, _)| *line);
        let lines = problems.iter();
        let lines = lines.map(|(line, text)| error(&self.file, *line, text).to_string());
        Err(SourceError::File(lines.collect::<Vec<_>>().join("\n")))
    }
}
