//! Expectations from flags and files.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::cli::expect::ExpectRequest;
use crate::cli::global::GlobalOptions;
use crate::model::{DaemonSet, Expectations, Snapshot};
use crate::output::terminal::Terminal;
use crate::source::expectations::ExpectationFiles;
use crate::source::{Question, Scope, Source, SourceError, Stdin, Subject};

use super::ask::ask;
use super::error::CommandError;

/// The expectations, and the files that contain them.
pub(super) struct ExpectationInput {
    expectations: Expectations,
    files: ExpectationFiles,
}

impl ExpectationInput {
    /// Reads the files of `request`.
    ///
    /// # Errors
    /// What can't be read or parsed in them.
    pub(super) fn read(
        global: &GlobalOptions,
        request: &ExpectRequest,
    ) -> Result<Self, CommandError> {
        let paths = request.files.as_slice();
        let is_given = !paths.is_empty();
        let files = if is_given {
            ExpectationFiles::read(paths, global.recursive, Stdin)?
        } else {
            ExpectationFiles::default()
        };
        Ok(Self {
            expectations: Expectations {
                flag: request.flag.clone(),
                file: is_given.then(|| Arc::new(files.expectations())),
                near_misses: request.near_misses,
            },
            files,
        })
    }

    /// Adds the expectations to `snapshot`.
    pub(super) fn put_into(&self, snapshot: &mut Snapshot) {
        snapshot.expectations = self.expectations.clone();
    }

    /// The same for all DaemonSets of `namespace`, or of all, unless some were selected.
    ///
    /// # Errors
    /// When the files expect something of a DaemonSet that doesn't exist.
    pub(super) fn put_into_all(
        &self,
        snapshot: &mut Snapshot,
        namespace: Option<&str>,
        is_selected: bool,
    ) -> Result<(), CommandError> {
        self.put_into(snapshot);
        let mut unread = snapshot.incomplete.iter();
        if is_selected || unread.any(|i| i.resource == "daemonsets") {
            return Ok(());
        }
        Ok(self.files.check(&snapshot.daemon_sets, namespace)?)
    }

    /// Checks that each DaemonSet of the files exists in the namespaces of those that are `asked`
    /// about, and warns where the files expect nothing of any of these, which may be spelled
    /// differently there. Other DaemonSets are read only where the files name them.
    ///
    /// # Errors
    /// When the files expect something of a DaemonSet that doesn't exist.
    pub(super) fn check_others(
        &self,
        source: &dyn Source,
        asked: &[&DaemonSet],
        terminal: &Terminal,
    ) -> Result<(), CommandError> {
        let namespaces: BTreeSet<&str> = asked.iter().map(|ds| &*ds.namespace).collect();
        for namespace in namespaces {
            let asked = asked.iter().copied();
            let asked: Vec<_> = asked.filter(|ds| ds.namespace == namespace).collect();
            if self.files.names_others(namespace, &asked)
                && let Some(there) = daemon_sets_of(source, namespace)?
            {
                let asked = asked.iter().copied().cloned();
                let all: Vec<_> = there.into_iter().chain(asked).collect();
                self.files.check(&all, Some(namespace))?;
            }
        }
        if asked.iter().all(|ds| self.says_nothing_of(ds)) {
            let of = match asked {
                [ds] => format!("DaemonSet `{}` in namespace `{}`", ds.name, ds.namespace),
                _ => "any of these DaemonSets".to_owned(),
            };
            terminal.warning(&format!("`--expect-file` expects nothing of {of}"));
        }
        Ok(())
    }

    /// Whether there are files that expect nothing of `ds`, and no flag does.
    fn says_nothing_of(&self, ds: &DaemonSet) -> bool {
        let Expectations { flag, file, .. } = &self.expectations;
        let name = (ds.namespace.clone(), ds.name.clone());
        flag.is_none() && file.as_ref().is_some_and(|file| !file.contains_key(&name))
    }
}

/// The DaemonSets of a namespace; `None` where the source can't say.
fn daemon_sets_of(
    source: &dyn Source,
    namespace: &str,
) -> Result<Option<Vec<DaemonSet>>, CommandError> {
    let subject = Subject::DaemonSets {
        namespace: Some(namespace.to_owned()),
        selector: None,
    };
    match ask(source, &Question::new(subject, Scope::NoNode)) {
        Ok(snapshot) => Ok(Some(snapshot.daemon_sets)),
        Err(CommandError::Source(SourceError::Forbidden(_) | SourceError::File(_))) => Ok(None),
        Err(error) => Err(error),
    }
}
