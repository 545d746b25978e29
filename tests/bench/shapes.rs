//! What is measured: a DaemonSet and the nodes it is held against.

use serde_json::{Map, Value, json};

/// A DaemonSet, and how its nodes look.
pub struct Shape {
    pub name: &'static str,
    pub daemon_set: Value,
    /// The node of a number.
    pub node: fn(usize) -> Value,
}

pub fn all() -> [Shape; 3] {
    [
        Shape {
            name: "no affinity",
            daemon_set: daemon_set(json!({})),
            node: plain_node,
        },
        Shape {
            name: "six NotIn",
            daemon_set: daemon_set(json!({"affinity": exclusion()})),
            node: plain_node,
        },
        Shape {
            name: "six NotIn, 20 labels, 3 taints",
            daemon_set: daemon_set(json!({"affinity": exclusion(), "tolerations": [
                {"key": "dedicated", "operator": "Equal", "value": "agents", "effect": "NoSchedule"},
                {"key": "example.com/gpu", "operator": "Exists", "effect": "NoSchedule"},
                {"key": "example.com/drain", "operator": "Exists", "effect": "NoExecute"},
            ]})),
            node: rich_node,
        },
    ]
}

fn daemon_set(pod_spec: Value) -> Value {
    json!({
        "metadata": {"name": "bench", "namespace": "default"},
        "spec": {"template": {"spec": pod_spec}},
    })
}

/// One term that keeps away from a few kinds of nodes, as agents for all others do.
fn exclusion() -> Value {
    let not_in =
        |key: &str, values: &[&str]| json!({"key": key, "operator": "NotIn", "values": values});
    json!({"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution":
    {"nodeSelectorTerms": [{"matchExpressions": [
        not_in("example.com/virtual", &["true"]),
        not_in("example.com/retired", &["true"]),
        not_in("flavour", &["windows-2022"]),
        not_in("owner", &["edge-team"]),
        not_in("example.com/profile", &["hardened", "realtime", "low-power"]),
        not_in("example.com/pool", &["quarantine"]),
    ]}]}}})
}

fn plain_node(number: usize) -> Value {
    json!({"metadata": {"name": format!("node-{number}"), "labels": {
        "kubernetes.io/hostname": format!("node-{number}"),
        "topology.kubernetes.io/zone": format!("zone-{}", number % 3),
        "topology.kubernetes.io/region": "region-1",
    }}})
}

fn rich_node(number: usize) -> Value {
    let mut labels = Map::new();
    for index in 0..17 {
        labels.insert(
            format!("label-{index}.example.com/name"),
            json!(format!("value-{index}-{number}")),
        );
    }
    for key in ["kubernetes.io/hostname", "example.com/pool", "owner"] {
        labels.insert(key.to_owned(), json!(format!("node-{number}")));
    }
    json!({
        "metadata": {"name": format!("node-{number}"), "labels": labels},
        "spec": {"taints": [
            {"key": "dedicated", "value": "agents", "effect": "NoSchedule"},
            {"key": "example.com/gpu", "value": format!("gpu-{number}"), "effect": "NoSchedule"},
            {"key": "example.com/drain", "effect": "NoExecute"},
        ]},
    })
}
