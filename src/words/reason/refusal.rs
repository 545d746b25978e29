//! What refused a create, in plain words.

use jiff::Timestamp;

use crate::analysis::refusal::{ClassFact, Deadlock, Evidence, QuotaFact, WebhookFact};
use crate::model::QuotaScope;
use crate::model::refusal::{CallFailure, Found, LimitViolation, QuotaResource, Refusal};
use crate::words::notation::{few, in_parentheses, one_line};
use crate::words::time::{RETRY_LIMIT, age};

/// What refused it, with the evidence from objects.
pub(super) fn refused(message: &str, evidence: Option<&Evidence>) -> String {
    match (Refusal::new(message), evidence) {
        (Refusal::QuotaExceeded { .. }, Some(Evidence::QuotaFull { quota, also_full })) => {
            let also = match also_full.as_slice() {
                [] => String::new(),
                [one] => format!("; quota \"{one}\" is full too"),
                several => format!("; so are the quotas {}", few(several)),
            };
            let name = format!("\"{}\"{}", quota.name, in_scope(&quota.scopes));
            full(&name, &quota.resources) + &also
        }
        (what, Some(evidence)) if evidence.is_lifted() => past(&what),
        (
            Refusal::WebhookFailed {
                webhook,
                service: Some((namespace, name)),
                message,
            },
            Some(Evidence::Webhook(WebhookFact {
                deadlock: Some(deadlock),
                ..
            })),
        ) => {
            let waits = match deadlock {
                Deadlock::OwnPods => "whose pods these are",
                Deadlock::Network => "whose pods wait for these, the network plugin's",
            };
            format!(
                "webhook \"{webhook}\" (Service {namespace}/{name}, {waits}) can't be called, {}",
                not_called(&message)
            ) + &beside(evidence)
        }
        (what, evidence) => refusal(&what) + &beside(evidence),
    }
}

/// What refused it but no longer does.
pub(super) fn past(what: &Refusal) -> String {
    match what {
        Refusal::QuotaExceeded { quota, .. } => format!("quota \"{quota}\" was full"),
        Refusal::NoQuotaForScope { .. } => {
            "no ResourceQuota of the namespace allowed pods of this priority class".to_owned()
        }
        Refusal::PodSecurity { level, .. } => {
            format!("Pod Security refused the pods while the namespace enforced `{level}`")
        }
        Refusal::NoServiceAccount { name } => format!("ServiceAccount \"{name}\" didn't exist"),
        Refusal::NoPriorityClass { name } => format!("PriorityClass \"{name}\" didn't exist"),
        Refusal::NoRuntimeClass { name } => format!("RuntimeClass \"{name}\" didn't exist"),
        Refusal::WebhookFailed {
            webhook, service, ..
        } => format!(
            "webhook \"{webhook}\"{} couldn't be called",
            called(service.as_ref())
        ),
        other => refusal(other),
    }
}

/// ` (Service kyverno/kyverno-svc)`.
fn called(service: Option<&(String, String)>) -> String {
    let service = service.map(|(namespace, name)| format!(" (Service {namespace}/{name})"));
    service.unwrap_or_default()
}

/// The evidence from objects, to follow what refused it.
fn beside(evidence: Option<&Evidence>) -> String {
    match evidence {
        Some(Evidence::OtherScopes { quotas }) => {
            let named =
                |quota: &QuotaFact| format!("\"{}\"{}", quota.name, in_scope(&quota.scopes));
            let named: Vec<String> = quotas.iter().map(named).collect();
            match named.as_slice() {
                [one] => format!("; there is only quota {one}"),
                several => format!("; there are only the quotas {}", few(several)),
            }
        }
        Some(Evidence::Near { names, .. }) => {
            let names: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
            match names.as_slice() {
                [one] => format!("; {one} exists"),
                several => format!("; {} exist", few(several)),
            }
        }
        Some(Evidence::Limits { changes }) => {
            let mut names: Vec<&str> = changes.iter().map(|c| c.container.as_str()).collect();
            names.dedup();
            format!(" (container {})", names.join(", "))
        }
        Some(Evidence::Classes { classes }) => {
            let named = |class: &ClassFact| format!("\"{}\" ({})", class.name, class.value);
            let named: Vec<String> = classes.iter().map(named).collect();
            match named.as_slice() {
                [one] => format!("; there is only {one}"),
                several => format!("; there are {}", few(several)),
            }
        }
        Some(Evidence::Webhook(webhook)) => {
            let (kind, name) = (webhook.kind, &webhook.configuration);
            match webhook.failure_policy.as_deref().filter(|_| webhook.failed) {
                Some(policy) => format!("; {kind} {name} has failurePolicy {policy}"),
                None => format!("; it is of {kind} {name}"),
            }
        }
        _ => String::new(),
    }
}

/// ` (scope PriorityClass In high)`.
fn in_scope(scopes: &[QuotaScope]) -> String {
    let scopes: Vec<String> = scopes.iter().map(scope).collect();
    match scopes.len() {
        0 => String::new(),
        1 => format!(" (scope {})", scopes.concat()),
        _ => format!(" (scopes {})", few(&scopes)),
    }
}

