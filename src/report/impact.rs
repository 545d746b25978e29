//! What a change of the template would do to all nodes.

use serde::Serialize;

use crate::engine::{CompiledDaemonSet, Ignore, node_should_run_daemon_pod};
use crate::model::Node;

/// Nodes that a change of the template would add or take away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Impact {
    /// Nodes that become eligible; pods start there at once.
    pub gained: Vec<String>,
    /// Nodes that are no longer eligible.
    pub lost: Vec<String>,
    /// Nodes whose pod the rollout replaces, for a template change rolls them all.
    pub rolled: usize,
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
        let mut impact = Self {
            gained: Vec::new(),
            lost: Vec::new(),
            rolled: 0,
        };
        for node in nodes {
            let was = node_should_run_daemon_pod(before, node, &mut Ignore).should_run;
            let is = node_should_run_daemon_pod(after, node, &mut Ignore).should_run;
            match (was, is) {
                (false, true) => impact.gained.push(node.name.to_string()),
                (true, false) => impact.lost.push(node.name.to_string()),
                (true, true) => impact.rolled += usize::from(has_pods(node)),
                (false, false) => {}
            }
        }
        impact
    }
}
