//! Lists that come in pages, of another kind, or not whole.

use std::sync::atomic::{AtomicUsize, Ordering};

use kubectl_ds::source::{Question, Scope, Subject};
use serde_json::{Value, json};

use super::api::{answer, daemon_set, list, one, pod};
use super::mock::{Mock, Received, Reply};
use super::protobuf::{self, envelope, field, number, preferred};
use super::{about_agent, agent, ask, error_of, name, question, to};

const NODES: &str = "/api/v1/nodes";
const PODS: &str = "/api/v1/namespaces/ops/pods";
const AGENT: &str = "/apis/apps/v1/namespaces/ops/daemonsets/agent";

/// The error about a request whose answers `reply` gives where it gives any.
fn error_about(
    what: &str,
    question: &Question,
    reply: impl Fn(&Received) -> Option<Reply> + Send + Sync + 'static,
) -> String {
    let mock = Mock::start(move |request| reply(request).unwrap_or_else(|| answer(request)));
    let error = error_of(&to(&mock), question);
    let server = mock.address;
    let before = format!("error: the answer of the server {server} to `{what}` can't be read: ");
    error.strip_prefix(&before).unwrap_or(&error).to_owned()
}

fn everything() -> Subject {
    Subject::DaemonSets {
        namespace: None,
        selector: None,
    }
}

/// Every list in two pages, though nobody asked for pages.
fn in_halves(request: &Received) -> Reply {
    let mut whole = request.clone();
    let cut = ["?continue=rest", "&continue=rest"];
    for continues in cut {
        whole.target = whole.target.replace(continues, "");
    }
    let mut reply = answer(&whole);
    let mut value: Value = serde_json::from_slice(&reply.body).unwrap();
    if let Some(items) = value["items"].as_array_mut() {
        let half = items.len() / 2;
        if whole.target == request.target {
            items.truncate(half);
            value["metadata"]["continue"] = json!("rest");
        } else {
            items.drain(..half);
        }
        reply.body = value.to_string().into_bytes();
    }
    reply
}

#[test]
fn pages_that_nobody_asked_for_are_followed_in_every_list() {
    let questions = [
        about_agent().with_neighbours(),
        question(everything(), Scope::AllNodes).with_neighbours(),
        question(everything(), Scope::Node("n1".to_owned())),
    ];
    for question in questions {
        let whole = Mock::start(answer);
        let wanted = format!("{:?}", ask(&to(&whole), &question).unwrap());
        let in_protobuf = |request: &Received| preferred(request, in_halves(request));
        for mock in [Mock::start(in_halves), Mock::start(in_protobuf)] {
            let told = ask(&to(&mock), &question).unwrap();
            assert_eq!(format!("{told:?}"), wanted);
            let lists = whole.received().into_iter().filter(|r| {
                let last = r.path().rsplit('/').next().unwrap_or_default();
                last.ends_with('s') && last != "ops"
            });
            assert_eq!(
                mock.received().len(),
                whole.received().len() + lists.count(),
                "{:#?}",
                mock.targets()
            );
        }
    }
    let near = question(Subject::DaemonSet(name("ops", "agnet")), Scope::AllNodes);
    assert_eq!(
        error_of(&to(&Mock::start(in_halves)), &near),
        "daemonset `agnet` not found in namespace `ops`; did you mean `agent`?"
    );
}

/// A page of nodes, which are named by it.
fn page(item: &str, next: &str) -> Reply {
    Reply::json(&json!({"kind": "NodeList", "metadata": {"continue": next},
        "items": [{"metadata": {"name": item}}]}))
}

#[test]
fn pages_when_they_are_asked_for_and_whole_when_a_page_came_too_late() {
    let paged = |request: &Received| match &*request.target {
        "/api/v1/nodes?limit=1" => page("n1", "token"),
        "/api/v1/nodes?limit=1&continue=token" => page("n2", ""),
        _ => answer(request),
    };
    let mock = Mock::start(paged);
    let mut flags = to(&mock);
    flags.chunk_size = Some(1);
    let snapshot = ask(&flags, &about_agent()).unwrap();
    assert_eq!(snapshot.nodes.unwrap().len(), 2);

    let mock = Mock::start(move |request| match &*request.target {
        "/api/v1/nodes?limit=1&continue=token" => {
            Reply::status(410, "Expired", "the continue token is too old")
        }
        NODES => {
            let nodes = ["a", "b", "c"].map(|name| json!({"metadata": {"name": name}}));
            list("Node", &nodes)
        }
        _ => paged(request),
    });
    flags.server = Some(mock.url());
    let snapshot = ask(&flags, &about_agent()).unwrap();
    assert_eq!(snapshot.nodes.unwrap().len(), 3);
}

