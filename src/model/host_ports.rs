//! The host ports that the pods of a template take.

use k8s_openapi::api::core::v1::{Container, PodSpec};

use super::HostPort;

/// A host port, and the container that asks for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContainerPort<'a> {
    /// The port.
    pub port: HostPort,
    /// The name of the container.
    pub container: &'a str,
}

/// The ports that the scheduler holds against a node (`util.GetHostPorts`,
/// 1.37.1). In a pod on the host's network each port of a container is one of
/// the host (`defaultHostNetworkPorts`).
#[must_use]
pub fn host_ports(spec: &PodSpec) -> Vec<ContainerPort<'_>> {
    let on_host = spec.host_network == Some(true);
    // Of the init containers only those that run on.
    let sidecars = spec.init_containers.iter().flatten();
    let sidecars = sidecars.filter(|c| c.restart_policy.as_deref() == Some("Always"));
    sidecars
        .chain(&spec.containers)
        .flat_map(|container| of_container(container, on_host))
        .collect()
}

fn of_container(container: &Container, on_host: bool) -> impl Iterator<Item = ContainerPort<'_>> {
    let ports = container.ports.iter().flatten();
    ports.filter_map(move |p| {
        let written = p.host_port.filter(|port| *port > 0);
        Some(ContainerPort {
            port: HostPort {
                port: written.or(on_host.then_some(p.container_port))?,
                protocol: given(p.protocol.as_deref(), "TCP").into(),
                ip: given(p.host_ip.as_deref(), "0.0.0.0").into(),
            },
            container: &container.name,
        })
    })
}

fn given<'a>(text: Option<&'a str>, default: &'a str) -> &'a str {
    text.filter(|t| !t.is_empty()).unwrap_or(default)
}
