//! Labels of nodes that have an owner.

use crate::model::Node;

/// Labels that known components set on nodes.
#[derive(Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OwnedLabel {
    /// Their keys.
    pub keys: &'static [&'static str],
    /// Who sets them.
    pub owner: &'static str,
    /// What it says about the node.
    pub says: LabelMeaning,
    /// The source that says so.
    pub source: &'static str,
}

/// What a label says about its node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LabelMeaning {
    /// What the machine is: pods that can't run on such a machine are rightly excluded.
    Machine,
    /// Which node it is.
    Name,
    /// Where the machine is, and its type.
    Place,
}

/// The labels with an owner. The kubelet sets its own whenever it starts (`updateDefaultLabels`,
/// 1.37.1).
pub const OWNED_LABELS: &[OwnedLabel] = &[
    OwnedLabel {
        keys: &["kubernetes.io/os", "beta.kubernetes.io/os"],
        owner: KUBELET,
        says: LabelMeaning::Machine,
        source: "https://kubernetes.io/docs/reference/labels-annotations-taints/#kubernetes-io-os",
    },
    OwnedLabel {
        keys: &["kubernetes.io/arch", "beta.kubernetes.io/arch"],
        owner: KUBELET,
        says: LabelMeaning::Machine,
        source: "https://kubernetes.io/docs/reference/labels-annotations-taints/#kubernetes-io-arch",
    },
    OwnedLabel {
        keys: &["node.kubernetes.io/windows-build"],
        owner: KUBELET,
        says: LabelMeaning::Machine,
        source: "https://kubernetes.io/docs/reference/labels-annotations-taints/#nodekubernetesiowindows-build",
    },
    OwnedLabel {
        keys: &["kubernetes.io/hostname"],
        owner: KUBELET,
        says: LabelMeaning::Name,
        source: "https://kubernetes.io/docs/reference/labels-annotations-taints/#kubernetesiohostname",
    },
    OwnedLabel {
        keys: &[
            "topology.kubernetes.io/zone",
            "topology.kubernetes.io/region",
            "failure-domain.beta.kubernetes.io/zone",
            "failure-domain.beta.kubernetes.io/region",
            "node.kubernetes.io/instance-type",
            "beta.kubernetes.io/instance-type",
        ],
        owner: "cloud-controller-manager",
        says: LabelMeaning::Place,
        source: "https://kubernetes.io/docs/reference/labels-annotations-taints/#topologykubernetesiozone",
    },
];

const KUBELET: &str = "kubelet";

/// What the keys of labels begin with that an agent finds on each machine, the agent, and the
/// source that says so.
pub const DISCOVERED_LABELS: &[(&str, &str, &str)] = &[(
    "feature.node.kubernetes.io/",
    "Node Feature Discovery",
    "https://kubernetes-sigs.github.io/node-feature-discovery/stable/usage/features.html",
)];

/// Whether an agent finds the label of this key on the machine, so that nobody sets it by hand.
#[must_use]
pub fn is_discovered(key: &str) -> bool {
    let mut discovered = DISCOVERED_LABELS.iter();
    discovered.any(|(prefix, ..)| key.starts_with(prefix))
}

/// A label by which an operator keeps its DaemonSets off a node: it then sets none of the labels
/// that they select nodes by.
#[derive(Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OffSwitch {
    /// Its key.
    pub key: &'static str,
    /// Its value.
    pub value: &'static str,
    /// What the keys of the labels begin with that the operator doesn't set then.
    pub withholds: &'static str,
    /// The operator.
    pub owner: &'static str,
    /// The page of its documentation that says so.
    pub source: &'static str,
}

/// The labels by which operators are kept off a node.
pub const OFF_SWITCHES: &[OffSwitch] = &[OffSwitch {
    key: "nvidia.com/gpu.deploy.operands",
    value: "false",
    withholds: "nvidia.com/gpu.deploy.",
    owner: "NVIDIA GPU Operator",
    source: "https://docs.nvidia.com/datacenter/cloud-native/gpu-operator/latest/getting-started.html",
}];

/// The label of `node` for which its operator doesn't set the one of this key.
#[must_use]
pub fn off_switch(node: &Node, key: &str) -> Option<&'static OffSwitch> {
    let mut switches = OFF_SWITCHES.iter();
    switches.find(|switch| {
        key.starts_with(switch.withholds) && node.labels.get(switch.key) == Some(switch.value)
    })
}

