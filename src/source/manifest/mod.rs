//! DaemonSets that aren't applied yet.

mod judge;
mod others;
mod read;
mod shape;
mod unknown;

pub use judge::Manifest;
pub use read::{Manifests, read_manifests};
pub(super) use shape::{is_foreign_group, old_api_version, read_stored};
