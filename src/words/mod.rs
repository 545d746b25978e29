//! Everything that people are told about a cluster: text is made here, last, from typed facts, and
//! no other layer takes it apart.

pub mod change;
pub mod claims;
pub mod comment;
pub mod coverage;
pub mod drift;
pub mod effects;
pub mod fragment;
pub mod gauges;
pub mod manager;
pub mod map;
pub mod next;
pub mod node;
pub mod notation;
pub mod note;
pub mod on_node;
pub mod orphan;
pub mod overview;
pub mod owners;
pub mod quantity;
pub mod reason;
pub mod remedy;
pub mod rollout;
pub mod rules;
mod sentence;
pub mod state;
pub mod status;
pub mod template_field;
pub mod time;
pub mod why;

pub use note::{no_daemon_sets, notes};
pub use sentence::Sentence;
