//! Counts the objects that have arrived so far, for people who wait for them.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Nodes, pods and all others, per process: one question is asked at a time, and no decision
/// depends on the counts.
static NODES: AtomicUsize = AtomicUsize::new(0);
static PODS: AtomicUsize = AtomicUsize::new(0);
static OTHERS: AtomicUsize = AtomicUsize::new(0);

/// What an arriving object is counted as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CountedAs {
    /// A node.
    Node,
    /// A pod.
    Pod,
    /// Anything else.
    Other,
}

impl CountedAs {
    /// Counts one.
    pub(super) fn count(self) {
        let counter = match self {
            Self::Node => &NODES,
            Self::Pod => &PODS,
            Self::Other => &OTHERS,
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }
}

/// How many nodes, pods and other objects have arrived in this process, of any source.
#[must_use]
pub fn arrived() -> [(usize, &'static str); 3] {
    let so_far = |counter: &AtomicUsize| counter.load(Ordering::Relaxed);
    [
        (so_far(&NODES), "node"),
        (so_far(&PODS), "pod"),
        (so_far(&OTHERS), "other object"),
    ]
}
