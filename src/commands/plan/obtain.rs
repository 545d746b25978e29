//! The object that an apply would leave.

use std::path::Path;

use serde_json::Value;

use crate::cli::global::GlobalArgs;
use crate::cli::plan::PlanArgs;
use crate::commands::error::CommandError;
use crate::model::{DaemonSet, Snapshot};
use crate::report::rollout::refused::refused;
use crate::source::SourceError;
use crate::source::dry_run::{
    Apply, ApplyOptions, DryRunError, Obtained, obtain as obtain_from_server, obtain_locally,
};

/// A DaemonSet of the manifests.
pub(super) struct Manifest {
    /// As it is read.
    pub(super) daemon_set: DaemonSet,
    /// As it is written.
    pub(super) object: Value,
}

/// The object, from the server where there is one that can be asked. What is
/// known to be refused isn't asked for: it is said better here.
///
/// # Errors
/// When the server, or somebody whom it asks, refuses the object.
pub(super) fn obtain(
    global: &GlobalArgs,
    args: &PlanArgs,
    manifest: &Manifest,
    stored: Option<&DaemonSet>,
    snapshot: &Snapshot,
) -> Result<Obtained, CommandError> {
    let options = ApplyOptions {
        server_side: args.server_side,
        field_manager: args.field_manager.clone(),
        force_conflicts: args.force_conflicts,
    };
    let apply = Apply {
        manifest: &manifest.object,
        namespace: &manifest.daemon_set.namespace,
        stored,
        options: &options,
    };
    if !global.from.is_empty() {
        return obtain_locally(&apply).map_err(of_cluster);
    }
    let client_side = ApplyOptions::default();
    let computed = obtain_locally(&Apply {
        options: &client_side,
        ..apply
    });
    if let Ok(mut computed) = computed {
        let pods = snapshot.pods_in(apply.namespace);
        if !refused(stored, &computed.daemon_set, pods).is_empty() {
            computed.notes.clear();
            return Ok(computed);
        }
    }
    let flags = global.connection.flags();
    obtain_from_server(Path::new("kubectl"), &flags, &apply).map_err(of_cluster)
}

fn of_cluster(error: DryRunError) -> CommandError {
    CommandError::Source(SourceError::Cluster(error.to_string()))
}
