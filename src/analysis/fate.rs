//! What happens to the pods of a node when the controller syncs it. What a rollout loses is in
//! [`super::rollout::lost`].

use crate::engine::Decision;

use super::controller::Controller;
use super::node::{Eligibility, NodeEligibility, NodePods};
use super::pod::{DaemonPod, PodState};
use super::pods_here::only_condition_taints;
use super::reason::{Code, Misscheduled, Reason};

/// What happens to a DaemonSet's pods on a node when the controller syncs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// One is created.
    Created,
    /// What runs is kept.
    Kept,
    /// A running pod is kept until it is deleted, by a rollout or by hand, and isn't created again.
    NotRecreated,
    /// A running pod is deleted, by the controller or by taint eviction.
    Deleted,
    /// A pod that isn't scheduled yet is deleted at the next sync, which the node doesn't start.
    DeletedUnbound,
    /// There is no pod and none is created.
    Nothing,
}

impl Fate {
    /// The fate of the pods of `node`; `None` where the node or its pods couldn't be read. Taint
    /// eviction deletes pods that don't tolerate a NoExecute taint even where the controller
    /// doesn't act.
    #[must_use]
    pub fn new(node: &NodeEligibility, controller: Controller) -> Option<Self> {
        if node.pod_state == PodState::Unknown {
            return None;
        }
        let runs = node.live_pods().next().is_some();
        let goes = controller.acts() || taint_evicts(&node.reasons);
        let starts_sync = is_seen_by_its_node(&node.pods);
        let fate = match (node.eligibility, runs) {
            (Eligibility::Unknown, _) => return None,
            (Eligibility::Eligible, false) if controller.creates() => Self::Created,
            (_, false) => Self::Nothing,
            (Eligibility::Excluded, true) if goes && starts_sync => Self::Deleted,
            (Eligibility::Excluded, true) if controller.acts() => Self::DeletedUnbound,
            (Eligibility::KeepsRunning, true) if controller.acts() => Self::NotRecreated,
            (_, true) => Self::Kept,
        };
        Some(fate)
    }
}

/// Whether a change of the node may start a sync for its pods: `syncNodeUpdate` (1.37.1), like
/// taint eviction, looks only at bound pods.
#[must_use]
pub fn is_seen_by_its_node(pods: &[DaemonPod]) -> bool {
    pods.iter().any(|pod| pod.node_name.is_some())
}

/// Whether taint eviction repeatedly removes a pod that should run.
#[must_use]
pub fn is_evicted_again(eligibility: Eligibility, reasons: &[Reason]) -> bool {
    let mut codes = reasons.iter().map(Reason::code);
    eligibility == Eligibility::Eligible && codes.any(|code| code == Code::EvictedAgainAndAgain)
}

/// Whether taint eviction deletes the pods, whatever the controller does.
#[must_use]
pub fn taint_evicts(reasons: &[Reason]) -> bool {
    let by_taint = |r: &Reason| matches!(r, Reason::UntoleratedNoExecute(_));
    reasons.iter().any(by_taint)
}

/// What happens to `pods` on a node that should run none.
pub(super) fn misscheduled(
    decision: Decision,
    pods: &[DaemonPod],
    reasons: &[Reason],
    context: NodePods<'_>,
) -> Misscheduled {
    let all = |states: &[PodState]| pods.iter().all(|p| states.contains(&p.state));
    let acts = context.controller.acts();
    match (
        decision.should_continue_running,
        only_condition_taints(reasons),
    ) {
        _ if all(&[PodState::Terminating]) => Misscheduled::Terminating,
        _ if !acts && taint_evicts(reasons) && is_seen_by_its_node(pods) => Misscheduled::Evicted,
        _ if !acts => Misscheduled::Kept,
        // `podsShouldBeOnNode` (1.37.1) deletes ended pods even on nodes that keep running ones.
        (true, _) if all(&[PodState::Terminating, PodState::Failed]) => Misscheduled::Ended,
        (true, true) => Misscheduled::UntilRecovery,
        (true, false) if context.context.on_delete => Misscheduled::UntilDeleted,
        (true, false) => Misscheduled::UntilRolled,
        (false, _) if is_seen_by_its_node(pods) => Misscheduled::Deleted,
        (false, _) => Misscheduled::DeletedUnbound,
    }
}
