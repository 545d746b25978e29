//! The controllers that stand beside a DaemonSet.

use kubectl_ds::model::{Snapshot, WorkloadKind};
use kubectl_ds::source::{Question, Scope, Subject};
use serde_json::json;

use super::api::{answer, list};
use super::mock::{Mock, Received, Reply};
use super::{about_agent, agent, ask, error_of, question, to};

const EVERYWHERE: Subject = Subject::DaemonSets {
    namespace: None,
    selector: None,
};

fn in_ops(selector: Option<&str>) -> Question {
    let subject = Subject::DaemonSets {
        namespace: Some("ops".to_owned()),
        selector: selector.map(str::to_owned),
    };
    question(subject, Scope::AllNodes).with_neighbours()
}

fn names(snapshot: &Snapshot) -> Vec<String> {
    let workloads = snapshot.workloads.iter().flatten();
    workloads
        .map(|w| format!("{} {}/{}", w.kind.name(), w.namespace, w.name))
        .collect()
}

const OF_OPS: [&str; 7] = [
    "DaemonSet ops/agent",
    "DaemonSet ops/agents-other",
    "Deployment ops/the-deployment",
    "ReplicaSet ops/the-replicaset",
    "StatefulSet ops/the-statefulset",
    "ReplicationController ops/the-replicationcontroller",
    "Job ops/the-job",
];

/// The requests for controllers among all that were made.
fn lists(mock: &Mock) -> Vec<String> {
    let mut targets = mock.targets();
    let kinds = WorkloadKind::ALL.map(WorkloadKind::resource);
    targets.retain(|t| {
        let path = t.split('?').next().unwrap();
        kinds.contains(&path.rsplit('/').next().unwrap())
    });
    targets
}

#[test]
fn they_are_asked_for_only_where_they_are_wanted() {
    let mock = Mock::start(answer);
    let snapshot = ask(&to(&mock), &about_agent()).unwrap();
    assert_eq!(snapshot.workloads, None);
    assert_eq!(lists(&mock), [""; 0]);
    assert!(!snapshot.knows_workloads(WorkloadKind::Job));
}

#[test]
fn those_of_one_namespace_each_kind_once() {
    for scope in [Scope::AllNodes, Scope::Node("n1".to_owned())] {
        let mock = Mock::start(answer);
        let asked = question(Subject::DaemonSet(agent()), scope).with_neighbours();
        let snapshot = ask(&to(&mock), &asked).unwrap();
        assert_eq!(names(&snapshot), OF_OPS);
        assert_eq!(
            lists(&mock),
            [
                "/api/v1/namespaces/ops/replicationcontrollers",
                "/apis/apps/v1/namespaces/ops/daemonsets",
                "/apis/apps/v1/namespaces/ops/deployments",
                "/apis/apps/v1/namespaces/ops/replicasets",
                "/apis/apps/v1/namespaces/ops/statefulsets",
                "/apis/batch/v1/namespaces/ops/jobs",
            ]
        );
        let all = mock.targets();
        let mut distinct = all.clone();
        distinct.dedup();
        assert_eq!(all, distinct);
        assert_eq!(snapshot.unread_workloads, []);
        assert_eq!((snapshot.incomplete, snapshot.notes), (vec![], vec![]));
    }
}

/// None waits for the DaemonSet: a server that answers nothing else until all are asked
/// for gets to see them all.
#[test]
fn they_are_asked_for_before_the_daemon_set_is_known() {
    let mock = Mock::start(|request| {
        let mut reply = answer(request);
        if request.path().ends_with("/daemonsets/agent") {
            reply.delay = std::time::Duration::from_millis(400);
        }
        reply
    });
    ask(&to(&mock), &about_agent().with_neighbours()).unwrap();
    let order: Vec<String> = mock.received().into_iter().map(|r| r.target).collect();
    let of_selector = |target: &String| target.contains("labelSelector");
    let first = order.iter().position(of_selector).unwrap();
    for kind in WorkloadKind::ALL {
        let end = format!("/{}", kind.resource());
        let at = order.iter().position(|t| t.ends_with(&end)).unwrap();
        assert!(at < first, "{end} is asked for at {at}: {order:#?}");
    }
}

#[test]
fn what_is_read_of_each_kind() {
    let mock = Mock::start(answer);
    let snapshot = ask(&to(&mock), &about_agent().with_neighbours()).unwrap();
    let workloads = snapshot.workloads.unwrap();
    let of = |kind| workloads.iter().find(|w| w.kind == kind).unwrap();
    for (kind, label) in [
        (WorkloadKind::DaemonSet, "agent"),
        (WorkloadKind::Deployment, "the-deployment"),
        (WorkloadKind::ReplicaSet, "the-replicaset"),
        (
            WorkloadKind::ReplicationController,
            "the-replicationcontroller",
        ),
    ] {
        let selector = of(kind).selector.as_ref().unwrap();
        let labels = selector.match_labels.as_ref().unwrap();
        assert_eq!(labels["app"], label);
        assert_eq!(of(kind).template_labels.get("app"), Some(label));
        assert!(!of(kind).deleting);
    }
    let stateful = of(WorkloadKind::StatefulSet).selector.as_ref().unwrap();
    assert_eq!(
        stateful.match_expressions.as_ref().unwrap()[0].operator,
        "In"
    );
    assert!(of(WorkloadKind::Job).deleting);
    assert_eq!(&*of(WorkloadKind::ReplicaSet).uid, "uid-the-replicaset-ops");
    let [owner] = &of(WorkloadKind::ReplicaSet).owners[..] else {
        panic!("{workloads:#?}")
    };
    assert_eq!(
        (&*owner.kind, &*owner.name),
        ("Deployment", "the-deployment")
    );
}

