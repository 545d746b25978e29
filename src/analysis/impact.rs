//! What a change of the template would do to all nodes.

use crate::engine::{CompiledDaemonSet, Ignore, node_should_run_daemon_pod};
use crate::model::Node;

use super::daemon_set::DaemonSetAnalysis;
use super::node::Eligibility;
use super::remedy::remedies;

/// Nodes that a change of the template would add or take away.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Impact {
    /// Nodes that become eligible; pods start there at once.
    pub gained: Vec<String>,
    /// Nodes that are no longer eligible, whether they have a pod or not; published as `lost`.
    pub no_longer_eligible: Vec<String>,
    /// Nodes whose pod the rollout replaces, for a template change rolls them all.
    pub rolled: usize,
    /// Nodes whose pod the rollout deletes, and none is made again.
    pub not_made_again: Vec<String>,
}

impl Impact {
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
        let after = CompiledDaemonSet::new(&template, self.compiled.gates());
        let with_pods = |n: &Node| {
            self.pods
                .as_ref()
                .is_some_and(|p| !p.on(&n.name).is_empty())
        };
        Some(Impact::new(&self.compiled, &after, nodes, with_pods))
    }
}
