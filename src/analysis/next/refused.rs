//! How to make creates succeed that were refused for a reason which only the message tells.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::analysis::eligibility::DaemonSetRef;
use crate::analysis::refusal::{ClassFact, Evidence, WebhookFact};
use crate::model::Command;
use crate::model::refusal::{CallFailure, Refusal};

use super::repair::patch_pod_spec;
use super::{Step, StepKind};

/// How to make creates succeed after `refusal`, safest first.
pub(super) fn after_refusal(
    ds: &DaemonSetRef,
    refusal: &Refusal,
    evidence: Option<&Evidence>,
) -> Vec<Step> {
    let plain = |kind| vec![Step::new(kind, None)];
    match refusal {
        Refusal::NoPriorityClass { name } => {
            let create = Command::kubectl(&["create", "priorityclass"]).name(name);
            let create = create.map(|command| command.with(&["--value=1000000"]));
            let kind = StepKind::CreateMissingClass { name: name.clone() };
            let near = use_near(ds, evidence, "priorityClassName");
            let there = near.or_else(|| use_class(ds, evidence));
            there.into_iter().chain([Step::new(kind, create)]).collect()
        }
        Refusal::NoRuntimeClass { name } => {
            let install = StepKind::InstallRuntime {
                class: name.clone(),
            };
            let without = patch_pod_spec(ds, &json!({"runtimeClassName": null}));
            let near = use_near(ds, evidence, "runtimeClassName");
            let steps = [
                Step::new(install, None),
                Step::new(StepKind::WithoutRuntimeClass, without),
            ];
            near.into_iter().chain(steps).collect()
        }
        Refusal::LimitRange { .. } => vec![keep_to_limits(ds, evidence)],
        Refusal::QuotaWantsRequests { missing, .. } => plain(StepKind::SpecifyRequests {
            missing: missing.clone(),
        }),
        Refusal::WebhookDenied { .. } | Refusal::PolicyDenied { .. } => plain(StepKind::MeetPolicy),
        Refusal::WebhookFailed {
            service, message, ..
        } => {
            let run = match CallFailure::of(message) {
                Some(why) if why.is_of_certificate() => StepKind::RenewCertificate,
                _ => StepKind::RunWebhook {
                    service: service.clone(),
                },
            };
            let webhook = match evidence {
                Some(Evidence::Webhook(webhook)) => Some(webhook),
                _ => None,
            };
            let ignore = webhook.map(ignore_failures).into_iter();
            if webhook.is_some_and(|webhook| webhook.deadlock.is_some()) {
                // Its pods don't run before these do.
                let exempt = StepKind::ExemptNamespace {
                    namespace: ds.namespace.clone(),
                };
                return ignore.chain([Step::new(exempt, None)]).collect();
            }
            [Step::new(run, None)].into_iter().chain(ignore).collect()
        }
        Refusal::SecurityContextConstraints { .. } => {
            let account = match evidence {
                Some(Evidence::Account { name }) => Some(name),
                _ => None,
            };
            let command = account.and_then(|name| allow_constraints(ds, name));
            vec![Step::new(StepKind::AllowConstraints, command)]
        }
        Refusal::ControllerForbidden { .. } => {
            let restored = Command::kubectl(&[
                "create",
                "clusterrolebinding",
                "system:controller:daemon-set-controller",
                "--clusterrole=system:controller:daemon-set-controller",
                "--serviceaccount=kube-system:daemon-set-controller",
            ]);
            vec![Step::new(StepKind::RestoreRights, Some(restored))]
        }
        Refusal::PodSecurityPolicy { .. } => plain(StepKind::AllowPolicy),
        Refusal::Timeout => plain(StepKind::FindSlowWebhook),
        Refusal::NamespaceTerminating => plain(StepKind::FinishDeletion),
        _ => Vec::new(),
    }
}

/// The object with a similar name, if there is exactly one.
fn use_near(ds: &DaemonSetRef, evidence: Option<&Evidence>, field: &'static str) -> Option<Step> {
    let Some(Evidence::Near { kind, names }) = evidence else {
        return None;
    };
    let [name] = names.as_slice() else {
        return None;
    };
    let command = patch_pod_spec(ds, &json!({field: name}));
    let kind = StepKind::UseNear {
        kind,
        name: name.clone(),
    };
    Some(Step::new(kind, command))
}

