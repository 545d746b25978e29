//! `kubectl ds` explains DaemonSets: why a node has no daemon pod, what a
//! rollout replaces or loses, whom a pod belongs to.
//!
//! Data flows one way: `cli` → `commands` → `source` → [`model`] → [`engine`]
//! → `report` → `output`. The engine is pure and usable by itself; it agrees
//! with kube-controller-manager's code, decision for decision.

#[cfg(feature = "cli")]
pub mod cli;
#[cfg(feature = "cli")]
pub mod commands;
pub mod engine;
pub mod model;
#[cfg(feature = "cli")]
pub mod output;
pub mod report;
pub mod source;
