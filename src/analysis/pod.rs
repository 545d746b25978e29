//! The state of a pod and what explains it.

use jiff::Timestamp;
use k8s_openapi::api::core::v1::PodSpec;
use serde::Serialize;

use crate::engine::Decision;
use crate::engine::pods::{available_at, is_pod_available, is_pod_ready, is_pod_updated};
use crate::model::{ContainerTrouble, Pod};

use super::drift::{PodDrift, Templates};
use super::reason::{ApiMessage, Code, ContainerFact, EndKind, Ended, NotReady, PodFact, Reason};
use super::restarts;
use super::unschedulable::unfit;

/// The default of `spec.schedulerName` (`v1.DefaultSchedulerName`).
const DEFAULT_SCHEDULER: &str = "default-scheduler";

/// The state of a node's pod, or of its absence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum PodState {
    /// Ready for `minReadySeconds`.
    Available,
    /// Ready, but not yet for `minReadySeconds`.
    NotAvailable,
    /// Running, and not ready.
    NotReady,
    /// Not scheduled, or its containers haven't started.
    Pending,
    /// Ended: failed, or succeeded, which a daemon pod shouldn't do.
    Failed,
    /// Being deleted.
    Terminating,
    /// There is none and there should be one.
    Missing,
    /// There is none and there should be none.
    None,
    /// The pods couldn't be read.
    Unknown,
}

/// A pod of a DaemonSet, with what is known about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DaemonPod {
    /// Its name.
    pub name: String,
    /// Its state by itself.
    pub state: PodState,
    /// `status.phase`.
    pub phase: String,
    /// Whether the controller counts it as updated; `None` when that can't be known. A label alone
    /// can cause that ([`Self::is_current`]).
    pub updated: Option<bool>,
    /// The node that the pod is bound to; `None` while it isn't scheduled.
    pub node_name: Option<String>,
    /// Since when it is in this state, where the pod tells.
    pub since: Option<Timestamp>,
    /// What there is to report about it.
    pub reasons: Vec<Reason>,
}

/// The context in which a pod is judged.
#[derive(Clone, Copy, Debug)]
pub struct PodContext<'a> {
    /// The controller's clock, which may be ahead by the snapshot's tolerance: a pod that it may
    /// already count as available isn't reported as not yet available.
    pub now: Timestamp,
    /// `spec.minReadySeconds`.
    pub min_ready_seconds: i32,
    /// Hash of the current revision, if there is one.
    pub hash: Option<&'a str>,
    /// False when revisions couldn't be read, so that nothing is known about them.
    pub revisions_known: bool,
    /// The template generation of the annotation, if any.
    pub template_generation: Option<i64>,
    /// The strategy is OnDelete: nothing is rolled.
    pub on_delete: bool,
    /// The strategy surges: an old and a new pod share a node for a while.
    pub surges: bool,
    /// What the controller does about a pod that ended.
    pub ended: Ended,
    /// The template, for the limits of its pods' containers.
    pub template: Option<&'a PodSpec>,
}

impl Ended {
    pub(super) const fn new(decision: Decision, acts: bool) -> Self {
        match (acts, decision.should_continue_running) {
            (false, _) => Self::Nothing,
            (true, true) => Self::AfterBackoff,
            (true, false) => Self::AtOnce,
        }
    }
}

impl DaemonPod {
    /// Reports on `pod`; `adopted` when no controller owns it yet.
    #[must_use]
    pub fn new(
        pod: &Pod,
        context: PodContext<'_>,
        templates: Option<&Templates<'_>>,
        adopted: bool,
    ) -> Self {
        let state = state(pod, context);
        let updated = context
            .revisions_known
            .then(|| is_pod_updated(pod, context.hash, context.template_generation));
        let mut reasons: Vec<_> = state_reason(pod, state, context).into_iter().collect();
        if updated == Some(false) {
            reasons.push(Reason::PodOutdated {
                pod: pod.name.to_string(),
            });
        }
        let drift = templates.and_then(|templates| templates.drift(pod));
        reasons.extend(drift.and_then(|drift| skipped(pod, drift)));
        if adopted {
            reasons.push(Reason::PodToBeAdopted {
                pod: pod.name.to_string(),
            });
        }
        Self {
            name: pod.name.to_string(),
            state,
            phase: pod.phase.to_string(),
            updated,
            node_name: (!pod.node_name.is_empty()).then(|| pod.node_name.to_string()),
            since: state_since(pod, state, context),
            reasons,
        }
    }

    /// Whether it is from the current template: it counts as updated, and not only by a label.
    /// `None` when that can't be known.
    #[must_use]
    pub fn is_current(&self) -> Option<bool> {
        let is_drifted = self.reasons.iter().any(|r| r.code() == Code::PodDrifted);
        self.updated.map(|updated| updated && !is_drifted)
    }
}

/// The reason for a pod that rollouts skip. An image changed by something else is reported by plans
/// only.
pub(super) fn skipped(pod: &Pod, drift: PodDrift) -> Option<Reason> {
    drift.cause.is_other_template().then(|| Reason::PodDrifted {
        pod: pod.name.to_string(),
        cause: drift.cause,
        images: drift.images,
    })
}

fn state(pod: &Pod, context: PodContext<'_>) -> PodState {
    if pod.is_deleting() {
        PodState::Terminating
    } else if pod.is_terminal() {
        PodState::Failed
    } else if is_pod_available(pod, context.min_ready_seconds, context.now) {
        PodState::Available
    } else if is_pod_ready(pod) {
        PodState::NotAvailable
    } else if pod.node_name.is_empty() || &*pod.phase == "Pending" {
        PodState::Pending
    } else {
        PodState::NotReady
    }
}

