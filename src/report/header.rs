//! What every report begins with.

use jiff::Timestamp;
use serde::Serialize;

use crate::analysis::basis::Basis;
use crate::model::{Incomplete, Snapshot};
use crate::words::{Sentence, notes};

/// `apiVersion` of every report.
pub const API_VERSION: &str = "ds.kubectl/v1alpha1";

/// The fields that every report has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Header {
    /// Always [`API_VERSION`].
    pub api_version: &'static str,
    /// The kind of the report.
    pub kind: &'static str,
    /// `gitVersion` of the API server, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server_version: Option<String>,
    /// The time that the answer is for.
    pub evaluated_at: Timestamp,
    /// What the verdict needed and couldn't be read.
    pub incomplete: Vec<Incomplete>,
    /// What else is to be known about the answer.
    pub notes: Vec<String>,
    /// Everything is as it should be, as things are today; `null` when that can't be known.
    pub clean: Option<bool>,
}

impl Header {
    /// The header of a report of `kind` on `snapshot`.
    #[must_use]
    pub fn new(kind: &'static str, snapshot: &Snapshot, clean: Option<bool>) -> Self {
        Self {
            api_version: API_VERSION,
            kind,
            server_version: snapshot.server_version.clone(),
            evaluated_at: snapshot.now,
            incomplete: snapshot.incomplete.clone(),
            notes: snapshot.notes.clone(),
            clean,
        }
    }

    /// The header of a report of `kind` on what rests on `basis`.
    #[must_use]
    pub fn of(kind: &'static str, basis: &Basis, clean: Option<bool>) -> Self {
        Self {
            api_version: API_VERSION,
            kind,
            server_version: basis.server_version.clone(),
            evaluated_at: basis.evaluated_at,
            incomplete: basis.incomplete.clone(),
            notes: notes(&basis.notes)
                .into_iter()
                .map(Sentence::into_string)
                .collect(),
            clean,
        }
    }
}
