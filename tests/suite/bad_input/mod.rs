//! Manifests that the server would refuse, each with one clear error.
