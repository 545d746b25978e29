//! Containers that wait, or keep ending.

use jiff::Timestamp;

use crate::analysis::reason::{ApiMessage, ContainerFact, EndKind, Failure, PullFailure, Reason};
use crate::analysis::restarts::last_end;
use crate::model::ContainerEnd;
use crate::model::refusal::Refusal;
use crate::words::notation::{counted, in_parentheses};
use crate::words::time::{age, elapsed};

use super::brief::Clause;
use super::failure::because;
use super::log_line::last_words;
use super::message_cause::{end_of, in_quotes, message_cause};

/// What a container waits for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Waiting {
    CrashLoop,
    Image,
    Config,
    Starting,
    Ended,
}

/// The kubelet's words for why a container waits (1.37.1: `pkg/kubelet/images`, `kuberuntime`).
pub(super) fn kind(reason: &str) -> Waiting {
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

pub(super) fn name(container: &ContainerFact) -> String {
    let init = if container.is_init { "init " } else { "" };
    format!("{init}container {}", container.name)
}

/// Whether the container runtime repeatedly fails to start it.
fn never_starts(container: &ContainerFact) -> bool {
    let end = container.last_end.as_ref();
    end.is_some_and(|end| EndKind::of(end) == EndKind::NotStarted)
}

/// A container doesn't exist: the kubelet can't create it, or the runtime can't start it.
fn cannot(name: &str, reason: &str) -> String {
    match reason {
        "RunContainerError" | "ContainerCannotRun" | "PostStartHookError" => {
            format!("{name} can't start")
        }
        _ => format!("{name} can't be created"),
    }
}

pub(super) fn waiting(container: &ContainerFact, said: &ApiMessage) -> String {
    let name = name(container);
    match kind(&said.reason) {
        Waiting::CrashLoop | Waiting::Ended => match &container.last_end {
            None => format!("{name} keeps exiting"),
            Some(end) => ended(&name, EndKind::of(end), container),
        },
        Waiting::Image => match PullFailure::of(said) {
            Some(failure) => format!(
                "{name} can't pull its image because {}",
                pull(failure, &said.message)
            ),
            None => format!("{name} can't pull its image{}", after_comma(said)),
        },
        Waiting::Config => {
            let what = cannot(&name, &said.reason);
            match Failure::of(&said.message) {
                Some(failure) => format!("{what} because {}", because(&failure)),
                None => what + &after_comma(said),
            }
        }
        Waiting::Starting => format!("{name} hasn't started"),
    }
}

/// `, "no such image"`, unless the message only says that it is retried.
fn after_comma(said: &ApiMessage) -> String {
    match message_cause(&said.message) {
        why if why.is_empty() || says_only_back_off(&why) => String::new(),
        why => format!(", {}", in_quotes(&why)),
    }
}

fn says_only_back_off(message: &str) -> bool {
    message.starts_with("Back-off ")
}

/// What the kubelet adds when a pull fails in a known form.
pub(super) fn pull_failure(container: &ContainerFact, said: &ApiMessage) -> Option<String> {
    let failure = PullFailure::of(said)?;
    Some(format!(
        "{} can't pull its image because {}",
        name(container),
        pull(failure, &said.message)
    ))
}

/// The same in a few words, for the first line of an answer.
pub(super) fn brief(container: &ContainerFact, said: &ApiMessage) -> Clause {
    let name = name(container);
    match kind(&said.reason) {
        Waiting::CrashLoop | Waiting::Ended => {
            let what = match kind(&said.reason) {
                Waiting::CrashLoop => "crash-loops",
                _ => "ended",
            };
            match &container.last_end {
                None => Clause::new(format!("{name} {what}")),
                Some(end) if never_starts(container) => Clause::new(format!("{name} can't start"))
                    .by(Failure::of(&end.message).as_ref(), &end.message),
                Some(end) => how(Clause::new(format!("{name} {what}")), end),
            }
        }
        Waiting::Image => {
            let clause = Clause::new(format!("{name} can't pull its image"));
            match PullFailure::of(said) {
                Some(failure) => clause.explained(pull(failure, &said.message)),
                None if says_only_back_off(&message_cause(&said.message)) => clause,
                None => clause.said(&said.message),
            }
        }
        Waiting::Config => Clause::new(cannot(&name, &said.reason))
            .by(Failure::of(&said.message).as_ref(), &said.message),
        Waiting::Starting => Clause::new(format!("{name} hasn't started")),
    }
}

/// With how it ends each time, and its last log line.
fn how(clause: Clause, end: &ContainerEnd) -> Clause {
    let clause = match EndKind::of(end) {
        EndKind::OutOfMemory => return clause.explained("it is OOMKilled"),
        EndKind::ExecFormat => {
            return clause.explained("its image is for another architecture");
        }
        EndKind::NotStarted => clause.and(&format!(" with exit code {}", end.exit_code)),
        EndKind::Killed => clause.and(" by SIGKILL (exit code 137)"),
        EndKind::Terminated => clause.and(" by SIGTERM (exit code 143)"),
        EndKind::Crashed => clause.and(" by SIGSEGV (exit code 139)"),
        EndKind::Completed => clause.and(" with exit code 0"),
        EndKind::Exited(code) => clause.and(&format!(" with exit code {code}")),
    };
    clause.said(&last_words(&end.message))
}

/// What a container of available pods does again and again: `2 of 5 pods are OOMKilled again
/// and again, with 6–33 restarts, the last 8m ago`. First lines put it in parentheses.
pub(super) fn again_and_again(
    pods: &[String],
    of: usize,
    container: &ContainerFact,
    now: Timestamp,
) -> String {
    let name = name(container);
    let end = container.last_end.as_ref().map(EndKind::of);
    let is_oom = end == Some(EndKind::OutOfMemory);
    let how = match (of, pods.len(), is_oom) {
        (1, _, true) => format!("its {name} is OOMKilled"),
        (1, _, false) => format!("its {name} {}", ends(end)),
        (_, 1, true) => format!("1 of {of} pods is OOMKilled"),
        (_, n, true) => format!("{n} of {of} pods are OOMKilled"),
        (_, n, false) => format!("{name} {} in {n} of {of} pods", ends(end)),
    };
    let restarts = restarts(container).unwrap_or_default();
    let last = last_end(container).map(|time| format!(", the last {}", age(time, now)));
    format!(
        "{how} again and again, with {restarts}{}",
        last.unwrap_or_default()
    )
}

fn ends(end: Option<EndKind>) -> String {
    match end {
        Some(EndKind::Killed) => "is killed (exit code 137)".to_owned(),
        Some(EndKind::Terminated) => "is ended by SIGTERM".to_owned(),
        Some(EndKind::Crashed) => "crashes (SIGSEGV)".to_owned(),
        Some(EndKind::Completed) => "exits with 0".to_owned(),
        Some(EndKind::Exited(code)) => format!("exits with {code}"),
        _ => "restarts".to_owned(),
    }
}

/// The same in a word or two.
pub(super) fn tag(container: &ContainerFact, said: &ApiMessage) -> String {
    match kind(&said.reason) {
        Waiting::CrashLoop => match container.last_end.as_ref().map(EndKind::of) {
            Some(EndKind::OutOfMemory) => "OOMKilled".to_owned(),
            _ => "crash-looping".to_owned(),
        },
        Waiting::Image => match PullFailure::of(said) {
            Some(failure) => pull_tag(failure).to_owned(),
            None => "without its image".to_owned(),
        },
        Waiting::Config | Waiting::Ended => said.reason.clone(),
        Waiting::Starting => "starting".to_owned(),
    }
}

fn ended(name: &str, end: EndKind, container: &ContainerFact) -> String {
    match end {
        EndKind::OutOfMemory => {
            let limit = container.memory_limit.as_ref();
            let over = limit.map(|limit| format!(" at its memory limit of {limit}"));
            format!("{name} is OOMKilled{}", over.unwrap_or_default())
        }
        EndKind::NotStarted => {
            let end = container.last_end.as_ref();
            match end.and_then(|end| Failure::of(&end.message)) {
                Some(failure) => format!("{name} can't start because {}", because(&failure)),
                None => {
                    let code = end.map_or(0, |end| end.exit_code);
                    format!("{name} fails at its start with exit code {code}")
                }
            }
        }
        EndKind::ExecFormat => {
            format!("{name} has an image built for a different architecture")
        }
        EndKind::Completed => format!("{name} exits with 0 but should keep running"),
        EndKind::Killed => format!("{name} is killed (exit code 137, SIGKILL)"),
        EndKind::Terminated => format!("{name} is ended (exit code 143, SIGTERM)"),
        EndKind::Crashed => format!("{name} crashes (exit code 139, SIGSEGV)"),
        EndKind::Exited(code) => format!("{name} exits with {code}"),
    }
}

/// Why an image can't be pulled; `message` names the registry.
fn pull(failure: PullFailure, message: &str) -> &'static str {
    match failure {
        PullFailure::RateLimited if is_of_docker_hub(message) => {
            "Docker Hub's pull rate limit is reached"
        }
        PullFailure::RateLimited => "the registry's pull rate limit is reached",
        PullFailure::NoPlatform => "it isn't built for the node's platform",
        PullFailure::Unauthorized => "the registry wants valid credentials",
        PullFailure::Denied => "there is no such repository, or it wants credentials",
        PullFailure::NotFound => "there is no such image or tag",
        PullFailure::Certificate => "the registry's certificate isn't trusted on the node",
        PullFailure::CertificateExpired => "the registry's certificate has expired",
        PullFailure::CertificateName => "the registry's certificate is for another name",
        PullFailure::PlainHttp => "the registry speaks HTTP, and the node asks in HTTPS",
        PullFailure::NoSpace => "the node has no disk space left",
        PullFailure::Unreachable => "the registry can't be reached from the node",
        PullFailure::NeverPulled => "it isn't on the node, and imagePullPolicy is Never",
        PullFailure::InvalidName => "its name isn't a valid image name",
    }
}

