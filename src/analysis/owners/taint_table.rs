//! The table of the taints that have an owner; its types are in `owned_taint.rs`. A more general
//! row comes after the more specific ones.

use super::owned_taint::{EndsWhen, OwnedTaint, TaintKey, TaintMeaning, Tolerate, ValueKind};

use EndsWhen::{
    AgentReady, ConditionOver, MaintenanceOver, NodeReady, NodeRecovered, NodeRemoved, NodeSetUp,
    PoolChanged, RuleMet, TakenOff, Uncordoned,
};
use TaintKey::{Is, Prefix};
use Tolerate::{Fits, Meanwhile, Needless, Never};
use ValueKind::{Chosen, Fixed, Id, Time};

const ANY: &[&str] = &[];
const NO_SCHEDULE: &[&str] = &["NoSchedule"];
const PREFER_NO_SCHEDULE: &[&str] = &["PreferNoSchedule"];
const OF_READINESS: &[&str] = &["NoSchedule", "NoExecute"];

const NODE_LIFECYCLE: &str = "kube-controller-manager";
const CLOUD: &str = "cloud-controller-manager";
const AUTOSCALER: &str = "cluster-autoscaler";
const KARPENTER: &str = "Karpenter";
const TERMINATION_HANDLER: &str = "aws-node-termination-handler";
const CLUSTER_API: &str = "Cluster API";
const STARTUP: &str = "the agent that it is named for";
const POOL: &str = "whoever made the node's pool";

macro_rules! taints {
    ($($key:expr, $effects:expr, $owner:expr, $means:ident, $ends:expr, $value:expr, $tolerate:expr, $source:expr;)*) => {
        /// The taints that have an owner.
        pub const OWNED_TAINTS: &[OwnedTaint] = &[$(OwnedTaint {
            key: $key,
            effects: $effects,
            owner: $owner,
            means: TaintMeaning::$means,
            ends: $ends,
            value: $value,
            tolerate: $tolerate,
            source: $source,
        }),*];
    };
}

