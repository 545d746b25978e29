//! Nodes whose kubelet rejects every pod.

use k8s_openapi::api::core::v1::PodSpec;

use crate::model::{Node, Pod, Taint};

/// `scheduling.SystemCriticalPriority` (1.37.1).
const SYSTEM_CRITICAL_PRIORITY: i32 = 2_000_000_000;

/// The taint of the condition under which the node's kubelet admits no pod of a template
/// (`managerImpl.Admit` of `pkg/kubelet/eviction`, 1.37.1). Under memory pressure alone it admits
/// daemon pods, which tolerate that taint.
pub(super) fn pressure<'n>(node: &'n Node, template: Option<&PodSpec>) -> Option<&'n Taint> {
    if template.is_some_and(is_critical) {
        return None;
    }
    node.taints.iter().find(|taint| {
        matches!(
            &*taint.key,
            "node.kubernetes.io/disk-pressure" | "node.kubernetes.io/pid-pressure"
        )
    })
}

/// Whether a kubelet rejected or evicted the pod.
pub(super) fn is_evicted(pod: &Pod) -> bool {
    &*pod.phase == "Failed" && &*pod.reason == "Evicted"
}

/// `IsCriticalPod` (1.37.1). User-defined classes have lower priorities.
fn is_critical(template: &PodSpec) -> bool {
    let class = template.priority_class_name.as_deref();
    matches!(
        class,
        Some("system-node-critical" | "system-cluster-critical")
    ) || template
        .priority
        .is_some_and(|priority| priority >= SYSTEM_CRITICAL_PRIORITY)
}
