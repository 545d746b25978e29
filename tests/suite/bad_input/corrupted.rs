//! Paths and whole files.
