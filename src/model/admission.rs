//! What the API server's admission looks at when a pod is created, and which objects hold it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Deserializer};

use super::Resources;
use super::pairs::quantities;

/// The objects that admission looks at, as far as they were read: they explain a refused create. A
/// list is also empty where it wasn't read, so an object that isn't in it may exist.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Admission {
    /// ResourceQuotas by namespace and name.
    pub quotas: Vec<ResourceQuota>,
    /// ServiceAccounts by namespace and name.
    pub service_accounts: Vec<PartialObjectMetadata>,
    /// PriorityClasses by name.
    pub priority_classes: Vec<PriorityClass>,
    /// RuntimeClasses by name.
    pub runtime_classes: Vec<PartialObjectMetadata>,
    /// ValidatingWebhookConfigurations by name.
    pub validating_webhooks: Vec<WebhookConfiguration>,
    /// MutatingWebhookConfigurations by name.
    pub mutating_webhooks: Vec<WebhookConfiguration>,
    /// Services by namespace and name.
    pub services: Vec<Service>,
}

impl Admission {
    /// Puts every list in the order that output relies on.
    pub(super) fn sort(&mut self) {
        self.quotas
            .sort_by(|a, b| (&a.namespace, &a.name).cmp(&(&b.namespace, &b.name)));
        self.priority_classes
            .sort_by(|a, b| a.metadata.name.cmp(&b.metadata.name));
        for list in [&mut self.service_accounts, &mut self.runtime_classes] {
            list.sort_by(|a, b| (&a.namespace, &a.name).cmp(&(&b.namespace, &b.name)));
        }
        for list in [&mut self.validating_webhooks, &mut self.mutating_webhooks] {
            list.sort_by(|a, b| a.name.cmp(&b.name));
        }
        self.services
            .sort_by(|a, b| (&a.namespace, &a.name).cmp(&(&b.namespace, &b.name)));
    }

    /// The ResourceQuotas of a namespace.
    pub fn quotas_in(&self, namespace: &str) -> impl Iterator<Item = &ResourceQuota> {
        let all = self.quotas.iter();
        all.filter(move |quota| *quota.namespace == *namespace)
    }
}

/// What is kept of an object whose existence matters.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "wire::Object")]
pub struct PartialObjectMetadata {
    /// `metadata.namespace`, empty where it has none.
    pub namespace: Box<str>,
    /// `metadata.name`.
    pub name: Box<str>,
    /// `metadata.creationTimestamp`.
    pub created: Option<Timestamp>,
}

/// What is kept of a PriorityClass.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct PriorityClass {
    /// Its name, and when it was created.
    #[serde(flatten)]
    pub metadata: PartialObjectMetadata,
    /// `value`: the priority of its pods.
    #[serde(default)]
    pub value: i32,
}

/// What is kept of a ResourceQuota.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "wire::ResourceQuota")]
pub struct ResourceQuota {
    /// `metadata.namespace`.
    pub namespace: Box<str>,
    /// `metadata.name`.
    pub name: Box<str>,
    /// Its limits: `status.hard`, which admission uses, or `spec.hard` of a new one.
    pub hard: Resources,
    /// `status.used`.
    pub used: Resources,
    /// The scopes, all of which a pod must have.
    pub scopes: Vec<QuotaScope>,
}

/// A scope of a ResourceQuota.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QuotaScope {
    /// Such as `PriorityClass`.
    #[serde(default, rename = "scopeName")]
    pub name: Box<str>,
    /// Such as `In`.
    #[serde(default)]
    pub operator: Box<str>,
    /// What it is compared with.
    #[serde(default, deserialize_with = "or_default")]
    pub values: Vec<Box<str>>,
}

/// What is kept of a ValidatingWebhookConfiguration or a MutatingWebhookConfiguration.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "wire::WebhookConfiguration")]
pub struct WebhookConfiguration {
    /// `metadata.name`.
    pub name: Box<str>,
    /// `webhooks`.
    pub webhooks: Vec<Webhook>,
}

/// One of its webhooks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Webhook {
    /// `name`.
    #[serde(default)]
    pub name: Box<str>,
    /// `failurePolicy`: what happens to a request when it can't be called. The API server stores
    /// the default.
    #[serde(default)]
    pub failure_policy: Option<Box<str>>,
}

/// What is kept of a Service.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "wire::Service")]
pub struct Service {
    /// `metadata.namespace`.
    pub namespace: Box<str>,
    /// `metadata.name`.
    pub name: Box<str>,
    /// `spec.selector`; empty where it selects no pods.
    pub selector: BTreeMap<Box<str>, Box<str>>,
}

/// The value, or its default for null.
fn or_default<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

mod wire {
    use super::{
        BTreeMap, Deserialize, QuotaScope, Resources, Timestamp, Webhook, or_default, quantities,
    };

    #[derive(Deserialize)]
    pub(super) struct Object {
        #[serde(default)]
        metadata: Metadata,
    }

    #[derive(Deserialize, Default)]
    #[serde(rename_all = "camelCase")]
    struct Metadata {
        #[serde(default)]
        namespace: Option<Box<str>>,
        #[serde(default)]
        name: Box<str>,
        creation_timestamp: Option<Timestamp>,
    }

