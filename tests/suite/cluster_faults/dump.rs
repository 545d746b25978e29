//! The same question to a server and to what was saved of it.

use jiff::Timestamp;
use kubectl_ds::model::{DaemonSet, FeatureGates, Snapshot};
use kubectl_ds::source::files::{Files, FilesOptions};
use kubectl_ds::source::{Question, Scope, Source, Subject};
use serde_json::{Value, json};

use super::api::{answer, daemon_set, pod};
use super::controllers::KINDS;
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
    // One that was let go: nobody's, and it carries the hash of a revision of ours.
    let released = items.iter().find(|i| i["metadata"]["name"] == "agent-0");
    if let Some(mut pod) = released.cloned() {
        pod["metadata"]["name"] = json!("agent-9");
        pod["metadata"]["uid"] = json!("uid-agent-9");
        pod["metadata"]["ownerReferences"] = json!([]);
        items.push(pod);
    }
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
            other["metadata"]["name"] = json!("agent-old");
            other["metadata"]["labels"] = json!({"app": "was", "controller-revision-hash": "old"});
            items.push(other.clone());
            other["metadata"]["name"] = json!("db-1");
            other["metadata"]["labels"] = json!({"app": "db"});
            other["metadata"]["ownerReferences"] = json!([{"apiVersion": "apps/v1", "kind": "StatefulSet", "name": "db", "uid": "s", "controller": true}]);
            items.push(other);
        }
        "limitranges" if !request.path().contains("/namespaces/") => {
            let mut other = items[0].clone();
            other["metadata"]["namespace"] = json!("elsewhere");
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
    let always = [
        ("/api/v1", "nodes", "Node"),
        ("/api/v1", "pods", "Pod"),
        ("/api/v1", "events", "Event"),
        ("/api/v1", "namespaces", "Namespace"),
        ("/api/v1", "limitranges", "LimitRange"),
        ("/apis/apps/v1", "daemonsets", "DaemonSet"),
        ("/apis/apps/v1", "controllerrevisions", "ControllerRevision"),
    ];
    for (group, resource, kind) in always.into_iter().chain(KINDS) {
        let api_version = group
            .trim_start_matches("/apis/")
            .trim_start_matches("/api/");
        let request = Received {
            method: "GET".to_owned(),
            target: format!("{group}/{resource}"),
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
        chunk: None,
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
    for (one, other) in cluster.daemon_sets.iter().zip(&files.daemon_sets) {
        assert_eq!(one.raw_template, other.raw_template);
        assert_eq!(one.object.status, other.object.status);
    }
    assert_eq!(cluster.now, files.now);
    assert_eq!(cluster.nodes, files.nodes, "{question:?}");
    assert_eq!(cluster.pods, files.pods, "{question:?}");
    assert_eq!(cluster.revisions, files.revisions, "{question:?}");
    assert_eq!(cluster.events, files.events, "{question:?}");
    assert_eq!(cluster.namespaces, files.namespaces, "{question:?}");
    assert_eq!(cluster.limit_ranges, files.limit_ranges, "{question:?}");
    assert_eq!(cluster.workloads, files.workloads, "{question:?}");
    assert_eq!(cluster.unread_workloads, files.unread_workloads);
    assert_eq!(cluster.notes, files.notes, "{question:?}");
    assert_eq!(cluster.incomplete, files.incomplete, "{question:?}");
}

fn all(namespace: Option<&str>) -> Subject {
    Subject::DaemonSets {
        namespace: namespace.map(str::to_owned),
        selector: None,
    }
}

#[test]
fn about_nodes_that_are_not_there_yet() {
    same(&question(all(None), Scope::NoNode));
    same(&question(all(Some("ops")), Scope::NoNode));
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

#[test]
fn about_one_that_is_created_again() {
    for (name, app) in [
        ("agent", "agent"),
        ("agent", "released"),
        ("fresh", "fresh"),
    ] {
        let mut value = daemon_set("ops", name);
        value["metadata"]["uid"] = json!("uid-agent");
        value["spec"]["selector"]["matchLabels"]["app"] = json!(app);
        let manifest = Box::new(DaemonSet::from_value(value, "ops").unwrap());
        let asked = question(Subject::Recreated(manifest), Scope::AllNodes);
        same(&asked);
        same(&asked.with_neighbours());
    }
}

#[test]
fn with_neighbours() {
    for scope in [Scope::AllNodes, on("n1")] {
        let one = Subject::DaemonSet(agent());
        for subject in [one, all(Some("ops")), all(None)] {
            same(&question(subject, scope.clone()).with_neighbours());
        }
    }
}

#[test]
fn with_sums() {
    for scope in [Scope::AllNodes, on("n1")] {
        let one = Subject::DaemonSet(agent());
        for subject in [one, all(Some("ops")), all(None)] {
            same(&question(subject, scope.clone()).with_sums());
        }
    }
    same(&question(all(None), Scope::NoNode).with_sums());
    let asked = question(all(None), Scope::AllNodes).with_sums();
    let kept = from_files(&asked).limit_ranges.unwrap();
    let kept: Vec<_> = kept.iter().map(|l| (&*l.namespace, &*l.name)).collect();
    assert_eq!(kept, [("ops", "defaults")]);
}

/// A revision that the DaemonSet owns and doesn't select is let go, which matters only
/// to those who ask for claims.
#[test]
fn a_revision_that_is_let_go() {
    for subject in [Subject::DaemonSet(agent()), all(Some("ops")), all(None)] {
        let asked = question(subject, Scope::AllNodes);
        let of = |question: &Question| {
            let mock = Mock::start(crowded);
            let snapshot = ask(&to(&mock), question).unwrap();
            let revisions = snapshot.revisions.unwrap().into_iter();
            revisions.map(|r| r.name.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(of(&asked), ["agent-abc"]);
        assert_eq!(of(&asked.with_neighbours()), ["agent-abc", "agent-old"]);
    }
}

/// A pod that nobody owns, that the selector doesn't match and that carries the hash of
/// one of the DaemonSet's revisions: it was let go, and runs on.
#[test]
fn a_pod_that_was_let_go() {
    let mock = Mock::start(crowded);
    let asked = question(Subject::DaemonSet(agent()), Scope::AllNodes);
    let of = |snapshot: Snapshot| {
        let pods = snapshot.pods.unwrap();
        pods.iter()
            .filter(|p| p.owners.is_empty())
            .map(|p| p.name.to_string())
            .collect::<Vec<_>>()
    };
    assert_eq!(of(ask(&to(&mock), &asked).unwrap()), ["agent-9"]);
    assert_eq!(of(from_files(&asked)), ["agent-9"]);
}
