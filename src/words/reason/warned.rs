//! The warning about a pod, as the end of its description.

use jiff::Timestamp;

use crate::analysis::reason::{ApiMessage, Failure, PodFact, Reason, network_plugin};
use crate::words::notation::one_line;
use crate::words::sentence::Sentence;
use crate::words::time::{has_been, lasting, within};

use super::brief::Clause;
use super::container::{Waiting, kind, name, pull_failure, waiting};
use super::failure::because;
use super::headline::{headline, is_not_ready, row};
use super::message_cause::{in_quotes, message_cause};
use super::why;

/// What an event says of a pod.
#[derive(Clone, Copy)]
pub(super) struct Warning<'r> {
    pub(super) said: &'r ApiMessage,
    failure: Option<&'r Failure>,
}

impl<'r> Warning<'r> {
    pub(super) const fn of(warning: &'r Reason) -> Option<Self> {
        match warning {
            Reason::PodWarning { said, failure, .. } => Some(Self {
                said,
                failure: failure.as_ref(),
            }),
            _ => None,
        }
    }
}

/// The cause as an answer, with the warning about the pod.
#[must_use]
pub fn headline_with(reason: &Reason, warning: Option<&Reason>, now: Timestamp) -> Sentence {
    let warned = warning.and_then(Warning::of);
    match warned.and_then(|warning| together(reason, warning, now)) {
        Some(text) => Sentence::new(text),
        None => headline(reason, now),
    }
}

/// The same in a row.
#[must_use]
pub fn row_with(reason: &Reason, warning: Option<&Reason>, now: Timestamp) -> Sentence {
    let Some(warning) = warning else {
        return row(reason, now);
    };
    match Warning::of(warning).and_then(|warning| row_of(reason, warning)) {
        Some(text) => Sentence::new(text + &seen(Some(warning), now)),
        None => Sentence::new(format!("{}; {}", row(reason, now), row(warning, now))),
    }
}

/// The warning about a pod, below an answer that already names the pod.
#[must_use]
pub fn below(warning: &Reason, cause: &Reason, now: Timestamp) -> Option<Sentence> {
    let told = Warning::of(warning)?;
    let is_told = together(cause, told, now).is_some();
    Some(match message(told).filter(|_| is_told) {
        Some(message) => {
            let seen = seen(Some(warning), now);
            Sentence::new(format!("{}{seen}", in_quotes(&message)))
        }
        None => why(warning, now),
    })
}

/// ` (1234 times, last 1m ago)`.
fn seen(warning: Option<&Reason>, now: Timestamp) -> String {
    match warning {
        Some(Reason::PodWarning { count, last, .. }) => super::pod::times(*count, *last, now),
        _ => String::new(),
    }
}

/// A pod's cause together with its warning; `None` where they are shown separately.
fn together(cause: &Reason, warning: Warning<'_>, now: Timestamp) -> Option<String> {
    let pod = subject(cause)?;
    let since = lasting(pod.since, now);
    let name = &pod.name;
    Some(match (of_event(warning), cause) {
        (EventCause::Probe(probe, _), _) => {
            let restarts = restarts(cause).filter(|_| probe != READINESS);
            let then = match restarts {
                Some(count) => format!(", and the kubelet restarts it ({count})"),
                None => String::new(),
            };
            let container = container_of(cause);
            let is = match cause {
                Reason::ContainerWaiting { .. } => "crash-loops",
                _ => is_not_ready(pod),
            };
            format!("pod {name} {is}{since} because the {probe} of {container} is failing{then}")
        }
        (
            EventCause::Cause(what, _),
            Reason::ContainerWaiting {
                container, said, ..
            },
        ) if kind(&said.reason) != Waiting::Starting => {
            let pull = ApiMessage {
                reason: String::new(),
                message: warning.said.message.clone(),
            };
            let about = pull_failure(container, &pull)
                .filter(|_| kind(&said.reason) == Waiting::Image)
                .unwrap_or_else(|| waiting(container, said));
            format!(
                "pod {name} hasn't started{}: {about}{}",
                within(pod.since, now),
                after(&what, warning)
            )
        }
        (EventCause::Cause(what, _), Reason::PodTerminating { .. }) => {
            let is = has_been(pod.since);
            format!(
                "pod {name} {is} stuck Terminating{since}{}",
                after(&what, warning)
            )
        }
        (EventCause::Cause(what, _), Reason::PodNotReady { .. }) => {
            format!(
                "pod {name} {}{since}{}",
                is_not_ready(pod),
                after(&what, warning)
            )
        }
        (EventCause::Cause(what, _), _) => {
            let within = within(pod.since, now);
            format!("pod {name} hasn't started{within}{}", after(&what, warning))
        }
        (EventCause::Other, _) => return None,
    })
}

