//! Which creates of pods were refused, judging by events and pods.

use std::collections::HashMap;

use jiff::Timestamp;

use super::{DaemonSet, Event, OwnerReference, Snapshot};

/// The reason of the controller's event about a create that failed.
pub const FAILED_CREATE: &str = "FailedCreate";
/// The reason of its event about a pod that was created.
pub const SUCCESSFUL_CREATE: &str = "SuccessfulCreate";

impl DaemonSet {
    /// Whether it is the object that `owner` names.
    #[must_use]
    pub fn is_owner(&self, owner: Option<&OwnerReference>) -> bool {
        !self.uid().is_empty() && owner.is_some_and(|owner| owner.uid == self.uid())
    }
}

impl Event {
    /// Whether it is about `ds`, and not about a former DaemonSet of the same name.
    #[must_use]
    pub fn is_about(&self, ds: &DaemonSet) -> bool {
        &*self.kind == "DaemonSet"
            && *self.name == *ds.name
            && *self.namespace == *ds.namespace
            && (self.uid.is_empty() || ds.uid().is_empty() || *self.uid == *ds.uid())
    }
}

/// The last creates for one DaemonSet.
#[derive(Clone, Debug, Default)]
struct LastCreate<'a> {
    refused: Option<&'a Event>,
    succeeded: Option<Timestamp>,
}

/// The last creates of pods for DaemonSets.
#[derive(Clone, Debug)]
pub struct LastCreates<'a> {
    daemon_sets: &'a [DaemonSet],
    creates: Vec<LastCreate<'a>>,
}

impl<'a> LastCreates<'a> {
    /// Goes once through the events and the pods of `snapshot`.
    #[must_use]
    pub fn new(snapshot: &'a Snapshot, daemon_sets: &'a [DaemonSet]) -> Self {
        let mut last = Self {
            daemon_sets,
            creates: vec![LastCreate::default(); daemon_sets.len()],
        };
        last.add_events(snapshot);
        // Most clusters refuse nothing, and have more pods than events.
        if last.creates.iter().any(|create| create.refused.is_some()) {
            last.add_pods(snapshot);
        }
        last
    }

    fn add_events(&mut self, snapshot: &'a Snapshot) {
        let mut by_name: HashMap<(&str, &str), usize> = HashMap::new();
        for (at, ds) in self.daemon_sets.iter().enumerate() {
            by_name.insert((&ds.namespace, &ds.name), at);
        }
        for event in snapshot.events.iter().flatten() {
            let Some(at) = by_name.get(&(&*event.namespace, &*event.name)) else {
                continue;
            };
            let ds = self.daemon_sets.get(*at);
            let Some(create) = self.creates.get_mut(*at) else {
                continue;
            };
            if !ds.is_some_and(|ds| event.is_about(ds)) {
                continue;
            }
            match &*event.reason {
                FAILED_CREATE => create.refused = Some(later(create.refused, event)),
                SUCCESSFUL_CREATE => create.succeeded = create.succeeded.max(event.last),
                _ => {}
            }
        }
    }

    /// The events of a create may be gone, or not have been read; the pod exists.
    fn add_pods(&mut self, snapshot: &Snapshot) {
        let mut by_uid: HashMap<&str, usize> = HashMap::new();
        for (at, ds) in self.daemon_sets.iter().enumerate() {
            by_uid.insert(ds.uid(), at);
        }
        for pod in snapshot.pods.iter().flatten() {
            let owner = pod.controller();
            let Some(at) = owner.and_then(|owner| by_uid.get(&*owner.uid)) else {
                continue;
            };
            let ds = self.daemon_sets.get(*at);
            let is_its = |ds: &DaemonSet| *pod.namespace == *ds.namespace && ds.is_owner(owner);
            if let Some(create) = self.creates.get_mut(*at).filter(|_| ds.is_some_and(is_its)) {
                create.succeeded = create.succeeded.max(pod.created);
            }
        }
    }

    /// The refusals that weren't followed by a create, each with its DaemonSet. An event outlives
    /// its cause, so a refusal no longer counts once a pod was created later.
    pub fn refused(&self) -> impl Iterator<Item = (&'a DaemonSet, &'a Event)> {
        // Pods have a resolution of seconds: of two creates in the same second the order isn't
        // known.
        let second = |time: Option<Timestamp>| time.map(Timestamp::as_second);
        let both = self.daemon_sets.iter().zip(&self.creates);
        both.filter_map(move |(ds, create)| {
            let refused = create.refused?;
            let succeeded = second(create.succeeded);
            let is_past = second(refused.last).is_some_and(|failed| succeeded > Some(failed));
            (!is_past).then_some((ds, refused))
        })
    }
}

/// The later of the two events.
fn later<'a>(one: Option<&'a Event>, other: &'a Event) -> &'a Event {
    let key = |event: &'a Event| (event.last, event.count, &event.message);
    one.filter(|one| key(one) > key(other)).unwrap_or(other)
}
