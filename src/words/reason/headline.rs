//! What broke a pod or kept it away, in the first line of an answer and in a row of a table:
//! upstream's own word, and what it means here.

use jiff::Timestamp;

use crate::analysis::reason::{ContainerFact, NotReady, PodFact, Reason, Said};
use crate::analysis::refusal::Refusal;
use crate::analysis::unschedulable::{Unfit, unfit};
use crate::words::notation::{counted, in_parentheses, one_line};
use crate::words::sentence::Sentence;
use crate::words::time::{age, elapsed, lasting};

use super::refusal::{refusal, tries};
use super::{rule, why};

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
        Reason::PodUnschedulable { pod, scheduler, .. } => {
            let why = unschedulable(scheduler);
            format!(
                "pod {} can't be scheduled: {why}{}",
                pod.name,
                lasting(pod.since, now)
            )
        }
        Reason::PodPending { pod, why } => {
            format!(
                "pod {} is Pending{}{}",
                pod.name,
                lasting(pod.since, now),
                unready(why)
            )
        }
        Reason::PodNotReady { pod, why } => {
            format!(
                "pod {} isn't ready{}{}",
                pod.name,
                lasting(pod.since, now),
                unready(why)
            )
        }
        Reason::PodFailed { pod, said, .. } => {
            format!(
                "pod {} failed{}{}",
                pod.name,
                lasting(pod.since, now),
                end_of_pod(said)
            )
        }
        Reason::PodTerminating {
            pod,
            has_finalizers,
            ..
        } => {
            let held = if *has_finalizers {
                ", held by its finalizers"
            } else {
                ""
            };
            format!(
                "pod {} is Terminating{}{held}",
                pod.name,
                lasting(pod.since, now)
            )
        }
        Reason::PodSucceeded { pod, said, .. } => {
            format!(
                "pod {} ended{}{}",
                pod.name,
                lasts_ago(pod, now),
                end_of_pod(said)
            )
        }
        Reason::PodNotYetScheduled { pod, scheduler } => format!(
            "pod {} waits for {}{}",
            pod.name,
            scheduler_name(scheduler.as_deref()),
            lasting(pod.since, now)
        ),
        Reason::PodSchedulingGated { pod, gates } => format!(
            "pod {} is held back by scheduling gate {}{}",
            pod.name,
            gates.join(", "),
            lasting(pod.since, now)
        ),
        Reason::FailedCreate {
            message,
            count,
            last,
        } => format!(
            "the controller can't create its pod: {}{}",
            refusal(&Refusal::new(message)),
            tries(*count, *last, now)
        ),
        Reason::NodeNotReady {
            since,
            is_terminating,
        } => {
            let since = lasting(*since, now);
            if *is_terminating {
                format!(
                    "the node is NotReady{since}, so its pod is stuck Terminating: the kubelet can't confirm that it stopped"
                )
            } else {
                format!("the node is NotReady{since}; what it last said of its pods may be old")
            }
        }
        Reason::PodOutdated { pod } => format!("pod {pod} runs an older template"),
        Reason::PodMissing => "its pod is missing".to_owned(),
        other => return why(other, now),
    };
    Sentence::new(text)
}

