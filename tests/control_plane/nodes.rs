//! Fake nodes.

use serde_json::{Value, json};

use super::{ControlPlane, PATIENCE, PollError, wait_for};

/// A node to be made.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    name: String,
    labels: serde_json::Map<String, Value>,
    taints: Vec<Value>,
    unschedulable: bool,
    cpu: String,
}

impl Node {
    /// A node with the labels that a kubelet gives itself.
    pub(crate) fn new(name: impl Into<String>) -> Self {
        let name = name.into();
        let mut labels = serde_json::Map::new();
        labels.insert("kubernetes.io/hostname".into(), json!(name));
        labels.insert("kubernetes.io/os".into(), json!("linux"));
        labels.insert("kubernetes.io/arch".into(), json!("amd64"));
        Self {
            name,
            labels,
            taints: Vec::new(),
            unschedulable: false,
            cpu: "8".into(),
        }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn label(mut self, key: &str, value: &str) -> Self {
        self.labels.insert(key.into(), json!(value));
        self
    }

    pub(crate) fn taint(mut self, key: &str, value: &str, effect: &str) -> Self {
        self.taints
            .push(json!({"key": key, "value": value, "effect": effect}));
        self
    }

    pub(crate) fn cordoned(mut self) -> Self {
        self.unschedulable = true;
        self
    }

    /// Allocatable CPU.
    pub(crate) fn cpu(mut self, cpu: &str) -> Self {
        self.cpu = cpu.into();
        self
    }

    /// As it is made.
    pub(crate) fn manifest(&self) -> Value {
        let amounts = json!({"cpu": self.cpu, "memory": "16Gi", "pods": "110"});
        json!({
            "apiVersion": "v1", "kind": "Node",
            "metadata": {"name": self.name, "labels": self.labels},
            "spec": {"taints": self.taints, "unschedulable": self.unschedulable},
            "status": {"allocatable": amounts, "capacity": amounts},
        })
    }
}

impl ControlPlane {
    /// Makes nodes and waits until they are ready: a fresh node carries a not-ready
    /// taint until the node controller has seen it ready.
    pub(crate) fn add_nodes(&self, nodes: &[Node]) -> Result<(), String> {
        let items: Vec<Value> = nodes.iter().map(Node::manifest).collect();
        self.create(&json!({"apiVersion": "v1", "kind": "List", "items": items}))?;
        wait_for("the nodes' not-ready taint to go", PATIENCE, || {
            self.still_running()?;
            let all = self.get(&["nodes"])?;
            let waiting: Vec<&str> = all["items"]
                .as_array()
                .into_iter()
                .flatten()
                .filter(|node| {
                    nodes.iter().any(|n| node["metadata"]["name"] == n.name()) && starting(node)
                })
                .filter_map(|node| node["metadata"]["name"].as_str())
                .collect();
            if waiting.is_empty() {
                Ok(())
            } else {
                Err(PollError::NotYet(waiting.join(", ")))
            }
        })
    }
}

fn starting(node: &Value) -> bool {
    let not_ready = |taint: &Value| taint["key"] == "node.kubernetes.io/not-ready";
    let ready = |condition: &Value| condition["type"] == "Ready" && condition["status"] == "True";
    let cordoned_without_taint = node["spec"]["unschedulable"] == true
        && !node["spec"]["taints"]
            .as_array()
            .into_iter()
            .flatten()
            .any(|t| t["key"] == "node.kubernetes.io/unschedulable");
    cordoned_without_taint
        || node["spec"]["taints"]
            .as_array()
            .into_iter()
            .flatten()
            .any(not_ready)
        || !node["status"]["conditions"]
            .as_array()
            .into_iter()
            .flatten()
            .any(ready)
}
