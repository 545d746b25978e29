//! What the controller does in response to a change of a node.

use super::controller::Controller;
use super::daemon_set::DaemonSetAnalysis;
use super::fate::{Fate, is_evicted_again};
use super::node::NodeEligibility;

/// The consequences of a change: `N` names a node's DaemonSet, `P` one of its pods.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effects<N, P> {
    /// A pod is made.
    pub start: Vec<N>,
    /// Pods that are deleted at once, whatever maxUnavailable says.
    pub stop: Vec<P>,
    /// Pods that aren't bound yet: the change of the node starts no sync for them, and the next
    /// sync deletes them.
    pub stop_once_synced: Vec<P>,
    /// Pods that stay for now and aren't created again.
    pub stay: Vec<Staying<P>>,
    /// A taint is tolerated only for some seconds: the pod is evicted and created again, over and
    /// over.
    pub evicted: Vec<N>,
    /// A pod would be created today, in place of none or of ended ones, but not after the change.
    pub no_longer_start: Vec<N>,
    /// Pods that are deleted today (at once, by the next rollout or by taint eviction), but not
    /// after the change.
    pub keep: Vec<P>,
}

/// A pod that stays, and until when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Staying<P> {
    /// The pod.
    pub pod: P,
    /// What deletes it, or makes it count again.
    pub until: StaysUntil,
}

/// How many pods each effect concerns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EffectCounts {
    /// Are created.
    pub start: usize,
    /// Are deleted at once.
    pub stop: usize,
    /// Deleted at the next sync.
    pub stop_once_synced: usize,
    /// Kept until then, and not created again.
    pub stay: [(StaysUntil, usize); 3],
    /// Evicted and created again, over and over.
    pub evicted: usize,
    /// Would be created today only.
    pub no_longer_start: usize,
    /// Would be deleted today only.
    pub keep: usize,
}

/// How long a pod stays that isn't created again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StaysUntil {
    /// The next rollout deletes it.
    Rolled,
    /// Until somebody deletes it, because nothing is rolled (OnDelete).
    Deleted,
    /// Until its node's condition is over; then it counts again. A rollout before that deletes it.
    NodeRecovers,
}

impl StaysUntil {
    /// All of them, in the order in which they are listed.
    pub const ALL: [Self; 3] = [Self::Rolled, Self::Deleted, Self::NodeRecovers];

    fn new(subject: &DaemonSetAnalysis<'_>, node: &NodeEligibility) -> Self {
        if node.waits_for_its_condition() {
            Self::NodeRecovers
        } else if subject.ds.is_on_delete() {
            Self::Deleted
        } else {
            Self::Rolled
        }
    }
}

impl<N, P> Default for Effects<N, P> {
    fn default() -> Self {
        Self {
            start: Vec::new(),
            stop: Vec::new(),
            stop_once_synced: Vec::new(),
            stay: Vec::new(),
            evicted: Vec::new(),
            no_longer_start: Vec::new(),
            keep: Vec::new(),
        }
    }
}

impl<N, P> Effects<N, P> {
    /// The pods that stay until then.
    pub fn staying(&self, until: StaysUntil) -> impl Iterator<Item = &P> {
        let stay = self.stay.iter().filter(move |one| one.until == until);
        stay.map(|one| &one.pod)
    }

    /// How many pods each effect concerns.
    #[must_use]
    pub fn counts(&self) -> EffectCounts {
        let staying = |until| self.staying(until).count();
        EffectCounts {
            start: self.start.len(),
            stop: self.stop.len(),
            stop_once_synced: self.stop_once_synced.len(),
            stay: StaysUntil::ALL.map(|until| (until, staying(until))),
            evicted: self.evicted.len(),
            no_longer_start: self.no_longer_start.len(),
            keep: self.keep.len(),
        }
    }

    /// True when the change doesn't affect what the controller does.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.start.is_empty()
            && self.stop.is_empty()
            && self.stop_once_synced.is_empty()
            && self.stay.is_empty()
            && self.evicted.is_empty()
            && self.no_longer_start.is_empty()
            && self.keep.is_empty()
    }

    /// Adds what happens for `subject` on one node that changes from `today` (`None` if it doesn't
    /// exist yet) to `then`; `node` gets the pod concerned, where there is one.
    pub(super) fn add(
        &mut self,
        subject: &DaemonSetAnalysis<'_>,
        today: Option<&NodeEligibility>,
        then: &NodeEligibility,
        node: impl Fn(Option<&str>) -> N,
        pod: impl Fn(&str) -> P,
    ) {
        let pods = || then.live_pods().map(|p| pod(&p.name));
        match effect(subject.controller, today, then) {
            Some(Effect::Start) => self.start.push(node(None)),
            Some(Effect::NoLongerStart) => self.no_longer_start.push(node(None)),
            Some(Effect::Stop) => self.stop.extend(pods()),
            Some(Effect::StopOnceSynced) => self.stop_once_synced.extend(pods()),
            Some(Effect::Stay) => {
                let until = StaysUntil::new(subject, then);
                self.stay.extend(pods().map(|pod| Staying { pod, until }));
            }
            Some(Effect::Keep) => self.keep.extend(pods()),
            None => {}
        }
        if is_evicted(then) && !today.is_some_and(is_evicted) {
            let pod = then.live_pods().next().map(|p| p.name.as_str());
            self.evicted.push(node(pod));
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Effect {
    Start,
    NoLongerStart,
    Stop,
    StopOnceSynced,
    Stay,
    Keep,
}

fn effect(
    controller: Controller,
    today: Option<&NodeEligibility>,
    then: &NodeEligibility,
) -> Option<Effect> {
    let after = Fate::new(then, controller)?;
    let before = match today {
        Some(today) => Fate::new(today, controller)?,
        None => Fate::Nothing,
    };
    let spared = today.is_some_and(is_evicted) && !is_evicted(then);
    match (before, after) {
        (Fate::Kept, Fate::Kept) if spared => Some(Effect::Keep),
        (before, after) if before == after => None,
        (_, Fate::Created) => Some(Effect::Start),
        (Fate::Created, _) => Some(Effect::NoLongerStart),
        (_, Fate::Deleted) => Some(Effect::Stop),
        (_, Fate::DeletedUnbound) => Some(Effect::StopOnceSynced),
        (_, Fate::NotRecreated) => Some(Effect::Stay),
        (Fate::NotRecreated | Fate::Deleted | Fate::DeletedUnbound, Fate::Kept) => {
            Some(Effect::Keep)
        }
        (_, Fate::Kept | Fate::Nothing) => None,
    }
}

fn is_evicted(node: &NodeEligibility) -> bool {
    is_evicted_again(node.eligibility, &node.reasons)
}
