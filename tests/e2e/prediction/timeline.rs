//! How many nodes were without an available pod, from moment to moment.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde_json::Value;

use super::record::{Deed, Record, is_available};
use crate::scenario::pod::node_of;

/// The pods of a DaemonSet as the log is played from its begin.
pub(super) struct Timeline<'a> {
    pods: BTreeMap<String, &'a Value>,
    deleting: BTreeSet<String>,
    min_ready_seconds: i64,
    /// Nodes that should run a pod.
    desired: &'a BTreeSet<String>,
}

/// A pod that was available when the controller deleted it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Taken {
    pub(super) pod: String,
    pub(super) node: String,
    /// Nodes without an available pod from then on.
    pub(super) unavailable: usize,
    /// Another pod of the node is available.
    pub(super) replaced: bool,
}

impl<'a> Timeline<'a> {
    pub(super) fn new(
        start: &'a [Value],
        min_ready_seconds: i64,
        desired: &'a BTreeSet<String>,
    ) -> Self {
        let named = |pod: &'a Value| Some((pod["metadata"]["name"].as_str()?.to_owned(), pod));
        let deleting = |pod: &&Value| !pod["metadata"]["deletionTimestamp"].is_null();
        let ending = start.iter().filter(deleting).filter_map(named);
        Self {
            deleting: ending.map(|(name, _)| name).collect(),
            pods: start.iter().filter_map(named).collect(),
            min_ready_seconds,
            desired,
        }
    }

    /// Plays the log to its end; returns which available pods the controller took,
    /// and the most nodes that should run a pod and had no available one at once.
    pub(super) fn play(mut self, record: &'a Record) -> (Vec<Taken>, usize) {
        let mut taken = Vec::new();
        let mut worst = 0;
        for (entry, pod) in record.in_order_of_writes() {
            let name = pod["metadata"]["name"]
                .as_str()
                .unwrap_or_default()
                .to_owned();
            let was_available = self.pods.get(&name).is_some_and(|before| {
                !self.deleting.contains(&name)
                    && is_available(before, self.min_ready_seconds, entry.at)
            });
            if entry.deleted && !self.deleting.insert(name.clone()) {
                self.pods.remove(&name);
            } else {
                self.pods.insert(name.clone(), pod);
            }
            let without = self.without(entry.at);
            worst = worst.max(without.intersection(self.desired).count());
            if let (true, Some(Deed::Delete { pod, node })) = (was_available, &entry.deed) {
                taken.push(self.taken(pod, node, entry.at));
            }
        }
        (taken, worst)
    }

    fn taken(&self, pod: &str, node: &str, at: Timestamp) -> Taken {
        let without = self.without(at);
        Taken {
            pod: pod.to_owned(),
            node: node.to_owned(),
            unavailable: without.len(),
            replaced: !without.contains(node),
        }
    }

    /// Nodes that have a pod, or should, and no available one.
    fn without(&self, at: Timestamp) -> BTreeSet<String> {
        let mut nodes = self.desired.clone();
        nodes.extend(
            self.pods
                .values()
                .filter_map(|pod| node_of(pod))
                .map(str::to_owned),
        );
        for (name, pod) in &self.pods {
            if !self.deleting.contains(name)
                && is_available(pod, self.min_ready_seconds, at)
                && let Some(node) = node_of(pod)
            {
                nodes.remove(node);
            }
        }
        nodes
    }
}
