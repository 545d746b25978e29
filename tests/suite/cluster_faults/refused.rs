//! What explains a create that was refused is read only where one was, once of each kind that
//! the refusal names, and says the same as a dump.

use std::collections::BTreeSet;

use jiff::Timestamp;
use kubectl_ds::model::{FeatureGates, Snapshot};
use kubectl_ds::source::files::{Files, FilesOptions};
use kubectl_ds::source::kinds::{ReadWhen, read_kinds};
use kubectl_ds::source::{Question, Scope, Source, Subject};
use serde_json::{Value, json};

use super::api::{answer, list};
use super::mock::{Mock, Received, Reply};
use super::{about_agent, agent, ask, question, to};
use crate::binary::{kubectl_ds, stdout};

const QUOTA: &str = "pods \"agent-\" is forbidden: exceeded quota: q, requested: pods=1, used: pods=3, limited: pods=3";
const ACCOUNT: &str = "pods \"agent-\" is forbidden: error looking up service account ops/agent: serviceaccount \"agent\" not found";
const PRIORITY: &str = "pods \"agent-\" is forbidden: no PriorityClass with name high was found";
const RUNTIME: &str = "pods \"agent-\" is forbidden: pod rejected: RuntimeClass \"high\" not found";
const WEBHOOK: &str = "admission webhook \"w.io\" denied the request: no";

/// What a webhook is called at, in the DaemonSet's namespace and in another.
const OWN: &str = "failed calling webhook \"w.io\": failed to call webhook: Post \"https://guard.ops.svc:443/\": EOF";
const OTHER: &str = "failed calling webhook \"w.io\": failed to call webhook: Post \"https://guard.other.svc:443/\": EOF";

const QUOTAS: &str = "/api/v1/namespaces/ops/resourcequotas";
const ACCOUNTS: &str = "/api/v1/namespaces/ops/serviceaccounts";
const PRIORITIES: &str = "/apis/scheduling.k8s.io/v1/priorityclasses";
const RUNTIMES: &str = "/apis/node.k8s.io/v1/runtimeclasses";
const VALIDATING: &str = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations";
const MUTATING: &str = "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations";

const SERVICES: &str = "/api/v1/namespaces/ops/services";

/// Each refusal with the lists that explain it.
const REFUSALS: [(&str, &[&str]); 10] = [
    (QUOTA, &[QUOTAS]),
    (
        "insufficient quota to match these scopes: [{PriorityClass In [high]}]",
        &[QUOTAS],
    ),
    (ACCOUNT, &[ACCOUNTS]),
    (PRIORITY, &[PRIORITIES]),
    (RUNTIME, &[RUNTIMES]),
    (WEBHOOK, &[VALIDATING, MUTATING]),
    (OTHER, &[VALIDATING, MUTATING]),
    (OWN, &[VALIDATING, MUTATING, SERVICES]),
    (
        "pods \"agent-\" is forbidden: violates PodSecurity \"restricted:latest\": x",
        &[],
    ),
    ("etcd is full", &[]),
];

/// Objects of the kinds that explain refusals, in this namespace and in another.
fn objects(resource: &str) -> Vec<Value> {
    let named = |name: &str, namespace: Option<&str>| {
        json!({"metadata": {"name": name, "namespace": namespace,
            "creationTimestamp": "2026-11-01T11:30:00Z"}})
    };
    match resource {
        "resourcequotas" => ["ops", "elsewhere"]
            .map(|namespace| {
                let mut quota = named("q", Some(namespace));
                quota["spec"] = json!({"hard": {"pods": "3"}});
                quota["status"] = json!({"hard": {"pods": "3"}, "used": {"pods": "3"}});
                quota
            })
            .to_vec(),
        "services" => ["ops", "elsewhere"]
            .map(|namespace| {
                let mut service = named("guard", Some(namespace));
                service["spec"] = json!({"selector": {"app": "agent"}});
                service
            })
            .to_vec(),
        "serviceaccounts" => ["ops", "elsewhere"]
            .map(|n| named("agents", Some(n)))
            .to_vec(),
        "priorityclasses" | "runtimeclasses" => vec![named("higher", None)],
        _ => {
            let mut webhooks = named("guard", None);
            webhooks["webhooks"] = json!([{"name": "w.io", "failurePolicy": "Fail"}]);
            vec![webhooks]
        }
    }
}

