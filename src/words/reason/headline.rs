//! What broke a pod or excluded it, for the first line of an answer and for a table row: upstream's
//! own word, and what it means here.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::analysis::causes::is_in_progress;
use crate::analysis::reason::{ApiMessage, Evicted, NotReady, PodFact, Reason, Rejection, Repeats};
use crate::words::drift;
use crate::words::notation::{in_parentheses, one_line};
use crate::words::owners;
use crate::words::sentence::Sentence;
use crate::words::time::{age, duration, elapsed, has_been, lasting, within};

use super::container::{Waiting, counts, kind, name, quoted, quoted_in_row, restarts, waiting};
use super::daemon_set::{surge_ports, takes_none};
use super::failure::rejected;
use super::message_cause::in_quotes;
use super::refusal::{lifted, refused, tries};
use super::room::{lacks, lacks_row};
use super::{node, why};

/// The cause as an answer: `pod x crash-loops, container y exits with 1 (14 restarts, 16m)`.
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
            format!(
                "pod {} {}{}{}",
                pod.name,
                is_not_ready(pod),
                lasting(pod.since, now),
                after_comma(unready(why))
            )
        }
        Reason::PodFailed {
            pod, said, repeats, ..
        } => format!(
            "pod {} failed{}{}{}",
            pod.name,
            happened_ago(pod, now),
            failed(said),
            repeated(*repeats, now)
        ),
        Reason::PodTerminating {
            pod,
            grace_ends,
            finalizers,
        } => format!(
            "pod {} {} Terminating{}{}",
            pod.name,
            has_been(pod.since),
            lasting(pod.since, now),
            super::pod::held(*grace_ends, finalizers, now)
        ),
        Reason::PodSucceeded { pod, said, .. } => {
            let with = match said.reason.as_str() {
                "" => String::new(),
                reason => format!(" with {reason}"),
            };
            format!("pod {} ended{}{with}", pod.name, happened_ago(pod, now))
        }
        Reason::FailedCreate {
            message,
            count,
            last,
            evidence,
        } => format!(
            "{}{}{}",
            refused(message, evidence.as_ref()),
            tries(*count, *last, now),
            lifted(evidence.as_ref(), now)
        ),
        Reason::NodeNotReady {
            since,
            is_terminating,
            why,
        } => {
            let is = has_been(*since);
            let since = lasting(*since, now);
            let trouble = node::trouble(why);
            let then = node::then(why.cause, *is_terminating);
            format!("the node {is} NotReady{since}{trouble}{then}")
        }
        Reason::PodOutdated { pod } => format!("pod {pod} runs an older template"),
        Reason::NodeTerminating { .. } | Reason::PodOlderThanNode { .. } => of_node(reason, now),
        Reason::PodDrifted { pod, images, .. } => format!(
            "pod {pod} counts as updated but isn't{}",
            in_parentheses(drift::images(images))
        ),
        Reason::PodMissing => "its pod is missing".to_owned(),
        Reason::VirtualNode { kinds, .. } => format!("it is {}", takes_none(kinds, true)),
        Reason::PodNotYetAvailable { pod, .. } if is_in_progress(reason) => {
            format!("pod {pod} is {}", settles(reason, now))
        }
        other => return why(other, now),
    };
    Sentence::new(text)
}

/// The same for a node that is being deleted, or that isn't the one the pod was created for.
fn of_node(reason: &Reason, now: Timestamp) -> String {
    match reason {
        Reason::NodeTerminating { since, finalizers } => format!(
            "the node is being deleted{}{}",
            owners::began(since.map(|time| age(time, now))),
            owners::holders(finalizers)
        ),
        Reason::PodOlderThanNode {
            pod,
            pod_created,
            node_created,
        } => format!(
            "pod {pod} ({} old) belongs to a previous node of this name; the current node is {} old",
            elapsed(*pod_created, now),
            elapsed(*node_created, now)
        ),
        _ => String::new(),
    }
}