#[test]
fn a_page_that_nobody_asked_for_and_that_came_too_late() {
    let asked = AtomicUsize::new(0);
    let paged = move |fails: usize| {
        move |request: &Received| match &*request.target {
            NODES => page("n1", "token"),
            "/api/v1/nodes?continue=token" if asked.fetch_add(1, Ordering::SeqCst) < fails => {
                Reply::status(410, "Expired", "the continue token is too old")
            }
            "/api/v1/nodes?continue=token" => page("n2", ""),
            _ => answer(request),
        }
    };
    let mock = Mock::start(paged(1));
    let snapshot = ask(&to(&mock), &about_agent()).unwrap();
    assert_eq!(snapshot.nodes.unwrap().len(), 2);
    let error = error_about("list nodes", &about_agent(), |request| {
        (request.path() == NODES).then(|| match request.target.contains("continue") {
            true => Reply::status(410, "Expired", "the continue token is too old"),
            false => page("n1", "token"),
        })
    });
    assert_eq!(
        error,
        "Error from server (Expired): the continue token is too old"
    );
}

#[test]
fn pages_without_an_end() {
    let round = error_about("list nodes", &about_agent(), |request| {
        let next = match request.target.split_once("continue=") {
            None => "a",
            Some((_, "a")) => "b",
            Some(_) => "a",
        };
        (request.path() == NODES).then(|| page("n1", next))
    });
    assert_eq!(round, "its pages don't end: a continue token comes again");
}

#[test]
fn a_list_that_leaves_something_out() {
    let wanted = "it leaves out 3 objects and doesn't say how to get them";
    let json = json!({"kind": "NodeList", "metadata": {"remainingItemCount": 3}, "items": []});
    let in_json = error_about("list nodes", &about_agent(), move |request| {
        (request.path() == NODES).then(|| Reply::json(&json))
    });
    let in_protobuf = error_about("list nodes", &about_agent(), |request| {
        let body = || envelope("NodeList", &field(1, number(4, 3)));
        (request.path() == NODES).then(|| protobuf::reply(200, body()))
    });
    assert_eq!([in_json, in_protobuf], [wanted, wanted]);
}

/// The kind decides, whatever the rest looks like.
#[test]
fn a_list_of_another_kind() {
    for (path, what, kind) in [
        (NODES, "list nodes", "NodeList"),
        (PODS, "list pods", "PodList"),
        (
            "/apis/apps/v1/namespaces/ops/controllerrevisions",
            "list controllerrevisions",
            "ControllerRevisionList",
        ),
        ("/apis/batch/v1/namespaces/ops/jobs", "list jobs", "JobList"),
    ] {
        let told = |body: Value| {
            error_about(what, &about_agent().with_neighbours(), move |request| {
                (request.path() == path).then(|| Reply::json(&body))
            })
        };
        assert_eq!(
            told(json!({"kind": "List", "items": []})),
            format!("its kind is \"List\", not {kind}")
        );
        // Also where it stands after what it is about.
        let items = json!({"aitems": [], "items": [], "kind": "SecretList"});
        assert_eq!(
            told(items),
            format!("its kind is \"SecretList\", not {kind}")
        );
        assert_eq!(
            told(json!({"items": []})),
            "it has no kind; is this a Kubernetes API server?"
        );
        assert_eq!(told(json!({ "kind": kind })), "it has no items");
    }
    let sets = question(everything(), Scope::AllNodes);
    let error = error_about("list daemonsets", &sets, |request| {
        (request.path() == "/apis/apps/v1/daemonsets").then(|| list("Deployment", &[]))
    });
    assert_eq!(error, "its kind is \"DeploymentList\", not DaemonSetList");
}