/// Where the question lists the DaemonSets whole, they aren't listed again for themselves.
#[test]
fn those_of_all_namespaces_are_listed_once() {
    let mock = Mock::start(answer);
    let everywhere = question(EVERYWHERE, Scope::AllNodes).with_neighbours();
    let snapshot = ask(&to(&mock), &everywhere).unwrap();
    assert_eq!(
        lists(&mock),
        [
            "/api/v1/replicationcontrollers",
            "/apis/apps/v1/daemonsets",
            "/apis/apps/v1/deployments",
            "/apis/apps/v1/replicasets",
            "/apis/apps/v1/statefulsets",
            "/apis/batch/v1/jobs",
        ]
    );
    let mut expected = OF_OPS.map(str::to_owned).to_vec();
    let others = ["DaemonSet dev/exporter", "DaemonSet qa/exporter"];
    expected.splice(0..0, [others[0].to_owned()]);
    expected.insert(3, others[1].to_owned());
    assert_eq!(names(&snapshot), expected);
}

/// A label selector keeps some DaemonSets; the others are neighbours all the same.
#[test]
fn those_that_a_label_leaves_out_are_neighbours() {
    let mock = Mock::start(answer);
    let snapshot = ask(&to(&mock), &in_ops(Some("tier=node"))).unwrap();
    assert_eq!(snapshot.daemon_sets.len(), 1);
    assert_eq!(names(&snapshot), OF_OPS);
    let mock = Mock::start(answer);
    let snapshot = ask(&to(&mock), &in_ops(None)).unwrap();
    assert_eq!(snapshot.daemon_sets.len(), 2);
    assert_eq!(names(&snapshot), OF_OPS);
}

fn refuse(path: &'static str, reply: fn(&str) -> Reply) -> impl Fn(&Received) -> Reply {
    move |request| {
        if request.path().ends_with(path) {
            return reply(path);
        }
        answer(request)
    }
}

fn forbidden(path: &str) -> Reply {
    let message = format!("{path} is forbidden: User \"viewer\" cannot list resource");
    Reply::status(403, "Forbidden", &message)
}

#[test]
fn a_kind_that_may_not_be_listed_is_said() {
    for (path, kind) in [
        ("ops/daemonsets", WorkloadKind::DaemonSet),
        ("ops/deployments", WorkloadKind::Deployment),
        ("ops/replicasets", WorkloadKind::ReplicaSet),
        ("ops/statefulsets", WorkloadKind::StatefulSet),
        (
            "ops/replicationcontrollers",
            WorkloadKind::ReplicationController,
        ),
        ("ops/jobs", WorkloadKind::Job),
    ] {
        let mock = Mock::start(refuse(path, forbidden));
        let snapshot = ask(&to(&mock), &about_agent().with_neighbours()).unwrap();
        let incomplete = snapshot.incomplete.iter();
        let incomplete = incomplete.map(|i| format!("{} {}: {}", i.verb, i.resource, i.why));
        let (incomplete, notes): (Vec<_>, _) = (incomplete.collect(), snapshot.notes.clone());
        // The others only name owners and overlaps.
        let (said, silent, begin) = match kind {
            WorkloadKind::DaemonSet => (incomplete, notes, format!("list {}: ", kind.resource())),
            _ => (
                notes,
                incomplete,
                format!("{} can't be listed: ", kind.resource()),
            ),
        };
        let [only] = &said[..] else {
            panic!("{said:?}")
        };
        assert!(only.starts_with(&begin), "{only}");
        assert!(only.contains("User \"viewer\" cannot list"), "{only}");
        assert_eq!(silent, Vec::<String>::new());
        assert_eq!(snapshot.unread_workloads, [kind]);
        let workloads = snapshot.workloads.iter().flatten();
        assert!(workloads.clone().all(|w| w.kind != kind));
        assert!(workloads.count() >= 5);
        for known in WorkloadKind::ALL {
            assert_eq!(snapshot.knows_workloads(known), known != kind);
        }
    }
}

/// A server without the API group has none of them, and that is known.
#[test]
fn a_kind_that_the_server_does_not_serve() {
    let not_served = |_: &str| Reply::new(404, "404 page not found\n");
    let mock = Mock::start(refuse("ops/jobs", not_served));
    let snapshot = ask(&to(&mock), &about_agent().with_neighbours()).unwrap();
    assert_eq!(names(&snapshot), OF_OPS[..6]);
    assert!(snapshot.knows_workloads(WorkloadKind::Job));
    assert_eq!((snapshot.incomplete, snapshot.notes), (vec![], vec![]));
}

#[test]
fn a_list_that_fails_is_an_error() {
    let broken = |_: &str| Reply::status(500, "InternalError", "etcd is gone");
    let mock = Mock::start(refuse("ops/statefulsets", broken));
    assert_eq!(
        error_of(&to(&mock), &about_agent().with_neighbours()),
        "Error from server (InternalError): etcd is gone"
    );
    let odd = |_: &str| {
        let odd =
            json!({"metadata": {"name": "x"}, "spec": {"template": {"metadata": {"labels": []}}}});
        list("StatefulSet", &[odd])
    };
    let mock = Mock::start(refuse("ops/statefulsets", odd));
    let error = error_of(&to(&mock), &about_agent().with_neighbours());
    assert!(
        error.contains("`list statefulsets` can't be read: items[0]"),
        "{error}"
    );
    assert!(error.ends_with("is not what the API has there"), "{error}");
}
