//! Groups of nodes: by a label that was asked for, or by what distinguishes the nodes.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::analysis::attribute;
use crate::model::Node;

/// The labels by which providers and installers distinguish node pools. A node's pool is given by
/// the first one that it has: labels that name the pool come before labels that name its kind.
const POOLS: [&str; 20] = [
    "karpenter.sh/nodepool",
    "karpenter.sh/provisioner-name",
    "eks.amazonaws.com/nodegroup",
    "alpha.eksctl.io/nodegroup-name",
    "cloud.google.com/gke-nodepool",
    "kubernetes.azure.com/agentpool",
    "agentpool",
    "doks.digitalocean.com/node-pool",
    "lke.linode.com/pool-id",
    "k8s.scaleway.com/pool-name",
    "ibm-cloud.kubernetes.io/worker-pool-name",
    "hypershift.openshift.io/nodePool",
    "kops.k8s.io/instancegroup",
    "worker.gardener.cloud/pool",
    "node.kubernetes.io/instance-group",
    "node-pool",
    "nodepool",
    "nodegroup",
    "pool",
    "eks.amazonaws.com/compute-type",
];

const INSTANCE_TYPE: &str = "node.kubernetes.io/instance-type";
const OS: &str = "kubernetes.io/os";
const ARCH: &str = "kubernetes.io/arch";

/// More groups than anybody reads: the smallest ones beyond that are merged, so that a label with a
/// value for each node doesn't need a count for each pair.
const MOST: usize = 200;

/// What nodes are grouped by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GroupBy {
    /// The values of a label that was asked for.
    Label(String),
    /// Pools, as these labels name them; else roles.
    Pool(Vec<&'static str>),
    /// `node-role.kubernetes.io/*`.
    Role,
    /// `node.kubernetes.io/instance-type`.
    InstanceType,
    /// `kubernetes.io/os` and `kubernetes.io/arch`.
    Platform,
    /// The keys of the taints that keep pods away.
    Taints,
    /// Nothing tells them apart.
    Nothing,
}

/// A group of nodes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// What its nodes have in common.
    pub name: GroupName,
    /// How many there are; `None` for nodes that only pods name.
    pub nodes: Option<usize>,
}

/// Which node is in which group.
#[derive(Debug)]
pub(super) struct Groups<'a> {
    by: GroupBy,
    groups: Vec<Group>,
    of: HashMap<&'a str, usize>,
}

impl<'a> Groups<'a> {
    /// Groups `nodes`; an additional group is for other nodes, which are gone where the nodes are
    /// `known`.
    pub(super) fn new(nodes: &[&'a Node], known: bool, label: Option<&str>) -> Self {
        let by = label.map_or_else(|| what_tells_apart(nodes), |l| GroupBy::Label(l.to_owned()));
        let mut counts: BTreeMap<GroupName, usize> = BTreeMap::new();
        for node in nodes {
            *counts.entry(by.name(node)).or_default() += 1;
        }
        let (kept, left) = largest(counts);
        let group = |name: &GroupName, nodes| Group {
            name: name.clone(),
            nodes,
        };
        let mut groups: Vec<Group> = kept.iter().map(|(name, n)| group(name, Some(*n))).collect();
        let others = groups.len();
        if left > 0 {
            groups.push(group(&GroupName::Others, Some(left)));
        }
        let at: HashMap<&GroupName, usize> = kept.iter().map(|(name, _)| name).zip(0..).collect();
        let place = |node: &&'a Node| {
            let index = at.get(&by.name(node)).copied().unwrap_or(others);
            (&*node.name, index)
        };
        let of = nodes.iter().map(place).collect();
        let elsewhere = if known {
            GroupName::Gone
        } else {
            GroupName::Unread
        };
        groups.push(group(&elsewhere, None));
        Self { by, groups, of }
    }

    pub(super) const fn len(&self) -> usize {
        self.groups.len()
    }

