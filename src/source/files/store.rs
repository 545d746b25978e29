//! Objects of several files, each once.

use std::sync::Arc;

use jiff::Timestamp;

use super::kind::{Kind, Names, Place};
use super::look::{Found, NamedEvent, Value};
use super::neighbours::{Neighbours, Said};
use super::saved_by;
use crate::model::{ControllerRevision, DaemonSet, Incomplete, Namespace, Node, Pod, Snapshot};
use crate::source::SourceError;
use crate::source::arrived::Arrived;

/// All that is read of the files.
pub(super) struct Store {
    files: Names,
    newest: Option<Timestamp>,
    server_version: Option<String>,
    skipped: usize,
    notes: Vec<String>,
    daemon_sets: Kind<DaemonSet>,
    nodes: Kind<Node>,
    pods: Kind<Pod>,
    revisions: Kind<ControllerRevision>,
    events: Kind<NamedEvent>,
    namespaces: Kind<Namespace>,
    neighbours: Neighbours,
}

impl Store {
    pub(super) fn new() -> Self {
        Self {
            files: Names::new(),
            newest: None,
            server_version: None,
            skipped: 0,
            notes: Vec::new(),
            daemon_sets: Kind::default(),
            nodes: Kind::default(),
            pods: Kind::default(),
            revisions: Kind::default(),
            events: Kind::default(),
            namespaces: Kind::default(),
            neighbours: Neighbours::default(),
        }
    }

    /// Takes an object of the file that was named last; one of a kind that no
    /// question needs is counted only.
    pub(super) fn add(&mut self, found: Found) -> Result<(), SourceError> {
        arrived(&found.value).count();
        let files = &self.files;
        let place = Place {
            file: index(files.len().saturating_sub(1)),
            line: index(found.line),
        };
        let note = match found.value {
            Value::DaemonSet(ds) => self.daemon_sets.add(*ds, "DaemonSet", place, files),
            Value::Node(node) => self.nodes.add(node, "Node", place, files),
            Value::Pod(pod) => self.pods.add(*pod, "Pod", place, files),
            Value::Revision(r) => self.revisions.add(r, "ControllerRevision", place, files),
            Value::Event(event) => self.events.add(*event, "Event", place, files),
            Value::Namespace(n) => self.namespaces.add(n, "Namespace", place, files),
            Value::Neighbour(kind, workload) => {
                self.neighbours.add(kind, *workload, place, files);
                return Ok(());
            }
            Value::Skipped => {
                self.skipped += 1;
                return Ok(());
            }
        }?;
        self.notes.extend(note);
        self.newest = self.newest.max(found.newest);
        Ok(())
    }

    /// Begins a file.
    pub(super) fn begin(&mut self, file: Arc<str>) {
        self.files.push(file);
    }

    /// Takes a list of one kind: what it holds is all there is.
    pub(super) fn add_list(&mut self, api_version: &str, kind: &str) {
        match (api_version, kind) {
            ("apps/v1", "DaemonSet") => self.daemon_sets.know(),
            ("v1", "Node") => self.nodes.know(),
            ("v1", "Pod") => self.pods.know(),
            ("apps/v1", "ControllerRevision") => self.revisions.know(),
            ("v1" | "events.k8s.io/v1", "Event") => self.events.know(),
            ("v1", "Namespace") => self.namespaces.know(),
            _ => {
                if let Some(kind) = Neighbours::kind(api_version, kind) {
                    self.neighbours.know(kind);
                }
            }
        }
    }

    pub(super) fn add_server_version(&mut self, version: Option<String>) {
        self.server_version = version.or(self.server_version.take());
    }

    pub(super) fn add_note(&mut self, note: String) {
        self.notes.push(note);
    }

    pub(super) const fn knows_daemon_sets(&self) -> bool {
        self.daemon_sets.objects.is_some()
    }

    pub(super) const fn skipped(&self) -> usize {
        self.skipped
    }

    pub(super) const fn newest(&self) -> Option<Timestamp> {
        self.newest
    }

    /// All that was read, and what is to be said to those who ask for the neighbours.
    pub(super) fn into_snapshot(self, now: Timestamp) -> (Snapshot, Said) {
        let knows_daemon_sets = self.knows_daemon_sets();
        let mut snapshot = Snapshot {
            server_version: self.server_version,
            daemon_sets: self.daemon_sets.objects.unwrap_or_default(),
            nodes: self.nodes.objects.map(Into::into),
            pods: self.pods.objects.map(Into::into),
            revisions: self.revisions.objects,
            events: self
                .events
                .objects
                .map(|events| events.into_iter().map(|e| e.event).collect()),
            namespaces: self.namespaces.objects,
            notes: self.notes,
            ..Snapshot::at(now)
        };
        let required = [
            (snapshot.nodes.is_none(), "nodes", "Node", &["nodes"][..]),
            (snapshot.pods.is_none(), "pods", "Pod", &["pods", "-A"]),
            (
                snapshot.revisions.is_none(),
                "controllerrevisions",
                "ControllerRevision",
                &["controllerrevisions", "-A"],
            ),
        ];
        for (_, resource, kind, get) in required.into_iter().filter(|r| r.0) {
            let get = saved_by(get);
            snapshot.incomplete.push(Incomplete {
                verb: "read".to_owned(),
                resource: resource.to_owned(),
                why: format!("the files hold no {kind} objects; add them with `{get}`"),
            });
        }
        let helpful = [
            (snapshot.events.is_none(), "Event", &["events", "-A"][..]),
            (snapshot.namespaces.is_none(), "Namespace", &["namespaces"]),
        ];
        for (_, kind, get) in helpful.into_iter().filter(|h| h.0) {
            let get = saved_by(get);
            let note = format!("the files hold no {kind} objects; `{get}` adds them");
            snapshot.notes.push(note);
        }
        let said = self.neighbours.put_into(&mut snapshot, knows_daemon_sets);
        snapshot.sort();
        (snapshot, said)
    }
}

/// What an object of a file is counted as.
const fn arrived(value: &Value) -> Arrived {
    match value {
        Value::Node(_) => Arrived::Node,
        Value::Pod(_) => Arrived::Pod,
        _ => Arrived::Other,
    }
}

/// Files and lines beyond 4 billion aren't told apart.
fn index(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}