fn scope(scope: &QuotaScope) -> String {
    match (&*scope.operator, scope.values.is_empty()) {
        ("Exists" | "", true) => scope.name.to_string(),
        (operator, true) => format!("{} {operator}", scope.name),
        (operator, false) => format!("{} {operator} [{}]", scope.name, scope.values.join(" ")),
    }
}

fn full(name: &str, resources: &[QuotaResource]) -> String {
    let all: Vec<String> = resources.iter().map(quota_resource).collect();
    format!("quota {name} is full with {}", all.join(", "))
}

fn refusal(refusal: &Refusal) -> String {
    match refusal {
        Refusal::QuotaExceeded { quota, resources } => full(&format!("\"{quota}\""), resources),
        Refusal::QuotaWantsRequests { quota, missing } => {
            format!("quota \"{quota}\" wants containers to specify {missing}")
        }
        Refusal::NoQuotaForScope { scopes } => format!(
            "no ResourceQuota in the namespace allows pods of this priority class (scope {})",
            scopes.trim_start_matches("[{").trim_end_matches("}]")
        ),
        Refusal::PodSecurity { level, .. } => {
            format!("Pod Security refuses the pods: the namespace enforces `{level}`")
        }
        Refusal::NoServiceAccount { name } => format!("ServiceAccount \"{name}\" doesn't exist"),
        Refusal::NoPriorityClass { name } => format!("PriorityClass \"{name}\" doesn't exist"),
        Refusal::NoRuntimeClass { name } => format!("RuntimeClass \"{name}\" doesn't exist"),
        Refusal::LimitRange { violations } => {
            format!("a LimitRange refuses it, {}", quoted(violations))
        }
        Refusal::WebhookDenied { webhook, message } => {
            format!("webhook \"{webhook}\" denies it, {}", quoted(message))
        }
        Refusal::WebhookFailed {
            webhook,
            service,
            message,
        } => {
            format!(
                "webhook \"{webhook}\"{} can't be called, {}",
                called(service.as_ref()),
                not_called(message)
            )
        }
        Refusal::PolicyDenied { policy, message } => {
            format!(
                "ValidatingAdmissionPolicy \"{policy}\" denies it, {}",
                quoted(message)
            )
        }
        Refusal::SecurityContextConstraints { violations } => {
            let why = match violations.as_slice() {
                [] => String::new(),
                all => format!(", \"{}\"", few(all)),
            };
            format!(
                "no SecurityContextConstraints (SCC) that its ServiceAccount may use allow the pods{why}"
            )
        }
        Refusal::PodSecurityPolicy { violations } if violations.is_empty() => {
            "its ServiceAccount may use no PodSecurityPolicy that allows the pods".to_owned()
        }
        Refusal::PodSecurityPolicy { violations } => {
            format!(
                "a PodSecurityPolicy refuses the pods, {}",
                quoted(violations)
            )
        }
        Refusal::PriorityClassElsewhere { name } => format!(
            "pods of PriorityClass {name} are allowed in kube-system alone, or where a ResourceQuota of this scope allows them"
        ),
        Refusal::ControllerForbidden { message } => {
            let user = message.split('"').nth(1);
            let user = user.map(|user| format!(" ({user})"));
            format!(
                "the DaemonSet controller itself{} may not create pods",
                user.unwrap_or_default()
            )
        }
        Refusal::Timeout => {
            "the API server gives up creating the pods, as it does behind a slow admission webhook"
                .to_owned()
        }
        Refusal::NamespaceTerminating => "the namespace is being deleted".to_owned(),
        Refusal::Invalid { message } => format!("the pod is invalid, {}", quoted(message)),
        Refusal::Other { message } => quoted(message),
    }
}

/// A message on one line, without quotes inside the quotes.
fn quoted(message: &str) -> String {
    format!("\"{}\"", one_line(message).replace('"', "'"))
}

/// Why a webhook can't be called, in our own words where known.
fn not_called(message: &str) -> String {
    let why = CallFailure::of(message).map(call_failure);
    why.map_or_else(|| quoted(message), str::to_owned)
}

const fn call_failure(failure: CallFailure) -> &'static str {
    match failure {
        CallFailure::NoEndpoints => "its Service has no ready pod",
        CallFailure::NoService => "its Service doesn't exist",
        CallFailure::CertificateExpired => "its certificate has expired",
        CallFailure::CertificateUntrusted => "its certificate isn't trusted",
        CallFailure::Refused => "nothing listens at its address",
        CallFailure::Timeout => "it doesn't answer in time",
    }
}

