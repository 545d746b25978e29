//! The rollout that applying a manifest would start.

use crate::analysis::rollout::change::{ChangeKind, RolloutChange, Warning};
use crate::analysis::rollout::difference::{added, describe};
use crate::cli::global::GlobalOptions;
use crate::commands::apply::AppliedObject;
use crate::commands::ask::{ask, first};
use crate::commands::error::CommandError;
use crate::commands::manifest::obtain;
use crate::model::{DaemonSet, Snapshot};
use crate::source::dry_run::ApplyOptions;
use crate::source::manifest::Manifest;
use crate::source::{ObjectName, Question, Scope, Source, SourceError, Subject};

use super::change::Target;

/// The result of applying the manifest, and the objects around it.
pub(super) struct Applied {
    pub(super) snapshot: Snapshot,
    /// `None` where no DaemonSet has its name yet.
    pub(super) stored: Option<DaemonSet>,
    pub(super) target: Target,
}

/// Reads the stored DaemonSet and its objects, and has the server compute the result of an apply.
pub(super) fn apply(
    global: &GlobalOptions,
    manifest: &Manifest,
    options: &ApplyOptions,
    source: &dyn Source,
) -> Result<Applied, CommandError> {
    let (mut snapshot, is_stored) = surroundings(source, &manifest.daemon_set)?;
    let stored = if is_stored {
        Some(first(&snapshot)?.clone())
    } else {
        None
    };
    let obtained = obtain(global, options, manifest, stored.as_ref())?;
    snapshot.notes.extend(obtained.notes.iter().cloned());
    let change = change(manifest, &obtained, stored.as_ref(), &snapshot);
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
    obtained: &AppliedObject,
    stored: Option<&DaemonSet>,
    snapshot: &Snapshot,
) -> RolloutChange {
    let how = obtained.source;
    let target = &obtained.daemon_set;
    let mut change = describe(ChangeKind::Apply, how, stored, target, snapshot);
    let added = stored.and_then(|stored| added(stored, target, &manifest.object));
    change.warnings.extend(added);
    let warnings = obtained.warnings.iter().cloned();
    change.warnings.extend(warnings.map(Warning::OfServer));
    change
}

/// The objects around the DaemonSet, and whether it is stored.
fn surroundings(
    source: &dyn Source,
    manifest: &DaemonSet,
) -> Result<(Snapshot, bool), CommandError> {
    let subject = Subject::DaemonSet(ObjectName {
        namespace: manifest.namespace.clone(),
        name: manifest.name.clone(),
    });
    let of = |subject| {
        let question = Question::new(subject, Scope::AllNodes).with_sums();
        question.with_host_ports(manifest.pod_spec())
    };
    match ask(source, &of(subject)) {
        Ok(snapshot) => Ok((snapshot, true)),
        Err(CommandError::Source(SourceError::NotFound {
            kind: "daemonset", ..
        })) => {
            let subject = Subject::Manifest(Box::new(manifest.clone()));
            Ok((ask(source, &of(subject))?, false))
        }
        Err(error) => Err(error),
    }
}
