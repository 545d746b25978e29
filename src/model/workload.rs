use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;
use serde::Deserialize;

use super::{DaemonSet, Labels, OwnerReference};

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

    /// The resource, as [`super::Incomplete`] names it.
    #[must_use]
    pub const fn resource(self) -> &'static str {
        match self {
            Self::DaemonSet => "daemonsets",
            Self::Deployment => "deployments",
            Self::ReplicaSet => "replicasets",
            Self::StatefulSet => "statefulsets",
            Self::ReplicationController => "replicationcontrollers",
            Self::Job => "jobs",
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
    /// True of a Job that has finished (`IsJobFinished`, 1.37.1): its controller does
    /// nothing for it any more.
    pub finished: bool,
    /// All owner references; a ReplicaSet's Deployment and a Job's CronJob are among them.
    pub owners: Vec<OwnerReference>,
    /// `spec.selector`; `None` selects nothing, as upstream's
    /// `LabelSelectorAsSelector` (apimachinery 0.37.1) takes a missing one. A
    /// ReplicationController's map of labels is one with `matchLabels`.
    pub selector: Option<LabelSelector>,
    /// `spec.template.metadata.labels`.
    pub template_labels: Labels,
}

impl Workload {
    /// What is kept of a DaemonSet.
    #[must_use]
    pub fn of_daemon_set(ds: &DaemonSet) -> Self {
        let owners = ds.object.metadata.owner_references.iter().flatten();
        let template = ds.template().metadata.as_ref();
        let labels = template.and_then(|m| m.labels.as_ref());
        Self {
            kind: WorkloadKind::DaemonSet,
            namespace: ds.namespace.as_str().into(),
            name: ds.name.as_str().into(),
            uid: ds.uid().into(),
            deleting: ds.is_deleting(),
            finished: false,
            owners: owners
                .map(|owner| OwnerReference {
                    api_version: (&owner.api_version).into(),
                    kind: (&owner.kind).into(),
                    name: (&owner.name).into(),
                    uid: (&owner.uid).into(),
                    controller: owner.controller,
                })
                .collect(),
            selector: Some(ds.selector().clone()),
            template_labels: labels
                .into_iter()
                .flatten()
                .map(|(k, v)| (k.as_str(), v.as_str()))
                .collect(),
        }
    }
}

/// One of these kinds as the API writes it, with a selector of the shape `S`. The
/// objects of a list don't say of what kind they are: [`Self::of_kind`] is told.
#[derive(Clone, Debug, Deserialize)]
#[serde(bound(deserialize = "S: Deserialize<'de>"))]
pub struct WorkloadObject<S = LabelSelector> {
    #[serde(default)]
    metadata: wire::Metadata,
    spec: Option<wire::Spec<S>>,
    status: Option<wire::Status>,
}

impl<S> WorkloadObject<S> {
    /// `metadata.namespace`.
    #[must_use]
    pub fn namespace(&self) -> &str {
        &self.metadata.namespace
    }

    /// `metadata.name`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.metadata.name
    }
}

/// The selector of a ReplicationController: labels and their values.
#[derive(Clone, Debug, Deserialize)]
#[serde(transparent)]
pub struct LabelMap(BTreeMap<String, String>);

/// A selector as one of the kinds has it.
pub trait WrittenSelector: Sized {
    /// The selector that counts for pods with `template_labels`, as the API defaults it.
    fn selector(written: Option<Self>, template_labels: &Labels) -> Option<LabelSelector>;
}

impl WrittenSelector for LabelSelector {
    fn selector(written: Option<Self>, _: &Labels) -> Option<LabelSelector> {
        written
    }
}

impl WrittenSelector for LabelMap {
    /// `SetDefaults_ReplicationController` (1.37.1) takes the template's labels where
    /// there is no selector.
    fn selector(written: Option<Self>, template_labels: &Labels) -> Option<LabelSelector> {
        let labels = written.map(|map| map.0).filter(|map| !map.is_empty());
        let labels = labels.unwrap_or_else(|| {
            let labels = template_labels.iter();
            labels.map(|(k, v)| (k.to_owned(), v.to_owned())).collect()
        });
        Some(LabelSelector {
            match_labels: (!labels.is_empty()).then_some(labels),
            match_expressions: None,
        })
    }
}

impl<S: WrittenSelector> WorkloadObject<S> {
    /// What is kept of it.
    #[must_use]
    pub fn of_kind(self, kind: WorkloadKind) -> Workload {
        let metadata = self.metadata;
        let (selector, template) = match self.spec {
            Some(spec) => (spec.selector, spec.template),
            None => (None, None),
        };
        let template = template.and_then(|t| t.metadata);
        let template_labels = template.map(|m| m.labels).unwrap_or_default();
        Workload {
            kind,
            namespace: metadata.namespace,
            name: metadata.name,
            uid: metadata.uid,
            deleting: metadata.deletion_timestamp.is_some(),
            finished: kind == WorkloadKind::Job && self.status.is_some_and(|s| s.is_finished()),
            owners: metadata.owner_references.unwrap_or_default(),
            selector: S::selector(selector, &template_labels),
            template_labels,
        }
    }
}

/// The API's shape, narrowed to the fields that are kept.
mod wire {
    use jiff::Timestamp;

    use super::{Deserialize, Labels, OwnerReference};

    #[derive(Clone, Debug, Deserialize, Default)]
    #[serde(rename_all = "camelCase")]
    pub(super) struct Metadata {
        #[serde(default)]
        pub(super) namespace: Box<str>,
        #[serde(default)]
        pub(super) name: Box<str>,
        #[serde(default)]
        pub(super) uid: Box<str>,
        pub(super) owner_references: Option<Vec<OwnerReference>>,
        pub(super) deletion_timestamp: Option<Timestamp>,
    }

    #[derive(Clone, Debug, Deserialize)]
    #[serde(bound(deserialize = "S: Deserialize<'de>"))]
    pub(super) struct Spec<S> {
        pub(super) selector: Option<S>,
        pub(super) template: Option<Template>,
    }

    #[derive(Clone, Debug, Deserialize)]
    pub(super) struct Status {
        conditions: Option<Vec<Condition>>,
    }

    #[derive(Clone, Debug, Deserialize)]
    struct Condition {
        #[serde(default, rename = "type")]
        kind: Box<str>,
        #[serde(default)]
        status: Box<str>,
    }

    impl Status {
        /// `FinishedCondition` (1.37.1) of a Job.
        pub(super) fn is_finished(&self) -> bool {
            let mut conditions = self.conditions.iter().flatten();
            conditions.any(|c| matches!(&*c.kind, "Complete" | "Failed") && &*c.status == "True")
        }
    }

    #[derive(Clone, Debug, Deserialize)]
    pub(super) struct Template {
        pub(super) metadata: Option<TemplateMetadata>,
    }

    #[derive(Clone, Debug, Deserialize)]
    pub(super) struct TemplateMetadata {
        #[serde(default)]
        pub(super) labels: Labels,
    }
}
