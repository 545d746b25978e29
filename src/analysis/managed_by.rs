//! What of a node the cluster itself keeps as it is.

/// Who puts back what a hand changes of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ManagedBy {
    /// The node lifecycle controller, which takes the taint off by itself then.
    NodeLifecycleController(RemovedWhen),
    /// The kubelet, which sets the label whenever it starts.
    Kubelet,
}

/// When the node lifecycle controller takes a taint off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RemovedWhen {
    /// The node is ready again.
    Ready,
    /// The condition that the taint stands for is over.
    ConditionOver,
}

/// Who manages the taints of this key: the node lifecycle controller those that stand for
/// a condition of the node (`pkg/controller/nodelifecycle`, 1.37.1), nobody any other.
#[must_use]
pub fn taint_managed_by(key: &str) -> Option<ManagedBy> {
    let when = match key.strip_prefix("node.kubernetes.io/")? {
        "not-ready" | "unreachable" => RemovedWhen::Ready,
        "disk-pressure" | "memory-pressure" | "pid-pressure" | "network-unavailable" => {
            RemovedWhen::ConditionOver
        }
        _ => return None,
    };
    Some(ManagedBy::NodeLifecycleController(when))
}

/// Who manages the label of this key: the kubelet those that say what the node is, and it
/// sets them at its next start (`updateDefaultLabels`, 1.37.1).
#[must_use]
pub fn label_managed_by(key: &str) -> Option<ManagedBy> {
    let is_kept = matches!(
        key,
        "kubernetes.io/os" | "kubernetes.io/arch" | "kubernetes.io/hostname"
    );
    is_kept.then_some(ManagedBy::Kubelet)
}
