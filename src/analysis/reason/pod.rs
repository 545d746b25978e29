//! The facts of reasons about a pod's state.

use crate::analysis::eligibility::DaemonSetRef;
use crate::model::quantity::Quantity;
use jiff::Timestamp;

use super::ContainerFact;

/// A pod, and how long it has been in its state.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct PodFact {
    /// Its name.
    pub name: String,
    /// Since when, where the pod tells.
    pub since: Option<Timestamp>,
}

/// A reason and message from the API, either of which may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct ApiMessage {
    /// The CamelCase reason.
    pub reason: String,
    /// The text for people.
    pub message: String,
}

/// Why a kubelet evicted or rejected a pod.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Evicted {
    /// A condition of the node: `disk pressure`.
    UnderPressure(&'static str),
    /// A resource of which the node had too little.
    Low(String),
}

/// The conditions under which a kubelet admits no pod, and their usual names.
const PRESSURES: [(&str, &str); 3] = [
    ("[DiskPressure]", "disk pressure"),
    ("[MemoryPressure]", "memory pressure"),
    ("[PIDPressure]", "pid pressure"),
];

impl Evicted {
    /// From the message of an evicted pod, which is the only place where `managerImpl.Admit` and
    /// `evictPod` of `pkg/kubelet/eviction` (1.37.1) say it.
    #[must_use]
    pub fn of(said: &ApiMessage) -> Option<Self> {
        if said.reason != "Evicted" {
            return None;
        }
        let mut pressures = PRESSURES.iter();
        if let Some((_, pressure)) = pressures.find(|(text, _)| said.message.contains(text)) {
            return Some(Self::UnderPressure(pressure));
        }
        let (_, rest) = said.message.split_once("low on resource: ")?;
        let end = rest.find([' ', '.']).unwrap_or(rest.len());
        Some(Self::Low(rest.get(..end)?.to_owned()))
    }
}

impl ApiMessage {
    pub(in crate::analysis) fn new(reason: &str, message: &str) -> Self {
        Self {
            reason: reason.to_owned(),
            message: message.to_owned(),
        }
    }
}

/// How often something was seen, and since when.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Repeats {
    /// How often.
    pub count: i64,
    /// Since when, where that is known.
    pub first: Option<Timestamp>,
    /// Whether all nodes are counted, because nothing tells how many pods failed on this one.
    pub on_all_nodes: bool,
}

/// What a pod lacks on its node.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shortage {
    /// A host port that other pods hold.
    Port {
        /// The port.
        port: i32,
        /// `TCP`, `UDP` or `SCTP`.
        protocol: String,
        /// Which pods hold it; empty where the other pods of the node weren't read.
        holders: Vec<ResourceHolder>,
        /// How the template moves to another one; `None` where it doesn't have it, or none is
        /// free.
        moved: Option<PortMove>,
    },
    /// A resource of which the node has too little left.
    Resource {
        /// The resource, such as `cpu`.
        name: String,
        /// What the pod requests.
        requested: String,
        /// The node's allocatable amount; `None` where it has none.
        allocatable: Option<String>,
        /// What is left of that beside the other pods; `None` where they weren't read.
        free: Option<Free>,
        /// Whether the node could never provide that much.
        never_fits: bool,
        /// Whether the node is a virtual one, which runs no daemon pods whatever they request.
        is_virtual: bool,
        /// Which pods request most of it; empty where the other pods weren't read.
        holders: Vec<ResourceHolder>,
    },
    /// A label that admission made the pod require.
    Selector(AddedSelector),
    /// PersistentVolumeClaims of its template, at least one of which isn't bound.
    Claims {
        /// The claims.
        names: Vec<String>,
    },
    /// A topology domain without the pods that its own anti-affinity excludes.
    Rivals {
        /// The node label that defines the domains.
        topology_key: String,
        /// Its value on the pod's node.
        place: String,
        /// Whether pods of the DaemonSet itself are among them.
        is_own: bool,
        /// The pods.
        holders: Vec<ResourceHolder>,
    },
}

/// What gives a template another host port.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PortMove {
    /// One that no pod has which was read.
    pub to: i32,
    /// What is replaced in the pod spec, by its JSON pointer; empty where the program takes the
    /// port from the host's network, and what tells it which isn't known.
    pub replaced: Vec<(String, Replacement)>,
}

/// What stands in the template instead.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Replacement {
    /// A port.
    Port(i32),
    /// An argument or a variable that names one.
    Text(String),
}

/// What of a resource no pod requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Free {
    /// How much it is.
    pub amount: Quantity,
    /// Whether that is of the node that has most, of several.
    pub is_most: bool,
}

