//! From all that is known to what one question reads.

mod orphaned_hashes;
mod owners;
mod subjects;

use std::sync::Arc;

use super::full_nodes::{distinct, full_nodes, takes_any};
use super::needs::Resource;
use super::refused::RefusalKinds;
use super::unhealthy_pods::UnhealthyPods;
use super::{Question, Scope, SourceError};
use crate::model::{Incomplete, List, Pod, Snapshot};

use orphaned_hashes::OrphanedHashes;
use owners::{Owner, OwnerIndex};
use subjects::Subjects;
#[cfg(feature = "cli")]
pub(super) use subjects::no_daemon_set;

/// Reduces `all` to what a cluster would be asked for to answer `question`,
/// so that a cluster and its dump give the same answer.
///
/// # Errors
/// When the DaemonSet, the node or the pod isn't there, or no DaemonSet controls the pod.
pub fn narrow(all: &Snapshot, question: &Question) -> Result<Snapshot, SourceError> {
    narrow_to(all, question, question.is_about_the_gone())
}

/// The same, with or without the pods that DaemonSets left which are gone.
pub(super) fn narrow_to(
    all: &Snapshot,
    question: &Question,
    with_the_gone: bool,
) -> Result<Snapshot, SourceError> {
    let subjects = Subjects::find(all, question)?;
    let mut narrowed = Snapshot {
        incomplete: all.incomplete.clone(),
        notes: all.notes.clone(),
        server_version: all.server_version.clone(),
        gates: all.gates,
        clock_tolerance: all.clock_tolerance,
        ..Snapshot::at(all.now)
    };
    let on = match &question.scope {
        _ if subjects.manifest.is_some() => Some(NodeScope::All),
        Scope::AllNodes => Some(NodeScope::All),
        Scope::NoNode => None,
        Scope::Node(name) => {
            check_node(all, name)?;
            Some(NodeScope::Node(name))
        }
        Scope::NodeOfPod => {
            let node = subjects.pod.and_then(|p| p.target_node.as_deref());
            if let (Some(node), Some(pod)) = (node, subjects.pod)
                && check_node(all, node).is_err()
            {
                let note = format!("node {node} of pod {} doesn't exist any more", pod.name);
                narrowed.notes.push(note);
            }
            node.map(NodeScope::Node)
        }
    };
    let nodes = all.nodes.as_ref();
    narrowed.nodes = nodes.map(|all| all.filtered(|n| on.is_some_and(|on| on.holds(&n.name))));
    fill(
        all,
        &subjects,
        on,
        &OrphanedHashes::new(all, question, with_the_gone),
        &mut narrowed,
    );
    without_unread(&mut narrowed, question);
    if subjects.is_stored {
        narrowed.daemon_sets = subjects.daemon_sets;
    }
    if question.neighbours {
        let namespaces = question.subject.namespaces(&narrowed.daemon_sets);
        narrowed.workloads = kept(all.workloads.as_deref(), |w| {
            namespaces.contains(&*w.namespace)
        });
        narrowed.unread_workloads.clone_from(&all.unread_workloads);
    }
    if question.sums {
        let namespaces = question.subject.namespaces(&narrowed.daemon_sets);
        narrowed.limit_ranges = kept(all.limit_ranges.as_deref(), |l| {
            namespaces.contains(&*l.namespace)
        });
    }
    narrowed.pods_beside = beside(all, &narrowed);
    narrowed.port_holders = port_holders(all, &narrowed, question, on);
    narrowed.controller_managers = controller_managers(all);
    if question.is_about_creates() {
        let admission = RefusalKinds::of(&narrowed).of_all(&all.admission);
        narrowed.admission = Arc::new(admission);
    }
    narrowed.sort();
    Ok(narrowed)
}

/// All pods of the nodes on which pods find no room.
fn beside(all: &Snapshot, narrowed: &Snapshot) -> Vec<Pod> {
    let nodes = full_nodes(narrowed);
    if nodes.is_empty() {
        return Vec::new();
    }
    let pods = all.pods.iter().flat_map(|pods| pods.iter());
    let pods = pods.chain(&all.pods_beside);
    let mut here: Vec<Pod> = pods
        .filter(|pod| nodes.contains(&*pod.node_name))
        .cloned()
        .collect();
    distinct(&mut here);
    here
}

