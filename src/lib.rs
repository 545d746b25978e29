//! `kubectl ds` explains DaemonSets: why a node has no pod, what a rollout
//! replaces or loses, whom a pod belongs to. This is the library behind it.
//!
//! Data flows one way: `cli` → `commands` → [`source`] → [`model`] → [`engine`]
//! → [`analysis`] → [`words`] → [`report`] → `output`. The engine is pure and usable by itself; it agrees
//! with kube-controller-manager's code, decision for decision. Beside it stands [`apply`],
//! as pure: what kubectl and the API server make of a manifest.
//!
//! # Features
//!
//! | feature | what it adds | what it brings along |
//! |---|---|---|
//! | none | [`engine`], [`apply`], [`model`], [`analysis`], [`words`], [`report`] and the questions of [`source`] | no client, no runtime, no I/O |
//! | `cluster` | `source::cluster`, a live cluster reached as kubectl reaches it | kube's client, tokio, TLS |
//! | `cli`, the default | `source::files`, and the command line with all that it prints | clap, YAML, tables; `cluster` too |
//!
//! ```toml
//! [dependencies]
//! kubectl-ds = { version = "0.1", default-features = false }
//! serde_json = "1" # for the second example
//! ```
//!
//! The API's types are those of [`k8s_openapi`], which is exported here so that
//! its version and its feature are the same on both sides.
//!
//! # One decision
//!
//! Whether a node should run a DaemonSet's pod takes the template and the node,
//! as the API's types or from JSON, and no snapshot of anything else.
//!
//! ```
//! use kubectl_ds::engine::{CompiledDaemonSet, node_should_run_daemon_pod};
//! use kubectl_ds::k8s_openapi::api::core::v1 as core;
//! use kubectl_ds::model::{FeatureGates, Node};
//! use kubectl_ds::analysis::reason::reasons;
//! use kubectl_ds::words::reason::sentence;
//!
//! let template = core::PodSpec {
//!     node_selector: Some([("pool".to_owned(), "gpu".to_owned())].into()),
//!     ..core::PodSpec::default()
//! };
//! let mut gpu_1 = core::Node::default();
//! gpu_1.metadata.name = Some("gpu-1".to_owned());
//! gpu_1.metadata.labels = Some([("pool".to_owned(), "gpu".to_owned())].into());
//! gpu_1.spec = Some(core::NodeSpec {
//!     taints: Some(vec![core::Taint {
//!         key: "nvidia.com/gpu".to_owned(),
//!         effect: "NoSchedule".to_owned(),
//!         ..core::Taint::default()
//!     }]),
//!     ..core::NodeSpec::default()
//! });
//!
//! // Compiled once, then asked of as many nodes as there are.
//! let daemon_set = CompiledDaemonSet::new(&template, FeatureGates::default());
//! let node = Node::from(&gpu_1);
//!
//! // A `Vec` collects what was checked; `engine::Ignore` only decides, and allocates nothing.
//! let mut findings = Vec::new();
//! let decision = node_should_run_daemon_pod(&daemon_set, &node, &mut findings);
//! assert!(!decision.should_run, "no pod is made");
//! assert!(decision.should_continue_running, "one that is there stays");
//!
//! let reasons = reasons(&findings, &daemon_set);
//! let now = "2026-05-04T08:50:00Z".parse().unwrap();
//! let why: Vec<_> = reasons
//!     .iter()
//!     .map(|reason| format!("{}: {}", reason.code().name(), sentence(reason, now)))
//!     .collect();
//! assert_eq!(
//!     why,
//!     ["UntoleratedNoSchedule: taint nvidia.com/gpu:NoSchedule isn't tolerated"]
//! );
//! ```
//!
//! # A whole report
//!
//! [`analysis::daemon_set::DaemonSetAnalysis`] judges all nodes of a [`model::Snapshot`], beside the pods
//! that are there. What a snapshot doesn't hold is unknown, not absent; the time is an input.
//!
//! ```
//! use kubectl_ds::model::{DaemonSet, Node, Snapshot};
//! use kubectl_ds::analysis::eligibility::Detail;
//! use kubectl_ds::analysis::daemon_set::DaemonSetAnalysis;
//! use kubectl_ds::report::eligibility::EligibilityReport;
//! use serde_json::json;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let manifest = json!({
//!     "apiVersion": "apps/v1",
//!     "kind": "DaemonSet",
//!     "metadata": {"name": "log-agent", "namespace": "logging"},
//!     "spec": {
//!         "selector": {"matchLabels": {"app": "log-agent"}},
//!         "template": {
//!             "metadata": {"labels": {"app": "log-agent"}},
//!             "spec": {"containers": [{"name": "agent", "image": "registry.example/log-agent:2.1.0"}]},
//!         },
//!     },
//! });
//! let nodes = json!([
//!     {"metadata": {"name": "worker-1"}},
//!     {"metadata": {"name": "gpu-1"}, "spec": {"taints": [{"key": "gpu", "effect": "NoSchedule"}]}},
//! ]);
//!
//! let mut snapshot = Snapshot::at("2026-05-04T08:50:00Z".parse()?);
//! let nodes: Vec<Node> = serde_json::from_value(nodes)?;
//! snapshot.nodes = Some(nodes.into());
//! snapshot.pods = Some(Vec::new().into());
//! snapshot.sort();
//!
//! let daemon_set = DaemonSet::from_value(manifest, "default")?;
//! let analysis = DaemonSetAnalysis::of_manifest(&snapshot, &daemon_set).report(Detail::AllNodes);
//! let runs = |node: &str| analysis.nodes.iter().find(|n| n.name == node)?.should_run;
//! assert_eq!(runs("worker-1"), Some(true));
//! assert_eq!(runs("gpu-1"), Some(false));
//! // As `kubectl ds why -f … -o json` prints it.
//! let report = EligibilityReport::new(&analysis);
//! println!("{}", serde_json::to_string_pretty(&report)?);
//! # Ok(())
//! # }
//! ```
#![cfg_attr(
    feature = "cluster",
    doc = r#"