/// The same for a pod that hasn't started, and whose containers don't say why.
fn pending(reason: &Reason, now: Timestamp) -> String {
    match reason {
        Reason::PodUnschedulable { pod, .. } => format!(
            "pod {} hasn't been scheduled{}: {}",
            pod.name,
            within(pod.since, now),
            lacks(reason)
        ),
        Reason::PodPending { pod, why } => {
            format!(
                "pod {} {} Pending{}{}",
                pod.name,
                has_been(pod.since),
                lasting(pod.since, now),
                after_comma(unready(why))
            )
        }
        Reason::PodNotYetScheduled { pod, scheduler } => format!(
            "pod {} {} Pending{}, {}",
            pod.name,
            has_been(pod.since),
            lasting(pod.since, now),
            scheduler_name(scheduler.as_deref())
        ),
        Reason::PodSchedulingGated { pod, gates } => format!(
            "pod {} {} Pending{}, {}",
            pod.name,
            has_been(pod.since),
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
            // A message in a known form is told in our own words.
            let quote = quoted_in_row(reason).filter(|_| reason.failure().is_none());
            let quote = quote.filter(is_new);
            let quote = quote.map(|q| format!(", {q}")).unwrap_or_default();
            let counts = counts(container, None, now);
            format!("{}: {about}{quote}{counts}", said.reason)
        }
        Reason::PodUnschedulable { .. } => format!("Unschedulable: {}", lacks_row(reason)),
        Reason::PodPending { why, .. } => format!("Pending{}", beside_word(unready(why))),
        Reason::PodNotReady { why, .. } => format!("NotReady{}", beside_word(unready(why))),
        Reason::PodFailed { said, repeats, .. } => {
            let repeated = repeated(*repeats, now);
            if let Some(rejection) = Rejection::of(said) {
                let why = rejected(&rejection);
                return Sentence::new(format!(
                    "{}: the kubelet rejected its pod because {why}{repeated}",
                    said.reason
                ));
            }
            match said.reason.as_str() {
                "" => format!("Failed{}{repeated}", beside_word(message_of(said))),
                reason => format!("{reason}{}{repeated}", beside_word(message_of(said))),
            }
        }
        Reason::PodSucceeded { said, .. } => match said.reason.as_str() {
            "" => format!("ended{}", beside_word(message_of(said))),
            reason => format!("{reason}{}", beside_word(message_of(said))),
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
            evidence,
        } => format!(
            "FailedCreate: {}{}{}",
            refused(message, evidence.as_ref()),
            tries(*count, *last, now),
            lifted(evidence.as_ref(), now)
        ),
        Reason::NodeNotReady { since, why, .. } => format!(
            "node NotReady{}{}",
            lasting(*since, now),
            node::trouble(why)
        ),
        Reason::PodOutdated { .. } => "older template".to_owned(),
        Reason::PodOlderThanNode { .. } => {
            "its pod belongs to a previous node of the same name".to_owned()
        }
        Reason::NodeTerminating { .. } => of_node(reason, now),
        Reason::PodDrifted { images, .. } => format!(
            "counts as updated but isn't{}",
            in_parentheses(drift::images(images))
        ),
        Reason::PodMissing => "pod missing".to_owned(),
        Reason::VirtualNode { kinds, .. } => format!("Pending: {}", takes_none(kinds, true)),
        Reason::DaemonSetDeleting { .. } => "the DaemonSet is being deleted".to_owned(),
        Reason::HostPortsUnderSurge { ports, .. } => surge_ports(ports),
        _ if is_in_progress(reason) => settles(reason, now),
        other => return why(other, now),
    };
    Sentence::new(text)
}

/// By how many seconds clocks differ that are kept right.
const CLOCK_TOLERANCE: i64 = 5;

/// How long a ready pod has to wait, after `is`.
fn settles(reason: &Reason, now: Timestamp) -> String {
    match reason {
        Reason::PodNotYetAvailable {
            available_at: Some(time),
            min_ready_seconds,
            ..
        } => {
            let ready = time.as_second() - i64::from(*min_ready_seconds);
            let ahead = ready - now.as_second();
            let skew = match ahead > CLOCK_TOLERANCE {
                true => format!(
                    " (its Ready time is {} in the future: the clocks of the node and the control plane differ)",
                    duration(ahead)
                ),
                false => String::new(),
            };
            format!(
                "ready and counts as available {}, after the {} of minReadySeconds{skew}",
                age(*time, now),
                duration(i64::from(*min_ready_seconds))
            )
        }
        _ => String::new(),
    }
}

