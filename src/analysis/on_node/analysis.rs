//! All DaemonSets of a snapshot, prepared for any number of nodes.

use std::collections::HashSet;

use crate::analysis::basis::{Basis, Note};
use crate::analysis::coverage::{ExpectationChange, NodeCoverage};
use crate::analysis::creates::open_refusal;
use crate::analysis::daemon_set::DaemonSetAnalysis;
use crate::analysis::effects::Effects;
use crate::analysis::health;
use crate::analysis::node::NodeEligibility;
use crate::analysis::orphan::orphans_on;
use crate::analysis::reason::Reason;
use crate::analysis::requests::NewPod;
use crate::analysis::room::requested;
use crate::analysis::what_if::{changed, idle};
use crate::model::node_change::NodeChange;
use crate::model::{DaemonSet, Node, Pod, Snapshot};

use super::describe::{condition, notes_on_node, notes_on_pods, on_node, summary};
use super::{Affected, DaemonSetsOnNode, NodeReport, NodeWhatIf, OnNode, Requests, Sums};

/// A DaemonSet, compiled, with what its new pods would request.
pub(super) struct Prepared<'a> {
    pub(super) subject: DaemonSetAnalysis<'a>,
    pub(super) new_pod: NewPod,
    /// The refusal of its last create, where a create is due that no node's reasons mention.
    pub(super) refused: Option<Reason>,
}

/// All DaemonSets of a snapshot, each compiled and with its pods claimed once.
pub struct NodeAnalysis<'a> {
    snapshot: &'a Snapshot,
    prepared: Vec<Prepared<'a>>,
    notes: Vec<Note>,
    /// Whether no selector leaves out DaemonSets that there are.
    has_all: bool,
}

