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
use super::overall_health::Health;
use super::pod::{DaemonPod, PodState};
use super::pods_here::only_condition_taints;
use super::reason::{Code, Misscheduled, Reason, Shortage};
use super::remedy::Distance;
use super::requests::UnreadableRequests;
use super::rollout::plan::StrategyType;

pub use sums::{Allocatable, Sums};

/// What becomes of a DaemonSet on a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum State {
    /// It should run here, and a pod is here.
    Runs,
    /// It should run here, and the controller makes a pod at its next sync.
    WouldStart,
    /// A pod is here that shouldn't be; it runs on until a rollout, or a hand, deletes
    /// it, and none is made again.
    LostAtRollout,
    /// A pod is here that shouldn't be; the controller deletes it at its next sync, or
    /// taint eviction does where it is bound.
    WouldStop,
    /// A pod should come or go, and something keeps the controller from it; the
    /// reasons have what.
    Held,
    /// There is none and there should be none.
    Excluded,
    /// The node or its pods couldn't be read.
    Unknown,
}

/// One DaemonSet on the node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnNode {
    /// The DaemonSet.
    pub daemon_set: DaemonSetRef,
    /// What becomes of it here.
    pub state: State,
    /// Whether it is as it should be; `None` when that can't be known.
    pub clean: Option<bool>,
    /// A pod is made here when there is none; `None` when the node couldn't be read.
    pub should_run: Option<bool>,
    /// A pod that is here stays; `None` when the node couldn't be read.
    pub should_continue_running: Option<bool>,
    /// Both in one word.
    pub eligibility: Eligibility,
    /// The state of the pod that counts for the node.
    pub pod_state: PodState,
    /// It is expected to run here, whether or not it does.
    pub expected: bool,
    /// How far the node is from being eligible.
    pub distance: Distance,
    /// Whether all pods of its nodes need it: its priority class is `system-node-critical`.
    pub is_node_critical: bool,
    /// `spec.updateStrategy.type`; under `OnDelete` nothing is rolled by itself.
    pub update_strategy: StrategyType,
    /// What the scheduler counts of its pods here together, as they are; where none is here,
    /// what a new one would request. `None` when a quantity can't be parsed.
    pub requests: Option<Requests>,
    /// What a new pod would request: by the template, with what the namespace's LimitRanges
    /// add. `None` when a quantity of it can't be parsed.
    pub new_pod_requests: Option<Requests>,
    /// How many pods `requests` are of, as far as the node's sums count them.
    pub counted: usize,
    /// Which requests can't be summed, where they are to be counted.
    pub unreadable: Option<UnreadableRequests>,
    /// Whether a new pod is counted, and may request more than is known.
    pub may_get_defaults: bool,
    /// All reasons.
    pub reasons: Vec<Reason>,
    /// The pods, the one that counts first.
    pub pods: Vec<DaemonPod>,
}

/// The node itself, in few words.
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
    /// That the node is being deleted, and who holds it; `None` for one that stays.
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
    /// Those of all states that aren't as they should be.
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
    /// How many are in which state.
    pub summary: Summary,
}

/// Which DaemonSets run on a node, and what they ask of it.
#[derive(Clone, Debug, PartialEq)]
pub struct NodeReport {
    /// What it rests on.
    pub basis: Basis,
    /// Everything is as it should be, as things are today; `None` when that can't be known.
    pub clean: Option<bool>,
    /// The node's name.
    pub node: String,
    /// Whether the node is there; `None` when nodes couldn't be read.
    pub node_exists: Option<bool>,
    /// What there is to say.
    pub on_node: DaemonSetsOnNode,
}

/// A `NodeReport` with `today` and `then` around what differs.
#[derive(Clone, Debug, PartialEq)]
pub struct NodeWhatIf {
    /// What it rests on.
    pub basis: Basis,
    /// Everything is as it should be, as things are today; `None` when that can't be known.
    pub clean: Option<bool>,
    /// The node's name.
    pub node: String,
    /// False for a node of a file, which isn't there yet.
    pub node_exists: bool,
    /// The changes.
    pub changes: Vec<NodeChange>,
    /// What the controller would do about them.
    pub effects: Effects<Affected, Affected>,
    /// What they do to where DaemonSets are expected: those that they break, mend or leave
    /// broken.
    pub expectations: Vec<ExpectationChange>,
    /// As it is; `None` for a node that isn't there yet.
    pub today: Option<DaemonSetsOnNode>,
    /// As it would be, before the controller acts; the sums are those after it has.
    pub then: DaemonSetsOnNode,
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
    /// Whether room on the node is what is wrong: a pod doesn't fit, or the daemon pods ask for
    /// more than there is.
    #[must_use]
    pub fn lacks_room(&self) -> bool {
        self.sums.exceeded().next().is_some() || self.daemon_sets.iter().any(OnNode::lacks_room)
    }
}

impl DaemonSetsOnNode {
    /// The DaemonSets but this one that all pods of the node need and that are broken there.
    #[must_use]
    pub fn broken_besides(&self, but: &DaemonSetRef) -> Vec<DaemonSetRef> {
        let others = self.daemon_sets.iter().filter(|one| one.daemon_set != *but);
        let broken = others.filter(|one| one.is_node_critical && one.health() == Health::Broken);
        broken.map(|one| one.daemon_set.clone()).collect()
    }
}

impl OnNode {
    /// Whether it is expected here and kept from the node.
    #[must_use]
    pub fn is_excluded_though_expected(&self) -> bool {
        self.expected && self.should_run == Some(false)
    }

    /// How it stands here; of one that is excluded only where it is expected.
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

    /// Whether its pod is available, and a container of it ends again and again.
    #[must_use]
    pub fn restarts_again_and_again(&self) -> bool {
        let mut reasons = self.reasons.iter();
        reasons.any(|reason| reason.code() == Code::RestartsAgainAndAgain)
    }

    /// Whether it should be here, is, or is expected.
    #[must_use]
    pub fn is_here(&self) -> bool {
        self.state != State::Excluded || self.expected
    }

    /// Whether a pod of it doesn't fit the node.
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

    /// Whether a pod is only here too long as long as the node has its condition.
    #[must_use]
    pub fn waits_for_the_node(&self) -> bool {
        self.state == State::LostAtRollout && only_condition_taints(&self.reasons)
    }

    /// Whether its pod is lost when somebody deletes it, as nothing is rolled (OnDelete).
    #[must_use]
    pub fn is_lost_by_hand(&self) -> bool {
        self.state == State::LostAtRollout && self.update_strategy == StrategyType::OnDelete
    }

    /// Whether its pod isn't bound here and goes at a sync that nothing has started.
    #[must_use]
    pub fn awaits_sync(&self) -> bool {
        let then = Reason::Misscheduled(Misscheduled::DeletedUnbound);
        self.reasons.contains(&then)
    }

    /// Whether it runs here and taint eviction removes it over and over.
    #[must_use]
    pub fn is_evicted(&self) -> bool {
        is_evicted_again(self.eligibility, &self.reasons)
    }

    /// What a new pod would request of a resource, where that isn't what is counted of the
    /// pods here.
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
