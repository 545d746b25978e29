//! Owner references, and whether the objects that they name exist.

use std::collections::HashSet;

use crate::model::{DaemonSet, OwnerReference, Snapshot, WorkloadKind};

use super::report::Owner;

/// All objects known to exist.
pub(super) struct Owners<'a> {
    ds: &'a DaemonSet,
    snapshot: &'a Snapshot,
    /// Kind, name and UID of each controller of the namespace.
    workloads: HashSet<(WorkloadKind, &'a str, &'a str)>,
    nodes: Option<HashSet<&'a str>>,
}

impl<'a> Owners<'a> {
    pub(super) fn new(snapshot: &'a Snapshot, ds: &'a DaemonSet) -> Self {
        let workloads = snapshot.workloads.iter().flatten();
        let workloads = workloads.filter(|workload| *workload.namespace == *ds.namespace);
        let nodes = snapshot.nodes.as_ref();
        Self {
            ds,
            snapshot,
            workloads: workloads.map(|w| (w.kind, &*w.name, &*w.uid)).collect(),
            nodes: nodes.map(|nodes| nodes.iter().map(|node| &*node.name).collect()),
        }
    }

    /// The controller among `references`, or the first one where there is no controller.
    pub(super) fn owner(&self, references: &[OwnerReference]) -> Option<Owner> {
        let reference = OwnerReference::controller(references).or_else(|| references.first())?;
        Some(Owner {
            api_version: reference.api_version.to_string(),
            kind: reference.kind.to_string(),
            name: reference.name.to_string(),
            uid: reference.uid.to_string(),
            controller: reference.controller == Some(true),
            exists: self.exists(reference),
        })
    }

    /// Whether `owner` exists; `None` where that isn't known. The garbage collector looks it up by
    /// kind and name, then compares the UID (`isDangling`, 1.37.1).
    pub(super) fn exists(&self, owner: &OwnerReference) -> Option<bool> {
        if self.is_self(owner) {
            return Some(true);
        }
        if self.is_former(owner) {
            return Some(false);
        }
        if is_node(owner) {
            return self.has_node(&owner.name);
        }
        let kind = kind(owner)?;
        self.snapshot
            .knows_workloads(kind)
            .then(|| self.workloads.contains(&(kind, &owner.name, &owner.uid)))
    }

    /// Whether the garbage collector deletes an object with these owners because none of them
    /// exists (`attemptToDeleteItem`, 1.37.1); `None` where that isn't known.
    pub(super) fn are_gone<'o>(
        &self,
        owners: impl IntoIterator<Item = &'o OwnerReference>,
    ) -> Option<bool> {
        let exist: Vec<_> = owners.into_iter().map(|owner| self.exists(owner)).collect();
        if exist.is_empty() || exist.contains(&Some(true)) {
            return Some(false);
        }
        exist.iter().all(Option::is_some).then_some(true)
    }

    /// Whether it is this DaemonSet.
    pub(super) fn is_self(&self, owner: &OwnerReference) -> bool {
        let is_daemon_set = kind(owner) == Some(WorkloadKind::DaemonSet);
        let named = is_daemon_set && owner.name == self.ds.name;
        named && !owner.uid.is_empty() && owner.uid == self.ds.uid()
    }

    /// Whether the node exists; `None` where nodes couldn't be read.
    pub(super) fn has_node(&self, name: &str) -> Option<bool> {
        Some(self.nodes.as_ref()?.contains(name))
    }

    /// Whether it is a former DaemonSet of the same name. A name has one object at a time, so the
    /// other one is gone.
    pub(super) fn is_former(&self, owner: &OwnerReference) -> bool {
        kind(owner) == Some(WorkloadKind::DaemonSet)
            && owner.name == self.ds.name
            && owner.uid != self.ds.uid()
    }
}

/// Whether `owner` is a Node.
pub(super) fn is_node(owner: &OwnerReference) -> bool {
    owner.kind == "Node" && owner.api_version == "v1"
}

/// The kind, if it is one that is read; a custom resource may have the same kind name.
fn kind(owner: &OwnerReference) -> Option<WorkloadKind> {
    let group = |api_version: &str| match api_version.split_once('/') {
        Some((group, _)) => group.to_owned(),
        None => String::new(),
    };
    let mut kinds = WorkloadKind::ALL.into_iter();
    kinds.find(|kind| {
        kind.name() == owner.kind && group(kind.api_version()) == group(&owner.api_version)
    })
}
