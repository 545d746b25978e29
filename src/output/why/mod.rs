//! `kubectl ds why` for people.

mod all_nodes;
mod daemon_set;
pub mod many;
mod map;
mod node;
mod numbers;
mod what_if;

use crate::analysis::eligibility::EligibilityReport;
use crate::analysis::node::NodeEligibility;
use crate::analysis::what_if::WhatIfReport;

use super::answer::{Answer, Outcome, Report};
use super::document::Document;
use super::names::ObjectName;
use super::print_options::PrintOptions;

/// The answer about one DaemonSet.
#[derive(Debug)]
pub struct Eligibility {
    /// The report.
    pub report: EligibilityReport,
    /// Whether it was asked about one node.
    pub is_one_node: bool,
}

impl Answer for Eligibility {
    fn reports(&self) -> Vec<Report<'_>> {
        vec![Report::Eligibility(&self.report)]
    }

    fn names(&self) -> Vec<ObjectName<'_>> {
        node_names(&self.report.nodes)
    }

    fn layout(&self, options: PrintOptions) -> Document {
        if self.is_one_node {
            return node::layout(&self.report, options);
        }
        daemon_set::layout(&self.report, options)
    }

    fn outcome(&self) -> Outcome {
        Outcome::new(&self.report.basis, self.report.has_findings())
    }
}

impl Answer for WhatIfReport {
    fn reports(&self) -> Vec<Report<'_>> {
        vec![Report::WhatIf(self)]
    }

    fn names(&self) -> Vec<ObjectName<'_>> {
        node_names(&self.then.nodes)
    }

    fn layout(&self, options: PrintOptions) -> Document {
        what_if::layout(self, options)
    }

    fn outcome(&self) -> Outcome {
        Outcome::new(&self.basis, !self.effects.is_empty())
    }
}

fn node_names(nodes: &[NodeEligibility]) -> Vec<ObjectName<'_>> {
    let nodes = nodes.iter();
    nodes.map(|node| ObjectName::node(&node.name)).collect()
}
