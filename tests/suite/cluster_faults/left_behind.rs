//! Pods that a DaemonSet left which was deleted without them: what is asked for to find them,
//! and that a dump tells the same.

use kubectl_ds::model::selector::Selector;
use kubectl_ds::model::{FeatureGates, Snapshot};
use kubectl_ds::source::files::{Files, FilesOptions};
use kubectl_ds::source::{Question, Scope, Source, Subject};
use serde_json::{Value, json};

use super::api::{answer, daemon_set, list};
use super::controllers::KINDS;
use super::mock::{Mock, Received, Reply};
use super::{about_agent, agent, ask, question, to};

/// A pod that is nobody's, of the revision with this hash.
fn orphan(name: &str, hash: &str) -> Value {
    json!({"metadata": {"name": name, "namespace": "ops", "uid": name, "labels":
            {"app": "former", "controller-revision-hash": hash, "pod-template-generation": "1"}},
        "spec": {"nodeName": "n1"}, "status": {"phase": "Running"}})
}

fn revision(name: &str, hash: &str) -> Value {
    json!({"metadata": {"name": name, "namespace": "ops",
            "labels": {"app": "former", "controller-revision-hash": hash}},
        "revision": 1, "data": {"spec": {"template": {}}}})
}

/// The DaemonSet of the small API was created again with another selector, and another,
/// `gone`, wasn't.
fn pods() -> Vec<Value> {
    let mut hand_made = orphan("agent-c2d4f", "none");
    hand_made["metadata"]["labels"] = json!({"app": "former"});
    vec![
        orphan("agent-x7k2p", "left"),
        orphan("agent-b2c4d", "none"),
        orphan("gone-x7k2p", "lost"),
        orphan("gone-b2c4d", "none"),
        hand_made,
    ]
}

fn revisions() -> Vec<Value> {
    let mut own = revision("agent-abc", "abc");
    own["metadata"]["labels"]["app"] = "agent".into();
    own["metadata"]["ownerReferences"] = super::api::owners("agent");
    vec![
        own,
        revision("agent-left", "left"),
        revision("gone-lost", "lost"),
    ]
}

/// Selectors are those of the requests.
fn server(request: &Received) -> Reply {
    let selected = |items: Vec<Value>| {
        let query = request.target.split_once("labelSelector=");
        let selector: Selector = query.map_or("", |(_, selector)| selector).parse().unwrap();
        let mut items = items;
        items.retain(|item| {
            let labels = item["metadata"]["labels"].as_object().unwrap().iter();
            let labels = labels.map(|(key, value)| (key.as_str(), value.as_str().unwrap()));
            selector.matches(&labels.collect())
        });
        items
    };
    match request.path().rsplit('/').next().unwrap() {
        "pods" => list("Pod", &selected(pods())),
        "controllerrevisions" => list("ControllerRevision", &selected(revisions())),
        "daemonsets" => list("DaemonSet", &[daemon_set("ops", "agent")]),
        _ => answer(request),
    }
}

fn names(snapshot: &Snapshot) -> (Vec<&str>, Vec<&str>) {
    let pods = snapshot.pods.iter().flatten().map(|pod| &*pod.name);
    let revisions = snapshot.revisions.iter().flatten();
    (pods.collect(), revisions.map(|r| &*r.name).collect())
}

fn from_files(question: &Question) -> Snapshot {
    let folder = tempfile::tempdir().unwrap();
    let kinds = [
        ("/api/v1", "nodes", "Node"),
        ("/api/v1", "pods", "Pod"),
        ("/apis/apps/v1", "daemonsets", "DaemonSet"),
        ("/apis/apps/v1", "controllerrevisions", "ControllerRevision"),
    ];
    for (group, resource, kind) in kinds.into_iter().chain(KINDS) {
        let request = Received {
            method: "GET".to_owned(),
            target: format!("{group}/{resource}"),
            headers: std::collections::BTreeMap::default(),
        };
        let mut list: Value = serde_json::from_slice(&server(&request).body).unwrap();
        list["kind"] = json!(format!("{kind}List"));
        let version = group.trim_start_matches("/apis/");
        list["apiVersion"] = json!(version.trim_start_matches("/api/"));
        std::fs::write(folder.path().join(format!("{kind}.json")), list.to_string()).unwrap();
    }
    let options = FilesOptions {
        recursive: false,
        namespace: None,
        now: None,
        fallback_now: "2026-11-01T12:00:00Z".parse().unwrap(),
        gates: FeatureGates::default(),
        chunk: None,
    };
    let path = folder.path().to_str().unwrap().to_owned();
    let files = Files::open(&[path], options, std::io::empty()).unwrap();
    files.ask(question).unwrap()
}

