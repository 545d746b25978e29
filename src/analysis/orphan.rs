//! Daemon pods whose DaemonSet isn't there any more: what becomes of each, and what ends it.

use std::collections::HashSet;

use jiff::Timestamp;
use serde::Serialize;

use crate::engine::claim::{ClaimReason, Claimant};
use crate::model::{Node, Pod, Snapshot};

use super::commands::{FORCE, of_pods};
use super::eligibility::DaemonSetRef;
use super::next::{Step, StepKind};

/// A daemon pod whose DaemonSet isn't there any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Orphan {
    /// The pod's namespace.
    pub namespace: String,
    /// Its name.
    pub pod: String,
    /// The DaemonSet that made it; `None` where neither its owner nor its name tells.
    pub daemon_set: Option<String>,
    /// Whether the DaemonSet is still its owner.
    pub is_owned: bool,
    /// The node that it is on.
    pub node: Option<String>,
    /// What becomes of it.
    pub fate: OrphanFate,
}

/// What becomes of an orphan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OrphanFate {
    /// It runs on until somebody deletes it.
    Kept,
    /// The garbage collector deletes it, as its owner doesn't exist.
    Collected,
    /// It is being deleted, and its grace period ends then.
    Stopping {
        /// When.
        until: Timestamp,
    },
    /// Its node doesn't exist: kube-controller-manager deletes it.
    NodeGone,
    /// The kubelet of its node, which isn't ready, can't confirm that it has stopped.
    NodeNotReady {
        /// Since when the grace period is over.
        overdue: Timestamp,
        /// Since when the node isn't ready.
        since: Option<Timestamp>,
    },
    /// Its finalizers hold it.
    Held {
        /// Since when the grace period is over.
        overdue: Timestamp,
        /// The finalizers.
        finalizers: Vec<String>,
    },
    /// The kubelet hasn't confirmed that it has stopped.
    NotConfirmed {
        /// Since when the grace period is over.
        overdue: Timestamp,
    },
}

/// What becomes of an orphan, in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum OrphanState {
    /// It runs on until somebody deletes it.
    Kept,
    /// The garbage collector deletes it, as its owner doesn't exist.
    Collected,
    /// Its grace period isn't over.
    Stopping,
    /// Its node doesn't exist, and kube-controller-manager deletes it.
    NodeGone,
    /// Its node isn't ready, whose kubelet alone can confirm that it has stopped.
    NodeNotReady,
    /// Its finalizers hold it.
    Held,
    /// Its grace period is over, and the kubelet hasn't confirmed that it has stopped.
    NotConfirmed,
}

impl Orphan {
    /// What becomes of `pod`, which is one; `nodes` are those that there are, where they are
    /// known.
    #[must_use]
    pub fn new(pod: &Pod, nodes: Option<&[Node]>, now: Timestamp) -> Self {
        let owner = pod.daemon_set();
        let base = pod.orphan_base().and_then(|base| base.strip_suffix('-'));
        Self {
            namespace: pod.namespace.to_string(),
            pod: pod.name.to_string(),
            daemon_set: owner
                .map(|owner| owner.name.to_string())
                .or_else(|| base.map(str::to_owned)),
            is_owned: owner.is_some(),
            node: (!pod.node_name.is_empty()).then(|| pod.node_name.to_string()),
            fate: fate(pod, nodes, now),
        }
    }

    /// What becomes of it, in a word.
    #[must_use]
    pub const fn state(&self) -> OrphanState {
        match self.fate {
            OrphanFate::Kept => OrphanState::Kept,
            OrphanFate::Collected => OrphanState::Collected,
            OrphanFate::Stopping { .. } => OrphanState::Stopping,
            OrphanFate::NodeGone => OrphanState::NodeGone,
            OrphanFate::NodeNotReady { .. } => OrphanState::NodeNotReady,
            OrphanFate::Held { .. } => OrphanState::Held,
            OrphanFate::NotConfirmed { .. } => OrphanState::NotConfirmed,
        }
    }

    /// Whether it stays until somebody does something.
    #[must_use]
    pub const fn needs_somebody(&self) -> bool {
        match self.fate {
            OrphanFate::Collected | OrphanFate::Stopping { .. } | OrphanFate::NodeGone => false,
            OrphanFate::Kept
            | OrphanFate::NodeNotReady { .. }
            | OrphanFate::Held { .. }
            | OrphanFate::NotConfirmed { .. } => true,
        }
    }

    /// What shows more of it and what ends it, safest first.
    #[must_use]
    pub fn steps(&self) -> Vec<Step> {
        if !self.needs_somebody() {
            return Vec::new();
        }
        let pod = std::slice::from_ref(&self.pod);
        let look = of_pods(&self.namespace, "describe", pod);
        let delete = of_pods(&self.namespace, "delete", pod);
        let end = match (&self.fate, &self.daemon_set) {
            (OrphanFate::Kept, Some(name)) => {
                let daemon_set = DaemonSetRef {
                    namespace: self.namespace.clone(),
                    name: name.clone(),
                };
                let kind = StepKind::DeleteOrphans {
                    daemon_set,
                    pods: 1,
                };
                Some(Step::new(kind, delete))
            }
            (OrphanFate::NodeNotReady { .. }, _) => {
                let force = delete.map(|delete| delete.with(&FORCE));
                Some(Step::new(StepKind::ForceDelete { pods: 1 }, force))
            }
            _ => None,
        };
        look.map(Step::look).into_iter().chain(end).collect()
    }
}

