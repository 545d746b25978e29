//! Where a DaemonSet runs, and why not elsewhere.

use crate::model::DaemonSet;

use super::basis::Basis;
use super::causes::CauseGroup;
use super::controller::Controller;
use super::coverage::Coverage;
use super::footprint::Footprint;
use super::next::Step;
use super::node::NodeEligibility;
use super::pod::PodState;
use super::reason::{Code, Reason};
use super::rollout::plan::{Blocker, StrategyType};
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
    /// Everything is as it should be, as things are today; `None` when that can't be known.
    pub clean: Option<bool>,
    /// The DaemonSet.
    pub daemon_set: DaemonSetRef,
    /// What the controller does for it.
    pub controller: Controller,
    /// Whether it was asked about one node.
    pub is_one_node: bool,
    /// False for a manifest: the nodes are judged by its template, the pods are
    /// those of the stored DaemonSet of its name, if there is one.
    pub applied: bool,
    /// `spec.updateStrategy.type`; under `OnDelete` nothing is rolled by itself.
    pub update_strategy: StrategyType,
    /// How many nodes were read; `None` when they couldn't be.
    pub node_count: Option<usize>,
    /// The counters; `None` when not all nodes were asked for or read.
    pub status: Option<StatusReport>,
    /// How far it runs where it is expected to; `None` where nobody expects anything.
    pub coverage: Option<Coverage>,
    /// What is to be said of the DaemonSet as a whole.
    pub findings: Vec<Reason>,
    /// What it costs; `None` when not all nodes were asked for or read.
    pub footprint: Option<Footprint>,
    /// The broken nodes by cause; empty where one node was asked for.
    pub causes: Vec<CauseGroup>,
    /// Others that are broken on the one node that was asked for and that all its pods need;
    /// empty where that isn't known.
    pub broken_besides: Vec<DaemonSetRef>,
    /// What a change of the template puts right, of what holds for more than one pod.
    pub template_steps: Vec<Step>,
    /// What holds up the rollout under way first, where no broken node says so itself.
    pub stuck: Option<Blocker>,
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
    /// Whether nothing is rolled by itself.
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

    /// What refuses the pods of a node whose pods weren't read.
    #[must_use]
    pub fn refusal_on(&self, node: &NodeEligibility) -> Option<&Reason> {
        let is_open = node.should_run == Some(true) && node.pod_state == PodState::Unknown;
        let mut findings = self.findings.iter().filter(|_| is_open && self.applied);
        findings.find(|finding| finding.code() == Code::FailedCreate)
    }

    /// Whether it isn't known to be as it should be, or applying its manifest would
    /// change something.
    #[must_use]
    pub fn has_findings(&self) -> bool {
        if self.applied {
            self.clean != Some(true)
        } else {
            self.would_change()
        }
    }

    /// What keeps the controller from acting, or from creating pods, before all that is said
    /// of nodes.
    #[must_use]
    pub fn main_finding(&self) -> Option<&Reason> {
        self.findings.iter().find(|finding| {
            let stops = finding.code().properties().stops;
            stops.keeps_from_syncing() || stops.keeps_from_creating()
        })
    }

    /// That fewer nodes are there than the DaemonSet is expected on.
    #[must_use]
    pub fn too_few_nodes(&self) -> Option<&Reason> {
        let mut findings = self.findings.iter();
        findings.find(|finding| finding.code() == Code::FewerNodesThanExpected)
    }

    /// For a manifest: whether applying it starts or stops a pod on any node, or
    /// leaves one that shouldn't be there, or an expectation that it doesn't meet.
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

/// How much a report says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail<'a> {
    /// All nodes: counters and footprint, no rules and remedies.
    AllNodes,
    /// One node by name: rules and remedies, nothing that other nodes decide.
    OneNode(&'a str),
}
