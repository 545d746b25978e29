//! What keeps a new pod from starting on a node that should run one, as far as objects tell
//! before it is created.

use std::collections::HashSet;

use crate::model::{DaemonSet, Node};

use super::daemon_set::DaemonSetAnalysis;
use super::eligibility::EligibilityReport;
use super::node::NodeEligibility;
use super::pod::PodState;
use super::reason::{ApiMessage, PodFact, Reason};
use super::rollout::plan::{Blocker, BudgetHolder};
use super::rollout::ports_under_surge;
use super::virtual_nodes::VirtualKind;

/// The nodes that should run a manifest's pods and on which none of them starts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Unstartable {
    /// Host ports that others have, or the pods that run there today.
    pub ports: Option<Blocker>,
    /// Nodes that are no machines.
    pub virtual_nodes: Vec<String>,
}

impl EligibilityReport {
    /// The nodes on which a manifest's first pods start at once.
    pub fn starting(&self) -> impl Iterator<Item = &NodeEligibility> {
        let with_ports = self.unstartable.ports.iter().flat_map(Blocker::holders);
        let with_ports = with_ports.map(|holder| holder.node.as_str());
        let virtual_nodes = self.unstartable.virtual_nodes.iter().map(String::as_str);
        let blocked: HashSet<&str> = with_ports.chain(virtual_nodes).collect();
        let missing = |n: &&NodeEligibility| n.pod_state == PodState::Missing;
        let nodes = self.nodes.iter().filter(missing);
        nodes.filter(move |node| !blocked.contains(&*node.name))
    }
}

impl DaemonSetAnalysis<'_> {
    /// That other pods have host ports which a new pod would want on the node. Those that the
    /// DaemonSet itself has there make room for it.
    pub(super) fn ports_taken(&self, node: &Node) -> Option<Reason> {
        let lacks = self
            .room
            .taken_ports(&node.name, self.pods_here(&node.name));
        (!lacks.is_empty()).then(|| Reason::PodUnschedulable {
            pod: PodFact::default(),
            scheduler: ApiMessage::default(),
            unfit: Vec::new(),
            preempts_none_at: None,
            lacks,
        })
    }

    /// On which of the nodes that should run it, `eligible`, a manifest's pods don't start.
    pub(super) fn unstartable(&self, eligible: &[&Node]) -> Unstartable {
        if self.applied {
            return Unstartable::default();
        }
        let taken = eligible.iter().filter_map(|node| {
            let reason = self.ports_taken(node)?;
            Some(BudgetHolder::of_node(node, reason))
        });
        let virtual_nodes = eligible.iter().filter(|n| VirtualKind::of(n).is_some());
        Unstartable {
            ports: Blocker::of_nodes(taken.collect(), Vec::new())
                .or_else(|| self.ports_under_surge()),
            virtual_nodes: virtual_nodes.map(|n| n.name.to_string()).collect(),
        }
    }

    /// That the new pods don't fit beside those of the stored template.
    fn ports_under_surge(&self) -> Option<Blocker> {
        let mut stored = self.snapshot.daemon_sets.iter();
        let is_it = |ds: &&DaemonSet| ds.name == self.ds.name && ds.namespace == self.ds.namespace;
        let stored = stored.find(is_it)?;
        let changes = stored.raw_template != self.ds.raw_template;
        let old = stored.pod_spec().filter(|_| changes)?;
        ports_under_surge(self.ds, [old])
    }
}
