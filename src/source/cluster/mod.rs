//! Reading a live cluster.
