//! The same question to a server and to what was saved of it.

use jiff::Timestamp;
use kubectl_ds::model::{DaemonSet, FeatureGates, Snapshot};
use kubectl_ds::source::files::{Files, FilesOptions};
use kubectl_ds::source::{Question, Scope, Source, Subject};
use serde_json::{Value, json};

use super::api::{answer, daemon_set, pod};
use super::mock::{Mock, Received, Reply};
use super::{agent, ask, name, question, to};

/// The small API with strangers in every list.
fn crowded(request: &Received) -> Reply {
    let reply = answer(request);
    if reply.status != 200 {
        return reply;
    }
    let mut value: Value = serde_json::from_slice(&reply.body).unwrap();
    let Some(items) = value["items"].as_array_mut() else {
        return reply;
    };
    let selected = request.target.contains("labelSelector");
    let elsewhere =
        request.target.contains("spec.nodeName=") && !request.target.contains("spec.nodeName=n1");
    match request.path().rsplit('/').next().unwrap() {
        "pods" if !selected && !elsewhere => {
            let mut stranger = pod("stranger", "web", Some("n1"), "n1");
            stranger["metadata"]["ownerReferences"] = json!([]);
            stranger["metadata"]["labels"] = json!({"app": "web"});
            items.push(stranger.clone());
            if !request.path().contains("/namespaces/") {
                stranger["metadata"]["namespace"] = json!("elsewhere");
                items.push(stranger);
            }
        }
        "controllerrevisions" if !selected => {
            let mut other = items[0].clone();
            other["metadata"]["name"] = json!("db-1");
            other["metadata"]["labels"] = json!({"app": "db"});
            other["metadata"]["ownerReferences"] = json!([{"apiVersion": "apps/v1", "kind": "StatefulSet", "name": "db", "uid": "s", "controller": true}]);
            items.push(other);
        }
        "namespaces" => items.push(json!({"metadata": {"name": "elsewhere"}})),
        "events" if !request.target.contains("involvedObject.kind") => {
            let mut other = items[0].clone();
            other["metadata"]["name"] = json!("pod.1");
            other["involvedObject"]["kind"] = json!("Pod");
            items.push(other);
        }
        _ => {}
    }
    Reply::json(&value)
}

/// What `kubectl get … -A -o json` would have saved.
fn dump() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, api_version, kind) in [
        ("/api/v1/nodes", "v1", "Node"),
        ("/api/v1/pods", "v1", "Pod"),
        ("/api/v1/events", "v1", "Event"),
        ("/api/v1/namespaces", "v1", "Namespace"),
        ("/apis/apps/v1/daemonsets", "apps/v1", "DaemonSet"),
        (
            "/apis/apps/v1/controllerrevisions",
            "apps/v1",
            "ControllerRevision",
        ),
    ] {
        let request = Received {
            method: "GET".to_owned(),
            target: path.to_owned(),
            headers: std::collections::BTreeMap::default(),
        };
        let mut list: Value = serde_json::from_slice(&crowded(&request).body).unwrap();
        list["kind"] = json!(format!("{kind}List"));
        list["apiVersion"] = json!(api_version);
        std::fs::write(folder.path().join(format!("{kind}.json")), list.to_string()).unwrap();
    }
    folder
}

fn now() -> Timestamp {
    "2026-11-01T12:00:00Z".parse().unwrap()
}

fn from_files(question: &Question) -> Snapshot {
    let folder = dump();
    let options = FilesOptions {
        recursive: false,
        namespace: None,
        now: Some(now()),
        fallback_now: now(),
        gates: FeatureGates::default(),
    };
    let path = folder.path().to_str().unwrap().to_owned();
    let files = Files::open(&[path], options, std::io::empty()).unwrap();
    files.ask(question).unwrap()
}

fn same(question: &Question) {
    let mock = Mock::start(crowded);
    let cluster = ask(&to(&mock), question).unwrap();
    let files = from_files(question);
    let names = |s: &Snapshot| {
        s.daemon_sets
            .iter()
            .map(|d| d.name.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(names(&cluster), names(&files), "{question:?}");
    assert_eq!(
        cluster.daemon_sets[0].raw_template,
        files.daemon_sets[0].raw_template
    );
    assert_eq!(
        cluster.daemon_sets[0].object.status,
        files.daemon_sets[0].object.status
    );
    assert_eq!(cluster.now, files.now);
    assert_eq!(cluster.nodes, files.nodes, "{question:?}");
    assert_eq!(cluster.pods, files.pods, "{question:?}");
    assert_eq!(cluster.revisions, files.revisions, "{question:?}");
    assert_eq!(cluster.events, files.events, "{question:?}");
    assert_eq!(cluster.namespaces, files.namespaces, "{question:?}");
    assert_eq!(cluster.notes, files.notes, "{question:?}");
    assert_eq!(cluster.incomplete, files.incomplete, "{question:?}");
}

fn all(namespace: Option<&str>) -> Subject {
    Subject::DaemonSets {
        namespace: namespace.map(str::to_owned),
        selector: None,
    }
}

fn on(node: &str) -> Scope {
    Scope::Node(node.to_owned())
}

#[test]
fn about_one() {
    same(&question(Subject::DaemonSet(agent()), Scope::AllNodes));
    same(&question(Subject::DaemonSet(agent()), on("n1")));
    same(&question(
        Subject::Pod(name("ops", "agent-1")),
        Scope::NodeOfPod,
    ));
}

#[test]
fn about_a_manifest() {
    let manifest = |name: &str| {
        let mut value = daemon_set("ops", name);
        value["metadata"] = json!({"name": name});
        let manifest = DaemonSet::from_value(value, "ops").unwrap();
        Subject::Manifest(Box::new(manifest))
    };
    same(&question(manifest("agent"), Scope::AllNodes));
    same(&question(manifest("agent"), on("n1")));
    same(&question(manifest("fresh"), Scope::AllNodes));
}

#[test]
fn about_many() {
    same(&question(all(Some("ops")), on("n1")));
    same(&question(all(None), Scope::AllNodes));
    same(&question(all(None), on("n1")));
}
