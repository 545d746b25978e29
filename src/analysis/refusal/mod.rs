//! What objects tell about a refused create beyond the message: whether it would still be refused,
//! and what exists instead. An object that isn't there may not have been read, so its absence
//! proves nothing.

mod quota;

use jiff::Timestamp;

use crate::model::refusal::{QuotaResource, Refusal};
use crate::model::{
    Admission, DaemonSet, Event, PartialObjectMetadata, QuotaScope, Snapshot, WebhookConfiguration,
    near_names,
};

/// What objects tell about a refusal.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Evidence {
    /// The namespace now enforces a Pod Security level that allows more.
    EnforcesNow {
        /// The namespace.
        namespace: String,
        /// The level.
        level: String,
    },
    /// The quota still has no room for a pod.
    QuotaFull {
        /// The quota as it is.
        quota: QuotaFact,
        /// The other quotas of the namespace that have no room either.
        also_full: Vec<String>,
    },
    /// The quota now has room for a pod.
    QuotaHasRoom {
        /// Its name.
        quota: String,
    },
    /// The quotas of the namespace, none of which covers the scope.
    OtherScopes {
        /// With their scopes.
        quotas: Vec<QuotaFact>,
    },
    /// A quota now covers the scope.
    QuotaForScope {
        /// Its name.
        quota: String,
    },
    /// What the template names has been created since.
    CreatedSince {
        /// Its kind.
        kind: &'static str,
        /// Its name.
        name: String,
        /// When.
        at: Option<Timestamp>,
    },
    /// It hasn't been, and these have similar names.
    Near {
        /// Their kind.
        kind: &'static str,
        /// Their names.
        names: Vec<String>,
    },
    /// The webhook as it is.
    Webhook(WebhookFact),
    /// The ServiceAccount of the template; it may use nothing that allows the pods.
    Account {
        /// Its name.
        name: String,
    },
}

/// A ResourceQuota.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct QuotaFact {
    /// Its name.
    pub name: String,
    /// Its scopes.
    pub scopes: Vec<QuotaScope>,
    /// What was exceeded, as it is.
    pub resources: Vec<QuotaResource>,
}

/// A webhook of a configuration.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct WebhookFact {
    /// The kind of the configuration.
    pub kind: &'static str,
    /// Its name.
    pub configuration: String,
    /// Its index in `webhooks`.
    pub index: usize,
    /// What happens to requests when it can't be called.
    pub failure_policy: Option<String>,
    /// Whether it couldn't be called; else it denied the request.
    pub failed: bool,
    /// Whether it is called for the DaemonSet's own pods, so that it prevents their creation.
    pub is_own: bool,
}

impl WebhookFact {
    fn ignores_failures(&self) -> bool {
        self.failure_policy.as_deref() == Some("Ignore")
    }
}

impl Evidence {
    /// Whether nothing is left to do: what refused the create no longer does, and the controller
    /// tries again by itself.
    #[must_use]
    pub fn is_lifted(&self) -> bool {
        match self {
            Self::EnforcesNow { .. }
            | Self::QuotaHasRoom { .. }
            | Self::QuotaForScope { .. }
            | Self::CreatedSince { .. } => true,
            Self::Webhook(webhook) => webhook.failed && webhook.ignores_failures(),
            Self::QuotaFull { .. }
            | Self::OtherScopes { .. }
            | Self::Near { .. }
            | Self::Account { .. } => false,
        }
    }
}