fn kind_of(resource: &str) -> Option<(&'static str, &'static str)> {
    let mut kinds = read_kinds().filter(|kind| kind.when == ReadWhen::Refused);
    let kind = kinds.find(|kind| kind.resource == resource)?;
    Some((kind.kind, kind.api_version))
}

/// The small API, whose last create failed with `why`.
fn refusing(why: &'static str) -> impl Fn(&Received) -> Reply + Send + Sync + Clone {
    move |request| {
        let mut reply = answer(request);
        let resource = request.path().rsplit('/').next().unwrap_or_default();
        if let Some((kind, _)) = kind_of(resource) {
            let mut objects = objects(resource);
            if request.path().contains("/namespaces/ops/") {
                objects.retain(|object| object["metadata"]["namespace"] == "ops");
            }
            let accept = request.header("accept").unwrap_or_default();
            return match accept.contains("as=PartialObjectMetadataList") {
                true => list("PartialObjectMetadata", &objects),
                false => list(kind, &objects),
            };
        }
        if resource == "events" && reply.status == 200 {
            let mut events: Value = serde_json::from_slice(&reply.body).unwrap();
            for event in events["items"].as_array_mut().into_iter().flatten() {
                event["message"] = json!(format!("Error creating: {why}"));
                event["lastTimestamp"] = json!("2026-11-01T11:00:00Z");
            }
            reply.body = events.to_string().into_bytes();
        }
        reply
    }
}

fn all(namespace: Option<&str>) -> Question {
    let subject = Subject::DaemonSets {
        namespace: namespace.map(str::to_owned),
        selector: None,
    };
    question(subject, Scope::AllNodes)
}

fn questions() -> Vec<Question> {
    let on_n1 = Scope::Node("n1".to_owned());
    vec![
        about_agent(),
        question(Subject::DaemonSet(agent()), on_n1),
        all(Some("ops")),
        all(None),
    ]
}

#[test]
fn each_refusal_asks_for_what_it_names() {
    for asked in questions() {
        let targets = |why| {
            let mock = Mock::start(refusing(why));
            let snapshot = ask(&to(&mock), &asked).unwrap();
            assert_eq!((snapshot.incomplete, snapshot.notes), (vec![], vec![]));
            mock.targets()
        };
        let without: Vec<String> = targets("etcd is full");
        for (why, lists) in REFUSALS {
            let mut wanted = without.clone();
            wanted.extend(lists.iter().map(|list| (*list).to_owned()));
            wanted.sort();
            assert_eq!(targets(why), wanted, "{asked:?}: {why}");
        }
    }
}

/// Who owns the pods that are there doesn't hang on those that aren't.
#[test]
fn claims_ask_for_none_of_it() {
    let mock = Mock::start(refusing(QUOTA));
    ask(&to(&mock), &about_agent().with_neighbours()).unwrap();
    assert!(!mock.targets().contains(&QUOTAS.to_owned()));
}

