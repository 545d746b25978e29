//! Whether a node should run a daemon pod, and whether an existing one stays: the rules of
//! nodeName, affinity and taints together.

use crate::model::Node;

use super::daemon_set::CompiledDaemonSet;
use super::finding::{Finding, Findings};
use super::toleration::tolerate_taints;

/// The two answers of `NodeShouldRunDaemonPod`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Decision {
    /// A pod is created here when there is none.
    pub should_run: bool,
    /// An existing pod stays.
    pub should_continue_running: bool,
}

/// Upstream's `nodeShouldRunDaemonPod` (1.37.1), which `manage`, `rollingUpdate` and the status
/// call for every node.
///
/// With [`super::Ignore`] it stops where upstream stops. With a `Vec` it continues and collects
/// every rule that it checked; the decision is the same.
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

/// Rules that the golden vectors don't cover, as mutations of the engine showed.
#[cfg(test)]
mod tests {
    use k8s_openapi::api::core::v1 as core;

    use super::node_should_run_daemon_pod;
    use crate::engine::{CompiledDaemonSet, Decision, Ignore};
    use crate::model::{FeatureGates, Node};

    fn decide(template: &core::PodSpec, node: &core::Node) -> Decision {
        let ds = CompiledDaemonSet::new(template, FeatureGates::default());
        let node = Node::from(node);
        let decision = node_should_run_daemon_pod(&ds, &node, &mut Ignore);
        let explained = node_should_run_daemon_pod(&ds, &node, &mut Vec::new());
        assert_eq!(decision, explained);
        decision
    }

    #[test]
    fn every_pair_of_the_node_selector_has_to_match() {
        let pairs = [("a", "1"), ("b", "2")].map(|(k, v)| (k.to_owned(), v.to_owned()));
        let template = core::PodSpec {
            node_selector: Some(pairs.into()),
            ..core::PodSpec::default()
        };
        let mut node = core::Node::default();
        node.metadata.labels = Some([("a".to_owned(), "1".to_owned())].into());
        assert!(!decide(&template, &node).should_run);
    }

    #[test]
    fn an_automatic_toleration_is_added_beside_one_for_another_effect() {
        let key = "node.kubernetes.io/not-ready";
        let template = core::PodSpec {
            tolerations: Some(vec![core::Toleration {
                key: Some(key.to_owned()),
                operator: Some("Exists".to_owned()),
                effect: Some("NoSchedule".to_owned()),
                ..core::Toleration::default()
            }]),
            ..core::PodSpec::default()
        };
        let taint = |effect: &str| core::Taint {
            key: key.to_owned(),
            effect: effect.to_owned(),
            ..core::Taint::default()
        };
        let node = core::Node {
            spec: Some(core::NodeSpec {
                taints: Some(vec![taint("NoExecute"), taint("NoSchedule")]),
                ..core::NodeSpec::default()
            }),
            ..core::Node::default()
        };
        assert!(decide(&template, &node).should_run);
    }
}
