use jiff::Timestamp;
use serde::Deserialize;

use super::{Labels, OwnerReference};

/// A condition of a pod, as far as it is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PodCondition {
    /// `True`, `False` or `Unknown`.
    pub status: Box<str>,
    /// CamelCase reason, empty when there is none.
    pub reason: Box<str>,
    /// Text for people, empty when there is none.
    pub message: Box<str>,
    /// When `status` last changed; the API may leave it null.
    pub last_transition: Option<Timestamp>,
}

/// What keeps the first unready container from being ready.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ContainerTrouble {
    /// Name of the container.
    pub container: Box<str>,
    /// `state.waiting.reason` or `state.terminated.reason`; empty when it runs
    /// and only its readiness probe fails.
    pub reason: Box<str>,
    /// The message that goes with the reason, empty when there is none.
    pub message: Box<str>,
    /// How often it was started anew.
    pub restarts: i32,
    /// How it ended the last time: `lastState.terminated.reason` and the exit code.
    pub last_end: Option<(Box<str>, i32)>,
}

/// The image that a container runs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct ContainerImage {
    /// The container.
    #[serde(default)]
    pub name: Box<str>,
    /// Its image, as the spec has it.
    #[serde(default)]
    pub image: Box<str>,
}

/// What is kept of a pod.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "wire::Pod")]
pub struct Pod {
    /// `metadata.namespace`.
    pub namespace: Box<str>,
    /// `metadata.name`.
    pub name: Box<str>,
    /// `metadata.uid`.
    pub uid: Box<str>,
    /// `metadata.labels`.
    pub labels: Labels,
    /// All owner references; [`OwnerReference::controller`] picks the one that counts.
    pub owners: Vec<OwnerReference>,
    /// `metadata.creationTimestamp`.
    pub created: Option<Timestamp>,
    /// `metadata.deletionTimestamp`: when the pod's grace period ends or ended.
    pub deletion: Option<Timestamp>,
    /// `metadata.deletionGracePeriodSeconds`.
    pub deletion_grace_seconds: Option<i64>,
    /// True when finalizers hold the object back.
    pub has_finalizers: bool,
    /// `spec.nodeName`, empty while the pod isn't scheduled.
    pub node_name: Box<str>,
    /// The node that the pod is bound to or meant for, as upstream's
    /// `util.GetTargetNodeName` (1.37.1) finds it; `None` when it finds none.
    pub target_node: Option<Box<str>>,
    /// The images of `spec.initContainers` and `spec.containers`, by container.
    pub images: Box<[ContainerImage]>,
    /// `spec.priority`; 0 when unset, as the scheduler takes it.
    pub priority: i32,
    /// `status.phase`.
    pub phase: Box<str>,
    /// `status.reason`, such as `Evicted`.
    pub reason: Box<str>,
    /// `status.message`.
    pub message: Box<str>,
    /// The condition `Ready`.
    pub ready: Option<PodCondition>,
    /// The condition `PodScheduled`.
    pub scheduled: Option<PodCondition>,
    /// The first container that isn't ready, init containers first.
    pub trouble: Option<ContainerTrouble>,
    /// `status.startTime`: when the kubelet took the pod.
    pub started: Option<Timestamp>,
}

impl Pod {
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

    /// The reference that names the pod's controller.
    #[must_use]
    pub fn controller(&self) -> Option<&OwnerReference> {
        OwnerReference::controller(&self.owners)
    }
}

/// The API's shape, narrowed to the fields that are kept.
mod wire {
    use super::{
        ContainerImage, ContainerTrouble, Deserialize, Labels, OwnerReference, PodCondition,
        Timestamp,
    };

    #[derive(Deserialize)]
    pub(super) struct Pod {
        #[serde(default)]
        metadata: Metadata,
        #[serde(default)]
        spec: Spec,
        #[serde(default)]
        status: Option<Status>,
    }

    #[derive(Deserialize, Default)]
    #[serde(rename_all = "camelCase")]
    struct Metadata {
        #[serde(default)]
        namespace: Box<str>,
        #[serde(default)]
        name: Box<str>,
        #[serde(default)]
        uid: Box<str>,
        #[serde(default)]
        labels: Labels,
        owner_references: Option<Vec<OwnerReference>>,
        creation_timestamp: Option<Timestamp>,
        deletion_timestamp: Option<Timestamp>,
        deletion_grace_period_seconds: Option<i64>,
        finalizers: Option<Vec<serde::de::IgnoredAny>>,
    }

