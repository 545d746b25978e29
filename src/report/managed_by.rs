//! What manages a DaemonSet, as reports have it.

use serde::Serialize;

use crate::analysis::owners::manager::Manager;
use crate::words::{self, Sentence};

/// What manages the DaemonSet and may undo a change of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ManagedBy<'a> {
    /// What it is: `Owner` for the controller of its owner, `ArgoCD`, `FluxKustomization`,
    /// `FluxHelmRelease`, `Helm`, `AddonManager`, `GKE`, `AKS`, `OpenShift`, `K3s`, or `Named`
    /// for what the label `app.kubernetes.io/managed-by` names.
    pub by: &'static str,
    /// The kind of the owner; left out for others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<&'a str>,
    /// The name of the owner, application, release or add-on; left out where none is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<&'a str>,
    /// What becomes of a change by hand, and what to change instead.
    pub text: Sentence,
}

impl<'a> From<&'a Manager> for ManagedBy<'a> {
    fn from(manager: &'a Manager) -> Self {
        Self {
            by: manager.code(),
            kind: manager.kind(),
            name: manager.name(),
            text: words::manager::undoes(manager),
        }
    }
}
