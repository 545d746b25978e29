//! The basis of an answer.

use jiff::Timestamp;

pub use crate::engine::VERIFIED_RELEASE;

use super::requests::UnreadableRequests;
use crate::model::node_change::NodeChange;
use crate::model::quantity::QuantityError;
use crate::model::{Incomplete, Snapshot};

/// The basis of an answer: its time, the server it holds for, and what couldn't be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Basis {
    /// `gitVersion` of the API server, where known.
    pub server_version: Option<String>,
    /// The time the answer holds for.
    pub evaluated_at: Timestamp,
    /// What the verdict needed but couldn't be read.
    pub incomplete: Vec<Incomplete>,
    /// Notes on the answer.
    pub notes: Vec<Note>,
}

impl Basis {
    /// The basis that `snapshot` gives an answer.
    #[must_use]
    pub fn new(snapshot: &Snapshot) -> Self {
        let server_version = snapshot.server_version.clone();
        let other_release = server_version.clone().filter(|v| is_other_release(v));
        let other_release =
            other_release.map(|server_version| Note::OtherRelease { server_version });
        let of_source = snapshot.notes.iter().cloned().map(Note::OfSource);
        Self {
            server_version,
            evaluated_at: snapshot.now,
            incomplete: snapshot.incomplete.clone(),
            notes: other_release.into_iter().chain(of_source).collect(),
        }
    }

    /// Whether objects of a resource couldn't be read.
    #[must_use]
    pub fn lacks(&self, resource: &str) -> bool {
        self.incomplete.iter().any(|i| i.resource == resource)
    }
}

/// Whether the server's release is another than the one the engine was checked against.
fn is_other_release(server_version: &str) -> bool {
    let release = |version: &str| -> Option<(u32, u32)> {
        let mut parts = version.trim_start_matches('v').split('.');
        let minor = parts.clone().nth(1)?;
        let minor = minor.trim_end_matches(|c: char| !c.is_ascii_digit());
        Some((parts.next()?.parse().ok()?, minor.parse().ok()?))
    };
    release(server_version) != release(VERIFIED_RELEASE)
}

/// A note that doesn't change the answer.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Note {
    /// The server's release is another than the one the engine was checked against.
    OtherRelease {
        /// Its `gitVersion`.
        server_version: String,
    },
    /// A note from the source, in its own words.
    OfSource(String),
    /// The footprint is left out: a quantity of the template or of a pod can't be parsed.
    NoFootprint {
        /// What is wrong with it.
        problem: UnreadableRequests,
    },
    /// Only the nodes that match a selector are listed; the counters are those of all nodes.
    SelectedNodesAlone {
        /// The selector.
        selector: String,
    },
    /// No node matches the selector, so none is listed; the counters are those of all nodes.
    NoNodeSelected {
        /// The selector.
        selector: String,
    },
    /// Only the DaemonSets of this namespace are listed, because listing all namespaces is
    /// forbidden.
    OwnNamespaceAlone(String),
    /// The requests of a DaemonSet aren't in the sums, because a quantity can't be parsed.
    RequestsLeftOut {
        /// The DaemonSet, with its namespace.
        daemon_set: String,
        /// What is wrong with the quantity.
        problem: UnreadableRequests,
    },
    /// The LimitRanges weren't read, and these DaemonSets leave requests or limits open: their new
    /// pods are counted, but may request more than the template says.
    NoLimitRanges {
        /// The DaemonSets, with their namespaces.
        daemon_sets: Vec<String>,
    },
    /// The overhead of RuntimeClasses isn't read, and these DaemonSets use one.
    NoRuntimeClassOverhead {
        /// The DaemonSets, with their namespaces.
        daemon_sets: Vec<String>,
    },
    /// The node is virtual, yet should run daemon pods.
    VirtualNode,
    /// The node is cordoned; daemon pods tolerate that.
    Cordoned,
    /// The template prefers nodes other than this one; a preference has no effect here.
    PreferenceWithoutEffect,
    /// The sums count two pods of each while they surge.
    SumsWithSurge {
        /// The DaemonSets, with their namespaces.
        daemon_sets: Vec<String>,
    },
    /// The node has no `status.allocatable`.
    NoAllocatable,
    /// What the node reports for a resource isn't a quantity.
    UnreadableAllocatable {
        /// The resource.
        resource: String,
        /// What is wrong with it.
        problem: QuantityError,
    },
    /// The rolling update may run in the same sync as the steps that the budget doesn't limit.
    RollsInTheSameSync,
    /// The revision has duplicates, and it's a race whether the same sync sees the pods relabelled.
    RelabellingRace,
    /// A change of a what-if doesn't change the node.
    IdleChange(NodeChange),
    /// The ControllerRevisions couldn't be read; without them, pods that the DaemonSet controls but
    /// no longer selects aren't found.
    NoReleasedPods,
    /// The result of applying a manifest was computed without the server.
    JudgedHere,
    /// The sums cover only some of the DaemonSets.
    SelectedDaemonSetsAlone {
        /// The namespace they are in; `None` for all.
        namespace: Option<String>,
        /// The selector they match; `None` for all.
        selector: Option<String>,
    },
    /// The DaemonSet of a manifest was computed as if the stored one were deleted.
    RecreatedLocally,
}

impl Note {
    /// The selector that matches no node, for the note about that.
    #[must_use]
    pub fn selects_no_node(&self) -> Option<&str> {
        match self {
            Self::NoNodeSelected { selector } => Some(selector),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::is_other_release;

    #[test]
    fn other_releases_are_told() {
        for same in ["v1.37.1", "v1.37.0-alpha.1", "v1.37.4+k3s1", "1.37"] {
            assert!(!is_other_release(same), "{same}");
        }
        for other in ["v1.33.2", "v1.36+", "none"] {
            assert!(is_other_release(other), "{other}");
        }
    }
}