taints! {
    // kube-controller-manager: `nodeConditionToTaintKeyStatusMap`, `doNoScheduleTaintingPass` and
    // `processTaintBaseEviction` (1.37.1).
    Is("node.kubernetes.io/not-ready"), OF_READINESS, NODE_LIFECYCLE, NotReady, NodeReady, Fixed, Never,
        "https://kubernetes.io/docs/reference/labels-annotations-taints/#node-kubernetes-io-not-ready";
    Is("node.kubernetes.io/unreachable"), OF_READINESS, NODE_LIFECYCLE, Unreachable, NodeReady, Fixed, Never,
        "https://kubernetes.io/docs/reference/labels-annotations-taints/#node-kubernetes-io-unreachable";
    Is("node.kubernetes.io/memory-pressure"), NO_SCHEDULE, NODE_LIFECYCLE, MemoryPressure, ConditionOver, Fixed, Needless,
        "https://kubernetes.io/docs/reference/labels-annotations-taints/#node-kubernetes-io-memory-pressure";
    Is("node.kubernetes.io/disk-pressure"), NO_SCHEDULE, NODE_LIFECYCLE, DiskPressure, ConditionOver, Fixed, Needless,
        "https://kubernetes.io/docs/reference/labels-annotations-taints/#node-kubernetes-io-disk-pressure";
    Is("node.kubernetes.io/pid-pressure"), NO_SCHEDULE, NODE_LIFECYCLE, PidPressure, ConditionOver, Fixed, Needless,
        "https://kubernetes.io/docs/reference/labels-annotations-taints/#node-kubernetes-io-pid-pressure";
    // The controller adds a toleration only to pods of the host network.
    Is("node.kubernetes.io/network-unavailable"), NO_SCHEDULE, NODE_LIFECYCLE, NetworkUnavailable, ConditionOver, Fixed, Never,
        "https://kubernetes.io/docs/reference/labels-annotations-taints/#node-kubernetes-io-network-unavailable";
    Is("node.kubernetes.io/unschedulable"), NO_SCHEDULE, NODE_LIFECYCLE, Cordoned, Uncordoned, Fixed, Needless,
        "https://kubernetes.io/docs/reference/labels-annotations-taints/#node-kubernetes-io-unschedulable";
    Is("node.kubernetes.io/out-of-service"), OF_READINESS, "whoever fenced the node", OutOfService, NodeRecovered, Chosen, Never,
        "https://kubernetes.io/docs/concepts/cluster-administration/node-shutdown/#non-graceful-node-shutdown";

    // Cloud providers.
    Is("node.cloudprovider.kubernetes.io/uninitialized"), ANY, CLOUD, SettingUp, NodeSetUp, Fixed, Meanwhile,
        "https://kubernetes.io/docs/reference/labels-annotations-taints/#node-cloudprovider-kubernetes-io-uninitialized";
    Is("node.cloudprovider.kubernetes.io/shutdown"), ANY, CLOUD, ShutDown, NodeReady, Fixed, Never,
        "https://kubernetes.io/docs/reference/labels-annotations-taints/#node-cloudprovider-kubernetes-io-shutdown";
    Is("node.cluster.x-k8s.io/uninitialized"), ANY, CLUSTER_API, SettingUp, NodeSetUp, Fixed, Meanwhile,
        "https://cluster-api.sigs.k8s.io/reference/api/taint-propagation";
    Is("node.cluster.x-k8s.io/outdated-revision"), PREFER_NO_SCHEDULE, CLUSTER_API, MayBeRemoved, NodeRemoved, Fixed, Needless,
        "https://cluster-api.sigs.k8s.io/reference/api/taint-propagation";

    // Autoscalers.
    Is("ToBeDeletedByClusterAutoscaler"), ANY, AUTOSCALER, Removing, NodeRemoved, Time, Meanwhile,
        "https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/FAQ.md#how-does-scale-down-work";
    Is("DeletionCandidateOfClusterAutoscaler"), PREFER_NO_SCHEDULE, AUTOSCALER, MayBeRemoved, NodeRemoved, Time, Needless,
        "https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/FAQ.md#how-does-scale-down-work";
    Prefix("startup-taint.cluster-autoscaler.kubernetes.io/"), ANY, STARTUP, AgentNotReady, AgentReady, Chosen, Meanwhile,
        "https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/FAQ.md#how-does-cluster-autoscaler-treat-nodes-with-statusstartupignore-taints";
    Prefix("ignore-taint.cluster-autoscaler.kubernetes.io/"), ANY, STARTUP, AgentNotReady, AgentReady, Chosen, Meanwhile,
        "https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/FAQ.md#how-does-cluster-autoscaler-treat-nodes-with-statusstartupignore-taints";
    Prefix("status-taint.cluster-autoscaler.kubernetes.io/"), ANY, STARTUP, Condition, ConditionOver, Chosen, Meanwhile,
        "https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/FAQ.md#how-does-cluster-autoscaler-treat-nodes-with-statusstartupignore-taints";
    Is("karpenter.sh/disrupted"), ANY, KARPENTER, Removing, NodeRemoved, Fixed, Meanwhile,
        "https://karpenter.sh/docs/concepts/disruption/";
    // The names before version 1.
    Is("karpenter.sh/disruption"), ANY, KARPENTER, Removing, NodeRemoved, Fixed, Meanwhile,
        "https://karpenter.sh/docs/upgrading/v1-migration/";
    Is("karpenter.sh/unregistered"), ANY, KARPENTER, SettingUp, NodeSetUp, Fixed, Meanwhile,
        "https://karpenter.sh/docs/concepts/nodeclaims/";

    // Machines that are about to be taken away.
    Is("aws-node-termination-handler/scheduled-maintenance"), ANY, TERMINATION_HANDLER, Maintenance, MaintenanceOver, Id, Meanwhile,
        "https://github.com/aws/aws-node-termination-handler";
    Prefix("aws-node-termination-handler/"), ANY, TERMINATION_HANDLER, Interrupted, NodeRemoved, Id, Meanwhile,
        "https://github.com/aws/aws-node-termination-handler";
    Is("cloud.google.com/impending-node-termination"), ANY, "k8s-node-termination-handler", Interrupted, NodeRemoved, Fixed, Meanwhile,
        "https://github.com/GoogleCloudPlatform/k8s-node-termination-handler";

    Is("cloud.google.com/not-target-gke-version"), ANY, "GKE", Upgraded, NodeRemoved, Fixed, Meanwhile,
        "https://github.com/DataDog/helm-charts/issues/2867";

    // Agents that have to be ready first.
    Is("node.cilium.io/agent-not-ready"), ANY, "Cilium", AgentNotReady, AgentReady, Fixed, Meanwhile,
        "https://docs.cilium.io/en/stable/installation/taints/";
    Is("cni.istio.io/not-ready"), ANY, "istiod", AgentNotReady, AgentReady, Fixed, Meanwhile,
        "https://istio.io/latest/docs/setup/additional-setup/cni/";
    Is("ebs.csi.aws.com/agent-not-ready"), ANY, "aws-ebs-csi-driver", AgentNotReady, AgentReady, Fixed, Meanwhile,
        "https://github.com/kubernetes-sigs/aws-ebs-csi-driver/blob/master/docs/install.md#configure-node-startup-taint";
    Is("efs.csi.aws.com/agent-not-ready"), ANY, "aws-efs-csi-driver", AgentNotReady, AgentReady, Fixed, Meanwhile,
        "https://github.com/kubernetes-sigs/aws-efs-csi-driver/blob/master/docs/README.md#configure-node-startup-taint";
    Is("fsx.csi.aws.com/agent-not-ready"), ANY, "aws-fsx-csi-driver", AgentNotReady, AgentReady, Fixed, Meanwhile,
        "https://github.com/kubernetes-sigs/aws-fsx-csi-driver/blob/master/docs/install.md#configure-node-startup-taint";
    Is("s3.csi.aws.com/agent-not-ready"), ANY, "mountpoint-s3-csi-driver", AgentNotReady, AgentReady, Fixed, Meanwhile,
        "https://github.com/awslabs/mountpoint-s3-csi-driver/blob/main/docs/CONFIGURATION.md#configure-node-startup-taint";
    Is("node.gardener.cloud/critical-components-not-ready"), ANY, "gardener-resource-manager", AgentNotReady, AgentReady, Fixed, Meanwhile,
        "https://gardener.cloud/docs/gardener/advanced/node-readiness/";
    Prefix("readiness.k8s.io/"), ANY, "node-readiness-controller", RuleUnmet, RuleMet, Chosen, Meanwhile,
        "https://github.com/kubernetes-sigs/node-readiness-controller";

    // Maintenance and repair.
    Is("medik8s.io/drain"), ANY, "node-maintenance-operator", Maintenance, MaintenanceOver, Fixed, Meanwhile,
        "https://github.com/medik8s/node-maintenance-operator";
    Prefix("remediation.medik8s.io/"), ANY, "medik8s", Maintenance, MaintenanceOver, Fixed, Never,
        "https://github.com/medik8s/self-node-remediation";
    Is("kubevirt.io/drain"), ANY, "whoever drains the node for KubeVirt", Maintenance, MaintenanceOver, Fixed, Meanwhile,
        "https://kubevirt.io/user-guide/cluster_admin/node_maintenance/";
    Is("weave.works/kured-node-reboot"), PREFER_NO_SCHEDULE, "kured", Maintenance, MaintenanceOver, Fixed, Needless,
        "https://kured.dev/docs/configuration/";
    Is("UpdateInProgress"), PREFER_NO_SCHEDULE, "machine-config-controller", Maintenance, MaintenanceOver, Fixed, Needless,
        "https://github.com/openshift/machine-config-operator";
    Is("remediator.kubernetes.azure.com/unschedulable"), ANY, "AKS", Maintenance, MaintenanceOver, Fixed, Meanwhile,
        "https://learn.microsoft.com/azure/aks/node-auto-drain";
    // The same under its former name.
    Is("remediator.aks.microsoft.com/unschedulable"), ANY, "AKS", Maintenance, MaintenanceOver, Fixed, Meanwhile,
        "https://learn.microsoft.com/azure/aks/node-auto-repair";
    Is("amd-gpu-unhealthy"), ANY, "AMD GPU Operator", Maintenance, MaintenanceOver, Fixed, Meanwhile,
        "https://instinct.docs.amd.com/projects/gpu-operator/en/latest/autoremediation/auto-remediation.html";
    Prefix("drbd.linbit.com/"), ANY, "piraeus-ha-controller", StorageFailing, ConditionOver, Fixed, Meanwhile,
        "https://github.com/piraeusdatastore/piraeus-ha-controller";

    // What nodes are, or are reserved for.
    Is("node-role.kubernetes.io/control-plane"), ANY, "kubeadm, or whoever set up the control plane", ControlPlane, TakenOff, Fixed, Fits,
        "https://kubernetes.io/docs/reference/labels-annotations-taints/#node-role-kubernetes-io-control-plane-taint";
    Is("node-role.kubernetes.io/master"), ANY, "kubeadm before 1.25, or whoever set up the control plane", ControlPlane, TakenOff, Fixed, Fits,
        "https://kubernetes.io/docs/reference/labels-annotations-taints/#node-role-kubernetes-io-master-taint";
    Is("nvidia.com/gpu"), ANY, POOL, Accelerator, TakenOff, Chosen, Fits,
        "https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#extendedresourcetoleration";
    Is("amd.com/gpu"), ANY, POOL, Accelerator, TakenOff, Chosen, Fits,
        "https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#extendedresourcetoleration";
    Prefix("gpu.intel.com/"), ANY, POOL, Accelerator, TakenOff, Chosen, Fits,
        "https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#extendedresourcetoleration";
    Is("google.com/tpu"), ANY, "GKE", Accelerator, PoolChanged, Fixed, Fits,
        "https://cloud.google.com/kubernetes-engine/docs/concepts/tpus";
    Is("CriticalAddonsOnly"), ANY, POOL, Addons, PoolChanged, Fixed, Fits,
        "https://learn.microsoft.com/azure/aks/use-system-pools";
    Is("kubernetes.azure.com/scalesetpriority"), ANY, "AKS", Spot, PoolChanged, Fixed, Fits,
        "https://learn.microsoft.com/azure/aks/spot-node-pool";
    Is("cloud.google.com/gke-spot"), ANY, "GKE", Spot, PoolChanged, Fixed, Fits,
        "https://cloud.google.com/kubernetes-engine/docs/concepts/spot-vms";
    Is("kubernetes.io/arch"), ANY, POOL, Architecture, PoolChanged, Fixed, Fits,
        "https://cloud.google.com/kubernetes-engine/docs/how-to/prepare-arm-workloads-for-deployment";
    Is("sandbox.gke.io/runtime"), ANY, "GKE", Sandbox, PoolChanged, Fixed, Fits,
        "https://cloud.google.com/kubernetes-engine/docs/how-to/sandbox-pods";
    Is("node.kubernetes.io/os"), ANY, POOL, OperatingSystem, PoolChanged, Fixed, Fits,
        "https://cloud.google.com/kubernetes-engine/docs/how-to/deploying-windows-app";
    Is("virtual-kubelet.io/provider"), ANY, "Virtual Kubelet", Virtual, PoolChanged, Chosen, Never,
        "https://github.com/virtual-kubelet/virtual-kubelet";
    Is("eks.amazonaws.com/compute-type"), ANY, "EKS on Fargate", Virtual, PoolChanged, Fixed, Never,
        "https://docs.aws.amazon.com/eks/latest/userguide/fargate.html";
}

impl OwnedTaint {
    /// An example key and effect that the row covers.
    #[must_use]
    pub fn example(&self) -> (String, &'static str) {
        let key = match self.key {
            Is(key) => key.to_owned(),
            Prefix(prefix) => format!("{prefix}example"),
        };
        (key, self.effects.first().copied().unwrap_or("NoSchedule"))
    }
}
