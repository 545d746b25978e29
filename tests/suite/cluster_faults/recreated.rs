//! A DaemonSet that is to be created, or created again.

use kubectl_ds::model::{DaemonSet, Snapshot};
use kubectl_ds::source::{Question, Scope, Subject};
use serde_json::json;

use super::api::{answer, daemon_set};
use super::mock::{Mock, Reply};
use super::{ask, question, to};

/// A manifest whose selector asks for another value of `app`. What it says of its
/// identity is the server's to say.
fn recreated(name: &str, app: &str) -> Question {
    let mut value = daemon_set("ops", name);
    value["metadata"]["uid"] = json!("uid-agent");
    value["spec"]["selector"]["matchLabels"]["app"] = json!(app);
    value["spec"]["template"]["metadata"]["labels"]["app"] = json!(app);
    let manifest = DaemonSet::from_value(value, "ops").unwrap();
    question(Subject::Recreated(Box::new(manifest)), Scope::AllNodes)
}

fn pods(snapshot: &Snapshot) -> Vec<&str> {
    snapshot.pods.iter().flatten().map(|p| &*p.name).collect()
}

fn revisions(snapshot: &Snapshot) -> Vec<&str> {
    let revisions = snapshot.revisions.iter().flatten();
    revisions.map(|r| &*r.name).collect()
}

fn nodes(snapshot: &Snapshot) -> usize {
    snapshot.nodes.iter().flatten().count()
}

#[test]
fn with_the_selector_of_the_stored_one_nothing_is_asked_twice() {
    let mock = Mock::start(answer);
    let snapshot = ask(&to(&mock), &recreated("agent", "agent")).unwrap();
    assert_eq!(
        mock.targets(),
        [
            "/api/v1/namespaces/ops",
            "/api/v1/namespaces/ops/events?fieldSelector=involvedObject.kind=DaemonSet,involvedObject.name=agent",
            "/api/v1/namespaces/ops/events?fieldSelector=involvedObject.kind=Pod,type=Warning&limit=500",
            "/api/v1/namespaces/ops/pods?labelSelector=app=agent",
            "/api/v1/namespaces/ops/pods?labelSelector=controller-revision-hash in (abc),app notin (agent)",
            "/api/v1/namespaces/ops/pods?labelSelector=pod-template-generation,controller-revision-hash,controller-revision-hash notin (abc)",
            "/api/v1/nodes",
            "/apis/apps/v1/namespaces/ops/controllerrevisions",
            "/apis/apps/v1/namespaces/ops/daemonsets/agent",
            "/version",
        ]
    );
    let [stored] = &snapshot.daemon_sets[..] else {
        panic!("{:?}", snapshot.daemon_sets)
    };
    assert!(stored.object.status.is_some());
    assert_eq!(pods(&snapshot), ["agent-0", "agent-1", "agent-2"]);
    assert_eq!(revisions(&snapshot), ["agent-abc"]);
    assert_eq!(nodes(&snapshot), 2);
}

#[test]
fn with_another_selector_what_either_selects() {
    let mock = Mock::start(answer);
    let snapshot = ask(&to(&mock), &recreated("agent", "released")).unwrap();
    assert_eq!(
        mock.targets(),
        [
            "/api/v1/namespaces/ops",
            "/api/v1/namespaces/ops/events?fieldSelector=involvedObject.kind=DaemonSet,involvedObject.name=agent",
            "/api/v1/namespaces/ops/events?fieldSelector=involvedObject.kind=Pod,type=Warning&limit=500",
            "/api/v1/namespaces/ops/pods?labelSelector=app=agent",
            "/api/v1/namespaces/ops/pods?labelSelector=app=released",
            "/api/v1/namespaces/ops/pods?labelSelector=controller-revision-hash in (abc),app notin (agent)",
            "/api/v1/namespaces/ops/pods?labelSelector=pod-template-generation,controller-revision-hash,controller-revision-hash notin (abc)",
            "/api/v1/nodes",
            "/apis/apps/v1/namespaces/ops/controllerrevisions",
            "/apis/apps/v1/namespaces/ops/daemonsets/agent",
            "/version",
        ]
    );
    let stored = snapshot.daemon_sets[0].selector().match_labels.clone();
    assert_eq!(stored.unwrap()["app"], "agent");
    assert_eq!(pods(&snapshot), ["agent-0", "agent-1", "agent-2"]);
    assert_eq!(revisions(&snapshot), ["agent-abc"]);
}

#[test]
fn one_that_is_not_there_yet() {
    let mock = Mock::start(answer);
    let snapshot = ask(&to(&mock), &recreated("fresh", "agent")).unwrap();
    assert_eq!(snapshot.daemon_sets.len(), 0);
    // Those that match; nothing is its own yet, whatever UID the manifest has.
    assert_eq!(pods(&snapshot), ["agent-1", "agent-2"]);
    assert_eq!(revisions(&snapshot), ["agent-abc"]);
    assert_eq!(nodes(&snapshot), 2);
    assert_eq!((snapshot.incomplete, snapshot.notes), (vec![], vec![]));
    assert_eq!(mock.targets().len(), 9);
}

#[test]
fn with_neighbours_while_there_is_none_yet() {
    let mock = Mock::start(answer);
    let asked = recreated("fresh", "fresh").with_neighbours();
    let snapshot = ask(&to(&mock), &asked).unwrap();
    assert_eq!(snapshot.daemon_sets.len(), 0);
    assert_eq!(snapshot.workloads.unwrap().len(), 7);
}

#[test]
fn without_the_right_to_see_the_stored_one() {
    let mock = Mock::start(|request| match request.path() {
        "/apis/apps/v1/namespaces/ops/daemonsets/agent" => {
            Reply::status(403, "Forbidden", "daemonsets.apps \"agent\" is forbidden")
        }
        _ => answer(request),
    });
    let snapshot = ask(&to(&mock), &recreated("agent", "agent")).unwrap();
    assert_eq!(snapshot.daemon_sets.len(), 0);
    assert_eq!(pods(&snapshot), ["agent-1", "agent-2"]);
    let [incomplete] = &snapshot.incomplete[..] else {
        panic!("{:?}", snapshot.incomplete)
    };
    assert_eq!(
        (&*incomplete.verb, &*incomplete.resource),
        ("get", "daemonsets")
    );
}

#[test]
fn pods_that_may_not_be_listed_are_said_once() {
    let mock = Mock::start(|request| match request.path() {
        "/api/v1/namespaces/ops/pods" => Reply::status(403, "Forbidden", "pods is forbidden"),
        _ => answer(request),
    });
    for app in ["agent", "released"] {
        let snapshot = ask(&to(&mock), &recreated("agent", app)).unwrap();
        assert_eq!(snapshot.pods, None);
        assert_eq!(revisions(&snapshot), ["agent-abc"]);
        let resources: Vec<&str> = snapshot.incomplete.iter().map(|i| &*i.resource).collect();
        assert_eq!(resources, ["pods"]);
    }
}
