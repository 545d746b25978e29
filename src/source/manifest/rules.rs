//! What the server refuses, as far as it doesn't need the cluster.

use crate::model::DaemonSet;
use crate::source::document::{Failure, Marked};

/// All problems of one manifest.
pub(super) fn problems(_ds: &DaemonSet, _marked: &Marked) -> Vec<Failure> {
    Vec::new()
}