/// The requests and limits that keep to the LimitRange, in one patch.
fn keep_to_limits(ds: &DaemonSetRef, evidence: Option<&Evidence>) -> Step {
    let changes = match evidence {
        Some(Evidence::Limits { changes }) => changes.clone(),
        _ => Vec::new(),
    };
    let mut amounts: BTreeMap<_, BTreeMap<&str, BTreeMap<&str, &str>>> = BTreeMap::new();
    for change in &changes {
        let list = match change.is_limit {
            true => "limits",
            false => "requests",
        };
        let of_container = amounts
            .entry((change.is_init, &change.container))
            .or_default();
        let of_list = of_container.entry(list).or_default();
        of_list.insert(&change.resource, &change.value);
    }
    let mut spec: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for ((is_init, name), resources) in &amounts {
        let list = match is_init {
            true => "initContainers",
            false => "containers",
        };
        let container = json!({"name": name, "resources": resources});
        spec.entry(list).or_default().push(container);
    }
    let patch = json!(spec);
    let command = (!changes.is_empty())
        .then(|| patch_pod_spec(ds, &patch))
        .flatten();
    Step::new(StepKind::KeepToLimits { changes }, command)
}

/// The highest PriorityClass that there is.
fn use_class(ds: &DaemonSetRef, evidence: Option<&Evidence>) -> Option<Step> {
    let Some(Evidence::Classes { classes }) = evidence else {
        return None;
    };
    let ClassFact { name, value } = classes.first()?.clone();
    let command = patch_pod_spec(ds, &json!({"priorityClassName": name}));
    Some(Step::new(StepKind::UseClass { name, value }, command))
}

fn ignore_failures(webhook: &WebhookFact) -> Step {
    let path = format!("/webhooks/{}/failurePolicy", webhook.index);
    let patch = json!([{"op": "replace", "path": path, "value": "Ignore"}]).to_string();
    let kind = match webhook.kind {
        "MutatingWebhookConfiguration" => "mutatingwebhookconfiguration",
        _ => "validatingwebhookconfiguration",
    };
    let command = Command::kubectl(&["patch", kind]).name(&webhook.configuration);
    let command = command.and_then(|command| {
        let command = command.with(&["--type=json"]);
        command.option(("-p", "--patch"), &patch)
    });
    let kind = StepKind::IgnoreFailures {
        configuration: webhook.configuration.clone(),
    };
    Step::new(kind, command)
}

/// `privileged` allows everything that a daemon pod may ask for.
fn allow_constraints(ds: &DaemonSetRef, account: &str) -> Option<Command> {
    let command = Command::of(&["oc", "adm", "policy", "add-scc-to-user", "privileged"]);
    let command = command.option(("-z", "--serviceaccount"), account)?;
    command.namespace(&ds.namespace)
}

#[cfg(test)]
mod tests {
    use crate::analysis::refusal::LimitChange;

    use super::*;
    use crate::analysis::refusal::Deadlock;

    fn told(why: &str, evidence: Option<&Evidence>) -> Vec<(&'static str, Option<String>)> {
        let ds = DaemonSetRef {
            namespace: "ops".to_owned(),
            name: "a".to_owned(),
        };
        let steps = after_refusal(&ds, &Refusal::new(why), evidence).into_iter();
        let told = steps.map(|step| {
            let command = step.command.map(|command| command.to_string());
            (step.kind.name(), command)
        });
        told.collect()
    }

