//! What follows from the engine's decisions, as typed facts: each has one definition here.

mod asked_pod;
pub mod basis;
pub mod by_daemon_set;
pub mod claims;
pub mod controller;
pub mod daemon_set;
pub mod effects;
pub mod eligibility;
pub mod fate;
mod findings;
pub mod footprint;
pub mod health;
pub mod impact;
pub mod map;
pub mod node;
pub mod on_node;
pub mod owners;
pub mod pod;
mod pods_here;
pub mod reason;
pub mod remedy;
pub mod rollout;
pub mod rules;
pub mod status;
pub mod summary;
pub mod template_field;
pub mod what_if;
