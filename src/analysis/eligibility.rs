//! Where a DaemonSet runs, and why not elsewhere.

use crate::model::DaemonSet;

use super::basis::Basis;
use super::causes::CauseGroup;
use super::controller::Controller;
use super::coverage::Coverage;
use super::footprint::Footprint;
use super::next::Step;
use super::node::NodeEligibility;
use super::owners::manager::Manager;
use super::pod::PodState;
use super::reason::{Code, Reason};
use super::rollout::plan::{Blocker, StrategyType};
use super::start::Unstartable;
use super::status::StatusReport;

/// The name of a DaemonSet.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DaemonSetRef {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
}

/// Where a DaemonSet runs, and why not elsewhere.
#[derive(Clone, Debug, PartialEq)]
pub struct EligibilityReport {
    /// What it rests on.
    pub basis: Basis,
    /// Whether everything is as it should be today; `None` when that can't be known.
    pub clean: Option<bool>,
    /// The DaemonSet.
    pub daemon_set: DaemonSetRef,
    /// What manages it and may undo a change by hand; `None` where nothing is known to.
    pub manager: Option<Manager>,
    /// What the controller does for it.
    pub controller: Controller,
    /// Whether one node was asked for.
    pub is_one_node: bool,
    /// False for a manifest: the nodes are judged by its template, while the pods are those of the
    /// stored DaemonSet of the same name, if any.
    pub applied: bool,
    /// `spec.updateStrategy.type`; under `OnDelete` nothing is rolled automatically.
    pub update_strategy: StrategyType,
    /// How many nodes were read; `None` when they couldn't be.
    pub node_count: Option<usize>,
    /// The counters; `None` when not all nodes were asked for or read.
    pub status: Option<StatusReport>,
    /// How far it covers the nodes on which it is expected; `None` where there is no expectation.
    pub coverage: Option<Coverage>,
    /// Findings about the DaemonSet as a whole.
    pub findings: Vec<Reason>,
    /// What it requests in all; `None` when not all nodes were asked for or read.
    pub footprint: Option<Footprint>,
    /// The broken nodes by cause; empty where one node was asked for.
    pub causes: Vec<CauseGroup>,
    /// Broken DaemonSets that every pod of the node needs, where one node was asked for; empty
    /// where that isn't known.
    pub broken_besides: Vec<DaemonSetRef>,
    /// Changes of the template that fix what concerns more than one pod.
    pub template_steps: Vec<Step>,
    /// The first blocker of the rollout under way, where no broken node already explains it.
    pub stuck: Option<Blocker>,
    /// Where a manifest's pods don't start; nothing of what is applied.
    pub unstartable: Unstartable,
    /// The nodes by name.
    pub nodes: Vec<NodeEligibility>,
}

impl std::fmt::Display for DaemonSetRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.namespace, self.name)
    }
}

impl From<&DaemonSet> for DaemonSetRef {
    fn from(ds: &DaemonSet) -> Self {
        Self {
            namespace: ds.namespace.clone(),
            name: ds.name.clone(),
        }
    }
}

impl EligibilityReport {
    /// Whether nothing is rolled automatically.
    #[must_use]
    pub fn is_on_delete(&self) -> bool {
        self.update_strategy == StrategyType::OnDelete
    }

    /// The pods that the deletion of the DaemonSet waits for, with their nodes.
    #[must_use]
    pub fn deletion_waits_for(&self) -> Vec<(&str, &NodeEligibility)> {
        let finding = self.main_finding().map(Reason::code);
        let nodes = self.nodes.iter();
        let nodes = nodes.filter(|_| finding == Some(Code::DaemonSetDeleting));
        let pods = nodes.flat_map(|node| node.pods.iter().map(move |pod| (pod, node)));
        let going = pods.filter(|(pod, _)| pod.state == PodState::Terminating);
        going.map(|(pod, node)| (pod.name.as_str(), node)).collect()
    }

    /// The refusal of pods for a node whose pods weren't read.
    #[must_use]
    pub fn refusal_on(&self, node: &NodeEligibility) -> Option<&Reason> {
        let is_open = node.should_run == Some(true) && node.pod_state == PodState::Unknown;
        let mut findings = self.findings.iter().filter(|_| is_open && self.applied);
        findings.find(|finding| finding.code() == Code::FailedCreate)
    }

    /// Whether it isn't known to be healthy, or applying its manifest would change something.
    #[must_use]
    pub fn has_findings(&self) -> bool {
        if self.applied {
            self.clean != Some(true)
        } else {
            self.would_change()
        }
    }

    /// What prevents the controller from acting or from creating pods; it comes before anything
    /// about nodes.
    #[must_use]
    pub fn main_finding(&self) -> Option<&Reason> {
        self.findings.iter().find(|finding| {
            let stops = finding.code().properties().stops;
            stops.keeps_from_syncing() || stops.keeps_from_creating()
        })
    }

    /// Fewer nodes exist than the expectation asks for.
    #[must_use]
    pub fn too_few_nodes(&self) -> Option<&Reason> {
        let mut findings = self.findings.iter();
        findings.find(|finding| finding.code() == Code::FewerNodesThanExpected)
    }

    /// For a manifest: whether applying it starts or stops a pod on any node, leaves a misscheduled
    /// one, or leaves an expectation unmet.
    fn would_change(&self) -> bool {
        let coverage = self.coverage.as_ref();
        if coverage.is_some_and(|coverage| coverage.uncovered_count() > 0) {
            return true;
        }
        self.nodes.iter().any(|n| match n.should_run {
            Some(true) => n.pods.is_empty(),
            Some(false) => !n.pods.is_empty(),
            None => false,
        })
    }
}

/// How detailed a report is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail<'a> {
    /// All nodes: counters and footprint, without rules and remedies.
    AllNodes,
    /// One node by name: rules and remedies, without anything that depends on other nodes.
    OneNode(&'a str),
}
