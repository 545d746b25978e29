//! Containers that wait, or keep ending.

use jiff::Timestamp;

use crate::analysis::reason::{ContainerFact, EndKind, PullFailure, Reason, Said, missing_object};
use crate::model::refusal::Refusal;
use crate::words::notation::{counted, in_parentheses};
use crate::words::time::elapsed;

use super::brief::Clause;
use super::gist::gist;

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

pub(super) fn waiting(container: &ContainerFact, said: &Said) -> String {
    let name = name(container);
    match kind(&said.reason) {
        Waiting::CrashLoop | Waiting::Ended => match &container.last_end {
            None => format!("{name} crash-loops"),
            Some(end) => ended(&name, EndKind::of(end), container),
        },
        Waiting::Image => match PullFailure::of(said) {
            Some(failure) => format!("{name} can't pull its image, {}", pull(failure)),
            None => format!("{name} can't pull its image{}", because(said)),
        },
        Waiting::Config => format!("{name} can't be created{}", because(said)),
        Waiting::Starting => format!("{name} hasn't started"),
    }
}

/// `: secret "agent-token" not found`, unless it says only that it is tried again.
fn because(said: &Said) -> String {
    match gist(&said.message) {
        why if why.is_empty() || says_only_back_off(&why) => String::new(),
        why => match missing_object(&why) {
            Some((kind, name)) => format!(", {kind} {name} doesn't exist"),
            None => format!(", \"{why}\""),
        },
    }
}

fn says_only_back_off(message: &str) -> bool {
    message.starts_with("Back-off ")
}

/// What the kubelet says beside a pull that fails in a known form.
pub(super) fn pull_failure(container: &ContainerFact, said: &Said) -> Option<String> {
    let failure = PullFailure::of(said)?;
    Some(format!(
        "{} can't pull its image, {}",
        name(container),
        pull(failure)
    ))
}

/// The same in few words, for the first line of an answer.
pub(super) fn brief(container: &ContainerFact, said: &Said) -> Clause {
    let name = name(container);
    match kind(&said.reason) {
        Waiting::CrashLoop | Waiting::Ended => {
            let what = match kind(&said.reason) {
                Waiting::CrashLoop => "crash-loops",
                _ => "ended",
            };
            let clause = Clause::new(format!("{name} {what}"));
            match &container.last_end {
                None => clause,
                Some(end) => how(clause, EndKind::of(end), end.exit_code),
            }
        }
        Waiting::Image => {
            let clause = Clause::new(format!("{name} can't pull its image"));
            match PullFailure::of(said) {
                Some(failure) => clause.explained(pull(failure)),
                None => clause,
            }
        }
        Waiting::Config => match missing_object(&said.message) {
            Some((kind, missing)) => Clause::new(format!("{name} can't be created"))
                .explained(format!("{kind} {missing} doesn't exist")),
            None => Clause::new(format!("{name} can't be created ({})", said.reason)),
        },
        Waiting::Starting => Clause::new(format!("{name} hasn't started")),
    }
}

/// With how it ends each time.
fn how(clause: Clause, end: EndKind, code: i32) -> Clause {
    match end {
        EndKind::OutOfMemory => clause.explained("it is OOMKilled"),
        EndKind::ExecFormat => clause.explained("its image is for another architecture"),
        EndKind::NotStarted => clause.and(&format!(" at its start with exit code {code}")),
        EndKind::Killed => clause.and(" by SIGKILL (exit code 137)"),
        EndKind::Terminated => clause.and(" by SIGTERM (exit code 143)"),
        EndKind::Crashed => clause.and(" by SIGSEGV (exit code 139)"),
        EndKind::Completed => clause.and(" with exit code 0"),
        EndKind::Exited(code) => clause.and(&format!(" with exit code {code}")),
    }
}

