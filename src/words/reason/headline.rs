//! What broke a pod or kept it away, in the first line of an answer and in a row of a table:
//! upstream's own word, and what it means here.

use jiff::Timestamp;

use crate::analysis::reason::{NotReady, PodFact, Reason, Repeats, Said};
use crate::analysis::refusal::Refusal;
use crate::words::notation::{counted, one_line};
use crate::words::sentence::Sentence;
use crate::words::time::{age, lasting};

use super::container::{Waiting, counts, kind, name, quoted, waiting};
use super::refusal::{lifted, refusal, tries};
use super::room::{lacks, lacks_row};
use super::{node, rule, warned, why};

/// The cause as an answer: `pod x crash-loops: container y exits with 1 (14 restarts, 16m)`.
#[must_use]
pub fn headline(reason: &Reason, now: Timestamp) -> Sentence {
    let text = match reason {
        Reason::ContainerWaiting {
            pod,
            container,
            said,
            ..
        } => {
            let verb = match kind(&said.reason) {
                Waiting::CrashLoop => "crash-loops",
                Waiting::Image | Waiting::Config => "can't start",
                Waiting::Starting => "is starting",
                Waiting::Ended => "isn't ready",
            };
            let about = waiting(container, said);
            let counts = counts(container, pod.since, now);
            format!("pod {} {verb}: {about}{counts}", pod.name)
        }
        Reason::PodUnschedulable { .. }
        | Reason::PodPending { .. }
        | Reason::PodNotYetScheduled { .. }
        | Reason::PodSchedulingGated { .. } => pending(reason, now),
        Reason::PodNotReady { pod, why } => {
            let is_not = match pod.since {
                Some(_) => "hasn't been",
                None => "isn't",
            };
            format!(
                "pod {} {is_not} ready{}{}",
                pod.name,
                lasting(pod.since, now),
                unready(why)
            )
        }
        Reason::PodFailed {
            pod, said, repeats, ..
        } => format!(
            "pod {} failed{}{}{}",
            pod.name,
            lasts_ago(pod, now),
            end_of_pod(said),
            repeated(*repeats, now)
        ),
        Reason::PodTerminating {
            pod,
            grace_ends,
            finalizers,
        } => format!(
            "pod {} is Terminating{}{}",
            pod.name,
            lasting(pod.since, now),
            super::pod::held(*grace_ends, finalizers, now)
        ),
        Reason::PodSucceeded { pod, said, .. } => {
            format!(
                "pod {} ended{}{}",
                pod.name,
                lasts_ago(pod, now),
                end_of_pod(said)
            )
        }
        Reason::FailedCreate {
            message,
            count,
            last,
            enforces_now,
        } => format!(
            "the controller can't create its pod: {}{}{}",
            refusal(&Refusal::new(message)),
            tries(*count, *last, now),
            lifted(enforces_now.as_deref())
        ),
        Reason::NodeNotReady {
            since,
            is_terminating,
            why,
        } => {
            let since = lasting(*since, now);
            let trouble = node::trouble(why);
            let then = node::then(why.cause, *is_terminating);
            format!("the node is NotReady{since}{trouble}{then}")
        }
        Reason::PodOutdated { pod } => format!("pod {pod} runs an older template"),
        Reason::PodMissing => "its pod is missing".to_owned(),
        other => return why(other, now),
    };
    Sentence::new(text)
}

/// The same of a pod that hasn't started, and whose containers don't say why.
fn pending(reason: &Reason, now: Timestamp) -> String {
    match reason {
        Reason::PodUnschedulable {
            pod,
            scheduler,
            lacks: found,
            ..
        } => format!(
            "pod {} can't be scheduled{}: {}",
            pod.name,
            lasting(pod.since, now),
            lacks(scheduler, found)
        ),
        Reason::PodPending { pod, why } => {
            format!(
                "pod {} is Pending{}{}",
                pod.name,
                lasting(pod.since, now),
                unready(why)
            )
        }
        Reason::PodNotYetScheduled { pod, scheduler } => format!(
            "pod {} is Pending{}: {}",
            pod.name,
            lasting(pod.since, now),
            scheduler_name(scheduler.as_deref())
        ),
        Reason::PodSchedulingGated { pod, gates } => format!(
            "pod {} is Pending{}: {}",
            pod.name,
            lasting(pod.since, now),
            super::pod::gates(gates)
        ),
        _ => String::new(),
    }
}

