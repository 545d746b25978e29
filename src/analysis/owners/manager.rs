//! What keeps a DaemonSet as it is: a change by hand lasts until that applies it again.

use std::collections::BTreeMap;

use crate::model::DaemonSet;

/// What manages a DaemonSet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Manager {
    /// The controller of its owner.
    Owner {
        /// The owner's kind.
        kind: String,
        /// The owner's name.
        name: String,
    },
    /// Argo CD, for an Application.
    ArgoCd {
        /// The Application, where it is named.
        application: Option<String>,
    },
    /// Flux, for a Kustomization.
    FluxKustomization {
        /// Its name.
        name: String,
    },
    /// Flux, for a HelmRelease.
    FluxHelmRelease {
        /// Its name.
        name: String,
    },
    /// Helm.
    Helm {
        /// The release, where it is named.
        release: Option<String>,
    },
    /// The addon manager of the control plane.
    AddonManager,
    /// GKE, as one of its components.
    Gke,
    /// AKS, as one of its components.
    Aks,
    /// An operator of OpenShift.
    OpenShift,
    /// K3s or RKE2, as a packaged component.
    K3s {
        /// The `AddOn` that it is of.
        addon: Option<String>,
    },
    /// Whatever the label `app.kubernetes.io/managed-by` names.
    Named(String),
}

/// What says on an object who manages it.
#[derive(Debug)]
pub struct Mark {
    /// The keys of labels or annotations.
    pub keys: &'static [&'static str],
    /// Who manages the object.
    pub manager: &'static str,
    /// The page or source that says so.
    pub source: &'static str,
}

/// The marks that are looked for.
pub const MARKS: &[Mark] = &[
    Mark {
        keys: &[
            "argocd.argoproj.io/tracking-id",
            "argocd.argoproj.io/instance",
        ],
        manager: "Argo CD",
        source: "https://argo-cd.readthedocs.io/en/stable/user-guide/resource_tracking/",
    },
    Mark {
        keys: &["kustomize.toolkit.fluxcd.io/name"],
        manager: "Flux",
        source: "https://fluxcd.io/flux/components/kustomize/kustomizations/",
    },
    Mark {
        keys: &["helm.toolkit.fluxcd.io/name"],
        manager: "Flux",
        source: "https://fluxcd.io/flux/components/helm/helmreleases/",
    },
    Mark {
        keys: &["meta.helm.sh/release-name"],
        manager: "Helm",
        source: "https://helm.sh/docs/faq/changes_since_helm2/",
    },
    Mark {
        keys: &["components.gke.io/component-name"],
        manager: "GKE",
        source: "https://cloud.google.com/kubernetes-engine/docs/concepts/cluster-architecture",
    },
    Mark {
        keys: &["kubernetes.azure.com/managedby"],
        manager: "AKS",
        source: "https://learn.microsoft.com/azure/aks/use-labels",
    },
    Mark {
        keys: &[
            "operator.openshift.io/spec-hash",
            "release.openshift.io/version",
        ],
        manager: "OpenShift",
        source: "https://github.com/openshift/library-go/blob/master/pkg/operator/resource/resourceapply/apps.go",
    },
    Mark {
        keys: &["objectset.rio.cattle.io/owner-gvk"],
        manager: "K3s",
        source: "https://github.com/rancher/wrangler/blob/master/pkg/apply/desiredset_apply.go",
    },
    Mark {
        keys: &["addonmanager.kubernetes.io/mode"],
        manager: "the addon manager",
        source: "https://github.com/kubernetes/kubernetes/blob/master/cluster/addons/addon-manager/README.md",
    },
    Mark {
        keys: &["app.kubernetes.io/managed-by"],
        manager: "whoever it names",
        source: "https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/",
    },
];

/// The labels and annotations of an object.
struct Marks<'a> {
    labels: Option<&'a BTreeMap<String, String>>,
    annotations: Option<&'a BTreeMap<String, String>>,
}

impl Manager {
    /// What manages `ds`, as far as the object says: its owner before others, what applies it
    /// before what rendered it.
    #[must_use]
    pub fn of(ds: &DaemonSet) -> Option<Self> {
        let metadata = &ds.object.metadata;
        let mut owners = metadata.owner_references.iter().flatten();
        if let Some(owner) = owners.find(|owner| owner.controller == Some(true)) {
            return Some(Self::Owner {
                kind: owner.kind.clone(),
                name: owner.name.clone(),
            });
        }
        let marks = Marks {
            labels: metadata.labels.as_ref(),
            annotations: metadata.annotations.as_ref(),
        };
        marks.delivery().or_else(|| marks.platform()).or_else(|| {
            let named = marks.get("app.kubernetes.io/managed-by")?;
            Some(Self::Named(named.to_owned()))
        })
    }

    /// Its name in reports.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Owner { .. } => "Owner",
            Self::ArgoCd { .. } => "ArgoCD",
            Self::FluxKustomization { .. } => "FluxKustomization",
            Self::FluxHelmRelease { .. } => "FluxHelmRelease",
            Self::Helm { .. } => "Helm",
            Self::AddonManager => "AddonManager",
            Self::Gke => "GKE",
            Self::Aks => "AKS",
            Self::OpenShift => "OpenShift",
            Self::K3s { .. } => "K3s",
            Self::Named(_) => "Named",
        }
    }

    /// The kind of the owner.
    #[must_use]
    pub fn kind(&self) -> Option<&str> {
        match self {
            Self::Owner { kind, .. } => Some(kind),
            _ => None,
        }
    }

    /// The name of what manages it, where it is known.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Owner { name, .. }
            | Self::FluxKustomization { name }
            | Self::FluxHelmRelease { name }
            | Self::Named(name) => Some(name),
            Self::ArgoCd { application } => application.as_deref(),
            Self::Helm { release } => release.as_deref(),
            Self::K3s { addon } => addon.as_deref(),
            Self::AddonManager | Self::Gke | Self::Aks | Self::OpenShift => None,
        }
    }
}

