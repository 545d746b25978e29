//! Controllers whose pods and the DaemonSet's may be taken for each other's.

use crate::engine::overlap::{Overlap as Engine, Side};
use crate::engine::rollout::allows_surge;
use crate::model::{DaemonSet, Workload, WorkloadKind};

use super::ground::Ground;
use super::report::{How, Overlap};

/// The other controllers of the namespace with which the selector overlaps, by kind
/// and name; none where they weren't read.
pub(super) fn overlaps(ground: &Ground<'_>) -> Vec<Overlap> {
    let ds = ground.ds();
    let hash = ground.history.and_then(|h| h.current.hash());
    let side = Side::new(ds, hash);
    let others = ground.snapshot.workloads.iter().flatten();
    let others =
        others.filter(|other| *other.namespace == *ds.namespace && !is_self(ground, other));
    others
        .filter_map(|other| Some(overlap(ground, other, side.overlap(other)?)))
        .collect()
}

fn is_self(ground: &Ground<'_>, other: &Workload) -> bool {
    other.kind == WorkloadKind::DaemonSet && *other.name == *ground.ds().name
}

fn overlap(ground: &Ground<'_>, other: &Workload, how: Engine) -> Overlap {
    Overlap {
        kind: other.kind.name().to_owned(),
        name: other.name.to_string(),
        how: match how {
            Engine::ItsSelector => How::ItsSelector,
            Engine::OurSelector => How::OurSelector,
            Engine::Both => How::Both,
        },
        owner: ground.owners.owner(&other.owners),
        message: message(ground.ds(), other, how),
    }
}

fn message(ds: &DaemonSet, other: &Workload, how: Engine) -> String {
    let its = matches!(how, Engine::ItsSelector | Engine::Both).then(|| takes_ours(other));
    let ours = matches!(how, Engine::OurSelector | Engine::Both).then(|| we_take(ds, other));
    let parts: Vec<_> = its.into_iter().chain(ours).collect();
    parts.join("; ")
}

/// What becomes of a pod of ours that is nobody's, by whose selector takes it. Each
/// was read in the controller's own code (1.37.1).
fn takes_ours(other: &Workload) -> String {
    let name = &other.name;
    if other.deleting {
        return format!(
            "its selector matches this DaemonSet's pods; it is being deleted, and takes over nothing any more: {name} is no danger"
        );
    }
    if other.finished {
        return format!(
            "its selector matches this DaemonSet's pods; it has finished, and takes over nothing any more: {name} is no danger"
        );
    }
    let then = match other.kind {
        // `syncReplicaSet`, `manageReplicas`: ReplicationControllers share the code.
        WorkloadKind::ReplicaSet | WorkloadKind::ReplicationController => {
            "it takes over those that are nobody's, and deletes what is then more than its replicas"
        }
        // `getPodsForStatefulSet` with `isMemberOf`, and `adoptOrphanRevisions`.
        WorkloadKind::StatefulSet => {
            return format!(
                "its selector matches this DaemonSet's pods; it takes over only those named {name}-NUMBER, but every ControllerRevision that is nobody's and matches, of a DaemonSet too"
            );
        }
        // `getPodsForJob`.
        WorkloadKind::Job => {
            "it takes over those that are nobody's, counts them among its own, puts a finalizer on them, and deletes what is more than its parallelism, and all when it fails or is suspended"
        }
        // `getDeploymentsForReplicaSet`, `getPodMapForDeployment`: it acts on ReplicaSets.
        WorkloadKind::Deployment => {
            return "its selector matches this DaemonSet's pods; a Deployment acts on ReplicaSets and takes over no pods, but a HorizontalPodAutoscaler and kubectl that go by its selector count them".to_owned();
        }
        WorkloadKind::DaemonSet => {
            "of those that are nobody's, whichever of the two syncs first takes over each; it replaces what isn't of its template, and keeps one a node"
        }
    };
    format!("its selector matches this DaemonSet's pods: {then}")
}

/// What becomes of its pods that are nobody's.
fn we_take(ds: &DaemonSet, other: &Workload) -> String {
    let old = if ds.is_on_delete() {
        "under OnDelete they stay until somebody deletes them"
    } else {
        "the rollout replaces them"
    };
    // `podsShouldBeOnNode`: without surge the older one stays, whosesoever it was.
    let beside = if allows_surge(ds.object.spec.update_strategy.as_ref()) {
        "beside a new pod of its own that is available they are deleted"
    } else {
        "where a node has a pod of its own too, the younger of the two is deleted as a duplicate"
    };
    let unless = match other.kind {
        WorkloadKind::DaemonSet => ", unless their template generation is this one's",
        _ => "",
    };
    let adopted = format!("they aren't of this DaemonSet's template: {old}{unless}, and {beside}");
    match other.kind {
        WorkloadKind::StatefulSet => format!(
            "this DaemonSet's selector matches its pods: those that become nobody's are taken over; {adopted}; its ControllerRevisions that are nobody's and match are taken over too"
        ),
        WorkloadKind::DaemonSet => format!(
            "this DaemonSet's selector matches its pods: those that become nobody's, and its ControllerRevisions, are taken over by whichever syncs first; {adopted}"
        ),
        _ => format!(
            "this DaemonSet's selector matches its pods: those that become nobody's are taken over; {adopted}"
        ),
    }
}
