//! Why the API server refused a create, read from its message, which is the only place where
//! admission says it. The forms are those of Kubernetes 1.37.1's admission plugins; unknown
//! messages are kept as they are.

mod call_failure;
mod limits;
mod webhook;

use std::collections::BTreeMap;

pub use call_failure::CallFailure;
pub use limits::{Found, LimitViolation};

use webhook::webhook;

/// What refused a create.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Refusal {
    /// `exceeded quota` (plugin ResourceQuota).
    QuotaExceeded {
        /// The ResourceQuota.
        quota: String,
        /// The exhausted resources.
        resources: Vec<QuotaResource>,
    },
    /// `failed quota`: containers have to specify their requests.
    QuotaWantsRequests {
        /// The ResourceQuota.
        quota: String,
        /// What they must say.
        missing: String,
    },
    /// `insufficient quota to match these scopes`: no quota of the namespace allows pods of
    /// this kind at all.
    NoQuotaForScope {
        /// The scopes as they are written.
        scopes: String,
    },
    /// `violates PodSecurity`.
    PodSecurity {
        /// The level that the namespace enforces, such as `restricted`.
        level: String,
        /// What about the pod violates it.
        violations: String,
    },
    /// The ServiceAccount doesn't exist.
    NoServiceAccount {
        /// Its name.
        name: String,
    },
    /// The PriorityClass doesn't exist.
    NoPriorityClass {
        /// Its name.
        name: String,
    },
    /// The RuntimeClass doesn't exist.
    NoRuntimeClass {
        /// Its name.
        name: String,
    },
    /// A LimitRange allows less, or requires more.
    LimitRange {
        /// What it says.
        violations: String,
    },
    /// An admission webhook denied the request.
    WebhookDenied {
        /// Its name.
        webhook: String,
        /// What it said.
        message: String,
    },
    /// An admission webhook couldn't be called.
    WebhookFailed {
        /// Its name.
        webhook: String,
        /// Namespace and name of the Service that was called, where it is one in the cluster.
        service: Option<(String, String)>,
        /// What happened.
        message: String,
    },
    /// A ValidatingAdmissionPolicy denied the request.
    PolicyDenied {
        /// Its name.
        policy: String,
        /// What it said.
        message: String,
    },
    /// No SecurityContextConstraints of OpenShift allow the pod.
    SecurityContextConstraints {
        /// What about the pod they don't allow.
        violations: Vec<String>,
    },
    /// No PodSecurityPolicy, which Kubernetes 1.25 removed, allows the pod.
    PodSecurityPolicy {
        /// Its message; empty where the pod's account may use no policy.
        violations: String,
    },
    /// Pods of this priority class are allowed in no namespace but `kube-system` (1.16 and
    /// older), or in those that a quota of its scope allows.
    PriorityClassElsewhere {
        /// The priority class.
        name: String,
    },
    /// The controller itself may not create pods.
    ControllerForbidden {
        /// What it said.
        message: String,
    },
    /// The API server gave up on the request: something that it calls, such as an admission
    /// webhook, is slow.
    Timeout,
    /// The namespace is being deleted.
    NamespaceTerminating,
    /// The pod is invalid.
    Invalid {
        /// What is wrong with it.
        message: String,
    },
    /// Anything else, unchanged.
    Other {
        /// The message.
        message: String,
    },
}

/// The state of a resource in a quota.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct QuotaResource {
    /// The resource, such as `pods` or `requests.cpu`.
    pub name: String,
    /// The request of the pod.
    pub requested: String,
    /// What is used.
    pub used: String,
    /// What the quota allows.
    pub limited: String,
}

