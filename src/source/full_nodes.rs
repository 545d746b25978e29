//! Nodes on which daemon pods find no room: who has what they lack stands in the other pods
//! of these nodes.

use std::collections::{BTreeSet, HashSet};

use crate::model::{HostPort, Pod, Snapshot};

/// Of how many nodes all pods are read.
const MOST: usize = 5;

/// What the scheduler says of a node on which other pods have what a pod wants (1.37.1:
/// `noderesources.Fit`, `nodeports.ErrReason`, `interpodaffinity.ErrReasonAntiAffinityRulesNotMatch`).
const TAKEN_BY_OTHERS: [&str; 4] = [
    "Insufficient ",
    "Too many pods",
    "free ports",
    "match pod anti-affinity rules",
];

/// The nodes for which pods of `snapshot` are meant that find no room on them: the first by
/// name.
pub(super) fn full_nodes(snapshot: &Snapshot) -> BTreeSet<String> {
    let pods = snapshot.pods.iter().flat_map(|pods| pods.iter());
    let nodes = pods.filter(|pod| finds_no_room(pod));
    let nodes: BTreeSet<&str> = nodes.filter_map(|p| p.target_node.as_deref()).collect();
    nodes.into_iter().take(MOST).map(str::to_owned).collect()
}

fn finds_no_room(pod: &Pod) -> bool {
    let scheduled = pod.scheduled.as_ref();
    pod.node_name.is_empty()
        && scheduled.is_some_and(|c| {
            &*c.status == "False" && TAKEN_BY_OTHERS.iter().any(|text| c.message.contains(text))
        })
}

/// Whether a pod that is on a node has one of the host ports.
pub(super) fn takes_any(pod: &Pod, ports: &[HostPort]) -> bool {
    !pod.node_name.is_empty() && ports.iter().any(|port| pod.has_host_port(port))
}

/// Leaves out pods that were read twice.
pub(super) fn distinct(pods: &mut Vec<Pod>) {
    let mut seen = HashSet::new();
    pods.retain(|pod| seen.insert((pod.namespace.clone(), pod.name.clone())));
}
