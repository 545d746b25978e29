use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;

use super::{Labels, OwnerReference};

/// The kinds of controllers whose selectors can meet a DaemonSet's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum WorkloadKind {
    /// `apps/v1` DaemonSet.
    DaemonSet,
    /// `apps/v1` Deployment.
    Deployment,
    /// `apps/v1` ReplicaSet.
    ReplicaSet,
    /// `apps/v1` StatefulSet.
    StatefulSet,
    /// `v1` ReplicationController.
    ReplicationController,
    /// `batch/v1` Job.
    Job,
}

impl WorkloadKind {
    /// All of them, in the order in which they are printed.
    pub const ALL: [Self; 6] = [
        Self::DaemonSet,
        Self::Deployment,
        Self::ReplicaSet,
        Self::StatefulSet,
        Self::ReplicationController,
        Self::Job,
    ];

    /// `kind` as the API writes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::DaemonSet => "DaemonSet",
            Self::Deployment => "Deployment",
            Self::ReplicaSet => "ReplicaSet",
            Self::StatefulSet => "StatefulSet",
            Self::ReplicationController => "ReplicationController",
            Self::Job => "Job",
        }
    }

    /// `apiVersion` as the API writes it.
    #[must_use]
    pub const fn api_version(self) -> &'static str {
        match self {
            Self::ReplicationController => "v1",
            Self::Job => "batch/v1",
            Self::DaemonSet | Self::Deployment | Self::ReplicaSet | Self::StatefulSet => "apps/v1",
        }
    }
}

/// What is kept of a controller that stands beside a DaemonSet.
#[derive(Clone, Debug, PartialEq)]
pub struct Workload {
    /// What it is.
    pub kind: WorkloadKind,
    /// `metadata.namespace`.
    pub namespace: Box<str>,
    /// `metadata.name`.
    pub name: Box<str>,
    /// `metadata.uid`.
    pub uid: Box<str>,
    /// True when the API was asked to delete it.
    pub deleting: bool,
    /// All owner references; a ReplicaSet's Deployment and a Job's CronJob are among them.
    pub owners: Vec<OwnerReference>,
    /// `spec.selector`. A ReplicationController's map of labels is one with `matchLabels`.
    pub selector: LabelSelector,
    /// `spec.template.metadata.labels`.
    pub template_labels: Labels,
}
