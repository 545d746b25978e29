//! Surge and host ports: a new pod that never fits beside the old one.

use k8s_openapi::api::apps::v1::DaemonSetUpdateStrategy;
use k8s_openapi::api::core::v1::{Container, PodSpec};

use crate::engine::rollout::allows_surge;

/// A host port that a pod takes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct HostPort<'a> {
    port: i32,
    protocol: &'a str,
    ip: &'a str,
    container: &'a str,
}

/// A warning where `strategy` makes new pods beside old ones and both want one
/// host port of the node. The server accepts that; the new pod stays pending
/// and the old one is kept until it becomes available.
///
/// `old` are the templates of the pods that are there.
#[must_use]
pub(super) fn host_ports_warning<'a>(
    strategy: Option<&DaemonSetUpdateStrategy>,
    old: impl IntoIterator<Item = &'a PodSpec>,
    new: &PodSpec,
) -> Option<String> {
    if !allows_surge(strategy) {
        return None;
    }
    let wanted = host_ports(new);
    let old: Vec<HostPort<'_>> = old.into_iter().flat_map(host_ports).collect();
    let mut taken: Vec<String> = wanted
        .iter()
        .filter(|new| old.iter().any(|old| conflict(old, new)))
        .map(|p| format!("{}/{} (container {})", p.port, p.protocol, p.container))
        .collect();
    taken.sort();
    taken.dedup();
    if taken.is_empty() {
        return None;
    }
    let ports = if taken.len() == 1 { "port" } else { "ports" };
    Some(format!(
        "maxSurge makes each new pod beside the old one, and both want host {ports} {}: the new pods never fit their nodes and stay Pending, and the rollout stands still; set maxSurge to 0 and maxUnavailable above 0, or take another port",
        taken.join(", ")
    ))
}

/// The ports that the scheduler holds against a node (`util.GetHostPorts`,
/// 1.37.1). In a pod on the host's network each port of a container is one of
/// the host (`defaultHostNetworkPorts`).
fn host_ports<'a>(spec: &'a PodSpec) -> Vec<HostPort<'a>> {
    let on_host = spec.host_network == Some(true);
    // Of the init containers only those that run on.
    let sidecars = spec.init_containers.iter().flatten();
    let sidecars = sidecars.filter(|c| c.restart_policy.as_deref() == Some("Always"));
    let ports_of = |container: &'a Container| {
        let ports = container.ports.iter().flatten();
        ports.filter_map(move |p| {
            let written = p.host_port.filter(|port| *port > 0);
            Some(HostPort {
                port: written.or(on_host.then_some(p.container_port))?,
                protocol: given(p.protocol.as_deref(), "TCP"),
                ip: given(p.host_ip.as_deref(), EVERY_IP),
                container: &container.name,
            })
        })
    };
    sidecars
        .chain(&spec.containers)
        .flat_map(ports_of)
        .collect()
}

fn given<'a>(text: Option<&'a str>, default: &'a str) -> &'a str {
    text.filter(|t| !t.is_empty()).unwrap_or(default)
}

const EVERY_IP: &str = "0.0.0.0";

/// `HostPortInfo.CheckConflict` (kube-scheduler 0.37.1).
fn conflict(old: &HostPort<'_>, new: &HostPort<'_>) -> bool {
    let same_ip = old.ip == new.ip || old.ip == EVERY_IP || new.ip == EVERY_IP;
    old.port == new.port && old.protocol == new.protocol && same_ip
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn strategy(surge: Value) -> DaemonSetUpdateStrategy {
        let rolling = json!({"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 0, "maxSurge": surge}});
        serde_json::from_value(rolling).unwrap()
    }

    fn spec(ports: Value) -> PodSpec {
        let spec = json!({"containers": [{"name": "agent", "ports": ports}]});
        serde_json::from_value(spec).unwrap()
    }

    fn warning(old: &PodSpec, new: &PodSpec) -> Option<String> {
        host_ports_warning(Some(&strategy(json!("10%"))), [old], new)
    }

    #[test]
    fn the_same_port_by_protocol_and_address() {
        let port = |ip: &str, protocol: &str| {
            spec(
                json!([{"containerPort": 1, "hostPort": 9100, "hostIP": ip, "protocol": protocol}]),
            )
        };
        let any = spec(json!([{"containerPort": 2, "hostPort": 9100}]));
        let text = warning(&any, &any).unwrap();
        assert!(
            text.contains("host port 9100/TCP (container agent)"),
            "{text}"
        );
        for (old, new, fits) in [
            (port("", "TCP"), port("10.0.0.1", "TCP"), false),
            (port("10.0.0.1", "TCP"), port("0.0.0.0", "TCP"), false),
            (port("10.0.0.1", "TCP"), port("10.0.0.1", "TCP"), false),
            (port("10.0.0.1", "TCP"), port("10.0.0.2", "TCP"), true),
            (port("", "TCP"), port("", "UDP"), true),
            (
                port("", "TCP"),
                spec(json!([{"containerPort": 9100}])),
                true,
            ),
        ] {
            assert_eq!(warning(&old, &new).is_none(), fits, "{old:?} {new:?}");
        }
    }

    #[test]
    fn without_surge_or_beside_no_old_pod_there_is_none() {
        let any = spec(json!([{"containerPort": 2, "hostPort": 9100}]));
        assert_eq!(
            host_ports_warning(Some(&strategy(json!(0))), [&any], &any),
            None
        );
        assert_eq!(host_ports_warning(None, [&any], &any), None);
        assert_eq!(
            host_ports_warning(Some(&strategy(json!(1))), [], &any),
            None
        );
    }

    #[test]
    fn the_hosts_network_and_sidecars() {
        let on_host = PodSpec {
            host_network: Some(true),
            ..spec(json!([{"containerPort": 9100}]))
        };
        assert!(warning(&on_host, &on_host).is_some());
        let init = |policy: Value| -> PodSpec {
            let ports = json!([{"containerPort": 1, "hostPort": 9100}]);
            let spec = json!({"containers": [], "initContainers": [{"name": "i", "restartPolicy": policy, "ports": ports}]});
            serde_json::from_value(spec).unwrap()
        };
        assert!(warning(&init(json!("Always")), &on_host).is_some());
        assert!(warning(&init(Value::Null), &on_host).is_none());
    }
}
