//! Host ports that others have, and how the template moves to one that is free.

use k8s_openapi::api::core::v1::{Container, PodSpec};
use serde_json::Value;

use crate::analysis::reason::{PortMove, Replacement, Shortage};
use crate::model::{HASH_LABEL, HostPort, Pod, host_ports};

use super::Room;

/// How many ports above the one that is taken are tried.
const TRIED: i32 = 100;

/// The fields of a container that say on which port its program listens, and where it is asked.
const TOLD: [&str; 6] = [
    "args",
    "command",
    "env",
    "livenessProbe",
    "readinessProbe",
    "startupProbe",
];

impl Room<'_> {
    /// Those that others hold; all that it wants where the others weren't read.
    pub(super) fn ports(&self, pod: &Pod) -> Vec<Shortage> {
        let others = self.others(pod);
        let hash = pod.labels.get(HASH_LABEL);
        let wanted = pod.host_ports.iter();
        let mut all: Vec<Shortage> = wanted.map(|port| self.port(port, others, hash)).collect();
        if all.iter().any(is_taken) {
            all.retain(is_taken);
        }
        all
    }

    /// The host ports of a new pod that others have on a node. `own` are the pods of the
    /// DaemonSet there, and such as are on their way out don't count either.
    pub(in crate::analysis) fn taken_ports(&self, node: &str, own: &[&Pod]) -> Vec<Shortage> {
        let is_own = |pod: &Pod| {
            let same = |one: &&&Pod| one.name == pod.name && one.namespace == pod.namespace;
            own.iter().any(|one| same(&one))
        };
        let here = self.with_ports.get(node).into_iter().flatten();
        let others = here.filter(|pod| !pod.is_deleting() && !is_own(pod));
        let others: Vec<&Pod> = others.copied().collect();
        if others.is_empty() {
            return Vec::new();
        }
        let wanted = self.ds.pod_spec().map(host_ports).unwrap_or_default();
        let wanted = wanted.iter().map(|wanted| &wanted.port);
        let held = wanted.filter(|port| others.iter().any(|p| p.has_host_port(port)));
        let mut taken: Vec<Shortage> = held.map(|port| self.port(port, &others, None)).collect();
        taken.dedup();
        taken
    }

    /// Who of `others` has a port that a pod of the revision `hash` wants.
    fn port(&self, wanted: &HostPort, others: &[&Pod], hash: Option<&str>) -> Shortage {
        let holders = others.iter().filter(|p| p.has_host_port(wanted));
        Shortage::Port {
            port: wanted.port,
            protocol: wanted.protocol.to_string(),
            holders: holders.map(|p| self.holder(p, hash)).collect(),
            moved: self.moved(wanted),
        }
    }

    fn moved(&self, taken: &HostPort) -> Option<PortMove> {
        let next = taken.port.checked_add(1)?;
        let mut free = (next..=next.saturating_add(TRIED)).filter(|port| *port <= 65_535);
        let to = free.find(|port| !self.used_ports.contains(port))?;
        moved(self.ds.pod_spec()?, taken, to)
    }
}

/// The container's port alone is another in a pod with a network of its own; on the host's network
/// the program has to listen there.
fn moved(spec: &PodSpec, taken: &HostPort, to: i32) -> Option<PortMove> {
    let mut containers = spec.containers.iter().enumerate();
    let (at, container, port) =
        containers.find_map(|(at, container)| Some((at, container, place(container, taken)?)))?;
    let container_path = format!("/containers/{at}");
    let mut replaced = Vec::new();
    if spec.host_network == Some(true) {
        replace_all(container, taken.port, to, &container_path, &mut replaced)?;
        let is_told = |(_, by): &(String, Replacement)| matches!(by, Replacement::Text(_));
        if !replaced.iter().any(is_told) {
            replaced.clear();
        }
    } else {
        let path = format!("{container_path}/ports/{port}/hostPort");
        replaced.push((path, Replacement::Port(to)));
    }
    Some(PortMove { to, replaced })
}

/// The place of the host port among those of a container.
fn place(container: &Container, taken: &HostPort) -> Option<usize> {
    let ports = container.ports.as_deref().unwrap_or_default();
    ports.iter().position(|port| {
        let protocol = port.protocol.as_deref().unwrap_or("TCP");
        port.host_port == Some(taken.port) && *protocol == *taken.protocol
    })
}