impl<'a> Marks<'a> {
    fn get(&self, key: &str) -> Option<&'a str> {
        let of = |pairs: Option<&'a BTreeMap<String, String>>| pairs?.get(key);
        let value = of(self.annotations).or_else(|| of(self.labels));
        value.map(String::as_str).filter(|value| !value.is_empty())
    }

    /// What applies manifests.
    fn delivery(&self) -> Option<Manager> {
        let name = |key: &str| self.get(key).map(str::to_owned);
        if let Some(id) = self.get("argocd.argoproj.io/tracking-id") {
            let application = id.split(':').next().map(str::to_owned);
            return Some(Manager::ArgoCd { application });
        }
        if let Some(application) = name("argocd.argoproj.io/instance") {
            return Some(Manager::ArgoCd {
                application: Some(application),
            });
        }
        if let Some(name) = name("helm.toolkit.fluxcd.io/name") {
            return Some(Manager::FluxHelmRelease { name });
        }
        if let Some(name) = name("kustomize.toolkit.fluxcd.io/name") {
            return Some(Manager::FluxKustomization { name });
        }
        let release = name("meta.helm.sh/release-name");
        let is_of_helm = self.get("app.kubernetes.io/managed-by") == Some("Helm");
        (release.is_some() || is_of_helm).then_some(Manager::Helm { release })
    }

    /// What the cluster itself comes with.
    fn platform(&self) -> Option<Manager> {
        if self.get("components.gke.io/component-name").is_some() {
            return Some(Manager::Gke);
        }
        if self.get("kubernetes.azure.com/managedby") == Some("aks") {
            return Some(Manager::Aks);
        }
        let openshift = [
            "operator.openshift.io/spec-hash",
            "release.openshift.io/version",
        ];
        if openshift.iter().any(|key| self.get(key).is_some()) {
            return Some(Manager::OpenShift);
        }
        if self.get("objectset.rio.cattle.io/owner-gvk") == Some("k3s.cattle.io/v1, Kind=Addon") {
            let addon = self.get("objectset.rio.cattle.io/owner-name");
            return Some(Manager::K3s {
                addon: addon.map(str::to_owned),
            });
        }
        // Under EnsureExists it is only created again.
        let is_reconciled = self.get("addonmanager.kubernetes.io/mode") == Some("Reconcile");
        is_reconciled.then_some(Manager::AddonManager)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn of(metadata: &Value) -> Option<Manager> {
        let mut object = json!({
            "metadata": {"name": "agent", "namespace": "ops"},
            "spec": {"selector": {}, "template": {}},
        });
        let own = object.pointer_mut("/metadata");
        let own = own.and_then(Value::as_object_mut);
        own?.extend(metadata.as_object()?.clone());
        Manager::of(&DaemonSet::from_value(object, "ops").ok()?)
    }

    #[test]
    fn the_marks_say_what_manages_it() {
        let helm = json!({"app.kubernetes.io/managed-by": "Helm"});
        let release = json!({"meta.helm.sh/release-name": "dd"});
        let named = |text: &str| Some(text.to_owned());
        let cases = [
            (json!({}), None),
            (
                json!({"labels": helm, "annotations": release}),
                Some(Manager::Helm {
                    release: named("dd"),
                }),
            ),
            (
                json!({"labels": helm, "annotations": {
                    "argocd.argoproj.io/tracking-id": "dd:apps/DaemonSet:ops/agent"
                }}),
                Some(Manager::ArgoCd {
                    application: named("dd"),
                }),
            ),
            (
                json!({"labels": {"kustomize.toolkit.fluxcd.io/name": "infra"}}),
                Some(Manager::FluxKustomization {
                    name: "infra".to_owned(),
                }),
            ),
            (
                json!({"labels": {"addonmanager.kubernetes.io/mode": "Reconcile"}}),
                Some(Manager::AddonManager),
            ),
            (
                json!({"labels": {"addonmanager.kubernetes.io/mode": "EnsureExists"}}),
                None,
            ),
            (
                json!({"annotations": {
                    "objectset.rio.cattle.io/owner-gvk": "k3s.cattle.io/v1, Kind=Addon",
                    "objectset.rio.cattle.io/owner-name": "svclb"
                }}),
                Some(Manager::K3s {
                    addon: named("svclb"),
                }),
            ),
            (
                json!({"labels": {"app.kubernetes.io/managed-by": "datadog-operator"}}),
                Some(Manager::Named("datadog-operator".to_owned())),
            ),
        ];
        for (metadata, wanted) in cases {
            assert_eq!(of(&metadata), wanted, "{metadata}");
        }
    }

    #[test]
    fn the_controlling_owner_comes_first() {
        let owner = |controller: bool| {
            json!({
                "labels": {"app.kubernetes.io/managed-by": "Helm"},
                "ownerReferences": [{
                    "apiVersion": "nvidia.com/v1", "kind": "ClusterPolicy",
                    "name": "cluster-policy", "uid": "1", "controller": controller
                }]
            })
        };
        assert_eq!(
            of(&owner(true)),
            Some(Manager::Owner {
                kind: "ClusterPolicy".to_owned(),
                name: "cluster-policy".to_owned()
            })
        );
        assert_eq!(of(&owner(false)), Some(Manager::Helm { release: None }));
    }
}
