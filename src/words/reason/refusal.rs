//! What refused a create, in plain words.

use jiff::Timestamp;

use crate::analysis::refusal::{QuotaResource, Refusal};
use crate::words::notation::{few, in_parentheses};
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
        Refusal::WebhookFailed {
            webhook,
            service,
            message,
        } => {
            let service = service.as_ref();
            let service = service.map(|(namespace, name)| format!(" (Service {namespace}/{name})"));
            format!(
                "webhook \"{webhook}\"{} can't be called: {message}",
                service.unwrap_or_default()
            )
        }
        Refusal::PolicyDenied { policy, message } => {
            format!("ValidatingAdmissionPolicy \"{policy}\" denies it: {message}")
        }
        Refusal::SecurityContextConstraints { violations } => {
            let why = match violations.as_slice() {
                [] => String::new(),
                all => format!(": {}", few(all)),
            };
            format!(
                "no SecurityContextConstraints (SCC) that its ServiceAccount may use allow the pods{why}"
            )
        }
        Refusal::PodSecurityPolicy { violations } if violations.is_empty() => {
            "its ServiceAccount may use no PodSecurityPolicy that allows the pods".to_owned()
        }
        Refusal::PodSecurityPolicy { violations } => {
            format!("a PodSecurityPolicy refuses the pods: {violations}")
        }
        Refusal::PriorityClassElsewhere { name } => format!(
            "pods of PriorityClass {name} are allowed in kube-system alone, or where a ResourceQuota of this scope allows them"
        ),
        Refusal::ControllerForbidden { message } => {
            format!("the DaemonSet controller itself may not create pods: {message}")
        }
        Refusal::NamespaceTerminating => "the namespace is being deleted".to_owned(),
        Refusal::Invalid { message } => format!("the pod is invalid: {message}"),
        Refusal::Other { message } => message.clone(),
    }
}

/// What refused it, without the amounts and messages.
pub(super) fn brief(refused: &Refusal) -> String {
    match refused {
        Refusal::QuotaExceeded { quota, .. } => format!("quota \"{quota}\" is full"),
        Refusal::NoQuotaForScope { .. } => {
            "no ResourceQuota allows pods of this priority class".to_owned()
        }
        Refusal::LimitRange { .. } => "a LimitRange refuses the pods".to_owned(),
        Refusal::WebhookDenied { webhook, .. } => {
            format!("webhook \"{webhook}\" denies the pods")
        }
        Refusal::WebhookFailed { webhook, .. } => {
            format!("webhook \"{webhook}\" can't be called")
        }
        Refusal::PolicyDenied { policy, .. } => {
            format!("ValidatingAdmissionPolicy \"{policy}\" denies the pods")
        }
        Refusal::SecurityContextConstraints { .. } => {
            "no SecurityContextConstraints (SCC) allow the pods".to_owned()
        }
        Refusal::PodSecurityPolicy { .. } => "no PodSecurityPolicy allows the pods".to_owned(),
        other => refusal(other),
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

/// That the namespace has been relabelled since.
pub(super) fn lifted(enforces_now: Option<&str>) -> String {
    enforces_now.map_or_else(String::new, |level| {
        format!(
            "; it was relabelled since and enforces `{level}`, and the controller tries again within 17 minutes"
        )
    })
}

/// ` (17 tries, last 2m ago)`.
pub(super) fn tries(count: i64, last: Option<Timestamp>, now: Timestamp) -> String {
    let tries = (count > 1).then(|| format!("{count} tries"));
    let last = last.map(|time| format!("last {}", age(time, now)));
    in_parentheses(tries.into_iter().chain(last))
}