/// All that names the port in a container; `None` for one that can't be written.
fn replace_all(
    container: &Container,
    from: i32,
    to: i32,
    path: &str,
    replaced: &mut Vec<(String, Replacement)>,
) -> Option<()> {
    let container = serde_json::to_value(container).ok()?;
    for field in ["ports"].iter().chain(&TOLD) {
        if let Some(value) = container.get(field) {
            replace(
                value,
                field,
                (from, to),
                format!("{path}/{field}"),
                replaced,
            );
        }
    }
    Some(())
}

fn replace(
    value: &Value,
    key: &str,
    (from, to): (i32, i32),
    path: String,
    replaced: &mut Vec<(String, Replacement)>,
) {
    match value {
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                replace(item, key, (from, to), format!("{path}/{at}"), replaced);
            }
        }
        Value::Object(fields) => {
            for (key, field) in fields {
                replace(field, key, (from, to), format!("{path}/{key}"), replaced);
            }
        }
        Value::Number(number) if number.as_i64() == Some(i64::from(from)) => {
            if matches!(key, "containerPort" | "hostPort" | "port") {
                replaced.push((path, Replacement::Port(to)));
            }
        }
        Value::String(text) if matches!(key, "args" | "command" | "value") => {
            let text = with_port(text, from, to);
            replaced.extend(text.map(|text| (path, Replacement::Text(text))));
        }
        _ => {}
    }
}

/// A text with another port where it names this one; `None` where it doesn't.
fn with_port(text: &str, from: i32, to: i32) -> Option<String> {
    let (from, to) = (from.to_string(), to.to_string());
    let is_digit = |c: char| c.is_ascii_digit();
    let mut with = String::new();
    let mut rest = text;
    let mut is_any = false;
    while let Some(start) = rest.find(is_digit) {
        let (before, digits) = rest.split_at(start);
        let end = digits.find(|c| !is_digit(c)).unwrap_or(digits.len());
        let (number, after) = digits.split_at(end);
        with.push_str(before);
        let is_port = number == from;
        with.push_str(if is_port { &to } else { number });
        is_any |= is_port;
        rest = after;
    }
    with.push_str(rest);
    is_any.then_some(with)
}

fn is_taken(shortage: &Shortage) -> bool {
    !matches!(shortage, Shortage::Port { holders, .. } if holders.is_empty())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn replaced(spec: Value) -> Option<Vec<(String, Replacement)>> {
        let spec: PodSpec = serde_json::from_value(spec).ok()?;
        let taken = HostPort {
            port: 9100,
            protocol: "TCP".into(),
            ip: "0.0.0.0".into(),
        };
        moved(&spec, &taken, 9101).map(|moved| moved.replaced)
    }

    #[test]
    fn a_pod_with_a_network_of_its_own_moves_its_host_port_alone() {
        let ports = json!([{"containerPort": 1}, {"containerPort": 9100, "hostPort": 9100}]);
        let containers = json!([{"name": "x"}, {"name": "a", "ports": ports}]);
        let path = "/containers/1/ports/1/hostPort".to_owned();
        assert_eq!(
            replaced(json!({"containers": containers})),
            Some(vec![(path, Replacement::Port(9101))])
        );
    }

    #[test]
    fn on_the_hosts_network_the_program_is_told_too() {
        let container = json!({
            "name": "a",
            "args": ["--listen=[$(HOST_IP)]:9100", "--max=91000"],
            "ports": [{"containerPort": 9100, "hostPort": 9100}],
            "readinessProbe": {"httpGet": {"port": 9100}},
        });
        let spec = json!({"hostNetwork": true, "containers": [container]});
        let port = |path: &str| (path.to_owned(), Replacement::Port(9101));
        let told = "--listen=[$(HOST_IP)]:9101".to_owned();
        assert_eq!(
            replaced(spec),
            Some(vec![
                port("/containers/0/ports/0/containerPort"),
                port("/containers/0/ports/0/hostPort"),
                ("/containers/0/args/0".to_owned(), Replacement::Text(told)),
                port("/containers/0/readinessProbe/httpGet/port"),
            ])
        );
        let container = json!({"name": "a", "ports": [{"containerPort": 9100, "hostPort": 9100}]});
        let spec = json!({"hostNetwork": true, "containers": [container]});
        assert_eq!(replaced(spec), Some(Vec::new()));
    }
}
