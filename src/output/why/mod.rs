//! `kubectl ds why` for people.

mod all_nodes;
pub mod comment;
mod daemon_set;
pub mod many;
mod map;
mod node;
mod numbers;
mod what_if;

use crate::analysis::basis::Basis;
use crate::analysis::coverage::ExpectationChange;
use crate::analysis::eligibility::{DaemonSetRef, EligibilityReport};
use crate::analysis::fail_on::is_met_by_daemon_set;
use crate::analysis::gauges::Gauges;
use crate::analysis::map::NodeMap;
use crate::analysis::next::steps_for_list;
use crate::analysis::node::NodeEligibility;
use crate::analysis::summary::Overview;
use crate::analysis::what_if::WhatIfReport;
use crate::model::condition::Condition;

use super::answer::{Answer, Outcome, Report};
use super::closing::closing;
use super::comment::Comment;
use super::document::Document;
use super::names::ObjectName;
use super::next::next;
use super::print_options::PrintOptions;

/// The answer about one DaemonSet.
#[derive(Debug)]
pub struct Eligibility {
    /// The report.
    pub report: EligibilityReport,
}

impl Answer for Eligibility {
    fn reports(&self) -> Vec<Report<'_>> {
        vec![Report::Eligibility(&self.report)]
    }

    fn names(&self) -> Vec<ObjectName<'_>> {
        node_names(&self.report.nodes)
    }

    fn layout(&self, options: PrintOptions) -> Document {
        if self.report.is_one_node {
            return node::layout(&self.report, options);
        }
        daemon_set::layout(&self.report, options)
    }

    fn outcome(&self) -> Outcome {
        Outcome::new(&self.report.basis, self.report.has_findings())
    }

    fn basis(&self) -> Option<&Basis> {
        Some(&self.report.basis)
    }

    fn comment(&self, options: PrintOptions) -> Comment {
        let document = self.layout(options);
        if self.report.is_one_node {
            return comment::of_node(&self.report, document, options.limits);
        }
        comment::of_daemon_set(&self.report, document, options)
    }

    fn meeting(&self, condition: Condition) -> Vec<&DaemonSetRef> {
        let is_met = is_met_by_daemon_set(condition, &self.report, &Gauges::new(&self.report));
        is_met
            .then_some(&self.report.daemon_set)
            .into_iter()
            .collect()
    }
}

/// The same by groups of nodes.
#[derive(Debug)]
pub struct EligibilityMap {
    /// The report.
    pub report: EligibilityReport,
    /// Its nodes, counted.
    pub map: NodeMap,
}

impl Answer for EligibilityMap {
    fn reports(&self) -> Vec<Report<'_>> {
        vec![Report::Eligibility(&self.report)]
    }

    fn names(&self) -> Vec<ObjectName<'_>> {
        node_names(&self.report.nodes)
    }

    fn layout(&self, options: PrintOptions) -> Document {
        let mut document = Document::default();
        if options.headers {
            daemon_set::first_line(&mut document, &self.report, options.unicode);
            document.blank();
        }
        let excluded = many::excluded_cell(&Overview::new(&self.report));
        map::layout(&mut document, &self.map, &[excluded], true, options);
        if options.headers && self.report.clean != Some(true) {
            next(&mut document, &steps_for_list([&self.report.daemon_set]));
        }
        closing(&mut document, &self.report.basis);
        document
    }

    fn outcome(&self) -> Outcome {
        Outcome::new(&self.report.basis, self.report.has_findings())
    }

    fn basis(&self) -> Option<&Basis> {
        Some(&self.report.basis)
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
        let breaks = self.expectations.iter().any(ExpectationChange::is_broken);
        Outcome::new(&self.basis, breaks || !self.effects.is_empty())
    }

    fn basis(&self) -> Option<&Basis> {
        Some(&self.basis)
    }

    fn comment(&self, options: PrintOptions) -> Comment {
        comment::of_what_if(self, self.layout(options), options.limits)
    }
}

fn node_names(nodes: &[NodeEligibility]) -> Vec<ObjectName<'_>> {
    let nodes = nodes.iter();
    nodes.map(|node| ObjectName::node(&node.name)).collect()
}
