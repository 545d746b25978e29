//! What objects tell about a refused create beyond the message: whether it would still be refused,
//! and what exists instead. An object that isn't there may not have been read, so its absence
//! proves nothing.

mod limits;
mod quota;

use jiff::Timestamp;

use crate::analysis::owners::agent::OwnTaints;
use crate::analysis::reason::{NodeTrouble, NotReadyCause};
use crate::model::refusal::{LimitViolation, QuotaResource, Refusal};
use crate::model::{
    Admission, DaemonSet, Event, Node, PartialObjectMetadata, QuotaScope, Snapshot,
    WebhookConfiguration, near_names,
};

pub use limits::LimitChange;

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
    /// It wasn't, and no PriorityClass has nearly its name: these are there, the highest first,
    /// those of the system only where there are no others.
    Classes {
        /// The classes.
        classes: Vec<ClassFact>,
    },
    /// The webhook as it is.
    Webhook(WebhookFact),
    /// What in the template would keep to the LimitRange.
    Limits {
        /// The requests and limits.
        changes: Vec<LimitChange>,
    },
    /// The ServiceAccount of the template; it may use nothing that allows the pods.
    Account {
        /// Its name.
        name: String,
    },
}

/// A PriorityClass.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ClassFact {
    /// Its name.
    pub name: String,
    /// The priority of its pods.
    pub value: i32,
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
    /// Why it never will be by itself, where that is known.
    pub deadlock: Option<Deadlock>,
}

/// Why a webhook that can't be called waits for the pods that it keeps from being created.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Deadlock {
    /// Its Service selects them.
    OwnPods,
    /// They are the network plugin's, and all nodes wait for that.
    Network,
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
            | Self::Classes { .. }
            | Self::Limits { .. }
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
        Refusal::NoPriorityClass { name } => {
            let classes = all.priority_classes.iter().map(|class| &class.metadata);
            there("PriorityClass", &name, classes, refused.last).or_else(|| classes_of(all, &name))
        }
        Refusal::NoRuntimeClass { name } => named("RuntimeClass", &name, &all.runtime_classes),
        Refusal::WebhookFailed {
            webhook, service, ..
        } => of_webhook(all, &webhook).map(|fact| {
            Evidence::Webhook(WebhookFact {
                failed: true,
                deadlock: service.and_then(|service| deadlock(snapshot, ds, &service)),
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
        Refusal::LimitRange { violations } => {
            let changes = limits::changes(ds.pod_spec()?, &LimitViolation::all(&violations))?;
            Some(Evidence::Limits { changes })
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

/// The PriorityClasses that there are, where none has this name.
fn classes_of(all: &Admission, name: &str) -> Option<Evidence> {
    let all = all.priority_classes.iter().map(|class| ClassFact {
        name: class.metadata.name.to_string(),
        value: class.value,
    });
    let (system, mut classes): (Vec<_>, Vec<_>) =
        all.partition(|class| class.name.starts_with(OF_SYSTEM));
    if classes.is_empty() {
        classes = system;
    }
    classes.sort_by(|a, b| b.value.cmp(&a.value).then_with(|| a.name.cmp(&b.name)));
    let is_there = classes.iter().any(|class| class.name == name);
    (!classes.is_empty() && !is_there).then_some(Evidence::Classes { classes })
}

/// What the names of the system's own PriorityClasses begin with (`SystemPriorityClassPrefix`,
/// 1.37.1).
const OF_SYSTEM: &str = "system-";

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
            deadlock: None,
        })
    };
    let validating = all.validating_webhooks.iter();
    let mutating = all.mutating_webhooks.iter();
    let validating = validating.map(|c| fact("ValidatingWebhookConfiguration", c));
    let mutating = mutating.map(|c| fact("MutatingWebhookConfiguration", c));
    validating.chain(mutating).flatten().next()
}

/// Whether a webhook that is served by this Service of a cluster waits for the DaemonSet's pods.
fn deadlock(snapshot: &Snapshot, ds: &DaemonSet, service: &(String, String)) -> Option<Deadlock> {
    if is_own(&snapshot.admission, ds, service) {
        return Some(Deadlock::OwnPods);
    }
    let nodes = snapshot.nodes.as_deref()?;
    let waits = |node: &Node| {
        let is_ready = node.ready.as_deref() == Some("True");
        !is_ready && NodeTrouble::of(node).cause == NotReadyCause::NetworkPlugin
    };
    // Of one node alone nothing is known of the others, on which its pods may run.
    let all_wait = nodes.len() > 1 && nodes.iter().all(waits);
    (all_wait && OwnTaints::new(ds).makes_ready()).then_some(Deadlock::Network)
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
