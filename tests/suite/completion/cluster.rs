//! Names from a cluster: what is asked of it, and how little.

use serde_json::{Value, json};

use super::{Offered, UNFINISHED, WHOLE, offered, words};
use crate::cluster_faults::mock::{Mock, Received, Reply};
use crate::cluster_faults::tls_server::Server;

const METADATA: &str = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";
const TABLE: &str = "application/json;as=Table;g=meta.k8s.io;v=v1";

fn named(name: &str, rest: &Value) -> Value {
    let mut metadata = json!({"name": name, "creationTimestamp": "2026-01-01T00:00:00Z",
        "managedFields": [{"manager": "x"}]});
    for (key, value) in rest.as_object().into_iter().flatten() {
        metadata[key] = value.clone();
    }
    json!({"metadata": metadata})
}

/// A list whose objects are of the namespace that was asked for.
fn list(request: &Received, items: &[Value]) -> Reply {
    let mut items = items.to_vec();
    if let Some((_, namespaced)) = request.path().split_once("/namespaces/") {
        let namespace = namespaced.split('/').next();
        items
            .iter_mut()
            .for_each(|item| item["metadata"]["namespace"] = json!(namespace));
    }
    Reply::json(
        &json!({"kind": "PartialObjectMetadataList", "apiVersion": "meta.k8s.io/v1",
        "metadata": {"resourceVersion": "7"}, "items": items}),
    )
}

/// A cluster that gives only what a Tab may ask for.
fn small() -> Mock {
    Mock::start(metadata_only)
}

fn metadata_only(request: &Received) -> Reply {
    let wanted = if request.path().ends_with("/controllerrevisions")
        || request.target.contains("includeObject=None")
    {
        TABLE
    } else {
        METADATA
    };
    if request.header("accept") != Some(wanted) {
        return Reply::status(406, "NotAcceptable", "metadata only");
    }
    answer(request)
}

fn answer(request: &Received) -> Reply {
    let owner = |kind: &str, name: &str| {
        json!({"ownerReferences": [{"apiVersion": "apps/v1", "kind": kind, "name": name,
            "uid": "u", "controller": true}]})
    };
    let labels = |labels: Value| json!({ "labels": labels });
    match request.path() {
        "/apis/apps/v1/namespaces/web/daemonsets" if request.target.contains("includeObject") => {
            containers()
        }
        "/apis/apps/v1/namespaces/web/daemonsets" => list(
            request,
            &[
                named(
                    "agent",
                    &labels(json!({"app.kubernetes.io/version": "1.2", "team": "a"})),
                ),
                named("agent-two", &labels(json!({"team": "b"}))),
                named("proxy", &json!({})),
            ],
        ),
        "/apis/apps/v1/namespaces/default/daemonsets" => {
            list(request, &[named("only", &json!({}))])
        }
        "/api/v1/nodes" => list(
            request,
            &[
                named(
                    "n1",
                    &labels(json!({"node-role.kubernetes.io/control-plane": "",
                "node.kubernetes.io/instance-type": "m5.large", "topology.kubernetes.io/zone": "z1"})),
                ),
                named("n2", &json!({})),
            ],
        ),
        "/api/v1/namespaces" => list(
            request,
            &[named("default", &json!({})), named("web", &json!({}))],
        ),
        "/api/v1/namespaces/web/pods" => list(
            request,
            &[
                named("agent-x", &owner("DaemonSet", "agent")),
                named("shop-1", &owner("ReplicaSet", "shop")),
            ],
        ),
        "/apis/apps/v1/namespaces/web/controllerrevisions" => revisions(),
        path => Reply::status(404, "NotFound", path),
    }
}

fn revisions() -> Reply {
    let row = |name: &str, number: u32, owner: &str, cause: Option<&str>| {
        let metadata = json!({"name": name, "creationTimestamp": "2026-01-01T00:00:00Z",
            "annotations": {"kubernetes.io/change-cause": cause.unwrap_or("none")},
            "ownerReferences": [{"apiVersion": "apps/v1", "kind": "DaemonSet", "name": owner, "uid": "u", "controller": true}]});
        json!({"cells": [name, format!("daemonset.apps/{owner}"), number, "5d"],
            "object": {"kind": "PartialObjectMetadata", "metadata": metadata}})
    };
    Reply::json(
        &json!({"kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": {},
        "columnDefinitions": [{"name": "Name"}, {"name": "Controller"}, {"name": "Revision"}, {"name": "Age"}],
        "rows": [row("agent-a", 9, "agent", None), row("agent-b", 10, "agent", Some("new image")), row("proxy-a", 1, "proxy", None)]}),
    )
}

fn containers() -> Reply {
    Reply::json(
        &json!({"kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": {},
        "columnDefinitions": [{"name": "Name"}, {"name": "Containers"}, {"name": "Images"}],
        "rows": [{"cells": ["agent", "main,side", "agent:1,side:2"], "object": null}]}),
    )
}