fn is_of_docker_hub(message: &str) -> bool {
    message.contains("registry-1.docker.io") || message.contains("docker.com/increase-rate-limit")
}

/// The same next to a number of nodes.
const fn pull_tag(failure: PullFailure) -> &'static str {
    match failure {
        PullFailure::RateLimited => "over the registry's pull limit",
        PullFailure::NoPlatform => "with an image for another platform",
        PullFailure::Unauthorized => "without valid credentials for the registry",
        PullFailure::Denied => "with no access to the image",
        PullFailure::NotFound => "with an image that doesn't exist",
        PullFailure::Certificate => "not trusting the registry's certificate",
        PullFailure::CertificateExpired => "with a registry whose certificate has expired",
        PullFailure::CertificateName => "with a registry whose certificate is for another name",
        PullFailure::PlainHttp => "with a registry that speaks plain HTTP",
        PullFailure::NoSpace => "without disk space for the image",
        PullFailure::Unreachable => "unable to reach the registry",
        PullFailure::NeverPulled => "without the image, which is never pulled",
        PullFailure::InvalidName => "with an invalid image name",
    }
}

/// `14 restarts`, `6–600 restarts` of several pods; `None` of a container that had none.
pub(super) fn restarts(container: &ContainerFact) -> Option<String> {
    let most = usize::try_from(container.restarts)
        .ok()
        .filter(|n| *n > 0)?;
    let most = counted(most, "restart");
    Some(match container.fewest {
        Some(fewest) => format!("{fewest}–{most}"),
        None => most,
    })
}

