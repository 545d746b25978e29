//! What the audit log tells of one run: what the controller did, in its order, and
//! what became of the pods.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::control_plane::AuditEvent;
use crate::scenario::pod::node_of;

/// Something that the DaemonSet controller did, or tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Deed {
    /// It made a pod.
    Create { pod: String, node: String },
    /// Its pod wasn't admitted.
    Refused { node: String },
    /// It deleted a pod.
    Delete { pod: String, node: String },
    /// It changed a pod's metadata: adopted, released or relabelled it.
    Patch { pod: String },
    /// It wrote the status, which ends a sync.
    Status,
}

/// One entry of the log that is about this DaemonSet's pods or status.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) at: Timestamp,
    /// The DaemonSet controller's own.
    pub(super) deed: Option<Deed>,
    /// The pod as it was afterwards.
    pub(super) pod: Option<Value>,
    /// The verb was delete.
    pub(super) deleted: bool,
}

/// The log since the controller went on.
#[derive(Debug, Default)]
pub(super) struct Record {
    pub(super) entries: Vec<Entry>,
}

/// What of the controller's deeds concerns pods, as sets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Deeds {
    /// Names of pods.
    pub(super) deleted: BTreeSet<String>,
    /// Names of nodes.
    pub(super) created: BTreeSet<String>,
    /// Names of nodes whose pod wasn't admitted.
    pub(super) refused: BTreeSet<String>,
    /// Names of pods.
    pub(super) patched: BTreeSet<String>,
    /// Nodes that got more than one pod.
    pub(super) doubled: BTreeSet<String>,
}

impl Deeds {
    /// Whether no pod was made or deleted.
    pub(super) fn is_idle(&self) -> bool {
        self.deleted.is_empty() && self.created.is_empty()
    }

    fn add(&mut self, deed: &Deed) {
        match deed {
            Deed::Create { node, .. } => {
                if !self.created.insert(node.clone()) {
                    self.doubled.insert(node.clone());
                }
            }
            Deed::Refused { node } => drop(self.refused.insert(node.clone())),
            Deed::Delete { pod, .. } => drop(self.deleted.insert(pod.clone())),
            Deed::Patch { pod } => drop(self.patched.insert(pod.clone())),
            Deed::Status => {}
        }
    }
}

impl Record {
    /// Reads `events` for what concerns `ds` and its pods in `namespace`.
    pub(super) fn read(events: Vec<AuditEvent>, namespace: &str, ds: &str) -> Result<Self, String> {
        let mut entries = Vec::new();
        for event in events {
            let at = event
                .stage_timestamp
                .parse()
                .map_err(|e| format!("audit log: {e}"))?;
            if is_status_write(&event, namespace, ds) {
                entries.push(Entry {
                    at,
                    deed: Some(Deed::Status),
                    pod: None,
                    deleted: false,
                });
            } else if is_about_pod(&event, namespace, ds) {
                entries.push(pod_entry(at, &event));
            }
        }
        Ok(Self { entries })
    }

    /// All that the controller did.
    pub(super) fn all(&self) -> Deeds {
        let mut deeds = Deeds::default();
        self.deeds().for_each(|deed| deeds.add(deed));
        deeds
    }

    /// What it did in the first sync in which it did anything, and what after that.
    pub(super) fn first_sync(&self) -> (Deeds, Deeds) {
        let (mut first, mut later) = (Deeds::default(), Deeds::default());
        let mut over = false;
        for deed in self.deeds() {
            if over {
                later.add(deed);
            } else if *deed == Deed::Status {
                over = !first.is_idle() || !first.refused.is_empty();
            } else {
                first.add(deed);
            }
        }
        (first, later)
    }

    /// The entries that leave a pod behind, in the order in which these were written.
    /// The log has them in the order in which the answers ended: the controller can see
    /// that a pod is ready, and act on it, before the answer to the kubelet has ended.
    pub(super) fn in_order_of_writes(&self) -> Vec<(&Entry, &Value)> {
        let mut newest = 0;
        let entries = self.entries.iter();
        let mut writes: Vec<_> = entries
            .filter_map(|entry| {
                let pod = entry.pod.as_ref()?;
                // Who deletes what is just gone is answered without a version: it stays where it is.
                let version = version(pod).unwrap_or(newest);
                newest = newest.max(version);
                Some((version, entry, pod))
            })
            .collect();
        writes.sort_by_key(|(version, ..)| *version);
        let writes = writes.into_iter();
        writes.map(|(_, entry, pod)| (entry, pod)).collect()
    }

    fn deeds(&self) -> impl Iterator<Item = &Deed> {
        self.entries.iter().filter_map(|entry| entry.deed.as_ref())
    }
}

/// The write that a pod is of; writes of all objects are counted together.
fn version(pod: &Value) -> Option<u64> {
    pod["metadata"]["resourceVersion"].as_str()?.parse().ok()
}

fn is_status_write(event: &AuditEvent, namespace: &str, ds: &str) -> bool {
    event.by_daemonset_controller()
        && event.succeeded()
        && event.verb == "update"
        && event.object_ref.as_ref().is_some_and(|o| {
            o.resource == "daemonsets"
                && o.subresource == "status"
                && o.namespace == namespace
                && o.name == ds
        })
}

fn is_about_pod(event: &AuditEvent, namespace: &str, ds: &str) -> bool {
    let pods = event.object_ref.as_ref().is_some_and(|o| {
        o.resource == "pods"
            && o.namespace == namespace
            && (o.subresource.is_empty() || o.subresource == "status")
    });
    let sent = &event.request_object["metadata"]["labels"]["app"];
    let answered = &event.response_object["metadata"]["labels"]["app"];
    pods && (*answered == ds || (event.verb == "create" && *sent == ds))
}

fn pod_entry(at: Timestamp, event: &AuditEvent) -> Entry {
    let deleted = event.verb == "delete";
    Entry {
        at,
        deed: (event.by_daemonset_controller() || (deleted && event.by_taint_eviction()))
            .then(|| deed(event))
            .flatten(),
        pod: (event.succeeded() && event.response_object["kind"] == "Pod")
            .then(|| event.response_object.clone()),
        deleted,
    }
}

fn deed(event: &AuditEvent) -> Option<Deed> {
    let pod = &event.response_object;
    let name = || {
        pod["metadata"]["name"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    let node = |pod| node_of(pod).unwrap_or_default().to_owned();
    Some(match (event.verb.as_str(), event.succeeded()) {
        ("create", true) => Deed::Create {
            pod: name(),
            node: node(pod),
        },
        ("create", false) => Deed::Refused {
            node: node(&event.request_object),
        },
        // Whoever is first: both want the pods of such a node gone.
        ("delete", true) => Deed::Delete {
            pod: name(),
            node: node(pod),
        },
        ("patch", true) => Deed::Patch { pod: name() },
        _ => return None,
    })
}

/// Whether a pod is available: ready for so many seconds, and not being deleted.
pub(super) fn is_available(pod: &Value, min_ready_seconds: i64, at: Timestamp) -> bool {
    let ready = pod["status"]["conditions"]
        .as_array()
        .into_iter()
        .flatten()
        .find(|c| c["type"] == "Ready" && c["status"] == "True");
    let since = ready
        .and_then(|condition| condition["lastTransitionTime"].as_str())
        .and_then(|time| time.parse::<Timestamp>().ok());
    pod["metadata"]["deletionTimestamp"].is_null()
        && since.is_some_and(|since| since + SignedDuration::from_secs(min_ready_seconds) <= at)
}
