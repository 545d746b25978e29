//! One DaemonSet, on the nodes that were named or on all.

use crate::analysis::by_daemon_set::ByDaemonSet;
use crate::analysis::coverage::{has_a_least_number, needs_all_nodes};
use crate::analysis::daemon_set::{DaemonSetAnalysis, leave_out_revisions};
use crate::analysis::eligibility::{DaemonSetRef, Detail, EligibilityReport};
use crate::analysis::on_node::analysis::NodeAnalysis;
use crate::analysis::remedy::ChangedObject;
use crate::analysis::what_if::{WhatIf, compare};
use crate::cli::why::WhyRequest;
use crate::commands::ask::{ask, first};
use crate::commands::error::CommandError;
use crate::commands::expect::ExpectationInput;
use crate::commands::manifest::applied;
use crate::model::{Command, DaemonSet, Snapshot};
use crate::output::answer::Answer;
use crate::output::terminal::Terminal;
use crate::output::why::Eligibility;
use crate::source::manifest::Manifest;
use crate::source::{ObjectName, Question, Scope, Source, SourceError, Subject};

/// The context of a question about single DaemonSets.
pub(super) struct WhyContext<'a> {
    pub(super) request: &'a WhyRequest,
    pub(super) what_if: Option<&'a WhatIf>,
    pub(super) said: &'a ExpectationInput,
    pub(super) terminal: &'a Terminal,
    pub(super) source: &'a dyn Source,
}

