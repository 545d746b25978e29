//! Other controllers that adopt or release pods.

use std::collections::HashMap;

use crate::engine::claim::Claimant;
use crate::engine::overlap::acting_selector;
use crate::model::selector::Selector;
use crate::model::{DaemonSet, List, OwnerReference, Pod, Snapshot, Workload, WorkloadKind};

/// The other controllers in a DaemonSet's namespace that own pods themselves.
#[derive(Default)]
pub(super) struct OtherControllers<'a>(Vec<(&'a Workload, Selector)>);

impl<'a> OtherControllers<'a> {
    pub(super) fn new(snapshot: &'a Snapshot, ds: &DaemonSet) -> Self {
        let workloads = snapshot.workloads.iter().flatten();
        let others = workloads.filter(|other| {
            let is_self = other.kind == WorkloadKind::DaemonSet && *other.name == *ds.name;
            // A Deployment's pods belong to its ReplicaSets.
            let owns_pods = other.kind != WorkloadKind::Deployment;
            let acts = !other.deleting && !other.finished;
            *other.namespace == *ds.namespace && owns_pods && !is_self && acts
        });
        let parsed = others.filter_map(|w| Some((w, acting_selector(w.selector.as_ref())?)));
        Self(parsed.collect())
    }

    /// Those that adopt `pod` once it has no controller.
    pub(super) fn adopters(&self, pod: &Pod) -> impl Iterator<Item = &'a Workload> {
        let adopters = self.0.iter();
        let adopters =
            adopters.filter(|(other, s)| counts_pod(other, pod) && claims(other, s, pod));
        adopters.map(|(other, _)| *other)
    }

    /// Whether `owner`, which controls `pod`, releases it.
    fn releases(&self, owner: &OwnerReference, pod: &Pod) -> bool {
        let mut others = self.0.iter();
        let other =
            others.find(|(other, _)| *other.uid == *owner.uid && *other.name == *owner.name);
        other.is_some_and(|(other, s)| counts_pod(other, pod) && !claims(other, s, pod))
    }
}

/// ReplicaSets and ReplicationControllers skip pods that have ended (`FilterActivePods` of
/// `syncReplicaSet`, 1.37.1).
fn counts_pod(other: &Workload, pod: &Pod) -> bool {
    use WorkloadKind::{ReplicaSet, ReplicationController};
    !(matches!(other.kind, ReplicaSet | ReplicationController) && pod.is_terminal())
}

/// `ClaimPods` (1.37.1) of a controller that isn't being deleted: it adopts what matches and
/// releases what doesn't. A StatefulSet only looks at pods with its own names (`isMemberOf`,
/// 1.37.1).
fn claims(other: &Workload, selector: &Selector, pod: &Pod) -> bool {
    let named = match other.kind {
        WorkloadKind::StatefulSet => {
            let ordinal = pod.name.strip_prefix(&*other.name);
            let ordinal = ordinal.and_then(|rest| rest.strip_prefix('-'));
            ordinal.is_some_and(|o| !o.is_empty() && o.bytes().all(|b| b.is_ascii_digit()))
        }
        _ => true,
    };
    named && selector.matches(&pod.labels)
}

/// What other controllers release and the DaemonSet then adopts.
pub(super) struct ReleasedByOthers {
    /// The snapshot after they have released it.
    pub(super) snapshot: Snapshot,
    /// The previous controllers of the pods, by pod name.
    pub(super) owners: HashMap<Box<str>, OwnerReference>,
}

impl ReleasedByOthers {
    /// `None` when there is no such pod.
    pub(super) fn new(snapshot: &Snapshot, ds: &DaemonSet) -> Option<Self> {
        let claimant = Claimant::new(ds).ok().filter(Claimant::claims_pods)?;
        let others = OtherControllers::new(snapshot, ds);
        let pods = snapshot.pods_in(&ds.namespace)?.iter();
        let matched =
            pods.filter(|pod| !pod.is_deleting() && claimant.selector.matches(&pod.labels));
        let owned = matched.filter_map(|pod| Some((pod, pod.controller()?)));
        let owners: HashMap<Box<str>, OwnerReference> = owned
            .filter(|(pod, owner)| others.releases(owner, pod))
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
                pod.remove_owner(&owner.uid);
            }
        }
        Some(Self {
            snapshot: then,
            owners,
        })
    }
}
