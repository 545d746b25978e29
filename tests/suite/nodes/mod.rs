//! `node`: what it says of states that the example dump doesn't have.

mod states;
mod sums;
mod what_if;

use kubectl_ds::analysis::basis::Note;
use kubectl_ds::analysis::by_daemon_set::ByDaemonSet;
use kubectl_ds::analysis::on_node::analysis::NodeAnalysis;
use kubectl_ds::model::node_change::NodeChange;
use serde_json::{Value, json};

use crate::analysed;
use crate::binary::{kubectl_ds, stderr, stdout};

fn node(name: &str, spec: Value, labels: Value) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Node",
        "metadata": {"name": name, "labels": labels},
        "spec": spec,
        "status": {
            "conditions": [{"type": "Ready", "status": "True"}],
            "allocatable": {"cpu": "1", "memory": "1Gi", "pods": "10"},
        },
    })
}

fn daemonset(name: &str, metadata: Value, pod: Value, strategy: &str) -> Value {
    let mut spec = json!({"containers": [{
        "name": "a", "image": "a", "resources": {"requests": {"cpu": "400m", "memory": "300Mi"}},
    }]});
    merge(&mut spec, pod);
    let mut meta = json!({"name": name, "namespace": "default", "uid": name, "generation": 1});
    merge(&mut meta, metadata);
    json!({
        "apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": meta,
        "spec": {
            "selector": {"matchLabels": {"app": name}},
            "updateStrategy": {"type": strategy},
            "template": {"metadata": {"labels": {"app": name}}, "spec": spec},
        },
    })
}

fn merge(into: &mut Value, more: Value) {
    for (key, value) in more.as_object().into_iter().flatten() {
        into[key] = value.clone();
    }
}

fn pod(of: &str, node: &str) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {
            "name": format!("{of}-x"), "namespace": "default", "labels": {"app": of},
            "ownerReferences": [{"apiVersion": "apps/v1", "kind": "DaemonSet", "name": of, "uid": of, "controller": true}],
        },
        "spec": {"nodeName": node},
        "status": {
            "phase": "Running",
            "conditions": [{"type": "Ready", "status": "True", "lastTransitionTime": "2026-01-01T00:00:00Z"}],
        },
    })
}

/// Lists of their own kinds, so that an empty one is known to be empty.
struct World {
    /// The kind that nothing is known of.
    unknown: &'static str,
    nodes: Vec<Value>,
    daemon_sets: Vec<Value>,
    pods: Vec<Value>,
    namespaces: Vec<Value>,
    limit_ranges: Vec<Value>,
}

impl World {
    /// The lists as files of a folder.
    fn written(&self) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let list = |kind: &str, api: &str, items: &[Value]| {
            json!({"apiVersion": api, "kind": kind, "items": items}).to_string()
        };
        let parts = [
            list("NodeList", "v1", &self.nodes),
            list("DaemonSetList", "apps/v1", &self.daemon_sets),
            list("PodList", "v1", &self.pods),
            list("ControllerRevisionList", "apps/v1", &[]),
            list("EventList", "v1", &[]),
            list("NamespaceList", "v1", &self.namespaces),
            list("LimitRangeList", "v1", &self.limit_ranges),
        ];
        let known = parts
            .iter()
            .filter(|p| self.unknown.is_empty() || !p.contains(self.unknown));
        for (index, part) in known.enumerate() {
            std::fs::write(folder.path().join(format!("{index}.json")), part).unwrap();
        }
        folder
    }

    fn run(&self, question: &str) -> std::process::Output {
        let folder = self.written();
        let mut args: Vec<_> = question.split_whitespace().collect();
        let from = folder.path().to_str().unwrap();
        args.extend(["--from", from, "--now", "2026-01-02T00:00:00Z"]);
        kubectl_ds(&args, &[("COLUMNS", "200")])
    }

    fn ask(&self, question: &str) -> (Option<i32>, String) {
        let output = self.run(question);
        assert_eq!(stderr(&output), "", "{question}");
        (output.status.code(), stdout(&output))
    }

    /// What is said of a question that has no answer.
    fn fail(&self, question: &str) -> (Option<i32>, String) {
        let output = self.run(question);
        assert_eq!(stdout(&output), "", "{question}");
        (output.status.code(), stderr(&output))
    }

    /// What else is to be known of the answer about a node, with changes of it.
    fn notes(&self, node: &str, changes: &[NodeChange]) -> Vec<Note> {
        let folder = self.written();
        let snapshot = analysed::snapshot_of(folder.path().to_str().unwrap(), &[]);
        let parts: Vec<_> = ByDaemonSet::new(&snapshot).snapshots().collect();
        let analysis = NodeAnalysis::new(&snapshot, &parts);
        let nodes = snapshot.nodes.as_deref().unwrap();
        let node = nodes.iter().find(|n| *n.name == *node).unwrap();
        if changes.is_empty() {
            return analysis.report(node).basis.notes;
        }
        analysis.what_if(node, changes).basis.notes
    }

    fn json(&self, question: &str) -> Value {
        let (_, text) = self.ask(&format!("{question} -o json"));
        serde_json::from_str(&text).unwrap()
    }
}

/// The states by the names of the DaemonSets.
fn states(side: &Value) -> Vec<(&str, &str)> {
    let sets = side["daemonSets"].as_array().unwrap();
    sets.iter()
        .map(|d| (d["name"].as_str().unwrap(), d["state"].as_str().unwrap()))
        .collect()
}

fn world() -> World {
    let taint = json!({"taints": [{"key": "t", "effect": "NoSchedule"}]});
    let tolerates = json!({"tolerations": [{"operator": "Exists"}]});
    let deleting = json!({
        "deletionTimestamp": "2026-01-01T00:00:00Z", "finalizers": ["foregroundDeletion"],
    });
    let nowhere = json!({"nodeSelector": {"no": "where"}});
    let rolling = "RollingUpdate";
    World {
        unknown: "",
        nodes: vec![node("n", taint, json!({}))],
        daemon_sets: vec![
            daemonset("deleting", deleting, tolerates.clone(), rolling),
            daemonset("excluded", json!({}), json!({}), rolling),
            daemonset("lost", json!({}), json!({}), rolling),
            daemonset("lost-by-hand", json!({}), json!({}), "OnDelete"),
            daemonset("runs", json!({}), tolerates.clone(), rolling),
            daemonset("starts", json!({}), tolerates, rolling),
            daemonset("stops", json!({}), nowhere, rolling),
        ],
        pods: ["lost", "lost-by-hand", "runs", "stops"]
            .map(|of| pod(of, "n"))
            .to_vec(),
        namespaces: Vec::new(),
        limit_ranges: Vec::new(),
    }
}
