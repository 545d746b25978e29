//! What was typed, as plain requests.

use crate::model::Command;
use crate::model::selector::Selector;
use crate::source::Validation;

use super::adopt::AdoptRequest;
use super::completion::CompletionRequest;
use super::global::GlobalOptions;
use super::names::{NameError, Target};
use super::node::NodeRequest;
use super::plan::PlanRequest;
use super::why::WhyRequest;

/// What a command is asked.
#[derive(Debug)]
#[expect(missing_docs, reason = "each is named after its command")]
pub enum Request {
    Why(WhyRequest),
    Node(NodeRequest),
    Plan(PlanRequest),
    Adopt(AdoptRequest),
    Completion(CompletionRequest),
    Version,
}

/// What was typed makes no question.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct UsageError(pub String);

/// An error with this text.
pub(super) fn usage<T>(text: impl Into<String>) -> Result<T, UsageError> {
    Err(UsageError(text.into()))
}

impl From<NameError> for UsageError {
    fn from(error: NameError) -> Self {
        Self(error.to_string())
    }
}

/// All DaemonSets of a namespace or of all namespaces.
#[derive(Debug)]
pub struct DaemonSetFilter {
    /// `-A`.
    pub all_namespaces: bool,
    /// `-l`.
    pub selector: Option<Selector>,
}

/// `-f`.
#[derive(Debug)]
pub struct ManifestFiles {
    /// The files.
    pub paths: Vec<String>,
    /// `--validate`.
    pub validation: Validation,
    /// The one of their DaemonSets that was named.
    pub name: Option<String>,
}

/// Whoever reads it second would find stdin empty.
pub(super) fn check_stdin(flags: &[(&str, &[String])]) -> Result<(), UsageError> {
    let mut reading = flags.iter().filter(|(_, p)| p.iter().any(|p| p == "-"));
    let (Some((first, _)), Some((second, _))) = (reading.next(), reading.next()) else {
        return Ok(());
    };
    usage(format!(
        "stdin can be read only once, and both `{first} -` and `{second} -` ask for it: give one of them a file"
    ))
}

/// Says of a pod whose DaemonSet was to be named which command leads from one to the other.
pub(super) fn not_of_a_pod(command: &str, pod: &Target, global: &GlobalOptions) -> String {
    let namespace = pod.namespace.as_ref().or(global.namespace.as_ref());
    let why = Command::own(&["why"]).object("pod", &pod.name);
    let why = why.and_then(|why| match namespace {
        Some(namespace) => why.namespace(namespace),
        None => Some(why),
    });
    let why = why.map(|why| format!("; whose pod `{}` is, `{why}` tells", pod.name));
    format!(
        "`{command}` is about a DaemonSet: give its name{}",
        why.unwrap_or_default()
    )
}
