//! What the agent costs: requests of a pod, times the nodes.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::analysis::footprint as facts;
use crate::analysis::on_node::Requests;

/// Quantities by resource, as the API writes them.
pub type Quantities<'a> = BTreeMap<&'a str, String>;

pub(super) fn quantities(requests: &Requests) -> Quantities<'_> {
    let written = requests.iter().map(|(n, q)| (n.as_str(), q.to_string()));
    written.collect()
}

/// The requests of one pod and of all.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Footprint<'a> {
    /// Requests of one pod, as the scheduler counts them.
    pub per_pod: Quantities<'a>,
    /// The same times the nodes that should run one.
    pub total: Quantities<'a>,
    /// How many nodes that is.
    pub nodes: usize,
    /// The share of the node that it weighs most on, for each resource.
    pub largest_share: Vec<Share<'a>>,
}

/// The share of a node's allocatable that one pod asks for.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Share<'a> {
    /// The resource.
    pub resource: &'a str,
    /// The node that has the least of it.
    pub node: &'a str,
    /// What it has, as `status.allocatable` says.
    pub allocatable: &'a str,
    /// The share in percent.
    pub percent: f64,
}

impl<'a> From<&'a facts::Footprint> for Footprint<'a> {
    fn from(footprint: &'a facts::Footprint) -> Self {
        let shares = footprint.largest_share.iter().map(|share| Share {
            resource: &share.resource,
            node: &share.node,
            allocatable: &share.allocatable,
            percent: share.percent,
        });
        Self {
            per_pod: quantities(&footprint.per_pod),
            total: quantities(&footprint.total),
            nodes: footprint.nodes,
            largest_share: shares.collect(),
        }
    }
}
