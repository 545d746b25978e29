//! What the agent costs: what the scheduler counts of its pods, on all nodes that should run one.

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
    /// What the scheduler would count of a new pod: by the template, with what the
    /// namespace's LimitRanges add as far as they were read.
    pub per_pod: Quantities<'a>,
    /// What the scheduler counts on the nodes that should run one: the pods that are there as
    /// they are, and a new one where there is none.
    pub total: Quantities<'a>,
    /// How many nodes that is.
    pub nodes: usize,
    /// On how many of them there is no pod yet.
    pub new_pods: usize,
    /// The pods there that request something else than a new one would, such as those that
    /// were resized, most first.
    pub differing: Vec<DifferingPods<'a>>,
    /// The share of the node that it weighs most on, for each resource.
    pub largest_share: Vec<Share<'a>>,
}

/// Pods that request the same, and something else than a new one would.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct DifferingPods<'a> {
    /// What the scheduler counts of each.
    pub requests: Quantities<'a>,
    /// How many they are.
    pub pods: usize,
}

/// The share of a node's allocatable that its pods ask for.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Share<'a> {
    /// The resource.
    pub resource: &'a str,
    /// The node of which it is the largest share.
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
