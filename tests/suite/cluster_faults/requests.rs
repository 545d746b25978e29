//! Which requests leave for which question.

use kubectl_ds::model::{DaemonSet, FeatureGates};
use kubectl_ds::source::cluster::Cluster;
use kubectl_ds::source::{Question, Scope, Source, SourceError, Subject};
use serde_json::json;

use super::api::{answer, daemon_set, list, one, pod};
use super::mock::Mock;
use super::{about_agent, agent, ask, connect, name, question, to};

const EVENTS: &str = "/api/v1/namespaces/ops/events?fieldSelector=involvedObject.kind=DaemonSet,involvedObject.name=agent";
/// The warnings about pods, of which those here aren't ready.
const POD_EVENTS: &str =
    "/api/v1/namespaces/ops/events?fieldSelector=involvedObject.kind=Pod,type=Warning&limit=500";
const REVISIONS: &str = "/apis/apps/v1/namespaces/ops/controllerrevisions";
const SELECTED_REVISIONS: &str =
    "/apis/apps/v1/namespaces/ops/controllerrevisions?labelSelector=app=agent";

#[test]
fn one_on_all_nodes() {
    let mock = Mock::start(answer);
    let snapshot = ask(&to(&mock), &about_agent()).unwrap();
    assert_eq!(
        mock.targets(),
        [
            "/api/v1/namespaces/ops",
            EVENTS,
            POD_EVENTS,
            "/api/v1/namespaces/ops/pods?labelSelector=app=agent",
            "/api/v1/namespaces/ops/pods?labelSelector=controller-revision-hash in (abc),app notin (agent)",
            "/api/v1/nodes",
            REVISIONS,
            "/apis/apps/v1/namespaces/ops/daemonsets/agent",
            "/version",
        ]
    );
    let pods = snapshot.pods.unwrap();
    let names: Vec<&str> = pods.iter().map(|p| &*p.name).collect();
    assert_eq!(names, ["agent-0", "agent-1", "agent-2"]);
    let nodes: Vec<String> = snapshot
        .nodes
        .unwrap()
        .iter()
        .map(|n| n.name.to_string())
        .collect();
    assert_eq!(nodes, ["n1", "n2"]);
    assert_eq!(snapshot.daemon_sets.len(), 1);
    assert_eq!(snapshot.revisions.unwrap().len(), 1);
    assert_eq!(snapshot.events.unwrap()[0].reason.as_ref(), "FailedCreate");
    assert_eq!(snapshot.namespaces.unwrap()[0].name.as_ref(), "ops");
    assert_eq!(snapshot.server_version.as_deref(), Some("v1.37.1"));
    assert_eq!(snapshot.now.to_string(), "2026-11-01T12:00:00Z");
    assert_eq!((snapshot.incomplete, snapshot.notes), (vec![], vec![]));
}

/// What LimitRanges give is asked for in one list, of the DaemonSets' namespace or of all.
#[test]
fn sums_take_one_list_more() {
    for (subject, list) in [
        (
            Subject::DaemonSet(agent()),
            "/api/v1/namespaces/ops/limitranges",
        ),
        (all(Some("ops"), None), "/api/v1/namespaces/ops/limitranges"),
        (all(None, None), "/api/v1/limitranges"),
    ] {
        let asked = question(subject, Scope::AllNodes);
        let targets = |question: &Question| {
            let mock = Mock::start(answer);
            let snapshot = ask(&to(&mock), question).unwrap();
            (mock.targets(), snapshot)
        };
        let (without, snapshot) = targets(&asked);
        assert_eq!(snapshot.limit_ranges, None);
        let (with, snapshot) = targets(&asked.with_sums());
        let [limit_range] = &snapshot.limit_ranges.unwrap()[..] else {
            panic!("{list}")
        };
        assert_eq!(limit_range.default_requests.get("cpu"), Some("50m"));
        let mut wanted = without;
        wanted.push(list.to_owned());
        wanted.sort();
        assert_eq!(with, wanted);
    }
}

