//! The reverse of an eligibility report: all DaemonSets on one node.

pub mod analysis;
mod describe;
pub mod groups;
mod sums;

use jiff::Timestamp;
use serde::Serialize;

pub use crate::engine::requests::Requests;
use crate::model::Taint;
use crate::model::node_change::NodeChange;
pub use crate::model::quantity::Quantity;

use super::basis::Basis;
use super::causes::{is_in_progress, root_cause};
use super::coverage::ExpectationChange;
use super::effects::Effects;
use super::eligibility::DaemonSetRef;
use super::fate::is_evicted_again;
use super::node::Eligibility;
use super::orphan::Orphan;
use super::overall_health::Health;
use super::pod::{DaemonPod, PodState};
use super::pods_here::only_condition_taints;
use super::reason::{Code, Misscheduled, Reason, Shortage};
use super::remedy::Distance;
use super::requests::UnreadableRequests;
use super::rollout::plan::StrategyType;

pub use sums::{Allocatable, Sums};

/// The state of a DaemonSet on a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum State {
    /// It should run here and has a pod here.
    Runs,
    /// It should run here, and the controller creates a pod at its next sync.
    WouldStart,
    /// A misscheduled pod is here; it runs until a rollout or somebody deletes it, and isn't
    /// created again.
    LostAtRollout,
    /// A misscheduled pod is here; the controller deletes it at its next sync, or taint eviction
    /// does if it is bound.
    WouldStop,
    /// A pod should be created or deleted, but something prevents the controller from it; the
    /// reasons say what.
    Held,
    /// It has no pod here and should have none.
    Excluded,
    /// The node or its pods couldn't be read.
    Unknown,
}

/// One DaemonSet on the node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnNode {
    /// The DaemonSet.
    pub daemon_set: DaemonSetRef,
    /// Its state here.
    pub state: State,
    /// Whether it is as it should be; `None` when that can't be known.
    pub clean: Option<bool>,
    /// Whether a pod is created here when there is none; `None` when the node couldn't be read.
    pub should_run: Option<bool>,
    /// Whether an existing pod stays; `None` when the node couldn't be read.
    pub should_continue_running: Option<bool>,
    /// Both in one word.
    pub eligibility: Eligibility,
    /// The state of the pod that counts for the node.
    pub pod_state: PodState,
    /// Whether it is expected to run here, whether or not it does.
    pub expected: bool,
    /// How far the node is from being eligible.
    pub distance: Distance,
    /// Whether every pod of its nodes needs it: its priority class is `system-node-critical`.
    pub is_node_critical: bool,
    /// `spec.updateStrategy.type`; under `OnDelete` nothing is rolled automatically.
    pub update_strategy: StrategyType,
    /// What the scheduler counts for its pods here, as they are; without a pod here, what a new one
    /// would request. `None` when a quantity can't be parsed.
    pub requests: Option<Requests>,
    /// What a new pod would request: by the template, plus the defaults of the namespace's
    /// LimitRanges. `None` when one of its quantities can't be parsed.
    pub new_pod_requests: Option<Requests>,
    /// How many pods `requests` covers, as far as the node's sums count them.
    pub counted: usize,
    /// Which requests can't be summed, where they should be counted.
    pub unreadable: Option<UnreadableRequests>,
    /// Whether a new pod is counted that may request more than is known.
    pub may_get_defaults: bool,
    /// All reasons.
    pub reasons: Vec<Reason>,
    /// The pods, the one that counts first.
    pub pods: Vec<DaemonPod>,
}

/// The node itself, in brief.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// The condition `Ready`; `None` when the node has none.
    pub ready: Option<String>,
    /// Since when.
    pub ready_since: Option<Timestamp>,
    /// `spec.unschedulable`.
    pub cordoned: bool,
    /// The taints.
    pub taints: Vec<Taint>,
    /// The node's deletion, and what holds it; `None` unless it is being deleted.
    pub deletion: Option<NodeDeletion>,
}