/// The same in a row: known messages in our own words, others in quotes.
fn row_of(cause: &Reason, warning: Warning<'_>) -> Option<String> {
    subject(cause)?;
    let word = match cause {
        // Upstream's word for what keeps the containers from being created.
        Reason::ContainerWaiting { said, .. } if kind(&said.reason) == Waiting::Starting => {
            warning.said.reason.as_str()
        }
        Reason::ContainerWaiting { said, .. } => said.reason.as_str(),
        Reason::PodNotReady { .. } => "NotReady",
        Reason::PodTerminating { .. } => "Terminating",
        _ => "Pending",
    };
    Some(match of_event(warning) {
        EventCause::Probe(probe, why) => {
            let restarts = restarts(cause).filter(|_| probe != READINESS);
            let restarts = restarts.map(|count| format!(" ({count})"));
            let why = match why.as_str() {
                "" => String::new(),
                why => format!(", {}", in_quotes(why)),
            };
            format!(
                "{word}: the {probe} of {} is failing{}{why}",
                container_of(cause),
                restarts.unwrap_or_default()
            )
        }
        EventCause::Cause(what, why) => match (warning.failure, what.as_str()) {
            (Some(failure), "") => format!("{word}: {}", because(failure)),
            (Some(failure), what) => format!("{word}: {what} because {}", because(failure)),
            (None, "") => format!("{word}: {}", in_quotes(&why)),
            (None, what) => format!("{word}: {what}, {}", in_quotes(&why)),
        },
        EventCause::Other => return None,
    })
}

/// The quoted message; `None` where the event has no known form.
fn message(warning: Warning<'_>) -> Option<String> {
    match of_event(warning) {
        EventCause::Probe(_, why) | EventCause::Cause(_, why) => {
            Some(why).filter(|why| !why.is_empty())
        }
        EventCause::Other => None,
    }
}

/// The cause in a few words, for the first line of an answer.
pub(super) fn brief(cause: &Reason, warning: Warning<'_>) -> Option<Clause> {
    subject(cause)?;
    match (of_event(warning), cause) {
        (EventCause::Probe(probe, why), _) => {
            let what = format!("the {probe} of {} is failing", container_of(cause));
            Some(Clause::new(what).probed(&why))
        }
        (
            EventCause::Cause(what, _),
            Reason::ContainerWaiting {
                container, said, ..
            },
        ) if kind(&said.reason) != Waiting::Starting => {
            let message = &warning.said.message;
            if kind(&said.reason) == Waiting::Image {
                let pull = ApiMessage {
                    reason: said.reason.clone(),
                    message: message.clone(),
                };
                return Some(super::container::brief(container, &pull));
            }
            clause(what).map(|clause| clause.by(warning.failure, message))
        }
        (EventCause::Cause(what, _), Reason::PodTerminating { .. }) if !what.is_empty() => {
            let stuck = Clause::new("its pod is stuck Terminating").explained(what);
            Some(match warning.failure {
                Some(failure) => stuck.and_because(because(failure)),
                None => stuck.said(&warning.said.message),
            })
        }
        (EventCause::Cause(what, why), _) => {
            clause(what).map(|clause| clause.by(warning.failure, &why))
        }
        (EventCause::Other, _) => None,
    }
}

fn clause(what: String) -> Option<Clause> {
    Some(what).filter(|what| !what.is_empty()).map(Clause::new)
}

/// What it is because of.
fn after(what: &str, warning: Warning<'_>) -> String {
    match (what, warning.failure) {
        ("", None) => String::new(),
        ("", Some(failure)) => format!(" because {}", because(failure)),
        (what, None) => format!(" because {what}"),
        (what, Some(failure)) => format!(" because {what}, as {}", because(failure)),
    }
}

