use jiff::Timestamp;
use k8s_openapi::api::core::v1 as core;
use serde::Deserialize;

use super::accumulator::null_as_default;
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

impl Taint {
    /// The same without its time, so that equal taints of nodes are equal.
    #[must_use]
    pub fn without_time(&self) -> Self {
        Self {
            time_added: None,
            ..self.clone()
        }
    }
}

/// As `kubectl taint` writes it: `key=value:effect`.
impl std::fmt::Display for Taint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            key, value, effect, ..
        } = self;
        if value.is_empty() {
            write!(f, "{key}:{effect}")
        } else {
            write!(f, "{key}={value}:{effect}")
        }
    }
}

/// A condition of a node that reports a problem or something planned.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct NodeCondition {
    /// Its type, such as `DiskPressure`.
    pub kind: Text,
    /// `True`, `False` or `Unknown`.
    pub status: Text,
    /// CamelCase reason, empty when there is none.
    pub reason: Text,
    /// Text for people, empty when there is none.
    pub message: Text,
    /// When `status` last changed.
    pub since: Option<Timestamp>,
}

/// The conditions of the kubelet, the cloud provider and of a node's life cycle
/// (`NodeConditionType`, 1.37.1) that report a problem when they are true.
const TELLING_WHEN_TRUE: [&str; 9] = [
    "MemoryPressure",
    "DiskPressure",
    "PIDPressure",
    "NetworkUnavailable",
    "GracefulNodeShutdownInProgress",
    "DrainInProgress",
    "Drained",
    "MaintenancePlanned",
    "MaintenanceInProgress",
];

impl NodeCondition {
    /// Whether it reports a problem: `Ready` isn't true, or one of the others is.
    fn is_problem(&self) -> bool {
        let is_true = self.status == "True";
        match self.kind.as_str() {
            "Ready" => !is_true,
            kind => is_true && TELLING_WHEN_TRUE.contains(&kind),
        }
    }
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
    /// The conditions that report a problem or something planned, in their order.
    pub conditions: Vec<NodeCondition>,
    /// `status.allocatable`.
    pub allocatable: Resources,
    /// `metadata.creationTimestamp`.
    pub created: Option<Timestamp>,
    /// `status.nodeInfo.kubeletVersion`, empty where the node doesn't tell.
    pub kubelet_version: Text,
    /// `status.nodeInfo.containerRuntimeVersion`, empty where the node doesn't tell.
    pub container_runtime: Text,
    /// `status.nodeInfo.osImage`, empty where the node doesn't tell.
    pub os_image: Text,
    /// `status.nodeInfo.kernelVersion`, empty where the node doesn't tell.
    pub kernel_version: Text,
    /// `metadata.deletionTimestamp`.
    pub deletion: Option<Timestamp>,
    /// `metadata.finalizers`.
    pub finalizers: Vec<Text>,
    /// `status.nodeInfo.operatingSystem`; empty where the node doesn't say.
    pub operating_system: Text,
    /// `status.nodeInfo.architecture`; empty where the node doesn't say.
    pub architecture: Text,
    /// `spec.podCIDR`, empty where it has none.
    pub pod_cidr: Text,
}

impl Node {
    /// True when the API was asked to delete it while finalizers hold it.
    #[must_use]
    pub const fn is_deleting(&self) -> bool {
        self.deletion.is_some()
    }

    /// The condition of this type, where it reports a problem or something planned.
    #[must_use]
    pub fn condition(&self, kind: &str) -> Option<&NodeCondition> {
        self.conditions.iter().find(|c| c.kind == kind)
    }
}

/// What is kept of the API's own type; JSON and YAML are decoded directly by [`Deserialize`].
impl From<&core::Node> for Node {
    fn from(node: &core::Node) -> Self {
        let spec = node.spec.as_ref();
        let status = node.status.as_ref();
        let conditions = status.and_then(|s| s.conditions.as_deref());
        let ready = conditions
            .unwrap_or_default()
            .iter()
            .find(|c| c.type_ == "Ready");
        let taints = spec.and_then(|s| s.taints.as_deref());
        let allocatable = status.and_then(|s| s.allocatable.as_ref());
        let created = node.metadata.creation_timestamp.as_ref();
        let deletion = node.metadata.deletion_timestamp.as_ref();
        let finalizers = node.metadata.finalizers.iter().flatten();
        let info = status.and_then(|s| s.node_info.as_ref());
        Self {
            name: node.metadata.name.clone().unwrap_or_default().into(),
            labels: node.metadata.labels.iter().flatten().collect(),
            taints: taints.unwrap_or_default().iter().map(Taint::from).collect(),
            unschedulable: spec.and_then(|s| s.unschedulable).unwrap_or_default(),
            ready: ready.map(|c| c.status.as_str().into()),
            ready_since: ready
                .and_then(|c| c.last_transition_time.as_ref())
                .map(|t| t.0),
            conditions: conditions
                .unwrap_or_default()
                .iter()
                .map(NodeCondition::from)
                .filter(NodeCondition::is_problem)
                .collect(),
            allocatable: allocatable
                .into_iter()
                .flatten()
                .map(|(name, quantity)| (name, &quantity.0))
                .collect(),
            created: created.map(|t| t.0),
            kubelet_version: info
                .map(|i| i.kubelet_version.as_str().into())
                .unwrap_or_default(),
            container_runtime: info
                .map(|i| i.container_runtime_version.as_str().into())
                .unwrap_or_default(),
            os_image: info.map(|i| i.os_image.as_str().into()).unwrap_or_default(),
            kernel_version: info
                .map(|i| i.kernel_version.as_str().into())
                .unwrap_or_default(),
            deletion: deletion.map(|t| t.0),
            finalizers: finalizers.map(|f| f.as_str().into()).collect(),
            operating_system: info
                .map(|i| i.operating_system.as_str().into())
                .unwrap_or_default(),
            architecture: info
                .map(|i| i.architecture.as_str().into())
                .unwrap_or_default(),
            pod_cidr: spec
                .and_then(|s| s.pod_cidr.as_deref())
                .unwrap_or_default()
                .into(),
        }
    }
}