/// A node that is being deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeDeletion {
    /// Since when.
    pub since: Timestamp,
    /// The finalizers that hold it.
    pub finalizers: Vec<String>,
}

/// How many DaemonSets are in which state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the number of a state")]
pub struct Summary {
    pub runs: usize,
    pub would_start: usize,
    pub lost_at_rollout: usize,
    pub would_stop: usize,
    pub held: usize,
    pub excluded: usize,
    pub unknown: usize,
    /// Those with problems, in any state.
    pub not_clean: usize,
}

/// A node and its DaemonSets at one time: as they are, or after a what-if.
#[derive(Clone, Debug, PartialEq)]
pub struct DaemonSetsOnNode {
    /// The node itself; `None` when it couldn't be read.
    pub condition: Option<Condition>,
    /// The DaemonSets by namespace and name.
    pub daemon_sets: Vec<OnNode>,
    /// Requests, allocatable, and what is left.
    pub sums: Sums,
    /// How many DaemonSets are in which state.
    pub summary: Summary,
}

/// Which DaemonSets run on a node, and what they request there.
#[derive(Clone, Debug, PartialEq)]
pub struct NodeReport {
    /// What it rests on.
    pub basis: Basis,
    /// Whether everything is as it should be today; `None` when that can't be known.
    pub clean: Option<bool>,
    /// The node's name.
    pub node: String,
    /// Whether the node exists; `None` when nodes couldn't be read.
    pub node_exists: Option<bool>,
    /// The DaemonSets on the node.
    pub on_node: DaemonSetsOnNode,
    /// The daemon pods there whose DaemonSets don't exist any more.
    pub orphans: Vec<Orphan>,
}

/// A `NodeReport` with `today` and `then` around the parts that differ.
#[derive(Clone, Debug, PartialEq)]
pub struct NodeWhatIf {
    /// What it rests on.
    pub basis: Basis,
    /// Whether everything is as it should be today; `None` when that can't be known.
    pub clean: Option<bool>,
    /// The node's name.
    pub node: String,
    /// False for a node from a file, which doesn't exist yet.
    pub node_exists: bool,
    /// The changes.
    pub changes: Vec<NodeChange>,
    /// What the controller would do in response.
    pub effects: Effects<Affected, Affected>,
    /// The effect on expectations: those that the changes break, fix or leave broken.
    pub expectations: Vec<ExpectationChange>,
    /// As it is; `None` for a node that doesn't exist yet.
    pub today: Option<DaemonSetsOnNode>,
    /// As it would be, before the controller acts; the sums are those after it has acted.
    pub then: DaemonSetsOnNode,
}

impl NodeWhatIf {
    /// What daemon pods ask of a node that isn't there yet; `None` for one that is.
    #[must_use]
    pub const fn sums_of_new_node(&self) -> Option<&Sums> {
        if self.node_exists {
            return None;
        }
        Some(&self.then.sums)
    }

    /// Whether the node isn't there yet and has less than its daemon pods ask for.
    #[must_use]
    pub fn is_too_small(&self) -> bool {
        let sums = self.sums_of_new_node();
        sums.is_some_and(|sums| sums.exceeded().next().is_some())
    }
}

/// A DaemonSet that a change affects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Affected {
    /// The DaemonSet.
    pub daemon_set: DaemonSetRef,
    /// The pod, where there is one.
    pub pod: Option<String>,
}

impl DaemonSetsOnNode {
    /// Whether room on the node is the problem: a pod doesn't fit, or the daemon pods request more
    /// than there is.
    #[must_use]
    pub fn lacks_room(&self) -> bool {
        self.sums.exceeded().next().is_some() || self.daemon_sets.iter().any(OnNode::lacks_room)
    }
}

impl DaemonSetsOnNode {
    /// The other DaemonSets that every pod of the node needs and that are broken there.
    #[must_use]
    pub fn broken_besides(&self, but: &DaemonSetRef) -> Vec<DaemonSetRef> {
        let others = self.daemon_sets.iter().filter(|one| one.daemon_set != *but);
        let broken = others.filter(|one| one.is_node_critical && one.health() == Health::Broken);
        broken.map(|one| one.daemon_set.clone()).collect()
    }
}

