//! Objects of several files, each once.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::admission::AdmissionKinds;
use super::kind::{Kind, Names, Place};
use super::neighbours::{Neighbours, ReadNotes};
use super::visitor::{Found, NamedEvent, Value};
use crate::model::{
    Command, ControllerRevision, DaemonSet, Incomplete, LimitRange, Namespace, Node, Pod, Snapshot,
};
use crate::source::SourceError;
use crate::source::arrived::CountedAs;
use crate::source::document::shown;
use crate::source::kinds::Need;
use crate::source::needs::Resource;

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
    limit_ranges: Kind<LimitRange>,
    admission: AdmissionKinds,
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
            limit_ranges: Kind::default(),
            admission: AdmissionKinds::default(),
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
            Value::LimitRange(l) => self.limit_ranges.add(l, "LimitRange", place, files),
            Value::Admission(object) => self.admission.add(object, place, files),
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
        match Resource::of_object(api_version, kind) {
            Some(Resource::DaemonSets) => self.daemon_sets.know(),
            Some(Resource::Nodes) => self.nodes.know(),
            Some(Resource::Pods) => self.pods.know(),
            Some(Resource::ControllerRevisions) => self.revisions.know(),
            Some(Resource::Events) => self.events.know(),
            Some(Resource::Namespaces) => self.namespaces.know(),
            Some(Resource::LimitRanges) => self.limit_ranges.know(),
            Some(Resource::Workloads(kind)) => self.neighbours.know(kind),
            // Of those only what is there matters.
            Some(Resource::Admission(_)) | None => {}
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

    /// That the files contain no DaemonSet at all.
    pub(super) fn no_daemon_sets(&self) -> Option<SourceError> {
        if self.knows_daemon_sets() {
            return None;
        }
        if self.has_empty_list {
            return Some(SourceError::File(missing(Resource::DaemonSets, true)));
        }
        let add = "add them with `kubectl get ds -A -o yaml`";
        let foreign: Vec<String> = self.foreign.keys().map(|v| shown(v)).collect();
        Some(SourceError::File(match foreign.is_empty() {
            true => format!("the files contain no DaemonSet objects; {add}"),
            false => format!(
                "the files contain no DaemonSet objects of `apps/v1`, only of `{}`, which another controller runs; {add}",
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
    pub(super) fn into_snapshot(self, now: Timestamp) -> (Snapshot, ReadNotes) {
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
            // Most clusters have none, and a `List` of several kinds doesn't say that they
            // were asked for: where the files contain none, there is none.
            limit_ranges: Some(self.limit_ranges.objects.unwrap_or_default()),
            admission: Arc::new(self.admission.into()),
            notes: self.notes,
            ..Snapshot::at(now)
        };
        for resource in unread(&snapshot, knows_daemon_sets) {
            match resource.need() {
                // Without an empty list it is an error, for there is none to be asked about.
                _ if resource == Resource::DaemonSets && !self.has_empty_list => {}
                Need::Verdict => snapshot.incomplete.push(Incomplete {
                    verb: "read".to_owned(),
                    resource: resource.plural().to_owned(),
                    why: missing(resource, self.has_empty_list),
                }),
                Need::Names | Need::BestEffort => {
                    let (kind, get) = (resource.kind(), save_command(resource));
                    let note =
                        format!("the files contain no {kind} objects; add them with `{get}`");
                    snapshot.notes.push(note);
                }
            }
        }
        snapshot.notes.extend(self.foreign.iter().map(foreign_note));
        let said = self.neighbours.put_into(&mut snapshot, knows_daemon_sets);
        snapshot.sort();
        (snapshot, said)
    }
}

/// Of which the files hold neither an object nor a list.
fn unread(snapshot: &Snapshot, knows_daemon_sets: bool) -> Vec<Resource> {
    let is_unread = |resource: &Resource| match resource {
        Resource::DaemonSets => !knows_daemon_sets,
        Resource::Nodes => snapshot.nodes.is_none(),
        Resource::Pods => snapshot.pods.is_none(),
        Resource::ControllerRevisions => snapshot.revisions.is_none(),
        Resource::Events => snapshot.events.is_none(),
        Resource::Namespaces => snapshot.namespaces.is_none(),
        Resource::LimitRanges => snapshot.limit_ranges.is_none(),
        // That is told only to those who ask for them.
        Resource::Workloads(_) => false,
        // What they would explain is said by the refusal.
        Resource::Admission(_) => false,
    };
    Resource::ALL.into_iter().filter(is_unread).collect()
}

/// That there is none, and what adds them. An empty `List` may be of this kind, or not.
pub(super) fn missing(resource: Resource, has_empty_list: bool) -> String {
    let kind = resource.kind();
    if has_empty_list {
        let path = format!("{}/{}", resource.root(), resource.plural());
        return format!(
            "the files contain no {kind} objects, and an empty `List` doesn't say of what kind there are none; `kubectl get --raw {path}` does"
        );
    }
    let get = save_command(resource);
    format!("the files contain no {kind} objects; add them with `{get}`")
}

/// The command whose output holds what files lack.
fn save_command(resource: Resource) -> Command {
    let name = match resource {
        Resource::DaemonSets => "ds",
        other => other.plural(),
    };
    let everywhere: &[&str] = if resource.is_namespaced() {
        &["-A"]
    } else {
        &[]
    };
    let get = Command::kubectl(&["get", name]).with(everywhere);
    get.with(&["-o", "yaml"])
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
const fn arrived(value: &Value) -> CountedAs {
    match value {
        Value::Node(_) => CountedAs::Node,
        Value::Pod(_) => CountedAs::Pod,
        _ => CountedAs::Other,
    }
}

/// Files and lines beyond 4 billion aren't told apart.
fn index(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}
