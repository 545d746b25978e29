//! A reason as it is published.

use jiff::Timestamp;
use serde::Serialize;

use crate::analysis::owners::taint::EndsWhen;
use crate::analysis::reason::{self as facts, Code, Decides};
use crate::words::Sentence;
use crate::words::reason::sentence;
use crate::words::template_field;

/// One reason, with the rule of the template and the fact of the node.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Reason {
    /// What kind of reason it is.
    pub code: Code,
    /// The reason in words.
    pub message: Sentence,
    /// What it denies by itself; left out when it only explains.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decides: Option<Decides>,
    /// The field of the DaemonSet that asks for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// The node's taint, as `kubectl taint` writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub taint: Option<String>,
    /// Who owns the taint, or holds the node that is being deleted, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<&'static str>,
    /// When the taint goes, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ends_when: Option<EndsWhen>,
    /// The node's label, `key=value`, or `key` alone when the node lacks it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// The requirement, as `key In [a, b]`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expression: Option<String>,
}

impl Reason {
    /// The reason as it is said at `now`.
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
        }
    }
}

/// All of `reasons` as they are said at `now`.
#[must_use]
pub fn reasons(reasons: &[facts::Reason], now: Timestamp) -> Vec<Reason> {
    reasons.iter().map(|r| Reason::new(r, now)).collect()
}
