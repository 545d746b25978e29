use std::collections::BTreeMap;

use serde::Deserialize;

/// Annotations by which an admission plugin restricts the pods of a namespace to some nodes.
const NODE_SELECTORS: [&str; 2] = [
    "openshift.io/node-selector",
    "scheduler.alpha.kubernetes.io/node-selector",
];

/// The label by which a namespace says which pods it admits (Pod Security Admission).
const ENFORCES: &str = "pod-security.kubernetes.io/enforce";

/// What is kept of a namespace.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "wire::Namespace")]
pub struct Namespace {
    /// `metadata.name`.
    pub name: Box<str>,
    /// The annotations that restrict its pods to some nodes, with their values.
    pub node_selectors: Vec<(Box<str>, Box<str>)>,
    /// The Pod Security level that it enforces by its label, such as `restricted`.
    pub enforces: Option<Box<str>>,
    /// Whether OpenShift keeps annotations on it, as it does on every project.
    pub is_openshift: bool,
    /// True while it is being deleted: no pod can be created in it.
    pub terminating: bool,
    /// What holds its deletion, in the namespace controller's words; `None` where it doesn't say.
    pub held: Option<Box<str>>,
}

impl Namespace {
    /// The annotation that restricts its pods to nodes with this label.
    #[must_use]
    pub fn selects_by(&self, label: &str) -> Option<String> {
        let is_for = |pair: &str| pair.split_once('=').map(|(key, _)| key.trim()) == Some(label);
        let mut all = self.node_selectors.iter();
        let found = all.find(|(_, selector)| selector.split(',').any(is_for));
        found.map(|(annotation, _)| annotation.to_string())
    }
}

mod wire {
    use super::{BTreeMap, Deserialize, ENFORCES, NODE_SELECTORS};

    #[derive(Deserialize)]
    pub(super) struct Namespace {
        #[serde(default)]
        metadata: Metadata,
        #[serde(default)]
        status: Status,
    }

    #[derive(Deserialize, Default)]
    struct Status {
        phase: Option<Box<str>>,
        conditions: Option<Vec<Condition>>,
    }

    #[derive(Deserialize)]
    struct Condition {
        #[serde(default, rename = "type")]
        kind: Box<str>,
        #[serde(default)]
        status: Box<str>,
        message: Option<Box<str>>,
    }

    /// The namespace controller's conditions about a deletion, those closest to the root first
    /// (`namespaceConditionUpdater`, 1.37.1).
    const CONDITIONS: [&str; 5] = [
        "NamespaceDeletionDiscoveryFailure",
        "NamespaceDeletionGroupVersionParsingFailure",
        "NamespaceDeletionContentFailure",
        "NamespaceFinalizersRemaining",
        "NamespaceContentRemaining",
    ];

    #[derive(Deserialize, Default)]
    #[serde(rename_all = "camelCase")]
    struct Metadata {
        #[serde(default)]
        name: Box<str>,
        labels: Option<BTreeMap<Box<str>, Box<str>>>,
        annotations: Option<BTreeMap<Box<str>, Box<str>>>,
        deletion_timestamp: Option<Box<str>>,
    }

    impl From<Namespace> for super::Namespace {
        fn from(namespace: Namespace) -> Self {
            let metadata = namespace.metadata;
            let mut annotations = metadata.annotations.unwrap_or_default();
            let mut labels = metadata.labels.unwrap_or_default();
            let is_openshift = annotations
                .keys()
                .any(|key| key.starts_with("openshift.io/"));
            let conditions = namespace.status.conditions.unwrap_or_default();
            let held = CONDITIONS.iter().find_map(|kind| {
                let mut conditions = conditions.iter();
                let found = conditions.find(|c| *c.kind == **kind && &*c.status == "True");
                found.and_then(|c| c.message.clone())
            });
            Self {
                is_openshift,
                held,
                name: metadata.name,
                node_selectors: NODE_SELECTORS
                    .iter()
                    .filter_map(|key| annotations.remove_entry(*key))
                    .collect(),
                enforces: labels.remove(ENFORCES),
                // Admission looks at the phase (`NamespaceLifecycle`, 1.37.1).
                terminating: metadata.deletion_timestamp.is_some()
                    || namespace.status.phase.as_deref() == Some("Terminating"),
            }
        }
    }
}