impl WhyContext<'_> {
    /// One DaemonSet, stored or from a manifest, on the named nodes or on all.
    pub(super) fn one(
        &self,
        subject: Subject,
        manifest: Option<&Manifest>,
    ) -> Result<Box<dyn Answer>, CommandError> {
        let nodes = self.request.nodes.as_slice();
        let scope = match nodes {
            [node] if !self.needs_all_nodes() => Scope::Node(node.clone()),
            _ => Scope::AllNodes,
        };
        let mut question = Question::new(subject, scope);
        if nodes.is_empty() && self.what_if.is_none() {
            question = question.with_sums();
        }
        if let Some(manifest) = manifest {
            question = question.with_host_ports(manifest.daemon_set.pod_spec());
        }
        let mut read = self.read(&question, manifest)?;
        if question.scope != Scope::AllNodes && self.counts_nodes(&read)? {
            question.scope = Scope::AllNodes;
            read = self.read(&question, manifest)?;
        }
        let (snapshot, ds) = (&read.snapshot, read.daemon_set()?);
        if manifest.is_none() {
            self.said.check_others(self.source, &[ds], self.terminal)?;
        }
        self.check_nodes(snapshot)?;
        let has_all_nodes = question.scope == Scope::AllNodes;
        if let Some(what_if) = self.what_if {
            let detail = match nodes {
                [node] => Detail::OneNode(node),
                _ => Detail::AllNodes,
            };
            let known = (manifest.is_none(), has_all_nodes);
            let compared = compare(snapshot, ds, known, detail, what_if);
            return Ok(Box::new(compared));
        }
        let analysis = analysis(snapshot, ds, manifest.is_some());
        if nodes.is_empty() {
            return Ok(Box::new(self.on_all_nodes(&analysis)));
        }
        let mut answers = Vec::new();
        for node in nodes {
            let mut answer = self.on_node(&analysis, node);
            if has_all_nodes {
                analysis.count_expected(&mut answer.report);
                add_impact(&analysis, &mut answer.report);
            } else {
                let subject = question.subject.clone();
                ask_impact(self.source, subject, manifest, &mut answer.report)?;
            }
            answers.push(Box::new(answer) as Box<dyn Answer>);
        }
        let one = (answers.len() == 1).then(|| answers.pop()).flatten();
        Ok(one.unwrap_or_else(|| Box::new(answers)))
    }

    /// The answer to `question`, with the expectations about the DaemonSet.
    fn read(
        &self,
        question: &Question,
        manifest: Option<&Manifest>,
    ) -> Result<StateRead, CommandError> {
        let mut snapshot = ask(self.source, question)?;
        self.said.put_into(&mut snapshot);
        let target = target(manifest, &mut snapshot)?;
        Ok(StateRead { snapshot, target })
    }

    /// Whether the expectation can only be evaluated on all nodes: the least number, or whether
    /// enough are left after a what-if.
    fn counts_nodes(&self, read: &StateRead) -> Result<bool, CommandError> {
        let (snapshot, ds) = (&read.snapshot, read.daemon_set()?);
        let changes_labels = self.what_if.is_some_and(WhatIf::changes_labels);
        let is_counted = changes_labels && has_a_least_number(snapshot, ds);
        Ok(is_counted || needs_all_nodes(snapshot, ds))
    }

    pub(super) fn on_all_nodes(&self, analysis: &DaemonSetAnalysis<'_>) -> Eligibility {
        let mut report = analysis.report(Detail::AllNodes);
        if let Some(selector) = &self.request.node_selector {
            analysis.keep_nodes(&mut report, selector);
        }
        if self.request.problems {
            report.nodes.retain(|n| n.is_clean() != Some(true));
        }
        Eligibility { report }
    }

    fn on_node(&self, analysis: &DaemonSetAnalysis<'_>, node: &str) -> Eligibility {
        let mut report = analysis.report(Detail::OneNode(node));
        if self.request.impact {
            for node in &mut report.nodes {
                node.impact = analysis.impact(&node.name);
            }
        }
        if report.clean != Some(true) {
            report.broken_besides = self.broken_besides(&report.daemon_set, node);
        }
        Eligibility { report }
    }

    /// Other broken DaemonSets that every pod of the node needs: best effort, because somebody who
    /// may read no other namespace still gets an answer. For a healthy node no request is made.
    fn broken_besides(&self, but: &DaemonSetRef, node: &str) -> Vec<DaemonSetRef> {
        let subject = Subject::DaemonSets {
            namespace: None,
            selector: None,
        };
        let question = Question::new(subject, Scope::Node(node.to_owned()));
        let Ok(snapshot) = ask(self.source, &question) else {
            return Vec::new();
        };
        let parts: Vec<_> = ByDaemonSet::new(&snapshot).snapshots().collect();
        let analysis = NodeAnalysis::new(&snapshot, &parts);
        let mut nodes = snapshot.nodes.iter().flatten();
        let node = nodes.find(|known| *known.name == *node);
        node.map_or_else(Vec::new, |node| {
            analysis.report(node).on_node.broken_besides(but)
        })
    }

    /// Whether one node isn't enough: for the impact on the others, and for a node from a file that
    /// the source doesn't have.
    pub(super) fn needs_all_nodes(&self) -> bool {
        let mut added = self.what_if.iter().flat_map(|w| &w.added);
        let nodes = &self.request.nodes;
        self.request.impact || added.any(|n| nodes.iter().any(|node| **node == *n.name))
    }

    /// The requested nodes must exist, unless nodes couldn't be read or they are nodes to come.
    fn check_nodes(&self, snapshot: &Snapshot) -> Result<(), CommandError> {
        let Some(nodes) = &snapshot.nodes else {
            return Ok(());
        };
        let added = self.what_if.iter().flat_map(|w| &w.added);
        let names = nodes.iter().chain(added).map(|n| &*n.name);
        let mut asked = self.request.nodes.iter();
        match asked.find(|asked| names.clone().all(|name| name != *asked)) {
            Some(missing) => Err(SourceError::no_node(missing, names).into()),
            None => Ok(()),
        }
    }

    /// The DaemonSet of a pod, on the pod's node.
    pub(super) fn of_pod(&self, subject: Subject, pod: &str) -> Result<Eligibility, CommandError> {
        let mut question = Question::new(subject, Scope::NodeOfPod);
        let mut read = self.read(&question, None)?;
        if self.counts_nodes(&read)? {
            question.scope = Scope::AllNodes;
            read = self.read(&question, None)?;
        }
        let (snapshot, ds) = (&read.snapshot, read.daemon_set()?);
        self.said.check_others(self.source, &[ds], self.terminal)?;
        let asked = snapshot.pods.iter().flatten().find(|p| *p.name == *pod);
        let Some((asked, node)) = asked.and_then(|p| Some((p, p.target_node.as_deref()?))) else {
            return Err(on_no_node(pod, ds));
        };
        let analysis = DaemonSetAnalysis::new(snapshot, ds);
        let mut report = analysis.report(Detail::OneNode(node));
        report.findings.splice(0..0, analysis.asked_pod(asked));
        if question.scope == Scope::AllNodes {
            analysis.count_expected(&mut report);
            add_impact(&analysis, &mut report);
        } else {
            let subject = Subject::DaemonSet(ObjectName {
                namespace: ds.namespace.clone(),
                name: ds.name.clone(),
            });
            ask_impact(self.source, subject, None, &mut report)?;
        }
        Ok(Eligibility { report })
    }
}

