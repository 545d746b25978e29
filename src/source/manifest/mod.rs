//! DaemonSets that aren't applied yet.

mod others;
mod read;
mod shape;
mod unknown;
mod written;

pub use read::{Manifests, read_manifests};
pub(super) use shape::{is_foreign_group, old_api_version, read_stored};
pub use written::Manifest;
