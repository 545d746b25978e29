//! What keeps a DaemonSet as it is, and what to change in place of the object.

use crate::analysis::owners::manager::Manager;

use super::sentence::Sentence;

/// What manages it, and what becomes of a change by hand.
#[must_use]
pub fn undoes(manager: &Manager) -> Sentence {
    let named = |name: &Option<String>| match name {
        Some(name) => format!(" {name}"),
        None => String::new(),
    };
    Sentence::new(match manager {
        Manager::Owner { kind, name } => format!(
            "{kind} {name} owns this DaemonSet, and its controller may undo a change: change the {kind} instead."
        ),
        Manager::ArgoCd { application } => format!(
            "Argo CD application{} manages this DaemonSet and may undo a change: change it in Git instead.",
            named(application)
        ),
        Manager::FluxKustomization { name } => format!(
            "Flux Kustomization {name} undoes a change of this DaemonSet at its next reconciliation: change it in Git instead."
        ),
        Manager::FluxHelmRelease { name } => format!(
            "Flux HelmRelease {name} may undo a change of this DaemonSet: change the release's values instead."
        ),
        Manager::Helm { release } => format!(
            "Helm release{} manages this DaemonSet, and its next upgrade may undo a change: change the release's values too.",
            named(release)
        ),
        Manager::AddonManager => {
            "The addon manager (addonmanager.kubernetes.io/mode: Reconcile) undoes a change of this DaemonSet: change its manifest on the control plane instead.".to_owned()
        }
        Manager::Gke => {
            "GKE manages this DaemonSet and may undo a change: change the setting of the cluster or node pool instead.".to_owned()
        }
        Manager::Aks => {
            "AKS manages this DaemonSet and may undo a change: change the setting of the cluster or node pool instead.".to_owned()
        }
        Manager::OpenShift => {
            "An OpenShift operator manages this DaemonSet and undoes a change: change the operator's configuration instead.".to_owned()
        }
        Manager::K3s { addon } => format!(
            "K3s add-on{} applies this DaemonSet again when its server starts: change its manifest or its HelmChartConfig too.",
            named(addon)
        ),
        Manager::Named(name) => format!(
            "{name} manages this DaemonSet (app.kubernetes.io/managed-by) and may undo a change: change it there too."
        ),
    })
}
