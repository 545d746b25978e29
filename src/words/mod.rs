//! What is said to people about a cluster: text is made here from typed facts, last of
//! all, and no other layer takes it apart.

pub mod change;
pub mod claims;
pub mod notation;
mod note;
pub mod on_node;
pub mod reason;
mod sentence;
pub mod status;
pub mod time;
mod version;

pub use note::{note, notes};
pub use sentence::Sentence;
pub use version::version_note;
