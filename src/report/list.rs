//! Several reports in one answer.

use serde::Serialize;

use super::header::API_VERSION;

/// Several reports, as the API lists objects.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct List<T> {
    /// Always [`API_VERSION`].
    pub api_version: &'static str,
    /// Always `List`.
    pub kind: &'static str,
    /// The reports.
    pub items: Vec<T>,
}

impl<T> List<T> {
    /// A list of `items`.
    #[must_use]
    pub const fn of(items: Vec<T>) -> Self {
        Self {
            api_version: API_VERSION,
            kind: "List",
            items,
        }
    }
}
