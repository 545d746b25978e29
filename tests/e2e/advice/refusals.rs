//! Creates of pods that the API server refuses.

use serde_json::{Value, json};

use crate::prediction::agent;
use crate::scenario::Outcome;
use crate::scenario::daemonset::Ds;
use crate::scenario::lab::Lab;

use super::situation::{Question, Situation};

const WHY: &str = "kubectl ds why agent n";

/// What a webhook guards, and how requests pass while it can't be called.
const LET_PASS: &[&str] = &[
    "kubectl describe validatingwebhookconfiguration ",
    "kubectl patch validatingwebhookconfiguration ",
    WHY,
];

const fn refused(
    name: &'static str,
    set_up: fn(&Lab<'_>) -> Outcome,
    advised: &'static [&'static str],
) -> Situation {
    Situation::new(name, set_up, Question::Why, advised)
}

pub(super) const ALL: &[Situation] = &[
    refused(
        "quota-full",
        quota_full,
        &[
            "kubectl describe quota few ",
            "kubectl patch quota few ",
            WHY,
        ],
    ),
    Situation {
        question: Question::Plan(&[]),
        advised: &["kubectl describe quota few ", "kubectl patch quota few "],
        ..refused("quota-full-plan", quota_full, &[])
    },
    refused(
        "quota-scope",
        quota_scope,
        &["kubectl get quota ", "kubectl create quota agent ", WHY],
    ),
    refused(
        "pod-security",
        pod_security,
        &["kubectl get namespace ", "kubectl label namespace ", WHY],
    ),
    refused(
        "no-priority-class",
        no_priority_class,
        &[
            "kubectl get priorityclasses",
            "kubectl patch daemonset agent ",
            "kubectl create priorityclass none-such ",
            WHY,
        ],
    ),
    refused(
        "no-runtime-class",
        no_runtime_class,
        &[
            "kubectl get runtimeclasses",
            "kubectl patch daemonset agent ",
            WHY,
        ],
    ),
    refused(
        "limit-range",
        limit_range,
        &[
            "kubectl describe limitrange ",
            "kubectl patch daemonset agent ",
            WHY,
        ],
    ),
    refused("webhook", webhook, LET_PASS),
    refused("webhook-of-own-pods", own_webhook, LET_PASS),
    refused(
        "policy",
        policy,
        &["kubectl describe validatingadmissionpolicy ", WHY],
    ),
];

fn is_refused(lab: &Lab<'_>, ds: &Ds) -> Outcome {
    lab.plain_nodes(&["n1", "n2", "n3"])?;
    lab.apply(ds)?;
    lab.until_refused()
}

fn quota_full(lab: &Lab<'_>) -> Outcome {
    lab.quota("few", 1)?;
    is_refused(lab, &agent(1))
}

/// The API server is started with a configuration that allows pods of this class only where a
/// quota is for their scope, as GKE's does with the system's classes.
fn quota_scope(lab: &Lab<'_>) -> Outcome {
    lab.cluster().apply(&json!({
        "apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass",
        "metadata": {"name": "e2e-limited"}, "value": 1000,
    }))?;
    is_refused(
        lab,
        &agent(1).pod(json!({"priorityClassName": "e2e-limited"})),
    )
}

fn pod_security(lab: &Lab<'_>) -> Outcome {
    let level = "pod-security.kubernetes.io/enforce=restricted";
    lab.cluster()
        .kubectl(&["label", "namespace", &lab.namespace(), level])?;
    is_refused(lab, &agent(1).pod(json!({"hostNetwork": true})))
}

fn no_priority_class(lab: &Lab<'_>) -> Outcome {
    is_refused(
        lab,
        &agent(1).pod(json!({"priorityClassName": "none-such"})),
    )
}

fn no_runtime_class(lab: &Lab<'_>) -> Outcome {
    is_refused(lab, &agent(1).pod(json!({"runtimeClassName": "none-such"})))
}

fn limit_range(lab: &Lab<'_>) -> Outcome {
    let limit = json!({"type": "Container", "max": {"cpu": "1"}});
    lab.create(&json!({
        "apiVersion": "v1", "kind": "LimitRange",
        "metadata": {"name": "small"}, "spec": {"limits": [limit]},
    }))?;
    let container =
        json!({"name": "agent", "image": "agent:1", "resources": {"limits": {"cpu": "2"}}});
    is_refused(lab, &agent(1).pod(json!({"containers": [container]})))
}

/// Nothing listens there.
fn webhook(lab: &Lab<'_>) -> Outcome {
    guarded_by(lab, &json!({"url": "https://127.0.0.1:1/pods"}))
}

/// The webhook's Service selects the pods that it keeps from being created.
fn own_webhook(lab: &Lab<'_>) -> Outcome {
    lab.create(&json!({
        "apiVersion": "v1", "kind": "Service", "metadata": {"name": "guard"},
        "spec": {"selector": {"app": "agent"}, "ports": [{"port": 443}]},
    }))?;
    let service = json!({"namespace": lab.namespace(), "name": "guard", "path": "/pods"});
    guarded_by(lab, &json!({"service": service}))
}

fn guarded_by(lab: &Lab<'_>, client: &Value) -> Outcome {
    let namespace = lab.namespace();
    lab.cluster().create(&json!({
        "apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingWebhookConfiguration",
        "metadata": {"name": namespace},
        "webhooks": [{
            "name": "pods.e2e.test", "failurePolicy": "Fail", "sideEffects": "None",
            "timeoutSeconds": 1, "admissionReviewVersions": ["v1"], "clientConfig": client,
            "namespaceSelector": in_namespace(&namespace),
            "rules": [creates_pods()],
        }],
    }))?;
    until_denied(lab)?;
    is_refused(lab, &agent(1))
}

fn policy(lab: &Lab<'_>) -> Outcome {
    let namespace = lab.namespace();
    lab.cluster().create(&json!({
        "apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingAdmissionPolicy",
        "metadata": {"name": namespace},
        "spec": {
            "failurePolicy": "Fail",
            "matchConstraints": {"resourceRules": [creates_pods()], "namespaceSelector": in_namespace(&namespace)},
            "validations": [{"expression": "false", "message": "no pods here"}],
        },
    }))?;
    lab.cluster().create(&json!({
        "apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingAdmissionPolicyBinding",
        "metadata": {"name": namespace},
        "spec": {"policyName": namespace, "validationActions": ["Deny"]},
    }))?;
    until_denied(lab)?;
    is_refused(lab, &agent(1))
}

fn in_namespace(namespace: &str) -> Value {
    json!({"matchLabels": {"kubernetes.io/metadata.name": namespace}})
}

fn creates_pods() -> Value {
    json!({"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods"]})
}

/// Until the API server has taken notice of what is to deny pods.
fn until_denied(lab: &Lab<'_>) -> Outcome {
    let pod = ["run", "probe", "--image=probe", "--dry-run=server"];
    lab.until("pods to be denied", || Ok(lab.kubectl(&pod).is_err()))
}
