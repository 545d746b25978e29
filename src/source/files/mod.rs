//! Reading files that were saved from a cluster.
