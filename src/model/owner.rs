use serde::Deserialize;

use super::Text;

/// The owner reference that names an object's controller, as
/// `metav1.GetControllerOf` finds it (apimachinery 0.37.1).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OwnerReference {
    /// `apiVersion` of the owner.
    #[serde(default)]
    pub api_version: Text,
    /// Kind of the owner.
    #[serde(default)]
    pub kind: Text,
    /// Name of the owner, in the object's own namespace or cluster-wide.
    #[serde(default)]
    pub name: Text,
    /// UID of the owner: what identifies it.
    #[serde(default)]
    pub uid: Text,
    /// Whether it is the one reference that manages the object.
    #[serde(default)]
    pub controller: Option<bool>,
}

impl OwnerReference {
    /// The first reference with `controller: true`, which is the one upstream takes.
    #[must_use]
    pub fn controller(references: &[Self]) -> Option<&Self> {
        references.iter().find(|r| r.controller == Some(true))
    }

    /// Whether it names a DaemonSet.
    #[must_use]
    pub fn is_daemon_set(&self) -> bool {
        self.kind == "DaemonSet" && self.api_version.starts_with("apps/")
    }
}
