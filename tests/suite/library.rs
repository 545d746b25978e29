//! What those who use the crate as a library rely on.

use std::fs;

use kubectl_ds::k8s_openapi::api::core::v1 as core;
use kubectl_ds::model::Node;
use serde_json::{Value, json};

use crate::binary::root;

/// The nodes of the dumps that the documents ship.
fn nodes() -> Vec<Value> {
    let dumps = ["incident", "rollout", "takeover", "walk/2-stuck"];
    let lists = dumps.map(|dump| {
        let path = root().join(format!("docs/examples/{dump}.yaml"));
        let text = fs::read_to_string(path).unwrap();
        let (list, _) = text.split_once("\n---\n").unwrap();
        serde_yaml::from_str::<Value>(list).unwrap()
    });
    let items = lists
        .iter()
        .flat_map(|list| list["items"].as_array().unwrap());
    items
        .filter(|item| item["kind"] == "Node")
        .cloned()
        .collect()
}

#[test]
fn a_node_is_the_same_from_the_api_s_type_and_from_json() {
    let mut nodes = nodes();
    assert!(nodes.len() > 30);
    nodes.push(json!({"metadata": {"name": "bare"}}));
    nodes.push(json!({
        "metadata": {"name": "full", "creationTimestamp": "2026-05-04T08:00:00Z", "labels": {"a": "b", "c": ""}},
        "spec": {"unschedulable": true, "taints": [{"key": "k", "value": "v", "effect": "PreferNoSchedule"}]},
        "status": {"conditions": [{"type": "DiskPressure", "status": "True"}, {"type": "Ready", "status": "False"}]},
    }));
    for node in nodes {
        let api: core::Node = serde_json::from_value(node.clone()).unwrap();
        let decoded: Node = serde_json::from_value(node).unwrap();
        assert_eq!(Node::from(&api), decoded, "{}", decoded.name);
    }
}
