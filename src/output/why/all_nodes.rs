//! `why DS -o wide`: every node a row.

use std::collections::HashSet;

use jiff::Timestamp;

use crate::analysis::eligibility::EligibilityReport;
use crate::analysis::node::NodeEligibility;
use crate::words::notation::distance;
use crate::words::why::why;

use super::node::eligibility_cell;
use crate::output::document::{Document, Text};
use crate::output::lists::{Limits, cut, few, say_left_off};
use crate::output::words::state_cell;

/// Adds the table. Why it is so with the nodes of `said` stands above it already.
pub(super) fn all_nodes(
    document: &mut Document,
    report: &EligibilityReport,
    said: &HashSet<&str>,
    limits: Limits,
) {
    let mut nodes: Vec<_> = report.nodes.iter().collect();
    if nodes.is_empty() {
        return;
    }
    let is_narrowed = report.node_count.is_some_and(|all| nodes.len() < all);
    let title = if is_narrowed { "Nodes" } else { "All nodes" };
    document.heading(format!("{title} ({})", nodes.len()));
    let left_off = cut(&mut nodes, limits.rows);
    let rows = nodes
        .into_iter()
        .map(|node| row(node, said, limits, report.basis.evaluated_at))
        .collect();
    let header = ["NODE", "ELIGIBILITY", "POD STATE", "POD", "AWAY", "WHY"];
    document.table(0, &header, rows);
    say_left_off(document, left_off);
}

fn row(node: &NodeEligibility, said: &HashSet<&str>, limits: Limits, now: Timestamp) -> Vec<Text> {
    let pods: Vec<_> = node.pods.iter().map(|p| p.name.as_str()).collect();
    let is_said = said.contains(node.name.as_str());
    vec![
        node.name.clone().into(),
        eligibility_cell(node.eligibility_for_pods()),
        state_cell(&node.pods, node.pod_state),
        few(&pods, limits).into(),
        distance(node.distance).into(),
        (if is_said {
            "see above".into()
        } else {
            why(node, now).into()
        }),
    ]
}