pub(super) fn ask(mock: &Mock, line: &str) -> Offered {
    let url = mock.url();
    let mut all = vec!["--server", &url];
    all.extend(words(line));
    offered(&all, &[("KUBECONFIG", "/dev/null")])
}

#[test]
fn each_kind_of_name_with_what_it_is() {
    let mock = small();
    for (line, values) in [
        ("why -n web ", &["agent", "agent-two", "proxy"][..]),
        ("why --namespace=web ag", &["agent", "agent-two"]),
        ("plan -n web ds/agent-t", &["ds/agent-two"]),
        ("adopt ", &["only"]),
        ("why agent -n web ", &["n1", "n2"]),
        ("node ", &["n1", "n2"]),
        ("why -n ", &["default", "web"]),
        ("why -n web pod/", &["pod/agent-x"]),
        ("plan agent -n web --to-revision ", &["10", "9", "0"]),
        ("plan ds/agent -n web --set-image ", &["main=", "side="]),
        ("why -n web -l team=", &["team=a", "team=b"]),
        (
            "node --node-selector node.k",
            &["node.kubernetes.io/instance-type="],
        ),
    ] {
        assert_eq!(ask(&mock, line).values(), values, "{line}");
    }
    let told = ask(&mock, "why -n web agent");
    assert!(told.help("agent").starts_with("version 1.2, "), "{told:?}");
    assert!(told.help("agent").ends_with(" old"), "{told:?}");
    let node = ask(&mock, "node n1");
    assert!(
        node.help("n1").starts_with("control-plane, m5.large, z1, "),
        "{node:?}"
    );
    let revisions = ask(&mock, "plan agent -n web --to-revision 1");
    assert!(
        revisions.help("10").starts_with("new image, agent-b, "),
        "{revisions:?}"
    );
    assert_eq!(revisions.directive, WHOLE);
    let images = ask(&mock, "plan agent -n web --set-image s");
    assert_eq!(
        (images.help("side="), images.directive),
        ("side:2", UNFINISHED)
    );
    for request in mock.received() {
        assert_eq!(request.method, "GET");
    }
}

#[test]
fn the_connection_flags_are_obeyed_on_both_sides() {
    let server = Server::answering(metadata_only);
    let (url, authority) = (server.url(), server.authority());
    let line = "--token before why --as someone --as-group g -n web -v 9 --chunk-size 1 a";
    let mut all = vec!["--server", &url, "--certificate-authority", &authority];
    all.extend(words(line));
    let offered = offered(&all, &[("KUBECONFIG", "/dev/null")]);
    assert_eq!(offered.values(), ["agent", "agent-two"]);
    let request = server.mock.received().pop().unwrap();
    assert_eq!(request.header("authorization"), Some("Bearer before"));
    assert_eq!(request.header("impersonate-user"), Some("someone"));
    assert_eq!(
        request.target,
        "/apis/apps/v1/namespaces/web/daemonsets?limit=500"
    );
}

/// No name, no request.
#[test]
fn what_needs_no_cluster_asks_none() {
    let mock = small();
    for line in [
        "",
        "why -",
        "why -o ",
        "why --from ",
        "why --context ",
        "why --label a=b --limit ",
    ] {
        ask(&mock, line);
    }
    assert_eq!(mock.targets(), [""; 0]);
}

#[test]
fn pages_are_read_to_the_end() {
    let mock = Mock::start(|request| {
        let (from, next) = if request.target.contains("continue=second") {
            (500, "")
        } else {
            (0, "second")
        };
        let items: Vec<_> = (from..from + 500)
            .map(|n| named(&format!("node-{n:04}"), &json!({})))
            .collect();
        Reply::json(&json!({"kind": "PartialObjectMetadataList",
            "metadata": {"continue": next}, "items": items}))
    });
    assert_eq!(ask(&mock, "node node-09").candidates.len(), 100);
    let all = ask(&mock, "node no");
    assert_eq!(all.candidates.len(), 100);
    assert_eq!(all.help("node-099"), "10 names");
    assert_eq!(all.directive, UNFINISHED);
}

/// Columns come in pages too where the server has it so.
#[test]
fn columns_in_pages() {
    let mock = Mock::start(|request| {
        let mut whole = request.clone();
        for continues in ["?continue=rest", "&continue=rest"] {
            whole.target = whole.target.replace(continues, "");
        }
        let mut table: Value = serde_json::from_slice(&answer(&whole).body).unwrap();
        let rows = table["rows"].as_array_mut().unwrap();
        if whole.target == request.target {
            rows.truncate(1);
            table["metadata"]["continue"] = json!("rest");
        } else {
            rows.remove(0);
        }
        Reply::json(&table)
    });
    let revisions = ask(&mock, "plan agent -n web --to-revision ");
    assert_eq!(revisions.values(), ["10", "9", "0"]);
    let images = ask(&mock, "plan ds/agent -n web --set-image ");
    assert_eq!(images.values(), ["main=", "side="]);
}