/// Once a pod was created the event is past.
#[test]
fn a_refusal_that_is_past_asks_for_none_of_it() {
    let refusing = refusing(QUOTA);
    let mock = Mock::start(move |request| {
        let mut reply = refusing(request);
        if request.path().ends_with("/pods") {
            let text = String::from_utf8(reply.body).unwrap();
            let created = r#""metadata":{"creationTimestamp":"2026-11-01T11:30:00Z","#;
            reply.body = text
                .replace(r#""metadata":{"labels""#, &format!("{created}\"labels\""))
                .into();
        }
        reply
    });
    let snapshot = ask(&to(&mock), &about_agent()).unwrap();
    assert!(
        snapshot
            .pods
            .unwrap()
            .iter()
            .any(|pod| pod.created.is_some())
    );
    assert!(!mock.targets().contains(&QUOTAS.to_owned()));
}

fn from_files(why: &'static str, question: &Question) -> Snapshot {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, value: &Value| {
        std::fs::write(
            folder.path().join(format!("{name}.json")),
            value.to_string(),
        )
        .unwrap();
    };
    let listed = read_kinds().filter(|kind| kind.when != ReadWhen::Claims);
    for kind in listed {
        let root = match kind.api_version {
            "v1" => "/api/v1".to_owned(),
            version => format!("/apis/{version}"),
        };
        let request = Received {
            method: "GET".to_owned(),
            target: format!("{root}/{}", kind.resource),
            headers: std::collections::BTreeMap::default(),
        };
        let mut value: Value = serde_json::from_slice(&refusing(why)(&request).body).unwrap();
        value["apiVersion"] = json!(kind.api_version);
        write(kind.kind, &value);
    }
    let now: Timestamp = "2026-11-01T12:00:00Z".parse().unwrap();
    let options = FilesOptions {
        recursive: false,
        namespace: None,
        now: Some(now),
        fallback_now: now,
        gates: FeatureGates::default(),
        chunk: None,
    };
    let path = folder.path().to_str().unwrap().to_owned();
    let files = Files::open(&[path], options, std::io::empty()).unwrap();
    files.ask(question).unwrap()
}

#[test]
fn a_cluster_and_its_dump_say_the_same() {
    for (why, lists) in REFUSALS {
        let mut found = BTreeSet::new();
        for asked in questions() {
            let mock = Mock::start(refusing(why));
            let cluster = ask(&to(&mock), &asked).unwrap();
            let files = from_files(why, &asked);
            assert_eq!(cluster.admission, files.admission, "{asked:?}: {why}");
            assert_eq!(cluster.events, files.events);
            let admission = &cluster.admission;
            let read = [
                admission
                    .quotas
                    .iter()
                    .map(|q| &q.namespace)
                    .collect::<Vec<_>>(),
                admission
                    .service_accounts
                    .iter()
                    .map(|a| &a.namespace)
                    .collect(),
                admission.services.iter().map(|s| &s.namespace).collect(),
                admission
                    .priority_classes
                    .iter()
                    .map(|c| &c.metadata.name)
                    .collect(),
                admission.runtime_classes.iter().map(|c| &c.name).collect(),
                admission
                    .validating_webhooks
                    .iter()
                    .map(|c| &c.name)
                    .collect(),
            ];
            found.extend(read.concat().into_iter().map(ToString::to_string));
        }
        let found: Vec<_> = found.iter().map(String::as_str).collect();
        let wanted: &[&str] = match lists {
            [QUOTAS | ACCOUNTS] => &["ops"],
            [PRIORITIES | RUNTIMES] => &["higher"],
            [VALIDATING, MUTATING] => &["guard"],
            [VALIDATING, ..] => &["guard", "ops"],
            _ => &[],
        };
        assert_eq!(found, wanted, "{why}");
    }
}

/// What may not be listed is a note, and what the server doesn't have is nothing.
#[test]
fn what_cannot_be_read_of_it() {
    for (status, reason, is_told) in [(403, "Forbidden", true), (404, "NotFound", false)] {
        let refusing = refusing(PRIORITY);
        let mock = Mock::start(move |request| match request.path() {
            PRIORITIES => Reply::status(status, reason, "no priorityclasses for you"),
            _ => refusing(request),
        });
        let output = kubectl_ds(
            &["why", "agent", "-n", "ops", "-s", &mock.url(), "-o", "json"],
            &[],
        );
        let report: Value = serde_json::from_str(&stdout(&output)).unwrap();
        assert_eq!(output.status.code(), Some(0));
        assert_eq!(report["incomplete"], json!([]));
        let note = report["notes"].to_string();
        let told = note.contains("priorityclasses can't be listed");
        assert_eq!(told, is_told, "{note}");
    }
}
