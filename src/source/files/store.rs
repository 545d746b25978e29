//! Objects of several files, each once.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::kind::{Kind, Names, Place};
use super::look::{Found, NamedEvent, Value};
use super::neighbours::{Neighbours, Said};
use super::saved_by;
use crate::model::{ControllerRevision, DaemonSet, Incomplete, Namespace, Node, Pod, Snapshot};
use crate::source::SourceError;
use crate::source::arrived::Arrived;
use crate::source::document::shown;

/// All that is read of the files.
pub(super) struct Store {
    files: Names,
    newest: Option<Timestamp>,
    server_version: Option<String>,
    skipped: usize,
    /// The API versions of DaemonSets that other controllers run, and how many there are.
    foreign: BTreeMap<String, usize>,
    /// Whether there is a `List` of nothing, which doesn't say of what kind it is.
    has_empty_list: bool,
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
            foreign: BTreeMap::new(),
            has_empty_list: false,
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
            Value::Foreign(api_version) => {
                self.skipped += 1;
                *self.foreign.entry(api_version).or_default() += 1;
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

    /// Takes a list of nothing: the cluster has none of a kind, but of which it doesn't say.
    pub(super) const fn add_empty_list(&mut self) {
        self.has_empty_list = true;
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

    /// Whether a `List` of nothing may say that there are no DaemonSets.
    pub(super) const fn has_empty_list(&self) -> bool {
        self.has_empty_list
    }

    /// That the files hold no DaemonSet at all.
    pub(super) fn no_daemon_sets(&self) -> Option<SourceError> {
        if self.knows_daemon_sets() {
            return None;
        }
        if self.has_empty_list {
            return Some(SourceError::File(DAEMON_SETS.missing(true)));
        }
        let add = "add them with `kubectl get ds -A -o yaml`";
        let foreign: Vec<String> = self.foreign.keys().map(|v| shown(v)).collect();
        Some(SourceError::File(match foreign.is_empty() {
            true => format!("the files hold no DaemonSet objects; {add}"),
            false => format!(
                "the files hold no DaemonSet objects of `apps/v1`, only of `{}`, which another controller runs; {add}",
                foreign.join("`, `")
            ),
        }))
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
        let unread = [
            (snapshot.nodes.is_none(), &NODES),
            (snapshot.pods.is_none(), &PODS),
            (snapshot.revisions.is_none(), &REVISIONS),
            // Without an empty list it is an error, for there is none to be asked about.
            (!knows_daemon_sets && self.has_empty_list, &DAEMON_SETS),
        ];
        for (_, kind) in unread.into_iter().filter(|u| u.0) {
            snapshot.incomplete.push(Incomplete {
                verb: "read".to_owned(),
                resource: kind.resource.to_owned(),
                why: kind.missing(self.has_empty_list),
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
        snapshot.notes.extend(self.foreign.iter().map(foreign_note));
        let said = self.neighbours.put_into(&mut snapshot, knows_daemon_sets);
        snapshot.sort();
        (snapshot, said)
    }
}

/// A kind that verdicts need.
struct Needed {
    resource: &'static str,
    name: &'static str,
    /// What `kubectl get` is given.
    get: &'static [&'static str],
    /// Where the API has the list of all of them.
    path: &'static str,
}

const NODES: Needed = Needed {
    resource: "nodes",
    name: "Node",
    get: &["nodes"],
    path: "/api/v1/nodes",
};

const PODS: Needed = Needed {
    resource: "pods",
    name: "Pod",
    get: &["pods", "-A"],
    path: "/api/v1/pods",
};

const REVISIONS: Needed = Needed {
    resource: "controllerrevisions",
    name: "ControllerRevision",
    get: &["controllerrevisions", "-A"],
    path: "/apis/apps/v1/controllerrevisions",
};

const DAEMON_SETS: Needed = Needed {
    resource: "daemonsets",
    name: "DaemonSet",
    get: &["ds", "-A"],
    path: "/apis/apps/v1/daemonsets",
};

impl Needed {
    /// That there is none, and what adds them. An empty `List` may be of this kind, or not.
    fn missing(&self, has_empty_list: bool) -> String {
        let Self {
            name, get, path, ..
        } = self;
        if has_empty_list {
            return format!(
                "the files hold no {name} objects, and an empty `List` doesn't say of what kind there are none; `kubectl get --raw {path}` does"
            );
        }
        let get = saved_by(get);
        format!("the files hold no {name} objects; add them with `{get}`")
    }
}

/// That DaemonSets of another controller are passed over.
fn foreign_note((api_version, count): (&String, &usize)) -> String {
    let are = match count {
        1 => "1 DaemonSet of".to_owned(),
        count => format!("{count} DaemonSets of"),
    };
    let version = shown(api_version);
    format!("skipped {are} `{version}`, which another controller runs")
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
