//! The state of single pods, and pods by node.

use std::cmp::Ordering;
use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};

use crate::model::Pod;

/// `podutil.IsPodReady` (1.37.1).
#[must_use]
pub fn is_pod_ready(pod: &Pod) -> bool {
    pod.ready.as_ref().is_some_and(|c| &*c.status == "True")
}

/// When a ready pod becomes or became available; `None` when it isn't ready, or when its condition
/// has no time and `min_ready_seconds` is above 0.
#[must_use]
pub fn available_at(pod: &Pod, min_ready_seconds: i32) -> Option<Timestamp> {
    let since = pod
        .ready
        .as_ref()
        .filter(|_| is_pod_ready(pod))?
        .last_transition?;
    let wait = SignedDuration::from_secs(min_ready_seconds.into());
    since.checked_add(wait).ok()
}

/// `podutil.IsPodAvailable` (1.37.1): ready, and for `min_ready_seconds` already.
#[must_use]
pub fn is_pod_available(pod: &Pod, min_ready_seconds: i32, now: Timestamp) -> bool {
    is_pod_ready(pod)
        && (min_ready_seconds == 0
            || available_at(pod, min_ready_seconds).is_some_and(|at| at <= now))
}

/// `util.IsPodUpdated` (1.37.1): by the revision's hash or by the template generation.
#[must_use]
pub fn is_pod_updated(pod: &Pod, hash: Option<&str>, template_generation: Option<i64>) -> bool {
    let hash_matches = hash.is_some_and(|hash| {
        !hash.is_empty() && pod.labels.get("controller-revision-hash") == Some(hash)
    });
    let template_matches = template_generation.is_some_and(|generation| {
        pod.labels.get("pod-template-generation") == Some(generation.to_string().as_str())
    });
    hash_matches || template_matches
}

/// `podByCreationTimestampAndPhase` (1.37.1): scheduled before unscheduled, then
/// the older, then by name. A missing time counts as the oldest, as upstream's zero time.
#[must_use]
pub fn by_creation_timestamp_and_phase(a: &Pod, b: &Pod) -> Ordering {
    let key = |p: &Pod| (p.node_name.is_empty(), p.created.map(Timestamp::as_second));
    key(a).cmp(&key(b)).then_with(|| a.name.cmp(&b.name))
}

/// Claimed pods by the node that they are bound to or meant for, as `getNodesToDaemonPods` (1.37.1)
/// groups them, each node's first pod first.
#[derive(Debug, Default)]
pub struct PodsByNode<'a> {
    nodes: HashMap<&'a str, Vec<&'a Pod>>,
}

impl<'a> PodsByNode<'a> {
    /// Groups `claimed`. Ended pods that are being deleted are left out, as upstream does, and so
    /// are pods without a node.
    #[must_use]
    pub fn new(claimed: impl IntoIterator<Item = &'a Pod>) -> Self {
        let mut nodes: HashMap<&str, Vec<&Pod>> = HashMap::new();
        for pod in claimed {
            if pod.is_terminal() && pod.is_deleting() {
                continue;
            }
            if let Some(node) = &pod.target_node {
                nodes.entry(node).or_default().push(pod);
            }
        }
        for pods in nodes.values_mut() {
            pods.sort_by(|a, b| by_creation_timestamp_and_phase(a, b));
        }
        Self { nodes }
    }

    /// The pods of one node, the one that counts first.
    #[must_use]
    pub fn on(&self, node: &str) -> &[&'a Pod] {
        self.nodes.get(node).map_or(&[], Vec::as_slice)
    }

    /// All nodes that have pods, in no order.
    pub fn nodes(&self) -> impl Iterator<Item = (&'a str, &[&'a Pod])> {
        self.nodes
            .iter()
            .map(|(node, pods)| (*node, pods.as_slice()))
    }
}
