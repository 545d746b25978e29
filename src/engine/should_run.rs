//! Whether a node should run a daemon pod, and whether one that is there stays: the rules of
//! nodeName, affinity and taints together.

use crate::model::Node;

use super::daemon_set::CompiledDaemonSet;
use super::finding::{Finding, Findings};
use super::toleration::tolerate_taints;

/// The two answers of `NodeShouldRunDaemonPod`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Decision {
    /// A pod is made here when there is none.
    pub should_run: bool,
    /// A pod that is here stays.
    pub should_continue_running: bool,
}

/// Upstream's `nodeShouldRunDaemonPod` (1.37.1), which `manage`, `rollingUpdate`
/// and the status all ask for every node.
///
/// With [`super::Ignore`] it stops where upstream stops. With a `Vec` it goes on
/// and collects every rule it checked; the decision is the same.
pub fn node_should_run_daemon_pod<'a, F: Findings<'a>>(
    ds: &'a CompiledDaemonSet,
    node: &'a Node,
    findings: &mut F,
) -> Decision {
    const NEITHER: Decision = Decision {
        should_run: false,
        should_continue_running: false,
    };
    let mut placed = matches_node_name(ds, node, findings);
    if !placed && !F::ALL {
        return NEITHER;
    }
    placed &= ds.affinity.matches(node, findings);
    if !placed && !F::ALL {
        return NEITHER;
    }
    let tolerated = tolerate_taints(ds, node, findings);
    if placed { tolerated } else { NEITHER }
}

fn matches_node_name<'a, F: Findings<'a>>(
    ds: &'a CompiledDaemonSet,
    node: &Node,
    findings: &mut F,
) -> bool {
    let Some(wanted) = &ds.node_name else {
        return true;
    };
    let ok = **wanted == *node.name;
    findings.push(Finding::NodeName { wanted, ok });
    ok
}
