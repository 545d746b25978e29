//! What became of a pod.

use jiff::Timestamp;
use serde::Serialize;

use crate::engine::Decision;
use crate::engine::pods::{available_at, is_pod_available, is_pod_ready, is_pod_updated};
use crate::model::Pod;

use super::code::Code;
use super::reason::Reason;
use super::since;

/// The state of a node's pod, or of its absence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub enum PodState {
    /// Ready for `minReadySeconds`.
    Available,
    /// Ready, but not yet for `minReadySeconds`.
    NotAvailable,
    /// Running, and not ready.
    NotReady,
    /// Not scheduled, or its containers haven't started.
    Pending,
    /// Ended: failed, or succeeded, which a daemon pod shouldn't.
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

/// One pod of a node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PodReport {
    /// Its name.
    pub name: String,
    /// Its state by itself.
    pub state: PodState,
    /// `status.phase`.
    pub phase: String,
    /// Made from the current template, by the controller's measure; `None` when that can't be known.
    pub updated: Option<bool>,
    /// The node that the pod is bound to; `None` while it isn't scheduled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node_name: Option<String>,
    /// Since when it is in this state, where the pod tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// What is to be said of it.
    pub reasons: Vec<Reason>,
}

/// What a pod is judged by.
#[derive(Clone, Copy, Debug)]
pub struct PodContext<'a> {
    /// The controller's clock.
    pub now: Timestamp,
    /// `spec.minReadySeconds`.
    pub min_ready_seconds: i32,
    /// Hash of the current revision, if there is one.
    pub hash: Option<&'a str>,
    /// False when revisions couldn't be read, so nothing can be said of them.
    pub revisions_known: bool,
    /// The template generation of the annotation, if any.
    pub template_generation: Option<i64>,
    /// The strategy is OnDelete: nothing is rolled.
    pub on_delete: bool,
    /// The strategy surges: an old and a new pod share a node for a while.
    pub surges: bool,
    /// What the controller does about a pod that ended.
    pub ended: Ended,
}

/// What the controller does about a pod that ended: `podsShouldBeOnNode` (1.37.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ended {
    /// Deletes a failed one after a backoff, for pods may be here.
    #[default]
    AfterBackoff,
    /// Deletes it as it deletes all others here.
    AtOnce,
    /// Nothing: it doesn't act, or not on this node.
    Nothing,
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

