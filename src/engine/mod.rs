//! What the DaemonSet controller decides, as pure functions.
//!
//! No I/O, clock, environment or logging: the time and the feature gates are
//! inputs. Every rule has one implementation. [`should_run::node_should_run_daemon_pod`]
//! is generic over where its findings go: into [`finding::Ignore`] in the hot
//! loop, where it stops at the first reason and allocates nothing, or into a
//! `Vec` for an explanation, where it keeps all reasons.
//!
//! The crate's documentation begins with an example.
//!
//! Functions carry upstream's names; their docs cite the upstream function
//! and the release that they were compared with.

pub mod affinity;
pub mod claim;
pub mod claim_outcome;
pub mod daemon_set;
pub mod finding;
pub mod history;
pub mod history_limit;
pub mod overlap;
pub mod pods;
pub mod requests;
pub mod rollout;
pub mod should_run;
pub mod status;
pub mod toleration;

pub use daemon_set::CompiledDaemonSet;
pub use finding::{Finding, Findings, Ignore};
pub use should_run::{Decision, node_should_run_daemon_pod};

/// The Kubernetes release whose code the engine was checked against.
pub const VERIFIED_RELEASE: &str = "v1.37.1";
