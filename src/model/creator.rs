//! Who created a pod or a ControllerRevision, judging by the names that its controller gave it.

use super::{ControllerRevision, HASH_LABEL, OwnerReference, Pod};

/// The label with the template generation at which a DaemonSet's pod was created
/// (`apps.DeprecatedTemplateGeneration`'s label, 1.37.1). No other controller sets it.
pub const GENERATION_LABEL: &str = "pod-template-generation";

/// The label that distinguishes a StatefulSet's pods from others with a revision's hash.
pub const STATEFUL_SET_POD_LABEL: &str = "statefulset.kubernetes.io/pod-name";

/// What the API server appends to `metadata.generateName` (`SimpleNameGenerator`, 1.37.1).
const SUFFIX: usize = 5;
const ALPHABET: &str = "bcdfghjklmnpqrstvwxz2456789";
const LONGEST_BASE: usize = 63 - SUFFIX;

/// The prefix of the names of pods that a DaemonSet of this name creates.
#[must_use]
pub fn pod_name_base(daemon_set: &str) -> String {
    let name = daemon_set.chars().chain(['-']);
    name.take(LONGEST_BASE).collect()
}

impl Pod {
    /// The reference to the DaemonSet that controls it; `None` where none does.
    #[must_use]
    pub fn daemon_set(&self) -> Option<&OwnerReference> {
        self.controller().filter(|owner| owner.is_daemon_set())
    }

    /// The name prefix of an orphaned pod that a DaemonSet created, judging by its labels; `None`
    /// for any other pod. Its DaemonSet is one with this [`pod_name_base`].
    #[must_use]
    pub fn orphan_base(&self) -> Option<&str> {
        if !self.is_daemon_orphan() {
            return None;
        }
        let (base, suffix) = self
            .name
            .split_at_checked(self.name.len().checked_sub(SUFFIX)?)?;
        let is_generated = suffix.chars().all(|c| ALPHABET.contains(c));
        is_generated.then_some(base)
    }

    /// Whether it has no controller and its labels show that a DaemonSet created it.
    #[must_use]
    pub fn is_daemon_orphan(&self) -> bool {
        let has = |label| self.labels.get(label).is_some();
        let is_daemon_pod =
            has(HASH_LABEL) && has(GENERATION_LABEL) && !has(STATEFUL_SET_POD_LABEL);
        self.controller().is_none() && is_daemon_pod
    }
}

impl ControllerRevision {
    /// The name of the DaemonSet that created an orphaned revision; `None` for any other. It is
    /// part of the revision's own name, before the hash (`snapshot`, 1.37.1); a StatefulSet's
    /// revision has another hash label.
    #[must_use]
    pub fn orphan_of(&self) -> Option<&str> {
        if OwnerReference::controller(&self.owners).is_some() {
            return None;
        }
        let hash = self
            .labels
            .get(HASH_LABEL)
            .filter(|hash| !hash.is_empty())?;
        self.name.strip_suffix(hash)?.strip_suffix('-')
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;

    use super::*;

    fn pod(name: &str, labels: &serde_json::Value, owners: &serde_json::Value) -> Pod {
        serde_json::from_value(json!({"metadata": {"name": name, "namespace": "n",
            "labels": labels, "ownerReferences": owners}}))
        .unwrap()
    }

    #[test]
    fn a_pod_is_known_by_its_name_and_its_labels() {
        let labels = json!({HASH_LABEL: "h", GENERATION_LABEL: "1"});
        let base = |name: &str| {
            let pod = pod(name, &labels, &json!([]));
            pod.orphan_base().map(str::to_owned)
        };
        assert_eq!(base("agent-x7k2p").as_deref(), Some("agent-"));
        assert_eq!(base("agent-a7k2p"), None);
        assert_eq!(base("x7k2p").as_deref(), Some(""));
        assert_eq!(base("7k2p"), None);
        assert_eq!(base("äöü"), None);
        let controlled = json!([{"uid": "u", "controller": true}]);
        assert_eq!(pod("a-x7k2p", &labels, &controlled).orphan_base(), None);
        let bare = json!({HASH_LABEL: "h"});
        assert_eq!(pod("a-x7k2p", &bare, &json!([])).orphan_base(), None);
    }

    #[test]
    fn long_names_are_cut_before_the_suffix() {
        let name = "n".repeat(60);
        assert_eq!(pod_name_base(&name), "n".repeat(58));
        assert_eq!(pod_name_base("agent"), "agent-");
    }

    #[test]
    fn a_revision_is_known_by_its_name_and_its_hash() {
        let revision = |name: &str, labels: serde_json::Value| -> ControllerRevision {
            let revision = json!({"metadata": {"name": name, "labels": labels}});
            serde_json::from_value(revision).unwrap()
        };
        let made = revision("agent-6c8", json!({HASH_LABEL: "6c8"}));
        assert_eq!(made.orphan_of(), Some("agent"));
        let others = revision("db-6c8", json!({HASH_LABEL: "db-6c8"}));
        assert_eq!(others.orphan_of(), None);
        assert_eq!(revision("db-6c8", json!({})).orphan_of(), None);
    }
}
