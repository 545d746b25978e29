//! What objects say of a refusal: whether it still stands, and what to do about it then.

use serde_json::{Value, json};

use kubectl_ds::analysis::next::{Step, steps};
use kubectl_ds::analysis::reason::{Code, Reason};
use kubectl_ds::analysis::refusal::{Deadlock, Evidence};

use super::{REFUSED, event};
use crate::analysed::all_nodes;
use crate::plans::dump::{Dump, node};

/// Before the last refusal, and after it.
const BEFORE: &str = "2026-01-01T00:00:00Z";
const AFTER: &str = "2026-01-01T01:40:00Z";

/// A pod of the DaemonSet `a` is missing, and its create was refused: `why`.
fn refused(why: &str, objects: &[Value]) -> Dump {
    let mut dump = Dump::new(3, 3);
    dump.nodes.push(node("n4"));
    let message = format!("Error creating: {why}");
    dump.others.push(event("FailedCreate", REFUSED, &message));
    dump.others.extend(objects.iter().cloned());
    dump
}

fn of_dump(dump: &Dump) -> (Option<Evidence>, Vec<String>) {
    let report = all_nodes(&dump.objects());
    let missing = report.nodes.iter().find(|n| n.name == "n4").unwrap();
    let mut refusals = missing.reasons.iter();
    let refusal = refusals.find(|r| r.code() == Code::FailedCreate).unwrap();
    let commands = steps(&report).into_iter();
    let commands = commands.filter_map(|Step { command, .. }| Some(command?.to_string()));
    (Reason::evidence(refusal).cloned(), commands.collect())
}

fn of(why: &str, objects: &[Value]) -> (Option<Evidence>, Vec<String>) {
    of_dump(&refused(why, objects))
}

/// An object that matters because it is there.
fn named(api_version: &str, kind: &str, name: &str, created: &str) -> Value {
    json!({"apiVersion": api_version, "kind": kind,
        "metadata": {"name": name, "namespace": "default", "creationTimestamp": created}})
}

fn quota(name: &str, scopes: Value, hard: Value, used: Value) -> Value {
    json!({"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": name, "namespace": "default"},
        "spec": {"hard": hard, "scopeSelector": {"matchExpressions": scopes}},
        "status": {"hard": hard, "used": used}})
}

fn has(commands: &[String], start: &str) -> bool {
    commands.iter().any(|command| command.starts_with(start))
}

const NO_ACCOUNT: &str = "pods \"a-\" is forbidden: error looking up service account default/agent: serviceaccount \"agent\" not found";

#[test]
fn an_account_that_was_created_since() {
    let account = |name: &str, created| named("v1", "ServiceAccount", name, created);
    let create = "kubectl create serviceaccount agent ";
    let (found, commands) = of(NO_ACCOUNT, &[account("agent", AFTER)]);
    let created = Evidence::CreatedSince {
        kind: "ServiceAccount",
        name: "agent".to_owned(),
        at: Some(AFTER.parse().unwrap()),
    };
    assert_eq!(found, Some(created));
    assert!(!has(&commands, create), "{commands:?}");
    // One that was there all along isn't what was missing; one of another namespace neither.
    let mut elsewhere = account("agent", AFTER);
    elsewhere["metadata"]["namespace"] = json!("other");
    for objects in [&[account("agent", BEFORE)][..], &[elsewhere], &[]] {
        let (found, commands) = of(NO_ACCOUNT, objects);
        assert_eq!(found, None);
        assert!(has(&commands, create), "{commands:?}");
    }
    let (found, commands) = of(
        NO_ACCOUNT,
        &[account("agents", BEFORE), account("default", BEFORE)],
    );
    let near = Evidence::Near {
        kind: "ServiceAccount",
        names: vec!["agents".to_owned()],
    };
    assert_eq!(found, Some(near));
    assert!(has(&commands, create), "{commands:?}");
}

#[test]
fn classes_of_the_cluster() {
    for (kind, api_version, why) in [
        (
            "PriorityClass",
            "scheduling.k8s.io/v1",
            "pods \"a-\" is forbidden: no PriorityClass with name high was found",
        ),
        (
            "RuntimeClass",
            "node.k8s.io/v1",
            "pods \"a-\" is forbidden: pod rejected: RuntimeClass \"high\" not found",
        ),
    ] {
        let (found, _) = of(why, &[named(api_version, kind, "high", AFTER)]);
        assert!(found.as_ref().is_some_and(Evidence::is_lifted), "{found:?}");
        let (found, _) = of(why, &[named(api_version, kind, "higher", BEFORE)]);
        let names = vec!["higher".to_owned()];
        assert_eq!(found, Some(Evidence::Near { kind, names }));
    }
}

