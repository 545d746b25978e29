//! `kind: Expectations`: a file that says where many DaemonSets are expected to run.

use serde::Deserialize;

/// The `apiVersion` of everything of this program's own that is read or written.
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
    /// The least number of such nodes: 1 by default, 0 for no limit.
    #[cfg_attr(test, schemars(range(min = 0)))]
    pub at_least: Option<i64>,
}
