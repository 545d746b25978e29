//! A DaemonSet prepared for evaluation, and its reports.

use std::collections::HashSet;

use crate::engine::claim::Claimant;
use crate::engine::history::CurrentRevision;
use crate::engine::history::History;
use crate::engine::pods::PodsByNode;
use crate::engine::rollout::{Inputs, allows_surge};
use crate::engine::{CompiledDaemonSet, Finding};
use crate::model::selector::Selector;
use crate::model::{DaemonSet, Node, Pod, Snapshot};

use super::asked_pod::asked_pod;
use super::basis::{Basis, Note};
use super::causes::causes;
use super::controller::Controller;
use super::coverage::{Coverage, Expecting};
use super::creates::{cannot_create, open_refusal};
use super::drift::Templates;
use super::eligibility::{DaemonSetRef, Detail, EligibilityReport};
use super::findings::{PodsByClaim, claim_pods, general_findings};
use super::footprint::Footprint;
use super::health;
use super::node::{Eligibility, NodeEligibility, NodePods};
use super::owners::agent::OwnTaints;
use super::owners::manager::Manager;
use super::pod::PodContext;
use super::pod_events::PodEvents;
use super::reason::properties::Stops;
use super::reason::{Code, Ended, Reason};
use super::remedy::{RemedyContext, remedies};
use super::requests::{NewPod, UnreadableRequests};
use super::restarts;
use super::rollout::plan::StrategyType;
use super::rollout::state::held_up;
use super::room::Room;
use super::rules::rules;
use super::virtual_nodes::virtual_nodes;

/// Removes from a snapshot what says nothing about a DaemonSet that isn't applied.
pub fn leave_out_revisions(snapshot: &mut Snapshot) {
    // A DaemonSet that isn't applied has no revision that its pods could belong to.
    snapshot
        .incomplete
        .retain(|i| i.resource != "controllerrevisions");
}

/// A DaemonSet of a snapshot, prepared for any number of nodes.
#[derive(Debug)]
pub struct DaemonSetAnalysis<'a> {
    /// The DaemonSet.
    pub ds: &'a DaemonSet,
    /// Its template, compiled.
    pub compiled: CompiledDaemonSet,
    pub(super) applied: bool,
    pub(super) snapshot: &'a Snapshot,
    pub(super) claimant: Option<Claimant<'a>>,
    pub(super) pods: Option<PodsByNode<'a>>,
    pub(super) context: PodContext<'a>,
    pub(super) templates: Templates<'a>,
    /// What the controller does for it.
    pub(super) controller: Controller,
    pub(super) findings: Vec<Reason>,
    pub(super) cannot_create: Vec<Reason>,
    /// On which nodes it is expected.
    pub(super) expecting: Expecting,
    pub(super) pod_events: PodEvents<'a>,
    pub(super) room: Room<'a>,
    pub(super) own_taints: OwnTaints,
}

impl<'a> DaemonSetAnalysis<'a> {
    /// Prepares `ds`: compiles the template, claims the pods, finds the current revision.
    #[must_use]
    pub fn new(snapshot: &'a Snapshot, ds: &'a DaemonSet) -> Self {
        let spec = ds.pod_spec().cloned().unwrap_or_default();
        let mut findings = general_findings(snapshot, ds);
        let claimant = match Claimant::new(ds) {
            Ok(claimant) => Some(claimant),
            Err(problem) => {
                findings.push(Reason::SelectorInvalid { problem });
                None
            }
        };
        let claims = claim_pods(snapshot, ds, claimant.as_ref());
        findings.extend(claims.iter().flat_map(PodsByClaim::findings));
        let revisions = snapshot.revisions_in(&ds.namespace);
        let history = claimant.as_ref().zip(revisions);
        let history = history.map(|(claimant, revisions)| History::new(ds, claimant, revisions));
        let current = history.as_ref().map(|history| history.current);
        let cannot_create = cannot_create(snapshot, ds);
        Self {
            ds,
            compiled: CompiledDaemonSet::new(&spec, snapshot.gates),
            snapshot,
            pods: claims.map(|c| PodsByNode::new(c.claimed)),
            context: PodContext {
                now: snapshot.now,
                min_ready_seconds: ds.min_ready_seconds(),
                hash: current.and_then(CurrentRevision::hash),
                revisions_known: current.is_some(),
                template_generation: ds.template_generation(),
                on_delete: ds.is_on_delete(),
                surges: allows_surge(ds.object.spec.update_strategy.as_ref()),
                ended: Ended::default(),
                template: ds.pod_spec(),
            },
            templates: Templates::new(ds, claimant.as_ref(), revisions, history.as_ref()),
            claimant,
            controller: Controller::new(&findings),
            findings,
            cannot_create,
            expecting: Expecting::new(&snapshot.expectations, ds),
            pod_events: PodEvents::new(snapshot.events.as_deref().unwrap_or_default(), ds),
            room: Room::new(snapshot, ds),
            own_taints: OwnTaints::new(ds),
            applied: true,
        }
    }