/// Where no name is near, the highest of the others is offered; the system's only alone.
#[test]
fn priority_classes_that_there_are() {
    let why = "pods \"a-\" is forbidden: no PriorityClass with name high was found";
    let class = |name: &str, value: i32| {
        let mut class = named("scheduling.k8s.io/v1", "PriorityClass", name, BEFORE);
        class["value"] = value.into();
        class
    };
    let system = class("system-node-critical", 2_000_001_000);
    let all = [class("batch", -10), class("platform", 1000), system.clone()];
    for (objects, wanted) in [
        (&all[..], vec![("platform", 1000), ("batch", -10)]),
        (&[system], vec![("system-node-critical", 2_000_001_000)]),
    ] {
        let (found, commands) = of(why, objects);
        let Some(Evidence::Classes { classes }) = found else {
            panic!("{found:?}");
        };
        let found: Vec<_> = classes.iter().map(|c| (c.name.as_str(), c.value)).collect();
        assert_eq!(found, wanted);
        let uses = format!("\"priorityClassName\":\"{}\"", wanted[0].0);
        assert!(commands.iter().any(|c| c.contains(&uses)), "{commands:?}");
    }
}

const FULL: &str =
    "pods \"a-\" is forbidden: exceeded quota: q, requested: pods=1, used: pods=3, limited: pods=3";

