//! Why a node isn't ready, from its conditions.

use crate::model::{Node, NodeCondition, Taint};

use super::ApiMessage;

/// The conditions in a node's life cycle (`NodeConditionType`, 1.37.1), the one that explains most
/// first.
const LIFE_CYCLE: [&str; 4] = [
    "MaintenanceInProgress",
    "DrainInProgress",
    "Drained",
    "MaintenancePlanned",
];

/// Why a node isn't ready, with its own message.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct NodeTrouble {
    /// Why.
    pub cause: NotReadyCause,
    /// Reason and message of that condition.
    pub said: ApiMessage,
}

/// Why a node isn't ready, where that has a known form.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum NotReadyCause {
    /// The kubelet reports, and says that the network plugin isn't ready.
    NetworkPlugin,
    /// The same, and the node has no `spec.podCIDR`, from which the plugin assigns pod addresses.
    NoPodCidr,
    /// The kubelet reports, and its container runtime doesn't answer (PLEG).
    Runtime,
    /// The node is shutting down.
    ShuttingDown,
    /// Somebody maintains or drains it.
    Maintenance,
    /// The kubelet no longer reports.
    Silent,
    /// Anything else.
    #[default]
    Other,
}

impl NodeTrouble {
    /// What the conditions of `node` say.
    #[must_use]
    pub fn of(node: &Node) -> Self {
        let ready = node.condition("Ready");
        let shutdown = node.condition("GracefulNodeShutdownInProgress");
        let cause = match ready {
            _ if shutdown.is_some() => NotReadyCause::ShuttingDown,
            Some(ready) if ready.status == "Unknown" => NotReadyCause::Silent,
            Some(ready) => of_message(&ready.message),
            None => NotReadyCause::Other,
        };
        let planned = LIFE_CYCLE.iter().find_map(|kind| node.condition(kind));
        let is_open = matches!(cause, NotReadyCause::Silent | NotReadyCause::Other);
        match planned.filter(|_| is_open) {
            Some(planned) => Self {
                cause: NotReadyCause::Maintenance,
                said: of_life_cycle(planned),
            },
            None => Self {
                cause,
                said: ready
                    .or(shutdown)
                    .map(|c| ApiMessage::new(&c.reason, &c.message))
                    .unwrap_or_default(),
            },
        }
    }
}

impl NodeTrouble {
    /// The condition of `node` behind `taint`; `None` for a taint that isn't about its readiness or
    /// its network.
    #[must_use]
    pub fn behind(taint: &Taint, node: &Node) -> Option<Self> {
        match taint.key.as_str() {
            "node.kubernetes.io/not-ready" | "node.kubernetes.io/unreachable" => {
                Some(Self::of(node))
            }
            "node.kubernetes.io/network-unavailable" => {
                let condition = node.condition("NetworkUnavailable")?;
                Some(Self {
                    cause: NotReadyCause::Other,
                    said: ApiMessage::new(&condition.reason, &condition.message),
                })
            }
            _ => None,
        }
    }
}

/// The condition's type says more than its reason.
fn of_life_cycle(condition: &NodeCondition) -> ApiMessage {
    ApiMessage::new(&condition.kind, &condition.message)
}

/// What the kubelet writes into the condition (1.37.1: `nodestatus.ReadyCondition`, `runtimeState`,
/// `nodeshutdown`).
fn of_message(message: &str) -> NotReadyCause {
    let has = |text: &str| message.contains(text);
    if has("node is shutting down") {
        NotReadyCause::ShuttingDown
    } else if has("PLEG is not healthy") || has("container runtime is down") {
        NotReadyCause::Runtime
    } else if has("runtime network not ready") || has("cni plugin not initialized") {
        NotReadyCause::NetworkPlugin
    } else {
        NotReadyCause::Other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(conditions: &[(&str, &str, &str)]) -> Node {
        let of = |&(kind, status, message): &(&str, &str, &str)| NodeCondition {
            kind: kind.into(),
            status: status.into(),
            message: message.into(),
            ..NodeCondition::default()
        };
        Node {
            conditions: conditions.iter().map(of).collect(),
            ..Node::default()
        }
    }

    #[test]
    fn what_the_conditions_of_a_node_say() {
        let cni = "container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized";
        let both = "[container runtime is down, PLEG is not healthy: pleg was last seen active 12m ago; threshold is 3m0s]";
        let cases: [(&[_], _); 7] = [
            (&[("Ready", "False", cni)], NotReadyCause::NetworkPlugin),
            (&[("Ready", "False", both)], NotReadyCause::Runtime),
            (
                &[("Ready", "False", "node is shutting down")],
                NotReadyCause::ShuttingDown,
            ),
            (
                &[("Ready", "Unknown", "Kubelet stopped posting node status.")],
                NotReadyCause::Silent,
            ),
            (
                &[("Ready", "Unknown", ""), ("DrainInProgress", "True", "")],
                NotReadyCause::Maintenance,
            ),
            (
                &[("Ready", "False", cni), ("MaintenancePlanned", "True", "")],
                NotReadyCause::NetworkPlugin,
            ),
            (&[], NotReadyCause::Other),
        ];
        for (conditions, cause) in cases {
            assert_eq!(NodeTrouble::of(&node(conditions)).cause, cause);
        }
    }
}