/// ` (14 restarts, 16m)`, as far as known.
pub(super) fn counts(
    container: &ContainerFact,
    since: Option<Timestamp>,
    now: Timestamp,
) -> String {
    let restarts = restarts(container);
    let since = since.map(|time| elapsed(time, now).into_string());
    in_parentheses(restarts.into_iter().chain(since))
}

/// What the container, the kubelet, the node or the server itself said, in quotes.
pub(super) fn quoted(reason: &Reason) -> Option<String> {
    let message = match reason {
        Reason::ContainerWaiting {
            container, said, ..
        } => match (kind(&said.reason), &container.last_end) {
            (Waiting::CrashLoop | Waiting::Ended, Some(end)) if !never_starts(container) => {
                return Some(last_words(&end.message))
                    .map(|words| message_cause(&words))
                    .filter(|words| !words.is_empty())
                    .map(|words| in_quotes(&words));
            }
            (Waiting::CrashLoop | Waiting::Ended, Some(end)) => end.message.as_str(),
            (Waiting::CrashLoop, None) => "",
            // That is said.
            (Waiting::Config, _) if is_told(&said.message) => "",
            _ => said.message.as_str(),
        },
        Reason::PodFailed { said, .. } | Reason::PodSucceeded { said, .. } => said.message.as_str(),
        Reason::NodeNotReady { why, .. } => why.said.message.as_str(),
        Reason::FailedCreate { message, .. } => match Refusal::new(message) {
            // Their message is quoted in the sentence.
            Refusal::QuotaExceeded { .. }
            | Refusal::LimitRange { .. }
            | Refusal::WebhookDenied { .. }
            | Refusal::PolicyDenied { .. }
            | Refusal::SecurityContextConstraints { .. }
            | Refusal::PodSecurityPolicy { .. }
            | Refusal::Invalid { .. }
            | Refusal::Other { .. } => return None,
            _ => message.as_str(),
        },
        _ => return None,
    };
    let cause = message_cause(message);
    let says_more = !cause.is_empty() && !says_only_back_off(&cause);
    says_more.then(|| in_quotes(&cause))
}

/// The same next to its description in a row.
pub(super) fn quoted_in_row(reason: &Reason) -> Option<String> {
    match reason {
        Reason::ContainerWaiting { said, .. }
            if kind(&said.reason) == Waiting::Image && PullFailure::of(said).is_some() =>
        {
            Some(in_quotes(&end_of(&said.message)))
        }
        _ => quoted(reason),
    }
}

/// Whether our own words cover everything that a message says.
fn is_told(message: &str) -> bool {
    matches!(
        Failure::of(message),
        Some(Failure::MissingObject { .. } | Failure::MissingKey { .. })
    )
}