/// The pods that have the new host ports which the question is about.
fn port_holders(
    all: &Snapshot,
    narrowed: &Snapshot,
    question: &Question,
    on: Option<NodeScope<'_>>,
) -> Vec<Pod> {
    let ports = question.new_host_ports(&narrowed.daemon_sets);
    if ports.is_empty() {
        return Vec::new();
    }
    let pods = all.pods.iter().flat_map(|pods| pods.iter());
    let is_asked = |pod: &&Pod| on.is_some_and(|on| on.holds(&pod.node_name));
    let taken = pods.filter(is_asked).filter(|pod| takes_any(pod, &ports));
    taken.cloned().collect()
}

/// Static pods, as kubeadm labels them; a dump may have them beside what the question reads.
fn controller_managers(all: &Snapshot) -> Vec<Pod> {
    let pods = all.pods.iter().flat_map(|pods| pods.iter());
    let managers = pods.filter(|pod| {
        &*pod.namespace == "kube-system"
            && pod.labels.get("component") == Some("kube-controller-manager")
    });
    managers.cloned().collect()
}

/// The lists that the question doesn't read are empty, and nothing is missing of them.
pub(super) fn without_unread(snapshot: &mut Snapshot, question: &Question) {
    for resource in Resource::ALL.into_iter().filter(|r| !question.reads(*r)) {
        match resource {
            Resource::DaemonSets => snapshot.daemon_sets = Vec::new(),
            Resource::Nodes => snapshot.nodes = Some(List::default()),
            Resource::Pods => snapshot.pods = Some(List::default()),
            Resource::ControllerRevisions => snapshot.revisions = Some(Vec::new()),
            Resource::Events => snapshot.events = Some(Vec::new()),
            Resource::Namespaces => snapshot.namespaces = Some(Vec::new()),
            Resource::LimitRanges => snapshot.limit_ranges = None,
            Resource::Workloads(_) => snapshot.workloads = None,
            // They hang on what was refused.
            Resource::Admission(_) => {}
        }
        let is_other = |i: &Incomplete| i.resource != resource.plural();
        snapshot.incomplete.retain(is_other);
    }
}

/// Copies what belongs to the subjects.
fn fill(
    all: &Snapshot,
    subjects: &Subjects<'_>,
    on: Option<NodeScope<'_>>,
    left: &OrphanedHashes<'_>,
    narrowed: &mut Snapshot,
) {
    let owners = Owner::all(subjects);
    let by_namespace = OwnerIndex::by_namespace(all, &owners);
    let of = |namespace: &str| by_namespace.get(namespace);
    let is_subject = |pod: &Pod| subjects.pod.is_some_and(|p| p == pod);
    let wanted = |pod: &Pod| {
        let is_theirs = |w: &OwnerIndex<'_>| on.is_some_and(|on| w.pod(pod, on, left));
        is_subject(pod) || of(&pod.namespace).is_some_and(is_theirs) || left.pod(pod)
    };
    narrowed.pods = all.pods.as_ref().map(|all| all.filtered(wanted));
    narrowed.revisions = kept(all.revisions.as_deref(), |r| {
        of(&r.namespace).is_some_and(|w| w.revision(r, on)) || left.revision(r)
    });
    let troubled = UnhealthyPods::among(narrowed.pods.iter().flat_map(|pods| pods.iter()));
    let events = kept(all.events.as_deref(), |e| {
        of(&e.namespace).is_some_and(|w| w.event(e)) || troubled.has(e)
    });
    narrowed.events = events;
    narrowed.namespaces = kept(all.namespaces.as_deref(), |n| of(&n.name).is_some());
}

fn kept<T: Clone>(all: Option<&[T]>, keep: impl Fn(&T) -> bool) -> Option<Vec<T>> {
    Some(all?.iter().filter(|t| keep(t)).cloned().collect())
}

/// The nodes that are asked about.
#[derive(Clone, Copy)]
enum NodeScope<'a> {
    All,
    Node(&'a str),
}

impl NodeScope<'_> {
    fn holds(self, node: &str) -> bool {
        match self {
            Self::All => true,
            Self::Node(name) => name == node,
        }
    }
}

fn check_node(all: &Snapshot, node: &str) -> Result<(), SourceError> {
    let Some(nodes) = &all.nodes else {
        return Ok(());
    };
    if nodes.iter().any(|n| *n.name == *node) {
        return Ok(());
    }
    let names = nodes.iter().map(|n| &*n.name);
    Err(SourceError::no_node(node, names))
}
