//! What the engine found on the way to a decision.

use crate::model::Taint;

use super::affinity::{FieldRequirement, Requirement};
use super::toleration::DaemonToleration;

/// Collects findings, and so determines how far the engine looks.
pub trait Findings<'a> {
    /// `false` stops at the first reason that decides, as upstream does.
    const ALL: bool;

    /// Takes one finding.
    fn push(&mut self, finding: Finding<'a>);
}

/// Drops all findings, for the hot loop.
#[derive(Debug, Default)]
pub struct Ignore;

impl<'a> Findings<'a> for Ignore {
    const ALL: bool = false;

    fn push(&mut self, _: Finding<'a>) {}
}

impl<'a> Findings<'a> for Vec<Finding<'a>> {
    const ALL: bool = true;

    fn push(&mut self, finding: Finding<'a>) {
        Self::push(self, finding);
    }
}

/// One rule of the template applied to one fact of the node.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Finding<'a> {
    /// `spec.nodeName` of the template is set.
    NodeName {
        /// The node that the template names.
        wanted: &'a str,
        /// Whether it is this node.
        ok: bool,
    },
    /// One pair of `nodeSelector`.
    NodeSelector {
        /// The label's key.
        key: &'a str,
        /// The value that the template requires.
        wanted: &'a str,
        /// The node's value; `None` when it lacks the label.
        found: Option<&'a str>,
        /// Whether they are equal.
        ok: bool,
    },
    /// Required node affinity without a usable term: it matches no node.
    NoUsableTerm,
    /// A term of the required node affinity, after its requirements.
    Term {
        /// Its index in `nodeSelectorTerms`.
        term: usize,
        /// Whether all of it matches.
        ok: bool,
    },
    /// One of a term's `matchExpressions`.
    Expression {
        /// Index of the term.
        term: usize,
        /// The requirement, with its own index and what is wrong with it if it can't be parsed.
        requirement: &'a Requirement,
        /// The node's value; `None` when it lacks the label.
        found: Option<&'a str>,
        /// Whether it matches; never for one that can't be parsed.
        ok: bool,
    },
    /// One of a term's `matchFields`.
    Field {
        /// Index of the term.
        term: usize,
        /// The requirement.
        requirement: &'a FieldRequirement,
        /// The field's value on this node, empty for an unknown field.
        found: &'a str,
        /// Whether it matches.
        ok: bool,
    },
    /// One taint of the node.
    Taint {
        /// The taint.
        taint: &'a Taint,
        /// The first toleration that covers it; `None` when none does.
        toleration: Option<&'a DaemonToleration>,
    },
}
