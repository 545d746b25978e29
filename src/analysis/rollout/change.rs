//! What would start a rollout.

use serde::Serialize;
use serde_json::Value;

use crate::analysis::reason::Reason;
use crate::apply::template_diff::FieldChange;
use crate::model::Command;

/// What would start a rollout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RolloutChange {
    /// What kind of change it is.
    pub kind: ChangeKind,
    /// The number of the revision to go back to; only for [`ChangeKind::Undo`].
    pub to_revision: Option<i64>,
    /// Where the object of the plan comes from.
    pub obtained: ObjectSource,
    /// Whether the template differs: only then is there a rollout.
    pub template: TemplateChange,
    /// The fields of the DaemonSet's spec that differ, by path.
    pub fields: Vec<ChangedField>,
    /// What the server will refuse.
    pub refused: Vec<Refused>,
    /// What the server accepts but won't work as intended.
    pub warnings: Vec<Warning>,
}

impl RolloutChange {
    /// Whether it changes anything stored, and so starts a sync.
    #[must_use]
    pub fn is_written(&self) -> bool {
        self.template == TemplateChange::Changed || !self.fields.is_empty()
    }

    /// Whether it has an annotation with an expectation that can't be parsed.
    #[must_use]
    pub fn has_invalid_expectation(&self) -> bool {
        self.warnings.iter().any(Warning::is_invalid_expectation)
    }

    /// The nodes on which pods would be created and never run, for they are no machines.
    #[must_use]
    pub fn virtual_nodes(&self) -> &[String] {
        let nodes = self
            .warnings
            .iter()
            .find_map(|warning| match warning.reason() {
                Some(Reason::VirtualNode { nodes, .. }) => Some(nodes.as_slice()),
                _ => None,
            });
        nodes.unwrap_or_default()
    }

    /// Whether there is no DaemonSet of its name yet.
    #[must_use]
    pub fn makes_it(&self) -> bool {
        // A template that differs from another differs in some field.
        self.template == TemplateChange::Changed && self.fields.is_empty()
    }
}

/// What kind of change it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
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
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Obtained"))]
pub enum ObjectSource {
    /// The server returned what it would store, admission included.
    DryRun,
    /// It was computed here, without admission.
    Local,
}

/// Whether a change touches the template.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum TemplateChange {
    /// It does.
    Changed,
    /// It doesn't: no rollout.
    Unchanged,
}

/// A field that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedField {
    /// Its path, as `spec.template.spec.containers[agent].image`.
    pub path: String,
    /// Its value before; absent when it wasn't there.
    pub before: Option<Value>,
    /// Its value after; absent when it is gone.
    pub after: Option<Value>,
}

/// What the server will refuse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// Another selector: it can't be changed.
    Selector {
        /// The stored selector, and how to change it anyway.
        stored: ImmutableSelector,
        /// What recreating it would adopt; `None` where pods couldn't be read.
        adopts: Option<Adopts>,
    },
    /// A value of a field.
    Value {
        /// The field.
        field: String,
        /// What is wrong with it, to follow the field's name.
        problem: String,
    },
}

impl Refused {
    /// The field.
    #[must_use]
    pub fn field(&self) -> &str {
        match self {
            Self::Selector { .. } => "spec.selector",
            Self::Value { field, .. } => field,
        }
    }
}

/// A stored selector. Only recreating the DaemonSet changes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImmutableSelector {
    /// As written; `None` where it can't be parsed.
    pub selector: Option<String>,
    /// Deletes the DaemonSet and keeps its pods, where a command can be given.
    pub delete: Option<Command>,
    /// Takes the label with the generation off its pods.
    pub unlabel: Option<Command>,
}

/// What a recreated DaemonSet adopts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Adopts {
    /// The pods that the stored one controls.
    pub all: usize,
    /// Those of them that it adopts.
    pub adopted: usize,
    /// Those of the adopted that count as updated by their generation alone, though the template
    /// is another: nothing replaces them.
    pub outdated: usize,
}

/// What the server accepts of a change but won't work as intended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Warning {
    /// This would hold the rollout up.
    Reason(Box<Reason>),
    /// The server adds these fields to the template; the manifest doesn't have them.
    AddedByServer {
        /// The fields, by path.
        fields: Vec<String>,
    },
    /// A warning of the server, in its own words.
    OfServer(String),
}

impl Warning {
    /// What would hold the rollout up; `None` for other warnings.
    #[must_use]
    pub fn reason(&self) -> Option<&Reason> {
        match self {
            Self::Reason(reason) => Some(reason),
            Self::AddedByServer { .. } | Self::OfServer(_) => None,
        }
    }

    /// Whether it is about an annotation with an expectation that can't be parsed.
    #[must_use]
    pub fn is_invalid_expectation(&self) -> bool {
        matches!(self.reason(), Some(Reason::ExpectationInvalid { .. }))
    }
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
