//! A question requests exactly the resources that the table lists.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};

use super::{Cluster, ConnectionFlags, Update};
use crate::model::{DaemonSet, FeatureGates, WorkloadKind};
use crate::source::needs::Resource;
use crate::source::{ObjectName, Question, Scope, Source, Subject};

/// The requested resources.
type Asked = Arc<Mutex<BTreeSet<&'static str>>>;

fn resources() -> impl Iterator<Item = Resource> {
    let workloads = WorkloadKind::ALL.into_iter().map(Resource::of);
    Resource::ALL.into_iter().chain(workloads)
}

fn daemon_set() -> Value {
    json!({"apiVersion": "apps/v1", "kind": "DaemonSet",
        "metadata": {"name": "agent", "namespace": "ops", "uid": "u"},
        "spec": {"selector": {"matchLabels": {"app": "agent"}},
            "template": {"metadata": {"labels": {"app": "agent"}}, "spec": {"containers": []}}}})
}

/// The one object of a resource; `None` where there is none.
fn object(resource: Resource) -> Option<Value> {
    match resource {
        Resource::DaemonSets => Some(daemon_set()),
        Resource::Nodes => Some(json!({"kind": "Node", "metadata": {"name": "node-1"}})),
        Resource::Pods => Some(json!({"kind": "Pod",
            "metadata": {"name": "agent-1", "namespace": "ops", "uid": "p",
                "labels": {"app": "agent"},
                "ownerReferences": [{"apiVersion": "apps/v1", "kind": "DaemonSet",
                    "name": "agent", "uid": "u", "controller": true}]},
            "spec": {"nodeName": "node-1"}})),
        Resource::Namespaces => Some(json!({"kind": "Namespace", "metadata": {"name": "ops"}})),
        _ => None,
    }
}

/// A server with one object of each kind that is requested by name.
fn server(asked: &Asked) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let asked = Arc::clone(asked);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let asked = Arc::clone(&asked);
            std::thread::spawn(move || serve(stream, &asked));
        }
    });
    address
}

fn serve(mut stream: TcpStream, asked: &Asked) {
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
    let first = lines.next().unwrap().unwrap();
    while lines.next().is_some_and(|line| !line.unwrap().is_empty()) {}
    let target = first.split(' ').nth(1).unwrap();
    let body = answer(target, asked).to_string();
    let length = body.len();
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
    );
    // A client that has read enough may close the connection.
    let _ = stream.write_all((head + &body).as_bytes());
}

fn answer(target: &str, asked: &Asked) -> Value {
    let path = target.split('?').next().unwrap();
    if path == "/version" {
        return json!({"gitVersion": "v1.37.1"});
    }
    // `namespaces` is part of the path of others.
    let mut named = path.rsplit('/').take(2);
    let (last, before) = (named.next().unwrap(), named.next().unwrap());
    let of = |plural: &str| resources().find(|r| r.plural() == plural);
    let (resource, is_list) = match of(last) {
        Some(resource) => (resource, true),
        None => (of(before).unwrap(), false),
    };
    asked.lock().unwrap().insert(resource.plural());
    let object = object(resource);
    if !is_list {
        return object.unwrap();
    }
    let items: Vec<Value> = object.into_iter().collect();
    json!({"kind": format!("{}List", resource.kind()), "metadata": {"resourceVersion": "1"},
        "items": items})
}

fn connect(asked: &Asked) -> Cluster {
    let flags = ConnectionFlags {
        kubeconfig: Some("/dev/null".into()),
        server: Some(format!("http://{}", server(asked))),
        ..ConnectionFlags::default()
    };
    Cluster::connect(&flags, None, None, FeatureGates::default()).unwrap()
}

fn name(name: &str) -> ObjectName {
    ObjectName {
        namespace: "ops".to_owned(),
        name: name.to_owned(),
    }
}

fn questions() -> Vec<Question> {
    let manifest = || Box::new(DaemonSet::from_value(daemon_set(), "ops").unwrap());
    let node = || Scope::Node("node-1".to_owned());
    let all = || Subject::DaemonSets {
        namespace: None,
        selector: Some("app=agent".to_owned()),
    };
    let questions = [
        (Subject::DaemonSet(name("agent")), Scope::AllNodes),
        (Subject::DaemonSet(name("agent")), node()),
        (Subject::Manifest(manifest()), Scope::AllNodes),
        (Subject::Manifest(manifest()), node()),
        (Subject::Recreated(manifest()), Scope::AllNodes),
        (Subject::Pod(name("agent-1")), Scope::NodeOfPod),
        (Subject::Pod(name("agent-1")), Scope::AllNodes),
        (all(), Scope::AllNodes),
        (all(), node()),
        (all(), Scope::NoNode),
    ];
    let questions = questions.map(|(subject, scope)| Question::new(subject, scope));
    let neighbours = questions.iter().cloned().map(Question::with_neighbours);
    let sums = questions.iter().cloned().map(Question::with_sums);
    let all = questions.iter().cloned().chain(neighbours).chain(sums);
    all.collect()
}

fn reads(question: &Question) -> BTreeSet<&'static str> {
    let read = resources().filter(|r| question.reads(*r));
    read.map(Resource::plural).collect()
}

#[test]
fn a_question_asks_for_what_it_reads() {
    for question in questions() {
        let asked = Asked::default();
        connect(&asked).ask(&question).unwrap();
        assert_eq!(*asked.lock().unwrap(), reads(&question), "{question:?}");
    }
}

#[test]
fn a_watch_asks_for_what_its_question_reads() {
    let asked = Asked::default();
    let cluster = connect(&asked);
    let mut see = |sight: Update<'_>| match sight {
        Update::Snapshot(_) => ControlFlow::Break(()),
        Update::Notice(_) => ControlFlow::Continue(()),
    };
    let limit = Some(Duration::from_secs(30));
    cluster.follow(&name("agent"), limit, &mut see).unwrap();
    let question = Question::new(Subject::DaemonSet(name("agent")), Scope::AllNodes);
    assert_eq!(*asked.lock().unwrap(), reads(&question));
}
