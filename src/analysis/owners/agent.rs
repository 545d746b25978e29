//! Agents that run as DaemonSets and remove taints of their nodes themselves.

use std::collections::BTreeSet;

use k8s_openapi::api::core::v1::PodSpec;

use crate::analysis::reason::{NodeTrouble, NotReadyCause};
use crate::model::{DaemonSet, Taint};

/// An agent whose running pod removes taints of its node.
#[derive(Debug)]
pub struct Agent {
    /// The names of its DaemonSets, of their labels and of its images' repositories, or their last
    /// parts.
    pub names: &'static [&'static str],
    /// The keys of the taints that it removes.
    pub ends: &'static [&'static str],
    /// The page of its documentation, its source or its manifest that shows it.
    pub source: &'static str,
}

const NOT_READY: &str = "node.kubernetes.io/not-ready";
const NETWORK_UNAVAILABLE: &str = "node.kubernetes.io/network-unavailable";
const UNINITIALIZED: &str = "node.cloudprovider.kubernetes.io/uninitialized";

/// The agents of which that is known. A network plugin makes a node ready that waits for one: it
/// puts its configuration into `/etc/cni/net.d`. Some set the condition `NetworkUnavailable` of
/// their node to false too, with the reasons `FlannelIsUp`, `CalicoIsUp`, `CiliumIsUp` and
/// `WeaveIsUp`.
pub const AGENTS: &[Agent] = &[
    Agent {
        names: &[
            "flannel",
            "kube-flannel",
            "kube-flannel-ds",
            "kube-flannel-ds-amd64",
        ],
        ends: &[NOT_READY, NETWORK_UNAVAILABLE],
        source: "https://github.com/flannel-io/flannel/blob/master/pkg/subnet/kube/kube.go",
    },
    Agent {
        names: &["calico-node", "calico/node"],
        ends: &[NOT_READY, NETWORK_UNAVAILABLE],
        source: "https://github.com/projectcalico/calico/blob/master/node/pkg/lifecycle/utils/utils.go",
    },
    Agent {
        names: &["canal"],
        ends: &[NOT_READY, NETWORK_UNAVAILABLE],
        source: "https://github.com/projectcalico/calico/blob/master/manifests/canal.yaml",
    },
    Agent {
        names: &["cilium"],
        ends: &[
            NOT_READY,
            NETWORK_UNAVAILABLE,
            "node.cilium.io/agent-not-ready",
        ],
        source: "https://docs.cilium.io/en/stable/installation/taints/",
    },
    Agent {
        names: &["weave-net", "weave-kube"],
        ends: &[NOT_READY, NETWORK_UNAVAILABLE],
        source: "https://github.com/weaveworks/weave/blob/master/prog/kube-utils/nodestatus.go",
    },
    Agent {
        names: &["kube-router"],
        ends: &[NOT_READY],
        source: "https://github.com/cloudnativelabs/kube-router/blob/master/daemonset/kubeadm-kuberouter.yaml",
    },
    Agent {
        names: &["antrea-agent", "antrea-agent-ubuntu"],
        ends: &[NOT_READY],
        source: "https://github.com/antrea-io/antrea/blob/main/build/charts/antrea/templates/agent/daemonset.yaml",
    },
    Agent {
        names: &["ovnkube-node"],
        ends: &[NOT_READY],
        source: "https://github.com/ovn-kubernetes/ovn-kubernetes/blob/master/dist/templates/ovnkube-node.yaml.j2",
    },
    Agent {
        names: &["kube-ovn-cni"],
        ends: &[NOT_READY],
        source: "https://github.com/kubeovn/kube-ovn/blob/master/charts/kube-ovn/templates/ovncni-ds.yaml",
    },
    Agent {
        names: &["aws-node", "amazon-k8s-cni"],
        ends: &[NOT_READY],
        source: "https://github.com/aws/amazon-vpc-cni-k8s/blob/master/config/master/aws-k8s-cni.yaml",
    },
    Agent {
        names: &["kindnet", "kindnetd"],
        ends: &[NOT_READY],
        source: "https://github.com/kubernetes-sigs/kindnet/blob/main/install-kindnet.yaml",
    },
    Agent {
        names: &["cloud-controller-manager"],
        ends: &[UNINITIALIZED],
        source: "https://kubernetes.io/docs/tasks/administer-cluster/running-cloud-controller/",
    },
    Agent {
        names: &["cloud-node-manager", "cloud-node-manager-windows"],
        ends: &[UNINITIALIZED],
        source: "https://github.com/kubernetes-sigs/cloud-provider-azure/blob/master/pkg/nodemanager/nodemanager.go",
    },
    Agent {
        names: &["istio-cni-node", "install-cni"],
        ends: &["cni.istio.io/not-ready"],
        source: "https://github.com/istio/istio/blob/master/pilot/pkg/controllers/untaint/nodeuntainter.go",
    },
    Agent {
        names: &["ebs-csi-node", "aws-ebs-csi-driver"],
        ends: &["ebs.csi.aws.com/agent-not-ready"],
        source: "https://github.com/kubernetes-sigs/aws-ebs-csi-driver/blob/master/docs/install.md#configure-node-startup-taint",
    },
    Agent {
        names: &["efs-csi-node", "aws-efs-csi-driver"],
        ends: &["efs.csi.aws.com/agent-not-ready"],
        source: "https://github.com/kubernetes-sigs/aws-efs-csi-driver/blob/master/docs/README.md#configure-node-startup-taint",
    },
    Agent {
        names: &["fsx-csi-node", "aws-fsx-csi-driver"],
        ends: &["fsx.csi.aws.com/agent-not-ready"],
        source: "https://github.com/kubernetes-sigs/aws-fsx-csi-driver/blob/master/docs/install.md#configure-node-startup-taint",
    },
    Agent {
        names: &[
            "s3-csi-node",
            "aws-s3-csi-driver",
            "aws-mountpoint-s3-csi-driver",
        ],
        ends: &["s3.csi.aws.com/agent-not-ready"],
        source: "https://github.com/awslabs/mountpoint-s3-csi-driver/blob/main/docs/CONFIGURATION.md#configure-node-startup-taint",
    },
];

