//! What an answer rests on.

use jiff::Timestamp;

pub use crate::engine::VERIFIED_RELEASE;

use super::requests::UnreadableRequests;
use crate::model::node_change::NodeChange;
use crate::model::quantity::QuantityError;
use crate::model::{Incomplete, Snapshot};

/// What an answer rests on: when it holds, for which server, and what couldn't be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Basis {
    /// `gitVersion` of the API server, where it is known.
    pub server_version: Option<String>,
    /// The time that the answer is for.
    pub evaluated_at: Timestamp,
    /// What the verdict needed and couldn't be read.
    pub incomplete: Vec<Incomplete>,
    /// What else is to be known about the answer.
    pub notes: Vec<Note>,
}

impl Basis {
    /// What an answer rests on that `snapshot` gives.
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

/// Whether a server isn't of the release that the engine was compared with.
fn is_other_release(server_version: &str) -> bool {
    let release = |version: &str| -> Option<(u32, u32)> {
        let mut parts = version.trim_start_matches('v').split('.');
        let minor = parts.clone().nth(1)?;
        let minor = minor.trim_end_matches(|c: char| !c.is_ascii_digit());
        Some((parts.next()?.parse().ok()?, minor.parse().ok()?))
    };
    release(server_version) != release(VERIFIED_RELEASE)
}

/// What is to be known about an answer, and changes nothing of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Note {
    /// The server isn't of the release that the engine was compared with.
    OtherRelease {
        /// Its `gitVersion`.
        server_version: String,
    },
    /// What the source said, in its own words.
    OfSource(String),
    /// The footprint is left out: a quantity of the template or of a pod can't be parsed.
    NoFootprint {
        /// What is wrong with it.
        problem: UnreadableRequests,
    },
    /// Only the nodes that a selector selects are listed, and the counters are those of all.
    SelectedNodesAlone {
        /// The selector.
        selector: String,
    },
    /// No node is listed, for a selector selects none, and the counters are those of all.
    NoNodeSelected {
        /// The selector.
        selector: String,
    },
    /// The DaemonSets of this namespace alone are listed, for those of all may not be.
    OwnNamespaceAlone(String),
    /// The requests of a DaemonSet are left out of the sums: a quantity can't be parsed.
    RequestsLeftOut {
        /// The DaemonSet, with its namespace.
        daemon_set: String,
        /// What is wrong with the quantity.
        problem: UnreadableRequests,
    },
    /// The LimitRanges weren't read, and these DaemonSets leave them something: their new
    /// pods are counted, and may request more than the template says.
    NoLimitRanges {
        /// The DaemonSets, with their namespaces.
        daemon_sets: Vec<String>,
    },
    /// The overhead of RuntimeClasses isn't read; these DaemonSets have one.
    NoRuntimeClassOverhead {
        /// The DaemonSets, with their namespaces.
        daemon_sets: Vec<String>,
    },
    /// The node is a virtual one, and should run daemon pods.
    VirtualNode,
    /// The node is cordoned, which daemon pods tolerate.
    Cordoned,
    /// The template prefers other nodes than this one, which has no effect.
    PreferenceWithoutEffect,
    /// The sums count two pods of each while they surge.
    SumsWithSurge {
        /// The DaemonSets, with their namespaces.
        daemon_sets: Vec<String>,
    },
    /// The node has no `status.allocatable`.
    NoAllocatable,
    /// What the node has of a resource is no quantity.
    UnreadableAllocatable {
        /// The resource.
        resource: String,
        /// What is wrong with it.
        problem: QuantityError,
    },
    /// The rolling update may come in the same sync as what isn't limited by the budget.
    RollsInTheSameSync,
    /// The revision has duplicates, and whether relabelled pods are seen in the same sync
    /// is a race.
    RelabellingRace,
    /// A change of a what-if leaves the node as it is.
    IdleChange(NodeChange),
    /// The ControllerRevisions couldn't be read: pods that the DaemonSet controls and its
    /// selector no longer matches aren't found without them.
    NoReleasedPods,
    /// What an apply of a manifest would leave was computed and judged without the server.
    JudgedHere,
    /// Not all DaemonSets were asked for, and the sums leave the others out.
    SelectedDaemonSetsAlone {
        /// The namespace that they are of; `None` for all.
        namespace: Option<String>,
        /// What selects them; `None` for all.
        selector: Option<String>,
    },
    /// The DaemonSet of a manifest was computed as if the stored one were gone.
    RecreatedLocally,
}

impl Note {
    /// The selector that selects no node, where that is what is said.
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
