//! `ds.kubectl/v1alpha1`: what is published, as serialisable types made from the analysis. Names
//! here are fixed; the sentences come from `words`.

pub mod cause;
pub mod claims;
pub mod coverage;
pub mod daemon_set;
pub mod effects;
pub mod eligibility;
pub mod footprint;
pub mod header;
pub mod managed_by;
pub mod next;
pub mod node;
pub mod reason;
pub mod refused_by;
pub mod remedy;
pub mod rollout;
#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod schema;
pub mod version;