impl<'a> NodeAnalysis<'a> {
    /// Prepares the DaemonSets of `snapshot`, each with [the part of the snapshot that concerns
    /// it](super::super::by_daemon_set::ByDaemonSet::snapshots).
    #[must_use]
    pub fn new(snapshot: &'a Snapshot, parts: &'a [(&'a DaemonSet, Snapshot)]) -> Self {
        let prepared = parts.iter().map(|(ds, part)| {
            let subject = DaemonSetAnalysis::new(part, ds);
            Prepared {
                refused: open_refusal(&subject).cloned(),
                new_pod: NewPod::new(part, ds),
                subject,
            }
        });
        Self {
            snapshot,
            prepared: prepared.collect(),
            notes: overhead(snapshot).into_iter().collect(),
            has_all: true,
        }
    }

    /// The same where only some DaemonSets were asked for: those of a namespace, or those that a
    /// selector matches.
    #[must_use]
    pub fn of(mut self, namespace: Option<String>, selector: Option<String>) -> Self {
        self.has_all = selector.is_none();
        if namespace.is_some() || selector.is_some() {
            let note = Note::SelectedDaemonSetsAlone {
                namespace,
                selector,
            };
            self.notes.insert(0, note);
        }
        self
    }

    /// The basis of every answer from this snapshot.
    #[must_use]
    pub fn basis(&self) -> Basis {
        let mut basis = Basis::new(self.snapshot);
        basis.notes.extend(self.notes.iter().cloned());
        basis
    }

    /// How many DaemonSets there are.
    #[must_use]
    pub const fn daemon_sets(&self) -> usize {
        self.prepared.len()
    }

    /// The report on `node`.
    #[must_use]
    pub fn report(&self, node: &Node) -> NodeReport {
        let on_node = self.on_node(Some(node), &self.judged(node), true);
        let mut basis = self.basis();
        basis
            .notes
            .extend(notes_on_node(node, &on_node.daemon_sets));
        basis
            .notes
            .extend(notes_on_pods(on_node.daemon_sets.iter()));
        NodeReport {
            basis,
            clean: clean(&on_node.daemon_sets),
            node: node.name.to_string(),
            node_exists: Some(true),
            on_node,
            orphans: match self.has_all {
                true => orphans_on(self.snapshot, node),
                false => Vec::new(),
            },
        }
    }

    /// The report on a node of which only the name is known.
    #[must_use]
    pub fn unknown(&self, name: &str) -> NodeReport {
        let prepared = self.prepared.iter();
        let judged: Vec<_> = prepared.map(|p| p.subject.judge_unknown(name)).collect();
        let on_node = self.on_node(None, &judged, true);
        let mut basis = self.basis();
        basis
            .notes
            .extend(notes_on_pods(on_node.daemon_sets.iter()));
        NodeReport {
            basis,
            clean: clean(&on_node.daemon_sets),
            node: name.to_owned(),
            node_exists: None,
            on_node,
            orphans: Vec::new(),
        }
    }

    /// Compares `node` today with `node` after `changes`.
    #[must_use]
    pub fn what_if(&self, node: &Node, changes: &[NodeChange]) -> NodeWhatIf {
        let before = self.judged(node);
        let today = self.on_node(Some(node), &before, true);
        let mut basis = self.basis();
        basis.notes.extend(notes_on_node(node, &today.daemon_sets));
        basis.notes.extend(idle(node, changes));
        let node = changed(node, changes);
        let after = self.judged(&node);
        let then = self.on_node(Some(&node), &after, false);
        let both = today.daemon_sets.iter().chain(&then.daemon_sets);
        basis.notes.extend(notes_on_pods(both));
        NodeWhatIf {
            basis,
            clean: clean(&today.daemon_sets),
            node: node.name.to_string(),
            node_exists: true,
            changes: changes.to_vec(),
            effects: self.effects(Some(&before), &after),
            expectations: self.expectations(Some(&before), &after),
            today: Some(today),
            then,
        }
    }

    /// What would start on `node`, which doesn't exist yet, with `changes` applied to it.
    #[must_use]
    pub fn planned(&self, node: &Node, changes: &[NodeChange]) -> NodeWhatIf {
        let idle = idle(node, changes);
        let node = changed(node, changes);
        let after = self.judged(&node);
        let then = self.on_node(Some(&node), &after, false);
        let mut basis = self.basis();
        basis.notes.extend(notes_on_node(&node, &then.daemon_sets));
        basis.notes.extend(notes_on_pods(then.daemon_sets.iter()));
        basis.notes.extend(idle);
        NodeWhatIf {
            basis,
            clean: None,
            node: node.name.to_string(),
            node_exists: false,
            changes: changes.to_vec(),
            effects: self.effects(None, &after),
            expectations: self.expectations(None, &after),
            today: None,
            then,
        }
    }

    fn judged(&self, node: &Node) -> Vec<NodeEligibility> {
        let prepared = self.prepared.iter();
        prepared.map(|p| p.subject.judge(node).0).collect()
    }

    fn on_node(
        &self,
        node: Option<&Node>,
        judged: &[NodeEligibility],
        is_today: bool,
    ) -> DaemonSetsOnNode {
        let both = self.prepared.iter().zip(judged);
        let daemon_sets: Vec<_> = both.map(|(p, n)| on_node(p, n, is_today)).collect();
        let others = node.and_then(|node| self.others(node, &daemon_sets));
        DaemonSetsOnNode {
            condition: node.map(condition),
            sums: Sums::new(&daemon_sets, node, others),
            summary: summary(&daemon_sets),
            daemon_sets,
        }
    }

    /// The requests of the node's pods that belong to none of `daemon_sets`; `None` where they
    /// weren't read.
    fn others(&self, node: &Node, daemon_sets: &[OnNode]) -> Option<Requests> {
        let all = self.snapshot.pods_beside.iter();
        let here: Vec<&Pod> = all.filter(|pod| *pod.node_name == *node.name).collect();
        let daemon_pods = daemon_sets.iter().flat_map(|one| {
            let namespace = one.daemon_set.namespace.as_str();
            one.pods
                .iter()
                .map(move |pod| (namespace, pod.name.as_str()))
        });
        let daemon_pods: HashSet<(&str, &str)> = daemon_pods.collect();
        let is_other = |pod: &&Pod| !daemon_pods.contains(&(&*pod.namespace, &*pod.name));
        (!here.is_empty())
            .then(|| requested(here.into_iter().filter(is_other)))
            .flatten()
    }

    fn effects(
        &self,
        before: Option<&[NodeEligibility]>,
        after: &[NodeEligibility],
    ) -> Effects<Affected, Affected> {
        let mut effects = Effects::default();
        for (index, (prepared, then)) in self.prepared.iter().zip(after).enumerate() {
            let today = before.and_then(|b| b.get(index));
            let affected = |pod: Option<&str>| Affected {
                daemon_set: prepared.subject.reference(),
                pod: pod.map(str::to_owned),
            };
            let pod = |pod: &str| affected(Some(pod));
            effects.add(&prepared.subject, today, then, affected, pod);
        }
        effects
    }

    /// What happens to the expectations on the node.
    fn expectations(
        &self,
        before: Option<&[NodeEligibility]>,
        after: &[NodeEligibility],
    ) -> Vec<ExpectationChange> {
        let both = self.prepared.iter().zip(after).enumerate();
        let changes = both.filter_map(|(index, (prepared, node))| {
            let subject = &prepared.subject;
            let mut change = ExpectationChange::new(subject.reference(), &subject.expecting)?;
            let today = before.and_then(|b| b.get(index));
            change.add(
                &node.name,
                today.and_then(NodeCoverage::of),
                NodeCoverage::of(node)?,
            );
            change.is_of_any_node().then_some(change)
        });
        changes.collect()
    }
}

/// The overhead of a RuntimeClass is added when a pod is created, and the class isn't read.
fn overhead(snapshot: &Snapshot) -> Option<Note> {
    let unknown = snapshot.daemon_sets.iter().filter(|ds| {
        let spec = ds.pod_spec();
        spec.is_some_and(|s| s.runtime_class_name.is_some() && s.overhead.is_none())
    });
    let unknown = unknown.map(|ds| format!("{}/{}", ds.namespace, ds.name));
    let daemon_sets: Vec<_> = unknown.collect();
    (!daemon_sets.is_empty()).then_some(Note::NoRuntimeClassOverhead { daemon_sets })
}

fn clean(daemon_sets: &[OnNode]) -> Option<bool> {
    health::of_all(daemon_sets.iter().map(|one| one.clean))
}
