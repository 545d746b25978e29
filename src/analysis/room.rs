//! What a daemon pod lacks on the node that it is meant for, and which pods have it.

use std::collections::HashMap;

use crate::engine::requests::{Requests, scheduled_requests};
use crate::model::quantity::Quantity;
use crate::model::{Node, Pod, Snapshot};

use super::pod::DaemonPod;
use super::reason::{Holder, Lack, Reason};
use super::unschedulable::{Unfit, unfit};

/// How many of those that request most are told.
const MOST: usize = 3;

/// The nodes on which daemon pods find no room, and the pods that are there.
#[derive(Debug, Default)]
pub struct Room<'a> {
    nodes: &'a [Node],
    by_node: HashMap<&'a str, Vec<&'a Pod>>,
}

impl<'a> Room<'a> {
    pub(super) fn new(snapshot: &'a Snapshot) -> Self {
        let mut by_node: HashMap<&str, Vec<&Pod>> = HashMap::new();
        let counted = snapshot.pods_beside.iter().filter(|p| !p.is_terminal());
        for pod in counted {
            by_node.entry(&pod.node_name).or_default().push(pod);
        }
        Self {
            nodes: snapshot.nodes.as_deref().unwrap_or_default(),
            by_node,
        }
    }

    /// Adds to that a pod can't be scheduled what it lacks.
    pub(super) fn add_to(&self, report: &mut DaemonPod, pod: &Pod) {
        for reason in &mut report.reasons {
            if let Reason::PodUnschedulable {
                scheduler, lacks, ..
            } = reason
            {
                let unfit = unfit(&scheduler.message);
                *lacks = unfit.iter().flat_map(|u| self.lacks(u, pod)).collect();
            }
        }
    }

    fn lacks(&self, unfit: &Unfit, pod: &Pod) -> Vec<Lack> {
        match unfit {
            Unfit::HostPortTaken => self.ports(pod),
            Unfit::TooManyPods => vec![self.resource("pods", pod)],
            Unfit::Insufficient(name) => vec![self.resource(name, pod)],
            Unfit::Untolerated(_)
            | Unfit::Volume
            | Unfit::OwnNodeDoesNotMatch
            | Unfit::Other(_) => Vec::new(),
        }
    }

    /// Those that others have; all that it wants where the others weren't read.
    fn ports(&self, pod: &Pod) -> Vec<Lack> {
        let others = self.others(pod);
        let of = |wanted: &crate::model::HostPort| {
            let has = |p: &&&Pod| p.host_ports.iter().any(|port| port.conflicts(wanted));
            let holders = others.iter().filter(has);
            Lack::Port {
                port: wanted.port,
                protocol: wanted.protocol.to_string(),
                holders: holders.map(|p| holder(p, None)).collect(),
            }
        };
        let mut all: Vec<Lack> = pod.host_ports.iter().map(of).collect();
        let is_taken =
            |lack: &Lack| !matches!(lack, Lack::Port { holders, .. } if holders.is_empty());
        if all.iter().any(is_taken) {
            all.retain(is_taken);
        }
        all
    }

    fn resource(&self, name: &str, pod: &Pod) -> Lack {
        let requested = match name {
            "pods" => Quantity::parse("1").ok(),
            _ => amount(pod, name),
        };
        let allocatable = self.node(pod).and_then(|node| node.allocatable.get(name));
        let allocatable = allocatable.and_then(|text| Quantity::parse(text).ok());
        let never = requested.zip(allocatable).map(|(wants, has)| wants > has);
        Lack::Resource {
            name: name.to_owned(),
            requested: requested.map(|q| q.to_string()).unwrap_or_default(),
            allocatable: allocatable.map(|q| q.to_string()),
            never_fits: never.unwrap_or_else(|| self.node(pod).is_some()),
            holders: self.biggest(name, pod),
        }
    }

    /// The pods that request most of a resource, the biggest first.
    fn biggest(&self, name: &str, pod: &Pod) -> Vec<Holder> {
        let requests = self.others(pod).iter();
        let requests = requests.filter_map(|p| Some((amount(p, name)?, *p)));
        let mut requests: Vec<(Quantity, &Pod)> = requests.collect();
        requests.retain(|(amount, _)| *amount > Quantity::default());
        requests.sort_by(|(a, p), (b, q)| b.cmp(a).then_with(|| p.name.cmp(&q.name)));
        let most = requests.into_iter().take(MOST);
        most.map(|(amount, p)| holder(p, Some(amount))).collect()
    }

    fn others(&self, pod: &Pod) -> &[&'a Pod] {
        let target = pod.target_node.as_deref().unwrap_or_default();
        self.by_node.get(target).map_or(&[], Vec::as_slice)
    }

    /// Nodes are in the order of their names.
    fn node(&self, pod: &Pod) -> Option<&'a Node> {
        let target = pod.target_node.as_deref()?;
        let found = self
            .nodes
            .binary_search_by(|n| (*n.name).cmp(target))
            .ok()?;
        self.nodes.get(found)
    }
}

fn amount(pod: &Pod, name: &str) -> Option<Quantity> {
    let requests: Requests = scheduled_requests(pod.resources.as_deref()?).ok()?;
    requests.get(name).copied()
}

fn holder(pod: &Pod, amount: Option<Quantity>) -> Holder {
    let owner = pod.controller();
    Holder {
        namespace: pod.namespace.to_string(),
        pod: pod.name.to_string(),
        owner: owner.map(|o| (o.kind.to_string(), o.name.to_string())),
        amount: amount.map(|amount| amount.to_string()),
    }
}