impl From<&core::NodeCondition> for NodeCondition {
    fn from(condition: &core::NodeCondition) -> Self {
        let text = |text: &Option<String>| text.as_deref().unwrap_or_default().into();
        Self {
            kind: condition.type_.as_str().into(),
            status: condition.status.as_str().into(),
            reason: text(&condition.reason),
            message: text(&condition.message),
            since: condition.last_transition_time.as_ref().map(|t| t.0),
        }
    }
}

impl From<&core::Taint> for Taint {
    fn from(taint: &core::Taint) -> Self {
        Self {
            key: taint.key.as_str().into(),
            value: taint.value.as_deref().unwrap_or_default().into(),
            effect: taint.effect.as_str().into(),
            time_added: taint.time_added.as_ref().map(|t| t.0),
        }
    }
}

/// The API's shape, narrowed to the fields that are kept.
pub(crate) mod wire {
    use serde::Deserialize;

    use super::{Labels, NodeCondition, Resources, Taint, Text, Timestamp, null_as_default};
    use crate::model::accumulator::{Accumulator, accumulated};

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
        pub(crate) deletion_timestamp: Option<Timestamp>,
        #[serde(default, deserialize_with = "null_as_default")]
        pub(crate) finalizers: Vec<Text>,
    }

    #[derive(Deserialize, Default)]
    pub(crate) struct Spec {
        #[serde(default, deserialize_with = "null_as_default")]
        pub(crate) taints: Vec<Taint>,
        #[serde(default)]
        pub(crate) unschedulable: Option<bool>,
        #[serde(rename = "podCIDR", default, deserialize_with = "null_as_default")]
        pub(crate) pod_cidr: Text,
    }

    #[derive(Deserialize, Default)]
    #[serde(rename_all = "camelCase")]
    pub(crate) struct Status {
        #[serde(default, deserialize_with = "accumulated")]
        pub(crate) conditions: Conditions,
        #[serde(default, deserialize_with = "null_as_default")]
        pub(crate) allocatable: Resources,
        #[serde(default, deserialize_with = "null_as_default")]
        pub(crate) node_info: NodeInfo,
    }

    #[derive(Deserialize, Default)]
    #[serde(rename_all = "camelCase")]
    pub(crate) struct NodeInfo {
        #[serde(default)]
        pub(crate) kubelet_version: Text,
        #[serde(default)]
        pub(crate) container_runtime_version: Text,
        #[serde(default)]
        pub(crate) os_image: Text,
        #[serde(default)]
        pub(crate) kernel_version: Text,
        #[serde(default)]
        pub(crate) operating_system: Text,
        #[serde(default)]
        pub(crate) architecture: Text,
    }

    /// The first `Ready` of all conditions, and those that report something.
    #[derive(Default)]
    pub(crate) struct Conditions {
        ready: Option<(Text, Option<Timestamp>)>,
        telling: Vec<NodeCondition>,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    pub(crate) struct Condition {
        #[serde(rename = "type")]
        pub(crate) kind: Text,
        #[serde(default)]
        pub(crate) status: Text,
        pub(crate) reason: Option<Text>,
        pub(crate) message: Option<Text>,
        pub(crate) last_transition_time: Option<Timestamp>,
    }

    impl Accumulator for Conditions {
        type Item = Condition;

        fn add(&mut self, condition: Condition) {
            let condition = NodeCondition {
                kind: condition.kind,
                status: condition.status,
                reason: condition.reason.unwrap_or_default(),
                message: condition.message.unwrap_or_default(),
                since: condition.last_transition_time,
            };
            if self.ready.is_none() && condition.kind == "Ready" {
                self.ready = Some((condition.status.clone(), condition.since));
            }
            if condition.is_problem() {
                self.telling.push(condition);
            }
        }
    }

    impl From<Node> for super::Node {
        fn from(node: Node) -> Self {
            let Conditions { ready, telling } = node.status.conditions;
            let (ready, ready_since) = ready.map_or((None, None), |(s, since)| (Some(s), since));
            Self {
                name: node.metadata.name,
                labels: node.metadata.labels,
                taints: node.spec.taints,
                unschedulable: node.spec.unschedulable.unwrap_or_default(),
                ready,
                ready_since,
                conditions: telling,
                allocatable: node.status.allocatable,
                created: node.metadata.creation_timestamp,
                kubelet_version: node.status.node_info.kubelet_version,
                container_runtime: node.status.node_info.container_runtime_version,
                os_image: node.status.node_info.os_image,
                kernel_version: node.status.node_info.kernel_version,
                deletion: node.metadata.deletion_timestamp,
                finalizers: node.metadata.finalizers,
                operating_system: node.status.node_info.operating_system,
                architecture: node.status.node_info.architecture,
                pod_cidr: node.spec.pod_cidr,
            }
        }
    }
}
