//! Quotas as they are, compared with what they refused.

use k8s_openapi::api::core::v1::{Container, PodSpec};

use crate::model::quantity::Quantity;
use crate::model::refusal::{QuotaResource, scope_names};
use crate::model::{Admission, DaemonSet, QuotaScope, ResourceQuota};

use super::{Evidence, QuotaFact};

/// The quota that was exceeded, if it exists.
pub(super) fn exceeded(
    all: &Admission,
    ds: &DaemonSet,
    name: &str,
    resources: &[QuotaResource],
) -> Option<Evidence> {
    let found = all
        .quotas_in(&ds.namespace)
        .find(|quota| *quota.name == *name)?;
    let now: Vec<QuotaResource> = resources
        .iter()
        .filter_map(|resource| as_it_is(found, resource))
        .collect();
    if now.iter().all(|resource| fits(resource) == Some(true)) {
        return Some(Evidence::QuotaHasRoom {
            quota: name.to_owned(),
        });
    }
    let others = all
        .quotas_in(&ds.namespace)
        .filter(|quota| *quota.name != *name);
    let is_full =
        |quota: &&ResourceQuota| is_for(ds, quota) != Some(false) && is_full(quota, resources);
    let also_full = others.filter(is_full).map(|quota| quota.name.to_string());
    Some(Evidence::QuotaFull {
        quota: QuotaFact {
            resources: now,
            ..fact(found)
        },
        also_full: also_full.collect(),
    })
}

/// Whether a quota now covers these scopes, as a message writes them. Admission looks for a quota
/// with each scope of the pod, whatever else it covers (`UncoveredQuotaScopes`, kubernetes 1.37.1).
pub(super) fn for_scopes(all: &Admission, ds: &DaemonSet, scopes: &str) -> Option<Evidence> {
    let quotas: Vec<&ResourceQuota> = all.quotas_in(&ds.namespace).collect();
    let is_for = |quota: &ResourceQuota, name: &str| {
        let mut scopes = quota.scopes.iter().filter(|scope| *scope.name == *name);
        scopes.any(|scope| has_scope(ds, scope) == Some(true))
    };
    let covering = scope_names(scopes).map(|name| quotas.iter().find(|q| is_for(q, name)));
    let covering: Option<Vec<_>> = covering.collect();
    match covering.as_deref() {
        Some([quota, ..]) => Some(Evidence::QuotaForScope {
            quota: quota.name.to_string(),
        }),
        _ if quotas.is_empty() => None,
        _ => Some(Evidence::OtherScopes {
            quotas: quotas.into_iter().map(fact).collect(),
        }),
    }
}

fn fact(quota: &ResourceQuota) -> QuotaFact {
    QuotaFact {
        name: quota.name.to_string(),
        scopes: quota.scopes.clone(),
        resources: Vec::new(),
    }
}

/// `None` where the quota no longer limits the resource.
fn as_it_is(quota: &ResourceQuota, resource: &QuotaResource) -> Option<QuotaResource> {
    Some(QuotaResource {
        used: quota.used.get(&resource.name).unwrap_or("0").to_owned(),
        limited: quota.hard.get(&resource.name)?.to_owned(),
        ..resource.clone()
    })
}

/// Whether enough is left for the pod's request; `None` where a quantity is invalid.
fn fits(resource: &QuotaResource) -> Option<bool> {
    let requested = Quantity::parse(&resource.requested).ok()?;
    let used = Quantity::parse(&resource.used).ok()?;
    let limited = Quantity::parse(&resource.limited).ok()?;
    Some(used.plus(requested) <= limited)
}

/// Whether the quota has no room for a pod, from what is known of its requests.
fn is_full(quota: &ResourceQuota, resources: &[QuotaResource]) -> bool {
    let one = ["pods", "count/pods"].map(|name| QuotaResource {
        name: name.to_owned(),
        requested: "1".to_owned(),
        ..QuotaResource::default()
    });
    let wanted = resources.iter().chain(&one);
    let mut now = wanted.filter_map(|resource| as_it_is(quota, resource));
    now.any(|resource| fits(&resource) == Some(false))
}

/// Whether the quota covers the DaemonSet's pods: they must have all its scopes.
fn is_for(ds: &DaemonSet, quota: &ResourceQuota) -> Option<bool> {
    let has = quota.scopes.iter().map(|scope| has_scope(ds, scope));
    let has: Vec<Option<bool>> = has.collect();
    if has.contains(&Some(false)) {
        return Some(false);
    }
    has.iter().all(Option::is_some).then_some(true)
}

/// Whether the DaemonSet's pods have a scope (`podMatchesScopeFunc`, kubernetes 1.37.1); `None`
/// where the template doesn't say.
fn has_scope(ds: &DaemonSet, scope: &QuotaScope) -> Option<bool> {
    let spec = ds.pod_spec()?;
    let is_terminating = spec
        .active_deadline_seconds
        .is_some_and(|seconds| seconds >= 0);
    match &*scope.name {
        "Terminating" => Some(is_terminating),
        "NotTerminating" => Some(!is_terminating),
        // A LimitRange may add requests to other pods.
        "BestEffort" => requests_something(spec).then_some(false),
        "NotBestEffort" => requests_something(spec).then_some(true),
        "PriorityClass" => {
            // Without a name the pods get the default class, if there is one.
            let name = spec
                .priority_class_name
                .as_deref()
                .filter(|n| !n.is_empty())?;
            let is_listed = scope.values.iter().any(|value| **value == *name);
            match &*scope.operator {
                "Exists" => Some(true),
                "DoesNotExist" => Some(false),
                "In" => Some(is_listed),
                "NotIn" => Some(!is_listed),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Whether a container has a request or a limit for cpu or memory.
fn requests_something(spec: &PodSpec) -> bool {
    let something = |container: &Container| {
        let resources = container.resources.as_ref();
        let lists = resources.map(|r| [r.requests.as_ref(), r.limits.as_ref()]);
        let all = lists.into_iter().flatten().flatten().flatten();
        let mut counted = all.filter(|(name, _)| matches!(name.as_str(), "cpu" | "memory"));
        let is_more_than_none =
            |text: &str| Quantity::parse(text).is_ok_and(|quantity| quantity > Quantity::default());
        counted.any(|(_, quantity)| is_more_than_none(&quantity.0))
    };
    let init = spec.init_containers.iter().flatten();
    spec.containers.iter().chain(init).any(something)
}
