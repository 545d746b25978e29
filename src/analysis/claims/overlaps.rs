//! Controllers with selectors that overlap with the DaemonSet's.

use crate::engine::overlap::{Overlap as Engine, Side};
use crate::engine::rollout::allows_surge;
use crate::model::{DaemonSet, Workload, WorkloadKind};

use super::analysis::ClaimAnalysis;
use super::report::{AdoptedByOther, AdoptedFromOther, AdoptedObjects, Overlap};

/// The other controllers of the namespace with which the selector overlaps, by kind
/// and name; none where they weren't read.
pub(super) fn overlaps(analysis: &ClaimAnalysis<'_>) -> Vec<Overlap> {
    let ds = analysis.ds();
    let hash = analysis.history.and_then(|h| h.current.hash());
    let side = Side::new(ds, hash);
    let others = analysis.snapshot.workloads.iter().flatten();
    let others = others.filter(|other| *other.namespace == *ds.namespace && !is_self(ds, other));
    others
        .filter_map(|other| Some(overlap(analysis, other, side.overlap(other)?)))
        .collect()
}

fn is_self(ds: &DaemonSet, other: &Workload) -> bool {
    other.kind == WorkloadKind::DaemonSet && *other.name == *ds.name
}

fn overlap(analysis: &ClaimAnalysis<'_>, other: &Workload, how: Engine) -> Overlap {
    let its = matches!(how, Engine::ItsSelector | Engine::Both);
    let ours = matches!(how, Engine::OurSelector | Engine::Both);
    Overlap {
        kind: other.kind,
        name: other.name.to_string(),
        owner: analysis.owners.owner(&other.owners),
        takes: its.then(|| takes(other)),
        taken: ours.then(|| taken(analysis.ds(), other.kind)),
    }
}

fn takes(other: &Workload) -> AdoptedByOther {
    if other.deleting {
        return AdoptedByOther::NothingDeleting;
    }
    if other.finished {
        return AdoptedByOther::NothingFinished;
    }
    match other.kind {
        WorkloadKind::ReplicaSet | WorkloadKind::ReplicationController => {
            AdoptedByOther::ReplicasAtMost
        }
        WorkloadKind::StatefulSet => AdoptedByOther::OwnNames,
        WorkloadKind::Job => AdoptedByOther::ParallelismAtMost,
        WorkloadKind::Deployment => AdoptedByOther::NoPods,
        WorkloadKind::DaemonSet => AdoptedByOther::WhatItSeesFirst,
    }
}

fn taken(ds: &DaemonSet, kind: WorkloadKind) -> AdoptedFromOther {
    AdoptedFromOther {
        what: match kind {
            WorkloadKind::StatefulSet => AdoptedObjects::PodsAndRevisions,
            WorkloadKind::DaemonSet => AdoptedObjects::IfFirst,
            WorkloadKind::Deployment
            | WorkloadKind::ReplicaSet
            | WorkloadKind::ReplicationController
            | WorkloadKind::Job => AdoptedObjects::Pods,
        },
        on_delete: ds.is_on_delete(),
        // `podsShouldBeOnNode`: without surge the older pod stays, whoever owned it.
        surges: allows_surge(ds.object.spec.update_strategy.as_ref()),
    }
}
