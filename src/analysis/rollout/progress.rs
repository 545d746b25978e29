//! How far a rollout is, and what it waits for.

use jiff::SignedDuration;

use crate::analysis::reason::Code;
use crate::engine::pods::available_at;
use crate::engine::rollout::{NodeState, Visited};
use crate::model::Pod;

use super::ground::Ground;
use super::ledger::holder;
use super::plan::Holder;

/// How far a rollout is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// `metadata.generation` of the DaemonSet.
    pub generation: i64,
    /// Nodes that should run a pod.
    pub desired: usize,
    /// Those of them with one current pod, which is available.
    pub done: usize,
    /// Nodes that aren't done and don't wait for their turn either, by name.
    pub unsettled: Vec<Unsettled>,
    /// Pods that are being deleted.
    pub terminating: usize,
}

/// A node that isn't done, and what may become of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsettled {
    /// The node, its pod and the reason.
    pub holder: Holder,
    /// Whether that passes.
    pub heals: Heals,
}

/// Whether something passes without anybody's doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heals {
    /// At a time that is known.
    InTime,
    /// As a rule: a pod that starts. `progressDeadlineSeconds` of Deployments is ten
    /// minutes by default, and so long a pod is taken to be starting here.
    WhenStarted,
    /// The pod garbage collector removes it, which takes 40 s and more.
    WhenCollected,
    /// Not by itself.
    ByHand,
}

impl Heals {
    /// For how many seconds without progress it may still pass; `None` for any.
    #[must_use]
    pub const fn seconds(self) -> Option<i64> {
        match self {
            Self::InTime => None,
            Self::WhenStarted => Some(600),
            Self::WhenCollected => Some(120),
            Self::ByHand => Some(0),
        }
    }
}

/// A pod goes when its grace period is over; the kubelet has so long to say so.
const AFTER_GRACE: SignedDuration = SignedDuration::from_secs(30);

/// `None` where it can't be known.
pub(super) fn progress(ground: &Ground<'_>) -> Option<Progress> {
    let walk = ground.walk.as_ref()?;
    let eligible = || walk.visited.iter().filter(|v| v.should_run == Some(true));
    let done = eligible().filter(|v| is_done(v.state)).count();
    let terminating = walk.visited.iter().flat_map(|v| ground.pods_on(v.node));
    Some(Progress {
        generation: ground.ds().generation(),
        desired: walk.desired,
        done,
        unsettled: unsettled(ground),
        terminating: terminating.filter(|pod| pod.is_deleting()).count(),
    })
}

const fn is_done(state: NodeState<'_>) -> bool {
    matches!(
        state,
        NodeState::Updated {
            available: true,
            ..
        }
    )
}

fn unsettled(ground: &Ground<'_>) -> Vec<Unsettled> {
    let visited = ground.walk.iter().flat_map(|w| &w.visited);
    // What holds the budget counts on nodes that shouldn't run a pod, too.
    let surges = ground.update().is_some_and(|u| u.counts.max_surge > 0);
    let holds = |v: &Visited<'_>| {
        if v.should_run == Some(true) || !surges {
            v.state.is_unavailable()
        } else {
            v.state.is_surging()
        }
    };
    let unsettled = visited.filter(|v| holds(v)).map(|visited| {
        let holder = holder(ground, visited);
        let heals = heals(ground, &holder);
        Unsettled { holder, heals }
    });
    let mut unsettled: Vec<_> = unsettled.collect();
    unsettled.sort_by(|a, b| a.holder.node.cmp(&b.holder.node));
    unsettled
}

fn heals(ground: &Ground<'_>, holder: &Holder) -> Heals {
    let pods = ground.pods_on(&holder.node).iter();
    let pod = pods
        .copied()
        .find(|p| Some(&*p.name) == holder.pod.as_deref());
    match (holder.reason, pod) {
        (Code::PodNotYetAvailable, Some(pod)) => {
            match available_at(pod, ground.ds().min_ready_seconds()) {
                Some(_) => Heals::InTime,
                None => Heals::ByHand,
            }
        }
        (Code::PodTerminating, Some(pod)) => going(ground, pod),
        (Code::PodMissing | Code::PodPending | Code::PodNotReady, _) => Heals::WhenStarted,
        (Code::ContainerWaiting, Some(pod)) if is_starting(pod) => Heals::WhenStarted,
        // The scheduler hasn't looked at it yet.
        (Code::PodUnschedulable, Some(pod)) if pod.scheduled.is_none() => Heals::WhenStarted,
        (Code::NodeMissing, _) => Heals::WhenCollected,
        _ => Heals::ByHand,
    }
}

fn going(ground: &Ground<'_>, pod: &Pod) -> Heals {
    let end = pod
        .deletion
        .and_then(|end| end.checked_add(AFTER_GRACE).ok());
    match end {
        Some(end) if end >= ground.subject.snapshot.now => Heals::InTime,
        _ => Heals::ByHand,
    }
}

/// What a kubelet says of a container that it hasn't started yet and that nothing is wrong with.
fn is_starting(pod: &Pod) -> bool {
    let reason = pod.trouble.as_ref().map(|t| &*t.reason);
    matches!(reason, Some("ContainerCreating" | "PodInitializing"))
}
