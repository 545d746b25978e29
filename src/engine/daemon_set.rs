//! A DaemonSet's template in the form that is evaluated on nodes.

use k8s_openapi::api::core::v1::PodSpec;

use crate::model::FeatureGates;

use super::affinity::RequiredNodeAffinity;
use super::toleration::{DaemonToleration, daemon_pod_tolerations};

/// What a template requires of nodes, parsed once for all of them.
///
/// It is made from the template, never from a live pod: the controller overwrites a pod's required
/// affinity with the name of its node.
#[derive(Clone, Debug, Default)]
pub struct CompiledDaemonSet {
    /// `spec.nodeName`; `None` when it is empty.
    pub(super) node_name: Option<String>,
    pub(super) affinity: RequiredNodeAffinity,
    pub(super) tolerations: Vec<DaemonToleration>,
    pub(super) gates: FeatureGates,
}

impl CompiledDaemonSet {
    /// Compiles `spec.template.spec`.
    #[must_use]
    pub fn new(spec: &PodSpec, gates: FeatureGates) -> Self {
        Self {
            node_name: spec.node_name.clone().filter(|n| !n.is_empty()),
            affinity: RequiredNodeAffinity::new(spec),
            tolerations: daemon_pod_tolerations(spec),
            gates,
        }
    }

    /// The tolerations of the pods, including the automatic ones.
    #[must_use]
    pub fn tolerations(&self) -> &[DaemonToleration] {
        &self.tolerations
    }

    /// What nodeSelector and affinity require.
    #[must_use]
    pub const fn affinity(&self) -> &RequiredNodeAffinity {
        &self.affinity
    }

    /// The feature gates it was compiled for.
    #[must_use]
    pub const fn gates(&self) -> FeatureGates {
        self.gates
    }
}