impl Refusal {
    /// As reports have it.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::QuotaExceeded { .. } => "QuotaExceeded",
            Self::QuotaWantsRequests { .. } => "QuotaWantsRequests",
            Self::NoQuotaForScope { .. } => "NoQuotaForScope",
            Self::PodSecurity { .. } => "PodSecurity",
            Self::NoServiceAccount { .. } => "NoServiceAccount",
            Self::NoPriorityClass { .. } => "NoPriorityClass",
            Self::NoRuntimeClass { .. } => "NoRuntimeClass",
            Self::LimitRange { .. } => "LimitRange",
            Self::WebhookDenied { .. } => "WebhookDenied",
            Self::WebhookFailed { .. } => "WebhookFailed",
            Self::PolicyDenied { .. } => "PolicyDenied",
            Self::SecurityContextConstraints { .. } => "SecurityContextConstraints",
            Self::PodSecurityPolicy { .. } => "PodSecurityPolicy",
            Self::PriorityClassElsewhere { .. } => "PriorityClassElsewhere",
            Self::ControllerForbidden { .. } => "ControllerForbidden",
            Self::Timeout => "Timeout",
            Self::NamespaceTerminating => "NamespaceTerminating",
            Self::Invalid { .. } => "Invalid",
            Self::Other { .. } => "Other",
        }
    }

    /// The meaning of `message`, from a FailedCreate event.
    #[must_use]
    pub fn new(message: &str) -> Self {
        let message = message.trim();
        let message = message.strip_prefix("Error creating: ").unwrap_or(message);
        webhook(message)
            .or_else(|| forbidden(after_forbidden(message)))
            .or_else(|| invalid(message))
            .or_else(|| timeout(message))
            .unwrap_or_else(|| Self::Other {
                message: message.to_owned(),
            })
    }
}

/// What follows `pods "x" is forbidden: `, which older releases leave out.
fn after_forbidden(message: &str) -> &str {
    let rest = message.split_once(" is forbidden: ");
    rest.map_or(message, |(_, why)| why)
}

fn forbidden(why: &str) -> Option<Refusal> {
    quota(why)
        .or_else(|| pod_security(why))
        .or_else(|| not_found(why))
        .or_else(|| policy(why))
        .or_else(|| other_plugin(why))
}

fn quota(why: &str) -> Option<Refusal> {
    if let Some(quota) = exceeded_quota(why) {
        return Some(Refusal::QuotaExceeded {
            quota: quota.to_owned(),
            resources: exceeded(why)?,
        });
    }
    if let Some(rest) = why.strip_prefix("failed quota: ") {
        let (quota, missing) = rest.split_once(": must specify ")?;
        return Some(Refusal::QuotaWantsRequests {
            quota: quota.to_owned(),
            missing: missing.to_owned(),
        });
    }
    let scopes = why.strip_prefix("insufficient quota to match these scopes: ")?;
    Some(Refusal::NoQuotaForScope {
        scopes: scopes.to_owned(),
    })
}

/// The names of scopes as a message writes them: `[{PriorityClass In [high]}]`.
pub fn scope_names(scopes: &str) -> impl Iterator<Item = &str> {
    let scopes = scopes.split('{').skip(1);
    scopes.filter_map(|scope| scope.split([' ', '}']).next())
}

/// The ResourceQuota that a message says is exceeded, even where the message is cut off.
#[must_use]
pub fn exceeded_quota(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once("exceeded quota: ")?;
    rest.split(',').next()
}

/// The exceeded resources; `None` where the message is cut off.
fn exceeded(rest: &str) -> Option<Vec<QuotaResource>> {
    let (_, rest) = rest.split_once(", requested: ")?;
    let (requested, rest) = rest.split_once(", used: ")?;
    let (used, limited) = rest.split_once(", limited: ")?;
    Some(resources(requested, used, limited))
}

fn resources(requested: &str, used: &str, limited: &str) -> Vec<QuotaResource> {
    let pairs = |list: &str| -> Vec<(String, String)> {
        let pairs = list.split(',').filter_map(|pair| pair.split_once('='));
        let owned = pairs.map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()));
        owned.collect()
    };
    let (used, limited) = (pairs(used), pairs(limited));
    let of = |all: &[(String, String)], name: &str| {
        let found = all.iter().find(|(n, _)| n == name);
        found.map(|(_, value)| value.clone()).unwrap_or_default()
    };
    let requested = pairs(requested).into_iter();
    let resources = requested.map(|(name, requested)| QuotaResource {
        used: of(&used, &name),
        limited: of(&limited, &name),
        name,
        requested,
    });
    resources.collect()
}

fn pod_security(why: &str) -> Option<Refusal> {
    let rest = why.strip_prefix("violates PodSecurity \"")?;
    let (level, rest) = rest.split_once('"')?;
    let level = level.split(':').next().unwrap_or(level);
    Some(Refusal::PodSecurity {
        level: level.to_owned(),
        violations: rest.trim_start_matches(": ").to_owned(),
    })
}

