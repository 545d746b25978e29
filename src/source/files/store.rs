//! Objects of several files, each once.

use jiff::Timestamp;

use super::kind::{Kind, check_name, read};
use super::neighbours::{Neighbours, Said};
use super::newest::Newest;
use crate::model::{
    ControllerRevision, DaemonSet, Event, Incomplete, Namespace, Node, Pod, Snapshot,
};
use crate::source::SourceError;
use crate::source::document::{Body, Object, decode, shown};
use crate::source::manifest::{old_api_version, read_stored};

/// All that is read of the files.
pub(super) struct Store {
    default_namespace: String,
    wants_newest: bool,
    newest: Option<Timestamp>,
    server_version: Option<String>,
    skipped: usize,
    notes: Vec<String>,
    daemon_sets: Kind<DaemonSet>,
    nodes: Kind<Node>,
    pods: Kind<Pod>,
    revisions: Kind<ControllerRevision>,
    events: Kind<Event>,
    namespaces: Kind<Namespace>,
    neighbours: Neighbours,
}

impl Store {
    pub(super) fn new(default_namespace: &str, wants_newest: bool) -> Self {
        Self {
            default_namespace: default_namespace.to_owned(),
            wants_newest,
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

    /// Takes one object; one of a kind that no question needs is counted only.
    pub(super) fn add(&mut self, object: &Object<'_>) -> Result<(), SourceError> {
        if object.kind == "DaemonSet" && old_api_version(&object.api_version) {
            return Err(old_group(object));
        }
        let namespaced = if object.namespace.is_empty() {
            self.default_namespace.clone()
        } else {
            object.namespace.clone()
        };
        let note = match (object.api_version.as_str(), object.kind.as_str()) {
            ("apps/v1", "DaemonSet") => {
                let value = read_stored(object, &self.default_namespace)?;
                self.daemon_sets.add(object, &namespaced, value)
            }
            ("v1", "Node") => {
                let value = read::<Node>(object)?;
                self.nodes.add(object, "", value)
            }
            ("v1", "Pod") => {
                let mut value = read::<Pod>(object)?;
                value.namespace = namespaced.as_str().into();
                self.pods.add(object, &namespaced, value)
            }
            ("apps/v1", "ControllerRevision") => {
                let mut value = read::<ControllerRevision>(object)?;
                value.namespace = namespaced.as_str().into();
                self.revisions.add(object, &namespaced, value)
            }
            ("v1" | "events.k8s.io/v1", "Event") => {
                let value = read::<Event>(object)?;
                self.events.add(object, &namespaced, value)
            }
            ("v1", "Namespace") => {
                let value = read::<Namespace>(object)?;
                self.namespaces.add(object, "", value)
            }
            (api_version, kind) => match Neighbours::kind(api_version, kind) {
                // They don't count for the clock, which is the same for every question.
                Some(kind) => {
                    self.neighbours.add(kind, object, &namespaced);
                    return Ok(());
                }
                None => {
                    self.skipped += 1;
                    return Ok(());
                }
            },
        }?;
        check_name(object)?;
        self.notes.extend(note);
        if self.wants_newest {
            self.newest = self.newest.max(newest(object));
        }
        Ok(())
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
            events: self.events.objects,
            namespaces: self.namespaces.objects,
            notes: self.notes,
            ..Snapshot::at(now)
        };
        let required = [
            (snapshot.nodes.is_none(), "nodes", "Node", "nodes"),
            (snapshot.pods.is_none(), "pods", "Pod", "pods -A"),
            (
                snapshot.revisions.is_none(),
                "controllerrevisions",
                "ControllerRevision",
                "controllerrevisions -A",
            ),
        ];
        for (_, resource, kind, get) in required.into_iter().filter(|r| r.0) {
            snapshot.incomplete.push(Incomplete {
                verb: "read".to_owned(),
                resource: resource.to_owned(),
                why: format!(
                    "the files hold no {kind} objects; add them with `kubectl get {get} -o yaml`"
                ),
            });
        }
        let helpful = [
            (snapshot.events.is_none(), "Event", "events -A"),
            (snapshot.namespaces.is_none(), "Namespace", "namespaces"),
        ];
        for (_, kind, get) in helpful.into_iter().filter(|h| h.0) {
            let note =
                format!("the files hold no {kind} objects; `kubectl get {get} -o yaml` adds them");
            snapshot.notes.push(note);
        }
        let said = self.neighbours.put_into(&mut snapshot, knows_daemon_sets);
        snapshot.sort();
        (snapshot, said)
    }
}

fn newest(object: &Object<'_>) -> Option<Timestamp> {
    let newest = match &object.body {
        Body::Json(raw) => serde_json::from_str::<Newest>(raw.get()).ok(),
        Body::Yaml(marked) => decode::<Newest>(marked).ok().map(|(newest, _)| newest),
    };
    newest.and_then(|n| n.0)
}

fn old_group(object: &Object<'_>) -> SourceError {
    let problem = format!(
        "this DaemonSet is of `{}`, which Kubernetes 1.16 removed: convert it to `apps/v1` (`kubectl get ds -o yaml` prints that, and `kubectl convert` makes it)",
        shown(&object.api_version)
    );
    let line = object
        .marked()
        .map_or(object.line, |m| m.line_of("apiVersion"));
    object.error(line, &problem)
}
