use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::{Labels, OwnerReference};

/// The label by which revisions and pods are told apart
/// (`apps.DefaultDaemonSetUniqueLabelKey` upstream).
pub const HASH_LABEL: &str = "controller-revision-hash";

/// What is kept of a ControllerRevision.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(from = "wire::ControllerRevision")]
pub struct ControllerRevision {
    /// `metadata.namespace`.
    pub namespace: Box<str>,
    /// `metadata.name`.
    pub name: Box<str>,
    /// `metadata.labels`, among them `controller-revision-hash`.
    pub labels: Labels,
    /// All owner references.
    pub owners: Vec<OwnerReference>,
    /// `metadata.creationTimestamp`.
    pub created: Option<Timestamp>,
    /// True when the API was asked to delete it.
    pub deleting: bool,
    /// The number of the revision.
    pub revision: i64,
    /// The patch that restores the template.
    pub data: Value,
}

impl ControllerRevision {
    /// The label that pods of this revision carry; the name where the label
    /// is missing, as upstream's `constructHistory` (1.37.1) puts it.
    #[must_use]
    pub fn hash(&self) -> &str {
        self.labels.get(HASH_LABEL).unwrap_or(&self.name)
    }
}

mod wire {
    use super::{Deserialize, Labels, OwnerReference, Timestamp, Value};

    #[derive(Deserialize)]
    pub(super) struct ControllerRevision {
        #[serde(default)]
        metadata: Metadata,
        #[serde(default)]
        revision: i64,
        #[serde(default)]
        data: Value,
    }

    #[derive(Deserialize, Default)]
    #[serde(rename_all = "camelCase")]
    struct Metadata {
        #[serde(default)]
        namespace: Box<str>,
        #[serde(default)]
        name: Box<str>,
        #[serde(default)]
        labels: Labels,
        owner_references: Option<Vec<OwnerReference>>,
        creation_timestamp: Option<Timestamp>,
        deletion_timestamp: Option<Timestamp>,
    }

    impl From<ControllerRevision> for super::ControllerRevision {
        fn from(revision: ControllerRevision) -> Self {
            let metadata = revision.metadata;
            Self {
                namespace: metadata.namespace,
                name: metadata.name,
                labels: metadata.labels,
                owners: metadata.owner_references.unwrap_or_default(),
                created: metadata.creation_timestamp,
                deleting: metadata.deletion_timestamp.is_some(),
                revision: revision.revision,
                data: revision.data,
            }
        }
    }
}
