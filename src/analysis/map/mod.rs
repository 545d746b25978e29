//! `why --map`: counts for each DaemonSet on each group of nodes.

pub mod groups;

use crate::model::Node;
use crate::model::selector::Selector;

use super::eligibility::{DaemonSetRef, EligibilityReport};
use super::node::NodeEligibility;

use groups::Groups;
pub use groups::{Group, GroupBy, GroupName};

/// DaemonSets by groups of nodes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeMap {
    /// What the nodes are grouped by.
    pub by: GroupBy,
    /// The groups, in order.
    pub groups: Vec<Group>,
    /// A row for each DaemonSet, in the order in which they were added.
    pub rows: Vec<Row>,
}

impl NodeMap {
    /// Whether any DaemonSet has problems on the group with this index.
    #[must_use]
    pub fn has_problems(&self, at: usize) -> bool {
        let mut cells = self.rows.iter().filter_map(|row| row.cells.get(at));
        cells.any(|cell| cell.has_problems())
    }
}

/// A DaemonSet on all groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The DaemonSet.
    pub daemon_set: DaemonSetRef,
    /// As in its report.
    pub clean: Option<bool>,
    /// Its counts for each of [`NodeMap::groups`].
    pub cells: Vec<Cell>,
}

/// How many nodes of a group are in which state for one DaemonSet. Each node is counted once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// Nodes that should run it and have one available, current pod.
    pub clean: usize,
    /// Nodes that should run it, or are expected to, but don't.
    pub broken: usize,
    /// Nodes with a pod that shouldn't have one.
    pub misscheduled: usize,
    /// Nodes that shouldn't have a pod, have none and aren't expected to.
    pub excluded: usize,
    /// Nodes of which too little was read.
    pub unknown: usize,
}

impl Cell {
    /// Whether any of its nodes has a problem.
    #[must_use]
    pub const fn has_problems(self) -> bool {
        self.broken > 0 || self.misscheduled > 0
    }

    fn count(&mut self, node: &NodeEligibility) {
        let counter = match (node.should_run, node.is_clean()) {
            (None, _) | (_, None) => &mut self.unknown,
            (Some(true), Some(true)) => &mut self.clean,
            (Some(true), Some(false)) => &mut self.broken,
            _ if node.is_excluded_though_expected() => &mut self.broken,
            (Some(false), Some(true)) => &mut self.excluded,
            (Some(false), Some(false)) => &mut self.misscheduled,
        };
        *counter += 1;
    }
}

/// A [`NodeMap`] under construction. It holds only counts, so that a report can be dropped once it
/// was added.
#[derive(Debug)]
pub struct Counting<'a> {
    groups: Groups<'a>,
    rows: Vec<Row>,
}

impl<'a> Counting<'a> {
    /// Groups `nodes` (`None` where they couldn't be read), limited by `selector`, by the values of
    /// `label` or else by what distinguishes them.
    #[must_use]
    pub fn new(
        nodes: Option<&'a [Node]>,
        selector: Option<&Selector>,
        label: Option<&str>,
    ) -> Self {
        let kept = |n: &&Node| selector.is_none_or(|s| s.matches(&n.labels));
        let kept: Vec<&Node> = nodes.unwrap_or_default().iter().filter(kept).collect();
        Self {
            groups: Groups::new(&kept, nodes.is_some(), label),
            rows: Vec::new(),
        }
    }

    /// Counts the nodes of a report on all nodes.
    pub fn add(&mut self, report: &EligibilityReport) {
        let mut cells = vec![Cell::default(); self.groups.len()];
        for node in &report.nodes {
            if let Some(cell) = cells.get_mut(self.groups.of(&node.name)) {
                cell.count(node);
            }
        }
        self.rows.push(Row {
            daemon_set: report.daemon_set.clone(),
            clean: report.clean,
            cells,
        });
    }

    /// The map of everything that was added.
    #[must_use]
    pub fn finish(mut self) -> NodeMap {
        let (by, mut groups) = self.groups.finish();
        // Nodes that aren't in any list get a group of their own, the last; usually there are none.
        let last = |row: &Row| row.cells.last().copied().unwrap_or_default();
        if self.rows.iter().all(|row| last(row) == Cell::default()) {
            groups.pop();
            for row in &mut self.rows {
                row.cells.pop();
            }
        }
        NodeMap {
            by,
            groups,
            rows: self.rows,
        }
    }
}
