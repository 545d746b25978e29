//! Which old revisions exceed `revisionHistoryLimit`.

use std::collections::HashSet;

use crate::model::{ControllerRevision, HASH_LABEL, Pod};

use super::rollout::Choice;

/// The API's default for `spec.revisionHistoryLimit` (`SetDefaults_DaemonSet`, 1.37.1).
pub const DEFAULT_LIMIT: i32 = 10;

/// `cleanupHistory` (1.37.1): of `old`, the claimed revisions without the current one, those with
/// the lowest numbers are deleted until `limit` are left. A revision whose hash a pod of `pods`
/// carries is skipped, but still counts. `pods` are the claimed ones, including ended ones that are
/// being deleted; a pod without a node protects no revision.
///
/// Upstream's sort leaves revisions with the same number in the order of its cache, a map: which of
/// them are deleted is open.
#[must_use]
pub fn cleanup_history<'r, 'p>(
    old: &[&'r ControllerRevision],
    limit: i32,
    pods: impl IntoIterator<Item = &'p Pod>,
) -> Choice<&'r ControllerRevision> {
    let mut choice = Choice {
        certain: Vec::new(),
        candidates: Vec::new(),
        take: 0,
    };
    let keep = usize::try_from(limit).unwrap_or_default();
    let mut to_kill = old.len().saturating_sub(keep);
    if to_kill == 0 {
        return choice;
    }
    let placed = pods.into_iter().filter(|pod| pod.target_node.is_some());
    let live: HashSet<&str> = placed
        .filter_map(|pod| pod.labels.get(HASH_LABEL))
        .filter(|hash| !hash.is_empty())
        .collect();
    let mut unused = old.to_vec();
    unused.retain(|revision| !live.contains(revision.hash()));
    unused.sort_by_key(|revision| (revision.revision, &revision.name));
    for tied in unused.chunk_by(|a, b| a.revision == b.revision) {
        if tied.len() > to_kill {
            choice.candidates = tied.to_vec();
            choice.take = to_kill;
            break;
        }
        choice.certain.extend(tied);
        to_kill -= tied.len();
        if to_kill == 0 {
            break;
        }
    }
    choice
}