    #[derive(Deserialize, Default)]
    #[serde(rename_all = "camelCase")]
    struct Spec {
        node_name: Option<Box<str>>,
        priority: Option<i32>,
        affinity: Option<Affinity>,
        init_containers: Option<Vec<ContainerImage>>,
        containers: Option<Vec<ContainerImage>>,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Affinity {
        node_affinity: Option<NodeAffinity>,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct NodeAffinity {
        required_during_scheduling_ignored_during_execution: Option<NodeSelector>,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct NodeSelector {
        node_selector_terms: Option<Vec<Term>>,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Term {
        match_fields: Option<Vec<Requirement>>,
    }

    #[derive(Deserialize)]
    struct Requirement {
        #[serde(default)]
        key: Box<str>,
        #[serde(default)]
        operator: Box<str>,
        values: Option<Vec<Box<str>>>,
    }

    #[derive(Deserialize, Default)]
    #[serde(rename_all = "camelCase")]
    struct Status {
        phase: Option<Box<str>>,
        reason: Option<Box<str>>,
        message: Option<Box<str>>,
        conditions: Option<Vec<Condition>>,
        init_container_statuses: Option<Vec<ContainerStatus>>,
        container_statuses: Option<Vec<ContainerStatus>>,
        start_time: Option<Timestamp>,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Condition {
        #[serde(rename = "type")]
        kind: Box<str>,
        #[serde(default)]
        status: Box<str>,
        reason: Option<Box<str>>,
        message: Option<Box<str>>,
        last_transition_time: Option<Timestamp>,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct ContainerStatus {
        #[serde(default)]
        name: Box<str>,
        #[serde(default)]
        ready: bool,
        #[serde(default)]
        restart_count: i32,
        state: Option<ContainerState>,
        last_state: Option<ContainerState>,
    }

    #[derive(Deserialize)]
    struct ContainerState {
        waiting: Option<Stopped>,
        terminated: Option<Stopped>,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Stopped {
        reason: Option<Box<str>>,
        message: Option<Box<str>>,
        exit_code: Option<i32>,
    }

    impl Spec {
        /// Upstream's `util.GetTargetNodeName` (1.37.1).
        fn target_node(&self) -> Option<Box<str>> {
            if let Some(name) = self.node_name.as_deref().filter(|n| !n.is_empty()) {
                return Some(name.into());
            }
            let required = self
                .affinity
                .as_ref()?
                .node_affinity
                .as_ref()?
                .required_during_scheduling_ignored_during_execution
                .as_ref()?;
            let requirement = required
                .node_selector_terms
                .iter()
                .flatten()
                .flat_map(|term| term.match_fields.iter().flatten())
                .find(|r| &*r.key == "metadata.name" && &*r.operator == "In")?;
            match requirement.values.as_deref() {
                Some([name]) => Some(name.clone()),
                _ => None,
            }
        }
    }

    impl Spec {
        fn images(&mut self) -> Box<[ContainerImage]> {
            let init = self.init_containers.take().unwrap_or_default();
            let main = self.containers.take().unwrap_or_default();
            init.into_iter().chain(main).collect()
        }
    }

    impl Status {
        fn condition(&self, kind: &str) -> Option<PodCondition> {
            let condition = self
                .conditions
                .iter()
                .flatten()
                .find(|c| &*c.kind == kind)?;
            Some(PodCondition {
                status: condition.status.clone(),
                reason: condition.reason.clone().unwrap_or_default(),
                message: condition.message.clone().unwrap_or_default(),
                last_transition: condition.last_transition_time,
            })
        }

        fn trouble(&self) -> Option<ContainerTrouble> {
            let mut init = self.init_container_statuses.iter().flatten();
            let main = self.container_statuses.iter().flatten();
            // An init container that ended well is not ready and is no trouble.
            let first_init = init.find(|s| !s.ready && !s.ended_well());
            // Of several the one that says why: beside it another only waits to become ready.
            let mut unready = main.filter(|s| !s.ready);
            let first = first_init.or_else(|| unready.clone().find(|s| s.says_why()));
            let status = first.or_else(|| unready.next())?;
            let stopped = status.stopped();
            Some(ContainerTrouble {
                container: status.name.clone(),
                reason: stopped.and_then(|s| s.reason.clone()).unwrap_or_default(),
                message: stopped.and_then(|s| s.message.clone()).unwrap_or_default(),
                restarts: status.restart_count,
                last_end: status.last_end(),
            })
        }
    }

    impl ContainerStatus {
        fn stopped(&self) -> Option<&Stopped> {
            let state = self.state.as_ref()?;
            state.waiting.as_ref().or(state.terminated.as_ref())
        }

        fn says_why(&self) -> bool {
            self.stopped().is_some_and(|s| s.reason.is_some())
        }

        fn last_end(&self) -> Option<(Box<str>, i32)> {
            let ended = self.last_state.as_ref()?.terminated.as_ref()?;
            let reason = ended.reason.clone().unwrap_or_default();
            Some((reason, ended.exit_code.unwrap_or_default()))
        }

        fn ended_well(&self) -> bool {
            let terminated = self.state.as_ref().and_then(|s| s.terminated.as_ref());
            terminated.is_some_and(|t| t.exit_code == Some(0))
        }
    }

    impl From<Pod> for super::Pod {
        fn from(pod: Pod) -> Self {
            let (metadata, status) = (pod.metadata, pod.status.unwrap_or_default());
            let mut spec = pod.spec;
            Self {
                images: spec.images(),
                target_node: spec.target_node(),
                ready: status.condition("Ready"),
                scheduled: status.condition("PodScheduled"),
                trouble: status.trouble(),
                namespace: metadata.namespace,
                name: metadata.name,
                uid: metadata.uid,
                labels: metadata.labels,
                owners: metadata.owner_references.unwrap_or_default(),
                created: metadata.creation_timestamp,
                deletion: metadata.deletion_timestamp,
                deletion_grace_seconds: metadata.deletion_grace_period_seconds,
                has_finalizers: metadata.finalizers.is_some_and(|f| !f.is_empty()),
                node_name: spec.node_name.unwrap_or_default(),
                priority: spec.priority.unwrap_or_default(),
                phase: status.phase.unwrap_or_default(),
                reason: status.reason.unwrap_or_default(),
                message: status.message.unwrap_or_default(),
                started: status.start_time,
            }
        }
    }
}