impl Shortage {
    /// Adds what another node lacks of the same.
    pub(in crate::analysis) fn add(&mut self, other: &Self) {
        if let (
            Self::Resource {
                name,
                free: Some(free),
                ..
            },
            Self::Resource {
                name: same,
                free: Some(other),
                ..
            },
        ) = (self, other)
            && name == same
        {
            free.is_most |= free.amount != other.amount;
            free.amount = free.amount.max(other.amount);
        }
    }
}

/// A pair that admission added to a pod's nodeSelector.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AddedSelector {
    /// The label.
    pub key: String,
    /// The value that the node would need.
    pub value: String,
    /// The node.
    pub node: String,
    /// The annotation of the namespace that requires it; `None` where it comes from a default of
    /// the cluster, or from a webhook.
    pub annotation: Option<String>,
    /// Whether it is an OpenShift namespace.
    pub is_openshift: bool,
}

/// A pod of kube-controller-manager that isn't ready.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ControllerManager {
    /// Its name.
    pub pod: String,
    /// Why its container waits, such as `CrashLoopBackOff`; empty where that isn't known.
    pub waiting: String,
    /// Whether it ran before.
    pub restarted: bool,
}

/// Pods that hold what another one lacks: a single pod, or all pods of a controller.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ResourceHolder {
    /// Its namespace.
    pub namespace: String,
    /// Its name, or that of the first pod.
    pub pod: String,
    /// Whose it is.
    pub owner: Owner,
    /// How much it requests, or all pods together, where it is about a resource.
    pub amount: Option<String>,
    /// How many they are.
    pub pods: usize,
    /// Their priority, or the highest of several.
    pub priority: i32,
}

/// The owner of a pod that holds what another one lacks.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Owner {
    /// The DaemonSet of the pod that lacks it.
    Own {
        /// Whether it is from another revision.
        is_old: bool,
    },
    /// A controller's.
    Controlled {
        /// Its kind.
        kind: String,
        /// Its name.
        name: String,
    },
    /// The kubelet, which created it from a file on its node (a static pod).
    Static,
    /// Nobody: its DaemonSet was deleted without its dependents.
    Orphan {
        /// The name of the DaemonSet.
        daemon_set: String,
        /// All pods that it left, as far as they were read.
        pods: Vec<String>,
    },
    /// Nobody's.
    Bare,
}

impl ResourceHolder {
    /// The other DaemonSet that it belongs to, if any.
    #[must_use]
    pub fn daemon_set(&self) -> Option<DaemonSetRef> {
        match &self.owner {
            Owner::Controlled { kind, name } if kind == "DaemonSet" => Some(DaemonSetRef {
                namespace: self.namespace.clone(),
                name: name.clone(),
            }),
            _ => None,
        }
    }
}

/// Why a pod isn't ready, where no container says so.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NotReady {
    /// This container runs, and its readiness probe doesn't succeed.
    Container(ContainerFact),
    /// The condition `Ready` says why.
    Condition(ApiMessage),
}

/// What the controller does about an ended pod: `podsShouldBeOnNode` (1.37.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ended {
    /// Deletes a failed one after a backoff, because pods may run here.
    #[default]
    AfterBackoff,
    /// Deletes it along with all others here.
    AtOnce,
    /// Nothing: it doesn't act, or not on this node.
    Nothing,
}

/// What happens to pods on a node that should run none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Misscheduled {
    /// They are being deleted.
    Terminating,
    /// The controller does nothing, and taint eviction deletes them.
    Evicted,
    /// The controller does nothing, and they stay.
    Kept,
    /// They have ended: the controller deletes them and creates none.
    Ended,
    /// They stay while the node has a condition, and count again afterwards.
    UntilRecovery,
    /// They stay until somebody deletes them, because nothing is rolled (OnDelete).
    UntilDeleted,
    /// They stay until they are deleted or rolled.
    UntilRolled,
    /// The controller deletes them: a node that excludes a bound pod starts a sync.
    Deleted,
    /// None is bound, so the node starts no sync: the controller deletes them at the next sync that
    /// something else starts.
    DeletedUnbound,
}

#[cfg(test)]
mod tests {
    use super::{ApiMessage, Evicted};

    #[test]
    fn what_pods_are_evicted_for() {
        let of = |message: &str| Evicted::of(&ApiMessage::new("Evicted", message));
        let rejected = "Pod was rejected: The node had condition: [DiskPressure]. ";
        assert_eq!(of(rejected), Some(Evicted::UnderPressure("disk pressure")));
        let low = "The node was low on resource: ephemeral-storage. Threshold quantity: 1";
        assert_eq!(of(low), Some(Evicted::Low("ephemeral-storage".to_owned())));
        assert_eq!(of("Preempted in order to admit critical pod"), None);
        assert_eq!(Evicted::of(&ApiMessage::new("OutOfcpu", rejected)), None);
    }
}
