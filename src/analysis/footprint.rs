//! What the agent costs: requests of a pod, times the nodes.

use crate::engine::requests::{RequestError, Requests, pod_requests};
use crate::model::quantity::Quantity;
use crate::model::{DaemonSet, Node};

/// The requests of one pod and of all.
#[derive(Clone, Debug, PartialEq)]
pub struct Footprint {
    /// Requests of one pod, as the scheduler counts them.
    pub per_pod: Requests,
    /// The same times the nodes that should run one.
    pub total: Requests,
    /// How many nodes that is.
    pub nodes: usize,
    /// The share of the node that it weighs most on, for each resource.
    pub largest_share: Vec<Share>,
}

/// The share of a node's allocatable that one pod asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct Share {
    /// The resource.
    pub resource: String,
    /// The node that has the least of it.
    pub node: String,
    /// What it has, as `status.allocatable` says.
    pub allocatable: String,
    /// The share in percent.
    pub percent: f64,
}

impl Footprint {
    /// The footprint on `nodes`, the ones that should run a pod.
    ///
    /// # Errors
    /// Names the quantity of the template that can't be parsed.
    pub fn new(ds: &DaemonSet, nodes: &[&Node]) -> Result<Self, RequestError> {
        let requests = match ds.pod_spec() {
            Some(spec) => pod_requests(spec)?,
            None => Requests::new(),
        };
        let total = requests
            .iter()
            .map(|(name, quantity)| (name.clone(), quantity.times(nodes.len())));
        Ok(Self {
            total: total.collect(),
            nodes: nodes.len(),
            largest_share: requests
                .iter()
                .filter_map(|(name, quantity)| share(name, *quantity, nodes))
                .collect(),
            per_pod: requests,
        })
    }
}

fn share(resource: &str, request: Quantity, nodes: &[&Node]) -> Option<Share> {
    let allocatable = nodes.iter().filter_map(|node| {
        let text = node.allocatable.get(resource)?;
        Some((node, text, Quantity::parse(text).ok()?))
    });
    let (node, text, least) = allocatable.min_by_key(|(_, _, quantity)| *quantity)?;
    Some(Share {
        resource: resource.to_owned(),
        node: node.name.to_string(),
        allocatable: text.to_owned(),
        percent: request.percent_of(least)?,
    })
}
