//! What is said to people about a cluster: text is made here from typed facts, last of
//! all, and no other layer takes it apart.

pub mod change;
pub mod claims;
pub mod effects;
pub mod map;
pub mod node;
pub mod notation;
mod note;
pub mod on_node;
pub mod owners;
pub mod reason;
pub mod remedy;
pub mod rollout;
pub mod rules;
mod sentence;
pub mod state;
pub mod status;
pub mod template_field;
pub mod time;
mod version;
pub mod why;

pub use note::{judged_here, narrowed, no_daemon_sets, note, notes};
pub use sentence::Sentence;
pub use version::version_note;
