//! Surge and host ports: a new pod that never fits next to the old one.

use k8s_openapi::api::apps::v1::DaemonSetUpdateStrategy;
use k8s_openapi::api::core::v1::PodSpec;

use crate::engine::rollout::allows_surge;
use crate::model::host_ports;

/// A host port that an old and a new pod both want.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct HostPort {
    /// The port.
    pub port: i32,
    /// `TCP`, `UDP` or `SCTP`.
    pub protocol: String,
    /// The container of the new pod.
    pub container: String,
}

/// The host ports that old and new pods both want where `strategy` creates new pods next to old
/// ones. The server accepts that; the new pod stays pending, and the old one is kept until the new
/// one is available.
///
/// `old` are the templates of the existing pods.
#[must_use]
pub(in crate::analysis) fn clashing_host_ports<'a>(
    strategy: Option<&DaemonSetUpdateStrategy>,
    old: impl IntoIterator<Item = &'a PodSpec>,
    new: &PodSpec,
) -> Vec<HostPort> {
    if !allows_surge(strategy) {
        return Vec::new();
    }
    let wanted = host_ports(new);
    let old: Vec<_> = old.into_iter().flat_map(host_ports).collect();
    let clashing = wanted
        .iter()
        .filter(|new| old.iter().any(|old| old.port.conflicts(&new.port)));
    let mut ports: Vec<HostPort> = clashing
        .map(|taken| HostPort {
            port: taken.port.port,
            protocol: taken.port.protocol.to_string(),
            container: taken.container.to_owned(),
        })
        .collect();
    ports.sort();
    ports.dedup();
    ports
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

    fn clashes(old: &PodSpec, new: &PodSpec) -> Vec<HostPort> {
        clashing_host_ports(Some(&strategy(json!("10%"))), [old], new)
    }

    #[test]
    fn the_same_port_by_protocol_and_address() {
        let port = |ip: &str, protocol: &str| {
            spec(
                json!([{"containerPort": 1, "hostPort": 9100, "hostIP": ip, "protocol": protocol}]),
            )
        };
        let any = spec(json!([{"containerPort": 2, "hostPort": 9100}]));
        let port_9100 = HostPort {
            port: 9100,
            protocol: "TCP".to_owned(),
            container: "agent".to_owned(),
        };
        assert_eq!(clashes(&any, &any), [port_9100]);
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
            assert_eq!(clashes(&old, &new).is_empty(), fits, "{old:?} {new:?}");
        }
    }

    #[test]
    fn without_surge_or_beside_no_old_pod_there_is_none() {
        let any = spec(json!([{"containerPort": 2, "hostPort": 9100}]));
        assert_eq!(
            clashing_host_ports(Some(&strategy(json!(0))), [&any], &any),
            []
        );
        assert_eq!(clashing_host_ports(None, [&any], &any), []);
        assert_eq!(clashing_host_ports(Some(&strategy(json!(1))), [], &any), []);
    }

    #[test]
    fn the_hosts_network_and_sidecars() {
        let on_host = PodSpec {
            host_network: Some(true),
            ..spec(json!([{"containerPort": 9100}]))
        };
        assert!(!clashes(&on_host, &on_host).is_empty());
        let init = |policy: Value| -> PodSpec {
            let ports = json!([{"containerPort": 1, "hostPort": 9100}]);
            let spec = json!({"containers": [], "initContainers": [{"name": "i", "restartPolicy": policy, "ports": ports}]});
            serde_json::from_value(spec).unwrap()
        };
        assert!(!clashes(&init(json!("Always")), &on_host).is_empty());
        assert!(clashes(&init(Value::Null), &on_host).is_empty());
    }
}
