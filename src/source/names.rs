//! Names of objects with what their metadata says: what completion offers.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;

use crate::model::OwnerReference;

/// Whose names are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameKind {
    /// DaemonSets.
    DaemonSet,
    /// Nodes.
    Node,
    /// Namespaces.
    Namespace,
    /// Pods.
    Pod,
    /// ControllerRevisions.
    Revision,
}

/// An object's name and what its metadata says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "Partial")]
pub struct Named {
    /// Empty where it has none.
    pub namespace: String,
    /// `metadata.name`.
    pub name: String,
    /// `metadata.creationTimestamp`.
    pub created: Option<Timestamp>,
    /// `metadata.labels`.
    pub labels: BTreeMap<String, String>,
    /// The annotation `kubernetes.io/change-cause`.
    pub cause: Option<String>,
    /// The DaemonSet that controls it.
    pub daemon_set: Option<String>,
    /// The number of a ControllerRevision.
    pub revision: Option<i64>,
}

/// An object of which little is read; what it has besides is passed over.
#[derive(Deserialize)]
struct Partial {
    #[serde(default)]
    metadata: Metadata,
    #[serde(default)]
    revision: Option<i64>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    #[serde(default)]
    namespace: Option<String>,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    creation_timestamp: Option<Timestamp>,
    #[serde(default)]
    labels: Option<BTreeMap<String, String>>,
    #[serde(default)]
    annotations: Option<BTreeMap<String, String>>,
    #[serde(default)]
    owner_references: Option<Vec<OwnerReference>>,
}

/// What `kubectl rollout history` shows as CHANGE-CAUSE.
const CHANGE_CAUSE: &str = "kubernetes.io/change-cause";

impl From<Partial> for Named {
    fn from(partial: Partial) -> Self {
        let metadata = partial.metadata;
        let owners = metadata.owner_references.unwrap_or_default();
        let owner = OwnerReference::controller(&owners);
        let daemon_set = owner.filter(|o| o.kind == "DaemonSet");
        let mut annotations = metadata.annotations.unwrap_or_default();
        Self {
            namespace: metadata.namespace.unwrap_or_default(),
            name: metadata.name.unwrap_or_default(),
            created: metadata.creation_timestamp,
            labels: metadata.labels.unwrap_or_default(),
            cause: annotations.remove(CHANGE_CAUSE),
            daemon_set: daemon_set.map(|o| o.name.to_string()),
            revision: partial.revision,
        }
    }
}
