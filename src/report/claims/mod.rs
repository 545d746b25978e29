//! Whose pods and ControllerRevisions a DaemonSet's selector matches, and what follows.

pub mod report;