/// Labels of a template that identify the agent.
const NAMING_LABELS: [&str; 4] = ["k8s-app", "app.kubernetes.io/name", "app", "name"];

/// The directories where network plugins put their configuration.
const CNI_CONFIGURATION: &str = "/etc/cni/net.d";

/// Plugins that extend the configuration of another plugin, which is what makes the node ready.
const CHAINED: &[&str] = &["linkerd-cni", "istio-cni-node", "istio-cni", "multus"];

/// Network plugins that set up no node without `spec.podCIDR`: the subnet manager of flannel
/// (`pod cidr not assigned`) and kube-router (`node.Spec.PodCIDR not set for node`) end there,
/// kindnet waits for it (`has no CIDR, ignoring`).
const NEED_POD_CIDR: &[&str] = &[
    "flannel",
    "kube-flannel",
    "kube-flannel-ds",
    "canal",
    "kube-router",
    "kindnet",
    "kindnetd",
];

/// Where the drivers of volumes have their sockets, in a folder of the driver's name. Those that
/// take a taint off call it after themselves: `ebs.csi.aws.com/agent-not-ready`.
const DRIVERS: &str = "/var/lib/kubelet/plugins/";

/// The taints that a DaemonSet itself removes from its nodes: where it doesn't tolerate one,
/// neither side moves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnTaints {
    keys: BTreeSet<String>,
    needs_pod_cidr: bool,
}

