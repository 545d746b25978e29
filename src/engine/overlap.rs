//! Controllers that may claim each other's pods.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;

pub use crate::model::GENERATION_LABEL;
use crate::model::selector::Selector;
use crate::model::{DaemonSet, HASH_LABEL, Labels, Workload, WorkloadKind};

/// Stands for a label value that exists but can't be predicted. No label has this value, so `In`
/// doesn't match it and `NotIn` does.
const UNKNOWN: &str = "?";

/// Whose selector matches whose pods.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Overlap {
    /// The other's matches the DaemonSet's.
    ItsSelector,
    /// The DaemonSet's matches the other's.
    OurSelector,
    /// Each matches the other's.
    Both,
}

/// One side: a DaemonSet with its selector and the labels of the pods that it creates.
#[derive(Clone, Debug)]
pub struct Side {
    selector: Option<Selector>,
    labels: Labels,
}

impl Side {
    /// The side of `ds`. `hash` is that of the current revision, `None` when that doesn't exist yet
    /// or isn't known. Its pods get the template's labels, the hash and the template generation
    /// (`util.CreatePodTemplate`, 1.37.1).
    #[must_use]
    pub fn new(ds: &DaemonSet, hash: Option<&str>) -> Self {
        let template = ds.template().metadata.as_ref();
        let labels = template.and_then(|metadata| metadata.labels.as_ref());
        let labels: Labels = labels
            .into_iter()
            .flatten()
            .map(|(key, value)| (key.as_str(), value.as_str()))
            .collect();
        let labels = labels.with(HASH_LABEL, hash.unwrap_or(UNKNOWN));
        Self {
            selector: acting_selector(Some(ds.selector())),
            labels: match ds.template_generation() {
                Some(generation) => labels.with(GENERATION_LABEL, &generation.to_string()),
                None => labels,
            },
        }
    }

    /// The labels of its pods; an unknown hash stands for any.
    #[must_use]
    pub const fn labels(&self) -> &Labels {
        &self.labels
    }

    /// How `other`, which is in the same namespace, and this side overlap.
    #[must_use]
    pub fn overlap(&self, other: &Workload) -> Option<Overlap> {
        let matches = |selector: &Option<Selector>, labels: &Labels| {
            selector.as_ref().is_some_and(|s| s.matches(labels))
        };
        let its = matches(&acting_selector(other.selector.as_ref()), &self.labels);
        let ours = matches(&self.selector, &pod_labels(other));
        match (its, ours) {
            (true, true) => Some(Overlap::Both),
            (true, false) => Some(Overlap::ItsSelector),
            (false, true) => Some(Overlap::OurSelector),
            (false, false) => None,
        }
    }
}

/// The selector as its controller uses it: one that can't be parsed, is missing or is empty selects
/// nothing. (The API refuses an empty one, and controllers that find one anyway do nothing or, like
/// `GetPodReplicaSets` in client-go 0.37.1, treat it as matching nothing.)
#[must_use]
pub fn acting_selector(selector: Option<&LabelSelector>) -> Option<Selector> {
    Selector::acting(selector?)
}

/// The labels of the pods that `other` creates: those of its template and those that its controller
/// adds. The templates of ReplicaSets and Jobs already have them.
#[must_use]
pub fn pod_labels(other: &Workload) -> Labels {
    let added: &[&str] = match other.kind {
        WorkloadKind::DaemonSet => &[HASH_LABEL, GENERATION_LABEL],
        WorkloadKind::Deployment => &["pod-template-hash"],
        WorkloadKind::StatefulSet => &[
            HASH_LABEL,
            "statefulset.kubernetes.io/pod-name",
            "apps.kubernetes.io/pod-index",
        ],
        WorkloadKind::ReplicaSet | WorkloadKind::ReplicationController | WorkloadKind::Job => &[],
    };
    added
        .iter()
        .fold(other.template_labels.clone(), |labels, key| {
            labels.with(key, UNKNOWN)
        })
}
