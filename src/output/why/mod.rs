//! `kubectl ds why` for people.

mod all_nodes;
pub mod daemon_set;
pub mod many;
pub mod map;
pub mod node;
mod numbers;
pub mod what_if;
