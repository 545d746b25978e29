//! The published form of what refused a create.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::analysis::refusal::{Deadlock, Evidence, QuotaFact, WebhookFact};
use crate::model::refusal::QuotaResource;

use super::reason::some;

/// The object that refused a create, as it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct RefusedBy {
    /// Its kind, such as `ResourceQuota`.
    pub kind: &'static str,
    /// Its name; left out where no object has the requested name, or where it is one of several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Whether it no longer refuses the create: the controller then tries again by itself.
    pub lifted: bool,
    /// The Pod Security level that the namespace enforces; left out for other kinds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enforces: Option<String>,
    /// The scopes of a quota; left out where it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scopes: Option<Vec<String>>,
    /// The quota's limits for the exceeded resources; left out where it isn't full.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hard: Option<BTreeMap<String, String>>,
    /// How much of them is used; left out like `hard`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub used: Option<BTreeMap<String, String>>,
    /// Other objects of the kind that also stand in the way, or that don't help; left out where
    /// there are none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub others: Option<Vec<String>>,
    /// Names similar to the one that doesn't exist; left out where there are none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub near: Option<Vec<String>>,
    /// The webhook's `failurePolicy`; left out for other kinds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure_policy: Option<String>,
    /// Whether the webhook's Service selects the DaemonSet's own pods, whose creation the webhook
    /// prevents; left out where it doesn't.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub own_pods: Option<bool>,
    /// Whether the webhook's pods wait for the DaemonSet's, which are the network plugin that all
    /// nodes lack; left out where that isn't so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network: Option<bool>,
}

const QUOTA: &str = "ResourceQuota";

impl RefusedBy {
    /// What objects tell about a refusal.
    #[must_use]
    pub fn new(evidence: &Evidence) -> Self {
        let of = |kind, name: Option<&String>| Self {
            kind,
            name: name.cloned(),
            lifted: evidence.is_lifted(),
            enforces: None,
            scopes: None,
            hard: None,
            used: None,
            others: None,
            near: None,
            failure_policy: None,
            own_pods: None,
            network: None,
        };
        match evidence {
            Evidence::EnforcesNow { namespace, level } => Self {
                enforces: Some(level.clone()),
                ..of("Namespace", Some(namespace))
            },
            Evidence::QuotaFull { quota, also_full } => Self {
                scopes: some(scopes(quota)),
                hard: Some(quantities(quota, |resource| &resource.limited)),
                used: Some(quantities(quota, |resource| &resource.used)),
                others: some(also_full.clone()),
                ..of(QUOTA, Some(&quota.name))
            },
            Evidence::OtherScopes { quotas } => Self {
                others: some(quotas.iter().map(|quota| quota.name.clone()).collect()),
                ..of(QUOTA, None)
            },
            Evidence::QuotaHasRoom { quota } | Evidence::QuotaForScope { quota } => {
                of(QUOTA, Some(quota))
            }
            Evidence::CreatedSince { kind, name, .. } => of(kind, Some(name)),
            Evidence::Near { kind, names } => Self {
                near: some(names.clone()),
                ..of(kind, None)
            },
            Evidence::Classes { classes } => Self {
                others: some(classes.iter().map(|class| class.name.clone()).collect()),
                ..of("PriorityClass", None)
            },
            Evidence::Limits { .. } => of("LimitRange", None),
            Evidence::Account { name } => of("ServiceAccount", Some(name)),
            Evidence::Webhook(WebhookFact {
                kind,
                configuration,
                failure_policy,
                deadlock,
                ..
            }) => Self {
                failure_policy: failure_policy.clone(),
                own_pods: (*deadlock == Some(Deadlock::OwnPods)).then_some(true),
                network: (*deadlock == Some(Deadlock::Network)).then_some(true),
                ..of(kind, Some(configuration))
            },
        }
    }
}

fn scopes(quota: &QuotaFact) -> Vec<String> {
    let names = quota.scopes.iter().map(|scope| scope.name.to_string());
    names.collect()
}

fn quantities(quota: &QuotaFact, of: fn(&QuotaResource) -> &String) -> BTreeMap<String, String> {
    let resources = quota.resources.iter();
    let pairs = resources.map(|resource| (resource.name.clone(), of(resource).clone()));
    pairs.collect()
}
