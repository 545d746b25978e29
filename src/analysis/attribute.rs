//! What the nodes of a group have in common that no other node has.

use std::collections::HashMap;

use serde::Serialize;

use crate::model::Node;

/// What kind of fact about a node it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum AttributeKind {
    /// `kubernetes.io/os`.
    OperatingSystem,
    /// `kubernetes.io/arch`.
    Architecture,
    /// Of the labels `node-role.kubernetes.io/…`, the one that says most.
    Role,
    /// `status.nodeInfo.containerRuntimeVersion`.
    ContainerRuntime,
    /// `status.nodeInfo.kubeletVersion`.
    KubeletVersion,
    /// The pool that a cloud provider or an autoscaler made the node for.
    Pool,
    /// `topology.kubernetes.io/zone`.
    Zone,
    /// `node.kubernetes.io/instance-type`.
    InstanceType,
    /// `status.nodeInfo.osImage`.
    OsImage,
    /// `status.nodeInfo.kernelVersion`.
    KernelVersion,
}

impl AttributeKind {
    /// All of them, the ones that explain most first.
    const ALL: [Self; 10] = [
        Self::OperatingSystem,
        Self::Architecture,
        Self::Role,
        // The runtime pulls images and creates sandboxes and containers; the kubelet only asks it
        // to.
        Self::ContainerRuntime,
        Self::KubeletVersion,
        Self::Pool,
        Self::Zone,
        Self::InstanceType,
        Self::OsImage,
        Self::KernelVersion,
    ];

    /// The labels that hold it; the first one that a node has counts.
    const fn labels(self) -> &'static [&'static str] {
        match self {
            Self::OperatingSystem => &["kubernetes.io/os", "beta.kubernetes.io/os"],
            Self::Architecture => &["kubernetes.io/arch", "beta.kubernetes.io/arch"],
            Self::Pool => &[
                "karpenter.sh/nodepool",
                "eks.amazonaws.com/nodegroup",
                "alpha.eksctl.io/nodegroup-name",
                "cloud.google.com/gke-nodepool",
                "kubernetes.azure.com/agentpool",
                "agentpool",
                "doks.digitalocean.com/node-pool",
                "kops.k8s.io/instancegroup",
                "node.kubernetes.io/pool",
                "pool",
            ],
            Self::Zone => &[
                "topology.kubernetes.io/zone",
                "failure-domain.beta.kubernetes.io/zone",
            ],
            Self::InstanceType => &[
                "node.kubernetes.io/instance-type",
                "beta.kubernetes.io/instance-type",
            ],
            Self::Role
            | Self::KubeletVersion
            | Self::ContainerRuntime
            | Self::OsImage
            | Self::KernelVersion => &[],
        }
    }

    fn of(self, node: &Node) -> Option<&str> {
        let value = match self {
            Self::Role => role(node),
            Self::KubeletVersion => Some(node.kubelet_version.as_str()),
            Self::ContainerRuntime => Some(node.container_runtime.as_str()),
            Self::OsImage => Some(node.os_image.as_str()),
            Self::KernelVersion => Some(node.kernel_version.as_str()),
            _ => self.labels().iter().find_map(|key| node.labels.get(key)),
        };
        value.filter(|value| !value.is_empty())
    }
}

/// The label that gives a node a role.
const ROLE: &str = "node-role.kubernetes.io/";

/// The roles that most nodes of a cluster have, beside which another says more.
const COMMON_ROLES: [&str; 2] = ["worker", "node"];

/// The roles of a node, by its labels.
pub(super) fn roles(node: &Node) -> impl Iterator<Item = &str> {
    let keys = node.labels.iter().map(|(key, _)| key);
    keys.filter_map(|key| key.strip_prefix(ROLE))
}

/// The role of a node; the control plane is called so, whatever release labelled it.
fn role(node: &Node) -> Option<&str> {
    let weight = |role: &&str| match *role {
        "control-plane" | "master" => 0,
        role if COMMON_ROLES.contains(&role) => 2,
        _ => 1,
    };
    let role = roles(node).min_by_key(weight)?;
    Some(if role == "master" {
        "control-plane"
    } else {
        role
    })
}

/// A fact about a node.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Attribute {
    /// What kind of fact.
    pub kind: AttributeKind,
    /// Its value.
    pub value: String,
    /// The value that all other nodes have, where they have one.
    pub others: Option<String>,
}

