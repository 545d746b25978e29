//! The object after an apply: from the server where possible, else computed.

use std::path::Path;

use serde_json::Value;

use crate::analysis::rollout::change::ObjectSource;
use crate::apply::client_side::{self, ApplyError};
use crate::apply::managed_fields::after_migration;
use crate::apply::template_change::prepare_for_update;
use crate::apply::validation::violations;
use crate::model::DaemonSet;
use crate::source::SourceError;
use crate::source::cluster::ConnectionFlags;
use crate::source::dry_run::{ApplyOptions, DryRunError, dry_run};
use crate::source::manifest::Manifest;

/// The object that `kubectl apply` of `manifest` would leave in place of `stored`, computed here.
///
/// # Errors
/// What can't be merged, and what the server would refuse, as far as that is known here
/// ([`crate::apply::validation`]): each problem on its own line, with file and line.
pub fn applied(manifest: &Manifest, stored: Option<&DaemonSet>) -> Result<DaemonSet, SourceError> {
    let target = computed(manifest, stored)?;
    judge(manifest, stored, &target)?;
    Ok(target)
}

/// The same without validation.
///
/// # Errors
/// What can't be merged.
pub fn computed(manifest: &Manifest, stored: Option<&DaemonSet>) -> Result<DaemonSet, SourceError> {
    let namespace = &manifest.daemon_set.namespace;
    let applied = client_side::applied(stored, &manifest.object, namespace);
    applied.map_err(|problem| match problem {
        ApplyError::Decode(problem) => {
            let text = format!("`{}` is refused: {}", problem.path, problem.problem);
            manifest.error(&problem.path, &text)
        }
        other => SourceError::File(other.to_string()),
    })
}

/// Validates `target`, which applying `manifest` would leave in place of `stored`.
///
/// # Errors
/// What the server would refuse, with file and line.
pub fn judge(
    manifest: &Manifest,
    stored: Option<&DaemonSet>,
    target: &DaemonSet,
) -> Result<(), SourceError> {
    let problems = violations(stored, target).into_iter();
    let problems = problems.map(|problem| {
        let text = problem.to_string();
        (problem.path, text)
    });
    manifest.refused(target, problems.collect())
}

/// A hypothetical apply.
#[derive(Clone, Copy, Debug)]
pub struct Apply<'a> {
    /// The single DaemonSet as written.
    pub manifest: &'a Value,
    /// The namespace that it is in.
    pub namespace: &'a str,
    /// The stored DaemonSet of its name; `None` when there is none.
    pub stored: Option<&'a DaemonSet>,
    /// kubectl's flags.
    pub options: &'a ApplyOptions,
}

/// The object after an apply, and where it comes from.
#[derive(Clone, Debug)]
pub struct AppliedObject {
    /// The object.
    pub daemon_set: DaemonSet,
    /// Where it comes from.
    pub source: ObjectSource,
    /// Notes on that.
    pub notes: Vec<String>,
    /// Warnings of the server and of kubectl.
    pub warnings: Vec<String>,
}

/// Why the object after an apply can't be obtained.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ObtainError {
    /// The server, or the kubectl that asks it, gives no answer.
    #[error(transparent)]
    DryRun(#[from] DryRunError),
    /// A merge by field managers, without a server to do it.
    #[error("what `--server-side` leaves is the server's to merge: {0}")]
    NeedsServer(String),
    /// The manifest and the stored object can't be merged.
    #[error("{0}")]
    NotComputed(String),
}

/// The default manager of a server-side apply (`apply.go`, kubectl 0.37.1).
const SERVER_SIDE_MANAGER: &str = "kubectl";

/// Obtains the object that an apply by `kubectl`, the program, would leave on the cluster that
/// `flags` select. Without a kubectl that can ask, and without the rights to ask, it is computed.
///
/// # Errors
/// See [`ObtainError`].
pub fn obtain(
    kubectl: &Path,
    flags: &ConnectionFlags,
    apply: &Apply<'_>,
) -> Result<AppliedObject, ObtainError> {
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
            Some(why) if apply.options.server_side => return Err(ObtainError::NeedsServer(why)),
            Some(why) => return locally(apply, &why),
            None => return Err(error.into()),
        },
    };
    let mut obtained = AppliedObject {
        daemon_set: answer.daemon_set(apply.namespace)?,
        source: ObjectSource::DryRun,
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
/// [`ObtainError::NeedsServer`] for a server-side apply, and
/// [`ObtainError::NotComputed`].
pub fn obtain_locally(apply: &Apply<'_>) -> Result<AppliedObject, ObtainError> {
    apply.options.check()?;
    if apply.options.server_side {
        let why = "saved objects have no server to ask".to_owned();
        return Err(ObtainError::NeedsServer(why));
    }
    locally(apply, "there is no server to ask")
}

fn locally(apply: &Apply<'_>, why: &str) -> Result<AppliedObject, ObtainError> {
    let daemon_set = client_side::applied(apply.stored, apply.manifest, apply.namespace)
        .map_err(|e| ObtainError::NotComputed(e.to_string()))?;
    Ok(AppliedObject {
        daemon_set,
        source: ObjectSource::Local,
        notes: vec![format!(
            "admission webhooks and policies weren't checked: {why}"
        )],
        warnings: Vec::new(),
    })
}

/// Continues where the dry run of a server-side apply stops.
fn migrate(
    obtained: &mut AppliedObject,
    first: &Value,
    apply: &Apply<'_>,
) -> Result<(), DryRunError> {
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
