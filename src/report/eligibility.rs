//! `EligibilityReport`: where a DaemonSet runs, and why not elsewhere.

use std::collections::HashSet;

use jiff::Timestamp;
use serde::Serialize;

use crate::engine::claim::{Claim, Claimant};
use crate::engine::label_selector::Selector;
use crate::engine::pods::PodsByNode;
use crate::engine::revision::{CurrentRevision, current_revision};
use crate::engine::status::{StatusInputs, count};
use crate::engine::{CompiledDaemonSet, Finding};
use crate::model::{DaemonSet, Event, Incomplete, Node, Pod, Snapshot};

use super::API_VERSION;
use super::code::Code;
use super::footprint::Footprint;
use super::impact::Impact;
use super::node::{Eligibility, NodeEligibility, NodePods};
use super::pod::PodContext;
use super::reason::Reason;
use super::remedy::remedies;
use super::rules::rules;
use super::since;
use super::status::{Evidence, StatusReport};

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
    /// Always `ds.kubectl/v1alpha1`.
    pub api_version: &'static str,
    /// Always `EligibilityReport`.
    pub kind: &'static str,
    /// `gitVersion` of the API server, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server_version: Option<String>,
    /// The time that the answer is for.
    pub evaluated_at: Timestamp,
    /// What the verdict needed and couldn't be read.
    pub incomplete: Vec<Incomplete>,
    /// What else is to be known about the answer.
    pub notes: Vec<String>,
    /// Everything is as it should be; `null` when that can't be known.
    pub clean: Option<bool>,
    /// The DaemonSet.
    pub daemon_set: DaemonSetRef,
    /// False for a manifest: the nodes are judged by its template, the pods are
    /// those of the stored DaemonSet of its name, if there is one.
    pub applied: bool,
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

/// How much a report says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail<'a> {
    /// All nodes: counters and footprint, no rules and remedies.
    AllNodes,
    /// One node by name: rules and remedies, nothing that other nodes decide.
    OneNode(&'a str),
}

/// A DaemonSet of a snapshot, prepared for any number of nodes.
#[derive(Debug)]
pub struct Subject<'a> {
    /// The DaemonSet.
    pub ds: &'a DaemonSet,
    /// Its template, compiled.
    pub compiled: CompiledDaemonSet,
    applied: bool,
    snapshot: &'a Snapshot,
    claimant: Option<Claimant<'a>>,
    pods: Option<PodsByNode<'a>>,
    context: PodContext<'a>,
    findings: Vec<Reason>,
    cannot_create: Vec<Reason>,
}

