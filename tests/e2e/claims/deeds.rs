//! What the audit log tells of one run: what the controller did to pods and
//! ControllerRevisions, and what others did to the pods.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::control_plane::AuditEvent;
use crate::scenario::pod::controller_of;

/// What was done to objects of one kind, by their names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Deeds {
    pub(super) created: BTreeSet<String>,
    pub(super) adopted: BTreeSet<String>,
    pub(super) released: BTreeSet<String>,
    pub(super) deleted: BTreeSet<String>,
    /// With their new hash label.
    pub(super) relabelled: BTreeMap<String, String>,
    /// With their new number.
    pub(super) renumbered: BTreeMap<String, i64>,
}

/// The log of one namespace since the controller went on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Record {
    /// What was done to pods for the DaemonSet that this is about.
    pub(super) pods: Deeds,
    /// The same for its ControllerRevisions.
    pub(super) revisions: Deeds,
    /// The pods that it deleted, in that order.
    pub(super) order: Vec<String>,
    /// Pods that the garbage collector deleted.
    pub(super) collected: BTreeSet<String>,
    /// What other DaemonSets and ReplicaSets did to pods.
    pub(super) by_others: Deeds,
}

impl Deeds {
    /// How many in all.
    pub(super) fn count(&self) -> usize {
        let sets = [&self.created, &self.adopted, &self.released, &self.deleted];
        let sets: usize = sets.iter().map(|set| set.len()).sum();
        sets + self.relabelled.len() + self.renumbered.len()
    }
}

/// Reads the log for what concerns the DaemonSet with this UID.
pub(super) struct Reader<'a> {
    uid: &'a str,
    namespace: &'a str,
    /// The numbers of the revisions, those that it made too.
    numbers: BTreeMap<String, i64>,
    record: Record,
}

impl<'a> Reader<'a> {
    /// `revisions` as they were when the controller went on.
    pub(super) fn new(uid: &'a str, namespace: &'a str, revisions: &[Value]) -> Self {
        let number = |revision: &Value| Some((name_of(revision)?, revision["revision"].as_i64()?));
        Self {
            uid,
            namespace,
            numbers: revisions.iter().filter_map(number).collect(),
            record: Record::default(),
        }
    }

    /// Reads it all.
    ///
    /// # Errors
    /// When the controller did something of which nothing is known here.
    pub(super) fn read(mut self, events: &[AuditEvent]) -> Result<Record, String> {
        let reads = ["get", "list", "watch"];
        let done = |event: &&AuditEvent| event.succeeded() && !reads.contains(&&*event.verb);
        for event in events.iter().filter(done) {
            if event.touches("pods", self.namespace) {
                self.pod(event)?;
            } else if event.touches("controllerrevisions", self.namespace) {
                self.revision(event)?;
            }
        }
        Ok(self.record)
    }

    fn pod(&mut self, event: &AuditEvent) -> Result<(), String> {
        let name = event.object_name();
        let deleted = event.verb == "delete";
        if deleted && event.by("generic-garbage-collector") {
            self.record.collected.insert(name);
            return Ok(());
        }
        let others = event.by("replicaset-controller") || event.by("statefulset-controller");
        let evicted = deleted && event.by_taint_eviction();
        if !event.by_daemonset_controller() && !evicted && !others {
            return Ok(());
        }
        if others || !change(&mut self.record.pods, event, Some(self.uid))? {
            return change(&mut self.record.by_others, event, None).map(drop);
        }
        if deleted && !self.record.order.contains(&name) {
            self.record.order.push(name);
        }
        Ok(())
    }

    fn revision(&mut self, event: &AuditEvent) -> Result<(), String> {
        if !event.by_daemonset_controller() {
            return Ok(());
        }
        let (name, after) = (event.object_name(), &event.response_object);
        if event.verb == "update" {
            let number = after["revision"].as_i64().unwrap_or_default();
            if self.numbers.insert(name.clone(), number) != Some(number) {
                self.record.revisions.renumbered.insert(name, number);
            } else {
                let hash = hash_of(after).unwrap_or_default();
                self.record.revisions.relabelled.insert(name, hash);
            }
            return Ok(());
        }
        if event.verb == "create" {
            let number = after["revision"].as_i64().unwrap_or_default();
            self.numbers.insert(name, number);
        }
        change(&mut self.record.revisions, event, Some(self.uid)).map(drop)
    }
}

/// Notes what an event did to its object, if the owner with this UID did it; whether it was.
fn change(deeds: &mut Deeds, event: &AuditEvent, uid: Option<&str>) -> Result<bool, String> {
    let name = event.object_name();
    let owner = controller_of(&event.response_object).and_then(|owner| owner["uid"].as_str());
    // The answer to the delete of a revision is no revision.
    let is_object = event.response_object["kind"] != "Status";
    let mine = |whose: Option<&str>| uid.is_none() || uid == whose;
    match event.verb.as_str() {
        "create" if mine(owner) => drop(deeds.created.insert(name)),
        "delete" if mine(owner) || !is_object => drop(deeds.deleted.insert(name)),
        "patch" => return patch(deeds, event, uid),
        "create" | "delete" => return Ok(false),
        _ => return Err(format!("not foreseen: {event:?}")),
    }
    Ok(true)
}

/// An owner reference that is put on or taken off, or a label that is changed.
fn patch(deeds: &mut Deeds, event: &AuditEvent, uid: Option<&str>) -> Result<bool, String> {
    let metadata = &event.request_object["metadata"];
    let name = event.object_name();
    if let Some(owners) = metadata["ownerReferences"].as_array() {
        let [owner] = owners.as_slice() else {
            return Err(format!("one owner reference at a time: {metadata}"));
        };
        if uid.is_some_and(|uid| owner["uid"] != uid) {
            return Ok(false);
        }
        if owner["$patch"] == "delete" {
            deeds.released.insert(name);
        } else if owner["controller"] == true {
            deeds.adopted.insert(name);
        } else {
            return Err(format!("neither adopted nor released: {metadata}"));
        }
        return Ok(true);
    }
    let Some(hash) = hash_of(&event.request_object) else {
        return Err(format!("not foreseen: {event:?}"));
    };
    deeds.relabelled.insert(name, hash);
    Ok(true)
}

/// The label that tells of which revision an object is.
pub(super) fn hash_of(object: &Value) -> Option<String> {
    let hash = &object["metadata"]["labels"]["controller-revision-hash"];
    hash.as_str().map(str::to_owned)
}

/// `metadata.name`.
pub(super) fn name_of(object: &Value) -> Option<String> {
    object["metadata"]["name"].as_str().map(str::to_owned)
}
