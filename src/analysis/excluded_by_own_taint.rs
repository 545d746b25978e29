//! Nodes that a DaemonSet excludes by taints that only its own pod would remove.

use super::eligibility::EligibilityReport;
use super::node::NodeEligibility;
use super::reason::Reason;
use super::summary::is_excluded;

/// Nodes that a DaemonSet excludes by taints that its own pod would remove.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExcludedByOwnTaint<'a> {
    /// What excludes the first of them.
    pub reasons: Vec<&'a Reason>,
    /// The nodes by name.
    pub nodes: Vec<&'a str>,
}

/// Whether a node lacks a pod only because of taints that this pod would remove.
#[must_use]
pub fn is_excluded_by_own_taint(node: &NodeEligibility) -> bool {
    let mut deciding = node.reasons.iter().filter(|r| r.decides().is_some());
    let is_own = |reason: &Reason| match reason {
        Reason::UntoleratedNoExecute(one) | Reason::UntoleratedNoSchedule(one) => one.is_own,
        _ => false,
    };
    let is_any = deciding.clone().next().is_some();
    is_any && is_excluded(node) && deciding.all(is_own)
}

impl EligibilityReport {
    /// The nodes that lack a pod only because of taints that the DaemonSet itself removes; `None`
    /// where there are none.
    #[must_use]
    pub fn excluded_by_own_taint(&self) -> Option<ExcludedByOwnTaint<'_>> {
        let nodes = self
            .nodes
            .iter()
            .filter(|node| is_excluded_by_own_taint(node));
        let nodes: Vec<&NodeEligibility> = nodes.collect();
        let reasons = nodes.first()?.reasons.iter();
        let reasons = reasons.filter(|reason| reason.decides().is_some());
        Some(ExcludedByOwnTaint {
            reasons: reasons.collect(),
            nodes: nodes.iter().map(|node| node.name.as_str()).collect(),
        })
    }
}