/// How often each value of each kind occurs among some nodes.
#[derive(Debug)]
pub(super) struct Attributes<'a> {
    counts: HashMap<(AttributeKind, &'a str), usize>,
    nodes: usize,
}

impl<'a> Attributes<'a> {
    /// Counts those of `nodes`.
    pub(super) fn new(nodes: impl Iterator<Item = &'a Node>) -> Self {
        let mut all = Self {
            counts: HashMap::new(),
            nodes: 0,
        };
        for node in nodes {
            all.nodes += 1;
            for kind in AttributeKind::ALL {
                if let Some(value) = kind.of(node) {
                    *all.counts.entry((kind, value)).or_default() += 1;
                }
            }
        }
        all
    }

    /// What all nodes of `group` have and none of the other nodes has. Empty for a single node, and
    /// where there are no others.
    pub(super) fn shared_by(&self, group: &[&'a Node]) -> Vec<Attribute> {
        let (Some(first), 2..) = (group.first(), group.len()) else {
            return Vec::new();
        };
        if group.len() >= self.nodes {
            return Vec::new();
        }
        let kinds = AttributeKind::ALL.into_iter();
        let shared = kinds.filter_map(|kind| {
            let value = kind.of(first)?;
            let is_shared = group.iter().all(|node| kind.of(node) == Some(value))
                && self.counts.get(&(kind, value)) == Some(&group.len());
            is_shared.then(|| Attribute {
                kind,
                value: value.to_owned(),
                others: self.value_of_others(kind, value, group.len()),
            })
        });
        shared.collect()
    }

    /// The value shared by all nodes outside a group of `size` nodes that have `value`.
    fn value_of_others(&self, kind: AttributeKind, value: &str, size: usize) -> Option<String> {
        let others = self.counts.iter();
        let mut others = others.filter(|((k, v), _)| *k == kind && *v != value);
        let ((_, other), count) = others.next()?;
        (*count == self.nodes - size).then(|| (*other).to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(name: &str, labels: &[(&str, &str)]) -> Node {
        Node {
            name: name.into(),
            labels: labels.iter().copied().collect(),
            ..Node::default()
        }
    }

    #[test]
    fn what_all_of_a_group_have_and_no_other_node_is_shared() {
        let (os, zone) = ("kubernetes.io/os", "topology.kubernetes.io/zone");
        let nodes = [
            node("a", &[(os, "windows"), (zone, "1")]),
            node("b", &[(os, "windows"), (zone, "1")]),
            node("c", &[(os, "linux"), (zone, "1")]),
        ];
        let all = Attributes::new(nodes.iter());
        let [a, b, c] = &nodes;
        let windows = Attribute {
            kind: AttributeKind::OperatingSystem,
            value: "windows".to_owned(),
            others: Some("linux".to_owned()),
        };
        assert_eq!(all.shared_by(&[a, b]), [windows]);
        assert_eq!(all.shared_by(&[a]), []);
        assert_eq!(all.shared_by(&[a, c]), []);
        assert_eq!(all.shared_by(&[a, b, c]), []);
    }

    #[test]
    fn the_role_of_nodes_is_shared() {
        let role = |name: &str, roles: &[&str]| {
            let keys: Vec<String> = roles.iter().map(|role| format!("{ROLE}{role}")).collect();
            let labels: Vec<_> = keys.iter().map(|key| (key.as_str(), "")).collect();
            node(name, &labels)
        };
        let nodes = [
            role("a", &["control-plane", "etcd"]),
            role("b", &["master"]),
            role("c", &["infra", "worker"]),
            role("d", &["worker"]),
        ];
        let roles: Vec<_> = nodes.iter().map(super::role).collect();
        let (control_plane, infra) = (Some("control-plane"), Some("infra"));
        assert_eq!(roles, [control_plane, control_plane, infra, Some("worker")]);
        let [a, b, ..] = &nodes;
        let kinds = |attributes: Vec<Attribute>| -> Vec<_> {
            attributes.into_iter().map(|one| one.kind).collect()
        };
        let shared = Attributes::new(nodes.iter()).shared_by(&[a, b]);
        assert_eq!(kinds(shared), [AttributeKind::Role]);
    }
}