/// The cause in a row: `CrashLoopBackOff: container y exits with 1 (14 restarts)`.
#[must_use]
pub fn row(reason: &Reason, now: Timestamp) -> Sentence {
    let text = match reason {
        Reason::ContainerWaiting {
            container, said, ..
        } => {
            let about = waiting(container, said);
            let is_new = |quote: &String| !about.contains(quote.trim_matches('"'));
            let quote = quoted(reason).filter(is_new);
            let quote = quote.map(|q| format!(": {q}")).unwrap_or_default();
            let counts = counts(container, None, now);
            format!("{}: {about}{quote}{counts}", said.reason)
        }
        Reason::PodUnschedulable {
            scheduler,
            lacks: found,
            ..
        } => format!("Unschedulable: {}", lacks_row(scheduler, found)),
        Reason::PodPending { why, .. } => format!("Pending{}", unready(why)),
        Reason::PodNotReady { why, .. } => format!("NotReady{}", unready(why)),
        Reason::PodFailed { said, repeats, .. } => {
            let repeated = repeated(*repeats, now);
            match said.reason.as_str() {
                "" => format!("Failed{}{repeated}", end_of_pod(said)),
                reason => format!("{reason}{}{repeated}", message_of(said)),
            }
        }
        Reason::PodSucceeded { said, .. } => match said.reason.as_str() {
            "" => format!("ended{}", end_of_pod(said)),
            reason => format!("{reason}{}", message_of(said)),
        },
        Reason::PodNotYetScheduled { scheduler, .. } => {
            format!("Pending: {}", scheduler_name(scheduler.as_deref()))
        }
        Reason::PodSchedulingGated { gates, .. } => {
            format!("SchedulingGated: {}", super::pod::gates(gates))
        }
        Reason::PodTerminating {
            grace_ends,
            finalizers,
            ..
        } => format!(
            "Terminating{}",
            super::pod::held(*grace_ends, finalizers, now)
        ),
        Reason::FailedCreate {
            message,
            count,
            last,
            enforces_now,
        } => format!(
            "FailedCreate: {}{}{}",
            refusal(&Refusal::new(message)),
            tries(*count, *last, now),
            lifted(enforces_now.as_deref())
        ),
        Reason::NodeNotReady { since, why, .. } => format!(
            "node NotReady{}{}",
            lasting(*since, now),
            node::trouble(why)
        ),
        Reason::PodOutdated { .. } => "older template".to_owned(),
        Reason::PodMissing => "pod missing".to_owned(),
        other => return why(other, now),
    };
    Sentence::new(text)
}

/// What keeps a pod from a node, as the end of "it is excluded: …".
#[must_use]
pub fn exclusion(reason: &Reason, now: Timestamp) -> Sentence {
    match reason {
        Reason::UntoleratedNoExecute(untolerated) | Reason::UntoleratedNoSchedule(untolerated) => {
            if let Some(condition) = not_ready_taint(&untolerated.taint.key) {
                let taint = &untolerated.taint;
                let trouble = untolerated.trouble.as_ref().map(node::trouble);
                let trouble = trouble.unwrap_or_default();
                return Sentence::new(format!("the node is {condition}{trouble} (taint {taint})"));
            }
            let near = super::node::near_miss(untolerated);
            let near = near.map(|near| format!(" ({near})")).unwrap_or_default();
            let owner = super::node::owner(untolerated).unwrap_or_default();
            Sentence::new(format!(
                "no toleration for taint {}{near}{owner}",
                untolerated.taint
            ))
        }
        Reason::NodeSelectorMismatch { key, wanted, found } => Sentence::new(match found {
            None => format!("it has no label {key}, and the template wants {key}={wanted}"),
            Some(found) => format!("its label {key} is {found}, and the template wants {wanted}"),
        }),
        Reason::NodeAffinityMismatch(_) => rule(reason, now),
        other => why(other, now),
    }
}

