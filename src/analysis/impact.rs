//! What a change of the template would do to all nodes.

use k8s_openapi::api::core::v1::PodSpec;

use crate::engine::{CompiledDaemonSet, Ignore, node_should_run_daemon_pod};
use crate::model::Node;

use super::daemon_set::DaemonSetAnalysis;
use super::node::{Eligibility, NodeEligibility};
use super::reason::Reason;
use super::remedy::{RemedyAction, TemplateChange, changed_template, remedies};

/// Nodes that a change of the template would add or remove.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Impact {
    /// Nodes that become eligible; pods start there at once.
    pub gained: Vec<String>,
    /// Nodes that are no longer eligible, whether they have a pod or not; published as `lost`.
    pub no_longer_eligible: Vec<String>,
    /// Nodes whose pod the rollout replaces, as it does after each change of the template.
    pub rolled: usize,
    /// Nodes whose pod the rollout deletes without creating another.
    pub not_made_again: Vec<String>,
}

/// What a change of the template does to one node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NodeEffect {
    /// It becomes eligible.
    Gained,
    /// It is no longer eligible.
    NoLongerEligible,
    /// It is eligible before and after.
    StaysEligible,
    /// It is eligible neither before nor after.
    StaysExcluded,
}

impl NodeEffect {
    /// Evaluates both templates on `node`; before a DaemonSet exists, no node is eligible.
    pub(super) fn new(
        before: Option<&CompiledDaemonSet>,
        after: &CompiledDaemonSet,
        node: &Node,
    ) -> Self {
        match (
            before.is_some_and(|ds| should_run(ds, node)),
            should_run(after, node),
        ) {
            (false, true) => Self::Gained,
            (true, false) => Self::NoLongerEligible,
            (true, true) => Self::StaysEligible,
            (false, false) => Self::StaysExcluded,
        }
    }

    const fn is_eligible(self) -> bool {
        matches!(self, Self::Gained | Self::StaysEligible)
    }
}

/// Whether the node should run a pod of the template.
pub(super) fn should_run(ds: &CompiledDaemonSet, node: &Node) -> bool {
    node_should_run_daemon_pod(ds, node, &mut Ignore).should_run
}

impl Impact {
    /// How many nodes have pods, all of which restart or are deleted.
    #[must_use]
    pub const fn pods(&self) -> usize {
        self.rolled + self.not_made_again.len()
    }

    /// The nodes that become eligible besides `node`.
    pub fn other_gained<'a>(&'a self, node: &'a str) -> impl Iterator<Item = &'a String> {
        self.gained.iter().filter(move |gained| *gained != node)
    }

    /// Compares `before` with `after` on all nodes.
    #[must_use]
    pub fn new(
        before: &CompiledDaemonSet,
        after: &CompiledDaemonSet,
        nodes: &[Node],
        has_pods: impl Fn(&Node) -> bool,
    ) -> Self {
        let mut impact = Self::default();
        for node in nodes {
            let effect = NodeEffect::new(Some(before), after, node);
            match effect {
                NodeEffect::Gained => impact.gained.push(node.name.to_string()),
                NodeEffect::NoLongerEligible => {
                    impact.no_longer_eligible.push(node.name.to_string());
                }
                NodeEffect::StaysEligible | NodeEffect::StaysExcluded => {}
            }
            match (has_pods(node), effect.is_eligible()) {
                (true, true) => impact.rolled += 1,
                (true, false) => impact.not_made_again.push(node.name.to_string()),
                (false, _) => {}
            }
        }
        impact
    }
}

impl DaemonSetAnalysis<'_> {
    /// What the template changes of the remedies for `node` would do to all nodes; `None` where the
    /// node is eligible or changing the template isn't enough.
    #[must_use]
    pub fn impact(&self, node: &str) -> Option<Impact> {
        let nodes = self.snapshot.nodes.as_deref()?;
        let node = nodes.iter().find(|n| *n.name == *node)?;
        let (report, findings) = self.judge(node);
        if report.eligibility == Eligibility::Eligible {
            return None;
        }
        let template = remedies(self.judged(), node, &findings).template?;
        Some(self.impact_of(&template, nodes))
    }

    /// Adds, to each remedy that changes the template, what it does to all nodes. The analysis has
    /// to cover all nodes.
    pub fn add_impact(&self, node: &mut NodeEligibility) {
        let (Some(nodes), Some(_)) = (self.snapshot.nodes.as_deref(), &self.pods) else {
            return;
        };
        self.leave_gone_nodes(node, nodes);
        for remedy in &mut node.remedies {
            if let RemedyAction::Template { change, .. } = &remedy.action {
                let template = changed_template(self.ds, std::slice::from_ref(change));
                remedy.impact = Some(self.impact_of(&template, nodes));
            }
        }
    }

    /// Where a term names nodes that don't exist, it is corrected instead of adding another term.
    fn leave_gone_nodes(&self, node: &mut NodeEligibility, nodes: &[Node]) {
        let terms = node.reasons.iter().filter_map(|reason| match reason {
            Reason::NodeAffinityMismatch(one) if one.is_field => Some(one.term),
            _ => None,
        });
        let mut gone = terms.filter_map(|term| self.names_no_node(term, nodes));
        let Some(change) = gone.next() else {
            return;
        };
        let helps = |template: &PodSpec| {
            let impact = self.impact_of(template, nodes);
            impact.gained.contains(&node.name)
        };
        let changes = std::slice::from_ref(&change);
        if !helps(&changed_template(self.ds, changes)) {
            return;
        }
        let patch = self.judged().patch(changes);
        for remedy in &mut node.remedies {
            if let RemedyAction::Template {
                change: change_of @ TemplateChange::AddTerm(_),
                command,
            } = &mut remedy.action
            {
                *change_of = change.clone();
                *command = patch.clone();
            }
        }
    }

    /// What the template would do to all nodes.
    pub(super) fn impact_of(&self, template: &PodSpec, nodes: &[Node]) -> Impact {
        let after = CompiledDaemonSet::new(template, self.compiled.gates());
        let with_pods = |n: &Node| {
            let pods = self.pods.as_ref();
            pods.is_some_and(|p| !p.on(&n.name).is_empty())
        };
        Impact::new(&self.compiled, &after, nodes, with_pods)
    }
}
