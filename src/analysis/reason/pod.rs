//! The facts of reasons that are about a pod's state.

use crate::analysis::eligibility::DaemonSetRef;
use jiff::Timestamp;

use super::ContainerFact;

/// A pod, and since when it is in its state.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct PodFact {
    /// Its name.
    pub name: String,
    /// Since when, where the pod tells.
    pub since: Option<Timestamp>,
}

/// A reason and message of the API, either of which may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct ApiMessage {
    /// The CamelCase reason.
    pub reason: String,
    /// The text for people.
    pub message: String,
}

/// What a kubelet evicted a pod for, or turned it away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Evicted {
    /// A condition of the node: `disk pressure`.
    UnderPressure(&'static str),
    /// A resource of which the node had too little.
    Low(String),
}

/// The conditions for which a kubelet admits no pod, and how people call them.
const PRESSURES: [(&str, &str); 3] = [
    ("[DiskPressure]", "disk pressure"),
    ("[MemoryPressure]", "memory pressure"),
    ("[PIDPressure]", "pid pressure"),
];

impl Evicted {
    /// Read from the message of a pod that was evicted: `managerImpl.Admit` and `evictPod` of
    /// `pkg/kubelet/eviction` (1.37.1) have no other way to tell.
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
    /// Whether that counts all nodes, as nothing tells how many of them were on this one.
    pub on_all_nodes: bool,
}

/// What a pod lacks on its node.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shortage {
    /// A host port that other pods have.
    Port {
        /// The port.
        port: i32,
        /// `TCP`, `UDP` or `SCTP`.
        protocol: String,
        /// Who has it; empty where the other pods of the node weren't read.
        holders: Vec<ResourceHolder>,
    },
    /// A resource of which the node can give too little.
    Resource {
        /// The resource, such as `cpu`.
        name: String,
        /// What the pod requests.
        requested: String,
        /// What the node can give to pods in all; `None` where it has none.
        allocatable: Option<String>,
        /// Whether the node could never give as much.
        never_fits: bool,
        /// Whether the node is a virtual one, which takes no daemon pods whatever they ask for.
        is_virtual: bool,
        /// Who requests most of it; empty where the other pods weren't read.
        holders: Vec<ResourceHolder>,
    },
    /// A label that admission made the pod ask for.
    Selector(AddedSelector),
    /// PersistentVolumeClaims of its template that aren't bound, one of them at least.
    Claims {
        /// The claims.
        names: Vec<String>,
    },
    /// A place without the pods that its own anti-affinity keeps it away from.
    Rivals {
        /// The label of nodes that tells places apart.
        topology_key: String,
        /// Its value on the pod's node.
        place: String,
        /// Whether pods of the DaemonSet itself are among them.
        is_own: bool,
        /// The pods.
        holders: Vec<ResourceHolder>,
    },
}

/// A pair of a pod's nodeSelector that admission added.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AddedSelector {
    /// The label.
    pub key: String,
    /// The value that the node would need.
    pub value: String,
    /// The node.
    pub node: String,
    /// The annotation of the namespace that asks for it; `None` where none does, so that it
    /// comes from a default of the cluster, or from a webhook.
    pub annotation: Option<String>,
    /// Whether the namespace is one of OpenShift.
    pub is_openshift: bool,
}

/// A pod of kube-controller-manager that isn't ready.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ControllerManager {
    /// Its name.
    pub pod: String,
    /// What its container waits for, such as `CrashLoopBackOff`; empty where that isn't told.
    pub waiting: String,
    /// Whether it ran before.
    pub restarted: bool,
}

/// Pods that have what another lacks: one, or all of a controller.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ResourceHolder {
    /// Its namespace.
    pub namespace: String,
    /// Its name; of several that of the first.
    pub pod: String,
    /// Whose it is.
    pub owner: Owner,
    /// How much it requests, where it is about a resource; of several all together.
    pub amount: Option<String>,
    /// How many they are.
    pub pods: usize,
    /// Their priority; of several the highest.
    pub priority: i32,
}

/// Whose a pod is that has what another lacks.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Owner {
    /// The DaemonSet's that the other belongs to.
    Own {
        /// Whether it is of another revision.
        is_old: bool,
    },
    /// A controller's.
    Controlled {
        /// Its kind.
        kind: String,
        /// Its name.
        name: String,
    },
    /// The kubelet's, which made it from a file of its node.
    Static,
    /// Nobody's: a DaemonSet made it that was deleted without its pods.
    Orphan {
        /// The name of the DaemonSet.
        daemon_set: String,
        /// All pods that were read which it left.
        pods: Vec<String>,
    },
    /// Nobody's.
    Bare,
}

impl ResourceHolder {
    /// The other DaemonSet that it belongs to, if it does to one.
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

/// What of a pod isn't ready, where no container says why.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NotReady {
    /// This container runs, and its readiness probe doesn't succeed.
    Container(ContainerFact),
    /// The condition `Ready` says what.
    Condition(ApiMessage),
}

/// What the controller does about a pod that ended: `podsShouldBeOnNode` (1.37.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ended {
    /// Deletes a failed one after a backoff, for pods may be here.
    #[default]
    AfterBackoff,
    /// Deletes it as it deletes all others here.
    AtOnce,
    /// Nothing: it doesn't act, or not on this node.
    Nothing,
}

/// What becomes of pods on a node that should run none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Misscheduled {
    /// They are being deleted.
    Terminating,
    /// The controller does nothing, and taint eviction deletes them.
    Evicted,
    /// The controller does nothing, and they stay.
    Kept,
    /// They have ended: the controller deletes them and makes none.
    Ended,
    /// They stay as long as the node has a condition, and count again after it.
    UntilRecovery,
    /// They stay until somebody deletes them, for nothing is rolled (OnDelete).
    UntilDeleted,
    /// They stay until they are deleted or rolled.
    UntilRolled,
    /// The controller deletes them: a node that excludes a bound pod starts the sync.
    Deleted,
    /// None is bound, and so the node starts no sync: the controller deletes them at the next
    /// that something else starts.
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
