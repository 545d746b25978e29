//! Settings that have no effect on the pods of a DaemonSet, though one might think so.

use crate::engine::affinity;
use crate::model::Node;

use super::basis::Note;
use super::daemon_set::DaemonSetAnalysis;

impl DaemonSetAnalysis<'_> {
    /// Settings that have no effect on a node that should run it, though one might think so.
    pub(super) fn notes_on(&self, node: &Node) -> Vec<Note> {
        let cordoned = node.unschedulable.then_some(Note::Cordoned);
        let affinity = self.ds.pod_spec().and_then(|spec| spec.affinity.as_ref());
        let affinity = affinity.and_then(|affinity| affinity.node_affinity.as_ref());
        let preferred = affinity.and_then(|affinity| {
            affinity
                .preferred_during_scheduling_ignored_during_execution
                .as_deref()
        });
        let mut preferred = preferred
            .unwrap_or_default()
            .iter()
            .map(|one| &one.preference);
        let prefers_others = preferred.any(|term| !affinity::matches_term(term, node));
        let without_effect = prefers_others.then_some(Note::PreferenceWithoutEffect);
        cordoned.into_iter().chain(without_effect).collect()
    }
}