impl<'a> Subject<'a> {
    /// Prepares `ds`: compiles the template, claims the pods, finds the current revision.
    #[must_use]
    pub fn new(snapshot: &'a Snapshot, ds: &'a DaemonSet) -> Self {
        let spec = ds.pod_spec().cloned().unwrap_or_default();
        let mut findings = general_findings(snapshot, ds);
        let claimant = match Claimant::new(ds) {
            Ok(claimant) => Some(claimant),
            Err(problem) => {
                findings.push(Reason::new(
                    Code::SelectorInvalid,
                    format!("spec.selector.{problem}; the controller fails at every sync"),
                ));
                None
            }
        };
        let claims = claim_pods(snapshot, claimant.as_ref());
        findings.extend(claims.iter().flat_map(|c| c.findings()));
        let current = match (&claimant, &snapshot.revisions) {
            (Some(claimant), Some(revisions)) => Some(current_revision(ds, claimant, revisions)),
            _ => None,
        };
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
            },
            claimant,
            findings,
            cannot_create,
            applied: true,
        }
    }

    /// The same for a manifest: what the controller has or hasn't done belongs
    /// to the stored DaemonSet and isn't held against it.
    #[must_use]
    pub fn of_manifest(snapshot: &'a Snapshot, ds: &'a DaemonSet) -> Self {
        Self {
            applied: false,
            cannot_create: Vec::new(),
            ..Self::new(snapshot, ds)
        }
    }

    /// Judges one node, with the findings behind it.
    #[must_use]
    pub fn judge<'s>(&'s self, node: &'s Node) -> (NodeEligibility, Vec<Finding<'s>>) {
        NodeEligibility::new(&self.compiled, node, self.pods_on(&node.name))
    }

    fn pods_on(&self, node: &str) -> NodePods<'_> {
        NodePods {
            pods: self.pods.as_ref().map(|pods| pods.on(node)),
            context: self.context,
            cannot_create: &self.cannot_create,
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
                self.status(nodes, &reports, others.len()),
                self.footprint(nodes, &reports),
            ),
            _ => (None, None),
        };
        reports.extend(others);
        reports.sort_by(|a, b| a.name.cmp(&b.name));
        if let (Detail::OneNode(name), true) = (detail, reports.is_empty()) {
            reports.push(NodeEligibility::of_unknown_node(name, self.pods_on(name)));
        }
        let mut findings = self.findings.clone();
        findings.extend(virtual_nodes(nodes.unwrap_or_default(), &reports));
        EligibilityReport {
            api_version: API_VERSION,
            kind: "EligibilityReport",
            server_version: self.snapshot.server_version.clone(),
            evaluated_at: self.snapshot.now,
            incomplete: self.snapshot.incomplete.clone(),
            notes: self.snapshot.notes.clone(),
            clean: clean(nodes.is_some(), &reports, &findings, status.as_ref())
                .filter(|_| self.applied),
            daemon_set: self.reference(),
            applied: self.applied,
            node_count: nodes.map(<[Node]>::len),
            status,
            findings,
            footprint,
            nodes: reports,
        }
    }

    fn reference(&self) -> DaemonSetRef {
        DaemonSetRef {
            namespace: self.ds.namespace.clone(),
            name: self.ds.name.clone(),
        }
    }

    fn node_report(&self, node: &Node, detail: Detail<'_>) -> NodeEligibility {
        let (mut report, findings) = self.judge(node);
        if let Detail::OneNode(_) = detail {
            report.rules = rules(&self.compiled, &findings);
            if report.eligibility != Eligibility::Eligible
                && let Some(spec) = self.ds.pod_spec()
            {
                report.remedies = remedies(spec, &self.compiled, node, &findings).list;
            }
        }
        report
    }

    /// Keeps the nodes that `selector` selects; the counters stay those of all nodes.
    pub fn keep_nodes(&self, report: &mut EligibilityReport, selector: &Selector) {
        let nodes = self.snapshot.nodes.as_deref().unwrap_or_default();
        let kept = nodes.iter().filter(|n| selector.matches(&n.labels));
        let kept: HashSet<&str> = kept.map(|n| &*n.name).collect();
        report.nodes.retain(|n| kept.contains(n.name.as_str()));
    }

    /// What the template's share of the remedies for `node` would do to all nodes;
    /// `None` where the node is eligible or the template alone can't help.
    #[must_use]
    pub fn impact(&self, node: &str) -> Option<Impact> {
        let nodes = self.snapshot.nodes.as_deref()?;
        let node = nodes.iter().find(|n| *n.name == *node)?;
        let (report, findings) = self.judge(node);
        if report.eligibility == Eligibility::Eligible {
            return None;
        }
        let template = remedies(self.ds.pod_spec()?, &self.compiled, node, &findings).template?;
        let after = CompiledDaemonSet::new(&template, self.compiled.gates());
        let with_pods = |n: &Node| {
            self.pods
                .as_ref()
                .is_some_and(|p| !p.on(&n.name).is_empty())
        };
        Some(Impact::new(&self.compiled, &after, nodes, with_pods))
    }

    /// Nodes that pods name and that aren't among the nodes: they don't exist,
    /// or nothing is known of them where nodes couldn't be read.
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

    fn status(
        &self,
        nodes: &[Node],
        reports: &[NodeEligibility],
        missing_nodes: usize,
    ) -> Option<StatusReport> {
        let inputs = StatusInputs {
            min_ready_seconds: self.context.min_ready_seconds,
            hash: self.context.hash,
            template_generation: self.context.template_generation,
            now: self.context.now,
        };
        let computed = count(&self.compiled, nodes, self.pods.as_ref()?, inputs);
        let kept = reports
            .iter()
            .filter(|n| n.eligibility == Eligibility::KeepsRunning && !n.pods.is_empty());
        let evidence = Evidence {
            kept_by_no_schedule: kept.count(),
            missing_nodes,
            selects_everything: self
                .claimant
                .as_ref()
                .is_some_and(|c| c.selector.is_empty()),
            revisions_known: self.context.revisions_known,
        };
        if !self.applied {
            return Some(StatusReport::of_manifest(computed));
        }
        Some(StatusReport::new(self.ds, computed, evidence))
    }

    fn footprint(&self, nodes: &[Node], reports: &[NodeEligibility]) -> Option<Footprint> {
        let eligible = nodes.iter().zip(reports);
        let eligible: Vec<_> = eligible
            .filter(|(_, report)| report.should_run == Some(true))
            .map(|(node, _)| node)
            .collect();
        Footprint::new(self.ds, &eligible).ok()
    }
}

