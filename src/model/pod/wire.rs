//! The API's shape, narrowed to the fields that are kept, and the conversion from it: every pod
//! that is read goes through here.

use jiff::Timestamp;
use serde::Deserialize;

use super::resources::{Container, PodResources, Requirements, StatusResources};
use super::{ContainerEnd, ContainerImage, ContainerTrouble, HostPort, PodCondition, Scheduling};
use crate::model::accumulator::{Accumulator, accumulated};
use crate::model::pairs::quantities;
use crate::model::{Labels, OwnerReference, Resources, Text, shared};

#[derive(Deserialize, Default)]
pub(crate) struct Pod {
    #[serde(default)]
    pub(crate) metadata: Metadata,
    #[serde(default)]
    pub(crate) spec: Spec,
    #[serde(default)]
    pub(crate) status: Option<Status>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Metadata {
    #[serde(default)]
    pub(crate) namespace: Text,
    #[serde(default)]
    pub(crate) name: Box<str>,
    #[serde(default)]
    pub(crate) uid: Box<str>,
    #[serde(default)]
    pub(crate) labels: Labels,
    pub(crate) owner_references: Option<Vec<OwnerReference>>,
    pub(crate) creation_timestamp: Option<Timestamp>,
    pub(crate) deletion_timestamp: Option<Timestamp>,
    pub(crate) deletion_grace_period_seconds: Option<i64>,
    pub(crate) finalizers: Option<Vec<Text>>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Spec {
    pub(crate) node_name: Option<Text>,
    pub(crate) priority: Option<i32>,
    pub(crate) affinity: Option<Affinity>,
    pub(crate) init_containers: Option<Vec<Container>>,
    pub(crate) containers: Option<Vec<Container>>,
    pub(crate) resources: Option<Requirements>,
    #[serde(default, deserialize_with = "quantities")]
    pub(crate) overhead: Option<Resources>,
    pub(crate) scheduler_name: Option<Text>,
    pub(crate) scheduling_gates: Option<Vec<SchedulingGate>>,
    pub(crate) node_selector: Option<Labels>,
}

#[derive(Deserialize)]
pub(crate) struct SchedulingGate {
    #[serde(default)]
    pub(crate) name: Text,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Affinity {
    pub(crate) node_affinity: Option<NodeAffinity>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NodeAffinity {
    pub(crate) required_during_scheduling_ignored_during_execution: Option<NodeSelector>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NodeSelector {
    #[serde(default, deserialize_with = "accumulated")]
    pub(crate) node_selector_terms: TargetName,
}

/// Of all terms the values of the first field requirement `metadata.name In`.
#[derive(Default)]
pub(crate) struct TargetName(Option<Vec<Text>>);

impl Accumulator for TargetName {
    type Item = Term;

    fn add(&mut self, term: Term) {
        if self.0.is_none() {
            self.0 = term.match_fields.0;
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Term {
    #[serde(default, deserialize_with = "accumulated")]
    pub(crate) match_fields: NameField,
}

/// The same of the fields of one term.
#[derive(Default)]
pub(crate) struct NameField(Option<Vec<Text>>);

impl Accumulator for NameField {
    type Item = Requirement;

    fn add(&mut self, requirement: Requirement) {
        let names = requirement.key == "metadata.name" && requirement.operator == "In";
        if self.0.is_none() && names {
            self.0 = Some(requirement.values.unwrap_or_default());
        }
    }
}

#[derive(Deserialize)]
pub(crate) struct Requirement {
    #[serde(default)]
    pub(crate) key: Text,
    #[serde(default)]
    pub(crate) operator: Text,
    pub(crate) values: Option<Vec<Text>>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Status {
    pub(crate) phase: Option<Text>,
    pub(crate) reason: Option<Text>,
    pub(crate) message: Option<Text>,
    #[serde(default, deserialize_with = "accumulated")]
    pub(crate) conditions: Conditions,
    #[serde(default, deserialize_with = "accumulated")]
    pub(crate) init_container_statuses: Statuses<FirstUnreadyInit>,
    #[serde(default, deserialize_with = "accumulated")]
    pub(crate) container_statuses: Statuses<FirstUnready>,
    pub(crate) start_time: Option<Timestamp>,
    #[serde(default, deserialize_with = "quantities")]
    pub(crate) allocated_resources: Option<Resources>,
    pub(crate) resources: Option<Requirements>,
}

/// The conditions that are kept; of two of the same type the first counts.
#[derive(Default)]
pub(crate) struct Conditions {
    ready: Option<PodCondition>,
    scheduled: Option<PodCondition>,
    /// Why a resize hasn't begun.
    resize_pending: Option<Text>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Condition {
    #[serde(rename = "type")]
    pub(crate) kind: Text,
    #[serde(default)]
    pub(crate) status: Text,
    pub(crate) reason: Option<Text>,
    pub(crate) message: Option<Text>,
    pub(crate) last_transition_time: Option<Timestamp>,
}

impl Accumulator for Conditions {
    type Item = Condition;

    fn add(&mut self, condition: Condition) {
        let kept = match condition.kind.as_str() {
            "Ready" => &mut self.ready,
            "PodScheduled" => &mut self.scheduled,
            "PodResizePending" => {
                let reason = condition.reason.unwrap_or_default();
                self.resize_pending.get_or_insert(reason);
                return;
            }
            _ => return,
        };
        kept.get_or_insert_with(|| PodCondition {
            status: condition.status,
            reason: condition.reason.unwrap_or_default(),
            message: condition.message.unwrap_or_default(),
            last_transition: condition.last_transition_time,
        });
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ContainerStatus {
    #[serde(default)]
    pub(crate) name: Text,
    #[serde(default)]
    pub(crate) ready: bool,
    #[serde(default)]
    pub(crate) restart_count: i32,
    pub(crate) state: Option<ContainerState>,
    pub(crate) last_state: Option<ContainerState>,
    #[serde(default, deserialize_with = "quantities")]
    pub(crate) allocated_resources: Option<Resources>,
    pub(crate) resources: Option<Requirements>,
}

/// Of all statuses the one that is reported, and the resources of those that have any.
#[derive(Default)]
pub(crate) struct Statuses<T> {
    trouble: T,
    restarted: Option<ContainerStatus>,
    resources: Vec<StatusResources>,
}

impl<T: Accumulator<Item = ContainerStatus>> Accumulator for Statuses<T> {
    type Item = ContainerStatus;

    fn add(&mut self, mut status: ContainerStatus) {
        self.resources.extend(status.take_resources());
        if !status.was_restarted() {
            self.trouble.add(status);
            return;
        }
        let known = self.restarted.as_ref();
        if known.is_none_or(|known| known.restart_count < status.restart_count) {
            self.restarted = Some(status);
        }
    }
}

#[derive(Deserialize)]
pub(crate) struct ContainerState {
    pub(crate) waiting: Option<TerminatedState>,
    pub(crate) terminated: Option<TerminatedState>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TerminatedState {
    pub(crate) reason: Option<Text>,
    pub(crate) message: Option<Text>,
    pub(crate) exit_code: Option<i32>,
    pub(crate) finished_at: Option<Timestamp>,
}

/// The first init container that isn't ready; one that ended well is no problem.
#[derive(Default)]
pub(crate) struct FirstUnreadyInit(Option<ContainerStatus>);

impl Accumulator for FirstUnreadyInit {
    type Item = ContainerStatus;

    fn add(&mut self, status: ContainerStatus) {
        if self.0.is_none() && !status.ready && !status.ended_well() {
            self.0 = Some(status);
        }
    }
}

/// The first container that isn't ready: of several, the one that says why, because another one may
/// only wait to become ready.
#[derive(Default)]
pub(crate) struct FirstUnready(Option<ContainerStatus>);

impl Accumulator for FirstUnready {
    type Item = ContainerStatus;

    fn add(&mut self, status: ContainerStatus) {
        let better = match &self.0 {
            None => true,
            Some(known) => !known.says_why() && status.says_why(),
        };
        if !status.ready && better {
            self.0 = Some(status);
        }
    }
}

impl ContainerStatus {
    fn take_resources(&mut self) -> Option<StatusResources> {
        let allocated = self.allocated_resources.take();
        let actuated = self.resources.take().and_then(|r| r.requests);
        let has_any = allocated.is_some() || actuated.is_some();
        has_any.then(|| StatusResources {
            container: self.name.clone(),
            allocated,
            actuated,
        })
    }

    fn stopped(&self) -> Option<&TerminatedState> {
        let state = self.state.as_ref()?;
        state.waiting.as_ref().or(state.terminated.as_ref())
    }

    /// Whether it is ready, and ended before.
    fn was_restarted(&self) -> bool {
        let last = self.last_state.as_ref();
        self.ready && self.restart_count > 0 && last.is_some_and(|last| last.terminated.is_some())
    }

    fn says_why(&self) -> bool {
        self.stopped().is_some_and(|s| s.reason.is_some())
    }

    fn ended_well(&self) -> bool {
        let terminated = self.state.as_ref().and_then(|s| s.terminated.as_ref());
        terminated.is_some_and(|t| t.exit_code == Some(0))
    }

    fn trouble(self, is_init: bool) -> ContainerTrouble {
        let (waiting, ended) = self
            .state
            .map(|s| (s.waiting, s.terminated))
            .unwrap_or_default();
        let stopped = waiting.as_ref().or(ended.as_ref());
        let (reason, message) = stopped
            .map(|s| (s.reason.clone(), s.message.clone()))
            .unwrap_or_default();
        let ended = ended.or_else(|| self.last_state.and_then(|s| s.terminated));
        ContainerTrouble {
            container: self.name,
            reason: reason.unwrap_or_default(),
            message: message.unwrap_or_default(),
            is_init,
            restarts: self.restart_count,
            last_end: ended.map(ContainerEnd::from),
        }
    }
}

impl From<TerminatedState> for ContainerEnd {
    fn from(stopped: TerminatedState) -> Self {
        Self {
            reason: stopped.reason.unwrap_or_default(),
            exit_code: stopped.exit_code.unwrap_or_default(),
            message: stopped.message.unwrap_or_default(),
            finished: stopped.finished_at,
        }
    }
}

impl Spec {
    /// Upstream's `util.GetTargetNodeName` (1.37.1).
    fn target_node(&self) -> Option<Text> {
        if let Some(name) = self.node_name.as_ref().filter(|n| !n.is_empty()) {
            return Some(name.clone());
        }
        let affinity = self.affinity.as_ref()?.node_affinity.as_ref()?;
        let required = affinity
            .required_during_scheduling_ignored_during_execution
            .as_ref()?;
        match required.node_selector_terms.0.as_deref() {
            Some([name]) => Some(name.clone()),
            _ => None,
        }
    }

    /// For a pod that is bound to no node.
    fn scheduling(&mut self) -> Option<Box<Scheduling>> {
        if self.node_name.as_ref().is_some_and(|name| !name.is_empty()) {
            return None;
        }
        let gates = self.scheduling_gates.take().unwrap_or_default();
        Some(Box::new(Scheduling {
            scheduler: self.scheduler_name.take().unwrap_or_default(),
            gates: gates.into_iter().map(|gate| gate.name).collect(),
            node_selector: self.node_selector.take().unwrap_or_default(),
        }))
    }

    /// Of the init containers only sidecars count (`util.GetHostPorts`, 1.37.1).
    fn host_ports(&self) -> Vec<HostPort> {
        let init = self.init_containers.iter().flatten();
        let sidecars = init.filter(|c| c.is_sidecar());
        let all = sidecars.chain(self.containers.iter().flatten());
        all.flat_map(Container::host_ports).cloned().collect()
    }

    fn images(&self) -> Vec<ContainerImage> {
        let init = self.init_containers.iter().flatten();
        let all = init.chain(self.containers.iter().flatten());
        all.map(Container::image).collect()
    }
}

/// The pod's requests; `None` where it was read without its containers, which every pod of the API
/// has.
fn resources(spec: &mut Spec, status: &mut Status) -> Option<PodResources> {
    let containers = spec.containers.take().filter(|all| !all.is_empty())?;
    let init = spec.init_containers.take().unwrap_or_default();
    let statuses = || {
        let init = &status.init_container_statuses.resources;
        status.container_statuses.resources.iter().chain(init)
    };
    let of = |all: Vec<Container>| all.into_iter().map(|c| c.resources(statuses())).collect();
    let (containers, init_containers) = (of(containers), of(init));
    let pending = status.conditions.resize_pending.as_deref();
    Some(PodResources {
        containers,
        init_containers,
        requests: spec
            .resources
            .take()
            .and_then(|r| r.requests)
            .unwrap_or_default(),
        overhead: spec.overhead.take().unwrap_or_default(),
        is_resize_infeasible: pending == Some("Infeasible"),
        allocated: status.allocated_resources.take(),
        actuated: status.resources.take(),
    })
}

impl From<Pod> for super::Pod {
    fn from(pod: Pod) -> Self {
        let (metadata, mut status) = (pod.metadata, pod.status.unwrap_or_default());
        let mut spec = pod.spec;
        let owners = metadata.owner_references.unwrap_or_default();
        let images = shared::images(&spec.images());
        let host_ports = spec.host_ports();
        let resources = resources(&mut spec, &mut status);
        let init = status
            .init_container_statuses
            .trouble
            .0
            .map(|s| s.trouble(true));
        let restarted = status.container_statuses.restarted;
        let trouble = status.container_statuses.trouble.0;
        let trouble = init.or_else(|| trouble.map(|s| s.trouble(false)));
        Self {
            images,
            resources: resources.map(shared::pod_resources),
            host_ports,
            target_node: spec.target_node(),
            scheduling: spec.scheduling(),
            ready: status.conditions.ready,
            scheduled: status.conditions.scheduled,
            trouble: trouble.map(Box::new),
            restarted: restarted.map(|s| Box::new(s.trouble(false))),
            namespace: metadata.namespace,
            name: metadata.name,
            uid: metadata.uid,
            labels: metadata.labels,
            owners: shared::owners(&owners),
            created: metadata.creation_timestamp,
            deletion: metadata.deletion_timestamp,
            deletion_grace_seconds: metadata.deletion_grace_period_seconds,
            finalizers: metadata.finalizers.unwrap_or_default(),
            node_name: spec.node_name.unwrap_or_default(),
            priority: spec.priority.unwrap_or_default(),
            phase: status.phase.unwrap_or_default(),
            reason: status.reason.unwrap_or_default(),
            message: status.message.unwrap_or_default(),
            started: status.start_time,
        }
    }
}