#[test]
fn one_on_one_node_asks_for_no_other() {
    let mock = Mock::start(answer);
    let on_n1 = question(Subject::DaemonSet(agent()), Scope::Node("n1".to_owned()));
    let snapshot = ask(&to(&mock), &on_n1).unwrap();
    assert_eq!(
        mock.targets(),
        [
            "/api/v1/namespaces/ops",
            EVENTS,
            POD_EVENTS,
            "/api/v1/namespaces/ops/pods?fieldSelector=spec.nodeName=&labelSelector=app=agent",
            "/api/v1/namespaces/ops/pods?fieldSelector=spec.nodeName=n1",
            "/api/v1/nodes/n1",
            SELECTED_REVISIONS,
            "/apis/apps/v1/namespaces/ops/daemonsets/agent",
            "/version",
        ]
    );
    // agent-2 is pending, and for the other node.
    let pods = snapshot.pods.unwrap();
    let names: Vec<&str> = pods.iter().map(|p| &*p.name).collect();
    assert_eq!(names, ["agent-0", "agent-1"]);
    assert_eq!(snapshot.nodes.unwrap().len(), 1);
}

#[test]
fn a_pending_pod_is_found_on_the_node_that_it_is_meant_for() {
    let mock = Mock::start(|request| match request.path() {
        "/api/v1/nodes/n2" => one("Node", &json!({"metadata": {"name": "n2"}})),
        _ => answer(request),
    });
    let on_n2 = question(Subject::DaemonSet(agent()), Scope::Node("n2".to_owned()));
    let pods = ask(&to(&mock), &on_n2).unwrap().pods.unwrap();
    let names: Vec<&str> = pods.iter().map(|p| &*p.name).collect();
    assert_eq!(names, ["agent-2"]);
}

fn all(namespace: Option<&str>, selector: Option<&str>) -> Subject {
    Subject::DaemonSets {
        namespace: namespace.map(str::to_owned),
        selector: selector.map(str::to_owned),
    }
}

#[test]
fn those_of_a_namespace_by_label() {
    let mock = Mock::start(answer);
    let subject = all(Some("ops"), Some("tier=node"));
    let snapshot = ask(&to(&mock), &question(subject, Scope::AllNodes)).unwrap();
    assert_eq!(
        mock.targets(),
        [
            "/api/v1/namespaces/ops",
            "/api/v1/namespaces/ops/events?fieldSelector=involvedObject.kind=DaemonSet",
            POD_EVENTS,
            "/api/v1/namespaces/ops/pods?labelSelector=app=agent",
            "/api/v1/namespaces/ops/pods?labelSelector=controller-revision-hash in (abc),app notin (agent)",
            "/api/v1/nodes",
            "/apis/apps/v1/namespaces/ops/controllerrevisions",
            "/apis/apps/v1/namespaces/ops/daemonsets?labelSelector=tier=node",
            "/version",
        ]
    );
    assert_eq!(snapshot.pods.unwrap().len(), 3);
}

#[test]
fn many_take_one_list_of_pods() {
    let mock = Mock::start(|request| match request.path() {
        "/apis/apps/v1/daemonsets" => {
            let mut sets = vec![daemon_set("ops", "agent")];
            sets.extend((0..20).map(|i| daemon_set("dev", &format!("d{i}"))));
            list("DaemonSet", &sets)
        }
        "/api/v1/pods" => {
            let mut stranger = pod("stranger", "other", Some("n1"), "n1");
            stranger["metadata"]["ownerReferences"] = json!([]);
            stranger["metadata"]["labels"] = json!({"app": "other"});
            list(
                "Pod",
                &[stranger, pod("agent-0", "released", Some("n1"), "n1")],
            )
        }
        _ => answer(request),
    });
    let everywhere = question(all(None, None), Scope::AllNodes);
    let snapshot = ask(&to(&mock), &everywhere).unwrap();
    assert_eq!(
        mock.targets(),
        [
            "/api/v1/events?fieldSelector=involvedObject.kind=DaemonSet",
            "/api/v1/namespaces",
            POD_EVENTS,
            "/api/v1/nodes",
            "/api/v1/pods",
            "/apis/apps/v1/controllerrevisions",
            "/apis/apps/v1/daemonsets",
            "/version",
        ]
    );
    assert_eq!(snapshot.daemon_sets.len(), 21);
    let pods = snapshot.pods.unwrap();
    assert_eq!(pods.len(), 1);
    assert_eq!(pods[0].name.as_ref(), "agent-0");
}