/// A node that wasn't read isn't clean; an unknown anywhere leaves the whole unknown,
/// unless something is known to be wrong.
fn clean(
    nodes_known: bool,
    nodes: &[NodeEligibility],
    findings: &[Reason],
    status: Option<&StatusReport>,
) -> Option<bool> {
    let wrong = findings.iter().any(|f| is_problem(f.code))
        || status.is_some_and(|s| !s.differences.is_empty());
    let mut verdicts = nodes.iter().map(NodeEligibility::is_clean);
    if wrong || verdicts.clone().any(|v| v == Some(false)) {
        return Some(false);
    }
    (nodes_known && verdicts.all(|v| v.is_some())).then_some(true)
}

const fn is_problem(code: Code) -> bool {
    !matches!(code, Code::NamespaceNodeSelector | Code::VirtualNode)
}

struct Claims<'a> {
    claimed: Vec<&'a Pod>,
    foreign: Vec<String>,
    released: Vec<String>,
}

impl Claims<'_> {
    fn findings(&self) -> Vec<Reason> {
        let mut findings = Vec::new();
        if !self.foreign.is_empty() {
            let list = some_of(&self.foreign);
            findings.push(Reason::new(
                Code::ForeignPods,
                format!(
                    "the selector matches pods of other controllers, which it doesn't count: {list}"
                ),
            ));
        }
        if !self.released.is_empty() {
            let list = some_of(&self.released);
            findings.push(Reason::new(
                Code::ReleasedPods,
                format!("these pods no longer match the selector; they run on, and others are made beside them: {list}"),
            ));
        }
        findings
    }
}

/// At most five of `names`, and how many more there are.
fn some_of(names: &[String]) -> String {
    let shown: Vec<_> = names.iter().take(5).map(String::as_str).collect();
    let more = names.len().saturating_sub(5);
    let rest = if more > 0 {
        format!(" and {more} more")
    } else {
        String::new()
    };
    format!("{}{rest}", shown.join(", "))
}

fn claim_pods<'a>(snapshot: &'a Snapshot, claimant: Option<&Claimant<'_>>) -> Option<Claims<'a>> {
    let pods = snapshot.pods.as_ref()?;
    let mut claims = Claims {
        claimed: Vec::new(),
        foreign: Vec::new(),
        released: Vec::new(),
    };
    let Some(claimant) = claimant else {
        return Some(claims);
    };
    for pod in pods {
        match claimant.claim_pod(pod) {
            Claim::Owned | Claim::Adopt => claims.claimed.push(pod),
            Claim::Foreign if claimant.selector.matches(&pod.labels) => {
                let owner = pod
                    .controller()
                    .map(|o| format!(" of {} {}", o.kind, o.name));
                claims
                    .foreign
                    .push(format!("{}{}", pod.name, owner.unwrap_or_default()));
            }
            Claim::Release => claims.released.push(pod.name.to_string()),
            Claim::Foreign | Claim::Ignored => {}
        }
    }
    Some(claims)
}

/// What holds for the DaemonSet whatever its nodes are.
fn general_findings(snapshot: &Snapshot, ds: &DaemonSet) -> Vec<Reason> {
    let mut findings = Vec::new();
    if ds.is_deleting() {
        let at = ds.object.metadata.deletion_timestamp.as_ref();
        let at = at
            .map(|t| format!(" since {}", since(t.0, snapshot.now)))
            .unwrap_or_default();
        findings.push(Reason::new(
            Code::DaemonSetDeleting,
            format!(
                "the DaemonSet is being deleted{at}; the controller does nothing for it any more"
            ),
        ));
    }
    let selector = ds.selector();
    let no_labels = selector.match_labels.as_ref().is_none_or(|l| l.is_empty());
    let no_expressions = selector
        .match_expressions
        .as_ref()
        .is_none_or(Vec::is_empty);
    if no_labels && no_expressions {
        findings.push(Reason::new(
            Code::SelectorMatchesEverything,
            "the selector is empty; the controller refuses to act",
        ));
    }
    findings.extend(namespace_findings(snapshot, ds));
    findings
}

