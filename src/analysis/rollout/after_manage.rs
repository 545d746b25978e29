//! The state on which the rolling update is called where manage deletes pods first.

use std::collections::HashSet;

use jiff::Timestamp;

use crate::engine::pods::PodsByNode;
use crate::engine::rollout::{FailedPods, Managed};
use crate::model::{DaemonSet, List, Pod, Snapshot};

/// The pods as they are once manage's deletions are observed: until then
/// `updateDaemonSet` (1.37.1) doesn't call the rolling update. A pod that is being
/// deleted still uses the budget of its node; one that has failed is gone as soon as it is
/// deleted, and the pod beside it is alone. `None` where nothing is deleted that counts.
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

/// The failed pod of a node that has another beside it, and no finalizer holds it. Alone it
/// is replaced in any case: by manage, or by the rolling update while a backoff holds manage.
fn gone<'a>(failed: &FailedPods<'a>, on_node: &[&Pod]) -> Option<&'a str> {
    let &[only] = failed.candidates.as_slice() else {
        return None;
    };
    let mut staying = on_node.iter().filter(|pod| !pod.is_deleting());
    let has_other = staying.clone().any(|pod| *pod.name != *only);
    let is_held = staying.any(|pod| *pod.name == *only && pod.has_finalizers());
    (has_other && !is_held).then_some(only)
}
