//! A small API: one DaemonSet `agent` in `ops` on two nodes, one of its pods
//! pending, one that its selector no longer matches.

use serde_json::{Value, json};

use super::controllers::listed;
use super::mock::{Received, Reply};

pub(crate) fn daemon_set(namespace: &str, name: &str) -> Value {
    json!({
        "apiVersion": "apps/v1", "kind": "DaemonSet",
        "metadata": {"name": name, "namespace": namespace, "uid": format!("uid-{name}"), "generation": 3},
        "spec": {
            "selector": {"matchLabels": {"app": name}},
            "template": {
                "metadata": {"labels": {"app": name}},
                "spec": {"containers": [{"name": "c", "image": "i"}]},
            },
        },
        "status": {"currentNumberScheduled": 2, "desiredNumberScheduled": 2, "numberMisscheduled": 0, "numberReady": 1},
    })
}

pub(crate) fn owners(name: &str) -> Value {
    json!([{"apiVersion": "apps/v1", "kind": "DaemonSet", "name": name, "uid": format!("uid-{name}"), "controller": true}])
}

pub(crate) fn pod(name: &str, app: &str, node: Option<&str>, meant_for: &str) -> Value {
    json!({
        "metadata": {"name": name, "namespace": "ops", "uid": format!("uid-{name}"),
            "labels": {"app": app, "controller-revision-hash": "abc"}, "ownerReferences": owners("agent")},
        "spec": {"nodeName": node.unwrap_or_default(), "affinity": {"nodeAffinity": {
            "requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [{"matchFields": [
                {"key": "metadata.name", "operator": "In", "values": [meant_for]}]}]}}}},
        "status": {"phase": if node.is_some() { "Running" } else { "Pending" }},
    })
}

/// A list of objects of this kind.
pub(crate) fn list(kind: &str, items: &[Value]) -> Reply {
    let metadata = json!({"resourceVersion": "9"});
    Reply::json(&json!({"kind": format!("{kind}List"), "metadata": metadata, "items": items}))
}

/// One object of this kind.
pub(crate) fn one(kind: &str, object: &Value) -> Reply {
    let mut object = object.clone();
    object["kind"] = json!(kind);
    Reply::json(&object)
}

/// The answer with no more than metadata where that is what was asked for.
fn as_asked(request: &Received, mut reply: Reply) -> Reply {
    let accept = request.header("accept").unwrap_or_default();
    let mut answer: Value = serde_json::from_slice(&reply.body).unwrap();
    if accept.contains("as=PartialObjectMetadataList") && answer["items"].is_array() {
        answer["kind"] = json!("PartialObjectMetadataList");
        reply.body = answer.to_string().into_bytes();
    }
    reply
}

fn node(name: &str) -> Value {
    json!({"metadata": {"name": name, "labels": {"kubernetes.io/hostname": name}}, "spec": {}, "status": {}})
}

/// Answers as an API server does, selectors included as far as they are used here.
pub(crate) fn answer(request: &Received) -> Reply {
    as_asked(request, whole(request))
}