const READINESS: &str = "readiness probe";

enum EventCause {
    /// A probe fails, with its message.
    Probe(&'static str, String),
    /// What couldn't be done, and why.
    Cause(String, String),
    Other,
}

/// What an event of the kubelet says (1.37.1: `pkg/kubelet/events`).
fn of_event(warning: Warning<'_>) -> EventCause {
    let Warning { said, .. } = warning;
    let message = one_line(&said.message);
    let probe = ["Readiness", "Liveness", "Startup"];
    let names = [READINESS, "liveness probe", "startup probe"];
    let mut probes = probe.iter().zip(names);
    match said.reason.as_str() {
        "Unhealthy" => match probes.find(|(word, _)| message.starts_with(*word)) {
            Some((_, name)) => EventCause::Probe(name, message_cause(after_colon(&message))),
            None => EventCause::Other,
        },
        "FailedMount" | "FailedAttachVolume" | "FailedMapVolume" => mount(&message, said),
        "FailedCreatePodSandBox" => {
            let what = match network_plugin(&message) {
                Some(plugin) => format!("network plugin {plugin} can't set up the pod's network"),
                None => "the pod sandbox can't be created".to_owned(),
            };
            EventCause::Cause(what, message_cause(&message))
        }
        "NetworkNotReady" => EventCause::Cause(
            "its network isn't ready".to_owned(),
            message_cause(&message),
        ),
        "Failed" => EventCause::Cause(String::new(), message_cause(&message)),
        "FailedKillPod" => EventCause::Cause(not_ended(&message), message_cause(&message)),
        "FailedPostStartHook" => EventCause::Cause(
            "its postStart hook fails".to_owned(),
            message_cause(&message),
        ),
        _ => EventCause::Other,
    }
}

/// What can't be ended of a pod, by the kubelet's names for its steps.
fn not_ended(message: &str) -> String {
    match network_plugin(message) {
        _ if message.contains("KillContainerError") => "its containers can't be ended".to_owned(),
        Some(plugin) => format!("network plugin {plugin} can't take down its network"),
        None if message.contains("KillPodSandboxError") => {
            "its sandbox can't be removed".to_owned()
        }
        None => "its containers can't be ended".to_owned(),
    }
}

/// `MountVolume.SetUp failed for volume "config" : configmap "agent-config" not found`.
fn mount(message: &str, said: &ApiMessage) -> EventCause {
    let done = match said.reason.as_str() {
        "FailedAttachVolume" => "attached",
        _ => "mounted",
    };
    let volume = message.split_once(" for volume \"");
    let volume = volume.and_then(|(_, rest)| rest.split_once('"'));
    match volume {
        // The volume of a claim has a generated name.
        Some((volume, why)) if volume.starts_with("pvc-") => EventCause::Cause(
            format!("a volume can't be {done}"),
            message_cause(why.trim_start_matches([' ', ':'])),
        ),
        Some((volume, why)) => EventCause::Cause(
            format!("volume {volume} can't be {done}"),
            message_cause(why.trim_start_matches([' ', ':'])),
        ),
        None => EventCause::Cause(format!("a volume can't be {done}"), message_cause(message)),
    }
}

/// What a probe says, which may be nothing.
fn after_colon(message: &str) -> &str {
    let said = message.split_once(": ").map(|(_, why)| why);
    said.unwrap_or_else(|| match message.strip_suffix(':') {
        Some(_) => "",
        None => message,
    })
}

fn subject(cause: &Reason) -> Option<&PodFact> {
    match cause {
        Reason::ContainerWaiting { pod, .. }
        | Reason::PodNotReady { pod, .. }
        | Reason::PodPending { pod, .. }
        | Reason::PodTerminating { pod, .. } => Some(pod),
        _ => None,
    }
}

fn container_of(cause: &Reason) -> String {
    let container = cause.container();
    container.map_or_else(|| "a container".to_owned(), name)
}

fn restarts(cause: &Reason) -> Option<String> {
    super::container::restarts(cause.container()?)
}
