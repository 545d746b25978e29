//! `why DS -o wide`: every node a row.

use jiff::Timestamp;

use crate::analysis::eligibility::EligibilityReport;
use crate::analysis::node::NodeEligibility;
use crate::words::notation::distance;
use crate::words::why::why;

use super::node::eligibility_cell;
use crate::output::document::{Document, Quoted, Text};
use crate::output::lists::{Limits, cut};
use crate::output::words::{head, pod_names, state_cell};

/// Adds the table.
pub(super) fn all_nodes(document: &mut Document, report: &EligibilityReport, limits: Limits) {
    let mut nodes: Vec<_> = report.nodes.iter().collect();
    if nodes.is_empty() {
        return;
    }
    let is_narrowed = report.node_count.is_some_and(|all| nodes.len() < all);
    let title = if is_narrowed { "Nodes" } else { "All nodes" };
    document.heading(head(title, nodes.len()));
    let left_off = cut(&mut nodes, limits.rows);
    let rows = nodes
        .into_iter()
        .map(|node| row(node, limits, report.basis.evaluated_at))
        .collect();
    let header = ["NODE", "ELIGIBILITY", "POD STATE", "POD", "LACKS", "WHY"];
    document.table(0, &header, rows);
    document.left_off(left_off, "node");
}

fn row(node: &NodeEligibility, limits: Limits, now: Timestamp) -> Vec<Text> {
    vec![
        Quoted::new(&node.name).into(),
        eligibility_cell(node.eligibility_for_pods()),
        state_cell(&node.pods, node.pod_state),
        pod_names(&node.pods, limits),
        distance(node.distance).into(),
        why(node, now).into(),
    ]
}
