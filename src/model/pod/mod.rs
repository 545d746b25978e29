use std::sync::Arc;

use jiff::Timestamp;
use serde::Deserialize;

use super::{Labels, OwnerReference, Text};

mod resources;
pub(crate) mod wire;

pub use resources::{ContainerResources, PodResources, Requirements};

/// A condition of a pod, as far as it is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PodCondition {
    /// `True`, `False` or `Unknown`.
    pub status: Text,
    /// CamelCase reason, empty when there is none.
    pub reason: Text,
    /// Text for people, empty when there is none.
    pub message: Text,
    /// When `status` last changed; the API may leave it null.
    pub last_transition: Option<Timestamp>,
}

/// What keeps the first unready container from being ready.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ContainerTrouble {
    /// Name of the container.
    pub container: Text,
    /// `state.waiting.reason` or `state.terminated.reason`; empty when it runs
    /// and only its readiness probe fails.
    pub reason: Text,
    /// The message that goes with the reason, empty when there is none.
    pub message: Text,
    /// Whether it is an init container.
    pub is_init: bool,
    /// How often it was restarted.
    pub restarts: i32,
    /// How it ended: `state.terminated`, else `lastState.terminated`.
    pub last_end: Option<ContainerEnd>,
}

/// How a container ended.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct ContainerEnd {
    /// `reason`, such as `OOMKilled`.
    pub reason: Text,
    /// `exitCode`.
    pub exit_code: i32,
    /// `message`: what it wrote to its termination log, or what kept it from starting.
    pub message: Text,
    /// `finishedAt`.
    pub finished: Option<Timestamp>,
}

/// The image that a container runs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct ContainerImage {
    /// The container.
    pub name: Text,
    /// Its image, as the spec has it.
    pub image: Text,
}

/// A host port of a pod.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct HostPort {
    /// The port.
    pub port: i32,
    /// `TCP`, `UDP` or `SCTP`.
    pub protocol: Text,
    /// The address of the node it is bound to, `0.0.0.0` for all of them.
    pub ip: Text,
}

impl HostPort {
    /// Whether two pods can't both have their ports on one node
    /// (`HostPortInfo.CheckConflict`, kube-scheduler 0.37.1).
    #[must_use]
    pub fn conflicts(&self, other: &Self) -> bool {
        let every = |port: &Self| port.ip == "0.0.0.0";
        self.port == other.port
            && self.protocol == other.protocol
            && (self.ip == other.ip || every(self) || every(other))
    }
}

/// What the scheduling of an unbound pod depends on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scheduling {
    /// `spec.schedulerName`.
    pub scheduler: Text,
    /// The names in `spec.schedulingGates`.
    pub gates: Vec<Text>,
    /// `spec.nodeSelector`.
    pub node_selector: Labels,
}

/// What is kept of a pod.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "wire::Pod")]
pub struct Pod {
    /// `metadata.namespace`.
    pub namespace: Text,
    /// `metadata.name`.
    pub name: Box<str>,
    /// `metadata.uid`.
    pub uid: Box<str>,
    /// `metadata.labels`.
    pub labels: Labels,
    /// All owner references; [`OwnerReference::controller`] picks the one that counts.
    pub owners: Arc<[OwnerReference]>,
    /// `metadata.creationTimestamp`.
    pub created: Option<Timestamp>,
    /// `metadata.deletionTimestamp`: when the pod's grace period ends or ended.
    pub deletion: Option<Timestamp>,
    /// `metadata.deletionGracePeriodSeconds`.
    pub deletion_grace_seconds: Option<i64>,
    /// `metadata.finalizers`: what holds the object back once it is deleted.
    pub finalizers: Vec<Text>,
    /// `spec.nodeName`, empty while the pod isn't scheduled.
    pub node_name: Text,
    /// The node that the pod is bound to or meant for, as upstream's
    /// `util.GetTargetNodeName` (1.37.1) finds it; `None` when it finds none.
    pub target_node: Option<Text>,
    /// What its scheduling depends on; `None` for a bound pod.
    pub scheduling: Option<Box<Scheduling>>,
    /// The images of `spec.initContainers` and `spec.containers`, by container.
    pub images: Arc<[ContainerImage]>,
    /// What it requests; `None` where the object comes without its containers.
    pub resources: Option<Arc<PodResources>>,
    /// The host ports of its containers, as the scheduler checks them on a node.
    pub host_ports: Vec<HostPort>,
    /// `spec.priority`; 0 when unset, as the scheduler takes it.
    pub priority: i32,
    /// `status.phase`.
    pub phase: Text,
    /// `status.reason`, such as `Evicted`.
    pub reason: Text,
    /// `status.message`.
    pub message: Text,
    /// The condition `Ready`.
    pub ready: Option<PodCondition>,
    /// The condition `PodScheduled`.
    pub scheduled: Option<PodCondition>,
    /// The first container that isn't ready, init containers first.
    pub trouble: Option<Box<ContainerTrouble>>,
    /// Of the ready containers that ended before, the one that was restarted most often.
    pub restarted: Option<Box<ContainerTrouble>>,
    /// `status.startTime`: when the kubelet acknowledged the pod.
    pub started: Option<Timestamp>,
}

impl Pod {
    /// Whether it has a host port that conflicts with one that is wanted.
    #[must_use]
    pub fn has_host_port(&self, wanted: &HostPort) -> bool {
        self.host_ports.iter().any(|port| port.conflicts(wanted))
    }

    /// True when the pod's containers have ended for good (`IsPodTerminal`, 1.37.1).
    #[must_use]
    pub fn is_terminal(&self) -> bool {
        matches!(&*self.phase, "Failed" | "Succeeded")
    }

    /// True when the API was asked to delete the pod.
    #[must_use]
    pub fn is_deleting(&self) -> bool {
        self.deletion.is_some()
    }

    /// True when finalizers hold the object back.
    #[must_use]
    pub fn has_finalizers(&self) -> bool {
        !self.finalizers.is_empty()
    }

    /// Removes the references to the owner with `uid`.
    pub fn remove_owner(&mut self, uid: &str) {
        let others = self.owners.iter().filter(|owner| owner.uid != uid);
        self.owners = others.cloned().collect();
    }

    /// The reference that names the pod's controller.
    #[must_use]
    pub fn controller(&self) -> Option<&OwnerReference> {
        OwnerReference::controller(&self.owners)
    }
}