fn not_found(why: &str) -> Option<Refusal> {
    if let Some(rest) = why.strip_prefix("error looking up service account ") {
        let (account, _) = rest.split_once(": ")?;
        let (_, name) = account.split_once('/')?;
        return Some(Refusal::NoServiceAccount {
            name: name.to_owned(),
        });
    }
    if let Some(rest) = why.strip_prefix("no PriorityClass with name ") {
        let name = rest.strip_suffix(" was found")?;
        return Some(Refusal::NoPriorityClass {
            name: name.to_owned(),
        });
    }
    let rest = why.strip_prefix("pod rejected: RuntimeClass \"")?;
    let (name, _) = rest.split_once('"')?;
    Some(Refusal::NoRuntimeClass {
        name: name.to_owned(),
    })
}

fn policy(why: &str) -> Option<Refusal> {
    let rest = why.strip_prefix("ValidatingAdmissionPolicy '")?;
    let (policy, rest) = rest.split_once('\'')?;
    let (_, message) = rest.split_once("denied request: ")?;
    Some(Refusal::PolicyDenied {
        policy: policy.to_owned(),
        message: message.to_owned(),
    })
}

fn other_plugin(why: &str) -> Option<Refusal> {
    if why.contains("because it is being terminated") {
        return Some(Refusal::NamespaceTerminating);
    }
    if let Some((_, why)) =
        why.split_once("unable to validate against any security context constraint")
    {
        let violations = constraints(why);
        return Some(Refusal::SecurityContextConstraints { violations });
    }
    if let Some(rest) = why.strip_prefix("PodSecurityPolicy: ") {
        let violations = rest
            .strip_prefix("unable to admit pod: ")
            .unwrap_or_default();
        // A list may end in an empty one: `Allowed ports: []`.
        let inner = violations
            .strip_prefix('[')
            .and_then(|v| v.strip_suffix(']'));
        return Some(Refusal::PodSecurityPolicy {
            violations: inner.unwrap_or(violations).to_owned(),
        });
    }
    if let Some(rest) = why.strip_prefix("pods with ") {
        let (name, rest) = rest.split_once(" priorityClass is not permitted in ")?;
        return rest
            .ends_with(" namespace")
            .then(|| Refusal::PriorityClassElsewhere {
                name: name.to_owned(),
            });
    }
    if why.starts_with("User \"") && why.contains(" cannot create resource \"pods\"") {
        return Some(Refusal::ControllerForbidden {
            message: why.to_owned(),
        });
    }
    let is_limit = ["maximum ", "minimum ", "memory max limit", "cpu max limit"]
        .iter()
        .any(|start| why.trim_start_matches('[').starts_with(start));
    is_limit.then(|| Refusal::LimitRange {
        violations: why.trim_matches(['[', ']']).to_owned(),
    })
}

/// What about a pod isn't allowed by the constraints that it may use:
/// `.spec.securityContext.hostNetwork: Invalid value: true: Host network is not allowed to be
/// used`. Constraints that it may not use say nothing about that.
fn constraints(why: &str) -> Vec<String> {
    let why = why.trim_start_matches([':', ' ']).trim_start_matches('[');
    // Of several fields that aren't allowed for the same, the shortest is named.
    let mut fields: BTreeMap<&str, &str> = BTreeMap::new();
    for part in why.trim_end_matches(']').split(", ") {
        let Some((field, rest)) = part.split_once(": Invalid value: ") else {
            continue;
        };
        let field = field.rsplit(' ').next().unwrap_or(field);
        let field = field
            .trim_start_matches(".spec.")
            .trim_start_matches("spec.");
        let said = rest.split_once(": ").map_or(rest, |(_, said)| said);
        let known = fields.entry(said).or_insert(field);
        if field.len() < known.len() {
            *known = field;
        }
    }
    let told = fields
        .iter()
        .map(|(said, field)| format!("{said} ({field})"));
    told.collect()
}

/// `NewTimeoutError` of the API server's filters and handlers (apiserver 0.37.1).
fn timeout(message: &str) -> Option<Refusal> {
    message
        .starts_with("Timeout: request did not complete within")
        .then_some(Refusal::Timeout)
}

fn invalid(message: &str) -> Option<Refusal> {
    let (about, message) = message.split_once(" is invalid: ")?;
    about.starts_with("Pod ").then(|| Refusal::Invalid {
        message: message.to_owned(),
    })
}

#[cfg(test)]
mod tests;
