//! The rollout that applying a manifest would start.

use crate::analysis::rollout::change::{Change, ChangeKind, Warning};
use crate::cli::global::GlobalArgs;
use crate::cli::plan::PlanArgs;
use crate::commands::apply::Obtained;
use crate::commands::ask::{ask, first};
use crate::commands::error::CommandError;
use crate::commands::manifest::{check_name, check_namespace, listed, obtain, read, said};
use crate::model::{DaemonSet, Snapshot};
use crate::output::terminal::Terminal;
use crate::source::dry_run::ApplyOptions;
use crate::source::manifest::Manifest;
use crate::source::{ObjectName, Question, Scope, Source, SourceError, Subject};

use super::change::{Target, added, describe};
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
    let all = read(
        global,
        &args.filename,
        args.validate.validation,
        source,
        terminal,
    )?;
    let namespace = global.namespace.as_deref();
    let manifest = pick(all, request.name.as_deref(), namespace, terminal)?;
    check_namespace(global, &manifest.daemon_set)?;
    let (mut snapshot, is_stored) = world(source, &manifest.daemon_set)?;
    let stored = if is_stored {
        Some(first(&snapshot)?.clone())
    } else {
        None
    };
    let options = ApplyOptions {
        server_side: args.server_side,
        field_manager: args.field_manager.clone(),
        force_conflicts: args.force_conflicts,
        validation: manifest.validation,
    };
    let obtained = obtain(global, &options, &manifest, stored.as_ref())?;
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
    obtained: &Obtained,
    stored: Option<&DaemonSet>,
    snapshot: &Snapshot,
) -> Change {
    let how = said(obtained.how);
    let target = &obtained.daemon_set;
    let mut change = describe(ChangeKind::Apply, how, stored, target, snapshot);
    let added = stored.and_then(|stored| added(stored, target, &manifest.object));
    change.warnings.extend(added);
    let warnings = obtained.warnings.iter().cloned();
    change.warnings.extend(warnings.map(Warning::OfServer));
    change
}

/// The one that is asked about; the others are named as skipped. `namespace` tells apart
/// those of one name.
fn pick(
    mut all: Vec<Manifest>,
    name: Option<&str>,
    namespace: Option<&str>,
    terminal: &Terminal,
) -> Result<Manifest, CommandError> {
    let sets = || all.iter().map(|m| &m.daemon_set);
    if let Some(name) = name {
        check_name(sets(), name)?;
    }
    let mut asked: Vec<(usize, &DaemonSet)> = sets().enumerate().collect();
    asked.retain(|(_, ds)| name.is_none_or(|name| ds.name == name));
    if asked.len() > 1 && name.is_some() {
        asked.retain(|(_, ds)| namespace.is_none_or(|n| ds.namespace == n));
    }
    let &[(at, _)] = asked.as_slice() else {
        let tell = match name {
            Some(_) => "give the namespace of one of them with `-n`",
            None => "give the name of one of them",
        };
        return Err(CommandError::Usage(format!(
            "the manifests hold several DaemonSets, {}: {tell}",
            listed(sets())
        )));
    };
    let picked = all.swap_remove(at);
    for other in &all {
        let other = &other.daemon_set;
        terminal.warning(&format!(
            "skipped DaemonSet `{}` in namespace `{}`",
            other.name, other.namespace
        ));
    }
    Ok(picked)
}

/// The world around the DaemonSet, and whether it is stored.
fn world(source: &dyn Source, manifest: &DaemonSet) -> Result<(Snapshot, bool), CommandError> {
    let subject = Subject::DaemonSet(ObjectName {
        namespace: manifest.namespace.clone(),
        name: manifest.name.clone(),
    });
    match ask(source, &Question::new(subject, Scope::AllNodes)) {
        Ok(snapshot) => Ok((snapshot, true)),
        Err(CommandError::Source(SourceError::NotFound {
            kind: "daemonset", ..
        })) => {
            let subject = Subject::Manifest(Box::new(manifest.clone()));
            let question = Question::new(subject, Scope::AllNodes);
            Ok((ask(source, &question)?, false))
        }
        Err(error) => Err(error),
    }
}
