//! The requests of a pod that go into the scheduler's sum.

use serde::Deserialize;

use super::{ContainerImage, HostPort};
use crate::model::accumulator::{Accumulator, accumulated};
use crate::model::pairs::quantities;
use crate::model::{Resources, Text};

/// The requests of a pod; `engine::requests` computes the sum. Limits are left out, because the API
/// server adds a request where there is only a limit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct PodResources {
    /// Those of `spec.containers`.
    pub containers: Vec<ContainerResources>,
    /// Those of `spec.initContainers`, in their order.
    pub init_containers: Vec<ContainerResources>,
    /// `spec.resources.requests`: those of the pod as a whole.
    pub requests: Resources,
    /// `spec.overhead`.
    pub overhead: Resources,
    /// `status.allocatedResources`: what the kubelet has admitted for the pod as a whole.
    pub allocated: Option<Resources>,
    /// `status.resources`: what the kubelet has set for the pod as a whole.
    pub actuated: Option<Requirements>,
    /// The condition `PodResizePending` says that the node can't have what the spec requests.
    pub is_resize_infeasible: bool,
}

/// What a container requests, by its spec and by its status.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct ContainerResources {
    /// An init container that is restarted whenever it ends (a sidecar).
    pub is_sidecar: bool,
    /// `resources.requests` of the spec.
    pub requests: Resources,
    /// `allocatedResources` of its status: what the kubelet has admitted.
    pub allocated: Option<Resources>,
    /// `resources.requests` of its status: what the kubelet has set.
    pub actuated: Option<Resources>,
}

/// `ResourceRequirements`, narrowed to the requests.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Deserialize)]
pub struct Requirements {
    /// `requests`.
    #[serde(default, deserialize_with = "quantities")]
    pub requests: Option<Resources>,
}

/// What the status of a container says of its resources.
pub(super) struct StatusResources {
    pub(super) container: Text,
    pub(super) allocated: Option<Resources>,
    pub(super) actuated: Option<Resources>,
}

/// The API's shape of a container, narrowed to the fields that are kept.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Container {
    #[serde(default)]
    name: Text,
    #[serde(default)]
    image: Text,
    restart_policy: Option<Text>,
    resources: Option<Requirements>,
    #[serde(default, deserialize_with = "accumulated")]
    ports: HostPorts,
}

/// Of the ports of a container those of the host.
#[derive(Default)]
pub(crate) struct HostPorts(Vec<HostPort>);

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ContainerPort {
    host_port: Option<i32>,
    protocol: Option<Text>,
    #[serde(rename = "hostIP")]
    host_ip: Option<Text>,
}

impl Accumulator for HostPorts {
    type Item = ContainerPort;

    /// The API server gives each port of a pod on the host's network its host port
    /// (`defaultHostNetworkPorts`, 1.37.1).
    fn add(&mut self, port: ContainerPort) {
        let given = |text: Option<Text>, default: &str| {
            let text = text.filter(|text| !text.is_empty());
            text.unwrap_or_else(|| default.into())
        };
        let host_port = port.host_port.filter(|port| *port > 0);
        self.0.extend(host_port.map(|number| HostPort {
            port: number,
            protocol: given(port.protocol, "TCP"),
            ip: given(port.host_ip, "0.0.0.0"),
        }));
    }
}

impl Container {
    /// An init container that is restarted whenever it ends (a sidecar).
    pub(super) fn is_sidecar(&self) -> bool {
        self.restart_policy.as_deref() == Some("Always")
    }

    pub(super) fn host_ports(&self) -> &[HostPort] {
        &self.ports.0
    }

    pub(super) fn image(&self) -> ContainerImage {
        ContainerImage {
            name: self.name.clone(),
            image: self.image.clone(),
        }
    }

    /// What it requests by its spec, and by the status of its name.
    pub(super) fn resources<'s>(
        self,
        statuses: impl IntoIterator<Item = &'s StatusResources>,
    ) -> ContainerResources {
        let mut statuses = statuses.into_iter();
        let status = statuses.find(|s| s.container == self.name);
        let is_sidecar = self.is_sidecar();
        let spec = self.resources.and_then(|resources| resources.requests);
        ContainerResources {
            is_sidecar,
            requests: spec.unwrap_or_default(),
            allocated: status.and_then(|s| s.allocated.clone()),
            actuated: status.and_then(|s| s.actuated.clone()),
        }
    }
}
