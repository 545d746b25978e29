//! What the server doesn't take, in its own words.

use kubectl_ds::commands::apply::ObtainError;
use kubectl_ds::source::dry_run::{ApplyOptions, DryRunError};
use serde_json::{Value, json};

use super::{READER, Subject, allow_reading};
use crate::control_plane::{ADMIN, ControlPlane, PATIENCE, PollError, wait_for};

pub(super) fn run(cluster: &ControlPlane) -> Result<(), String> {
    allow_reading(cluster)?;
    let subject = Subject::new(cluster, "refusals");
    subject.delete()?;
    subject.apply(&subject.manifest(), &["--server-side"])?;
    let answers = [
        conflict(&subject),
        invalid(&subject),
        rights(&subject),
        admission(&subject),
    ];
    for kind in [
        "validatingadmissionpolicybinding",
        "validatingadmissionpolicy",
    ] {
        cluster.kubectl(&["delete", kind, "refusals", "--ignore-not-found"])?;
    }
    cluster.kubectl(&[
        "delete",
        "validatingwebhookconfiguration",
        "refusals",
        "--ignore-not-found",
    ])?;
    subject.delete()?;
    answers.into_iter().collect()
}

fn server_side() -> ApplyOptions {
    ApplyOptions {
        server_side: true,
        ..ApplyOptions::default()
    }
}

fn with_image(subject: &Subject<'_>, image: &str) -> Value {
    let mut manifest = subject.manifest();
    manifest["spec"]["template"]["spec"]["containers"][0]["image"] = json!(image);
    manifest
}

fn refused(
    subject: &Subject<'_>,
    user: &str,
    manifest: &Value,
    options: &ApplyOptions,
    is: fn(&ObtainError) -> bool,
    words: &[&str],
) -> Result<(), String> {
    let error = match subject.obtain(user, manifest, options)? {
        Ok(obtained) => return Err(format!("no refusal but {:?}", obtained.source)),
        Err(error) => error,
    };
    let text = error.to_string();
    let right = is(&error) && words.iter().all(|word| text.contains(word));
    // The patch that kubectl sends has the whole manifest in it.
    if right && text.len() < 500 {
        return Ok(());
    }
    Err(format!("{words:?} expected: {error:?}"))
}

/// Without force neither the dry run nor the apply goes through.
fn conflict(subject: &Subject<'_>) -> Result<(), String> {
    let name = format!("daemonset/{}", subject.name);
    subject
        .cluster
        .kubectl(&["set", "image", &name, "agent=agent:hotfix"])?;
    let manifest = with_image(subject, "agent:2");
    if subject.apply(&manifest, &["--server-side"]).is_ok() {
        return Err("kubectl saw no conflict".to_owned());
    }
    let is = |e: &ObtainError| matches!(e, ObtainError::DryRun(DryRunError::Conflict(_)));
    let words = ["agent\"].image", "kubectl-set", "--force-conflicts"];
    refused(subject, ADMIN, &manifest, &server_side(), is, &words)
}

fn invalid(subject: &Subject<'_>) -> Result<(), String> {
    let is = |e: &ObtainError| matches!(e, ObtainError::DryRun(DryRunError::Invalid(_)));
    let plain = ApplyOptions::default();
    let mut selector = subject.manifest();
    selector["spec"]["selector"]["matchLabels"] = json!({"app": "other"});
    selector["spec"]["template"]["metadata"]["labels"] = json!({"app": "other"});
    refused(
        subject,
        ADMIN,
        &selector,
        &plain,
        is,
        &["spec.selector", "field is immutable"],
    )?;
    let mut unknown = subject.manifest();
    unknown["spec"]["template"]["spec"]["nodeSelectors"] = json!({});
    let words = ["unknown field", "spec.template.spec.nodeSelectors"];
    refused(subject, ADMIN, &unknown, &plain, is, &words)?;
    refused(
        subject,
        ADMIN,
        &unknown,
        &server_side(),
        |_| true,
        &["nodeSelectors"],
    )
}

/// A merge by field managers isn't computed here.
fn rights(subject: &Subject<'_>) -> Result<(), String> {
    let is = |e: &ObtainError| matches!(e, ObtainError::NeedsServer(_));
    let words = ["--server-side", "User \"reader\" cannot patch"];
    refused(
        subject,
        READER,
        &subject.manifest(),
        &server_side(),
        is,
        &words,
    )
}

fn admission(subject: &Subject<'_>) -> Result<(), String> {
    let is = |e: &ObtainError| matches!(e, ObtainError::DryRun(DryRunError::Refused(_)));
    let rules = json!([{"apiGroups": ["apps"], "apiVersions": ["v1"], "operations": ["CREATE", "UPDATE"], "resources": ["daemonsets"]}]);
    subject.cluster.apply(&json!({
        "apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingAdmissionPolicy", "metadata": {"name": "refusals"},
        "spec": {
            "matchConstraints": {"resourceRules": rules},
            "validations": [{"expression": "object.spec.template.spec.containers.all(c, c.image != 'agent:bad')", "message": "agent:bad is bad"}],
        },
    }))?;
    subject.cluster.apply(&json!({
        "apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingAdmissionPolicyBinding", "metadata": {"name": "refusals"},
        "spec": {"policyName": "refusals", "validationActions": ["Deny"]},
    }))?;
    let bad = with_image(subject, "agent:bad");
    let plain = ApplyOptions::default();
    // The server takes a new policy up when it sees it.
    wait_for("the policy", PATIENCE, || {
        let words = ["ValidatingAdmissionPolicy 'refusals'", "agent:bad is bad"];
        refused(subject, ADMIN, &bad, &plain, is, &words).map_err(PollError::NotYet)
    })?;
    subject.cluster.apply(&json!({
        "apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingWebhookConfiguration", "metadata": {"name": "refusals"},
        "webhooks": [{
            "name": "nobody.example.com", "admissionReviewVersions": ["v1"], "sideEffects": "None",
            "clientConfig": {"url": "https://127.0.0.1:1/nobody"}, "rules": rules,
            "matchConditions": [{"name": "ours", "expression": "object.metadata.name == 'refusals'"}],
        }],
    }))?;
    let good = with_image(subject, "agent:3");
    wait_for("the webhook", PATIENCE, || {
        let words = [
            "failed calling webhook \"nobody.example.com\"",
            "connection refused",
        ];
        refused(subject, ADMIN, &good, &plain, is, &words).map_err(PollError::NotYet)
    })
}
