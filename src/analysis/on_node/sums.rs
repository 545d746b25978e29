//! What the daemon pods of a node request together, and what they leave.

use std::collections::BTreeMap;

use super::OnNode;
use crate::analysis::requests::sum;
use crate::engine::requests::Requests;
use crate::model::quantity::Quantity;
use crate::model::{Node, Resources};

/// The resource by which the kubelet limits the number of pods on a node.
const PODS: &str = "pods";

/// Whether every kubelet reports the resource, so that its absence doesn't mean zero.
fn is_always_there(resource: &str) -> bool {
    matches!(resource, "cpu" | "memory" | "ephemeral-storage" | PODS)
}

/// What a node has of a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Allocatable<'a> {
    /// This amount, as `status.allocatable` has it.
    Of(&'a str),
    /// None of it.
    Nothing,
    /// That isn't known.
    Unknown,
}

/// What the daemon pods of a node request together, and what they leave.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sums {
    /// What the scheduler counts for the pods of running DaemonSets, as they are, and for new pods
    /// of those that would start; `pods` is their number.
    pub requests: Requests,
    /// `status.allocatable`; `None` when the node couldn't be read or doesn't say.
    pub allocatable: Option<Resources>,
    /// Allocatable minus the requests, for all other pods together; negative where the daemon pods
    /// alone don't fit. A resource is left out where its allocatable isn't a quantity, or is
    /// missing though every node has it.
    pub left: Option<Requests>,
    /// The share of allocatable that is requested, in percent.
    pub percent: BTreeMap<String, f64>,
    /// What the other pods of the node request; `None` where they weren't read.
    pub others: Option<Requests>,
}

impl Sums {
    /// Adds up the requests of `daemon_sets` and subtracts them from what `node` has.
    pub(super) fn new(
        daemon_sets: &[OnNode],
        node: Option<&Node>,
        others: Option<Requests>,
    ) -> Self {
        let counted = || daemon_sets.iter().filter(|d| d.counted > 0);
        let mut total = sum(counted().filter_map(|d| d.requests.as_ref()));
        let pods = counted().map(|d| d.counted).sum::<usize>();
        let one = Quantity::parse("1").unwrap_or_default();
        total.insert(PODS.to_owned(), one.times(pods));
        let allocatable = node.map(|n| &n.allocatable).filter(|a| !a.is_empty());
        let has = allocatable.map(|a| {
            let parsed = a.iter().filter_map(|(name, text)| {
                let quantity = Quantity::parse(text).ok()?;
                Some((name.to_owned(), quantity))
            });
            parsed.collect::<Requests>()
        });
        let says = |name: &str| {
            is_always_there(name) || allocatable.is_some_and(|a| a.get(name).is_some())
        };
        Self {
            left: has.as_ref().map(|has| {
                let mut left = left(has, &total);
                left.retain(|name, _| has.contains_key(name) || !says(name));
                left
            }),
            percent: has.map(|has| shares(&has, &total)).unwrap_or_default(),
            allocatable: allocatable.cloned(),
            requests: total,
            others,
        }
    }

    /// What is left of a resource; `None` where that isn't known.
    #[must_use]
    pub fn left_of(&self, resource: &str) -> Option<Quantity> {
        let left = self.left.as_ref()?.get(resource).copied();
        let has_none = self.allocatable_of(resource) == Allocatable::Nothing;
        left.or_else(|| has_none.then(Quantity::default))
    }

    /// What is left after the other pods of the node too; `None` where their requests aren't known.
    #[must_use]
    pub fn left_by_all(&self, resource: &str) -> Option<Quantity> {
        let others = self.others.as_ref()?.get(resource).copied();
        Some(self.left_of(resource)?.minus(others.unwrap_or_default()))
    }

    /// What the node has of a resource.
    #[must_use]
    pub fn allocatable_of(&self, resource: &str) -> Allocatable<'_> {
        let Some(allocatable) = &self.allocatable else {
            return Allocatable::Unknown;
        };
        match allocatable.get(resource) {
            Some(written) => Allocatable::Of(written),
            None if is_always_there(resource) => Allocatable::Unknown,
            None => Allocatable::Nothing,
        }
    }

    /// Whether the node has a resource that no pod requests.
    #[must_use]
    pub fn is_not_summed(&self, resource: &str) -> bool {
        let left = self.left_of(resource);
        left.is_some_and(|left| left != Quantity::default())
            && !self.requests.contains_key(resource)
    }

    /// How much the daemon pods ask for of each resource of which they ask for more than the node
    /// has, and how much it has.
    pub fn shortages(&self) -> impl Iterator<Item = (&str, Quantity, Quantity)> {
        self.exceeded().map(|name| {
            let asked = self.requests.get(name).copied().unwrap_or_default();
            let left = self.left_of(name).unwrap_or_default();
            (name, asked, left.plus(asked))
        })
    }

    /// The resources with less than nothing left.
    pub fn exceeded(&self) -> impl Iterator<Item = &str> {
        let left = self.left.iter().flatten();
        left.filter(|(_, quantity)| quantity.is_negative())
            .map(|(name, _)| name.as_str())
    }
}

/// A resource that the node doesn't report counts as zero.
fn left(has: &Requests, asked: &Requests) -> Requests {
    let mut left = has.clone();
    for (name, quantity) in asked {
        let rest = left.entry(name.clone()).or_default();
        *rest = rest.minus(*quantity);
    }
    left
}

fn shares(has: &Requests, asked: &Requests) -> BTreeMap<String, f64> {
    let shares = asked.iter().filter_map(|(name, quantity)| {
        let share = quantity.percent_of(*has.get(name)?)?;
        Some((name.clone(), share))
    });
    shares.collect()
}
