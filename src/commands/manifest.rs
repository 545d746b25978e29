//! DaemonSets of manifests, and the objects that the server would store of them.

use std::collections::BTreeSet;
use std::path::Path;

use crate::analysis::rollout::refused::immutable_selector;
use crate::apply::template_change::written_like_stored;
use crate::apply::validation::changes_selector;
use crate::cli::global::GlobalOptions;
use crate::cli::request::ManifestFiles;
use crate::model::{Command, DaemonSet, Snapshot};
use crate::output::terminal::Terminal;
use crate::source::dry_run::{ApplyOptions, DryRunError};
use crate::source::manifest::{Manifest, read_manifests};
use crate::source::{Source, SourceError, Stdin};
use crate::words::rollout::change as words;

use super::apply::{
    self, AppliedObject, Apply, ObtainError, computed, judge, obtain as obtain_from_server,
    obtain_locally,
};
use super::error::CommandError;

/// The DaemonSets of `-f`, or those of them that were named.
pub(super) fn read(
    global: &GlobalOptions,
    files: &ManifestFiles,
    source: &dyn Source,
    terminal: &Terminal,
) -> Result<Vec<Manifest>, CommandError> {
    let mut named = read_all(global, files, source, terminal)?;
    if let Some(name) = &files.name {
        named.retain(|m| m.daemon_set.name == *name);
    }
    if named.is_empty() {
        return Err(CommandError::Usage(
            "the manifests hold no DaemonSet".to_owned(),
        ));
    }
    Ok(named)
}

/// The DaemonSets of `-f` that are asked about: all of them, or the one that was named; the others
/// are reported as skipped.
pub(super) fn read_asked(
    global: &GlobalOptions,
    files: &ManifestFiles,
    source: &dyn Source,
    terminal: &Terminal,
) -> Result<Vec<Manifest>, CommandError> {
    let all = read_all(global, files, source, terminal)?;
    let asked = match files.name.as_deref() {
        Some(name) => vec![one_named(global, name, all, terminal)?],
        None => all,
    };
    for manifest in &asked {
        check_namespace(global, &manifest.daemon_set)?;
    }
    Ok(asked)
}

/// The one DaemonSet of this name.
fn one_named(
    global: &GlobalOptions,
    name: &str,
    mut all: Vec<Manifest>,
    terminal: &Terminal,
) -> Result<Manifest, CommandError> {
    let namespace = global.namespace.as_deref();
    let mut asked: Vec<(usize, &DaemonSet)> = sets(&all).enumerate().collect();
    asked.retain(|(_, ds)| ds.name == name);
    if asked.len() > 1 {
        asked.retain(|(_, ds)| namespace.is_none_or(|n| ds.namespace == n));
    }
    let &[(at, _)] = asked.as_slice() else {
        return Err(CommandError::Usage(format!(
            "the manifests hold several DaemonSets, {}: give the namespace of one of them with `-n`",
            listed(sets(&all))
        )));
    };
    let one = all.swap_remove(at);
    for other in sets(&all) {
        terminal.warning(&format!(
            "skipped DaemonSet `{}` in namespace `{}`",
            other.name, other.namespace
        ));
    }
    Ok(one)
}

/// The DaemonSets of `-f`, one of which has the name that was typed. Other objects in the files
/// cause a warning.
fn read_all(
    global: &GlobalOptions,
    files: &ManifestFiles,
    source: &dyn Source,
    terminal: &Terminal,
) -> Result<Vec<Manifest>, CommandError> {
    let stdin = Stdin;
    let namespace = source.default_namespace();
    let (paths, validation) = (&files.paths, files.validation);
    let read = read_manifests(paths, global.recursive, namespace, validation, stdin)?;
    for warning in &read.warnings {
        terminal.warning(warning);
    }
    let all = read.manifests;
    match &files.name {
        Some(name) if sets(&all).all(|ds| ds.name != *name) => Err(CommandError::Usage(format!(
            "the manifests hold no DaemonSet `{name}`, but {}",
            listed(sets(&all))
        ))),
        _ => Ok(all),
    }
}

fn sets(all: &[Manifest]) -> impl Iterator<Item = &DaemonSet> + Clone {
    all.iter().map(|manifest| &manifest.daemon_set)
}

/// The names of DaemonSets, with their namespaces where these differ.
fn listed<'d>(all: impl Iterator<Item = &'d DaemonSet> + Clone) -> String {
    let namespaces: BTreeSet<&str> = all.clone().map(|ds| ds.namespace.as_str()).collect();
    let names = all.map(|ds| match namespaces.len() {
        0 | 1 => format!("`{}`", ds.name),
        _ => format!("`{}` of namespace `{}`", ds.name, ds.namespace),
    });
    names.collect::<Vec<_>>().join(", ")
}

