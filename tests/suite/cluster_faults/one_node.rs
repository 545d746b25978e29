//! All DaemonSets on one node.

use kubectl_ds::model::Snapshot;
use kubectl_ds::source::{Question, Scope, Subject};

use super::api::{answer, daemon_set, list};
use super::mock::{Mock, Reply};
use super::{ask, error_of, question, to};

fn on(node: &str, namespace: Option<&str>) -> Question {
    let subject = Subject::DaemonSets {
        namespace: namespace.map(str::to_owned),
        selector: None,
    };
    question(subject, Scope::Node(node.to_owned()))
}

fn pods(snapshot: &Snapshot) -> Vec<&str> {
    snapshot.pods.iter().flatten().map(|p| &*p.name).collect()
}

/// However many there are: the pods of this node and the unscheduled ones, each in one list.
#[test]
fn many_cost_no_more_requests_than_one() {
    let mock = Mock::start(|request| match request.path() {
        "/apis/apps/v1/daemonsets" => {
            let mut sets = vec![daemon_set("ops", "agent")];
            sets.extend((0..50).map(|i| daemon_set("dev", &format!("d{i}"))));
            list("DaemonSet", &sets)
        }
        _ => answer(request),
    });
    let snapshot = ask(&to(&mock), &on("n1", None)).unwrap();
    assert_eq!(
        mock.targets(),
        [
            "/api/v1/events?fieldSelector=involvedObject.kind=DaemonSet",
            "/api/v1/namespaces",
            "/api/v1/namespaces/ops/events?fieldSelector=involvedObject.kind=Pod,type=Warning&limit=500",
            "/api/v1/nodes/n1",
            "/api/v1/pods?fieldSelector=spec.nodeName=",
            "/api/v1/pods?fieldSelector=spec.nodeName=n1",
            "/apis/apps/v1/controllerrevisions",
            "/apis/apps/v1/daemonsets",
            "/version",
        ]
    );
    assert_eq!(snapshot.daemon_sets.len(), 51);
    assert_eq!(snapshot.nodes.as_ref().unwrap().len(), 1);
    assert_eq!(pods(&snapshot), ["agent-0", "agent-1"]);
}

#[test]
fn those_of_one_namespace() {
    let mock = Mock::start(answer);
    let snapshot = ask(&to(&mock), &on("n1", Some("ops"))).unwrap();
    assert_eq!(snapshot.daemon_sets.len(), 2);
    assert_eq!(pods(&snapshot), ["agent-0", "agent-1"]);
    let pods = "/api/v1/namespaces/ops/pods?fieldSelector=spec.nodeName=n1";
    assert!(mock.targets().contains(&pods.to_owned()));
}

#[test]
fn an_unknown_node() {
    for namespace in [None, Some("ops")] {
        let mock = Mock::start(answer);
        assert_eq!(
            error_of(&to(&mock), &on("n9", namespace)),
            "node `n9` not found; did you mean `n1`, `n2`?"
        );
    }
}

/// A node that may not be read may be there: what is known of it is still said.
#[test]
fn a_node_that_may_not_be_read() {
    let mock = Mock::start(|request| match request.path() {
        "/api/v1/nodes/n1" => Reply::status(403, "Forbidden", "nodes \"n1\" is forbidden"),
        _ => answer(request),
    });
    let snapshot = ask(&to(&mock), &on("n1", None)).unwrap();
    assert_eq!(snapshot.nodes, None);
    assert_eq!(pods(&snapshot), ["agent-0", "agent-1"]);
    let [incomplete] = &snapshot.incomplete[..] else {
        panic!("{:?}", snapshot.incomplete)
    };
    assert_eq!((&*incomplete.verb, &*incomplete.resource), ("get", "nodes"));
}

/// What isn't there yet needs nothing of what is.
#[test]
fn on_no_node_neither_nodes_nor_pods_are_asked_for() {
    let mock = Mock::start(answer);
    let mut on_none = on("n1", Some("ops"));
    on_none.scope = Scope::NoNode;
    let snapshot = ask(&to(&mock), &on_none).unwrap();
    assert_eq!(
        mock.targets(),
        [
            "/api/v1/namespaces/ops",
            "/api/v1/namespaces/ops/events?fieldSelector=involvedObject.kind=DaemonSet",
            "/apis/apps/v1/namespaces/ops/daemonsets",
            "/version",
        ]
    );
    assert_eq!(snapshot.daemon_sets.len(), 2);
    assert_eq!(snapshot.nodes, Some(Vec::new().into()));
    assert_eq!(snapshot.pods, Some(Vec::new().into()));
    assert_eq!((snapshot.incomplete, snapshot.notes), (vec![], vec![]));
}