/// Labels that were renamed: the old name, the new name, and the source.
pub const RENAMED_LABELS: &[(&str, &str, &str)] = &[
    (
        "node-role.kubernetes.io/master",
        "node-role.kubernetes.io/control-plane",
        "https://kubernetes.io/docs/reference/labels-annotations-taints/#node-role-kubernetes-io-master",
    ),
    (
        "beta.kubernetes.io/os",
        "kubernetes.io/os",
        "https://kubernetes.io/docs/reference/labels-annotations-taints/#beta-kubernetes-io-os-deprecated",
    ),
    (
        "beta.kubernetes.io/arch",
        "kubernetes.io/arch",
        "https://kubernetes.io/docs/reference/labels-annotations-taints/#beta-kubernetes-io-arch-deprecated",
    ),
    (
        "beta.kubernetes.io/instance-type",
        "node.kubernetes.io/instance-type",
        "https://kubernetes.io/docs/reference/labels-annotations-taints/#beta-kubernetes-io-instance-type-deprecated",
    ),
    (
        "failure-domain.beta.kubernetes.io/zone",
        "topology.kubernetes.io/zone",
        "https://kubernetes.io/docs/reference/labels-annotations-taints/#failure-domainbetakubernetesiozone",
    ),
    (
        "failure-domain.beta.kubernetes.io/region",
        "topology.kubernetes.io/region",
        "https://kubernetes.io/docs/reference/labels-annotations-taints/#failure-domainbetakubernetesioregion",
    ),
];

/// The current name of the label `key`.
#[must_use]
pub fn renamed(key: &str) -> Option<&'static str> {
    let mut renamed = RENAMED_LABELS.iter();
    renamed.find_map(|(old, new, _)| (*old == key).then_some(*new))
}

/// Whether a label that is to be set has an owner, and whether that agrees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LabelOwnership {
    /// Nobody else sets it.
    Free,
    /// The owner would set it to this value, but the node lacks it.
    Restored(&'static OwnedLabel),
    /// The owner sets it to another value.
    Contradicted(&'static OwnedLabel),
}

/// The owned label of this key; `None` for one that anybody may set.
#[must_use]
pub fn owned_label(key: &str) -> Option<&'static OwnedLabel> {
    OWNED_LABELS.iter().find(|owned| owned.keys.contains(&key))
}

impl LabelOwnership {
    /// Who would set the label of this key on `node` to `value`, or remove it without one.
    #[must_use]
    pub fn new(node: &Node, key: &str, value: Option<&str>) -> Self {
        let Some(owned) = owned_label(key) else {
            return Self::Free;
        };
        let found = node.labels.get(key);
        match (value, owned.says) {
            // On a machine outside a cloud it is set by hand.
            (_, LabelMeaning::Place) if found.is_none() => Self::Free,
            (Some(value), _)
                if found.is_none() && own_value(node, key).is_none_or(|own| own == value) =>
            {
                Self::Restored(owned)
            }
            _ => Self::Contradicted(owned),
        }
    }

    /// The owner, where there is one.
    #[must_use]
    pub const fn owned(self) -> Option<&'static OwnedLabel> {
        match self {
            Self::Free => None,
            Self::Restored(owned) | Self::Contradicted(owned) => Some(owned),
        }
    }
}

/// The value that the kubelet gives the label of this key, from what the node reports about its
/// machine; `None` where it reports nothing.
#[must_use]
pub fn own_value<'n>(node: &'n Node, key: &str) -> Option<&'n str> {
    let own = match key {
        "kubernetes.io/os" | "beta.kubernetes.io/os" => &node.operating_system,
        "kubernetes.io/arch" | "beta.kubernetes.io/arch" => &node.architecture,
        _ => return None,
    };
    (!own.is_empty()).then_some(own.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(labels: &[(&str, &str)]) -> Node {
        Node {
            labels: labels.iter().copied().collect(),
            operating_system: "linux".into(),
            ..Node::default()
        }
    }

    #[test]
    fn an_operator_is_kept_off_by_a_label() {
        let off = node(&[("nvidia.com/gpu.deploy.operands", "false")]);
        let of = |node, key| off_switch(node, key).map(|switch| switch.owner);
        let wanted = "nvidia.com/gpu.deploy.driver";
        assert_eq!(of(&off, wanted), Some("NVIDIA GPU Operator"));
        assert_eq!(of(&off, "pool"), None);
        assert_eq!(of(&node(&[]), wanted), None);
    }

    #[test]
    fn what_the_kubelet_sets_is_put_back_or_left() {
        let key = "kubernetes.io/os";
        let os = owned_label(key);
        let bare = node(&[]);
        let wanted = |node, value| Some(LabelOwnership::new(node, key, value));
        assert_eq!(
            wanted(&bare, Some("linux")),
            os.map(LabelOwnership::Restored)
        );
        assert_eq!(
            wanted(&bare, Some("windows")),
            os.map(LabelOwnership::Contradicted)
        );
        let windows = node(&[(key, "windows")]);
        assert_eq!(
            wanted(&windows, Some("linux")),
            os.map(LabelOwnership::Contradicted)
        );
        assert_eq!(wanted(&windows, None), os.map(LabelOwnership::Contradicted));
        assert_eq!(
            LabelOwnership::new(&bare, "pool", Some("a")),
            LabelOwnership::Free
        );
        let zone = "topology.kubernetes.io/zone";
        assert_eq!(
            LabelOwnership::new(&bare, zone, Some("a")),
            LabelOwnership::Free
        );
        let there = node(&[(zone, "b")]);
        let owned = LabelOwnership::new(&there, zone, Some("a")).owned();
        assert_eq!(owned.map(|o| o.owner), Some("cloud-controller-manager"));
    }
}
