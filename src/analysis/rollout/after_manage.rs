//! The state for the rolling update where manage deletes pods first.

use std::collections::HashSet;

use jiff::Timestamp;

use crate::engine::pods::PodsByNode;
use crate::engine::rollout::{FailedPods, Managed};
use crate::model::{DaemonSet, List, Pod, Snapshot};

/// The pods after manage's deletions are observed: until then `updateDaemonSet` (1.37.1) doesn't
/// call the rolling update. A pod that is being deleted still uses the budget of its node; a failed
/// one is gone as soon as it is deleted, which leaves the other pod alone. `None` where no relevant
/// pod is deleted.
pub(super) fn after_manage(
    snapshot: &Snapshot,
    ds: &DaemonSet,
    managed: &Managed<'_>,
    pods: &PodsByNode<'_>,
    now: Timestamp,
) -> Option<Snapshot> {
    let certain = managed.delete.choice.certain.iter();
    let deleted: HashSet<&str> = certain.map(|r| r.pod).collect();
    let failed = managed.delete.failed.iter();
    let gone: HashSet<&str> = failed.filter_map(|f| gone(f, pods.on(f.node))).collect();
    if deleted.is_empty() && gone.is_empty() {
        return None;
    }
    let mut after = snapshot.clone();
    let is_of_ds = |pod: &Pod| *pod.namespace == *ds.namespace;
    let stays = |pod: &Pod| !(is_of_ds(pod) && gone.contains(&*pod.name));
    after.pods = after.pods.map(|pods| pods.filtered(stays));
    for pod in after.pods.iter_mut().flat_map(List::to_mut) {
        if is_of_ds(pod) && deleted.contains(&*pod.name) {
            pod.deletion.get_or_insert(now);
        }
    }
    Some(after)
}

/// The failed pod of a node that has another pod too, unless a finalizer holds it. A failed pod
/// that is alone is replaced in any case: by manage, or by the rolling update while a backoff
/// delays manage.
fn gone<'a>(failed: &FailedPods<'a>, on_node: &[&Pod]) -> Option<&'a str> {
    let &[only] = failed.candidates.as_slice() else {
        return None;
    };
    let mut staying = on_node.iter().filter(|pod| !pod.is_deleting());
    let has_other = staying.clone().any(|pod| *pod.name != *only);
    let is_held = staying.any(|pod| *pod.name == *only && pod.has_finalizers());
    (has_other && !is_held).then_some(only)
}