    /// The group of a node.
    pub(super) fn of(&self, node: &str) -> usize {
        let elsewhere = self.groups.len().saturating_sub(1);
        self.of.get(node).copied().unwrap_or(elsewhere)
    }

    pub(super) fn finish(self) -> (GroupBy, Vec<Group>) {
        (self.by, self.groups)
    }
}

/// What the nodes of a group have in common, in the order in which groups are shown.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GroupName {
    /// This value of the grouping.
    Of(String),
    /// All nodes are in one group: nothing distinguishes them.
    All,
    /// They have no value of the grouping.
    Without,
    /// They are in groups that are too small to be shown.
    Others,
    /// They don't exist, but pods name them.
    Gone,
    /// They couldn't be read, but pods name them.
    Unread,
}

/// The largest groups by name, and how many nodes the others have.
fn largest(counts: BTreeMap<GroupName, usize>) -> (Vec<(GroupName, usize)>, usize) {
    let mut kept: Vec<_> = counts.into_iter().collect();
    if kept.len() <= MOST {
        return (kept, 0);
    }
    kept.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let left = kept.split_off(MOST).iter().map(|(_, nodes)| nodes).sum();
    kept.sort();
    (kept, left)
}

/// The first grouping with more than one group; for pools one is enough.
fn what_tells_apart(nodes: &[&Node]) -> GroupBy {
    let used: BTreeSet<usize> = nodes.iter().filter_map(|n| pool(n)).map(|p| p.0).collect();
    if !used.is_empty() {
        return GroupBy::Pool(
            used.iter()
                .filter_map(|at| POOLS.get(*at).copied())
                .collect(),
        );
    }
    let mut ways = [
        GroupBy::Role,
        GroupBy::InstanceType,
        GroupBy::Platform,
        GroupBy::Taints,
    ]
    .into_iter();
    let several = |by: &GroupBy| {
        let mut names = nodes.iter().map(|n| by.name(n));
        let first = names.next();
        names.any(|name| Some(name) != first)
    };
    ways.find(several).unwrap_or(GroupBy::Nothing)
}

impl GroupBy {
    fn name(&self, node: &Node) -> GroupName {
        let name = match self {
            Self::Label(key) => node.labels.get(key).map(str::to_owned),
            Self::Pool(_) => pool(node)
                .map(|(_, v)| v.to_owned())
                .or_else(|| roles(node)),
            Self::Role => roles(node),
            Self::InstanceType => node.labels.get(INSTANCE_TYPE).map(str::to_owned),
            Self::Platform => platform(node),
            Self::Taints => taints(node),
            Self::Nothing => return GroupName::All,
        };
        name.map_or(GroupName::Without, GroupName::Of)
    }
}

/// The index of the label in [`POOLS`], and its value.
fn pool(node: &Node) -> Option<(usize, &str)> {
    let value = |key| node.labels.get(key).filter(|v| !v.is_empty());
    let mut found = POOLS
        .iter()
        .enumerate()
        .map(|(at, key)| Some((at, value(key)?)));
    found.find_map(|f| f)
}

fn roles(node: &Node) -> Option<String> {
    let roles: BTreeSet<&str> = attribute::roles(node).collect();
    joined(roles.into_iter(), ",")
}

fn platform(node: &Node) -> Option<String> {
    joined(
        [OS, ARCH].iter().filter_map(|key| node.labels.get(key)),
        "/",
    )
}

fn taints(node: &Node) -> Option<String> {
    let keeps_away = |effect: &str| matches!(effect, "NoSchedule" | "NoExecute");
    let taints = node.taints.iter().filter(|t| keeps_away(&t.effect));
    let keys: BTreeSet<&str> = taints.map(|t| &*t.key).collect();
    joined(keys.into_iter(), ",")
}

/// The parts as one name; `None` where there are none.
fn joined<'a>(parts: impl Iterator<Item = &'a str>, by: &str) -> Option<String> {
    let parts: Vec<&str> = parts.filter(|p| !p.is_empty()).collect();
    (!parts.is_empty()).then(|| parts.join(by))
}
