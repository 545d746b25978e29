//! What would start a rollout.

use serde::Serialize;
use serde_json::Value;

use crate::engine::template_diff::FieldChange;

/// What would start a rollout.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// What kind of change it is.
    pub kind: ChangeKind,
    /// Where the object comes from that the plan is about.
    pub obtained: Obtained,
    /// Whether the template differs: only then is there a rollout.
    pub template: TemplateChange,
    /// The fields of the DaemonSet's spec that differ, by path.
    pub fields: Vec<ChangedField>,
    /// What the server will refuse.
    pub refused: Vec<Refused>,
    /// What it accepts and what won't work as it is meant.
    pub warnings: Vec<String>,
}

impl Change {
    /// Whether there is no DaemonSet of its name yet.
    #[must_use]
    pub fn makes_it(&self) -> bool {
        // A template that differs from another differs in some field.
        self.template == TemplateChange::Changed && self.fields.is_empty()
    }
}

/// The error that says what the server would refuse; `None` where it refuses nothing.
#[must_use]
pub fn refusal(daemon_set: &str, refused: &[Refused]) -> Option<String> {
    let fields = refused.iter().map(|r| format!("{} {}", r.field, r.message));
    let fields: Vec<_> = fields.collect();
    (!fields.is_empty()).then(|| {
        format!(
            "the server would refuse DaemonSet `{daemon_set}`: {}",
            fields.join("; ")
        )
    })
}

/// What kind of change it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum ChangeKind {
    /// `kubectl apply -f`.
    Apply,
    /// `kubectl rollout undo`.
    Undo,
    /// `kubectl rollout restart`.
    Restart,
    /// `kubectl set image`.
    SetImage,
}

/// Where the changed object comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Obtained {
    /// The server said what it would store, admission included.
    DryRun,
    /// Computed here; admission wasn't asked.
    Local,
}

/// Whether a change touches the template.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum TemplateChange {
    /// It does.
    Changed,
    /// It doesn't: no rollout.
    Unchanged,
}

/// A field that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ChangedField {
    /// Its path, as `spec.template.spec.containers[agent].image`.
    pub path: String,
    /// Its value before; absent when it wasn't there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Value>,
    /// Its value after; absent when it is gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Value>,
}

/// What the server will refuse.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Refused {
    /// The field.
    pub field: String,
    /// Why, and what follows.
    pub message: String,
}

impl From<FieldChange> for ChangedField {
    fn from(change: FieldChange) -> Self {
        Self {
            path: change.path.to_string(),
            before: change.before,
            after: change.after,
        }
    }
}