impl OwnTaints {
    /// Those of `ds`, by its names and its mounts.
    #[must_use]
    pub fn new(ds: &DaemonSet) -> Self {
        let names = names(ds);
        let is_called = |name: &&str| names.iter().any(|own| ends_in(own, name));
        let agents = AGENTS.iter();
        let agents = agents.filter(|agent| agent.names.iter().any(is_called));
        let keys = agents.flat_map(|agent| agent.ends.iter().copied());
        let mut keys: BTreeSet<String> = keys.map(str::to_owned).collect();
        if let Some(spec) = ds.pod_spec() {
            let is_chained = CHAINED.iter().any(is_called);
            if !is_chained && is_network_plugin(spec) {
                keys.insert(NOT_READY.to_owned());
            }
            let drivers = host_paths(spec).filter_map(|path| path.strip_prefix(DRIVERS));
            let drivers = drivers.filter_map(|path| path.split('/').next());
            let drivers = drivers.filter(|driver| !driver.is_empty());
            keys.extend(drivers.map(|driver| format!("{driver}/agent-not-ready")));
        }
        Self {
            keys,
            needs_pod_cidr: NEED_POD_CIDR.iter().any(is_called) && !has_ranges_of_its_own(ds),
        }
    }

    /// Whether the DaemonSet is a network plugin that assigns pod addresses from the node's
    /// `spec.podCIDR`.
    #[must_use]
    pub const fn needs_pod_cidr(&self) -> bool {
        self.needs_pod_cidr
    }

    /// Whether its pod makes a node ready that waits for a network plugin.
    #[must_use]
    pub fn makes_ready(&self) -> bool {
        self.keys.contains(NOT_READY)
    }

    /// Whether its pod would remove `taint` from its node; for a node that isn't ready `trouble`
    /// says why.
    #[must_use]
    pub fn ends(&self, taint: &Taint, trouble: Option<&NodeTrouble>) -> bool {
        let waits = |trouble: &NodeTrouble| trouble.cause == NotReadyCause::NetworkPlugin;
        let is_waited_for = &*taint.key != NOT_READY || trouble.is_some_and(waits);
        is_waited_for && self.keys.contains(&*taint.key)
    }
}

/// A network plugin that uses the host network, because there is no other yet.
fn is_network_plugin(spec: &PodSpec) -> bool {
    let is_configuration = |path: &str| path.trim_end_matches('/') == CNI_CONFIGURATION;
    spec.host_network == Some(true) && host_paths(spec).any(is_configuration)
}

/// Flannel with etcd takes its ranges from there.
fn has_ranges_of_its_own(ds: &DaemonSet) -> bool {
    let containers = ds.pod_spec().into_iter().flat_map(|spec| &spec.containers);
    let mut words =
        containers.flat_map(|c| c.command.iter().flatten().chain(c.args.iter().flatten()));
    words.any(|word| word.contains("etcd-endpoints"))
}

fn host_paths(spec: &PodSpec) -> impl Iterator<Item = &str> {
    let volumes = spec.volumes.iter().flatten();
    volumes.filter_map(|volume| Some(volume.host_path.as_ref()?.path.as_str()))
}

/// The names of a DaemonSet: its own, the labels of its pods, its images' repositories.
fn names(ds: &DaemonSet) -> Vec<&str> {
    let template = &ds.object.spec.template;
    let metadata = template.metadata.as_ref();
    let labels = metadata.and_then(|metadata| metadata.labels.as_ref());
    let labels = NAMING_LABELS
        .iter()
        .filter_map(move |key| Some(labels?.get(*key)?.as_str()));
    let containers = template.spec.iter().flat_map(|spec| &spec.containers);
    let images = containers.filter_map(|container| container.image.as_deref());
    let names = std::iter::once(ds.name.as_str()).chain(labels);
    names.chain(images.map(repository)).collect()
}

/// An image without tag and digest.
fn repository(image: &str) -> &str {
    let image = image.split('@').next().unwrap_or_default();
    match image.rsplit_once(':') {
        // A port belongs to the registry.
        Some((repository, tag)) if !tag.contains('/') => repository,
        _ => image,
    }
}

/// Whether `text` is `name`, or ends in it after `/` or `-`.
fn ends_in(text: &str, name: &str) -> bool {
    text.strip_suffix(name)
        .is_some_and(|before| before.is_empty() || before.ends_with(['/', '-']))
}