    /// The same for a manifest: what the controller has or hasn't done concerns the stored
    /// DaemonSet and isn't held against the manifest.
    #[must_use]
    pub fn of_manifest(snapshot: &'a Snapshot, ds: &'a DaemonSet) -> Self {
        let mut subject = Self::new(snapshot, ds);
        subject.leave_out_unobserved();
        Self {
            applied: false,
            cannot_create: Vec::new(),
            ..subject
        }
    }

    /// Drops the finding that the controller hasn't seen the DaemonSet or its latest change.
    pub(super) fn leave_out_unobserved(&mut self) {
        let is_unobserved = |f: &Reason| f.code().properties().stops == Stops::Observing;
        self.findings.retain(|f| !is_unobserved(f));
    }

    /// Evaluates one node, with the findings behind the result.
    #[must_use]
    pub fn judge<'s>(&'s self, node: &'s Node) -> (NodeEligibility, Vec<Finding<'s>>) {
        let judged = NodeEligibility::new(&self.compiled, node, self.pods_on(&node.name));
        let (mut report, findings) = judged;
        report.expected = self.expecting.expects(node, &report);
        (report, findings)
    }

    /// The same for a node of which only the name is known.
    #[must_use]
    pub fn judge_unknown(&self, node: &str) -> NodeEligibility {
        NodeEligibility::of_unknown_node(node, self.pods_on(node))
    }

    /// The pods on a node or meant for it; empty also where pods couldn't be read.
    pub(super) fn pods_here(&self, node: &str) -> &[&'a Pod] {
        self.pods.as_ref().map_or(&[], |pods| pods.on(node))
    }

    fn pods_on(&self, node: &str) -> NodePods<'_> {
        NodePods {
            pods: self.pods.as_ref().map(|pods| pods.on(node)),
            context: self.context,
            templates: Some(&self.templates),
            controller: self.controller,
            cannot_create: &self.cannot_create,
            events: &self.pod_events,
            room: &self.room,
            own_taints: &self.own_taints,
        }
    }

    /// The whole report.
    #[must_use]
    pub fn report(&self, detail: Detail<'_>) -> EligibilityReport {
        let nodes = self.snapshot.nodes.as_deref();
        let asked = |name: &str| !matches!(detail, Detail::OneNode(one) if one != name);
        let known = nodes.unwrap_or_default().iter().filter(|n| asked(&n.name));
        let mut reports: Vec<_> = known.map(|node| self.node_report(node, detail)).collect();
        let mut others = self.other_nodes(nodes);
        others.retain(|n| asked(&n.name));
        let (status, footprint) = match (detail, nodes) {
            (Detail::AllNodes, Some(nodes)) => (
                self.status(&reports, others.len()),
                self.footprint(nodes, &reports),
            ),
            (Detail::AllNodes, None) => (self.stored_status(), Ok(None)),
            (Detail::OneNode(_), _) => (None, Ok(None)),
        };
        let judged_here = (!self.applied).then_some(Note::JudgedHere);
        let mut notes = Vec::from_iter(judged_here);
        let footprint = footprint.unwrap_or_else(|problem| {
            notes.push(Note::NoFootprint { problem });
            None
        });
        notes.extend(footprint.as_ref().and_then(|f| self.no_limit_ranges(f)));
        reports.extend(others);
        reports.sort_by(|a, b| a.name.cmp(&b.name));
        if let (Detail::OneNode(name), None, true) = (detail, nodes, reports.is_empty()) {
            reports.push(self.judge_unknown(name));
        }
        let mut findings = self.findings.clone();
        match detail {
            // They belong to no node, and a question about one node doesn't read them.
            Detail::OneNode(_) => findings.retain(|f| f.code() != Code::PodsWithoutNode),
            Detail::AllNodes => findings.extend(restarts::of_nodes(&reports)),
        }
        findings.extend(open_refusal(self).cloned());
        let eligible = reports.iter().filter(|r| r.should_run == Some(true));
        let eligible: HashSet<&str> = eligible.map(|r| r.name.as_str()).collect();
        let should_run = |node: &Node| eligible.contains(&*node.name);
        findings.extend(virtual_nodes(
            &self.compiled,
            nodes.unwrap_or_default(),
            should_run,
        ));
        let is_all = detail == Detail::AllNodes && nodes.is_some();
        let coverage = Coverage::new(&self.expecting, &reports, is_all, self.applied);
        findings.extend(coverage.as_ref().and_then(Coverage::finding));
        findings.extend(self.expecting.invalid().cloned());
        let clean = health::of_daemon_set(nodes.is_some(), &reports, &findings, status.as_ref());
        let mut basis = Basis::new(self.snapshot);
        basis.notes.extend(notes);
        if let Detail::OneNode(name) = detail {
            let mut nodes = nodes.unwrap_or_default().iter();
            let node = nodes.find(|node| *node.name == *name);
            let node = node.filter(|node| eligible.contains(&*node.name));
            basis
                .notes
                .extend(node.into_iter().flat_map(|node| self.notes_on(node)));
        }
        let causes = match detail {
            Detail::AllNodes => causes(&reports, nodes.unwrap_or_default()),
            Detail::OneNode(_) => Vec::new(),
        };
        let all_known = is_all && self.pods.is_some();
        let template_steps = match nodes {
            Some(nodes) => self.template_steps(nodes, &reports, &findings, all_known),
            None => Vec::new(),
        };
        let should_start = nodes.unwrap_or_default().iter().filter(|n| should_run(n));
        EligibilityReport {
            stuck: held_up(self, &causes),
            unstartable: self.unstartable(&should_start.collect::<Vec<_>>()),
            basis,
            clean: clean.filter(|_| self.applied),
            daemon_set: self.reference(),
            manager: Manager::of(self.ds),
            controller: self.controller,
            is_one_node: matches!(detail, Detail::OneNode(_)),
            applied: self.applied,
            update_strategy: self.update_strategy(),
            node_count: nodes.map(<[Node]>::len),
            status,
            coverage,
            findings,
            footprint,
            causes,
            broken_besides: Vec::new(),
            template_steps,
            nodes: reports,
        }
    }

    /// The reason about the pod that was asked for, where the answer about its node leaves it out.
    #[must_use]
    pub fn asked_pod(&self, pod: &Pod) -> Option<Reason> {
        asked_pod(self.ds, self.claimant.as_ref()?, pod)
    }

    /// What a sync looks at; `None` where nodes or pods couldn't be read.
    pub(super) fn inputs(&'a self) -> Option<Inputs<'a>> {
        let nodes = self.snapshot.nodes.as_deref()?;
        let (hash, pods) = (self.context.hash, self.pods.as_ref()?);
        // What the controller may already have seen.
        let now = self.snapshot.latest_now();
        Some(Inputs::new(self.ds, &self.compiled, hash, nodes, pods, now))
    }

    /// Whether the controller does nothing at all for the DaemonSet.
    pub(super) const fn is_halted(&self) -> bool {
        !self.controller.acts()
    }

    pub(super) fn reference(&self) -> DaemonSetRef {
        DaemonSetRef {
            namespace: self.ds.namespace.clone(),
            name: self.ds.name.clone(),
        }
    }

    /// `spec.updateStrategy.type`.
    #[must_use]
    pub fn update_strategy(&self) -> StrategyType {
        if self.ds.is_on_delete() {
            StrategyType::OnDelete
        } else {
            StrategyType::RollingUpdate
        }
    }

    fn node_report(&self, node: &Node, detail: Detail<'_>) -> NodeEligibility {
        let (mut report, findings) = self.judge(node);
        if !self.applied {
            // What doesn't exist yet isn't reported as missing.
            report.reasons.retain(|r| r.code() != Code::PodMissing);
        }
        if let Detail::OneNode(_) = detail {
            report.rules = rules(&self.compiled, &findings);
            if report.eligibility != Eligibility::Eligible {
                let found = remedies(self.judged(), node, &findings);
                report.remedies = found.list;
                report.template_patch = found.patch;
            }
        }
        report
    }

    /// The context in which remedies are looked for.
    pub(super) const fn judged(&self) -> RemedyContext<'_> {
        RemedyContext {
            ds: self.ds,
            compiled: &self.compiled,
            is_stored: self.applied,
        }
    }

    /// Keeps the nodes that match `selector`; the counters stay those of all nodes.
    pub fn keep_nodes(&self, report: &mut EligibilityReport, selector: &Selector) {
        let nodes = self.snapshot.nodes.as_deref().unwrap_or_default();
        let kept = nodes.iter().filter(|n| selector.matches(&n.labels));
        let kept: HashSet<&str> = kept.map(|n| &*n.name).collect();
        report.nodes.retain(|n| kept.contains(n.name.as_str()));
        report.causes = causes(&report.nodes, nodes);
        let selector = selector.to_string();
        if kept.is_empty() && !nodes.is_empty() {
            report.basis.notes.push(Note::NoNodeSelected { selector });
        } else if report.status.is_some() {
            report
                .basis
                .notes
                .push(Note::SelectedNodesAlone { selector });
        }
    }

    /// Nodes that pods name and that aren't among the nodes: they don't exist, or are unknown where
    /// nodes couldn't be read.
    fn other_nodes(&self, nodes: Option<&[Node]>) -> Vec<NodeEligibility> {
        let Some(pods) = &self.pods else {
            return Vec::new();
        };
        let known: HashSet<&str> = nodes
            .iter()
            .flat_map(|n| n.iter())
            .map(|n| &*n.name)
            .collect();
        let others = pods.nodes().filter(|(name, _)| !known.contains(name));
        others
            .map(|(name, _)| match nodes {
                Some(_) => NodeEligibility::of_missing_node(name, self.pods_on(name)),
                None => NodeEligibility::of_unknown_node(name, self.pods_on(name)),
            })
            .collect()
    }

    fn footprint(
        &self,
        nodes: &[Node],
        reports: &[NodeEligibility],
    ) -> Result<Option<Footprint>, UnreadableRequests> {
        let eligible = nodes.iter().zip(reports);
        let eligible = eligible.filter(|(_, report)| report.should_run == Some(true));
        // A manifest is judged by its own pods, of which none exist yet.
        let pods = |node: &Node| self.pods_here(&node.name).iter().filter(|_| self.applied);
        let eligible = eligible.map(|(node, _)| (node, pods(node).copied()));
        Footprint::new(&NewPod::new(self.snapshot, self.ds), eligible).map(Some)
    }

    /// A note that the new pods of `footprint` may request more than the template says.
    pub(super) fn no_limit_ranges(&self, footprint: &Footprint) -> Option<Note> {
        footprint.may_get_defaults.then(|| Note::NoLimitRanges {
            daemon_sets: vec![self.reference().to_string()],
        })
    }
}