/// The requests for pods, and what they find, which a dump tells too.
fn found(question: &Question) -> (Vec<String>, Vec<String>, Vec<String>) {
    let mock = Mock::start(server);
    let snapshot = ask(&to(&mock), question).unwrap();
    let files = from_files(question);
    assert_eq!(names(&snapshot), names(&files), "{question:?}");
    let mut targets = mock.targets();
    targets.retain(|target| target.contains("/pods"));
    let own = |names: Vec<&str>| names.into_iter().map(str::to_owned).collect();
    let (pods, revisions) = names(&snapshot);
    (targets, own(pods), own(revisions))
}

const SELECTED: &str = "/api/v1/namespaces/ops/pods?labelSelector=app=agent";
const STRAYS: &str = "/api/v1/namespaces/ops/pods?labelSelector=controller-revision-hash in (abc,left),app notin (agent)";
const UNRECORDED: &str = "/api/v1/namespaces/ops/pods?labelSelector=pod-template-generation,controller-revision-hash,controller-revision-hash notin (abc,left,lost)";
const OF_THE_GONE: &str =
    "/api/v1/namespaces/ops/pods?labelSelector=controller-revision-hash in (lost)";

#[test]
fn by_the_revision_that_it_left() {
    let (targets, pods, revisions) = found(&about_agent());
    assert_eq!(targets, [SELECTED, STRAYS]);
    assert_eq!(pods, ["agent-x7k2p"]);
    assert_eq!(revisions, ["agent-abc", "agent-left"]);
}

#[test]
fn for_claims_those_whose_revision_is_gone_too() {
    let (targets, pods, revisions) = found(&about_agent().with_neighbours());
    assert_eq!(targets, [SELECTED, STRAYS, UNRECORDED]);
    assert_eq!(pods, ["agent-b2c4d", "agent-x7k2p"]);
    assert_eq!(revisions, ["agent-abc", "agent-left"]);
}

#[test]
fn for_claims_on_all_those_of_daemon_sets_that_are_gone_too() {
    let all = |selector: Option<&str>| Subject::DaemonSets {
        namespace: Some("ops".to_owned()),
        selector: selector.map(str::to_owned),
    };
    let (targets, pods, _) = found(&question(all(None), Scope::AllNodes));
    assert_eq!(targets, [SELECTED, STRAYS]);
    assert_eq!(pods, ["agent-x7k2p"]);
    let asked = question(all(None), Scope::AllNodes).with_neighbours();
    let (targets, pods, revisions) = found(&asked);
    assert_eq!(targets, [SELECTED, STRAYS, OF_THE_GONE, UNRECORDED]);
    let orphans = ["agent-b2c4d", "agent-x7k2p", "gone-b2c4d", "gone-x7k2p"];
    assert_eq!(pods, orphans);
    assert_eq!(revisions, ["agent-abc", "agent-left", "gone-lost"]);
}

/// One node's question reads all pods on it, and needs no revision for that.
#[test]
fn on_one_node_nothing_more_is_asked_for() {
    let mock = Mock::start(server);
    let asked = question(Subject::DaemonSet(agent()), Scope::Node("n1".to_owned()));
    let snapshot = ask(&to(&mock), &asked).unwrap();
    let (_, revisions) = names(&snapshot);
    assert_eq!(revisions, ["agent-abc"]);
    let targets = mock.targets();
    let of_revisions = targets.iter().filter(|t| t.contains("revisions"));
    let wanted = "/apis/apps/v1/namespaces/ops/controllerrevisions?labelSelector=app=agent";
    assert_eq!(of_revisions.collect::<Vec<_>>(), [wanted]);
}
