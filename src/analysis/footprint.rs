//! What the agent costs: the requests that the scheduler counts on all nodes that should run it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::engine::requests::{Requests, add};
use crate::model::quantity::Quantity;
use crate::model::{Node, Pod};

use super::requests::{NewPod, UnreadableRequests, are_same, of_pods, sum};
use super::virtual_nodes::VirtualKind;

/// The requests of one pod and of all.
#[derive(Clone, Debug, PartialEq)]
pub struct Footprint {
    /// What a new pod would request: by the template, plus the defaults of the namespace's
    /// LimitRanges.
    pub per_pod: Requests,
    /// What the scheduler counts on the nodes that should run one: existing pods as they are, and a
    /// new one where there is none.
    pub total: Requests,
    /// How many nodes these are.
    pub nodes: usize,
    /// How many of them have no pod yet.
    pub new_pods: usize,
    /// Whether new pods may request more than is known.
    pub may_get_defaults: bool,
    /// The existing pods whose requests differ from a new one's, most first.
    pub differing: Vec<DifferingPods>,
    /// For each resource, the share of the node where it is largest.
    pub largest_share: Vec<Share>,
}

/// Pods with the same requests, which differ from a new one's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DifferingPods {
    /// What the scheduler counts of each.
    pub requests: Requests,
    /// How many they are.
    pub pods: usize,
}

/// The share of a node's allocatable that its pod requests.
#[derive(Clone, Debug, PartialEq)]
pub struct Share {
    /// The resource.
    pub resource: String,
    /// The node with the largest share.
    pub node: String,
    /// The node's amount, from `status.allocatable`.
    pub allocatable: String,
    /// The share in percent.
    pub percent: f64,
}

impl Footprint {
    /// The footprint on `nodes`, which should each run a pod, with their pods that count.
    ///
    /// # Errors
    /// The error names the quantity of the template or of a pod that can't be parsed.
    pub(super) fn new<'n, 'p, P>(
        new_pod: &NewPod,
        nodes: impl IntoIterator<Item = (&'n Node, P)>,
    ) -> Result<Self, UnreadableRequests>
    where
        P: IntoIterator<Item = &'p Pod>,
    {
        let mut footprint = Self {
            per_pod: new_pod.requests.clone()?,
            total: Requests::new(),
            nodes: 0,
            new_pods: 0,
            may_get_defaults: false,
            differing: Vec::new(),
            largest_share: Vec::new(),
        };
        let (mut differing, mut shares) = (BTreeMap::new(), Shares::default());
        // What the scheduler counts never gets to nodes that are no machines.
        let machines = nodes.into_iter();
        let machines = machines.filter(|(node, _)| VirtualKind::of(node).is_none());
        for (node, pods) in machines {
            let pods = of_pods(pods, new_pod)?;
            for requests in pods.iter().filter(|p| !are_same(p, &footprint.per_pod)) {
                *differing.entry(requests.clone()).or_default() += 1;
            }
            let here = match pods.as_slice() {
                [] => Cow::Borrowed(&footprint.per_pod),
                [one] => Cow::Borrowed(one),
                several => Cow::Owned(sum(several)),
            };
            footprint.nodes += 1;
            footprint.new_pods += usize::from(pods.is_empty());
            add(&mut footprint.total, &here);
            shares.add(node, &here);
        }
        footprint.may_get_defaults = new_pod.may_get_defaults && footprint.new_pods > 0;
        let differing = differing.into_iter();
        footprint.differing = differing
            .map(|(requests, pods)| DifferingPods { requests, pods })
            .collect();
        footprint
            .differing
            .sort_by_key(|d| std::cmp::Reverse(d.pods));
        footprint.largest_share = shares.0.into_iter().map(Share::from).collect();
        Ok(footprint)
    }

    /// All resources that a new or an existing pod requests.
    pub fn resources(&self) -> impl Iterator<Item = &String> {
        let total = self.total.keys();
        let more = self.per_pod.keys();
        total.chain(more.filter(|name| !self.total.contains_key(*name)))
    }
}

/// The largest share of each resource.
#[derive(Default)]
struct Shares<'n>(BTreeMap<String, Largest<'n>>);

/// A share of a node's allocatable.
struct Largest<'n> {
    node: &'n Node,
    /// As it is written.
    written: &'n str,
    allocatable: Quantity,
    percent: f64,
}

impl<'n> Shares<'n> {
    fn add(&mut self, node: &'n Node, requests: &Requests) {
        for (resource, quantity) in requests {
            let Some(share) = Largest::new(resource, *quantity, node) else {
                continue;
            };
            match self.0.get_mut(resource) {
                Some(known) if share.is_larger(known) => *known = share,
                Some(_) => {}
                None => {
                    self.0.insert(resource.clone(), share);
                }
            }
        }
    }
}

impl<'n> Largest<'n> {
    fn new(resource: &str, request: Quantity, node: &'n Node) -> Option<Self> {
        let written = node.allocatable.get(resource)?;
        let allocatable = Quantity::parse(written).ok()?;
        Some(Self {
            node,
            written,
            allocatable,
            percent: request.percent_of(allocatable)?,
        })
    }

    /// Shares are rounded; of two equal ones, that of the smaller node counts as larger.
    fn is_larger(&self, than: &Self) -> bool {
        self.percent > than.percent
            || self.percent == than.percent && self.allocatable < than.allocatable
    }
}

impl From<(String, Largest<'_>)> for Share {
    fn from((resource, largest): (String, Largest<'_>)) -> Self {
        Self {
            resource,
            node: largest.node.name.to_string(),
            allocatable: largest.written.to_owned(),
            percent: largest.percent,
        }
    }
}
