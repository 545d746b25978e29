use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::{Labels, OwnerReference};

/// The label that distinguishes revisions and their pods (`apps.DefaultDaemonSetUniqueLabelKey`
/// upstream).
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
    /// Whether `data` is encoded differently from Go's encoder: with white space, or with its keys
    /// in another order. Only protobuf preserves that; JSON is encoded anew.
    pub is_encoded_otherwise: bool,
}

impl ControllerRevision {
    /// The label that pods of this revision carry; the name where the label is missing, as in
    /// upstream's `constructHistory` (1.37.1).
    #[must_use]
    pub fn hash(&self) -> &str {
        self.labels.get(HASH_LABEL).unwrap_or(&self.name)
    }
}

mod wire {
    use super::{Deserialize, Labels, OwnerReference, Timestamp, Value};
    use crate::model::go_json::go_json;

    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    pub(super) struct ControllerRevision {
        #[serde(default)]
        metadata: Metadata,
        #[serde(default)]
        revision: i64,
        #[serde(default)]
        data: Value,
        /// In place of `data`, where it is read as protobuf.
        stored_data: Option<RawExtension>,
    }

    /// `runtime.RawExtension` in protobuf: the bytes as they are stored.
    #[derive(Deserialize)]
    struct RawExtension {
        #[serde(default)]
        raw: Box<str>,
    }

    impl RawExtension {
        /// What they say, and whether Go's encoder would write it otherwise.
        fn decode(&self) -> (Value, bool) {
            let value = serde_json::from_str(&self.raw).unwrap_or_default();
            let encoded = go_json(&value);
            (value, encoded != *self.raw)
        }
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
            let stored = revision.stored_data.map(|stored| stored.decode());
            let (data, is_encoded_otherwise) = stored.unwrap_or((revision.data, false));
            Self {
                namespace: metadata.namespace,
                name: metadata.name,
                labels: metadata.labels,
                owners: metadata.owner_references.unwrap_or_default(),
                created: metadata.creation_timestamp,
                deleting: metadata.deletion_timestamp.is_some(),
                revision: revision.revision,
                data,
                is_encoded_otherwise,
            }
        }
    }
}
