//! The name of a DaemonSet in reports.

use serde::Serialize;

use crate::analysis::eligibility as facts;

/// The name of a DaemonSet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct DaemonSetRef<'a> {
    /// Its namespace.
    pub namespace: &'a str,
    /// Its name.
    pub name: &'a str,
}

impl<'a> From<&'a facts::DaemonSetRef> for DaemonSetRef<'a> {
    fn from(daemon_set: &'a facts::DaemonSetRef) -> Self {
        Self {
            namespace: &daemon_set.namespace,
            name: &daemon_set.name,
        }
    }
}
