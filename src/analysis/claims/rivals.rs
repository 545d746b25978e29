//! Other controllers that take pods over, or let them go.

use std::collections::HashMap;

use crate::engine::claim::Claimant;
use crate::engine::overlap::acting_selector;
use crate::model::selector::Selector;
use crate::model::{DaemonSet, List, OwnerReference, Pod, Snapshot, Workload, WorkloadKind};

/// The other controllers of a DaemonSet's namespace that own pods themselves.
#[derive(Default)]
pub(super) struct Rivals<'a>(Vec<(&'a Workload, Selector)>);

impl<'a> Rivals<'a> {
    pub(super) fn new(snapshot: &'a Snapshot, ds: &DaemonSet) -> Self {
        let workloads = snapshot.workloads.iter().flatten();
        let rivals = workloads.filter(|other| {
            let is_self = other.kind == WorkloadKind::DaemonSet && *other.name == *ds.name;
            // A Deployment's pods are its ReplicaSets'.
            let owns_pods = other.kind != WorkloadKind::Deployment;
            let acts = !other.deleting && !other.finished;
            *other.namespace == *ds.namespace && owns_pods && !is_self && acts
        });
        let parsed = rivals.filter_map(|r| Some((r, acting_selector(r.selector.as_ref())?)));
        Self(parsed.collect())
    }

    /// Those that take `pod` over once it is nobody's.
    pub(super) fn takers(&self, pod: &Pod) -> impl Iterator<Item = &'a Workload> {
        let takers = self.0.iter();
        let takers = takers.filter(|(rival, s)| sees(rival, pod) && claims(rival, s, pod));
        takers.map(|(rival, _)| *rival)
    }

    /// Whether `owner`, which controls `pod`, lets it go.
    fn lets_go(&self, owner: &OwnerReference, pod: &Pod) -> bool {
        let mut rivals = self.0.iter();
        let rival =
            rivals.find(|(rival, _)| *rival.uid == *owner.uid && *rival.name == *owner.name);
        rival.is_some_and(|(rival, s)| sees(rival, pod) && !claims(rival, s, pod))
    }
}

/// ReplicaSets and ReplicationControllers pass over pods that have ended
/// (`FilterActivePods` of `syncReplicaSet`, 1.37.1).
fn sees(rival: &Workload, pod: &Pod) -> bool {
    use WorkloadKind::{ReplicaSet, ReplicationController};
    !(matches!(rival.kind, ReplicaSet | ReplicationController) && pod.is_terminal())
}

/// `ClaimPods` (1.37.1) of a controller that isn't being deleted: it takes what matches
/// and lets go what doesn't. A StatefulSet looks at the pods of its own names alone
/// (`isMemberOf`, 1.37.1).
fn claims(rival: &Workload, selector: &Selector, pod: &Pod) -> bool {
    let named = match rival.kind {
        WorkloadKind::StatefulSet => {
            let ordinal = pod.name.strip_prefix(&*rival.name);
            let ordinal = ordinal.and_then(|rest| rest.strip_prefix('-'));
            ordinal.is_some_and(|o| !o.is_empty() && o.bytes().all(|b| b.is_ascii_digit()))
        }
        _ => true,
    };
    named && selector.matches(&pod.labels)
}

/// What other controllers let go and the DaemonSet then takes over.
pub(super) struct LetGo {
    /// The snapshot once they have.
    pub(super) snapshot: Snapshot,
    /// Who had the pods, by their names.
    pub(super) owners: HashMap<Box<str>, OwnerReference>,
}

impl LetGo {
    /// `None` when there is no such pod.
    pub(super) fn new(snapshot: &Snapshot, ds: &DaemonSet) -> Option<Self> {
        let claimant = Claimant::new(ds).ok().filter(Claimant::comes_to_claim)?;
        let rivals = Rivals::new(snapshot, ds);
        let pods = snapshot.pods_in(&ds.namespace)?.iter();
        let let_go =
            pods.filter(|pod| !pod.is_deleting() && claimant.selector.matches(&pod.labels));
        let let_go = let_go.filter_map(|pod| Some((pod, pod.controller()?)));
        let owners: HashMap<Box<str>, OwnerReference> = let_go
            .filter(|(pod, owner)| rivals.lets_go(owner, pod))
            .map(|(pod, owner)| (pod.name.clone(), owner.clone()))
            .collect();
        if owners.is_empty() {
            return None;
        }
        let mut then = snapshot.clone();
        for pod in then.pods.iter_mut().flat_map(List::to_mut) {
            if let Some(owner) = owners
                .get(&pod.name)
                .filter(|_| *pod.namespace == *ds.namespace)
            {
                pod.disown(&owner.uid);
            }
        }
        Some(Self {
            snapshot: then,
            owners,
        })
    }
}
