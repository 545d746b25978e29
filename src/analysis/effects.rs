//! What the controller would do about a change of a node.

use super::controller::Controller;
use super::fate::{Fate, is_evicted_again};
use super::node::NodeEligibility;

/// What would follow of a change: `N` is how a node's DaemonSet is called, `P` how a pod of it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effects<N, P> {
    /// A pod is made.
    pub start: Vec<N>,
    /// Pods that are deleted at once, whatever maxUnavailable says.
    pub stop: Vec<P>,
    /// Pods that stay until the next rollout deletes them, and none is made again.
    pub stay: Vec<P>,
    /// A taint is tolerated for some seconds only: the pod is evicted and made again,
    /// over and over.
    pub evicted: Vec<N>,
    /// A pod would be made today, in place of none or of those that have ended, and is
    /// no longer then.
    pub no_longer_start: Vec<N>,
    /// Pods that are deleted today, at once, by the next rollout or by taint eviction,
    /// and are not then.
    pub keep: Vec<P>,
}

impl<N, P> Default for Effects<N, P> {
    fn default() -> Self {
        Self {
            start: Vec::new(),
            stop: Vec::new(),
            stay: Vec::new(),
            evicted: Vec::new(),
            no_longer_start: Vec::new(),
            keep: Vec::new(),
        }
    }
}

impl<N, P> Effects<N, P> {
    /// True when the change changes nothing of what the controller does.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.start.is_empty()
            && self.stop.is_empty()
            && self.stay.is_empty()
            && self.evicted.is_empty()
            && self.no_longer_start.is_empty()
            && self.keep.is_empty()
    }

    /// Adds what follows on one node of a DaemonSet, from `today`, `None` for a node that
    /// isn't there yet, to `then`; `node` is given the pod that is meant, where there is one.
    pub(super) fn add(
        &mut self,
        controller: Controller,
        today: Option<&NodeEligibility>,
        then: &NodeEligibility,
        node: impl Fn(Option<&str>) -> N,
        pod: impl Fn(&str) -> P,
    ) {
        let pods = || then.live_pods().map(|p| pod(&p.name));
        match effect(controller, today, then) {
            Some(Effect::Start) => self.start.push(node(None)),
            Some(Effect::NoLongerStart) => self.no_longer_start.push(node(None)),
            Some(Effect::Stop) => self.stop.extend(pods()),
            Some(Effect::Stay) => self.stay.extend(pods()),
            Some(Effect::Keep) => self.keep.extend(pods()),
            None => {}
        }
        if is_evicted_again(then) && !today.is_some_and(is_evicted_again) {
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
    let spared = today.is_some_and(is_evicted_again) && !is_evicted_again(then);
    match (before, after) {
        (Fate::Kept, Fate::Kept) if spared => Some(Effect::Keep),
        (before, after) if before == after => None,
        (_, Fate::Created) => Some(Effect::Start),
        (Fate::Created, _) => Some(Effect::NoLongerStart),
        (_, Fate::Deleted) => Some(Effect::Stop),
        (_, Fate::Lost) => Some(Effect::Stay),
        (Fate::Lost | Fate::Deleted, Fate::Kept) => Some(Effect::Keep),
        (_, Fate::Kept | Fate::Nothing) => None,
    }
}
