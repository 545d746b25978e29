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
pub mod apply;
pub mod claim;
pub mod claim_outcome;
pub mod daemon_set;
pub mod defaults;
pub mod finding;
pub mod history;
pub mod history_limit;
pub mod label_selector;
mod label_selector_text;
pub mod managed_fields;
pub mod node_change;
pub mod overlap;
pub mod pods;
pub mod qualified_name;
pub mod quantity;
pub mod requests;
pub mod revision;
pub mod rollout;
mod schema;
pub mod selector_index;
pub mod semantic;
pub mod should_run;
pub mod status;
pub mod template_change;
pub mod template_diff;
pub mod toleration;
pub mod validation;

pub use daemon_set::CompiledDaemonSet;
pub use finding::{Finding, Findings, Ignore};
pub use label_selector_text::SelectorError;
pub use node_change::NodeChange;
pub use should_run::{Decision, node_should_run_daemon_pod};

/// The Kubernetes release whose code the engine is compared with.
pub const VERIFIED_RELEASE: &str = "v1.37.1";
