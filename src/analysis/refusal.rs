//! Why the API server refused a create, read from its message: admission has no other way to
//! tell. The forms are those of Kubernetes 1.37.1's admission plugins; what has none of them
//! is told as it is.

/// What refused a create.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Refusal {
    /// `exceeded quota` (plugin ResourceQuota).
    QuotaExceeded {
        /// The ResourceQuota.
        quota: String,
        /// What there is too little of.
        resources: Vec<QuotaResource>,
    },
    /// `failed quota`: it wants containers to say what they request.
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
        /// What of the pod violates it.
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
    /// A LimitRange allows less, or more.
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
    SecurityContextConstraints,
    /// The namespace is being deleted.
    NamespaceTerminating,
    /// The pod is invalid.
    Invalid {
        /// What is wrong with it.
        message: String,
    },
    /// Anything else, as it is.
    Other {
        /// The message.
        message: String,
    },
}

/// How a resource stands against a quota.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct QuotaResource {
    /// The resource, such as `pods` or `requests.cpu`.
    pub name: String,
    /// What the pod asks for.
    pub requested: String,
    /// What is used.
    pub used: String,
    /// What the quota allows.
    pub limited: String,
}

impl Refusal {
    /// What `message`, of a FailedCreate event, says.
    #[must_use]
    pub fn new(message: &str) -> Self {
        let message = message.trim();
        let message = message.strip_prefix("Error creating: ").unwrap_or(message);
        webhook(message)
            .or_else(|| forbidden(after_forbidden(message)))
            .or_else(|| invalid(message))
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

/// The ResourceQuota that a message says is exceeded.
pub(super) fn exceeded_quota(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once("exceeded quota: ")?;
    rest.split(',').next()
}

/// What of it is; `None` where the message is cut off.
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
    if why.contains("unable to validate against any security context constraint") {
        return Some(Refusal::SecurityContextConstraints);
    }
    let is_limit = ["maximum ", "minimum ", "memory max limit", "cpu max limit"]
        .iter()
        .any(|start| why.trim_start_matches('[').starts_with(start));
    is_limit.then(|| Refusal::LimitRange {
        violations: why.trim_matches(['[', ']']).to_owned(),
    })
}

fn webhook(message: &str) -> Option<Refusal> {
    if let Some((_, rest)) = message.split_once("failed calling webhook \"") {
        let (webhook, message) = rest.split_once("\": ")?;
        let message = message.strip_prefix("failed to call webhook: ");
        return Some(Refusal::WebhookFailed {
            webhook: webhook.to_owned(),
            message: message.unwrap_or_default().to_owned(),
        });
    }
    let (_, rest) = message.split_once("admission webhook \"")?;
    let (webhook, rest) = rest.split_once('"')?;
    let (_, message) = rest.split_once("denied the request")?;
    Some(Refusal::WebhookDenied {
        webhook: webhook.to_owned(),
        message: message.trim_start_matches(": ").to_owned(),
    })
}

fn invalid(message: &str) -> Option<Refusal> {
    let (about, message) = message.split_once(" is invalid: ")?;
    about.starts_with("Pod ").then(|| Refusal::Invalid {
        message: message.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quota_that_is_full() {
        let message = "Error creating: pods \"agent-x\" is forbidden: exceeded quota: q, requested: pods=1,requests.cpu=1, used: pods=20,requests.cpu=3, limited: pods=20,requests.cpu=3";
        let resource = |name: &str, requested: &str, used: &str| QuotaResource {
            name: name.to_owned(),
            requested: requested.to_owned(),
            used: used.to_owned(),
            limited: used.to_owned(),
        };
        let resources = vec![
            resource("pods", "1", "20"),
            resource("requests.cpu", "1", "3"),
        ];
        let quota = "q".to_owned();
        assert_eq!(
            Refusal::new(message),
            Refusal::QuotaExceeded { quota, resources }
        );
    }

    #[test]
    fn what_has_a_known_form_is_told_apart() {
        let of =
            |why: &str| Refusal::new(&format!("Error creating: pods \"a-\" is forbidden: {why}"));
        let text = str::to_owned;
        let cases = [
            (
                of(
                    "insufficient quota to match these scopes: [{PriorityClass In [system-node-critical]}]",
                ),
                Refusal::NoQuotaForScope {
                    scopes: text("[{PriorityClass In [system-node-critical]}]"),
                },
            ),
            (
                of("violates PodSecurity \"restricted:latest\": hostNetwork != false"),
                Refusal::PodSecurity {
                    level: text("restricted"),
                    violations: text("hostNetwork != false"),
                },
            ),
            (
                of("error looking up service account ns/agent: serviceaccount \"agent\" not found"),
                Refusal::NoServiceAccount {
                    name: text("agent"),
                },
            ),
            (
                of("no PriorityClass with name high was found"),
                Refusal::NoPriorityClass { name: text("high") },
            ),
            (
                of("pod rejected: RuntimeClass \"gvisor\" not found"),
                Refusal::NoRuntimeClass {
                    name: text("gvisor"),
                },
            ),
            (
                of("[maximum cpu usage per Container is 1, but limit is 2]"),
                Refusal::LimitRange {
                    violations: text("maximum cpu usage per Container is 1, but limit is 2"),
                },
            ),
            (
                Refusal::new(
                    "Error creating: Internal error occurred: failed calling webhook \"w.io\": failed to call webhook: Post \"https://w\": connection refused",
                ),
                Refusal::WebhookFailed {
                    webhook: text("w.io"),
                    message: text("Post \"https://w\": connection refused"),
                },
            ),
            (
                Refusal::new("Error creating: admission webhook \"w.io\" denied the request: no"),
                Refusal::WebhookDenied {
                    webhook: text("w.io"),
                    message: text("no"),
                },
            ),
            (
                of("unable to create new content in namespace a because it is being terminated"),
                Refusal::NamespaceTerminating,
            ),
            (
                Refusal::new("Error creating: etcd is full"),
                Refusal::Other {
                    message: text("etcd is full"),
                },
            ),
        ];
        for (found, expected) in cases {
            assert_eq!(found, expected);
        }
    }
}
