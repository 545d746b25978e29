//! What refused a create, in plain words.

use jiff::Timestamp;

use crate::analysis::refusal::{QuotaResource, Refusal};
use crate::words::notation::in_parentheses;
use crate::words::time::age;

/// What refused it.
pub(super) fn refusal(refusal: &Refusal) -> String {
    match refusal {
        Refusal::QuotaExceeded { quota, resources } => {
            let all: Vec<String> = resources.iter().map(quota_resource).collect();
            format!("quota \"{quota}\" is full: {}", all.join(", "))
        }
        Refusal::QuotaWantsRequests { quota, missing } => {
            format!("quota \"{quota}\" wants containers to specify {missing}")
        }
        Refusal::NoQuotaForScope { scopes } => format!(
            "no ResourceQuota of the namespace allows pods of this priority class (scope {})",
            scopes.trim_start_matches("[{").trim_end_matches("}]")
        ),
        Refusal::PodSecurity { level, .. } => {
            format!("Pod Security refuses the pods: the namespace enforces `{level}`")
        }
        Refusal::NoServiceAccount { name } => format!("ServiceAccount \"{name}\" doesn't exist"),
        Refusal::NoPriorityClass { name } => format!("PriorityClass \"{name}\" doesn't exist"),
        Refusal::NoRuntimeClass { name } => format!("RuntimeClass \"{name}\" doesn't exist"),
        Refusal::LimitRange { violations } => format!("a LimitRange refuses it: {violations}"),
        Refusal::WebhookDenied { webhook, message } => {
            format!("webhook \"{webhook}\" denies it: {message}")
        }
        Refusal::WebhookFailed { webhook, message } => {
            format!("webhook \"{webhook}\" can't be called: {message}")
        }
        Refusal::PolicyDenied { policy, message } => {
            format!("ValidatingAdmissionPolicy \"{policy}\" denies it: {message}")
        }
        Refusal::SecurityContextConstraints => {
            "no SecurityContextConstraints allow the pods".to_owned()
        }
        Refusal::NamespaceTerminating => "the namespace is being deleted".to_owned(),
        Refusal::Invalid { message } => format!("the pod is invalid: {message}"),
        Refusal::Other { message } => message.clone(),
    }
}

fn quota_resource(resource: &QuotaResource) -> String {
    let QuotaResource {
        name,
        requested,
        used,
        limited,
    } = resource;
    match (name.as_str(), requested.as_str()) {
        ("pods" | "count/pods", "1") => format!("{used} of {limited} pods"),
        _ => format!("{name} {used} of {limited}, and the pod requests {requested}"),
    }
}

/// ` (17 tries, last 2m ago)`.
pub(super) fn tries(count: i64, last: Option<Timestamp>, now: Timestamp) -> String {
    let tries = (count > 1).then(|| format!("{count} tries"));
    let last = last.map(|time| format!("last {}", age(time, now)));
    in_parentheses(tries.into_iter().chain(last))
}
