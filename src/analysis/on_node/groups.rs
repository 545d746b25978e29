//! Nodes with the same outcome.

use std::collections::BTreeMap;

use crate::analysis::basis::{Basis, Note};
use crate::analysis::coverage::ExpectationChange;
use crate::analysis::pod::PodState;
use crate::analysis::reason::Reason;
use crate::model::quantity::Quantity;

use super::{DaemonSetsOnNode, NodeReport, NodeWhatIf, Requests, State};

/// The answer about one node.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// As it is.
    Report(Box<NodeReport>),
    /// Today beside then.
    WhatIf(Box<NodeWhatIf>),
}

impl Outcome {
    /// The node's name.
    #[must_use]
    pub fn node(&self) -> &str {
        match self {
            Self::Report(report) => &report.node,
            Self::WhatIf(report) => &report.node,
        }
    }

    /// As it is, or as it would be.
    #[must_use]
    pub fn on_node(&self) -> &DaemonSetsOnNode {
        match self {
            Self::Report(report) => &report.on_node,
            Self::WhatIf(report) => &report.then,
        }
    }

    /// Whether all is as it should be, or nothing would change.
    #[must_use]
    pub fn is_fine(&self) -> bool {
        match self {
            Self::Report(report) => report.clean == Some(true),
            Self::WhatIf(report) => {
                let mut expectations = report.expectations.iter();
                report.effects.is_empty() && !expectations.any(ExpectationChange::is_broken)
            }
        }
    }

    /// What it rests on.
    #[must_use]
    pub fn basis(&self) -> &Basis {
        match self {
            Self::Report(report) => &report.basis,
            Self::WhatIf(report) => &report.basis,
        }
    }

    /// Whether something couldn't be read.
    #[must_use]
    pub fn is_partial(&self) -> bool {
        !self.basis().incomplete.is_empty()
    }
}

/// Nodes on which every DaemonSet has the same state for the same reasons and the same requests,
/// today and afterwards.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// Their names in order.
    pub nodes: Vec<String>,
    /// The answer about the first of them.
    pub sample: Outcome,
    /// By resource, the least that is left on any of them, and on which node.
    pub least: BTreeMap<String, (Quantity, String)>,
    /// Other notes, and the nodes that they concern.
    pub notes: BTreeMap<Note, Vec<String>>,
}

/// One DaemonSet's part of an outcome: with whether it is expected, and its requests on the node.
type DaemonSetPart = (State, PodState, bool, Vec<Reason>, Option<Requests>);

/// What the nodes of a group have in common: their outcome, or a name where each node is shown
/// separately.
type GroupKey = (Option<String>, Vec<DaemonSetPart>);

/// Groups filled node by node, so that only one answer is kept for each group.
#[derive(Debug)]
pub struct Groups {
    alone: bool,
    groups: BTreeMap<GroupKey, Group>,
}

impl Groups {
    /// No groups yet; with `alone` each node will get its own group.
    #[must_use]
    pub const fn new(alone: bool) -> Self {
        Self {
            alone,
            groups: BTreeMap::new(),
        }
    }

    /// Adds the answer about one node to its group. Nodes have to come in the order of their names.
    pub fn add(&mut self, outcome: Outcome) {
        let mut key = parts(outcome.on_node());
        if let Outcome::WhatIf(report) = &outcome {
            key.extend(report.today.iter().flat_map(parts));
        }
        let node = outcome.node().to_owned();
        let left = outcome.on_node().sums.left.clone().unwrap_or_default();
        let notes = outcome.basis().notes.clone();
        let name = self.alone.then(|| node.clone());
        let group = self.groups.entry((name, key)).or_insert_with(|| Group {
            nodes: Vec::new(),
            sample: outcome,
            least: BTreeMap::new(),
            notes: BTreeMap::new(),
        });
        for note in notes {
            group.notes.entry(note).or_default().push(node.clone());
        }
        for (resource, quantity) in left {
            let new = (quantity, node.clone());
            let least = group.least.entry(resource).or_insert_with(|| new.clone());
            if new.0 < least.0 {
                *least = new;
            }
        }
        group.nodes.push(node);
    }

    /// The groups: those with problems first, then the larger ones.
    #[must_use]
    pub fn sorted(&self) -> Vec<&Group> {
        let mut groups: Vec<_> = self.groups.values().collect();
        groups.sort_by(|a, b| {
            let rank = |g: &&Group| (g.sample.is_fine(), std::cmp::Reverse(g.nodes.len()));
            (rank(a), &a.nodes).cmp(&(rank(b), &b.nodes))
        });
        groups
    }
}

fn parts(on_node: &DaemonSetsOnNode) -> Vec<DaemonSetPart> {
    let parts = on_node.daemon_sets.iter().map(|one| {
        let mut rules: Vec<Reason> = one.reasons.iter().map(Reason::cause).collect();
        rules.sort();
        rules.dedup();
        let (expected, requests) = (one.expected, one.requests.clone());
        (one.state, one.pod_state, expected, rules, requests)
    });
    parts.collect()
}
