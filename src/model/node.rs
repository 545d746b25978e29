use jiff::Timestamp;
use serde::Deserialize;

use super::fold::null_as_default;
use super::{Pairs, Text};

/// The labels of an object.
pub type Labels = Pairs;

/// Quantities by resource name, as the API writes them (`cpu: 3920m`).
pub type Resources = Pairs;

/// A taint on a node.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, PartialOrd, Ord)]
#[serde(rename_all = "camelCase")]
pub struct Taint {
    /// The key; required by the API.
    #[serde(default)]
    pub key: Text,
    /// The value; empty when the taint has none.
    #[serde(default, deserialize_with = "null_as_default")]
    pub value: Text,
    /// `NoSchedule`, `NoExecute` or `PreferNoSchedule`; anything else has no effect.
    #[serde(default)]
    pub effect: Text,
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
    pub ready: Option<Text>,
    /// When the condition `Ready` last changed.
    pub ready_since: Option<Timestamp>,
    /// `status.allocatable`.
    pub allocatable: Resources,
    /// `metadata.creationTimestamp`.
    pub created: Option<Timestamp>,
}

/// The API's shape, narrowed to the fields that are kept.
pub(crate) mod wire {
    use serde::Deserialize;

    use super::{Labels, Resources, Taint, Text, Timestamp, null_as_default};
    use crate::model::fold::{Fold, folded};

    #[derive(Deserialize, Default)]
    pub(crate) struct Node {
        #[serde(default)]
        pub(crate) metadata: Metadata,
        #[serde(default, deserialize_with = "null_as_default")]
        pub(crate) spec: Spec,
        #[serde(default, deserialize_with = "null_as_default")]
        pub(crate) status: Status,
    }

    #[derive(Deserialize, Default)]
    #[serde(rename_all = "camelCase")]
    pub(crate) struct Metadata {
        #[serde(default)]
        pub(crate) name: Box<str>,
        #[serde(default)]
        pub(crate) labels: Labels,
        pub(crate) creation_timestamp: Option<Timestamp>,
    }

    #[derive(Deserialize, Default)]
    pub(crate) struct Spec {
        #[serde(default, deserialize_with = "null_as_default")]
        pub(crate) taints: Vec<Taint>,
        #[serde(default)]
        pub(crate) unschedulable: Option<bool>,
    }

    #[derive(Deserialize, Default)]
    pub(crate) struct Status {
        #[serde(default, deserialize_with = "folded")]
        pub(crate) conditions: Ready,
        #[serde(default, deserialize_with = "null_as_default")]
        pub(crate) allocatable: Resources,
    }

    /// Of all conditions the first `Ready`.
    #[derive(Default)]
    pub(crate) struct Ready(Option<Condition>);

    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    pub(crate) struct Condition {
        #[serde(rename = "type")]
        pub(crate) kind: Text,
        #[serde(default)]
        pub(crate) status: Text,
        pub(crate) last_transition_time: Option<Timestamp>,
    }

    impl Fold for Ready {
        type Item = Condition;

        fn add(&mut self, condition: Condition) {
            if self.0.is_none() && condition.kind == "Ready" {
                self.0 = Some(condition);
            }
        }
    }

    impl From<Node> for super::Node {
        fn from(node: Node) -> Self {
            let ready = node.status.conditions.0;
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