impl PodReport {
    /// Says what is to be said of `pod`; `adopted` when no controller owns it yet.
    #[must_use]
    pub fn new(pod: &Pod, context: PodContext<'_>, adopted: bool) -> Self {
        let state = state(pod, context);
        let updated = context
            .revisions_known
            .then(|| is_pod_updated(pod, context.hash, context.template_generation));
        let mut reasons: Vec<_> = state_reason(pod, state, context).into_iter().collect();
        if updated == Some(false) {
            reasons.push(Reason::new(
                Code::PodOutdated,
                format!("pod {} was made from an older template", pod.name),
            ));
        }
        if adopted {
            reasons.push(Reason::new(
                Code::PodToBeAdopted,
                format!(
                    "no controller owns pod {}, and the DaemonSet takes it over at its next sync",
                    pod.name
                ),
            ));
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

/// The deletion timestamp is when the grace period ends; the request came before it.
fn asked_to_go_at(pod: &Pod) -> Option<Timestamp> {
    let grace = jiff::SignedDuration::from_secs(pod.deletion_grace_seconds.unwrap_or(0));
    pod.deletion.and_then(|end| end.checked_sub(grace).ok())
}

fn state_reason(pod: &Pod, state: PodState, context: PodContext<'_>) -> Option<Reason> {
    let at = state_since(pod, state, context)
        .map(|t| format!(" since {}", since(t, context.now)))
        .unwrap_or_default();
    let name = &pod.name;
    let reason = match state {
        PodState::Terminating => Reason::new(Code::PodTerminating, terminating(pod, &at)),
        PodState::Failed if &*pod.phase == "Succeeded" => Reason::new(
            Code::PodSucceeded,
            format!("pod {name} ended by itself{at}{}", then(context.ended, "")),
        ),
        PodState::Failed => Reason::new(Code::PodFailed, failed(pod, &at, context.ended)),
        PodState::Pending if pod.node_name.is_empty() => {
            Reason::new(Code::PodUnschedulable, unscheduled(pod, &at))
        }
        PodState::Pending | PodState::NotReady => not_ready(pod, state, &at),
        PodState::NotAvailable => Reason::new(Code::PodNotYetAvailable, not_yet(pod, context)),
        _ => return None,
    };
    Some(reason)
}

fn terminating(pod: &Pod, at: &str) -> String {
    let held = if pod.has_finalizers {
        "; finalizers hold it back"
    } else {
        ""
    };
    format!("pod {} is terminating{at}{held}", pod.name)
}

fn failed(pod: &Pod, at: &str, ended: Ended) -> String {
    let why = text_of(&pod.reason, &pod.message);
    let backoff = " after a backoff, which grows to 15 minutes";
    format!("pod {} failed{at}{why}{}", pod.name, then(ended, backoff))
}

/// What follows for a pod that ended, as the end of a sentence.
fn then(ended: Ended, backoff: &str) -> String {
    match ended {
        Ended::AfterBackoff => format!("; the controller deletes it{backoff}"),
        Ended::AtOnce => "; the controller deletes it at its next sync".to_owned(),
        Ended::Nothing => String::new(),
    }
}

fn unscheduled(pod: &Pod, at: &str) -> String {
    let name = &pod.name;
    let Some(condition) = pod.scheduled.as_ref().filter(|c| &*c.status != "True") else {
        return format!("pod {name} is pending{at}; the scheduler hasn't said anything about it");
    };
    let why = text_of(&condition.reason, &condition.message);
    let mut text = format!("pod {name} is pending{at}{why}");
    // "Preemption is not helpful" is another matter: no priority would help there.
    if condition.message.contains("No preemption victims found") && pod.priority <= 0 {
        text.push_str(&format!(
            "; its priority is {}, so it can't preempt pods of the same priority",
            pod.priority
        ));
    }
    text
}

fn not_ready(pod: &Pod, state: PodState, at: &str) -> Reason {
    let name = &pod.name;
    let (code, phase) = match state {
        PodState::Pending => (Code::PodPending, "pending"),
        _ => (Code::PodNotReady, "not ready"),
    };
    match &pod.trouble {
        Some(trouble) if !trouble.reason.is_empty() => {
            let why = text_of(&trouble.reason, &trouble.message);
            let restarts = match trouble.restarts {
                0 => String::new(),
                1 => ", restarted once".to_owned(),
                n => format!(", restarted {n} times"),
            };
            let last = trouble.last_end.as_ref().map(|(reason, code)| {
                let reason = if reason.is_empty() {
                    "no reason"
                } else {
                    reason
                };
                format!("; it last ended with {reason}, exit code {code}")
            });
            let last = last.unwrap_or_default();
            Reason::new(
                Code::ContainerWaiting,
                format!(
                    "pod {name} is {phase}{at}{restarts}; container {}{why}{last}",
                    trouble.container
                ),
            )
        }
        Some(trouble) => Reason::new(
            code,
            format!(
                "pod {name} is {phase}{at}; container {} isn't ready",
                trouble.container
            ),
        ),
        None => {
            let why = pod
                .ready
                .as_ref()
                .map(|c| text_of(&c.reason, &c.message))
                .unwrap_or_default();
            Reason::new(code, format!("pod {name} is {phase}{at}{why}"))
        }
    }
}

fn not_yet(pod: &Pod, context: PodContext<'_>) -> String {
    let name = &pod.name;
    let seconds = context.min_ready_seconds;
    match available_at(pod, seconds) {
        Some(at) => format!(
            "pod {name} is ready and becomes available {}, {seconds}s after it got ready (minReadySeconds)",
            super::at(at, context.now)
        ),
        None => format!(
            "pod {name} is ready, but its condition has no time, so it never becomes available with minReadySeconds {seconds}"
        ),
    }
}

/// `: Reason: message`, with what is there of it, on one line.
fn text_of(reason: &str, message: &str) -> String {
    let message = message.split_whitespace().collect::<Vec<_>>().join(" ");
    let message = message.trim_end_matches('.');
    match (reason.is_empty(), message.is_empty()) {
        (true, true) => String::new(),
        (false, true) => format!(": {reason}"),
        (true, false) => format!(": {message}"),
        (false, false) => format!(": {reason}: {message}"),
    }
}
