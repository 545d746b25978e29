//! The part of a snapshot that the report on each of its DaemonSets needs.
//!
//! A report looks at every pod, revision and controller of its namespace. For one DaemonSet that
//! happens once; for all of them it would happen once per DaemonSet. So everything is looked at
//! once here and handed to the DaemonSets that it concerns.

mod claimants;
mod neighbours;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use crate::engine::claim::Claimant;
use crate::model::HASH_LABEL;
use crate::model::{DaemonSet, Pod, Snapshot};

use claimants::Claimants;
use neighbours::add_neighbours;

/// What concerns one DaemonSet, as indexes into the snapshot's lists.
#[derive(Debug, Default)]
struct SnapshotPlaces {
    pods: Vec<usize>,
    revisions: BTreeSet<usize>,
    events: Vec<usize>,
    workloads: BTreeSet<usize>,
}

/// The DaemonSets of a snapshot, with what concerns each of them.
#[derive(Debug)]
pub struct ByDaemonSet<'a> {
    all: &'a Snapshot,
    /// In the order of the snapshot's DaemonSets.
    parts: Vec<SnapshotPlaces>,
    /// The index ranges of the namespaces.
    namespaces: HashMap<&'a str, usize>,
}

impl<'a> ByDaemonSet<'a> {
    /// Goes through `all`, which must be sorted.
    #[must_use]
    pub fn new(all: &'a Snapshot) -> Self {
        let sets = &all.daemon_sets;
        let claimants: Vec<_> = sets.iter().map(|ds| Claimant::new(ds).ok()).collect();
        let mut by_namespace = Claimants::by_namespace(sets, &claimants);
        let mut parts: Vec<SnapshotPlaces> =
            sets.iter().map(|_| SnapshotPlaces::default()).collect();
        let mut made: HashMap<(&str, &str), Vec<usize>> = HashMap::new();
        for (at, revision) in all.revisions.iter().flatten().enumerate() {
            made.entry((&revision.namespace, revision.hash()))
                .or_default()
                .push(at);
            let here = by_namespace.get_mut(&*revision.namespace);
            for one in here.into_iter().flat_map(|here| here.of_revision(revision)) {
                add(&mut parts, one, |part| part.revisions.insert(at));
            }
        }
        let mut of_pods: HashMap<(&str, &str), Vec<usize>> = HashMap::new();
        for (at, pod) in all.pods.iter().flatten().enumerate() {
            let here = by_namespace.get(&*pod.namespace);
            for one in here.into_iter().flat_map(|here| here.of_pod(pod)) {
                add(&mut parts, one, |part| part.pods.push(at));
                let parts = of_pods.entry((&pod.namespace, &pod.name)).or_default();
                parts.push(one);
            }
        }
        for (at, event) in all.events.iter().flatten().enumerate() {
            if &*event.kind == "Pod" {
                let of = of_pods.get(&(&*event.namespace, &*event.name));
                for one in of.into_iter().flatten() {
                    add(&mut parts, *one, |part| part.events.push(at));
                }
                continue;
            }
            let here = by_namespace.get(&*event.namespace);
            for one in here.into_iter().flat_map(|here| here.of_name(&event.name)) {
                add(&mut parts, one, |part| part.events.push(at));
            }
        }
        let mut by_daemon_set = Self {
            all,
            parts,
            namespaces: places(all),
        };
        by_daemon_set.add_revisions_of_pods(&made);
        add_neighbours(all, &by_namespace, &mut by_daemon_set.parts);
        by_daemon_set
    }

    /// Each DaemonSet with a snapshot of what concerns it; the DaemonSet itself isn't part of that
    /// snapshot. The report on it is the same as from the full snapshot.
    pub fn snapshots(&self) -> impl Iterator<Item = (&'a DaemonSet, Snapshot)> {
        let both = self.all.daemon_sets.iter().zip(&self.parts);
        both.map(|(ds, part)| (ds, self.snapshot(ds, part)))
    }

    fn snapshot(&self, ds: &DaemonSet, part: &SnapshotPlaces) -> Snapshot {
        let all = self.all;
        let pods = all.pods.as_deref();
        let own = || picked(pods.unwrap_or_default(), &part.pods);
        // The pods that hold what another pod lacks.
        let beside = match own().any(|pod| pod.node_name.is_empty()) {
            true => all.pods_beside.clone(),
            false => Vec::new(),
        };
        let namespace = self.namespaces.get(ds.namespace.as_str());
        Snapshot {
            server_version: all.server_version.clone(),
            gates: all.gates,
            expectations: all.expectations.clone(),
            clock_tolerance: all.clock_tolerance,
            nodes: all.nodes.clone(),
            pods: pods.map(|_| own().collect()),
            pods_beside: beside,
            // No manifest is asked about with others.
            port_holders: Vec::new(),
            controller_managers: all.controller_managers.clone(),
            revisions: all
                .revisions
                .as_deref()
                .map(|all| picked(all, &part.revisions).collect()),
            events: all
                .events
                .as_deref()
                .map(|all| picked(all, &part.events).collect()),
            namespaces: all
                .namespaces
                .as_deref()
                .map(|all| picked(all, namespace).collect()),
            limit_ranges: all.limit_ranges_in(&ds.namespace).map(<[_]>::to_vec),
            admission: Arc::clone(&all.admission),
            workloads: all
                .workloads
                .as_deref()
                .map(|all| picked(all, &part.workloads).collect()),
            unread_workloads: all.unread_workloads.clone(),
            incomplete: all.incomplete.clone(),
            notes: all.notes.clone(),
            ..Snapshot::at(all.now)
        }
    }

    /// A pod's hash label is explained by the revision that created it, whoever owns that revision:
    /// another DaemonSet's where this one has none with the hash.
    fn add_revisions_of_pods(&mut self, made: &HashMap<(&str, &str), Vec<usize>>) {
        let pods = self.all.pods.as_deref().unwrap_or_default();
        let all = self.all.revisions.as_deref().unwrap_or_default();
        for part in &mut self.parts {
            let own = part.revisions.iter().filter_map(|at| all.get(*at));
            let own: HashSet<_> = own.map(|r| (&*r.namespace, r.hash())).collect();
            let pods = part.pods.iter().filter_map(|at| pods.get(*at));
            let hashes: HashSet<_> = pods.filter_map(hash_of).collect();
            let hashes = hashes.difference(&own);
            let revisions = hashes.filter_map(|hash| made.get(hash)).flatten();
            part.revisions.extend(revisions);
        }
    }
}

/// The namespace and the hash label of a pod.
fn hash_of(pod: &Pod) -> Option<(&str, &str)> {
    Some((&pod.namespace, pod.labels.get(HASH_LABEL)?))
}

/// The index ranges of the namespaces, by name.
fn places(all: &Snapshot) -> HashMap<&str, usize> {
    let namespaces = all.namespaces.iter().flatten().enumerate();
    namespaces.map(|(at, n)| (&*n.name, at)).collect()
}

fn add<R>(parts: &mut [SnapshotPlaces], one: usize, add: impl FnOnce(&mut SnapshotPlaces) -> R) {
    parts.get_mut(one).map(add);
}

/// Copies of the items at `places`.
fn picked<'l, T: Clone>(
    all: &'l [T],
    places: impl IntoIterator<Item = &'l usize>,
) -> impl Iterator<Item = T> {
    places.into_iter().filter_map(|at| all.get(*at)).cloned()
}
