//! Lists as protobuf: the same answers as from JSON, and what is said of those
//! that can't be used.

use std::time::{Duration, Instant};

use kubectl_ds::model::revision_data::holds_template;
use kubectl_ds::model::{Node, Pod, Snapshot};
use kubectl_ds::source::{Scope, Subject};
use serde_json::json;

use super::api::answer;
use super::mock::{Mock, Received, Reply, Step};
use super::protobuf::{
    envelope, field, key, list, node, number, preferred, reply, status, stored_revision, varint,
};
use super::{about_agent, ask, error_of, name, question, to};

const NODES: &str = "/api/v1/nodes";

fn in_protobuf(request: &Received) -> Reply {
    preferred(request, answer(request))
}

fn nodes_are(body: &[u8]) -> Mock {
    let body = body.to_vec();
    Mock::start(move |request| match request.path() {
        NODES => reply(200, body.clone()),
        _ => in_protobuf(request),
    })
}

fn nodes_of(body: &[u8]) -> Vec<Node> {
    let snapshot = ask(&to(&nodes_are(body)), &about_agent()).unwrap();
    snapshot.nodes.unwrap().to_vec()
}

/// What is said of such an answer, without what stands before it in each case.
fn problem_of(body: &[u8]) -> String {
    let mock = nodes_are(body);
    let error = error_of(&to(&mock), &about_agent());
    let before = format!(
        "error: the answer of the server {} to `list nodes` can't be read: ",
        mock.address
    );
    error.strip_prefix(&before).unwrap_or(&error).to_owned()
}

fn named(name: &str) -> Vec<u8> {
    node(&json!({"metadata": {"name": name}}))
}

#[test]
fn the_same_as_json() {
    let told = |mock: &Mock| -> Snapshot { ask(&to(mock), &about_agent()).unwrap() };
    let protobuf = Mock::start(in_protobuf);
    let (from_protobuf, from_json) = (told(&protobuf), told(&Mock::start(answer)));
    assert_eq!(from_protobuf.pods.as_ref().unwrap().len(), 3);
    assert_eq!(from_protobuf.pods, from_json.pods);
    assert_eq!(from_protobuf.nodes, from_json.nodes);
    assert_eq!(from_protobuf.revisions.as_ref().unwrap().len(), 1);
    assert_eq!(from_protobuf.revisions, from_json.revisions);
    // Only these lists have to do without what isn't known of an object.
    let lists = [NODES, "/pods", "/controllerrevisions"];
    for request in protobuf.received() {
        let is_list = lists.iter().any(|end| request.path().ends_with(end));
        let expected = if is_list {
            "application/vnd.kubernetes.protobuf,application/json"
        } else {
            "application/json"
        };
        assert_eq!(request.header("accept"), Some(expected), "{request:?}");
    }
}

/// The small API with this namespace in the place of `ops`.
fn in_namespace(namespace: &str, request: &Received) -> Reply {
    let mut request = request.clone();
    request.target = request.target.replace(namespace, "ops");
    let mut reply = answer(&request);
    let body = String::from_utf8(reply.body).unwrap();
    reply.body = body
        .replace("\"ops\"", &format!("{namespace:?}"))
        .into_bytes();
    reply
}

/// Objects of which every field is set, as k8s.io/api 0.37.1 keeps them for
/// tests of compatibility.
#[test]
fn every_field_that_upstream_can_set() {
    let raw = |object: &'static [u8]| {
        // Kind and version, and then the object, whose length takes two bytes.
        let after_kind = &object[6 + usize::from(object[5])..];
        assert_eq!(after_kind[0], 0x12);
        let len = usize::from(after_kind[1] & 0x7f) | usize::from(after_kind[2]) << 7;
        after_kind[3..3 + len].to_vec()
    };
    let pod = raw(include_bytes!("upstream/core.v1.Pod.pb"));
    let node = raw(include_bytes!("upstream/core.v1.Node.pb"));
    let mock = Mock::start(move |request| match request.path() {
        NODES => reply(200, list("NodeList", std::slice::from_ref(&node), "")),
        "/api/v1/namespaces/namespaceValue/pods" => {
            reply(200, list("PodList", std::slice::from_ref(&pod), ""))
        }
        _ => in_namespace("namespaceValue", request),
    });
    let agent = name("namespaceValue", "agent");
    let about = question(Subject::DaemonSet(agent), Scope::AllNodes);
    let snapshot = ask(&to(&mock), &about).unwrap();
    let node: Node = serde_json::from_slice(include_bytes!("upstream/core.v1.Node.json")).unwrap();
    let pod: Pod = serde_json::from_slice(include_bytes!("upstream/core.v1.Pod.json")).unwrap();
    assert_eq!(*snapshot.nodes.unwrap(), [node]);
    let pods = snapshot.pods.unwrap();
    assert!(pod.ready.is_none() && pod.deletion.is_some() && !pod.images.is_empty());
    assert_eq!(*pods, [pod]);
}

