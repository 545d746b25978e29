//! What a change of the template would do to all nodes.

use k8s_openapi::api::core::v1::PodSpec;

use crate::engine::{CompiledDaemonSet, Ignore, node_should_run_daemon_pod};
use crate::model::Node;

use super::daemon_set::DaemonSetAnalysis;
use super::node::{Eligibility, NodeEligibility};
use super::reason::Reason;
use super::remedy::{RemedyAction, TemplateChange, changed_template, remedies};

/// Nodes that a change of the template would add or take away.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Impact {
    /// Nodes that become eligible; pods start there at once.
    pub gained: Vec<String>,
    /// Nodes that are no longer eligible, whether they have a pod or not; published as `lost`.
    pub no_longer_eligible: Vec<String>,
    /// Nodes whose pod the rollout replaces, as it does after each change of the template.
    pub rolled: usize,
    /// Nodes whose pod the rollout deletes, and none is made again.
    pub not_made_again: Vec<String>,
}

impl Impact {
    /// How many nodes have pods, which all restart or go.
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
            let was = node_should_run_daemon_pod(before, node, &mut Ignore).should_run;
            let is = node_should_run_daemon_pod(after, node, &mut Ignore).should_run;
            match (was, is) {
                (false, true) => impact.gained.push(node.name.to_string()),
                (true, false) => impact.no_longer_eligible.push(node.name.to_string()),
                (true, true) | (false, false) => {}
            }
            match (has_pods(node), is) {
                (true, true) => impact.rolled += 1,
                (true, false) => impact.not_made_again.push(node.name.to_string()),
                (false, _) => {}
            }
        }
        impact
    }
}

impl DaemonSetAnalysis<'_> {
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
        let template = remedies(self.judged(), node, &findings).template?;
        Some(self.impact_of(&template, nodes))
    }

    /// Adds to the remedies for a node that change the template what they do to all nodes. The
    /// analysis has to be about all of them.
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

    /// Where a term names nodes that aren't there, it is put right rather than another added.
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
