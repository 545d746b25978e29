//! All lists together.

use std::cell::RefCell;
use std::rc::Rc;

use jiff::Timestamp;
use serde_json::Value;

use crate::model::{
    ControllerRevision, DaemonSet, FeatureGates, Incomplete, Namespace, Node, Pod, Snapshot,
};
use crate::source::cluster::clock::{NO_CLOCK, ServerClock};
use crate::source::cluster::on_wire::NamedEvent;
use crate::source::cluster::pods::revisions_among;
use crate::source::cluster::reader::decode;
use crate::source::full_nodes::distinct;
use crate::source::kinds::Need;
use crate::source::needs::Resource;
use crate::source::{ObjectName, SourceError};

use super::store::{Cacheable, ListState, Store};

/// A list that a stream keeps up to date.
pub(super) type Shared<T> = Rc<RefCell<Store<T>>>;

pub(super) fn shared<T: Cacheable>() -> Shared<T> {
    Rc::new(RefCell::new(Store::new()))
}

/// All lists, and the snapshot made of them.
pub(super) struct Caches {
    name: ObjectName,
    pub(super) daemon_sets: Shared<Value>,
    pub(super) nodes: Shared<Node>,
    pub(super) revisions: Shared<ControllerRevision>,
    pub(super) events: Shared<NamedEvent>,
    pub(super) namespaces: Shared<Namespace>,
    /// The pods that the selector matches, and the others that carry the hash of a revision.
    pub(super) pods: Vec<Shared<Pod>>,
    /// Whether `pods` are those that the current DaemonSet and revisions require.
    pub(super) pods_fit: bool,
    pub(super) snapshot: Snapshot,
    /// Notes from before the lists.
    first_notes: Option<Vec<String>>,
    /// The versions of the lists in the snapshot.
    taken: Taken,
}

#[derive(Default)]
struct Taken {
    daemon_sets: Option<u64>,
    nodes: Option<u64>,
    pods: Option<Vec<u64>>,
}

impl Caches {
    pub(super) fn new(name: &ObjectName, version: Option<String>, gates: FeatureGates) -> Self {
        Self {
            name: name.clone(),
            daemon_sets: shared(),
            nodes: shared(),
            revisions: shared(),
            events: shared(),
            namespaces: shared(),
            pods: Vec::new(),
            pods_fit: false,
            snapshot: Snapshot {
                server_version: version,
                gates,
                ..Snapshot::at(Timestamp::UNIX_EPOCH)
            },
            first_notes: None,
            taken: Taken::default(),
        }
    }

    /// The DaemonSet and its revisions, as far as they are known.
    pub(super) fn owner(
        &self,
    ) -> Result<Option<(DaemonSet, Vec<ControllerRevision>)>, SourceError> {
        let Some(ds) = self.daemon_set()? else {
            return Ok(None);
        };
        let revisions = self.revisions.borrow();
        if revisions.known == ListState::NotYet {
            return Ok(None);
        }
        let revisions = revisions.items().into_iter().flatten().cloned().collect();
        let revisions = revisions_among(&ds, revisions);
        Ok(Some((ds, revisions)))
    }

    /// The DaemonSet; `None` while it hasn't been read.
    pub(super) fn daemon_set(&self) -> Result<Option<DaemonSet>, SourceError> {
        let sets = self.daemon_sets.borrow();
        let Some(mut items) = sets.items() else {
            return Ok(None);
        };
        let Some(value) = items.next() else {
            let ObjectName { namespace, name } = &self.name;
            return Err(SourceError::Cluster(format!(
                "error: daemonset `{name}` in namespace `{namespace}` was deleted while it was followed"
            )));
        };
        decode(value.clone(), &self.name.namespace).map(Some)
    }

    /// Updates the snapshot; false while not everything has been read.
    pub(super) fn refresh(&mut self, clock: &ServerClock) -> Result<bool, SourceError> {
        if !self.is_read() {
            return Ok(false);
        }
        let Some((ds, revisions)) = self.owner()? else {
            return Ok(false);
        };
        let snapshot = &mut self.snapshot;
        let version = self.daemon_sets.borrow().version;
        if self.taken.daemon_sets.replace(version) != Some(version) {
            snapshot.daemon_sets = vec![ds];
        }
        let known = self.revisions.borrow().known == ListState::Yes;
        snapshot.revisions = known.then_some(revisions);
        let nodes = self.nodes.borrow();
        if self.taken.nodes.replace(nodes.version) != Some(nodes.version) {
            snapshot.nodes = nodes.items().map(|items| items.cloned().collect());
        }
        drop(nodes);
        let versions: Vec<u64> = self.pods.iter().map(|s| s.borrow().version).collect();
        if self.taken.pods.as_ref() != Some(&versions) {
            snapshot.pods = all_pods(&self.pods).map(Into::into);
            self.taken.pods = Some(versions);
        }
        let events = self.events.borrow();
        snapshot.events = events
            .items()
            .map(|items| items.map(|named| named.event.clone()).collect());
        drop(events);
        let namespaces = self.namespaces.borrow();
        snapshot.namespaces = namespaces.items().map(|items| items.cloned().collect());
        drop(namespaces);
        self.report_gaps();
        self.snapshot.clock_tolerance = clock.tolerance();
        self.snapshot.now = clock.now().unwrap_or_else(|| {
            self.snapshot.notes.push(NO_CLOCK.to_owned());
            Timestamp::now()
        });
        self.snapshot.sort();
        Ok(true)
    }

    fn is_read(&self) -> bool {
        self.pods_fit
            && is_read(&self.daemon_sets)
            && is_read(&self.nodes)
            && is_read(&self.revisions)
            && is_read(&self.events)
            && is_read(&self.namespaces)
            && self.pods.iter().all(is_read)
    }

    fn report_gaps(&mut self) {
        let lists = [
            (Resource::Nodes, why(&self.nodes)),
            (Resource::ControllerRevisions, why(&self.revisions)),
            (Resource::Events, why(&self.events)),
            (Resource::Namespaces, why(&self.namespaces)),
        ];
        let pods = self.pods.iter().map(|pods| (Resource::Pods, why(pods)));
        let snapshot = &mut self.snapshot;
        let notes = self
            .first_notes
            .get_or_insert_with(|| snapshot.notes.clone());
        snapshot.notes.clone_from(notes);
        snapshot.incomplete.clear();
        for (resource, why) in lists.into_iter().chain(pods) {
            let Some(why) = why else { continue };
            match resource.need() {
                Need::Verdict => snapshot.incomplete.push(Incomplete {
                    verb: "list".to_owned(),
                    resource: resource.plural().to_owned(),
                    why,
                }),
                Need::Names | Need::BestEffort => {
                    snapshot.notes.push(format!("{}: {why}", resource.unread()));
                }
            }
        }
    }
}

fn is_read<T>(store: &Shared<T>) -> bool {
    store.borrow().known != ListState::NotYet
}

fn why<T>(store: &Shared<T>) -> Option<String> {
    match &store.borrow().known {
        ListState::Never(why) => Some(why.clone()),
        ListState::NotYet | ListState::Yes => None,
    }
}

/// The pods of all lists, each once; unknown when one of the lists is.
fn all_pods(lists: &[Shared<Pod>]) -> Option<Vec<Pod>> {
    let mut all = Vec::new();
    for list in lists {
        all.extend(list.borrow().items()?.cloned());
    }
    distinct(&mut all);
    Some(all)
}
