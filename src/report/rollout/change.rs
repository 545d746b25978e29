//! What would start a rollout.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use crate::analysis::rollout::change::{self as facts, ChangeKind, ObjectSource, TemplateChange};
use crate::words::Sentence;
use crate::words::rollout::change as words;

/// What would start a rollout.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Change<'a> {
    /// What kind of change it is.
    pub kind: ChangeKind,
    /// Where the object of the plan comes from.
    pub obtained: ObjectSource,
    /// Whether the template differs: only then is there a rollout.
    pub template: TemplateChange,
    /// The fields of the DaemonSet's spec that differ, by path.
    pub fields: Vec<ChangedField<'a>>,
    /// What the server will refuse.
    pub refused: Vec<Refused<'a>>,
    /// What the server accepts but won't work as intended.
    pub warnings: Vec<Sentence>,
}

impl<'a> Change<'a> {
    pub(super) fn new(change: &'a facts::RolloutChange, now: Timestamp) -> Self {
        let warnings = change.warnings.iter();
        Self {
            kind: change.kind,
            obtained: change.obtained,
            template: change.template,
            fields: ChangedField::all(&change.fields),
            refused: change.refused.iter().map(Refused::new).collect(),
            warnings: warnings.map(|w| words::warning(w, now)).collect(),
        }
    }
}

/// A field that differs.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ChangedField<'a> {
    /// Its path, as `spec.template.spec.containers[agent].image`.
    pub path: &'a str,
    /// Its value before; left out when it wasn't there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<&'a Value>,
    /// Its value after; left out when it is gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<&'a Value>,
}

impl<'a> ChangedField<'a> {
    pub(super) fn all(fields: &'a [facts::ChangedField]) -> Vec<Self> {
        let fields = fields.iter().map(|field| Self {
            path: &field.path,
            before: field.before.as_ref(),
            after: field.after.as_ref(),
        });
        fields.collect()
    }
}

/// What the server will refuse.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Refused<'a> {
    /// The field.
    pub field: &'a str,
    /// Why, and what follows.
    pub message: Sentence,
}

impl<'a> Refused<'a> {
    fn new(refused: &'a facts::Refused) -> Self {
        Self {
            field: refused.field(),
            message: words::refused(refused),
        }
    }
}