#[test]
fn many_on_one_node_ask_for_no_other() {
    let mock = Mock::start(answer);
    let scope = Scope::Node("n1".to_owned());
    ask(&to(&mock), &question(all(None, None), scope)).unwrap();
    let targets = mock.targets();
    assert!(targets.contains(&"/api/v1/nodes/n1".to_owned()));
    let pods: Vec<&String> = targets.iter().filter(|t| t.contains("/pods")).collect();
    assert_eq!(
        pods,
        [
            "/api/v1/pods?fieldSelector=spec.nodeName=",
            "/api/v1/pods?fieldSelector=spec.nodeName=n1",
        ]
    );
    assert!(!targets.contains(&"/api/v1/nodes".to_owned()));
}

fn manifest(name: &str) -> Subject {
    let mut value = daemon_set("ops", name);
    value["metadata"] = json!({"name": name});
    value["spec"]["template"]["spec"]["containers"][0]["image"] = json!("new");
    value.as_object_mut().unwrap().remove("status");
    Subject::Manifest(Box::new(DaemonSet::from_value(value, "ops").unwrap()))
}

#[test]
fn a_manifest_of_a_stored_one() {
    let mock = Mock::start(answer);
    let snapshot = ask(&to(&mock), &question(manifest("agent"), Scope::AllNodes)).unwrap();
    let ds = &snapshot.daemon_sets[0];
    assert_eq!((ds.uid(), ds.generation()), ("uid-agent", 3));
    assert!(!ds.raw_template.to_string().contains("\"new\""));
    assert_eq!(snapshot.pods.unwrap().len(), 3);
}

#[test]
fn a_manifest_that_is_not_stored() {
    let mock = Mock::start(answer);
    let snapshot = ask(&to(&mock), &question(manifest("fresh"), Scope::AllNodes)).unwrap();
    assert_eq!(snapshot.daemon_sets, []);
    assert_eq!(snapshot.nodes.unwrap().len(), 2);
    let asked = "/api/v1/namespaces/ops/pods?labelSelector=app=fresh";
    assert!(mock.targets().contains(&asked.to_owned()));
}

#[test]
fn from_a_pod() {
    let mock = Mock::start(answer);
    let subject = Subject::Pod(name("ops", "agent-1"));
    let snapshot = ask(&to(&mock), &question(subject, Scope::NodeOfPod)).unwrap();
    assert_eq!(snapshot.daemon_sets[0].name, "agent");
    assert_eq!(snapshot.nodes.unwrap()[0].name.as_ref(), "n1");
    let targets = mock.targets();
    assert!(targets.contains(&"/api/v1/namespaces/ops/pods/agent-1".to_owned()));
    assert!(!targets.contains(&"/api/v1/nodes".to_owned()));
}

#[test]
fn from_a_pod_whose_node_is_gone() {
    let mock = Mock::start(|request| match request.path() {
        "/api/v1/namespaces/ops/pods/agent-3" => {
            one("Pod", &pod("agent-3", "agent", Some("n9"), "n9"))
        }
        _ => answer(request),
    });
    let subject = Subject::Pod(name("ops", "agent-3"));
    let snapshot = ask(&to(&mock), &question(subject, Scope::NodeOfPod)).unwrap();
    assert_eq!(snapshot.nodes, Some(Vec::new().into()));
    assert_eq!(
        snapshot.notes,
        ["node n9 of pod agent-3 doesn't exist any more"]
    );
    let pods = snapshot.pods.unwrap();
    assert!(pods.iter().any(|p| &*p.name == "agent-3"));
}

#[test]
fn from_a_pod_that_is_meant_for_no_node() {
    let mock = Mock::start(|request| match request.path() {
        "/api/v1/namespaces/ops/pods/agent-3" => {
            let mut pod = pod("agent-3", "agent", None, "");
            pod["spec"] = json!({});
            one("Pod", &pod)
        }
        _ => answer(request),
    });
    let subject = Subject::Pod(name("ops", "agent-3"));
    let snapshot = ask(&to(&mock), &question(subject, Scope::NodeOfPod)).unwrap();
    assert_eq!(snapshot.nodes, Some(Vec::new().into()));
    assert_eq!(snapshot.pods.unwrap().len(), 1);
    assert_eq!(snapshot.daemon_sets.len(), 1);
}