fn whole(request: &Received) -> Reply {
    let query = request.target.split_once('?').map_or("", |(_, q)| q);
    match request.path() {
        "/version" => Reply::json(&json!({"gitVersion": "v1.37.1"})),
        "/api/v1/nodes" => list("Node", &[node("n2"), node("n1")]),
        "/api/v1/nodes/n1" => one("Node", &node("n1")),
        "/api/v1/namespaces" => list("Namespace", &[json!({"metadata": {"name": "ops"}})]),
        "/api/v1/namespaces/ops" => one("Namespace", &json!({"metadata": {"name": "ops"}})),
        path if path.ends_with("/limitranges") => {
            let limits =
                json!({"limits": [{"type": "Container", "defaultRequest": {"cpu": "50m"}}]});
            let limit_range = json!({"metadata": {"name": "defaults", "namespace": "ops"},
                "spec": limits});
            let kept = !path.starts_with("/api/v1/namespaces/") || path.contains("/ops/");
            list("LimitRange", kept.then_some(limit_range).as_slice())
        }
        "/api/v1/events" | "/api/v1/namespaces/ops/events" => {
            let about = json!({"kind": "DaemonSet", "name": "agent", "namespace": "ops"});
            let event = json!({"metadata": {"namespace": "ops", "name": "agent.1"},
                "involvedObject": about, "reason": "FailedCreate", "message": "quota"});
            let kept = !query.contains("involvedObject.name=")
                || query.ends_with("involvedObject.name=agent");
            list("Event", kept.then_some(event).as_slice())
        }
        "/apis/apps/v1/daemonsets" => list(
            "DaemonSet",
            &[
                daemon_set("ops", "agent"),
                daemon_set("ops", "agents-other"),
                daemon_set("dev", "exporter"),
                daemon_set("qa", "exporter"),
            ],
        ),
        "/apis/apps/v1/namespaces/ops/daemonsets" if query.is_empty() => list(
            "DaemonSet",
            &[
                daemon_set("ops", "agent"),
                daemon_set("ops", "agents-other"),
            ],
        ),
        "/apis/apps/v1/namespaces/ops/daemonsets" => {
            list("DaemonSet", &[daemon_set("ops", "agent")])
        }
        "/apis/apps/v1/namespaces/ops/daemonsets/agent" => Reply::json(&daemon_set("ops", "agent")),
        "/apis/apps/v1/controllerrevisions"
        | "/apis/apps/v1/namespaces/ops/controllerrevisions" => {
            let labels = json!({"app": "agent", "controller-revision-hash": "abc"});
            let revision = json!({"metadata": {"name": "agent-abc", "namespace": "ops",
                "labels": labels, "ownerReferences": owners("agent")},
                "revision": 1, "data": {"spec": {"template": {}}}});
            let kept = selects(query, "agent").then_some(revision);
            list("ControllerRevision", kept.as_slice())
        }
        "/api/v1/namespaces/ops/pods/agent-1" => {
            one("Pod", &pod("agent-1", "agent", Some("n1"), "n1"))
        }
        "/api/v1/pods" | "/api/v1/namespaces/ops/pods" => pods(query),
        "/api/v1/namespaces/dev/pods" | "/api/v1/namespaces/qa/pods" => list("Pod", &[]),
        path => match listed(path) {
            Some((kind, items)) => list(kind, &items),
            None => Reply::status(404, "NotFound", &format!("{path} not found")),
        },
    }
}

fn pods(query: &str) -> Reply {
    let all = [
        pod("agent-2", "agent", None, "n2"),
        pod("agent-1", "agent", Some("n1"), "n1"),
        pod("agent-0", "released", Some("n1"), "n1"),
    ];
    let parameter = |name: &str| {
        let mut pairs = query.split('&').filter_map(|p| p.split_once('='));
        pairs.find(|(n, _)| *n == name).map(|(_, v)| v.to_owned())
    };
    let labels = parameter("labelSelector").unwrap_or_default();
    let node = parameter("fieldSelector")
        .and_then(|f| f.strip_prefix("spec.nodeName=").map(str::to_owned));
    let kept = all.iter().filter(|pod| {
        let app = pod["metadata"]["labels"]["app"].as_str().unwrap();
        selects(&labels, app) && node.as_deref().is_none_or(|n| pod["spec"]["nodeName"] == n)
    });
    list("Pod", &kept.cloned().collect::<Vec<_>>())
}

/// The requirement on the label `app`, the only one that a selector has here.
fn selects(labels: &str, app: &str) -> bool {
    let value = |operator: &str| {
        let (_, rest) = labels.split_once(operator)?;
        rest.split([')', ',']).next()
    };
    match (value("app notin ("), value("app=")) {
        (Some(other), _) => app != other,
        (None, Some(wanted)) => app == wanted,
        (None, None) => true,
    }
}
