//! The object that `kubectl apply` would leave, obtained from the server by the installed kubectl
//! and never stored.

mod arguments;
mod child;
mod refusal;

use std::path::Path;

use serde_json::Value;

use crate::model::DaemonSet;

use super::Validation;
use super::cluster::{ConnectionFlags, flattened_kubeconfig};
use arguments::arguments;
use child::PrivateKubeconfig;
pub use refusal::DryRunError;

/// kubectl's own flags of an apply.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ApplyOptions {
    /// `--server-side`.
    pub server_side: bool,
    /// `--field-manager`; `None` for kubectl's default.
    pub field_manager: Option<String>,
    /// `--force-conflicts`.
    pub force_conflicts: bool,
    /// `--validate`.
    pub validation: Validation,
}

impl ApplyOptions {
    /// Checks that kubectl accepts them together.
    ///
    /// # Errors
    /// [`DryRunError::Options`] for flags that kubectl refuses.
    pub fn check(&self) -> Result<(), DryRunError> {
        if self.force_conflicts && !self.server_side {
            let problem = "`--force-conflicts` only works with `--server-side`";
            return Err(DryRunError::Options(problem.to_owned()));
        }
        Ok(())
    }
}

/// What a dry run answered.
#[derive(Clone, Debug)]
pub struct DryRun {
    /// The object as the server would have stored it, with its defaults and the changes of
    /// admission. With managed fields under `--server-side`.
    pub value: Value,
    /// Warnings of the server and of kubectl.
    pub warnings: Vec<String>,
}

impl DryRun {
    /// The object as the rest of the program reads it.
    ///
    /// # Errors
    /// [`DryRunError::Unreadable`] when it isn't a DaemonSet.
    pub fn daemon_set(&self, namespace: &str) -> Result<DaemonSet, DryRunError> {
        DaemonSet::from_value(self.value.clone(), namespace)
            .map_err(|e| DryRunError::Unreadable(e.to_string()))
    }
}

/// Asks the server for the result of `kubectl apply` of `manifest`.
///
/// `kubectl` is the program; a name without a path is looked for in PATH.
/// `manifest` is the one object as it is written, in JSON or YAML; `namespace`
/// the one that it is in.
///
/// # Errors
/// See [`DryRunError`].
pub fn dry_run(
    kubectl: &Path,
    flags: &ConnectionFlags,
    namespace: &str,
    manifest: &[u8],
    options: &ApplyOptions,
) -> Result<DryRun, DryRunError> {
    let flattened = flattened_kubeconfig(flags).map_err(DryRunError::Failed)?;
    let secret = flattened.map(|text| PrivateKubeconfig::write(&text));
    let secret = secret
        .transpose()
        .map_err(|e| DryRunError::NotRun(format!("no private file for the credentials: {e}")))?;
    let path = secret.as_ref().map(PrivateKubeconfig::path);
    let arguments = arguments(flags, namespace, options, path.as_deref());
    let output = child::run(kubectl, arguments, manifest, secret)?;
    let stderr = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        if stderr.trim().is_empty() {
            return Err(DryRunError::NotRun(format!(
                "it ended with {}",
                output.status
            )));
        }
        return Err(refusal::refusal(&stderr));
    }
    let value: Value = serde_json::from_slice(&output.stdout)
        .map_err(|e| DryRunError::Unreadable(e.to_string()))?;
    if value.get("kind").and_then(Value::as_str) != Some("DaemonSet") {
        let kind = value.get("kind").map_or_else(String::new, Value::to_string);
        return Err(DryRunError::Unreadable(format!("its kind is {kind}")));
    }
    Ok(DryRun {
        value,
        warnings: refusal::warnings(&stderr),
    })
}