/// As kubectl, it doesn't guess which of the two is meant.
pub(super) fn check_namespace(global: &GlobalOptions, ds: &DaemonSet) -> Result<(), CommandError> {
    match global.namespace.as_deref() {
        Some(asked) if asked != ds.namespace => {
            let or_give = Command::of(&[]).namespace(&ds.namespace);
            let or_give = or_give.map(|flag| format!(", or give `{flag}`"));
            Err(CommandError::Usage(format!(
                "the manifest's DaemonSet `{}` is in namespace `{}` and `-n {asked}` names another: leave out `-n`{}",
                ds.name,
                ds.namespace,
                or_give.unwrap_or_default()
            )))
        }
        _ => Ok(()),
    }
}

/// The object that an apply would leave in place of the stored one, if there is one in `snapshot`;
/// only this program has validated it.
///
/// # Errors
/// When the server would refuse it, as far as that is known here. Where the stored one couldn't be
/// read, nothing is known.
pub(super) fn applied(manifest: &Manifest, snapshot: &Snapshot) -> Result<DaemonSet, CommandError> {
    let stored = snapshot.daemon_sets.first();
    let mut incomplete = snapshot.incomplete.iter();
    if stored.is_none() && incomplete.any(|i| i.resource == "daemonsets") {
        return Ok(computed(manifest, None)?);
    }
    let target = apply::applied(manifest, stored)?;
    if let Some(stored) = stored.filter(|stored| changes_selector(stored, &target)) {
        let why = words::immutable_selector(&immutable_selector(stored));
        let text =
            format!("`spec.selector` {why}; `kubectl ds plan -f` says what that would adopt");
        manifest.refused(&target, vec![("spec.selector".to_owned(), text)])?;
    }
    Ok(target)
}

/// The object, from the server where one can be asked. An object that is known to be refused isn't
/// sent, because the message here is better.
///
/// # Errors
/// When the server, or a webhook that it asks, refuses the object.
pub(super) fn obtain(
    global: &GlobalOptions,
    options: &ApplyOptions,
    manifest: &Manifest,
    stored: Option<&DaemonSet>,
) -> Result<AppliedObject, CommandError> {
    let apply = Apply {
        manifest: &manifest.object,
        namespace: &manifest.daemon_set.namespace,
        stored,
        options,
    };
    if !global.from.is_empty() {
        let obtained = obtain_locally(&apply).map_err(of_cluster)?;
        judge(manifest, stored, &obtained.daemon_set).map_err(CommandError::Refused)?;
        return Ok(obtained);
    }
    let client_side = ApplyOptions::default();
    let computed = obtain_locally(&Apply {
        options: &client_side,
        ..apply
    });
    if let Ok(mut computed) = computed {
        // What the server merges by field managers is validated there.
        if !options.server_side {
            judge(manifest, stored, &computed.daemon_set).map_err(CommandError::Refused)?;
        }
        if stored.is_some_and(|stored| changes_selector(stored, &computed.daemon_set)) {
            computed.notes.clear();
            return Ok(computed);
        }
    }
    obtain_from_server(Path::new("kubectl"), &global.connection, &apply).map_err(of_cluster)
}

/// The object that a server would store after its DaemonSet of that name, `former`, is deleted,
/// computed here. Values that a server generates for every new object aren't part of it.
///
/// # Errors
/// When it can't be computed, or the server would refuse it.
pub(super) fn obtain_anew(
    manifest: &Manifest,
    former: Option<&DaemonSet>,
) -> Result<AppliedObject, CommandError> {
    let options = ApplyOptions::default();
    let apply = Apply {
        manifest: &manifest.object,
        namespace: &manifest.daemon_set.namespace,
        stored: None,
        options: &options,
    };
    let mut obtained = obtain_locally(&apply).map_err(of_cluster)?;
    judge(manifest, None, &obtained.daemon_set)?;
    if let Some(former) = former {
        obtained.daemon_set = written_like_stored(obtained.daemon_set, former);
    }
    let metadata = &mut obtained.daemon_set.object.metadata;
    metadata.uid = None;
    metadata.creation_timestamp = None;
    metadata.deletion_timestamp = None;
    Ok(obtained)
}

fn of_cluster(error: ObtainError) -> CommandError {
    match error {
        ObtainError::DryRun(DryRunError::Interrupted) => CommandError::Interrupted,
        ObtainError::DryRun(
            error @ (DryRunError::Invalid(_) | DryRunError::Refused(_) | DryRunError::Conflict(_)),
        ) => CommandError::Refused(SourceError::Cluster(error.to_string())),
        error => CommandError::Source(SourceError::Cluster(error.to_string())),
    }
}