# A live cluster

A source answers a question with a snapshot: it reads what the question needs, and no more.

```no_run
use kubectl_ds::model::FeatureGates;
use kubectl_ds::analysis::eligibility::Detail;
use kubectl_ds::analysis::daemon_set::DaemonSetAnalysis;
use kubectl_ds::source::cluster::{Cluster, ConnectionFlags};
use kubectl_ds::source::{self, ObjectName, Question, Scope, Source};

# fn main() -> Result<(), Box<dyn std::error::Error>> {
// The kubeconfig and its context, as for kubectl without flags.
let flags = ConnectionFlags::default();
let cluster = Cluster::connect(&flags, None, None, FeatureGates::default())?;
let log_agent = source::Subject::DaemonSet(ObjectName {
    namespace: "logging".to_owned(),
    name: "log-agent".to_owned(),
});
let snapshot = cluster.ask(&Question::new(log_agent, Scope::AllNodes))?;
for daemon_set in &snapshot.daemon_sets {
    let report = DaemonSetAnalysis::new(&snapshot, daemon_set).report(Detail::AllNodes);
    for node in report.nodes.iter().filter(|n| n.should_run == Some(false)) {
        println!("{}: {:?}", node.name, node.reasons);
    }
}
# Ok(())
# }
```
"#
)]

pub mod analysis;
pub mod apply;
#[cfg(feature = "cli")]
pub mod cli;
#[cfg(feature = "cli")]
pub mod commands;
pub mod engine;
#[cfg(feature = "cluster")]
mod interruption;
pub mod model;
#[cfg(feature = "cli")]
pub mod output;
pub mod report;
pub mod source;
pub mod words;

pub use k8s_openapi;
