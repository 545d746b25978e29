//! The object that an apply would leave: the server says it, or it is computed here.

use std::thread::{self, JoinHandle};

use crate::cli::global::GlobalArgs;
use crate::cli::plan::PlanArgs;
use crate::commands::error::CommandError;

use crate::model::{DaemonSet, Snapshot};
use crate::report::rollout::change::Obtained;
use crate::report::rollout::refused::refused;
use crate::source::SourceError;
use crate::source::dry_run::{ApplyOptions, DryRun, DryRunError, dry_run};

use super::manifest::Manifest;

/// The object that an apply would leave.
pub(super) struct Object {
    pub(super) daemon_set: DaemonSet,
    pub(super) how: Obtained,
    pub(super) notes: Vec<String>,
    pub(super) warnings: Vec<String>,
}

/// A dry run that is under way.
pub(super) struct Asked {
    answer: JoinHandle<Result<DryRun, DryRunError>>,
    server_side: bool,
}

/// Begins a dry run; it goes on beside whatever else is asked.
pub(super) fn ask_server(global: &GlobalArgs, args: &PlanArgs, manifest: &Manifest) -> Asked {
    let options = ApplyOptions {
        server_side: args.server_side,
        field_manager: args.field_manager.clone(),
        force_conflicts: args.force_conflicts,
    };
    let flags = global.connection.flags();
    let namespace = manifest.daemon_set.namespace.clone();
    let text = manifest.object.to_string();
    Asked {
        server_side: args.server_side,
        answer: thread::spawn(move || dry_run(&flags, &namespace, text.as_bytes(), &options)),
    }
}

/// The object, from the server if it was asked and answers.
///
/// # Errors
/// When the server, or somebody whom it asks, refuses the object.
pub(super) fn obtain(
    asked: Option<Asked>,
    manifest: &Manifest,
    stored: Option<&DaemonSet>,
    snapshot: &Snapshot,
) -> Result<Object, CommandError> {
    let mut computed = Object {
        daemon_set: Err::<DaemonSet, String>(String::new())
            .map_err(|e| CommandError::Usage(e.to_string()))?,
        how: Obtained::Local,
        notes: Vec::new(),
        warnings: Vec::new(),
    };
    let Some(asked) = asked else {
        return Ok(computed);
    };
    let answer = asked
        .answer
        .join()
        .unwrap_or_else(|_| Err(DryRunError::NotRun("it was lost".to_owned())));
    // What is known to be refused is said better here than by the server.
    let pods = snapshot.pods_in(&manifest.daemon_set.namespace);
    if !refused(stored, &computed.daemon_set, pods).is_empty() {
        return Ok(computed);
    }
    let error = match answer {
        Ok(answer) => {
            return Ok(Object {
                daemon_set: answer
                    .daemon_set(&manifest.daemon_set.namespace)
                    .map_err(of_cluster)?,
                how: Obtained::DryRun,
                notes: Vec::new(),
                warnings: answer.warnings,
            });
        }
        Err(error) => error,
    };
    match error.nobody_asked() {
        Some(why) if !asked.server_side => {
            computed.notes.push(format!(
                "the server wasn't asked for a dry run, so admission has had no say: {why}"
            ));
            Ok(computed)
        }
        _ => Err(of_cluster(error)),
    }
}

fn of_cluster(error: DryRunError) -> CommandError {
    CommandError::Source(SourceError::Cluster(error.to_string()))
}
