//! The counters of a DaemonSet's status.

use jiff::Timestamp;
use serde::Serialize;

use crate::model::Node;

use super::daemon_set::CompiledDaemonSet;
use super::finding::Ignore;
use super::pods::{PodsByNode, is_pod_available, is_pod_ready, is_pod_updated};
use super::should_run::node_should_run_daemon_pod;

/// The seven counters; they count nodes, not pods.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Counters {
    /// `desiredNumberScheduled`: nodes that should run a pod.
    pub desired: usize,
    /// `currentNumberScheduled`: those of them that have one.
    pub current: usize,
    /// `numberMisscheduled`: other nodes that have one.
    pub misscheduled: usize,
    /// `numberReady`: desired nodes whose first pod is ready.
    pub ready: usize,
    /// `updatedNumberScheduled`: desired nodes whose first pod is updated.
    pub updated: usize,
    /// `numberAvailable`: desired nodes whose first pod is available.
    pub available: usize,
    /// `numberUnavailable`: desired less available.
    pub unavailable: usize,
}

/// What the counters depend on besides nodes and pods.
#[derive(Clone, Copy, Debug)]
pub struct StatusInputs<'a> {
    /// `spec.minReadySeconds`.
    pub min_ready_seconds: i32,
    /// Hash of the current revision; `None` when it doesn't exist yet.
    pub hash: Option<&'a str>,
    /// The template generation of the annotation, if any.
    pub template_generation: Option<i64>,
    /// The controller's clock.
    pub now: Timestamp,
}

/// The counting loop of `updateDaemonSetStatus` (1.37.1): the first pod of a node in sort order
/// counts for the node, even a terminating one.
#[must_use]
pub fn count(
    ds: &CompiledDaemonSet,
    nodes: &[Node],
    pods: &PodsByNode<'_>,
    inputs: StatusInputs<'_>,
) -> Counters {
    let mut counters = Counters::default();
    for node in nodes {
        let decision = node_should_run_daemon_pod(ds, node, &mut Ignore);
        let first = pods.on(&node.name).first();
        if !decision.should_run {
            counters.misscheduled += usize::from(first.is_some());
            continue;
        }
        counters.desired += 1;
        let Some(pod) = first else { continue };
        counters.current += 1;
        let ready = is_pod_ready(pod);
        let available = is_pod_available(pod, inputs.min_ready_seconds, inputs.now);
        let updated = is_pod_updated(pod, inputs.hash, inputs.template_generation);
        counters.ready += usize::from(ready);
        counters.available += usize::from(available);
        counters.updated += usize::from(updated);
    }
    counters.unavailable = counters.desired - counters.available;
    counters
}
