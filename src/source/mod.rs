//! Where the data comes from: a live cluster, or files saved from one.
//!
//! Both answer the same [`Question`] with the same [`Snapshot`], so that the
//! same question to a cluster and to its dump gets the same answer.

#[cfg(feature = "cluster")]
mod arrived;
#[cfg(feature = "cluster")]
pub mod cluster;
#[cfg(feature = "cli")]
mod document;
#[cfg(feature = "cluster")]
pub mod dry_run;
mod error;
#[cfg(feature = "cli")]
mod excerpt;
#[cfg(feature = "cli")]
pub mod expectations;
#[cfg(feature = "cli")]
pub mod files;
#[cfg(feature = "cluster")]
mod full_nodes;
#[cfg(feature = "cluster")]
pub mod kinds;
#[cfg(feature = "cli")]
pub mod manifest;
#[cfg(feature = "cluster")]
pub mod names;
#[cfg(feature = "cluster")]
mod narrow;
#[cfg(feature = "cluster")]
mod near;
#[cfg(feature = "cluster")]
mod needs;
mod question;
#[cfg(feature = "cluster")]
mod refused;
#[cfg(feature = "cluster")]
mod unhealthy_pods;
#[cfg(feature = "cluster")]
mod validation;

#[cfg(feature = "cluster")]
pub use arrived::arrived;
pub use error::{Instead, OrphanPod, SourceError, not_found};
#[cfg(feature = "cli")]
pub use excerpt::{Excerpt, Stdin, excerpt};
#[cfg(feature = "cluster")]
pub use narrow::narrow;
#[cfg(feature = "cluster")]
pub use near::near_typed;
pub use question::{ObjectName, Question, Scope, Subject};
#[cfg(feature = "cluster")]
pub use validation::Validation;

use crate::model::{DaemonSet, Snapshot};

/// A source of snapshots.
pub trait Source {
    /// Reads what `question` needs, and no more of it than that.
    ///
    /// What may not be listed becomes an entry of the snapshot's `incomplete`
    /// or `notes`; only what leaves nothing to say is an error.
    ///
    /// # Errors
    /// See [`SourceError`].
    fn ask(&self, question: &Question) -> Result<Snapshot, SourceError>;

    /// The namespace that a name without one means: `-n`, else the context's, else `default`.
    fn default_namespace(&self) -> &str;

    /// A source that answers questions about each of `daemon_sets`, which may be stored or not,
    /// as this one does, from what is read once for all of them. `None` where nothing needs to
    /// be read for that.
    ///
    /// # Errors
    /// See [`SourceError`].
    fn read_once(
        &self,
        _daemon_sets: &[&DaemonSet],
    ) -> Result<Option<Box<dyn Source + '_>>, SourceError> {
        Ok(None)
    }
}
