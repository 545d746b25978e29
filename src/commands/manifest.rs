//! DaemonSets of manifests, and the objects that the server would store of them.

use std::io;
use std::path::Path;

use crate::cli::global::GlobalArgs;
use crate::engine::validation::changes_selector;
use crate::model::{DaemonSet, Snapshot};
use crate::output::terminal::Terminal;
use crate::report::rollout::change;
use crate::report::rollout::refused::immutable_selector;
use crate::source::dry_run::{
    Apply, ApplyOptions, DryRunError, How, Obtained, obtain as obtain_from_server, obtain_locally,
};
use crate::source::manifest::{Manifest, read_manifests};
use crate::source::{Source, SourceError};

use super::error::CommandError;

/// Reads the DaemonSets of `-f`. What else the files hold is warned of.
pub(super) fn read(
    global: &GlobalArgs,
    paths: &[String],
    source: &dyn Source,
    terminal: &Terminal,
) -> Result<Vec<Manifest>, CommandError> {
    let stdin = io::stdin().lock();
    let read = read_manifests(paths, global.recursive, source.default_namespace(), stdin)?;
    for warning in &read.warnings {
        terminal.warning(warning);
    }
    Ok(read.manifests)
}

/// Where among `names`, those of the manifests, the one stands that is asked about.
pub(super) fn position(names: &[&str], asked: &str) -> Result<usize, CommandError> {
    let at = names.iter().position(|name| *name == asked);
    at.ok_or_else(|| {
        let names = names.join("`, `");
        CommandError::Usage(format!(
            "the manifests hold no DaemonSet `{asked}`, but `{names}`"
        ))
    })
}

/// As kubectl does, which would rather not guess which of the two is meant.
pub(super) fn check_namespace(global: &GlobalArgs, ds: &DaemonSet) -> Result<(), CommandError> {
    match global.namespace.as_deref() {
        Some(asked) if asked != ds.namespace => Err(CommandError::Usage(format!(
            "the manifest's DaemonSet `{}` is in namespace `{}` and `-n {asked}` names another: leave out `-n`, or give `-n {}`",
            ds.name, ds.namespace, ds.namespace
        ))),
        _ => Ok(()),
    }
}

/// The object that an apply would leave in the place of the stored one, if there is one
/// in `snapshot`; nobody but this program has judged it.
///
/// # Errors
/// When the server would refuse it, as far as that is known here. Where the stored one
/// couldn't be read, nothing is.
pub(super) fn applied(manifest: &Manifest, snapshot: &Snapshot) -> Result<DaemonSet, CommandError> {
    let stored = snapshot.daemon_sets.first();
    let mut incomplete = snapshot.incomplete.iter();
    if stored.is_none() && incomplete.any(|i| i.resource == "daemonsets") {
        return Ok(manifest.computed(None)?);
    }
    let target = manifest.applied(stored)?;
    if let Some(stored) = stored.filter(|stored| changes_selector(stored, &target)) {
        let why = immutable_selector(stored);
        let text =
            format!("`spec.selector` {why}; `kubectl ds plan -f` says what that would adopt");
        manifest.refused(&target, vec![("spec.selector".to_owned(), text)])?;
    }
    Ok(target)
}

/// The object, from the server where there is one that can be asked. What is
/// known to be refused isn't asked for: it is said better here.
///
/// # Errors
/// When the server, or somebody whom it asks, refuses the object.
pub(super) fn obtain(
    global: &GlobalArgs,
    options: &ApplyOptions,
    manifest: &Manifest,
    stored: Option<&DaemonSet>,
) -> Result<Obtained, CommandError> {
    let apply = Apply {
        manifest: &manifest.object,
        namespace: &manifest.daemon_set.namespace,
        stored,
        options,
    };
    if !global.from.is_empty() {
        let obtained = obtain_locally(&apply).map_err(of_cluster)?;
        manifest.judge(stored, &obtained.daemon_set)?;
        return Ok(obtained);
    }
    let client_side = ApplyOptions::default();
    let computed = obtain_locally(&Apply {
        options: &client_side,
        ..apply
    });
    if let Ok(mut computed) = computed {
        // What the server merges by field managers is for it to judge.
        if !options.server_side {
            manifest.judge(stored, &computed.daemon_set)?;
        }
        if stored.is_some_and(|stored| changes_selector(stored, &computed.daemon_set)) {
            computed.notes.clear();
            return Ok(computed);
        }
    }
    let flags = global.connection.flags();
    obtain_from_server(Path::new("kubectl"), &flags, &apply).map_err(of_cluster)
}

/// The object that a server without a DaemonSet of its name would store, computed
/// here. What a server draws for every object that it creates isn't the manifest's.
///
/// # Errors
/// When it can't be computed, or the server would refuse it.
pub(super) fn obtain_anew(manifest: &Manifest) -> Result<Obtained, CommandError> {
    let options = ApplyOptions::default();
    let apply = Apply {
        manifest: &manifest.object,
        namespace: &manifest.daemon_set.namespace,
        stored: None,
        options: &options,
    };
    let mut obtained = obtain_locally(&apply).map_err(of_cluster)?;
    manifest.judge(None, &obtained.daemon_set)?;
    let metadata = &mut obtained.daemon_set.object.metadata;
    metadata.uid = None;
    metadata.creation_timestamp = None;
    metadata.deletion_timestamp = None;
    Ok(obtained)
}

/// Where an object comes from, as reports say it.
pub(super) const fn said(how: How) -> change::Obtained {
    match how {
        How::DryRun => change::Obtained::DryRun,
        How::Local => change::Obtained::Local,
    }
}

fn of_cluster(error: DryRunError) -> CommandError {
    CommandError::Source(SourceError::Cluster(error.to_string()))
}
