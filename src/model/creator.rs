//! Who made a pod or a ControllerRevision, by the names that its controller gave it.

use super::{ControllerRevision, HASH_LABEL, OwnerReference, Pod};

/// The label with the template generation that a DaemonSet's pod was made at
/// (`apps.DeprecatedTemplateGeneration`'s label, 1.37.1). No other controller sets it.
pub const GENERATION_LABEL: &str = "pod-template-generation";

/// The label that tells a StatefulSet's pods from others that carry a revision's hash.
pub const STATEFUL_SET_POD_LABEL: &str = "statefulset.kubernetes.io/pod-name";

/// What the API server puts after `metadata.generateName` (`SimpleNameGenerator`, 1.37.1).
const SUFFIX: usize = 5;
const ALPHABET: &str = "bcdfghjklmnpqrstvwxz2456789";
const LONGEST_BASE: usize = 63 - SUFFIX;

/// What the names of pods begin with that a DaemonSet of this name makes.
#[must_use]
pub fn pod_name_base(daemon_set: &str) -> String {
    let name = daemon_set.chars().chain(['-']);
    name.take(LONGEST_BASE).collect()
}

impl Pod {
    /// What the name of a pod begins with that is nobody's and whose labels show that a
    /// DaemonSet made it; `None` for any other. A DaemonSet made it whose
    /// [`pod_name_base`] it is.
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

    /// Whether it is nobody's and its labels show that a DaemonSet made it.
    #[must_use]
    pub fn is_daemon_orphan(&self) -> bool {
        let has = |label| self.labels.get(label).is_some();
        let is_daemon_pod =
            has(HASH_LABEL) && has(GENERATION_LABEL) && !has(STATEFUL_SET_POD_LABEL);
        self.controller().is_none() && is_daemon_pod
    }
}

impl ControllerRevision {
    /// The name of the DaemonSet that made a revision that is nobody's; `None` for any other.
    /// It is in its own name, before its hash (`snapshot`, 1.37.1); the hash label of a
    /// StatefulSet's revision is another.
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
