//! `kind: Expectations`: where many DaemonSets are expected to run, as a file says it.

use serde::Deserialize;

/// `apiVersion` of all that is read and written of this program's own.
pub const API_VERSION: &str = "ds.kubectl/v1alpha1";

/// `kind` of the file.
pub const KIND: &str = "Expectations";

/// Where DaemonSets are expected to run.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ExpectationFile {
    /// Always `ds.kubectl/v1alpha1`.
    pub api_version: String,
    /// Always `Expectations`.
    pub kind: String,
    /// The DaemonSets, each once.
    pub items: Vec<ExpectedDaemonSet>,
}

/// A DaemonSet, and the nodes that it is expected on.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ExpectedDaemonSet {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// The nodes that it is expected on, by their labels, in kubectl's syntax.
    pub selector: String,
    /// How many such nodes there are at least: 1 where it is left out, 0 for no least.
    #[cfg_attr(test, schemars(range(min = 0)))]
    pub at_least: Option<i64>,
}
