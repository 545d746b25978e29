//! DaemonSets that aren't applied yet.

mod stored;

pub use stored::merge_stored;