/// The controller compares bytes, and JSON leaves the white space out.
#[test]
fn in_which_bytes_a_revision_is_stored() {
    let stored = |data: &'static str| {
        let mock = Mock::start(move |request| {
            let answer = answer(request);
            if !request.path().ends_with("/controllerrevisions") {
                return preferred(request, answer);
            }
            let list_of: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
            let revision = stored_revision(&list_of["items"][0], data);
            reply(200, list("ControllerRevisionList", &[revision], ""))
        });
        let revisions = ask(&to(&mock), &about_agent()).unwrap().revisions;
        revisions.unwrap().remove(0)
    };
    let compact = stored(r#"{"spec":{"template":{"$patch":"replace","a":1}}}"#);
    let spaced = stored(r#"{"spec": {"template": {"$patch": "replace", "a": 1}}}"#);
    assert_eq!(spaced.data, compact.data);
    let otherwise = [&compact, &spaced].map(|revision| revision.is_encoded_otherwise);
    assert_eq!(otherwise, [false, true]);
    let template = json!({"a": 1});
    assert!(holds_template(&compact, &template));
    assert!(!holds_template(&spaced, &template));
}

#[test]
fn json_though_protobuf_was_asked_for() {
    let mock = Mock::start(|request| answer(request).with("Content-Type", "application/json"));
    let snapshot = ask(&to(&mock), &about_agent()).unwrap();
    assert_eq!(snapshot.nodes.unwrap().len(), 2);
}

#[test]
fn a_refusal_as_protobuf_says_the_same() {
    for (code, reason, message) in [
        (500, "InternalError", "etcdserver: request timed out"),
        (
            429,
            "TooManyRequests",
            "the server has received too many requests",
        ),
        (
            403,
            "Forbidden",
            "nodes is forbidden: User \"a\" cannot list",
        ),
    ] {
        let refusing = |refusal: fn(u16, &str, &str) -> Reply| {
            Mock::start(move |request| match request.path() {
                NODES => refusal(code, reason, message),
                _ => answer(request),
            })
        };
        let [protobuf, json] = [refusing(status), refusing(Reply::status)];
        let told = [&protobuf, &json].map(|mock| {
            let snapshot = ask(&to(mock), &about_agent()).map_err(|e| e.to_string());
            snapshot.map(|s| (s.nodes, s.incomplete))
        });
        assert_eq!(told[0], told[1]);
        let said = format!("{:?}", told[0]);
        assert!(said.contains(&format!("{message:?}")[1..20]), "{said}");
    }
}

#[test]
fn fields_that_nobody_knows_are_passed_over() {
    let unknown = [
        number(90, u64::MAX),
        field(91, [0xff; 300]),
        [key(92, 1), vec![7; 8]].concat(),
        [key(93, 5), vec![7; 4]].concat(),
    ]
    .concat();
    let item = [&*unknown, &*named("n1"), &*unknown].concat();
    let inside = [
        &*unknown,
        &*field(2, &item),
        &*unknown,
        &*field(2, named("n2")),
        &*unknown,
    ];
    let mut body = envelope("NodeList", &inside.concat());
    body.extend(&unknown);
    let names: Vec<String> = nodes_of(&body).iter().map(|n| n.name.to_string()).collect();
    assert_eq!(names, ["n1", "n2"]);
}

#[test]
fn an_empty_list() {
    assert_eq!(nodes_of(&list("NodeList", &[], "")), []);
    assert_eq!(nodes_of(&envelope("NodeList", b"")), []);
}

#[test]
fn whatever_is_cut_off_is_no_list() {
    let items = [named("n1"), named("n2")];
    let whole = list("NodeList", &items, "");
    // All that comes after the list is two empty texts.
    for len in 0..whole.len() - 4 {
        assert_eq!(problem_of(&whole[..len]), "it ends in the middle", "{len}");
    }
}

#[test]
fn a_connection_that_is_cut() {
    let whole = list("NodeList", &[named("n1"), named("n2")], "");
    let between = whole.len() - 4 - field(2, named("n2")).len();
    for at in [between, between + 5] {
        let (start, length) = (whole[..at].to_vec(), whole.clone());
        let chunked = move |request: &Received| match request.path() {
            NODES => {
                let mut reply = reply(200, Vec::new());
                reply.steps = Some(vec![Step::Bytes(start.clone())]);
                reply
            }
            _ => answer(request),
        };
        let counted = move |request: &Received| match request.path() {
            NODES => {
                let mut reply = reply(200, length.clone());
                reply.cut_after = Some(at);
                reply
            }
            _ => answer(request),
        };
        for mock in [Mock::start(chunked), Mock::start(counted)] {
            let error = error_of(&to(&mock), &about_agent());
            assert!(
                error.contains("`list nodes` was cut off in the middle"),
                "{error}"
            );
        }
    }
}

#[test]
fn what_is_not_the_apis_protobuf() {
    let type_meta = |kind: &str| field(1, [field(1, "v1"), field(2, kind)].concat());
    let with = |fields: &[Vec<u8>]| [b"k8s\0".to_vec(), fields.concat()].concat();
    let items = field(2, named("n1"));
    let malformed = "its protobuf is malformed";
    let encoded = "its protobuf is encoded once more, which wasn't asked for";
    for (body, problem) in [
        (
            b"k9s\0".to_vec(),
            "it is not Kubernetes' protobuf, though it says so",
        ),
        (
            b"{\"items\":[]}".to_vec(),
            "it is not Kubernetes' protobuf, though it says so",
        ),
        (
            envelope("PodList", &items),
            "its kind is \"PodList\", not NodeList",
        ),
        (with(&[field(2, &items)]), malformed),
        (
            with(&[type_meta("NodeList"), field(3, "gzip"), field(2, &items)]),
            encoded,
        ),
        (
            with(&[type_meta("NodeList"), field(2, &items), field(3, "gzip")]),
            encoded,
        ),
        (
            with(&[type_meta("NodeList"), field(2, &items), field(2, &items)]),
            malformed,
        ),
        // A number of eleven bytes, in the list and before it.
        (
            envelope("NodeList", &[&[0x12][..], &[0x80; 11]].concat()),
            malformed,
        ),
        (with(&[vec![0x0a], vec![0x80; 11]]), malformed),
        // An item that says to be longer than the list.
        (
            envelope("NodeList", &[key(2, 2), varint(90), named("n1")].concat()),
            malformed,
        ),
        (envelope("NodeList", &number(2, 1)), malformed),
    ] {
        assert_eq!(problem_of(&body), problem);
    }
}

#[test]
fn an_item_that_is_not_what_it_should_be() {
    let second = |item: Vec<u8>| list("NodeList", &[named("n1"), item], "");
    for (item, place) in [
        (field(1, field(1, b"\xffname")), "items[1].metadata.name"),
        (
            field(1, field(11, [field(1, "k"), field(2, b"\xff")].concat())),
            "items[1].metadata.labels.k",
        ),
        (field(1, number(1, 5)), "items[1].metadata.name"),
        (number(1, 5), "items[1].metadata"),
        (
            field(3, field(4, field(4, number(1, u64::MAX >> 1)))),
            "items[1].status.conditions[0].lastTransitionTime",
        ),
        (field(1, [0x0a, 9, b'n']), "items[1].metadata"),
        (vec![0x80; 11], "items[1]"),
    ] {
        let said = problem_of(&second(item));
        assert_eq!(said, format!("{place} is not what the API has there"));
    }
}

/// The mock never ends its item: who wanted the whole of it would wait.
fn is_given_up(mock: &Mock, within: Duration) {
    let started = Instant::now();
    let error = error_of(&to(mock), &about_agent());
    assert!(
        error.ends_with("can't be read: an object in it is larger than 32 MiB"),
        "{error}"
    );
    assert!(started.elapsed() < within);
}

#[test]
fn an_item_of_100_mb_is_not_even_read() {
    // Of protobuf the length is known before the item comes.
    let kind = field(1, [field(1, "v1"), field(2, "NodeList")].concat());
    let size = 100_000_000;
    let heads = [key(2, 2), varint(size + 6), key(2, 2), varint(size)].concat();
    let start = [b"k8s\0".to_vec(), kind, heads].concat();
    let mock = Mock::start(move |request| match request.path() {
        NODES => {
            let mut reply = reply(200, Vec::new());
            let steps = [
                Step::Bytes(start.clone()),
                Step::Wait(Duration::from_secs(60)),
            ];
            reply.steps = Some(steps.to_vec());
            reply
        }
        _ => answer(request),
    });
    is_given_up(&mock, Duration::from_secs(30));
}

#[test]
fn an_item_of_100_mb_in_json_is_given_up_in_time() {
    let text = "x".repeat(1_000_000);
    let mock = Mock::start(move |request| match request.path() {
        NODES => {
            let start = "{\"kind\": \"NodeList\", \"items\": [{\"metadata\": {\"name\": \"";
            let mut steps = vec![Step::Send(start.to_owned())];
            steps.extend((0..100).map(|_| Step::Send(text.clone())));
            steps.push(Step::Wait(Duration::from_secs(60)));
            Reply::steps(steps)
        }
        _ => answer(request),
    });
    is_given_up(&mock, Duration::from_secs(50));
}

#[test]
fn pages() {
    let paged = |request: &Received| match &*request.target {
        "/api/v1/nodes?limit=1" => reply(200, list("NodeList", &[named("n1")], "token")),
        "/api/v1/nodes?limit=1&continue=token" => reply(200, list("NodeList", &[named("n2")], "")),
        _ => in_protobuf(request),
    };
    let names = |mock: &Mock| {
        let mut flags = to(mock);
        flags.chunk_size = Some(1);
        let nodes = ask(&flags, &about_agent()).unwrap().nodes.unwrap();
        nodes.iter().map(|n| n.name.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(names(&Mock::start(paged)), ["n1", "n2"]);
    // One that comes too late has all of it read again, in one piece.
    let mock = Mock::start(move |request| match &*request.target {
        "/api/v1/nodes?limit=1&continue=token" => status(410, "Expired", "too old"),
        "/api/v1/nodes" => {
            let items = ["a", "b", "c"].map(named);
            reply(200, list("NodeList", &items, ""))
        }
        _ => paged(request),
    });
    assert_eq!(names(&mock), ["a", "b", "c"]);
}