fn namespace_findings(snapshot: &Snapshot, ds: &DaemonSet) -> Vec<Reason> {
    let namespaces = snapshot.namespaces.as_deref().unwrap_or_default();
    let Some(namespace) = namespaces.iter().find(|n| *n.name == *ds.namespace) else {
        return Vec::new();
    };
    let selectors = namespace.node_selectors.iter().map(|(key, value)| {
        Reason::new(
            Code::NamespaceNodeSelector,
            format!(
                "namespace {} has the annotation {key}: {value}; where an admission plugin honours it, pods for nodes outside it stay Pending, and the DaemonSet controller doesn't know",
                namespace.name
            ),
        )
    });
    let terminating = namespace.terminating.then(|| {
        Reason::new(
            Code::NamespaceTerminating,
            format!(
                "namespace {} is being deleted: no pod can be created in it",
                namespace.name
            ),
        )
    });
    selectors.chain(terminating).collect()
}

/// What keeps the controller from making pods: its latest FailedCreate event, a terminating namespace.
fn cannot_create(snapshot: &Snapshot, ds: &DaemonSet) -> Vec<Reason> {
    let events = snapshot.events.as_deref().unwrap_or_default();
    let of_ds = |e: &&Event| {
        &*e.reason == "FailedCreate"
            && &*e.kind == "DaemonSet"
            && *e.name == *ds.name
            && *e.namespace == *ds.namespace
            && (e.uid.is_empty() || ds.uid().is_empty() || *e.uid == *ds.uid())
    };
    let latest = events
        .iter()
        .filter(of_ds)
        .max_by_key(|e| (e.last, e.count, e.message.clone()));
    let event = latest.map(|e| {
        let times = if e.count > 1 {
            format!(", {} times", e.count)
        } else {
            String::new()
        };
        let at = e
            .last
            .map(|t| format!(", last {}", since(t, snapshot.now)))
            .unwrap_or_default();
        Reason::new(
            Code::FailedCreate,
            format!(
                "the controller couldn't create a pod{times}{at}: {}",
                e.message.trim()
            ),
        )
    });
    event.into_iter().collect()
}

/// Virtual kubelets and Fargate take a tolerate-all DaemonSet's pods and never run them.
fn virtual_nodes(nodes: &[Node], reports: &[NodeEligibility]) -> Option<Reason> {
    let eligible: HashSet<&str> = reports
        .iter()
        .filter(|r| r.should_run == Some(true))
        .map(|r| r.name.as_str())
        .collect();
    let found = nodes.iter().filter(|n| eligible.contains(&*n.name));
    let found: Vec<_> = found.filter_map(|n| Some((n, keeps_out(n)?))).collect();
    let (_, expression) = found.first()?;
    let names: Vec<_> = found.iter().map(|(n, _)| n.name.to_string()).collect();
    let mut reason = Reason::new(
        Code::VirtualNode,
        format!(
            "it matches virtual nodes, where its pods may stay Pending for ever: {}; the required node affinity `{expression}` keeps them out",
            some_of(&names)
        ),
    );
    reason.expression = Some((*expression).to_owned());
    Some(reason)
}

/// The requirement that keeps daemon pods off a virtual node; `None` for a real one.
fn keeps_out(node: &Node) -> Option<&'static str> {
    let label = |key| node.labels.get(key);
    if label("type") == Some("virtual-kubelet") {
        Some("type NotIn [virtual-kubelet]")
    } else if label("eks.amazonaws.com/compute-type") == Some("fargate") {
        Some("eks.amazonaws.com/compute-type NotIn [fargate]")
    } else if label("virtual-kubelet.io/provider").is_some() {
        Some("virtual-kubelet.io/provider DoesNotExist")
    } else {
        None
    }
}
