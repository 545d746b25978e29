//! Objects of several files, each once.

use std::collections::HashMap;
use std::collections::hash_map::Entry as Slot;

use jiff::Timestamp;
use serde::de::DeserializeOwned;

use super::newest::Newest;
use crate::model::{
    ControllerRevision, DaemonSet, Event, Incomplete, Namespace, Node, Pod, Snapshot,
};
use crate::source::SourceError;
use crate::source::document::{Body, Object, decode, shown};
use crate::source::manifest::{old_api_version, read_stored};

/// The objects of one kind; `None` while nothing is known about it.
struct Kind<T> {
    objects: Option<Vec<T>>,
    /// Where each object stands, by namespace and name.
    places: HashMap<(String, String), (usize, String)>,
}

impl<T> Default for Kind<T> {
    fn default() -> Self {
        Self {
            objects: None,
            places: HashMap::new(),
        }
    }
}

impl<T: PartialEq> Kind<T> {
    fn know(&mut self) {
        self.objects.get_or_insert_default();
    }

    /// Adds an object. One that the files hold twice has to be the same in all
    /// that is read of it; then the note that it returns says so.
    fn add(
        &mut self,
        object: &Object<'_>,
        namespace: &str,
        value: T,
    ) -> Result<Option<String>, SourceError> {
        let objects = self.objects.get_or_insert_default();
        let key = (namespace.to_owned(), object.name.clone());
        match self.places.entry(key) {
            Slot::Vacant(slot) => {
                slot.insert((objects.len(), object.place()));
                objects.push(value);
                Ok(None)
            }
            Slot::Occupied(slot) => {
                let (index, place) = slot.get();
                let what = qualified(object, namespace);
                if objects.get(*index) == Some(&value) {
                    return Ok(Some(format!(
                        "{what} is in the files twice, the same both times: {place} and {}",
                        object.place()
                    )));
                }
                Err(object.error(
                    object.line,
                    &format!("{what} is in the files twice and not the same; the other one is at {place}: keep one of them"),
                ))
            }
        }
    }
}

fn qualified(object: &Object<'_>, namespace: &str) -> String {
    let slash = if namespace.is_empty() { "" } else { "/" };
    let (namespace, name) = (shown(namespace), shown(&object.name));
    format!("{} `{namespace}{slash}{name}`", object.kind)
}

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
            _ => {
                self.skipped += 1;
                return Ok(());
            }
        }?;
        if object.name.is_empty() {
            let problem = format!("this {} has no `metadata.name`", object.kind);
            return Err(object.error(object.line, &problem));
        }
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
            _ => {}
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

    pub(super) fn into_snapshot(self, now: Timestamp) -> Snapshot {
        let mut snapshot = Snapshot {
            server_version: self.server_version,
            daemon_sets: self.daemon_sets.objects.unwrap_or_default(),
            nodes: self.nodes.objects,
            pods: self.pods.objects,
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
        snapshot.sort();
        snapshot
    }
}

/// Decodes an object into the slim type `T`.
fn read<T: DeserializeOwned>(object: &Object<'_>) -> Result<T, SourceError> {
    if let Body::Json(raw) = &object.body
        && let Ok(value) = serde_json::from_str(raw.get())
    {
        return Ok(value);
    }
    // What JSON alone refuses is decoded again with lines: for the error, or
    // for a null where Go takes the zero value.
    let marked = object.marked()?;
    match decode::<T>(&marked) {
        Ok((value, _)) => Ok(value),
        Err(failure) => Err(object.error(failure.line, &failure.problem)),
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