/// The condition that a taint of the node lifecycle controller stands for.
pub(super) fn not_ready_taint(key: &str) -> Option<&'static str> {
    match key {
        "node.kubernetes.io/not-ready" => Some("NotReady"),
        "node.kubernetes.io/unreachable" => Some("unreachable"),
        _ => None,
    }
}

/// What the container, the kubelet, the node or the server itself said, to stand below an
/// answer.
#[must_use]
pub fn quote(reason: &Reason) -> Option<Sentence> {
    quoted(reason).map(Sentence::new)
}

/// The cause as an answer, with what is warned of the pod.
#[must_use]
pub fn headline_with(reason: &Reason, warning: Option<&Reason>, now: Timestamp) -> Sentence {
    let warned = warning.and_then(said_of);
    match warned.and_then(|said| warned::together(reason, said, now)) {
        Some(text) => Sentence::new(text + &seen(warning, now)),
        None => headline(reason, now),
    }
}

/// The same in a row.
#[must_use]
pub fn row_with(reason: &Reason, warning: Option<&Reason>, now: Timestamp) -> Sentence {
    let Some(warning) = warning else {
        return row(reason, now);
    };
    match said_of(warning).and_then(|said| warned::row(reason, said)) {
        Some(text) => Sentence::new(text + &seen(Some(warning), now)),
        None => Sentence::new(format!("{}; {}", row(reason, now), row(warning, now))),
    }
}

/// A warning below an answer that leaves out a part of it.
#[must_use]
pub fn below(warning: &Reason, cause: &Reason, now: Timestamp) -> Option<Sentence> {
    let said = said_of(warning)?;
    let is_said = warned::together(cause, said, now).is_some() && !warned::is_cut(said);
    (!is_said).then(|| why(warning, now))
}

const fn said_of(warning: &Reason) -> Option<&Said> {
    match warning {
        Reason::PodWarning { said, .. } => Some(said),
        _ => None,
    }
}

/// ` (1234 times, last 1m ago)`.
fn seen(warning: Option<&Reason>, now: Timestamp) -> String {
    match warning {
        Some(Reason::PodWarning { count, last, .. }) => super::pod::times(*count, *last, now),
        _ => String::new(),
    }
}

fn scheduler_name(scheduler: Option<&str>) -> String {
    scheduler.map_or_else(
        || "the scheduler hasn't looked at it yet".to_owned(),
        |name| {
            format!("its schedulerName is {name}, and no scheduler of this name has looked at it")
        },
    )
}

/// `; 211 pods have failed here, the first 20h ago`.
fn repeated(repeats: Option<Repeats>, now: Timestamp) -> String {
    let Some(Repeats { count, first }) = repeats else {
        return String::new();
    };
    let first = first.map(|first| format!(", the first {}", age(first, now)));
    format!(
        "; {count} pods have failed here{}",
        first.unwrap_or_default()
    )
}

fn lasts_ago(pod: &PodFact, now: Timestamp) -> String {
    let since = pod.since.map(|t| format!(" {}", age(t, now)));
    since.unwrap_or_default()
}

pub(super) fn unready(why: &NotReady) -> String {
    match why {
        NotReady::Container(container) => {
            let restarts = match container.restarts {
                0 => String::new(),
                n => format!(
                    " after {}",
                    counted(usize::try_from(n).unwrap_or_default(), "restart")
                ),
            };
            let then = match (container.is_init, restarts.as_str()) {
                (true, "") => "runs and hasn't ended".to_owned(),
                (_, restarts) => format!("runs{restarts} and isn't ready"),
            };
            format!(": {} {then}", name(container))
        }
        NotReady::Condition(said) => message_of(said),
    }
}

fn message_of(said: &Said) -> String {
    match one_line(&said.message).trim_end_matches('.') {
        "" => String::new(),
        message => format!(": {message}"),
    }
}

fn end_of_pod(said: &Said) -> String {
    match said.reason.as_str() {
        "" => message_of(said),
        reason => format!(": {reason}{}", message_of(said)),
    }
}