    impl From<Object> for super::PartialObjectMetadata {
        fn from(object: Object) -> Self {
            let metadata = object.metadata;
            Self {
                namespace: metadata.namespace.unwrap_or_default(),
                name: metadata.name,
                created: metadata.creation_timestamp,
            }
        }
    }

    #[derive(Deserialize)]
    pub(super) struct ResourceQuota {
        #[serde(default)]
        metadata: Metadata,
        #[serde(default, deserialize_with = "or_default")]
        spec: Spec,
        #[serde(default, deserialize_with = "or_default")]
        status: Status,
    }

    #[derive(Deserialize, Default)]
    #[serde(rename_all = "camelCase")]
    struct Spec {
        #[serde(default, deserialize_with = "quantities")]
        hard: Option<Resources>,
        scopes: Option<Vec<Box<str>>>,
        scope_selector: Option<ScopeSelector>,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct ScopeSelector {
        match_expressions: Option<Vec<QuotaScope>>,
    }

    #[derive(Deserialize, Default)]
    struct Status {
        #[serde(default, deserialize_with = "quantities")]
        hard: Option<Resources>,
        #[serde(default, deserialize_with = "quantities")]
        used: Option<Resources>,
    }

    impl From<ResourceQuota> for super::ResourceQuota {
        fn from(quota: ResourceQuota) -> Self {
            let (metadata, spec, status) = (quota.metadata, quota.spec, quota.status);
            // `getScopeSelectorsFromQuota` (apiserver 0.37.1).
            let named = spec.scopes.unwrap_or_default().into_iter();
            let named = named.map(|name| QuotaScope {
                name,
                operator: "Exists".into(),
                values: Vec::new(),
            });
            let selector = spec.scope_selector.and_then(|s| s.match_expressions);
            Self {
                namespace: metadata.namespace.unwrap_or_default(),
                name: metadata.name,
                hard: status.hard.or(spec.hard).unwrap_or_default(),
                used: status.used.unwrap_or_default(),
                scopes: named.chain(selector.unwrap_or_default()).collect(),
            }
        }
    }

    #[derive(Deserialize)]
    pub(super) struct Service {
        #[serde(default)]
        metadata: Metadata,
        #[serde(default, deserialize_with = "or_default")]
        spec: ServiceSpec,
    }

    #[derive(Deserialize, Default)]
    struct ServiceSpec {
        selector: Option<BTreeMap<Box<str>, Box<str>>>,
    }

    impl From<Service> for super::Service {
        fn from(service: Service) -> Self {
            let metadata = service.metadata;
            Self {
                namespace: metadata.namespace.unwrap_or_default(),
                name: metadata.name,
                selector: service.spec.selector.unwrap_or_default(),
            }
        }
    }

    #[derive(Deserialize)]
    pub(super) struct WebhookConfiguration {
        #[serde(default)]
        metadata: Metadata,
        #[serde(default, deserialize_with = "or_default")]
        webhooks: Vec<Webhook>,
    }

    impl From<WebhookConfiguration> for super::WebhookConfiguration {
        fn from(configuration: WebhookConfiguration) -> Self {
            Self {
                name: configuration.metadata.name,
                webhooks: configuration.webhooks,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{QuotaScope, ResourceQuota, WebhookConfiguration};

    #[test]
    fn a_quota_as_admission_counts_it() -> serde_json::Result<()> {
        let quota: ResourceQuota = serde_json::from_str(
            r#"{"metadata": {"name": "q", "namespace": "n"}, "spec": {"hard": {"pods": 9},
                "scopes": ["NotTerminating"], "scopeSelector": {"matchExpressions": [
                    {"scopeName": "PriorityClass", "operator": "In", "values": ["high"]}]}},
                "status": {"hard": {"pods": "8"}, "used": {"pods": "7"}}}"#,
        )?;
        assert_eq!(quota.hard.get("pods"), Some("8"));
        assert_eq!(quota.used.get("pods"), Some("7"));
        let scope = |name: &str, operator: &str, values: &[&str]| QuotaScope {
            name: name.into(),
            operator: operator.into(),
            values: values.iter().map(|v| (*v).into()).collect(),
        };
        let scopes = [
            scope("NotTerminating", "Exists", &[]),
            scope("PriorityClass", "In", &["high"]),
        ];
        assert_eq!(quota.scopes, scopes);
        // A quota that the controller hasn't counted yet.
        let new: ResourceQuota = serde_json::from_str(
            r#"{"metadata": {"name": "q"}, "spec": {"hard": {"pods": "9"}}, "status": null}"#,
        )?;
        assert_eq!(new.hard.get("pods"), Some("9"));
        assert!(new.used.is_empty() && new.scopes.is_empty());
        Ok(())
    }

    #[test]
    fn webhooks_and_none() -> serde_json::Result<()> {
        let of = |webhooks: &str| {
            let text = format!(r#"{{"metadata": {{"name": "c"}}, "webhooks": {webhooks}}}"#);
            serde_json::from_str::<WebhookConfiguration>(&text)
        };
        let some = of(r#"[{"name": "w.io", "failurePolicy": "Ignore", "rules": []}]"#)?;
        let policies = some.webhooks.iter().map(|w| w.failure_policy.as_deref());
        assert_eq!(policies.collect::<Vec<_>>(), [Some("Ignore")]);
        assert!(of("null")?.webhooks.is_empty());
        Ok(())
    }
}
