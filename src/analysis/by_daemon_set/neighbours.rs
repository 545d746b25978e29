//! The controllers beside each DaemonSet.

use std::collections::HashMap;

use crate::engine::claim::{Claim, Claimant};
use crate::engine::overlap::{Side, acting_selector, pod_labels};
use crate::model::selector::Selector;
use crate::model::selector::SelectorIndex;
use crate::model::{OwnerReference, Pod, Snapshot, Workload};

use super::SnapshotPlaces;
use super::claimants::Claimants;

/// The controllers of one namespace, as indexes into the snapshot.
struct Controllers<'a> {
    by_selector: SelectorIndex<'a, usize>,
    /// By name and UID.
    by_identity: HashMap<(&'a str, &'a str), Vec<usize>>,
}

impl<'a> Controllers<'a> {
    fn new(members: &[(usize, &'a Workload, &'a Option<Selector>)]) -> Self {
        let selectors = members.iter();
        let selectors = selectors.filter_map(|(at, _, selector)| Some((selector.as_ref()?, *at)));
        let mut by_identity: HashMap<_, Vec<usize>> = HashMap::new();
        for (at, workload, _) in members {
            let identity = (&*workload.name, &*workload.uid);
            by_identity.entry(identity).or_default().push(*at);
        }
        Self {
            by_selector: SelectorIndex::new(selectors),
            by_identity,
        }
    }

    /// The object that the reference names, of whatever kind.
    fn named<'q>(&'q self, owner: &'q OwnerReference) -> &'q [usize] {
        let identity = (&*owner.name, &*owner.uid);
        self.by_identity.get(&identity).map_or(&[], Vec::as_slice)
    }
}

/// Adds to each part the controllers whose selectors overlap with the DaemonSet's, those that may
/// adopt what it releases, and the owners of any of its objects.
pub(super) fn add_neighbours(
    all: &Snapshot,
    by_namespace: &HashMap<&str, Claimants<'_>>,
    parts: &mut [SnapshotPlaces],
) {
    let Some(workloads) = &all.workloads else {
        return;
    };
    let selectors = workloads.iter();
    let selectors: Vec<_> = selectors
        .map(|workload| acting_selector(workload.selector.as_ref()))
        .collect();
    let mut members: HashMap<&str, Vec<_>> = HashMap::new();
    for (at, (workload, selector)) in workloads.iter().zip(&selectors).enumerate() {
        let here = members.entry(&workload.namespace).or_default();
        here.push((at, workload, selector));
        if let Some(sets) = by_namespace.get(&*workload.namespace) {
            for one in sets.selecting(&pod_labels(workload)) {
                super::add(parts, one, |part| part.workloads.insert(at));
            }
        }
    }
    let members = members.iter();
    let controllers: HashMap<&str, Controllers<'_>> = members
        .map(|(namespace, members)| (*namespace, Controllers::new(members)))
        .collect();
    for (at, (ds, part)) in all.daemon_sets.iter().zip(parts).enumerate() {
        let namespace = ds.namespace.as_str();
        let (Some(here), Some(sets)) = (controllers.get(namespace), by_namespace.get(namespace))
        else {
            continue;
        };
        let side = Side::new(ds, None);
        let may_select = here.by_selector.candidates(side.labels());
        part.workloads.extend(may_select);
        add_adopters(all, here, sets.claimant(at), part);
        add_owners(all, workloads, here, part);
    }
}

/// Adds the controllers that may adopt what the DaemonSet releases.
fn add_adopters(
    all: &Snapshot,
    here: &Controllers<'_>,
    claimant: Option<&Claimant<'_>>,
    part: &mut SnapshotPlaces,
) {
    let is_let_go = |pod: &&Pod| claimant.is_some_and(|c| c.claim_pod(pod) == Claim::Release);
    let pods = all.pods.as_deref().unwrap_or_default();
    let pods = part.pods.iter().filter_map(|at| pods.get(*at));
    let adopters = pods
        .filter(is_let_go)
        .flat_map(|pod| here.by_selector.candidates(&pod.labels));
    part.workloads.extend(adopters);
}

/// Adds the controllers that own any of its objects.
fn add_owners(
    all: &Snapshot,
    workloads: &[Workload],
    here: &Controllers<'_>,
    part: &mut SnapshotPlaces,
) {
    let pods = all.pods.as_deref().unwrap_or_default();
    let revisions = all.revisions.as_deref().unwrap_or_default();
    let pods = part.pods.iter().filter_map(|at| pods.get(*at));
    let revisions = part.revisions.iter().filter_map(|at| revisions.get(*at));
    let others = part.workloads.iter().filter_map(|at| workloads.get(*at));
    let owners = pods.flat_map(|pod| pod.owners.iter());
    let owners = owners.chain(revisions.flat_map(|revision| &revision.owners));
    let owners = owners.chain(others.flat_map(|other| &other.owners));
    let named: Vec<usize> = owners
        .flat_map(|owner| here.named(owner))
        .copied()
        .collect();
    part.workloads.extend(named);
}