/// What a LimitRange allows, and what there is.
fn violation(violation: &LimitViolation) -> String {
    let LimitViolation {
        is_most,
        resource,
        per_container,
        bound,
        found,
    } = violation;
    let whose = if *per_container {
        "a container"
    } else {
        "the pod"
    };
    let most = if *is_most { "most" } else { "least" };
    let found = match found {
        Found::Request(quantity) => format!("requests {quantity}"),
        Found::Limit(quantity) => format!("has the limit {quantity}"),
        Found::NoRequest => "has no request".to_owned(),
        Found::NoLimit => "has no limit".to_owned(),
    };
    format!("{bound} {resource} at {most}, and {whose} {found}")
}

/// How many characters of a message fit the first line of an answer.
const SHORT: usize = 60;

/// The same in a few words, for the first line of an answer.
pub(super) fn brief(of: &Refusal) -> String {
    match of {
        Refusal::QuotaExceeded { quota, .. } => format!("quota \"{quota}\" is full"),
        Refusal::QuotaWantsRequests { quota, .. } => {
            format!("quota \"{quota}\" wants requests or limits")
        }
        Refusal::NoQuotaForScope { .. } => {
            "no ResourceQuota allows pods of its priority class".to_owned()
        }
        Refusal::PodSecurity { level, .. } => {
            format!("Pod Security level `{level}` refuses its pods")
        }
        Refusal::LimitRange { violations } => {
            let first = LimitViolation::all(violations).into_iter().next();
            let first = first.map(|first| format!(", {}", violation(&first)));
            format!("a LimitRange refuses its pods{}", first.unwrap_or_default())
        }
        Refusal::WebhookDenied { webhook, .. } => format!("webhook \"{webhook}\" denies its pods"),
        Refusal::WebhookFailed {
            webhook, message, ..
        } => {
            let why = CallFailure::of(message).map(call_failure);
            let why = why.map(|why| format!(", {why}")).unwrap_or_default();
            format!("webhook \"{webhook}\" can't be called{why}")
        }
        Refusal::Timeout => "creating its pods times out".to_owned(),
        Refusal::PolicyDenied { policy, .. } => {
            format!("ValidatingAdmissionPolicy \"{policy}\" denies its pods")
        }
        Refusal::SecurityContextConstraints { .. } => {
            "no SecurityContextConstraints allow its pods".to_owned()
        }
        Refusal::PodSecurityPolicy { .. } => "PodSecurityPolicy refuses its pods".to_owned(),
        Refusal::PriorityClassElsewhere { name } => {
            format!("PriorityClass {name} isn't allowed in its namespace")
        }
        Refusal::ControllerForbidden { .. } => {
            "the DaemonSet controller may not create pods".to_owned()
        }
        Refusal::Invalid { .. } => "the server finds its pods invalid".to_owned(),
        Refusal::Other { message } if message.chars().count() <= SHORT => {
            format!("the server refuses its pods, {}", quoted(message))
        }
        Refusal::Other { .. } => "the server refuses its pods".to_owned(),
        Refusal::NamespaceTerminating
        | Refusal::NoServiceAccount { .. }
        | Refusal::NoPriorityClass { .. }
        | Refusal::NoRuntimeClass { .. } => refusal(of),
    }
}

/// The same in a word or two.
pub(super) const fn tag(of: &Refusal) -> &'static str {
    match of {
        Refusal::QuotaExceeded { .. }
        | Refusal::QuotaWantsRequests { .. }
        | Refusal::NoQuotaForScope { .. } => "refused by quota",
        Refusal::PodSecurity { .. } => "refused by Pod Security",
        Refusal::WebhookDenied { .. } | Refusal::WebhookFailed { .. } => "refused by a webhook",
        Refusal::PolicyDenied { .. } => "refused by a policy",
        Refusal::NoServiceAccount { .. } => "without ServiceAccount",
        _ => "refused",
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

/// What refused it no longer does.
pub(super) fn lifted(evidence: Option<&Evidence>, now: Timestamp) -> String {
    let since = match evidence {
        Some(Evidence::EnforcesNow { level, .. }) => {
            format!("it was relabelled since and enforces `{level}`")
        }
        Some(Evidence::QuotaHasRoom { .. }) => "it has room again".to_owned(),
        Some(Evidence::QuotaForScope { quota }) => format!("quota \"{quota}\" allows them by now"),
        Some(Evidence::CreatedSince { at, .. }) => {
            let ago = at.map(|at| format!(" {}", age(at, now)));
            format!(
                "it was created{}",
                ago.unwrap_or_else(|| " since".to_owned())
            )
        }
        Some(evidence @ Evidence::Webhook(webhook)) if evidence.is_lifted() => format!(
            "{} {} has failurePolicy Ignore by now",
            webhook.kind, webhook.configuration
        ),
        _ => return String::new(),
    };
    format!(", but {since}, and the controller tries again {RETRY_LIMIT}")
}

/// ` (17 tries, last 2m ago)`.
pub(super) fn tries(count: i64, last: Option<Timestamp>, now: Timestamp) -> String {
    let tries = (count > 1).then(|| format!("{count} tries"));
    let last = last.map(|time| format!("last {}", age(time, now)));
    in_parentheses(tries.into_iter().chain(last))
}