/// The cause in a row: `CrashLoopBackOff: container y exits with 1 (14 restarts)`.
#[must_use]
pub fn row(reason: &Reason, now: Timestamp) -> Sentence {
    let text = match reason {
        Reason::ContainerWaiting {
            container, said, ..
        } => {
            let quote = quoted(reason).map(|q| format!(": {q}")).unwrap_or_default();
            let counts = counts(container, None, now);
            format!(
                "{}: {}{quote}{counts}",
                said.reason,
                waiting(container, said)
            )
        }
        Reason::PodUnschedulable { scheduler, .. } => {
            format!("Unschedulable: {}", unschedulable(scheduler))
        }
        Reason::PodPending { why, .. } => format!("Pending{}", unready(why)),
        Reason::PodNotReady { why, .. } => format!("NotReady{}", unready(why)),
        Reason::PodFailed { said, .. } => match said.reason.as_str() {
            "" => format!("Failed{}", end_of_pod(said)),
            reason => format!("{reason}{}", message_of(said)),
        },
        Reason::PodSucceeded { said, .. } => match said.reason.as_str() {
            "" => format!("ended{}", end_of_pod(said)),
            reason => format!("{reason}{}", message_of(said)),
        },
        Reason::PodNotYetScheduled { scheduler, .. } => {
            format!(
                "Pending: waits for {}",
                scheduler_name(scheduler.as_deref())
            )
        }
        Reason::PodSchedulingGated { gates, .. } => {
            format!("SchedulingGated: held back by {}", gates.join(", "))
        }
        Reason::PodTerminating { has_finalizers, .. } => match has_finalizers {
            true => "Terminating, held by its finalizers".to_owned(),
            false => "Terminating".to_owned(),
        },
        Reason::FailedCreate {
            message,
            count,
            last,
        } => format!(
            "FailedCreate: {}{}",
            refusal(&Refusal::new(message)),
            tries(*count, *last, now)
        ),
        Reason::NodeNotReady { since, .. } => {
            format!("node NotReady{}", lasting(*since, now))
        }
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
                return Sentence::new(format!("the node is {condition} (taint {taint})"));
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
fn not_ready_taint(key: &str) -> Option<&'static str> {
    match key {
        "node.kubernetes.io/not-ready" => Some("NotReady"),
        "node.kubernetes.io/unreachable" => Some("unreachable"),
        _ => None,
    }
}

/// What the container, the kubelet or the server itself said, to stand below an answer.
#[must_use]
pub fn quote(reason: &Reason) -> Option<Sentence> {
    quoted(reason).map(Sentence::new)
}

/// How much of a foreign message a row holds.
const QUOTED: usize = 120;

fn quoted(reason: &Reason) -> Option<String> {
    let message = match reason {
        Reason::ContainerWaiting {
            container, said, ..
        } => match (kind(&said.reason), &container.last_end) {
            (Waiting::CrashLoop | Waiting::Ended, Some(end)) => end.message.as_str(),
            (Waiting::CrashLoop, None) => "",
            _ => said.message.as_str(),
        },
        Reason::FailedCreate { message, .. } => match Refusal::new(message) {
            Refusal::QuotaExceeded { .. } | Refusal::Other { .. } => return None,
            _ => message.as_str(),
        },
        _ => return None,
    };
    let message = one_line(message);
    // The kubelet puts what it says of the back-off before what went wrong.
    let message = message
        .split_once(": ErrImagePull: ")
        .map_or(&*message, |(_, why)| why);
    if message.is_empty() {
        return None;
    }
    let cut: String = message.chars().take(QUOTED).collect();
    let more = if cut.len() < message.len() { "…" } else { "" };
    Some(format!("\"{}{more}\"", cut.trim_matches('"')))
}

#[derive(Clone, Copy)]
enum Waiting {
    CrashLoop,
    Image,
    Config,
    Starting,
    Ended,
}

/// The kubelet's words for why a container waits (1.37.1: `pkg/kubelet/images`, `kuberuntime`).
fn kind(reason: &str) -> Waiting {
    match reason {
        "CrashLoopBackOff" => Waiting::CrashLoop,
        "ImagePullBackOff"
        | "ErrImagePull"
        | "ErrImageNeverPull"
        | "InvalidImageName"
        | "ImageInspectError"
        | "RegistryUnavailable"
        | "SignatureValidationFailed" => Waiting::Image,
        "ContainerCreating" | "PodInitializing" => Waiting::Starting,
        "CreateContainerConfigError"
        | "CreateContainerError"
        | "RunContainerError"
        | "PreCreateHookError"
        | "PostStartHookError"
        | "ContainerCannotRun" => Waiting::Config,
        _ => Waiting::Ended,
    }
}

fn name(container: &ContainerFact) -> String {
    let init = if container.is_init { "init " } else { "" };
    format!("{init}container {}", container.name)
}

fn waiting(container: &ContainerFact, said: &Said) -> String {
    let name = name(container);
    match kind(&said.reason) {
        Waiting::CrashLoop | Waiting::Ended => match &container.last_end {
            None => format!("{name} keeps ending"),
            Some(end) => match (end.reason.as_str(), end.exit_code) {
                ("OOMKilled", _) => format!("{name} is killed, out of memory (OOMKilled)"),
                ("StartError" | "ContainerCannotRun", code) => {
                    format!("{name} can't be started (exit code {code})")
                }
                (_, code) => format!("{name} exits with {code}"),
            },
        },
        Waiting::Image => format!("{name} can't get its image"),
        Waiting::Config => format!("{name} can't be created"),
        Waiting::Starting => format!("{name} hasn't started"),
    }
}

/// ` (14 restarts, 16m)`, with what is known of it.
fn counts(container: &ContainerFact, since: Option<Timestamp>, now: Timestamp) -> String {
    let restarts = (container.restarts > 0).then(|| {
        let count = usize::try_from(container.restarts).unwrap_or_default();
        counted(count, "restart")
    });
    let since = since.map(|time| elapsed(time, now).into_string());
    in_parentheses(restarts.into_iter().chain(since))
}

fn scheduler_name(scheduler: Option<&str>) -> String {
    scheduler.map_or_else(
        || "the scheduler, which hasn't looked at it yet".to_owned(),
        |name| format!("scheduler {name}, which hasn't looked at it yet"),
    )
}

fn lasts_ago(pod: &PodFact, now: Timestamp) -> String {
    let since = pod.since.map(|t| format!(" {}", age(t, now)));
    since.unwrap_or_default()
}

fn unready(why: &NotReady) -> String {
    match why {
        NotReady::Container(container) => {
            let restarts = match container.restarts {
                0 => String::new(),
                n => format!(
                    " after {}",
                    counted(usize::try_from(n).unwrap_or_default(), "restart")
                ),
            };
            format!(": {} runs{restarts} and isn't ready", name(container))
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

fn unschedulable(said: &Said) -> String {
    let unfit = unfit(&said.message);
    if unfit.is_empty() {
        return match (said.message.as_str(), said.reason.as_str()) {
            ("", reason) => reason.to_owned(),
            (message, _) => message.to_owned(),
        };
    }
    let parts: Vec<String> = unfit.iter().map(unfit_text).collect();
    parts.join(", ")
}

fn unfit_text(unfit: &Unfit) -> String {
    match unfit {
        Unfit::Insufficient(resource) => format!("not enough {resource} left on the node"),
        Unfit::TooManyPods => "no room for another pod on the node".to_owned(),
        Unfit::HostPortTaken => "a host port that it wants is taken".to_owned(),
        Unfit::Other(other) => other.clone(),
    }
}
