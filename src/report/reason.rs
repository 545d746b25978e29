//! The published form of a reason.

use jiff::Timestamp;
use serde::Serialize;

use crate::analysis::owners::owned_taint::EndsWhen;
use crate::analysis::reason::{self as facts, Code, Decides, EndKind, NotReadyCause, PullFailure};
use crate::words::Sentence;
use crate::words::reason::sentence;
use crate::words::template_field;

use super::refused_by::RefusedBy;

/// One reason, with the rule of the template and the fact of the node.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Reason {
    /// What kind of reason it is.
    pub code: Code,
    /// The reason in words.
    pub message: Sentence,
    /// What it denies by itself; left out when it only explains something.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decides: Option<Decides>,
    /// The field of the DaemonSet that requires it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// The node's taint, as `kubectl taint` writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub taint: Option<String>,
    /// The owner of the taint, or of the node's finalizer, where known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<&'static str>,
    /// When the taint is removed, where known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ends_when: Option<EndsWhen>,
    /// The node's label, `key=value`, or `key` alone when the node lacks it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// The requirement, as `key In [a, b]`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expression: Option<String>,
    /// What refused a create, such as `QuotaExceeded` or `WebhookFailed`; left out for other
    /// reasons.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refusal: Option<&'static str>,
    /// The object that refused it, as it is; left out where no such object was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refused_by: Option<RefusedBy>,
    /// Why the node isn't ready, such as `NetworkPlugin` or `Silent`; left out for other reasons.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node_cause: Option<&'static str>,
    /// How the container last ended, such as `OutOfMemory` or `ExecFormat`; left out where it
    /// hasn't ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_end: Option<&'static str>,
    /// How often the container was restarted; left out where it never was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restarts: Option<i32>,
    /// Why the container can't get its image, such as `RateLimited` or `NoPlatform`; left out where
    /// that isn't known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pull_failure: Option<&'static str>,
    /// Why the container or pod can't be started or ended, such as `MissingObject` or `NoHostPath`;
    /// left out where the message has no known form.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<&'static str>,
    /// How many pods of the DaemonSet have failed on the node; left out where only this one has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repeats: Option<i64>,
    /// The finalizers that hold the pod or the node; left out where none do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finalizers: Option<Vec<String>>,
    /// The pods that hold what the pod lacks on its node, as `namespace/name`; left out where none
    /// are known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub holders: Option<Vec<String>>,
}

impl Reason {
    /// The reason, described at `now`.
    #[must_use]
    pub fn new(reason: &facts::Reason, now: Timestamp) -> Self {
        let label = reason.label().map(|(key, value)| match value {
            Some(value) => format!("{key}={value}"),
            None => key.to_owned(),
        });
        Self {
            code: reason.code(),
            message: sentence(reason, now),
            decides: reason.decides(),
            field: reason.field().map(|field| template_field::path(&field)),
            taint: reason.taint().map(ToString::to_string),
            owner: reason.owner(),
            ends_when: reason.ends_when(),
            label,
            expression: reason.expression(),
            refusal: reason.refusal().map(|refusal| refusal.name()),
            refused_by: reason.evidence().map(RefusedBy::new),
            node_cause: reason.node_cause().map(NotReadyCause::name),
            container_end: reason.container_end().map(EndKind::name),
            restarts: Some(reason.restarts()).filter(|restarts| *restarts > 0),
            pull_failure: reason.pull_failure().map(PullFailure::name),
            failure: reason.failure().map(|failure| failure.name()),
            repeats: reason.repeats(),
            finalizers: some(reason.finalizers().to_vec()),
            holders: some(reason.holders()),
        }
    }
}

pub(super) fn some(names: Vec<String>) -> Option<Vec<String>> {
    (!names.is_empty()).then_some(names)
}

/// All of `reasons`, described at `now`.
#[must_use]
pub fn reasons(reasons: &[facts::Reason], now: Timestamp) -> Vec<Reason> {
    reasons.iter().map(|r| Reason::new(r, now)).collect()
}
