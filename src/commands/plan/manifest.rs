//! The rollout that applying a manifest would start.

use std::io;

use crate::cli::global::GlobalArgs;
use crate::cli::plan::PlanArgs;
use crate::commands::ask::{ask, first};
use crate::commands::error::CommandError;
use crate::model::{DaemonSet, Snapshot};
use crate::output::terminal::Terminal;
use crate::report::rollout::change::{Change, ChangeKind, Obtained};
use crate::source::dry_run::{How, Obtained as Object};
use crate::source::manifest::read_manifests;
use crate::source::{ObjectName, Question, Scope, Source, SourceError, Subject};

use super::change::{Target, added, describe};
use super::obtain::{Manifest, obtain};
use super::request::Request;

/// What applying the manifest would leave, and the world around it.
pub(super) struct Applied {
    pub(super) snapshot: Snapshot,
    /// `None` where there is none of its name yet.
    pub(super) stored: Option<DaemonSet>,
    pub(super) target: Target,
}

/// Reads the manifest, asks for the stored DaemonSet and what belongs to it, and
/// has the server say what an apply would leave.
pub(super) fn apply(
    global: &GlobalArgs,
    args: &PlanArgs,
    request: &Request,
    source: &dyn Source,
    terminal: &Terminal,
) -> Result<Applied, CommandError> {
    let default = source.default_namespace();
    let stdin = io::stdin().lock();
    let read = read_manifests(&args.filename, global.recursive, default, stdin)?;
    for warning in &read.warnings {
        terminal.warning(warning);
    }
    let all = read.daemon_sets.into_iter().zip(read.objects);
    let all = all.map(|(daemon_set, object)| Manifest { daemon_set, object });
    let manifest = pick(all.collect(), request.name.as_deref(), terminal)?;
    check_namespace(global, &manifest.daemon_set)?;
    let (mut snapshot, is_stored) = world(source, &manifest.daemon_set)?;
    let stored = if is_stored {
        Some(first(&snapshot)?.clone())
    } else {
        None
    };
    let obtained = obtain(global, args, &manifest, stored.as_ref(), &snapshot)?;
    snapshot.notes.extend(obtained.notes.iter().cloned());
    let change = change(&manifest, &obtained, stored.as_ref(), &snapshot);
    // What is refused changes nothing.
    let daemon_set = match &stored {
        Some(stored) if !change.refused.is_empty() => stored.clone(),
        _ => obtained.daemon_set,
    };
    Ok(Applied {
        snapshot,
        stored,
        target: Target {
            daemon_set,
            change: Some(change),
        },
    })
}

fn change(
    manifest: &Manifest,
    obtained: &Object,
    stored: Option<&DaemonSet>,
    snapshot: &Snapshot,
) -> Change {
    let how = match obtained.how {
        How::DryRun => Obtained::DryRun,
        How::Local => Obtained::Local,
    };
    let target = &obtained.daemon_set;
    let mut change = describe(ChangeKind::Apply, how, stored, target, snapshot);
    let added = stored.and_then(|stored| added(stored, target, &manifest.object));
    change.warnings.extend(added);
    change.warnings.extend(obtained.warnings.iter().cloned());
    change
}

/// The one that is asked about; the others are named as passed over.
fn pick(
    mut all: Vec<Manifest>,
    name: Option<&str>,
    terminal: &Terminal,
) -> Result<Manifest, CommandError> {
    let names: Vec<_> = all.iter().map(|m| m.daemon_set.name.clone()).collect();
    let names = names.join("`, `");
    let Some(name) = name else {
        return match (all.pop(), all.is_empty()) {
            (Some(only), true) => Ok(only),
            _ => Err(CommandError::Usage(format!(
                "the manifests hold several DaemonSets, `{names}`: give the name of one of them"
            ))),
        };
    };
    let Some(at) = all.iter().position(|m| m.daemon_set.name == name) else {
        return Err(CommandError::Usage(format!(
            "the manifests hold no DaemonSet `{name}`, but `{names}`"
        )));
    };
    let picked = all.swap_remove(at);
    for other in &all {
        let other = &other.daemon_set;
        terminal.warning(&format!(
            "passed over DaemonSet `{}` in namespace `{}`",
            other.name, other.namespace
        ));
    }
    Ok(picked)
}

/// As kubectl does, which would rather not guess which of the two is meant.
fn check_namespace(global: &GlobalArgs, ds: &DaemonSet) -> Result<(), CommandError> {
    match global.namespace.as_deref() {
        Some(asked) if asked != ds.namespace => Err(CommandError::Usage(format!(
            "the manifest's DaemonSet `{}` is in namespace `{}` and `-n {asked}` names another: leave out `-n`, or give `-n {}`",
            ds.name, ds.namespace, ds.namespace
        ))),
        _ => Ok(()),
    }
}

/// The world around the DaemonSet, and whether it is stored.
fn world(source: &dyn Source, manifest: &DaemonSet) -> Result<(Snapshot, bool), CommandError> {
    let subject = Subject::DaemonSet(ObjectName {
        namespace: manifest.namespace.clone(),
        name: manifest.name.clone(),
    });
    let scope = Scope::AllNodes;
    match ask(source, &Question { subject, scope }) {
        Ok(snapshot) => Ok((snapshot, true)),
        Err(CommandError::Source(SourceError::NotFound {
            kind: "daemonset", ..
        })) => {
            let subject = Subject::Manifest(Box::new(manifest.clone()));
            let scope = Scope::AllNodes;
            Ok((ask(source, &Question { subject, scope })?, false))
        }
        Err(error) => Err(error),
    }
}