#[test]
fn an_object_of_another_kind_or_name() {
    let told = |object: Value| {
        error_about("get daemonsets agent", &about_agent(), move |request| {
            (request.path() == AGENT).then(|| Reply::json(&object))
        })
    };
    let mut pod = pod("agent", "agent", None, "n1");
    pod["kind"] = json!("Pod");
    assert_eq!(told(pod), "its kind is \"Pod\", not DaemonSet");
    assert_eq!(
        told(json!({"metadata": {"name": "agent"}})),
        "it has no kind; is this a Kubernetes API server?"
    );
    assert_eq!(
        told(daemon_set("ops", "other")),
        "it is \"other\", which wasn't asked for"
    );
    assert_eq!(
        told(daemon_set("dev", "agent")),
        "it is of namespace \"dev\", and \"ops\" was asked for"
    );
    assert_eq!(told(json!({"kind": "DaemonSet"})), "it has no name");
    assert_eq!(told(json!("agent")), "it is not what the API has there");
    let on_n1 = question(Subject::DaemonSet(agent()), Scope::Node("n1".to_owned()));
    let node = error_about("get nodes n1", &on_n1, |request| {
        let other = json!({"metadata": {"name": "n2"}});
        (request.path() == "/api/v1/nodes/n1").then(|| one("Node", &other))
    });
    assert_eq!(node, "it is \"n2\", which wasn't asked for");
}

#[test]
fn items_that_were_not_asked_for() {
    let named = |name: &str| json!({"metadata": {"name": name}});
    let mut elsewhere = pod("agent-1", "agent", Some("n1"), "n1");
    elsewhere["metadata"]["namespace"] = json!("dev\u{1b}[31m");
    let here = pod("agent-1", "agent", Some("n1"), "n1");
    for (path, what, reply, problem) in [
        (
            NODES,
            "list nodes",
            list("Node", &[named("n1"), named("")]),
            "items[1] has no name",
        ),
        (
            NODES,
            "list nodes",
            list("Node", &[named("n1"), json!({})]),
            "items[1] has no name",
        ),
        (
            PODS,
            "list pods",
            list("Pod", &[here, elsewhere]),
            r#"items[1] is of namespace "dev\u{1b}[31m", and "ops" was asked for"#,
        ),
    ] {
        let body = reply.body;
        for in_protobuf in [false, true] {
            let body = body.clone();
            let error = error_about(what, &about_agent(), move |request| {
                let reply = Reply::new(200, body.clone());
                (request.path() == path).then(|| match in_protobuf {
                    true => preferred(request, reply),
                    false => reply,
                })
            });
            assert_eq!(error, problem);
        }
    }
    let sets = question(everything(), Scope::AllNodes);
    let error = error_about("list daemonsets", &sets, |request| {
        let nameless = [daemon_set("ops", "agent"), json!(null)];
        (request.path() == "/apis/apps/v1/daemonsets").then(|| list("DaemonSet", &nameless))
    });
    assert_eq!(error, "items[1] has no name");
    // What only explains is no error, but it isn't taken either.
    let mock = Mock::start(|request| match request.path() {
        "/api/v1/namespaces/ops/events" => list("Event", &[json!({"reason": "FailedCreate"})]),
        _ => answer(request),
    });
    let snapshot = ask(&to(&mock), &about_agent()).unwrap();
    assert_eq!(snapshot.events, None);
    let note = snapshot.notes.join("\n");
    assert!(note.ends_with("items[0] has no name"), "{note}");
}

/// client-go takes a `Status` for an error too, whatever the HTTP status says.
#[test]
fn a_refusal_that_looks_like_a_success() {
    let in_json: fn(u16, &str, &str) -> Reply = Reply::status;
    let in_protobuf: fn(u16, &str, &str) -> Reply = protobuf::status;
    for refusal in [in_json, in_protobuf] {
        let refused = move |path: &'static str, code: u16, reason: &'static str| {
            Mock::start(move |request| match request.path() {
                at if at == path => {
                    let mut reply = refusal(code, reason, "no such luck");
                    reply.status = 200;
                    reply
                }
                _ => answer(request),
            })
        };
        assert_eq!(
            error_of(&to(&refused(NODES, 500, "InternalError")), &about_agent()),
            "Error from server (InternalError): no such luck"
        );
        let snapshot = ask(&to(&refused(NODES, 403, "Forbidden")), &about_agent()).unwrap();
        assert_eq!(snapshot.nodes, None);
        assert_eq!(snapshot.incomplete[0].why, "no such luck");
    }
    let error = error_about("", &about_agent(), |request| {
        let mut reply = Reply::status(401, "Unauthorized", "Unauthorized");
        reply.status = 200;
        (request.path() == AGENT).then_some(reply)
    });
    assert!(
        error.starts_with("error: You must be logged in to the server"),
        "{error}"
    );
    let success = json!({"kind": "Status", "status": "Success"});
    for (path, what) in [(NODES, "list nodes"), (AGENT, "get daemonsets agent")] {
        let success = success.clone();
        let error = error_about(what, &about_agent(), move |request| {
            (request.path() == path).then(|| Reply::json(&success))
        });
        assert_eq!(error, "it is a Status and holds nothing");
    }
}
