//! What every report begins with.

use jiff::Timestamp;
use serde::Serialize;

use crate::analysis::basis::Basis;
use crate::model::Incomplete;
use crate::words::{Sentence, notes};

/// `apiVersion` of every report.
pub const API_VERSION: &str = crate::model::expectation_file::API_VERSION;

/// The fields that every report has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Header {
    /// Always `ds.kubectl/v1alpha1`.
    pub api_version: &'static str,
    /// The kind of the report.
    pub kind: &'static str,
    /// `gitVersion` of the API server; left out when files don't contain it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server_version: Option<String>,
    /// The time the answer holds for.
    pub evaluated_at: Timestamp,
    /// What the answer needed but couldn't be read; the exit code is then 3.
    pub incomplete: Vec<Incomplete>,
    /// Notes on the answer.
    pub notes: Vec<Sentence>,
    /// Whether everything is as it should be today; `null` when that can't be known.
    pub clean: Option<bool>,
}

impl Header {
    /// The header of a report of `kind` based on `basis`.
    #[must_use]
    pub fn of(kind: &'static str, basis: &Basis, clean: Option<bool>) -> Self {
        Self {
            api_version: API_VERSION,
            kind,
            server_version: basis.server_version.clone(),
            evaluated_at: basis.evaluated_at,
            incomplete: basis.incomplete.clone(),
            notes: notes(&basis.notes),
            clean,
        }
    }
}
