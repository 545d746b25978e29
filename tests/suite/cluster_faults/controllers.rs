//! The other controllers of the small API, one of each kind in `ops` and in a
//! namespace that has no DaemonSet.

use serde_json::{Value, json};

/// Where each kind is listed: group, resource, kind.
pub(crate) const KINDS: [(&str, &str, &str); 5] = [
    ("/apis/apps/v1", "deployments", "Deployment"),
    ("/apis/apps/v1", "replicasets", "ReplicaSet"),
    ("/apis/apps/v1", "statefulsets", "StatefulSet"),
    ("/api/v1", "replicationcontrollers", "ReplicationController"),
    ("/apis/batch/v1", "jobs", "Job"),
];

/// The kind and the objects of a list of controllers; `None` for any other path.
pub(crate) fn listed(path: &str) -> Option<(&'static str, Vec<Value>)> {
    for (group, resource, kind) in KINDS {
        let below = |namespace: &str| format!("{group}/namespaces/{namespace}/{resource}");
        if path == format!("{group}/{resource}") {
            let all = ["elsewhere", "ops"].map(|namespace| controller(kind, namespace));
            return Some((kind, all.into()));
        }
        if path == below("ops") {
            return Some((kind, vec![controller(kind, "ops")]));
        }
    }
    None
}

/// One with more than is read of it.
pub(crate) fn controller(kind: &str, namespace: &str) -> Value {
    let name = format!("the-{}", kind.to_lowercase());
    let labels = json!({"app": name});
    let selector = match kind {
        "ReplicationController" => labels.clone(),
        "Job" => json!({"matchLabels": {"batch.kubernetes.io/controller-uid": "uid-the-job"}}),
        "StatefulSet" => {
            json!({"matchExpressions": [{"key": "app", "operator": "In", "values": [name]}]})
        }
        _ => json!({"matchLabels": labels}),
    };
    let mut controller = json!({
        "metadata": {"name": name, "namespace": namespace, "uid": format!("uid-{name}-{namespace}"),
            "creationTimestamp": "2026-11-01T11:00:00Z", "labels": {"tier": "web"}},
        "spec": {"replicas": 2, "selector": selector, "template": {
            "metadata": {"labels": labels, "creationTimestamp": null},
            "spec": {"containers": [{"name": "c", "image": "i"}]}}},
        "status": {"replicas": 2},
    });
    if kind == "ReplicaSet" {
        controller["metadata"]["ownerReferences"] = json!([{"apiVersion": "apps/v1", "kind": "Deployment",
            "name": "the-deployment", "uid": "uid-d", "controller": true, "blockOwnerDeletion": true}]);
    }
    if kind == "Job" {
        controller["metadata"]["deletionTimestamp"] = json!("2026-11-01T11:59:00Z");
    }
    controller
}
