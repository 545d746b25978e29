//! The state of a node in a rollout.

use crate::model::Pod;

use super::Inputs;

/// What `rollingUpdate` (1.37.1) sees on one node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeState<'a> {
    /// No pod, or only pods that are being deleted.
    NoPod,
    /// More than one updated pod, or more than one old one.
    Excess,
    /// One updated pod and nothing else.
    Updated {
        /// The pod.
        new: &'a Pod,
        /// Whether it is available.
        available: bool,
    },
    /// One old pod and nothing else.
    Old {
        /// The pod.
        old: &'a Pod,
        /// Whether it is available.
        available: bool,
    },
    /// One of each.
    Both {
        /// The updated pod.
        new: &'a Pod,
        /// Whether the updated pod is available.
        new_available: bool,
        /// The old pod.
        old: &'a Pod,
        /// Whether the old pod is available.
        old_available: bool,
    },
}

impl<'a> NodeState<'a> {
    /// The state of a node with these pods; `findUpdatedPodsOnNode` (1.37.1)
    /// leaves out those that are being deleted.
    #[must_use]
    pub fn new(inputs: &Inputs<'_>, pods: &[&'a Pod]) -> Self {
        let (mut new, mut old) = (None, None);
        for &pod in pods.iter().filter(|pod| !pod.is_deleting()) {
            let slot = if inputs.is_updated(pod) {
                &mut new
            } else {
                &mut old
            };
            if slot.replace(pod).is_some() {
                return Self::Excess;
            }
        }
        match (new, old) {
            (None, None) => Self::NoPod,
            (Some(new), None) => Self::Updated {
                new,
                available: inputs.is_available(new),
            },
            (None, Some(old)) => Self::Old {
                old,
                available: inputs.is_available(old),
            },
            (Some(new), Some(old)) => Self::Both {
                new,
                new_available: inputs.is_available(new),
                old,
                old_available: inputs.is_available(old),
            },
        }
    }

    /// Whether the node uses one of `maxUnavailable` in a rollout without surge.
    #[must_use]
    pub const fn is_unavailable(self) -> bool {
        !matches!(
            self,
            Self::Updated {
                available: true,
                ..
            } | Self::Old {
                available: true,
                ..
            }
        )
    }

    /// Whether the node uses one of `maxSurge` in a rollout with surge.
    #[must_use]
    pub const fn is_surging(self) -> bool {
        matches!(
            self,
            Self::Excess
                | Self::Both {
                    new_available: false,
                    ..
                }
        )
    }

    /// Whether the node counts as available in a rollout with surge, where an old pod counts for
    /// the node as long as it exists.
    #[must_use]
    pub const fn counts_as_available(self) -> bool {
        matches!(
            self,
            Self::Updated {
                available: true,
                ..
            } | Self::Old {
                available: true,
                ..
            } | Self::Both {
                old_available: true,
                ..
            }
        )
    }
}
