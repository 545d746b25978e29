use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;

use super::Labels;

/// Quantities by resource name, as the API writes them (`cpu: 3920m`).
pub type Resources = BTreeMap<String, String>;

/// A taint on a node.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, PartialOrd, Ord)]
#[serde(rename_all = "camelCase")]
pub struct Taint {
    /// The key; required by the API.
    #[serde(default)]
    pub key: Box<str>,
    /// The value; empty when the taint has none.
    #[serde(default, deserialize_with = "null_as_default")]
    pub value: Box<str>,
    /// `NoSchedule`, `NoExecute` or `PreferNoSchedule`; anything else has no effect.
    #[serde(default)]
    pub effect: Box<str>,
    /// When the taint was added; set by the API for NoExecute only.
    #[serde(default)]
    pub time_added: Option<Timestamp>,
}

/// What is kept of a node.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "wire::Node")]
pub struct Node {
    /// `metadata.name`.
    pub name: Box<str>,
    /// `metadata.labels`.
    pub labels: Labels,
    /// `spec.taints`, in their order.
    pub taints: Vec<Taint>,
    /// `spec.unschedulable`: the node is cordoned.
    pub unschedulable: bool,
    /// The status of the condition `Ready`: `True`, `False` or `Unknown`;
    /// `None` when the node has no such condition.
    pub ready: Option<Box<str>>,
    /// When the condition `Ready` last changed.
    pub ready_since: Option<Timestamp>,
    /// `status.allocatable`.
    pub allocatable: Resources,
    /// `metadata.creationTimestamp`.
    pub created: Option<Timestamp>,
}

fn null_as_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Ok(Option::<T>::deserialize(deserializer)?.unwrap_or_default())
}

/// The API's shape, narrowed to the fields that are kept.
mod wire {
    use super::{Deserialize, Labels, Resources, Taint, Timestamp, null_as_default};

    #[derive(Deserialize)]
    pub(super) struct Node {
        #[serde(default)]
        metadata: Metadata,
        #[serde(default, deserialize_with = "null_as_default")]
        spec: Spec,
        #[serde(default, deserialize_with = "null_as_default")]
        status: Status,
    }

    #[derive(Deserialize, Default)]
    #[serde(rename_all = "camelCase")]
    struct Metadata {
        #[serde(default)]
        name: Box<str>,
        #[serde(default)]
        labels: Labels,
        creation_timestamp: Option<Timestamp>,
    }

    #[derive(Deserialize, Default)]
    struct Spec {
        #[serde(default, deserialize_with = "null_as_default")]
        taints: Vec<Taint>,
        #[serde(default)]
        unschedulable: Option<bool>,
    }

    #[derive(Deserialize, Default)]
    struct Status {
        #[serde(default, deserialize_with = "null_as_default")]
        conditions: Vec<Condition>,
        #[serde(default, deserialize_with = "null_as_default")]
        allocatable: Resources,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Condition {
        #[serde(rename = "type")]
        kind: Box<str>,
        #[serde(default)]
        status: Box<str>,
        last_transition_time: Option<Timestamp>,
    }

    impl From<Node> for super::Node {
        fn from(node: Node) -> Self {
            let ready = node
                .status
                .conditions
                .into_iter()
                .find(|c| &*c.kind == "Ready");
            let ready_since = ready.as_ref().and_then(|c| c.last_transition_time);
            Self {
                name: node.metadata.name,
                labels: node.metadata.labels,
                taints: node.spec.taints,
                unschedulable: node.spec.unschedulable.unwrap_or_default(),
                ready: ready.map(|c| c.status),
                ready_since,
                allocatable: node.status.allocatable,
                created: node.metadata.creation_timestamp,
            }
        }
    }
}
