//! DaemonSets that aren't applied yet.

#[cfg(feature = "cli")]
mod others;
#[cfg(feature = "cli")]
mod read;
#[cfg(feature = "cli")]
mod rules;
#[cfg(feature = "cli")]
mod shape;
mod stored;
#[cfg(feature = "cli")]
mod unknown;
mod validation;

#[cfg(feature = "cli")]
pub use read::{Manifests, read_manifests};
#[cfg(feature = "cli")]
pub(super) use shape::{is_foreign_group, old_api_version, read_stored};
pub use stored::merge_stored;
pub use validation::Validation;
