//! What one sync does to the pods of a DaemonSet: [`manage()`], and then, if that
//! did nothing and the strategy says so, [`rolling_update()`].
//!
//! The controller goes through maps, whose order is random. Every answer separates what it does
//! whatever the order from what it picks among several ([`Choice`]).

pub mod choice;
pub mod int_or_percent;
pub mod manage;
pub mod node_state;
pub mod rolling_update;
pub mod strategy;

use jiff::Timestamp;
use k8s_openapi::api::apps::v1::DaemonSetUpdateStrategy;

use crate::model::{DaemonSet, Node, Pod};

use super::daemon_set::CompiledDaemonSet;
use super::finding::Ignore;
use super::pods::{PodsByNode, is_pod_available, is_pod_updated};
use super::should_run::{Decision, node_should_run_daemon_pod};

pub use choice::{BURST_REPLICAS, Choice};
pub use manage::{
    DeletionCause, Deletions, FailedPods, Managed, NodePods, PodDeletion,
    get_unscheduled_pods_without_node, manage, pods_should_be_on_node,
};
pub use node_state::NodeState;
pub use rolling_update::{
    RollingUpdate, RollingUpdateError, RolloutNode, RolloutNodes, rolling_update, rolling_update_of,
};
pub use strategy::{
    InvalidBudget, RolloutBudgets, allows_surge, surge_count, unavailable_count,
    updated_desired_node_counts,
};

/// All inputs of a sync.
#[derive(Clone, Copy, Debug)]
pub struct Inputs<'a> {
    /// The template, compiled.
    pub compiled: &'a CompiledDaemonSet,
    /// `spec.updateStrategy`, with the server's defaults if it was read from there.
    pub strategy: Option<&'a DaemonSetUpdateStrategy>,
    /// `spec.minReadySeconds`.
    pub min_ready_seconds: i32,
    /// The template generation of the annotation, if any.
    pub template_generation: Option<i64>,
    /// Hash of the current revision; `None` when it doesn't exist yet.
    pub hash: Option<&'a str>,
    /// All nodes of the cluster.
    pub nodes: &'a [Node],
    /// The claimed pods.
    pub pods: &'a PodsByNode<'a>,
    /// The controller's clock.
    pub now: Timestamp,
}

impl<'a> Inputs<'a> {
    /// Takes the inputs of a sync from `ds`.
    #[must_use]
    pub fn new(
        ds: &'a DaemonSet,
        compiled: &'a CompiledDaemonSet,
        hash: Option<&'a str>,
        nodes: &'a [Node],
        pods: &'a PodsByNode<'a>,
        now: Timestamp,
    ) -> Self {
        Self {
            compiled,
            strategy: ds.object.spec.update_strategy.as_ref(),
            min_ready_seconds: ds.min_ready_seconds(),
            template_generation: ds.template_generation(),
            hash,
            nodes,
            pods,
            now,
        }
    }

    /// Whether `pod` is available by the controller's clock.
    #[must_use]
    pub fn is_available(&self, pod: &Pod) -> bool {
        is_pod_available(pod, self.min_ready_seconds, self.now)
    }

    /// Whether `pod` counts as updated, by its hash or by its generation.
    #[must_use]
    pub fn is_updated(&self, pod: &Pod) -> bool {
        is_pod_updated(pod, self.hash, self.template_generation)
    }

    /// Whether `node` should run a pod and keep one.
    #[must_use]
    pub fn decide(&self, node: &Node) -> Decision {
        node_should_run_daemon_pod(self.compiled, node, &mut Ignore)
    }
}

/// `spec.updateStrategy.type` is `RollingUpdate`: only then does
/// `updateDaemonSet` (1.37.1) go on to the rolling update.
#[must_use]
pub fn is_rolling_update(strategy: Option<&DaemonSetUpdateStrategy>) -> bool {
    strategy.and_then(|s| s.type_.as_deref()) == Some("RollingUpdate")
}
