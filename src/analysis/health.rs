//! What clean means for a node and for a DaemonSet. A rollout is clean when its DaemonSet is and
//! nothing is left to do; claims require more.
//!
//! A DaemonSet is clean when every node that should run it has exactly one pod, available and from
//! the current template, no other node has one or is expected to, no finding is a problem, and the
//! status agrees.

use super::fate::is_evicted_again;
use super::node::NodeEligibility;
use super::pod::PodState;
use super::reason::{Code, Reason};
use super::status::StatusReport;

/// Whether all are clean: false if one is known not to be; unknown if any other is unknown.
#[must_use]
pub fn of_all(verdicts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut all = Some(true);
    for clean in verdicts {
        match clean {
            Some(false) => return Some(false),
            Some(true) => {}
            None => all = None,
        }
    }
    all
}

/// Whether a DaemonSet is clean; `None` where that can't be known.
#[must_use]
pub fn of_daemon_set(
    nodes_known: bool,
    nodes: &[NodeEligibility],
    findings: &[Reason],
    status: Option<&StatusReport>,
) -> Option<bool> {
    let wrong = has_problems(findings) || status.is_some_and(|s| !s.differences.is_empty());
    let own = [if wrong {
        Some(false)
    } else {
        nodes_known.then_some(true)
    }];
    let nodes = nodes.iter().map(of_node);
    of_all(own.into_iter().chain(nodes))
}

/// Whether any of `findings` makes a DaemonSet unclean.
#[must_use]
pub fn has_problems(findings: &[Reason]) -> bool {
    findings.iter().any(|finding| finding.code().is_problem())
}

/// Whether a node is as it should be; `None` where that can't be known.
#[must_use]
pub fn of_node(node: &NodeEligibility) -> Option<bool> {
    if node.is_excluded_though_expected() {
        return Some(false);
    }
    if node.pod_state == PodState::Unknown {
        return None;
    }
    match (node.should_run, node.pods.as_slice()) {
        (Some(true), _) if node.has(Code::PodOlderThanNode) => Some(false),
        // Available now, but evicted again soon.
        (Some(true), _) if is_evicted_again(node.eligibility, &node.reasons) => Some(false),
        (Some(true), [pod]) if pod.state == PodState::Available => pod.is_current(),
        (Some(true), _) => Some(false),
        (Some(false), pods) => Some(pods.is_empty()),
        // Wrong either way: a broken pod where it should run, and a misscheduled one elsewhere.
        (None, []) => None,
        (None, [pod]) if pod.state == PodState::Available && pod.is_current() != Some(false) => {
            None
        }
        (None, _) => Some(false),
    }
}