    #[test]
    fn a_webhook_that_cannot_be_called() {
        let of = |why: &str| {
            format!(
                "failed calling webhook \"w.io\": failed to call webhook: Post \"https://w.sys.svc:443/m?timeout=10s\": {why}"
            )
        };
        let down = of("no endpoints available for service \"w\"");
        assert_eq!(told(&down, None), [("RunWebhook", None)]);
        let evidence = Evidence::Webhook(WebhookFact {
            kind: "MutatingWebhookConfiguration",
            configuration: "w".to_owned(),
            index: 1,
            failure_policy: Some("Fail".to_owned()),
            failed: true,
            deadlock: None,
        });
        let ignore = "kubectl patch mutatingwebhookconfiguration w --type=json -p '[{\"op\":\"replace\",\"path\":\"/webhooks/1/failurePolicy\",\"value\":\"Ignore\"}]'".to_owned();
        let both = [("RunWebhook", None), ("IgnoreFailures", Some(ignore))];
        assert_eq!(told(&down, Some(&evidence)), both);
        let Evidence::Webhook(webhook) = evidence else {
            return;
        };
        let waiting = Evidence::Webhook(WebhookFact {
            deadlock: Some(Deadlock::Network),
            ..webhook
        });
        let kinds: Vec<_> = told(&down, Some(&waiting))
            .into_iter()
            .map(|(kind, _)| kind)
            .collect();
        assert_eq!(kinds, ["IgnoreFailures", "ExemptNamespace"]);
        let expired = of(
            "tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 2026-05-04T11:50:00Z is after 2026-05-03T00:00:00Z",
        );
        assert_eq!(told(&expired, None), [("RenewCertificate", None)]);
    }

    #[test]
    fn classes_that_do_not_exist() {
        let missing = "pods \"a-x\" is forbidden: no PriorityClass with name high was found";
        let create = "kubectl create priorityclass high --value=1000000".to_owned();
        let created = ("CreateMissingClass", Some(create));
        assert_eq!(told(missing, None), std::slice::from_ref(&created));
        let near = Evidence::Near {
            kind: "PriorityClass",
            names: vec!["highest".to_owned()],
        };
        let patch = "kubectl patch daemonset a -n ops -p '{\"spec\":{\"template\":{\"spec\":{\"priorityClassName\":\"highest\"}}}}'".to_owned();
        let both = [("UseNear", Some(patch)), created.clone()];
        assert_eq!(told(missing, Some(&near)), both);
        let class = |name: &str, value| ClassFact {
            name: name.to_owned(),
            value,
        };
        let others = Evidence::Classes {
            classes: vec![class("agents", 1000), class("low", -1)],
        };
        let patch = "kubectl patch daemonset a -n ops -p '{\"spec\":{\"template\":{\"spec\":{\"priorityClassName\":\"agents\"}}}}'".to_owned();
        let both = [("UseClass", Some(patch)), created];
        assert_eq!(told(missing, Some(&others)), both);
    }

    #[test]
    fn an_account_that_may_use_no_constraints() {
        let refused = "pods \"a-x\" is forbidden: unable to validate against any security context constraint: []";
        let evidence = Evidence::Account {
            name: "agent".to_owned(),
        };
        let allow = "oc adm policy add-scc-to-user privileged -z agent -n ops".to_owned();
        assert_eq!(
            told(refused, Some(&evidence)),
            [("AllowConstraints", Some(allow))]
        );
    }

    #[test]
    fn what_the_message_alone_tells() {
        let names = |why: &str| {
            let steps = told(why, None).into_iter();
            steps.map(|(name, _)| name).collect::<Vec<_>>()
        };
        let timeout = "Timeout: request did not complete within requested timeout - context deadline exceeded";
        assert_eq!(names(timeout), ["FindSlowWebhook"]);
        let rights = "pods is forbidden: User \"system:serviceaccount:kube-system:daemon-set-controller\" cannot create resource \"pods\" in API group \"\" in the namespace \"ops\"";
        assert_eq!(names(rights), ["RestoreRights"]);
        let limits = "pods \"a-x\" is forbidden: maximum memory usage per Container is 512Mi, but limit is 1Gi";
        assert_eq!(names(limits), ["KeepToLimits"]);
        let change = |is_limit| LimitChange {
            container: "c".to_owned(),
            is_init: false,
            is_limit,
            resource: "memory".to_owned(),
            value: "512Mi".to_owned(),
        };
        let evidence = Evidence::Limits {
            changes: vec![change(false), change(true)],
        };
        let patch = "kubectl patch daemonset a -n ops -p '{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"c\",\"resources\":{\"limits\":{\"memory\":\"512Mi\"},\"requests\":{\"memory\":\"512Mi\"}}}]}}}}'";
        assert_eq!(
            told(limits, Some(&evidence)),
            [("KeepToLimits", Some(patch.to_owned()))]
        );
        assert_eq!(names("something else"), <[&str; 0]>::default());
    }
}