/// The same in a word or two.
pub(super) fn tag(container: &ContainerFact, said: &Said) -> String {
    match kind(&said.reason) {
        Waiting::CrashLoop => match container.last_end.as_ref().map(EndKind::of) {
            Some(EndKind::OutOfMemory) => "OOMKilled".to_owned(),
            _ => "crash-looping".to_owned(),
        },
        Waiting::Image => "without its image".to_owned(),
        Waiting::Config | Waiting::Ended => said.reason.clone(),
        Waiting::Starting => "starting".to_owned(),
    }
}

fn ended(name: &str, end: EndKind, container: &ContainerFact) -> String {
    match end {
        EndKind::OutOfMemory => {
            let limit = container.memory_limit.as_ref();
            let over = limit.map(|limit| format!(", its limit is {limit}"));
            format!(
                "{name} is killed, out of memory (OOMKilled){}",
                over.unwrap_or_default()
            )
        }
        EndKind::NotStarted => {
            let code = container.last_end.as_ref().map_or(0, |end| end.exit_code);
            format!("{name} can't be started (exit code {code})")
        }
        EndKind::ExecFormat => {
            format!("{name} has an image built for a different architecture")
        }
        EndKind::Completed => format!("{name} exits with 0, and should run on"),
        EndKind::Killed => format!("{name} is killed (exit code 137, SIGKILL)"),
        EndKind::Terminated => format!("{name} is ended (exit code 143, SIGTERM)"),
        EndKind::Crashed => format!("{name} crashes (exit code 139, SIGSEGV)"),
        EndKind::Exited(code) => format!("{name} exits with {code}"),
    }
}

const fn pull(failure: PullFailure) -> &'static str {
    match failure {
        PullFailure::RateLimited => "the registry limits how much is pulled",
        PullFailure::NoPlatform => "it isn't built for the node's platform",
        PullFailure::Unauthorized => "the registry wants valid credentials",
        PullFailure::Denied => "there is no such repository, or it wants credentials",
        PullFailure::NotFound => "there is no such image or tag",
        PullFailure::Certificate => "the registry's certificate isn't trusted on the node",
        PullFailure::PlainHttp => "the registry speaks HTTP, and the node asks in HTTPS",
        PullFailure::NoSpace => "the node has no disk space left",
        PullFailure::Unreachable => "the registry can't be reached from the node",
        PullFailure::NeverPulled => "it isn't on the node, and imagePullPolicy is Never",
        PullFailure::InvalidName => "its name isn't a valid image name",
    }
}

/// ` (14 restarts, 16m)`, with what is known of it.
pub(super) fn counts(
    container: &ContainerFact,
    since: Option<Timestamp>,
    now: Timestamp,
) -> String {
    let restarts = (container.restarts > 0).then(|| {
        let count = usize::try_from(container.restarts).unwrap_or_default();
        counted(count, "restart")
    });
    let since = since.map(|time| elapsed(time, now).into_string());
    in_parentheses(restarts.into_iter().chain(since))
}

/// What the container, the kubelet, the node or the server itself said, in quotes.
pub(super) fn quoted(reason: &Reason) -> Option<String> {
    let message = match reason {
        Reason::ContainerWaiting {
            container, said, ..
        } => match (kind(&said.reason), &container.last_end) {
            (Waiting::CrashLoop | Waiting::Ended, Some(end)) => end.message.as_str(),
            (Waiting::CrashLoop, None) => "",
            // That is said.
            (Waiting::Config, _) if missing_object(&said.message).is_some() => "",
            _ => said.message.as_str(),
        },
        Reason::PodFailed { said, .. } | Reason::PodSucceeded { said, .. } => said.message.as_str(),
        Reason::NodeNotReady { why, .. } => why.said.message.as_str(),
        Reason::FailedCreate { message, .. } => match Refusal::new(message) {
            // What they say is quoted in the sentence.
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
    let gist = gist(message);
    let says_more = !gist.is_empty() && !says_only_back_off(&gist);
    says_more.then(|| format!("\"{gist}\""))
}
