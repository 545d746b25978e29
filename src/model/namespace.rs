use std::collections::BTreeMap;

use serde::Deserialize;

/// Annotations by which an admission plugin narrows the pods of a namespace to some nodes.
const NODE_SELECTORS: [&str; 2] = [
    "openshift.io/node-selector",
    "scheduler.alpha.kubernetes.io/node-selector",
];

/// The label by which a namespace says which pods it takes (Pod Security Admission).
const ENFORCES: &str = "pod-security.kubernetes.io/enforce";

/// What is kept of a namespace.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "wire::Namespace")]
pub struct Namespace {
    /// `metadata.name`.
    pub name: Box<str>,
    /// The annotations that narrow its pods to some nodes, with their values.
    pub node_selectors: Vec<(Box<str>, Box<str>)>,
    /// The Pod Security level that it enforces by its label, such as `restricted`.
    pub enforces: Option<Box<str>>,
    /// True while it is being deleted: no pod can be created in it.
    pub terminating: bool,
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
    }

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
            Self {
                name: metadata.name,
                node_selectors: NODE_SELECTORS
                    .iter()
                    .filter_map(|key| annotations.remove_entry(*key))
                    .collect(),
                enforces: labels.remove(ENFORCES),
                // The phase is what admission goes by (`NamespaceLifecycle`, 1.37.1).
                terminating: metadata.deletion_timestamp.is_some()
                    || namespace.status.phase.as_deref() == Some("Terminating"),
            }
        }
    }
}