#[test]
fn from_a_pod_of_something_else() {
    let mock = Mock::start(|request| match request.path() {
        "/api/v1/namespaces/ops/pods/web" => {
            let mut pod = pod("web", "web", Some("n1"), "n1");
            pod["metadata"]["ownerReferences"] = json!([{"apiVersion": "apps/v1", "kind": "ReplicaSet",
                "name": "web-5d9", "uid": "r", "controller": true}]);
            one("Pod", &pod)
        }
        "/api/v1/namespaces/ops/pods/bare" => {
            let mut pod = pod("bare", "agent", Some("n1"), "n1");
            pod["metadata"]["ownerReferences"] = json!([]);
            one("Pod", &pod)
        }
        "/api/v1/namespaces/ops/pods/orphan" => {
            let mut pod = pod("orphan", "agent", Some("n1"), "n1");
            pod["metadata"]["ownerReferences"][0]["name"] = "removed".into();
            one("Pod", &pod)
        }
        _ => answer(request),
    });
    let of = |pod: &str| {
        let subject = Subject::Pod(name("ops", pod));
        ask(&to(&mock), &question(subject, Scope::NodeOfPod))
            .unwrap_err()
            .to_string()
    };
    assert_eq!(
        of("web"),
        "pod `ops/web` is not a daemon pod: it is controlled by ReplicaSet web-5d9"
    );
    assert_eq!(
        of("bare"),
        "pod `ops/bare` is not a daemon pod: no controller owns it"
    );
    assert_eq!(of("gone"), "pod `gone` not found in namespace `ops`");
    assert_eq!(
        of("orphan"),
        "pod `ops/orphan` belongs to daemonset `removed`, which doesn't exist any more"
    );
}

#[test]
fn an_unknown_daemon_set_with_near_names_and_other_namespaces() {
    let mock = Mock::start(answer);
    let near = question(Subject::DaemonSet(name("ops", "agnet")), Scope::AllNodes);
    let error = ask(&to(&mock), &near).unwrap_err();
    assert_eq!(
        error.to_string(),
        "daemonset `agnet` not found in namespace `ops`; did you mean `agent`?"
    );
    let elsewhere = question(Subject::DaemonSet(name("ops", "exporter")), Scope::AllNodes);
    match ask(&to(&mock), &elsewhere).unwrap_err() {
        SourceError::NotFound {
            elsewhere, near, ..
        } => {
            assert_eq!(elsewhere, ["dev", "qa"]);
            assert!(near.is_empty());
        }
        other => panic!("{other}"),
    }
}

#[test]
fn only_reads_leave_and_each_says_who_it_is() {
    let mock = Mock::start(answer);
    ask(&to(&mock), &about_agent()).unwrap();
    let agent = format!("kubectl-ds/{}", env!("CARGO_PKG_VERSION"));
    for request in mock.received() {
        assert_eq!(request.method, "GET");
        assert_eq!(request.header("user-agent"), Some(&*agent));
        assert_eq!(request.header("accept-encoding"), Some("gzip"));
        assert_eq!(request.header("authorization"), None);
        let is_limited = request.target.contains("limit=");
        assert_eq!(is_limited, request.target == POD_EVENTS);
        assert!(!request.target.contains("resourceVersion"));
    }
}

#[test]
fn the_clock_is_the_servers_unless_it_is_given() {
    let mock = Mock::start(answer);
    let now = "2020-01-01T00:00:00Z".parse().unwrap();
    let gates = FeatureGates::default();
    let cluster = Cluster::connect(&to(&mock), Some("ops"), Some(now), gates).unwrap();
    assert_eq!(cluster.default_namespace(), "ops");
    let snapshot = cluster.ask(&about_agent()).unwrap();
    assert_eq!((snapshot.now, snapshot.latest_now()), (now, now));

    // A `Date` lacks its fraction of a second.
    let snapshot = connect(&to(&mock)).unwrap().ask(&about_agent()).unwrap();
    let second: jiff::Timestamp = "2026-11-01T12:00:00Z".parse().unwrap();
    assert_eq!(snapshot.now, second);
    assert!(snapshot.latest_now() > second);
    assert_eq!(snapshot.latest_now().as_second(), second.as_second());

    let mock = Mock::start(|request| {
        let mut reply = answer(request);
        reply.headers.clear();
        reply
    });
    let cluster = connect(&to(&mock)).unwrap();
    assert_eq!(cluster.default_namespace(), "default");
    let snapshot = cluster.ask(&about_agent()).unwrap();
    assert!(snapshot.now > now);
    assert_eq!(snapshot.latest_now(), snapshot.now);
    assert_eq!(
        snapshot.notes,
        ["the server tells no time: this machine's clock was taken"]
    );
}
