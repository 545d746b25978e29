use jiff::Timestamp;
use k8s_openapi::api::apps::v1 as apps;
use k8s_openapi::api::core::v1::{NodeSelector, PodSpec, PodTemplateSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;
use serde_json::Value;

/// A DaemonSet: the API's own type, and its template as it was read.
#[derive(Clone, Debug, PartialEq)]
pub struct DaemonSet {
    /// `metadata.namespace`; never empty, the source fills in its default.
    pub namespace: String,
    /// `metadata.name`.
    pub name: String,
    /// The whole object.
    pub object: apps::DaemonSet,
    /// `spec.template` as it was read. Revisions are matched with this and not with the decoded
    /// type, which would drop unknown fields.
    pub raw_template: Value,
}

/// A field of an object that has an unexpected value.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {problem}")]
pub struct DecodeError {
    /// The field, as `spec.template.spec.tolerations[0].key`.
    pub path: String,
    /// What is wrong with it.
    pub problem: String,
}

impl DaemonSet {
    /// Reads an `apps/v1` DaemonSet.
    ///
    /// # Errors
    /// When a field has another type than in the API; the error names it.
    pub fn from_value(value: Value, default_namespace: &str) -> Result<Self, DecodeError> {
        let raw_template = value
            .pointer("/spec/template")
            .cloned()
            .unwrap_or(Value::Null);
        let object: apps::DaemonSet =
            serde_path_to_error::deserialize(&value).map_err(|error| DecodeError {
                path: error.path().to_string(),
                problem: error.inner().to_string(),
            })?;
        let namespace = object.metadata.namespace.clone();
        Ok(Self {
            namespace: namespace
                .filter(|n| !n.is_empty())
                .unwrap_or_else(|| default_namespace.to_owned()),
            name: object.metadata.name.clone().unwrap_or_default(),
            object,
            raw_template,
        })
    }

    /// This DaemonSet with another `spec.template`.
    ///
    /// # Errors
    /// When a field of `template` has another type than in the API; the error names it.
    pub fn with_template(&self, template: Value) -> Result<Self, DecodeError> {
        let decoded = serde_path_to_error::deserialize(&template).map_err(|error| {
            let path = match error.path().to_string().as_str() {
                "." => TEMPLATE.to_owned(),
                path => format!("{TEMPLATE}.{path}"),
            };
            let problem = error.inner().to_string();
            DecodeError { path, problem }
        })?;
        let mut changed = self.clone();
        changed.object.spec.template = decoded;
        changed.raw_template = template;
        Ok(changed)
    }

    /// `metadata.uid`, empty when the object was never stored.
    #[must_use]
    pub fn uid(&self) -> &str {
        self.object.metadata.uid.as_deref().unwrap_or_default()
    }

    /// `metadata.generation`, 0 when the object was never stored.
    #[must_use]
    pub fn generation(&self) -> i64 {
        self.object.metadata.generation.unwrap_or_default()
    }

    /// True when the API was asked to delete it: the controller then does nothing for it.
    #[must_use]
    pub fn is_deleting(&self) -> bool {
        self.object.metadata.deletion_timestamp.is_some()
    }

    /// When it was created.
    #[must_use]
    pub fn created(&self) -> Option<Timestamp> {
        self.object
            .metadata
            .creation_timestamp
            .as_ref()
            .map(|t| t.0)
    }

    /// `spec.selector`.
    #[must_use]
    pub const fn selector(&self) -> &LabelSelector {
        &self.object.spec.selector
    }

    /// `spec.template`.
    #[must_use]
    pub const fn template(&self) -> &PodTemplateSpec {
        &self.object.spec.template
    }

    /// `spec.template.spec`.
    #[must_use]
    pub const fn pod_spec(&self) -> Option<&PodSpec> {
        self.template().spec.as_ref()
    }

    /// What the template's node affinity requires.
    #[must_use]
    pub fn required_node_affinity(&self) -> Option<&NodeSelector> {
        let affinity = self.pod_spec()?.affinity.as_ref()?.node_affinity.as_ref()?;
        affinity
            .required_during_scheduling_ignored_during_execution
            .as_ref()
    }

    /// `spec.minReadySeconds`, in seconds.
    #[must_use]
    pub fn min_ready_seconds(&self) -> i32 {
        self.object.spec.min_ready_seconds.unwrap_or_default()
    }

    /// True for the strategy OnDelete, under which nothing is rolled automatically.
    #[must_use]
    pub fn is_on_delete(&self) -> bool {
        let strategy = self.object.spec.update_strategy.as_ref();
        strategy.and_then(|s| s.type_.as_deref()) == Some("OnDelete")
    }

    /// The annotation `deprecated.daemonset.template.generation` as a number; `None` when it is
    /// missing or not a number (`util.GetTemplateGeneration`, 1.37.1).
    #[must_use]
    pub fn template_generation(&self) -> Option<i64> {
        let annotations = self.object.metadata.annotations.as_ref()?;
        annotations.get(TEMPLATE_GENERATION)?.parse().ok()
    }
}

/// Where the template is.
const TEMPLATE: &str = "spec.template";

/// The annotation that `apps.DeprecatedTemplateGeneration` names upstream.
pub const TEMPLATE_GENERATION: &str = "deprecated.daemonset.template.generation";
