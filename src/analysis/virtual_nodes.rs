//! Nodes that aren't machines: a DaemonSet that tolerates their taints gets pods there, which never
//! run.

use std::collections::BTreeSet;

use crate::engine::{CompiledDaemonSet, Finding, node_should_run_daemon_pod};
use crate::model::Node;

use super::reason::Reason;
use super::remedy::Requirement;

/// A kind of virtual node, by its label.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum VirtualKind {
    /// EKS on Fargate.
    Fargate,
    /// A virtual kubelet, by its type.
    Kubelet,
    /// A virtual kubelet, by its provider.
    Provider,
}

impl VirtualKind {
    /// The kind of `node`; `None` for a real one.
    #[must_use]
    pub fn of(node: &Node) -> Option<Self> {
        let label = |key| node.labels.get(key);
        if label("type") == Some("virtual-kubelet") {
            Some(Self::Kubelet)
        } else if label("eks.amazonaws.com/compute-type") == Some("fargate") {
            Some(Self::Fargate)
        } else if label("virtual-kubelet.io/provider").is_some() {
            Some(Self::Provider)
        } else {
            None
        }
    }

    /// The requirement that keeps daemon pods off such nodes.
    #[must_use]
    pub fn kept_off_by(self) -> Requirement {
        let (key, operator, value) = match self {
            Self::Kubelet => ("type", "NotIn", Some("virtual-kubelet")),
            Self::Fargate => ("eks.amazonaws.com/compute-type", "NotIn", Some("fargate")),
            Self::Provider => ("virtual-kubelet.io/provider", "DoesNotExist", None),
        };
        Requirement {
            key: key.to_owned(),
            operator,
            values: value.map(str::to_owned).into_iter().collect(),
        }
    }
}

/// The virtual nodes on which a DaemonSet gets pods, and what lets it in.
pub(super) fn virtual_nodes(
    compiled: &CompiledDaemonSet,
    nodes: &[Node],
    should_run: impl Fn(&Node) -> bool,
) -> Option<Reason> {
    let mut names = Vec::new();
    let (mut kinds, mut matching) = (BTreeSet::new(), BTreeSet::new());
    let mut terms = 0;
    for node in nodes {
        let Some(kind) = VirtualKind::of(node).filter(|_| should_run(node)) else {
            continue;
        };
        names.push(node.name.to_string());
        kinds.insert(kind);
        let mut findings = Vec::new();
        node_should_run_daemon_pod(compiled, node, &mut findings);
        let of_node = findings.iter().filter_map(|finding| match finding {
            Finding::Term { term, ok } => Some((*term, *ok)),
            _ => None,
        });
        let of_node: Vec<(usize, bool)> = of_node.collect();
        terms = of_node.len();
        matching.extend(
            of_node
                .into_iter()
                .filter_map(|(term, ok)| ok.then_some(term)),
        );
    }
    (!names.is_empty()).then(|| Reason::VirtualNode {
        nodes: names,
        kinds: kinds.into_iter().collect(),
        terms: matching.into_iter().collect(),
        of_several: terms > 1,
    })
}
