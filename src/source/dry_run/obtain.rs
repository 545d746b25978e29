//! The object after an apply: asked of the server where that goes, else computed.

use std::path::Path;

use serde_json::Value;

use super::{ApplyOptions, DryRunError, dry_run};
use crate::engine::apply::applied;
use crate::engine::managed_fields::after_migration;
use crate::engine::template_change::prepare_for_update;
use crate::model::DaemonSet;
use crate::source::cluster::ConnectionFlags;

/// An apply that is only thought of.
#[derive(Clone, Copy, Debug)]
pub struct Apply<'a> {
    /// The one DaemonSet as it is written.
    pub manifest: &'a Value,
    /// The namespace that it is in.
    pub namespace: &'a str,
    /// The DaemonSet of its name that is stored; `None` when there is none.
    pub stored: Option<&'a DaemonSet>,
    /// kubectl's flags.
    pub options: &'a ApplyOptions,
}

/// The object after an apply, and where it comes from.
#[derive(Clone, Debug)]
pub struct Obtained {
    /// The object.
    pub daemon_set: DaemonSet,
    /// Where it comes from.
    pub how: How,
    /// What has to be said of that.
    pub notes: Vec<String>,
    /// Warnings of the server and of kubectl.
    pub warnings: Vec<String>,
}

/// Where the object after an apply comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// The server said what it would store, admission included.
    DryRun,
    /// Computed here; admission wasn't asked.
    Local,
}

/// The manager of a server-side apply that names none (`apply.go`, kubectl 0.37.1).
const SERVER_SIDE_MANAGER: &str = "kubectl";

/// Obtains the object that an apply by `kubectl`, the program, would leave on
/// the cluster that `flags` mean. Without a kubectl that can ask, and without
/// the rights to ask, it is computed.
///
/// # Errors
/// See [`DryRunError`].
pub fn obtain(
    kubectl: &Path,
    flags: &ConnectionFlags,
    apply: &Apply<'_>,
) -> Result<Obtained, DryRunError> {
    apply.options.check()?;
    let manifest = apply.manifest.to_string();
    let answer = dry_run(
        kubectl,
        flags,
        apply.namespace,
        manifest.as_bytes(),
        apply.options,
    );
    let answer = match answer {
        Ok(answer) => answer,
        Err(error) => match error.nobody_asked() {
            Some(why) if apply.options.server_side => return Err(DryRunError::NeedsServer(why)),
            Some(why) => return locally(apply, &why),
            None => return Err(error),
        },
    };
    let mut obtained = Obtained {
        daemon_set: answer.daemon_set(apply.namespace)?,
        how: How::DryRun,
        notes: Vec::new(),
        warnings: answer.warnings,
    };
    if apply.options.server_side {
        migrate(&mut obtained, &answer.value, apply)?;
    }
    Ok(obtained)
}

/// Computes the object that an apply to saved objects would leave.
///
/// # Errors
/// [`DryRunError::NeedsServer`] for a server-side apply, and
/// [`DryRunError::NotComputed`].
pub fn obtain_locally(apply: &Apply<'_>) -> Result<Obtained, DryRunError> {
    apply.options.check()?;
    if apply.options.server_side {
        let why = "saved objects have no server to ask".to_owned();
        return Err(DryRunError::NeedsServer(why));
    }
    locally(apply, "there is no server to ask")
}

fn locally(apply: &Apply<'_>, why: &str) -> Result<Obtained, DryRunError> {
    let daemon_set = applied(apply.stored, apply.manifest, apply.namespace)
        .map_err(|e| DryRunError::NotComputed(e.to_string()))?;
    Ok(Obtained {
        daemon_set,
        how: How::Local,
        notes: vec![format!("admission wasn't asked: {why}")],
        warnings: Vec::new(),
    })
}

/// Goes on where the dry run of a server-side apply can't.
fn migrate(obtained: &mut Obtained, first: &Value, apply: &Apply<'_>) -> Result<(), DryRunError> {
    let manager = apply.options.field_manager.as_deref();
    let manager = manager.filter(|m| !m.is_empty());
    let second = after_migration(first, manager.unwrap_or(SERVER_SIDE_MANAGER))
        .map_err(|e| DryRunError::Unreadable(e.to_string()))?;
    let Some(second) = second else {
        return Ok(());
    };
    let second = DaemonSet::from_value(second, apply.namespace)
        .map_err(|e| DryRunError::Unreadable(e.to_string()))?;
    let twice = prepare_for_update(&obtained.daemon_set, second);
    let writes = if twice.template {
        ", so the template changes twice and a revision may be made of what is between"
    } else {
        ""
    };
    obtained.notes.push(format!(
        "the first server-side apply after client-side ones writes twice{writes}; what the second time drops was computed here, for a dry run stops after the first"
    ));
    obtained.daemon_set = twice.daemon_set;
    Ok(())
}
