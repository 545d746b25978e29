//! The state on which the rolling update is called where manage deletes pods first.

use std::collections::HashSet;

use jiff::Timestamp;

use crate::engine::rollout::Managed;
use crate::model::{DaemonSet, List, Snapshot};

/// The pods as they are once manage's deletions are observed: until then
/// `updateDaemonSet` (1.37.1) doesn't call the rolling update. A pod that is being
/// deleted still uses the budget of its node. `None` where none is deleted for certain.
pub(super) fn after_manage(
    snapshot: &Snapshot,
    ds: &DaemonSet,
    managed: &Managed<'_>,
    now: Timestamp,
) -> Option<Snapshot> {
    let deleted: HashSet<&str> = managed
        .delete
        .choice
        .certain
        .iter()
        .map(|r| r.pod)
        .collect();
    if deleted.is_empty() {
        return None;
    }
    let mut after = snapshot.clone();
    for pod in after.pods.iter_mut().flat_map(List::to_mut) {
        if *pod.namespace == *ds.namespace && deleted.contains(&*pod.name) {
            pod.deletion.get_or_insert(now);
        }
    }
    Some(after)
}
