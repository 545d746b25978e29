//! Where DaemonSets are expected to run: what was said with flags and in files.

use std::io;
use std::sync::Arc;

use crate::cli::expect::ExpectRequest;
use crate::cli::global::GlobalOptions;
use crate::model::{Expectations, Snapshot};
use crate::output::terminal::Terminal;
use crate::source::expectations::ExpectationFiles;

use super::error::CommandError;

/// What was said, and where the files say it.
pub(super) struct Said {
    expectations: Expectations,
    files: ExpectationFiles,
}

impl Said {
    /// Reads the files of `request`.
    ///
    /// # Errors
    /// What in them can't be read or meant.
    pub(super) fn read(
        global: &GlobalOptions,
        request: &ExpectRequest,
    ) -> Result<Self, CommandError> {
        let paths = request.files.as_slice();
        let is_given = !paths.is_empty();
        let files = if is_given {
            ExpectationFiles::read(paths, global.recursive, io::stdin().lock())?
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

    /// Has `snapshot` answered by it.
    pub(super) fn put_into(&self, snapshot: &mut Snapshot) {
        snapshot.expectations = self.expectations.clone();
    }

    /// The same for all DaemonSets of `namespace`, or of all, unless some were selected.
    ///
    /// # Errors
    /// When the files expect something of one that isn't there.
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

    /// Warns where the files expect nothing of the one DaemonSet that is asked about: its name
    /// may be another there.
    pub(super) fn warn_of_others(&self, snapshot: &Snapshot, terminal: &Terminal) {
        let Some(ds) = snapshot.daemon_sets.first() else {
            return;
        };
        let name = (ds.namespace.clone(), ds.name.clone());
        let Expectations { flag, file, .. } = &self.expectations;
        let is_missing = file.as_ref().is_some_and(|file| !file.contains_key(&name));
        if !is_missing || flag.is_some() {
            return;
        }
        terminal.warning(&format!(
            "`--expect-file` expects nothing of DaemonSet `{}` in namespace `{}`",
            ds.name, ds.namespace
        ));
    }
}
