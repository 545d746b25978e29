//! What is warned of a pod, as the end of what it is.

use jiff::Timestamp;

use crate::analysis::reason::{NotReady, PodFact, Reason, Said, missing_object};
use crate::words::notation::{counted, one_line};
use crate::words::time::lasting;

use super::brief::Clause;
use super::container::{Waiting, kind, name, pull_failure, waiting};
use super::gist::gist;
use super::headline::is_not_ready;

/// A pod's cause together with what is warned of it; `None` where the two are told apart.
pub(super) fn together(cause: &Reason, warning: &Said, now: Timestamp) -> Option<String> {
    let pod = subject(cause)?;
    let since = lasting(pod.since, now);
    let name = &pod.name;
    Some(match (of_event(warning), cause) {
        (Warned::Probe(probe, _), _) => {
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
            format!("pod {name} {is}{since} because the {probe} of {container} fails{then}")
        }
        (
            Warned::Cause(what, _),
            Reason::ContainerWaiting {
                container, said, ..
            },
        ) if kind(&said.reason) != Waiting::Starting => {
            let pull = Said {
                reason: String::new(),
                message: warning.message.clone(),
            };
            let about = pull_failure(container, &pull)
                .filter(|_| kind(&said.reason) == Waiting::Image)
                .unwrap_or_else(|| waiting(container, said));
            format!("pod {name} hasn't started{since}, {about}{}", after(&what))
        }
        (Warned::Cause(what, _), Reason::PodTerminating { .. }) => {
            format!("pod {name} is stuck Terminating{since}{}", after(&what))
        }
        (Warned::Cause(what, _), Reason::PodNotReady { .. }) => {
            format!("pod {name} {}{since}{}", is_not_ready(pod), after(&what))
        }
        (Warned::Cause(what, _), _) => {
            format!("pod {name} hasn't started{since}{}", after(&what))
        }
        (Warned::Other, _) => return None,
    })
}

/// The same in a row.
pub(super) fn row(cause: &Reason, warning: &Said) -> Option<String> {
    subject(cause)?;
    let word = match cause {
        Reason::ContainerWaiting { said, .. } => said.reason.as_str(),
        Reason::PodNotReady { .. } => "NotReady",
        Reason::PodTerminating { .. } => "Terminating",
        _ => "Pending",
    };
    Some(match of_event(warning) {
        Warned::Probe(probe, why) => {
            let restarts = restarts(cause).filter(|_| probe != READINESS);
            let restarts = restarts.map(|count| format!(" ({count})"));
            format!(
                "{word}: the {probe} of {} fails{}, \"{why}\"",
                container_of(cause),
                restarts.unwrap_or_default()
            )
        }
        Warned::Cause(what, why) if what.is_empty() => format!("{word}: \"{why}\""),
        Warned::Cause(what, why) => format!("{word}: {what}, \"{why}\""),
        Warned::Other => return None,
    })
}

/// The message as it is quoted; `None` where the event isn't read.
pub(super) fn message(warning: &Said) -> Option<String> {
    match of_event(warning) {
        Warned::Probe(_, why) | Warned::Cause(_, why) => Some(why),
        Warned::Other => None,
    }
}

/// The cause in few words, for the first line of an answer.
pub(super) fn brief(cause: &Reason, warning: &Said) -> Option<Clause> {
    subject(cause)?;
    match (of_event(warning), cause) {
        (Warned::Probe(probe, _), _) => Some(Clause::new(format!(
            "the {probe} of {} fails",
            container_of(cause)
        ))),
        (
            Warned::Cause(what, _),
            Reason::ContainerWaiting {
                container, said, ..
            },
        ) if kind(&said.reason) != Waiting::Starting => {
            let pull = Said {
                reason: said.reason.clone(),
                message: warning.message.clone(),
            };
            let is_pull = kind(&said.reason) == Waiting::Image;
            let pull = is_pull.then(|| super::container::brief(container, &pull));
            pull.or_else(|| clause(what))
        }
        (Warned::Cause(what, _), Reason::PodTerminating { .. }) if !what.is_empty() => {
            Some(Clause::new("its pod is stuck Terminating").explained(what))
        }
        (Warned::Cause(what, _), _) => clause(what),
        (Warned::Other, _) => None,
    }
}

fn clause(what: String) -> Option<Clause> {
    Some(what).filter(|what| !what.is_empty()).map(Clause::new)
}

/// What it is because of.
fn after(what: &str) -> String {
    match what {
        "" => String::new(),
        what => format!(" because {what}"),
    }
}

fn volume_of(volume: &str, message: &str) -> String {
    match missing_object(message) {
        Some((kind, name)) => {
            format!("volume {volume} can't be mounted, {kind} {name} doesn't exist")
        }
        None => format!("volume {volume} can't be mounted"),
    }
}

const READINESS: &str = "readiness probe";

enum Warned {
    /// A probe fails, and what it says.
    Probe(&'static str, String),
    /// What couldn't be done, and why.
    Cause(String, String),
    Other,
}

/// What an event of the kubelet says (1.37.1: `pkg/kubelet/events`).
fn of_event(event: &Said) -> Warned {
    let message = one_line(&event.message);
    let probe = ["Readiness", "Liveness", "Startup"];
    let names = [READINESS, "liveness probe", "startup probe"];
    let mut probes = probe.iter().zip(names);
    match event.reason.as_str() {
        "Unhealthy" => match probes.find(|(word, _)| message.starts_with(*word)) {
            Some((_, name)) => Warned::Probe(name, gist(after_colon(&message))),
            None => Warned::Other,
        },
        "FailedMount" | "FailedAttachVolume" | "FailedMapVolume" => mount(&message),
        "FailedCreatePodSandBox" => {
            Warned::Cause("its sandbox can't be created".to_owned(), gist(&message))
        }
        "NetworkNotReady" => Warned::Cause("its network isn't ready".to_owned(), gist(&message)),
        "Failed" => Warned::Cause(String::new(), gist(&message)),
        "FailedKillPod" => {
            Warned::Cause("its containers can't be ended".to_owned(), gist(&message))
        }
        "FailedPostStartHook" => {
            Warned::Cause("its postStart hook fails".to_owned(), gist(&message))
        }
        _ => Warned::Other,
    }
}

/// `MountVolume.SetUp failed for volume "config" : configmap "agent-config" not found`.
fn mount(message: &str) -> Warned {
    let volume = message.split_once(" for volume \"");
    let volume = volume.and_then(|(_, rest)| rest.split_once('"'));
    match volume {
        Some((volume, why)) => Warned::Cause(
            volume_of(volume, message),
            gist(why.trim_start_matches([' ', ':'])),
        ),
        None => Warned::Cause("a volume can't be mounted".to_owned(), gist(message)),
    }
}

fn after_colon(message: &str) -> &str {
    message.split_once(": ").map_or(message, |(_, why)| why)
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
    match cause {
        Reason::ContainerWaiting { container, .. }
        | Reason::PodNotReady {
            why: NotReady::Container(container),
            ..
        }
        | Reason::PodPending {
            why: NotReady::Container(container),
            ..
        } => name(container),
        _ => "a container".to_owned(),
    }
}

fn restarts(cause: &Reason) -> Option<String> {
    let (Reason::ContainerWaiting { container, .. }
    | Reason::PodNotReady {
        why: NotReady::Container(container),
        ..
    }) = cause
    else {
        return None;
    };
    let count = usize::try_from(container.restarts)
        .ok()
        .filter(|n| *n > 0)?;
    Some(counted(count, "restart"))
}