/// What the objects of `snapshot` tell about `refused`, a FailedCreate event for `ds`.
pub(super) fn evidence(snapshot: &Snapshot, ds: &DaemonSet, refused: &Event) -> Option<Evidence> {
    let all = &snapshot.admission;
    let named = |kind, name: &str, all: &[PartialObjectMetadata]| {
        let in_namespace = all.iter().filter(|o| *o.namespace == *ds.namespace);
        let in_cluster = all.iter().filter(|o| o.namespace.is_empty());
        there(kind, name, in_namespace.chain(in_cluster), refused.last)
    };
    match Refusal::new(&refused.message) {
        Refusal::PodSecurity { level, .. } => enforces_now(snapshot, ds, &level),
        Refusal::QuotaExceeded { quota, resources } => quota::exceeded(all, ds, &quota, &resources),
        Refusal::NoQuotaForScope { scopes } => quota::for_scopes(all, ds, &scopes),
        Refusal::NoServiceAccount { name } => named("ServiceAccount", &name, &all.service_accounts),
        Refusal::NoPriorityClass { name } => named("PriorityClass", &name, &all.priority_classes),
        Refusal::NoRuntimeClass { name } => named("RuntimeClass", &name, &all.runtime_classes),
        Refusal::WebhookFailed {
            webhook, service, ..
        } => of_webhook(all, &webhook).map(|fact| {
            Evidence::Webhook(WebhookFact {
                failed: true,
                is_own: service.is_some_and(|service| is_own(all, ds, &service)),
                ..fact
            })
        }),
        Refusal::SecurityContextConstraints { .. } | Refusal::PodSecurityPolicy { .. } => {
            let spec = ds.pod_spec()?;
            let account = spec.service_account_name.as_ref().filter(|n| !n.is_empty());
            Some(Evidence::Account {
                name: account.cloned().unwrap_or_else(|| "default".to_owned()),
            })
        }
        Refusal::WebhookDenied { webhook, .. } => of_webhook(all, &webhook).map(Evidence::Webhook),
        _ => None,
    }
}

/// The level that the namespace enforces, if it was relabelled after `level` refused a pod.
fn enforces_now(snapshot: &Snapshot, ds: &DaemonSet, level: &str) -> Option<Evidence> {
    let mut namespaces = snapshot.namespaces.iter().flatten();
    let namespace = namespaces.find(|n| *n.name == *ds.namespace)?;
    let now = namespace.enforces.as_deref()?;
    (strictness(now)? < strictness(level)?).then(|| Evidence::EnforcesNow {
        namespace: ds.namespace.clone(),
        level: now.to_owned(),
    })
}

/// The levels of Pod Security, the most permissive first.
fn strictness(level: &str) -> Option<usize> {
    let mut levels = ["privileged", "baseline", "restricted"].iter();
    levels.position(|known| *known == level)
}

/// Whether an object that didn't exist at `refused` exists now, or one with a similar name does.
fn there<'a>(
    kind: &'static str,
    name: &str,
    all: impl Iterator<Item = &'a PartialObjectMetadata> + Clone,
    refused: Option<Timestamp>,
) -> Option<Evidence> {
    let Some(found) = all.clone().find(|object| *object.name == *name) else {
        let names = near_names(name, all.map(|object| &*object.name));
        return (!names.is_empty()).then_some(Evidence::Near { kind, names });
    };
    // An object that existed all along isn't the one that was missing.
    let is_older = found
        .created
        .zip(refused)
        .is_some_and(|(at, refused)| at < refused);
    (!is_older).then(|| Evidence::CreatedSince {
        kind,
        name: name.to_owned(),
        at: found.created,
    })
}

/// The webhook of this name.
fn of_webhook(all: &Admission, name: &str) -> Option<WebhookFact> {
    let fact = |kind, configuration: &WebhookConfiguration| {
        let mut webhooks = configuration.webhooks.iter().enumerate();
        let (index, webhook) = webhooks.find(|(_, webhook)| *webhook.name == *name)?;
        Some(WebhookFact {
            kind,
            index,
            configuration: configuration.name.to_string(),
            failure_policy: webhook.failure_policy.as_deref().map(str::to_owned),
            failed: false,
            is_own: false,
        })
    };
    let validating = all.validating_webhooks.iter();
    let mutating = all.mutating_webhooks.iter();
    let validating = validating.map(|c| fact("ValidatingWebhookConfiguration", c));
    let mutating = mutating.map(|c| fact("MutatingWebhookConfiguration", c));
    validating.chain(mutating).flatten().next()
}

/// Whether the Service of this namespace and name selects the DaemonSet's pods.
fn is_own(all: &Admission, ds: &DaemonSet, (namespace, name): &(String, String)) -> bool {
    let mut services = all.services.iter();
    let found = services.find(|s| *s.namespace == **namespace && *s.name == **name);
    let labels = ds
        .template()
        .metadata
        .as_ref()
        .and_then(|m| m.labels.as_ref());
    let (Some(service), Some(labels)) = (found, labels) else {
        return false;
    };
    let mut selector = service.selector.iter();
    *namespace == ds.namespace
        && !service.selector.is_empty()
        && selector.all(|(key, value)| labels.get(&**key).is_some_and(|label| **label == **value))
}
