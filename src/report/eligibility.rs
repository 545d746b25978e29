//! `EligibilityReport`: where a DaemonSet runs, and why not elsewhere.

use serde::Serialize;

use super::footprint::Footprint;
use super::header::Header;
use super::node::NodeEligibility;
use super::reason::Reason;
use super::status::StatusReport;

/// The name of a DaemonSet.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct DaemonSetRef {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
}

/// Where a DaemonSet runs, and why not elsewhere.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EligibilityReport {
    /// What every report begins with.
    #[serde(flatten)]
    pub header: Header,
    /// The DaemonSet.
    pub daemon_set: DaemonSetRef,
    /// False for a manifest: the nodes are judged by its template, the pods are
    /// those of the stored DaemonSet of its name, if there is one.
    pub applied: bool,
    /// `spec.updateStrategy.type`; under `OnDelete` nothing is rolled by itself.
    pub update_strategy: &'static str,
    /// How many nodes were read; `None` when they couldn't be.
    pub node_count: Option<usize>,
    /// The counters; `None` when not all nodes were asked for or read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<StatusReport>,
    /// What is to be said of the DaemonSet as a whole.
    pub findings: Vec<Reason>,
    /// What it costs; `None` when not all nodes were asked for or read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub footprint: Option<Footprint>,
    /// The nodes by name.
    pub nodes: Vec<NodeEligibility>,
}

impl EligibilityReport {
    /// Whether it isn't known to be as it should be, or applying its manifest would
    /// change something.
    #[must_use]
    pub fn has_findings(&self) -> bool {
        if self.applied {
            self.header.clean != Some(true)
        } else {
            self.would_change()
        }
    }

    /// For a manifest: whether applying it starts or stops a pod on any node, or
    /// leaves one that shouldn't be there.
    fn would_change(&self) -> bool {
        self.nodes.iter().any(|n| match n.should_run {
            Some(true) => n.pods.is_empty(),
            Some(false) => !n.pods.is_empty(),
            None => false,
        })
    }
}

/// How much a report says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail<'a> {
    /// All nodes: counters and footprint, no rules and remedies.
    AllNodes,
    /// One node by name: rules and remedies, nothing that other nodes decide.
    OneNode(&'a str),
}
/// A node that wasn't read isn't clean; an unknown anywhere leaves the whole unknown,
/// unless something is known to be wrong.
pub(super) fn clean(
    nodes_known: bool,
    nodes: &[NodeEligibility],
    findings: &[Reason],
    status: Option<&StatusReport>,
) -> Option<bool> {
    let wrong = findings.iter().any(|f| f.code.is_problem())
        || status.is_some_and(|s| !s.differences.is_empty());
    let mut verdicts = nodes.iter().map(NodeEligibility::is_clean);
    if wrong || verdicts.clone().any(|v| v == Some(false)) {
        return Some(false);
    }
    (nodes_known && verdicts.all(|v| v.is_some())).then_some(true)
}