fn state_since(pod: &Pod, state: PodState, context: PodContext<'_>) -> Option<Timestamp> {
    let condition =
        |c: &Option<crate::model::PodCondition>| c.as_ref().and_then(|c| c.last_transition);
    match state {
        PodState::Available => available_at(pod, context.min_ready_seconds),
        PodState::NotAvailable | PodState::NotReady | PodState::Failed => condition(&pod.ready),
        PodState::Pending if pod.node_name.is_empty() => condition(&pod.scheduled).or(pod.created),
        PodState::Pending => pod.started.or(pod.created),
        PodState::Terminating => asked_to_go_at(pod),
        PodState::Missing | PodState::None | PodState::Unknown => None,
    }
}

/// The deletion timestamp is when the grace period ends; the request came earlier.
fn asked_to_go_at(pod: &Pod) -> Option<Timestamp> {
    let grace = jiff::SignedDuration::from_secs(pod.deletion_grace_seconds.unwrap_or(0));
    pod.deletion.and_then(|end| end.checked_sub(grace).ok())
}

fn state_reason(pod: &Pod, state: PodState, context: PodContext<'_>) -> Option<Reason> {
    let fact = PodFact {
        name: pod.name.to_string(),
        since: state_since(pod, state, context),
    };
    let reason = match state {
        PodState::Terminating => Reason::PodTerminating {
            pod: fact,
            grace_ends: pod.deletion,
            finalizers: pod.finalizers.iter().map(ToString::to_string).collect(),
        },
        PodState::Failed if &*pod.phase == "Succeeded" => Reason::PodSucceeded {
            pod: fact,
            said: ApiMessage::new(&pod.reason, &pod.message),
            then: context.ended,
        },
        PodState::Failed => Reason::PodFailed {
            pod: fact,
            said: ApiMessage::new(&pod.reason, &pod.message),
            then: context.ended,
            repeats: None,
        },
        PodState::Pending if pod.node_name.is_empty() => unscheduled(pod, fact),
        PodState::Pending | PodState::NotReady => not_ready(pod, state, fact, context),
        PodState::NotAvailable => Reason::PodNotYetAvailable {
            pod: fact.name,
            available_at: available_at(pod, context.min_ready_seconds),
            min_ready_seconds: context.min_ready_seconds,
        },
        PodState::Available => return restarts::of_pod(pod, context),
        PodState::Missing | PodState::None | PodState::Unknown => return None,
    };
    Some(reason)
}

/// Only the condition `PodScheduled=False` shows that the scheduler was asked; the API server sets
/// one on a gated pod too, whose scheduler isn't asked.
fn unscheduled(pod: &Pod, fact: PodFact) -> Reason {
    let scheduled = pod.scheduled.as_ref().filter(|c| &*c.status == "False");
    let gates = pod.scheduling.as_ref().map_or(&[][..], |s| &s.gates);
    let is_gated = scheduled.is_some_and(|c| &*c.reason == "SchedulingGated");
    if is_gated || !gates.is_empty() {
        return Reason::PodSchedulingGated {
            pod: fact,
            gates: gates.iter().map(ToString::to_string).collect(),
        };
    }
    let Some(scheduled) = scheduled else {
        let scheduler = pod.scheduling.as_ref().map(|s| &*s.scheduler);
        let other = scheduler.filter(|name| !matches!(*name, "" | DEFAULT_SCHEDULER));
        return Reason::PodNotYetScheduled {
            pod: fact,
            scheduler: other.map(str::to_owned),
        };
    };
    // "Preemption is not helpful" is different: no priority would help there.
    let no_victims = scheduled.message.contains("No preemption victims found") && pod.priority <= 0;
    Reason::PodUnschedulable {
        pod: fact,
        preempts_none_at: no_victims.then_some(pod.priority),
        scheduler: ApiMessage::new(&scheduled.reason, &scheduled.message),
        unfit: unfit(&scheduled.message),
        lacks: Vec::new(),
    }
}

fn not_ready(pod: &Pod, state: PodState, fact: PodFact, context: PodContext<'_>) -> Reason {
    let is_pending = state == PodState::Pending;
    let why = match pod.trouble.as_deref() {
        Some(trouble) if !trouble.reason.is_empty() => {
            return Reason::ContainerWaiting {
                pod: fact,
                is_pending,
                container: container(trouble, context),
                said: ApiMessage::new(&trouble.reason, &trouble.message),
            };
        }
        Some(trouble) => NotReady::Container(container(trouble, context)),
        None => {
            let ready = pod.ready.as_ref();
            let said = ready.map(|c| ApiMessage::new(&c.reason, &c.message));
            NotReady::Condition(said.unwrap_or_default())
        }
    };
    if is_pending {
        Reason::PodPending { pod: fact, why }
    } else {
        Reason::PodNotReady { pod: fact, why }
    }
}

pub(super) fn container(trouble: &ContainerTrouble, context: PodContext<'_>) -> ContainerFact {
    let end = trouble.last_end.as_ref();
    let is_out_of_memory = end.is_some_and(|end| EndKind::of(end) == EndKind::OutOfMemory);
    let template = context.template.filter(|_| is_out_of_memory);
    ContainerFact {
        name: trouble.container.to_string(),
        is_init: trouble.is_init,
        restarts: trouble.restarts,
        fewest: None,
        last_end: trouble.last_end.clone(),
        memory_limit: template.and_then(|spec| memory_limit(spec, &trouble.container)),
    }
}

/// The memory that a template allows a container.
fn memory_limit(spec: &PodSpec, name: &str) -> Option<String> {
    let init = spec.init_containers.iter().flatten();
    let mut all = spec.containers.iter().chain(init);
    let container = all.find(|container| container.name == name)?;
    let limits = container.resources.as_ref()?.limits.as_ref()?;
    limits.get("memory").map(|limit| limit.0.clone())
}