/// What was read for a question.
struct StateRead {
    snapshot: Snapshot,
    /// The DaemonSet of a manifest.
    target: Option<DaemonSet>,
}

impl StateRead {
    fn daemon_set(&self) -> Result<&DaemonSet, CommandError> {
        match &self.target {
            Some(target) => Ok(target),
            None => first(&self.snapshot),
        }
    }
}

/// The answer about a pod that isn't bound to a node or meant for one.
fn on_no_node(pod: &str, ds: &DaemonSet) -> CommandError {
    let why = Command::own(&["why"]).name(&ds.name);
    let why = why.and_then(|why| why.namespace(&ds.namespace));
    let why = why.map(|why| format!(", `{why}`"));
    CommandError::Usage(format!(
        "pod `{pod}` is on no node and is meant for none, so the controller doesn't count it: ask about its DaemonSet{}",
        why.unwrap_or_default()
    ))
}

/// The DaemonSet that a manifest would make; `None` without one.
fn target(
    manifest: Option<&Manifest>,
    snapshot: &mut Snapshot,
) -> Result<Option<DaemonSet>, CommandError> {
    let target = manifest.map(|m| applied(m, snapshot)).transpose()?;
    if target.is_some() {
        leave_out_revisions(snapshot);
    }
    Ok(target)
}

fn analysis<'s>(
    snapshot: &'s Snapshot,
    ds: &'s DaemonSet,
    is_manifest: bool,
) -> DaemonSetAnalysis<'s> {
    if is_manifest {
        DaemonSetAnalysis::of_manifest(snapshot, ds)
    } else {
        DaemonSetAnalysis::new(snapshot, ds)
    }
}

/// Adds to the remedies their effect on other nodes, which the analysis has.
fn add_impact(analysis: &DaemonSetAnalysis<'_>, report: &mut EligibilityReport) {
    for node in &mut report.nodes {
        analysis.add_impact(node);
    }
}

/// The same where only one node was asked for: the others are read only where a change of the
/// template is advised, which affects them.
fn ask_impact(
    source: &dyn Source,
    subject: Subject,
    manifest: Option<&Manifest>,
    report: &mut EligibilityReport,
) -> Result<(), CommandError> {
    let mut remedies = report.nodes.iter().flat_map(|node| &node.remedies);
    if !remedies.any(|remedy| remedy.changes() == ChangedObject::Template) {
        return Ok(());
    }
    let mut snapshot = ask(source, &Question::new(subject, Scope::AllNodes))?;
    let target = target(manifest, &mut snapshot)?;
    let ds = match &target {
        Some(target) => target,
        None => first(&snapshot)?,
    };
    add_impact(&analysis(&snapshot, ds, manifest.is_some()), report);
    Ok(())
}
