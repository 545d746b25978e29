//! The state after a deletion with `--cascade=orphan`.

use crate::model::{DaemonSet, List, OwnerReference, Snapshot};

/// The snapshot after `former` is deleted with `--cascade=orphan`: what it owned has no controller,
/// as `orphanDependents` of the garbage collector (1.37.1) leaves it.
#[must_use]
pub fn orphaned(snapshot: &Snapshot, former: &DaemonSet) -> Snapshot {
    let mut then = snapshot.clone();
    let uid = former.uid();
    if uid.is_empty() {
        return then;
    }
    let pods = then.pods.iter_mut().flat_map(List::to_mut);
    for pod in pods.filter(|pod| owns(&pod.owners, uid)) {
        pod.remove_owner(uid);
    }
    let revisions = then.revisions.iter_mut().flatten();
    for revision in revisions.filter(|revision| owns(&revision.owners, uid)) {
        revision.owners.retain(|owner| owner.uid != uid);
    }
    then.daemon_sets.retain(|ds| ds.uid() != uid);
    if let Some(workloads) = &mut then.workloads {
        workloads.retain(|workload| *workload.uid != *uid);
    }
    then
}

fn owns(owners: &[OwnerReference], uid: &str) -> bool {
    owners.iter().any(|owner| owner.uid == uid)
}
