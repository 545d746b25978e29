//! What the agent costs: the requests that the scheduler counts on all nodes that should run it.

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
    /// What the scheduler would count for a new pod: by the template, plus the defaults of the
    /// namespace's LimitRanges as far as they were read.
    pub per_pod: Quantities<'a>,
    /// What the scheduler counts on the nodes that should run one: existing pods as they are, and a
    /// new one where there is none.
    pub total: Quantities<'a>,
    /// How many nodes these are.
    pub nodes: usize,
    /// How many of them have no pod yet.
    pub new_pods: usize,
    /// The existing pods whose requests differ from a new one's, for example after a resize, most
    /// first.
    pub differing: Vec<DifferingPods<'a>>,
    /// For each resource, the share of the node where it is largest.
    pub largest_share: Vec<Share<'a>>,
}

/// Pods with the same requests, which differ from a new one's.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct DifferingPods<'a> {
    /// What the scheduler counts for each.
    pub requests: Quantities<'a>,
    /// How many they are.
    pub pods: usize,
}

/// The share of a node's allocatable that its pods request.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Share<'a> {
    /// The resource.
    pub resource: &'a str,
    /// The node with the largest share.
    pub node: &'a str,
    /// The node's amount, from `status.allocatable`.
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
            new_pods: footprint.new_pods,
            differing: footprint.differing.iter().map(Into::into).collect(),
            largest_share: shares.collect(),
        }
    }
}

impl<'a> From<&'a facts::DifferingPods> for DifferingPods<'a> {
    fn from(differing: &'a facts::DifferingPods) -> Self {
        Self {
            requests: quantities(&differing.requests),
            pods: differing.pods,
        }
    }
}