#[test]
fn a_quota_as_it_is() {
    let pods = |name: &str, hard: &str, used: &str| {
        quota(
            name,
            json!([]),
            json!({"pods": hard}),
            json!({"pods": used}),
        )
    };
    let (found, commands) = of(FULL, &[pods("q", "5", "3")]);
    let quota_q = "q".to_owned();
    assert_eq!(found, Some(Evidence::QuotaHasRoom { quota: quota_q }));
    assert!(!has(&commands, "kubectl patch quota "), "{commands:?}");
    // It is raised from what it is by now.
    let (found, commands) = of(
        FULL,
        &[
            pods("q", "5", "5"),
            pods("also", "2", "2"),
            pods("wide", "9", "2"),
        ],
    );
    let Some(Evidence::QuotaFull {
        quota: fact,
        also_full,
    }) = found
    else {
        panic!("{found:?}");
    };
    assert_eq!(also_full, ["also"]);
    assert_eq!(
        (&*fact.resources[0].used, &*fact.resources[0].limited),
        ("5", "5")
    );
    assert!(has(&commands, "kubectl patch quota q "), "{commands:?}");
    assert!(
        commands.iter().any(|c| c.contains(r#"{"pods":"6"}"#)),
        "{commands:?}"
    );
    // None of the name is known.
    let (found, commands) = of(FULL, &[pods("other", "0", "0")]);
    assert_eq!(found, None);
    assert!(
        commands.iter().any(|c| c.contains(r#"{"pods":"4"}"#)),
        "{commands:?}"
    );
}

/// A quota counts the pods that have all its scopes.
#[test]
fn quotas_for_others_are_not_full_for_these_pods() {
    let zero = json!({"pods": "0"});
    let scoped = |scope: Value| quota("other", json!([scope]), zero.clone(), zero.clone());
    let also = |scope: Value, spec: Value| {
        let full = quota("q", json!([]), zero.clone(), zero.clone());
        let mut dump = refused(FULL, &[full, scoped(scope)]);
        for (field, value) in spec.as_object().into_iter().flatten() {
            dump.ds["spec"]["template"]["spec"][field] = value.clone();
        }
        match of_dump(&dump).0 {
            Some(Evidence::QuotaFull { also_full, .. }) => also_full.len(),
            other => panic!("{other:?}"),
        }
    };
    let scope = |name: &str, operator: &str, values: &[&str]| json!({"scopeName": name, "operator": operator, "values": values});
    let high = || json!({"priorityClassName": "high"});
    let cpu = || json!({"containers": [{"name": "agent", "image": "a:2", "resources": {"requests": {"cpu": "1m"}}}]});
    for (scope, spec, counts) in [
        (scope("PriorityClass", "In", &["high"]), high(), 1),
        (scope("PriorityClass", "In", &["low"]), high(), 0),
        (scope("PriorityClass", "NotIn", &["high"]), high(), 0),
        (scope("PriorityClass", "Exists", &[]), high(), 1),
        (scope("PriorityClass", "DoesNotExist", &[]), high(), 0),
        (scope("Terminating", "Exists", &[]), high(), 0),
        (scope("NotTerminating", "Exists", &[]), high(), 1),
        (scope("BestEffort", "Exists", &[]), cpu(), 0),
        (scope("NotBestEffort", "Exists", &[]), cpu(), 1),
        // The template doesn't say.
        (scope("BestEffort", "Exists", &[]), high(), 1),
        (scope("PriorityClass", "In", &["low"]), cpu(), 1),
    ] {
        assert_eq!(also(scope.clone(), spec.clone()), counts, "{scope} {spec}");
    }
}

#[test]
fn a_quota_for_a_scope() {
    let why = "insufficient quota to match these scopes: [{PriorityClass In [high]}]";
    let for_class = |name: &str, class: &str| {
        let scope = json!([{"scopeName": "PriorityClass", "operator": "In", "values": [class]}]);
        quota(name, scope, json!({"pods": "9"}), json!({"pods": "0"}))
    };
    let ask = |objects: &[Value]| {
        let mut dump = refused(why, objects);
        dump.ds["spec"]["template"]["spec"]["priorityClassName"] = json!("high");
        of_dump(&dump)
    };
    let create = "kubectl create quota a ";
    let (found, commands) = ask(&[for_class("low", "low"), for_class("high", "high")]);
    let quota = "high".to_owned();
    assert_eq!(found, Some(Evidence::QuotaForScope { quota }));
    assert!(!has(&commands, create), "{commands:?}");
    let (found, commands) = ask(&[for_class("low", "low")]);
    let Some(Evidence::OtherScopes { quotas }) = found else {
        panic!("{found:?}");
    };
    assert_eq!(quotas[0].name, "low");
    assert!(has(&commands, create), "{commands:?}");
    assert_eq!(ask(&[]).0, None);
}

#[test]
fn the_configuration_of_a_webhook() {
    let failed = "Internal error occurred: failed calling webhook \"w.io\": failed to call webhook: Post \"https://127.0.0.1:1/\": connection refused";
    let denied = "admission webhook \"w.io\" denied the request: no";
    let configured = |kind: &str, policy: &str| {
        json!({"apiVersion": "admissionregistration.k8s.io/v1", "kind": kind, "metadata": {"name": "guard"},
            "webhooks": [{"name": "other.io", "failurePolicy": "Fail"}, {"name": "w.io", "failurePolicy": policy}]})
    };
    for (why, kind, policy, lifted) in [
        (failed, "ValidatingWebhookConfiguration", "Fail", false),
        (failed, "MutatingWebhookConfiguration", "Ignore", true),
        // What it says counts whatever becomes of failures.
        (denied, "ValidatingWebhookConfiguration", "Ignore", false),
    ] {
        let (found, commands) = of(why, &[configured(kind, policy)]);
        let Some(Evidence::Webhook(webhook)) = &found else {
            panic!("{found:?}");
        };
        assert_eq!((webhook.kind, &*webhook.configuration), (kind, "guard"));
        assert_eq!(webhook.failure_policy.as_deref(), Some(policy));
        assert_eq!(found.as_ref().map(Evidence::is_lifted), Some(lifted));
        let describe = format!("kubectl describe {} guard", kind.to_lowercase());
        assert!(commands.contains(&describe), "{commands:?}");
    }
    let (found, commands) = of(failed, &[]);
    assert_eq!(found, None);
    let all = "kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations";
    assert!(has(&commands, all), "{commands:?}");
}

/// The webhook is called at the pods that it keeps from being created.
#[test]
fn a_webhook_that_waits_for_its_own_pods() {
    let failed = |namespace: &str| {
        format!(
            "Internal error occurred: failed calling webhook \"w.io\": failed to call webhook: Post \"https://guard.{namespace}.svc:443/pods\": no endpoints available for service \"guard\""
        )
    };
    let configuration = json!({"apiVersion": "admissionregistration.k8s.io/v1", "kind": "MutatingWebhookConfiguration",
        "metadata": {"name": "guard"}, "webhooks": [{"name": "other.io"}, {"name": "w.io", "failurePolicy": "Fail"}]});
    let service = |selector: Value| {
        json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "guard", "namespace": "default"},
            "spec": {"selector": selector}})
    };
    for (namespace, selector, own) in [
        ("default", json!({"app": "a"}), true),
        ("default", json!({"app": "a", "role": "guard"}), false),
        ("default", json!({}), false),
        ("default", Value::Null, false),
        ("elsewhere", json!({"app": "a"}), false),
    ] {
        let objects = [configuration.clone(), service(selector.clone())];
        let (found, commands) = of(&failed(namespace), &objects);
        let Some(Evidence::Webhook(webhook)) = found else {
            panic!("{found:?}");
        };
        let is_own = webhook.deadlock == Some(Deadlock::OwnPods);
        assert_eq!(is_own, own, "{namespace} {selector}");
        assert!(has(&commands, "kubectl get pods "), "{commands:?}");
    }
}