fn fate(pod: &Pod, nodes: Option<&[Node]>, now: Timestamp) -> OrphanFate {
    let Some(overdue) = pod.deletion else {
        return match pod.daemon_set() {
            Some(_) => OrphanFate::Collected,
            None => OrphanFate::Kept,
        };
    };
    let node = nodes.map(|nodes| nodes.iter().find(|node| *node.name == *pod.node_name));
    let finalizers: Vec<String> = pod.finalizers.iter().map(ToString::to_string).collect();
    match node {
        _ if overdue > now => OrphanFate::Stopping { until: overdue },
        Some(None) if finalizers.is_empty() => OrphanFate::NodeGone,
        Some(Some(node)) if node.ready.as_deref().is_some_and(|ready| ready != "True") => {
            OrphanFate::NodeNotReady {
                overdue,
                since: node.ready_since,
            }
        }
        _ if !finalizers.is_empty() => OrphanFate::Held {
            overdue,
            finalizers,
        },
        _ => OrphanFate::NotConfirmed { overdue },
    }
}

/// The orphans on `node`, by namespace and name. `snapshot` holds all DaemonSets that there are
/// in the namespaces of its pods.
#[must_use]
pub fn orphans_on(snapshot: &Snapshot, node: &Node) -> Vec<Orphan> {
    let sets = &snapshot.daemon_sets;
    let uids: HashSet<&str> = sets.iter().map(|ds| ds.uid()).collect();
    let claimants: Vec<Claimant<'_>> = sets
        .iter()
        .filter_map(|ds| Claimant::new(ds).ok())
        .collect();
    let is_gone = |pod: &Pod| match pod.daemon_set() {
        Some(owner) => !uids.contains(owner.uid.as_str()),
        None => {
            pod.is_daemon_orphan()
                && claimants
                    .iter()
                    .all(|one| one.pod_reason(pod) == ClaimReason::NotSelected)
        }
    };
    let pods = snapshot.pods.iter().flat_map(|pods| pods.iter());
    let here = pods.filter(|pod| *pod.node_name == *node.name && is_gone(pod));
    let nodes = std::slice::from_ref(node);
    let orphans = here.map(|pod| Orphan::new(pod, Some(nodes), snapshot.now));
    let mut orphans: Vec<Orphan> = orphans.collect();
    orphans.sort_by(|a, b| (&a.namespace, &a.pod).cmp(&(&b.namespace, &b.pod)));
    orphans
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const NOW: &str = "2026-03-01T12:00:00Z";

    fn orphan(metadata: &Value, ready: Option<&str>) -> Orphan {
        let mut all = json!({"name": "a-x7k2p", "namespace": "n",
            "ownerReferences": [{"apiVersion": "apps/v1", "kind": "DaemonSet", "name": "a", "uid": "u", "controller": true}]});
        let more = metadata.as_object().unwrap().clone();
        all.as_object_mut().unwrap().extend(more);
        let pod = json!({"metadata": all, "spec": {"nodeName": "w"}});
        let pod: Pod = serde_json::from_value(pod).unwrap();
        let nodes = ready.map(|ready| -> Node {
            let node = json!({"metadata": {"name": "w"}, "status": {"conditions": [{"type": "Ready", "status": ready}]}});
            serde_json::from_value(node).unwrap()
        });
        let nodes: Vec<Node> = nodes.into_iter().collect();
        Orphan::new(&pod, Some(&nodes), NOW.parse().unwrap())
    }

    #[test]
    fn what_becomes_of_each() {
        let deleted = json!({"deletionTimestamp": "2026-03-01T11:00:00Z"});
        let held =
            json!({"deletionTimestamp": "2026-03-01T11:00:00Z", "finalizers": ["example.com/f"]});
        let stopping = json!({"deletionTimestamp": "2026-03-01T12:00:20Z"});
        let left = json!({"ownerReferences": [], "labels": {"controller-revision-hash": "h", "pod-template-generation": "1"}});
        for (metadata, ready, state, steps) in [
            (&json!({}), Some("True"), OrphanState::Collected, 0),
            (&deleted, Some("Unknown"), OrphanState::NodeNotReady, 2),
            (&deleted, Some("True"), OrphanState::NotConfirmed, 1),
            (&deleted, None, OrphanState::NodeGone, 0),
            (&held, None, OrphanState::Held, 1),
            (&held, Some("False"), OrphanState::NodeNotReady, 2),
            (&stopping, Some("Unknown"), OrphanState::Stopping, 0),
            (&left, Some("True"), OrphanState::Kept, 2),
        ] {
            let orphan = orphan(metadata, ready);
            assert_eq!(orphan.state(), state, "{metadata}");
            assert_eq!(orphan.steps().len(), steps, "{metadata}");
            assert_eq!(orphan.daemon_set.as_deref(), Some("a"), "{metadata}");
        }
        let force = orphan(&deleted, Some("Unknown")).steps().pop().unwrap();
        assert_eq!(
            force.command.unwrap().to_string(),
            "kubectl delete pod a-x7k2p -n n --force --grace-period=0"
        );
    }
}