/// The message of the container, the kubelet, the node or the server, or the consequence, to stand
/// below an answer.
#[must_use]
pub fn quote(reason: &Reason) -> Option<Sentence> {
    let follows = match reason {
        Reason::NodeTerminating { .. } => "its pods end with it",
        Reason::NodeNotReady { why, .. } if node::lacks_pod_cidr(why) => node::POD_CIDRS,
        Reason::PodOlderThanNode { .. } => {
            "its status is stale, and it isn't garbage-collected while a node of this name exists"
        }
        Reason::PodDrifted { cause, .. } => {
            return Some(Sentence::new(drift::reason(
                "the pod ",
                cause,
                &BTreeMap::new(),
            )));
        }
        _ => return quoted(reason).map(Sentence::new),
    };
    Some(Sentence::new(follows))
}

fn scheduler_name(scheduler: Option<&str>) -> String {
    scheduler.map_or_else(
        || "the scheduler hasn't looked at it yet".to_owned(),
        |name| {
            format!("its schedulerName is {name}, and no scheduler of this name has looked at it")
        },
    )
}

/// ` (211 pods have failed here, the first 20h ago)`.
fn repeated(repeats: Option<Repeats>, now: Timestamp) -> String {
    let Some(Repeats {
        count,
        first,
        on_all_nodes,
    }) = repeats
    else {
        return String::new();
    };
    let first = first.map(|first| format!(", the first {}", age(first, now)));
    let first = first.unwrap_or_default();
    match on_all_nodes {
        true => format!(" ({count} pods of the DaemonSet have failed{first})"),
        false => format!(" ({count} pods have failed here{first})"),
    }
}

/// `has been unready`, to be followed by the duration.
pub(super) const fn is_not_ready(pod: &PodFact) -> &'static str {
    match pod.since {
        Some(_) => "has been unready",
        None => "isn't ready",
    }
}

fn happened_ago(pod: &PodFact, now: Timestamp) -> String {
    let since = pod.since.map(|t| format!(" {}", age(t, now)));
    since.unwrap_or_default()
}

fn unready(why: &NotReady) -> Option<String> {
    match why {
        NotReady::Container(container) => {
            let restarts = restarts(container).map(|count| format!(" after {count}"));
            let restarts = restarts.unwrap_or_default();
            let then = match (container.is_init, restarts.as_str()) {
                (true, "") => "runs and hasn't ended".to_owned(),
                (_, restarts) => format!("runs{restarts} and isn't ready"),
            };
            Some(format!("{} {then}", name(container)))
        }
        NotReady::Condition(said) => message_of(said),
    }
}

fn message_of(said: &ApiMessage) -> Option<String> {
    match one_line(&said.message).trim_end_matches('.') {
        "" => None,
        message => Some(in_quotes(message)),
    }
}

/// How a pod failed, with its message below.
fn failed(said: &ApiMessage) -> String {
    if let Some(rejection) = Rejection::of(said) {
        let why = rejected(&rejection);
        return format!(", the kubelet turned it away because {why}");
    }
    match Evicted::of(said) {
        Some(Evicted::UnderPressure(pressure)) => format!(", the node is under {pressure}"),
        Some(Evicted::Low(resource)) => format!(", the node is low on {resource}"),
        None if said.reason.is_empty() => String::new(),
        None => format!(" with {}", said.reason),
    }
}

/// The explanation, after a comma.
fn after_comma(explained: Option<String>) -> String {
    explained.map_or_else(String::new, |text| format!(", {text}"))
}

/// The explanation of the word that begins a row.
fn beside_word(explained: Option<String>) -> String {
    explained.map_or_else(String::new, |text| format!(": {text}"))
}