impl OnNode {
    /// Whether it is expected here but excluded.
    #[must_use]
    pub fn is_excluded_though_expected(&self) -> bool {
        self.expected && self.should_run == Some(false)
    }

    /// Its health here; for an excluded one only where it is expected.
    #[must_use]
    pub fn health(&self) -> Health {
        let cause = root_cause(&self.reasons);
        match (self.state, self.clean) {
            (_, Some(true)) if self.restarts_again_and_again() => Health::NeedsAttention,
            (_, Some(true)) => Health::Healthy,
            (_, None) => Health::Unknown,
            _ if self.is_excluded_though_expected() => Health::Broken,
            (State::LostAtRollout | State::WouldStop, _) => Health::NeedsAttention,
            (State::Runs, _) if cause.map(Reason::code) == Some(Code::PodOutdated) => {
                Health::NeedsAttention
            }
            (State::Runs, _) if cause.is_some_and(is_in_progress) => Health::NeedsAttention,
            _ => Health::Broken,
        }
    }

    /// Whether its pod is available but one of its containers keeps restarting.
    #[must_use]
    pub fn restarts_again_and_again(&self) -> bool {
        let mut reasons = self.reasons.iter();
        reasons.any(|reason| reason.code() == Code::RestartsAgainAndAgain)
    }

    /// Whether it should be here, is here, or is expected here.
    #[must_use]
    pub fn is_here(&self) -> bool {
        self.state != State::Excluded || self.expected
    }

    /// Whether one of its pods doesn't fit the node.
    fn lacks_room(&self) -> bool {
        self.reasons.iter().any(|reason| match reason {
            Reason::PodUnschedulable { lacks, .. } => {
                let is_room = |lack: &Shortage| matches!(lack, Shortage::Resource { .. });
                lacks.iter().any(is_room)
            }
            _ => false,
        })
    }

    /// Whether its pods are counted: it runs here now, or will at the next sync.
    #[must_use]
    pub const fn counts(&self) -> bool {
        match self.state {
            State::Runs | State::WouldStart | State::LostAtRollout => true,
            State::Held => !self.pods.is_empty(),
            State::Unknown => matches!(self.should_run, Some(true)) || !self.pods.is_empty(),
            State::WouldStop | State::Excluded => false,
        }
    }

    /// Whether a pod is only misscheduled as long as the node has its condition.
    #[must_use]
    pub fn waits_for_the_node(&self) -> bool {
        self.state == State::LostAtRollout && only_condition_taints(&self.reasons)
    }

    /// Whether its pod is lost when somebody deletes it, because nothing is rolled (OnDelete).
    #[must_use]
    pub fn is_lost_by_hand(&self) -> bool {
        self.state == State::LostAtRollout && self.update_strategy == StrategyType::OnDelete
    }

    /// Whether its pod isn't bound here and is deleted at a sync that nothing has started yet.
    #[must_use]
    pub fn awaits_sync(&self) -> bool {
        let then = Reason::Misscheduled(Misscheduled::DeletedUnbound);
        self.reasons.contains(&then)
    }

    /// Whether it runs here and taint eviction repeatedly removes it.
    #[must_use]
    pub fn is_evicted(&self) -> bool {
        is_evicted_again(self.eligibility, &self.reasons)
    }

    /// What a new pod would request of a resource, where that differs from what is counted for the
    /// existing pods.
    #[must_use]
    pub fn differing_new_pod(&self, resource: &str) -> Option<Quantity> {
        let (requests, new_pod) = (self.requests.as_ref()?, self.new_pod_requests.as_ref()?);
        let amount = |of: &Requests| of.get(resource).copied().unwrap_or_default();
        let new_pod = amount(new_pod);
        (amount(requests) != new_pod.times(self.counted.max(1))).then_some(new_pod)
    }

    /// Its name with the namespace.
    #[must_use]
    pub fn full_name(&self) -> String {
        self.daemon_set.to_string()
    }
}
