//! Controllers whose pods and the DaemonSet's may be taken for each other's.

use crate::engine::overlap::{Overlap as Engine, Side};
use crate::engine::rollout::allows_surge;
use crate::model::{DaemonSet, Workload, WorkloadKind};

use super::analysis::ClaimAnalysis;
use super::report::{Overlap, Taken, TakenObjects, Takes};

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

fn takes(other: &Workload) -> Takes {
    if other.deleting {
        return Takes::NothingDeleting;
    }
    if other.finished {
        return Takes::NothingFinished;
    }
    match other.kind {
        WorkloadKind::ReplicaSet | WorkloadKind::ReplicationController => Takes::ReplicasAtMost,
        WorkloadKind::StatefulSet => Takes::OwnNames,
        WorkloadKind::Job => Takes::ParallelismAtMost,
        WorkloadKind::Deployment => Takes::NoPods,
        WorkloadKind::DaemonSet => Takes::WhatItSeesFirst,
    }
}

fn taken(ds: &DaemonSet, kind: WorkloadKind) -> Taken {
    Taken {
        what: match kind {
            WorkloadKind::StatefulSet => TakenObjects::PodsAndRevisions,
            WorkloadKind::DaemonSet => TakenObjects::IfFirst,
            WorkloadKind::Deployment
            | WorkloadKind::ReplicaSet
            | WorkloadKind::ReplicationController
            | WorkloadKind::Job => TakenObjects::Pods,
        },
        on_delete: ds.is_on_delete(),
        // `podsShouldBeOnNode`: without surge the older one stays, whosesoever it was.
        surges: allows_surge(ds.object.spec.update_strategy.as_ref()),
    }
}
