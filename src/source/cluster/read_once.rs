//! Questions about several DaemonSets of manifests, answered from data that is read once for all of
//! them.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use futures_util::future::try_join_all;
use jiff::Timestamp;

use crate::model::{DaemonSet, List, Node, Pod, Snapshot};
use crate::source::full_nodes::{distinct, full_nodes, takes_any};
use crate::source::narrow::narrow;
use crate::source::needs::Resource;
use crate::source::{Question, Scope, Source, SourceError, Subject};

use super::Cluster;
use super::around::SurroundingsOf;
use super::many::DaemonSetScope;
use super::reader::QuestionReader;
use super::request::check_name;
use super::transport::Transport;

/// For how many namespaces lists are read concurrently.
const SIDE_BY_SIDE: usize = 8;

/// A cluster from which everything is read that questions about certain DaemonSets on all nodes
/// need. Other questions, and questions about a namespace of which something couldn't be read, go
/// to the cluster: each answer then says itself what it lacks.
pub(super) struct ReadOnce<'c> {
    cluster: &'c Cluster,
    by_namespace: BTreeMap<String, Namespace>,
    /// All pods of the nodes without room for a daemon pod, as far as they were requested.
    on_full_nodes: RefCell<BTreeMap<String, Vec<Pod>>>,
    /// The pods that have host ports, once a question needed them.
    port_holders: RefCell<Option<Vec<Pod>>>,
}

/// What was read of a namespace.
struct Namespace {
    /// The DaemonSets that may be asked about.
    names: BTreeSet<String>,
    snapshot: Snapshot,
}

/// What is the same for all namespaces.
#[derive(Default)]
struct SharedState {
    nodes: Option<List<Node>>,
    version: Option<String>,
}

impl<'c> ReadOnce<'c> {
    pub(super) fn new(
        cluster: &'c Cluster,
        daemon_sets: &[&DaemonSet],
    ) -> Result<Self, SourceError> {
        let mut members: BTreeMap<&str, Vec<&DaemonSet>> = BTreeMap::new();
        for ds in daemon_sets {
            members.entry(&ds.namespace).or_default().push(ds);
        }
        let members: Vec<_> = members.into_iter().collect();
        let read = cluster.block_on(read(&cluster.transport, &members))?;
        let mut clock_notes = Vec::new();
        let (now, clock_tolerance) = cluster.clock(&mut clock_notes);
        let namespaces = members
            .iter()
            .zip(read)
            .filter_map(|((name, members), read)| {
                let mut snapshot = read?;
                (snapshot.now, snapshot.clock_tolerance) = (now, clock_tolerance);
                snapshot.gates = cluster.gates;
                snapshot.notes.clone_from(&clock_notes);
                snapshot.sort();
                let names = members.iter().map(|ds| ds.name.clone()).collect();
                Some(((*name).to_owned(), Namespace { names, snapshot }))
            });
        Ok(Self {
            cluster,
            by_namespace: namespaces.collect(),
            on_full_nodes: RefCell::default(),
            port_holders: RefCell::default(),
        })
    }

    /// The data that answers `question`.
    fn read_for(&self, question: &Question) -> Option<&Snapshot> {
        let name = match &question.subject {
            Subject::DaemonSet(name) => &name.name,
            Subject::Manifest(ds) => &ds.name,
            Subject::DaemonSets { .. } | Subject::Recreated(_) | Subject::Pod(_) => return None,
        };
        let namespace = self.by_namespace.get(question.subject.namespace()?)?;
        let is_read = question.scope == Scope::AllNodes && !question.neighbours;
        let is_read = is_read && namespace.names.contains(name);
        is_read.then_some(&namespace.snapshot)
    }

    /// Adds all pods of the nodes without room for pods of `snapshot`, and those that have the host
    /// ports that the question is about. They may be in any namespace.
    fn add_pods_beside(
        &self,
        question: &Question,
        snapshot: &mut Snapshot,
    ) -> Result<(), SourceError> {
        let ports = question.new_host_ports(&snapshot.daemon_sets);
        let nodes = full_nodes(snapshot);
        let mut known = self.on_full_nodes.borrow_mut();
        let mut holders = self.port_holders.borrow_mut();
        let unknown = nodes.iter().filter(|node| !known.contains_key(*node));
        let unknown: Vec<&String> = unknown.collect();
        let reader = QuestionReader::new(&self.cluster.transport);
        let lists = unknown.iter().map(|node| reader.pods_beside(node));
        let read_holders = async {
            match ports.is_empty() || holders.is_some() {
                true => Ok(None),
                false => reader.port_holders(&Scope::AllNodes).await.map(Some),
            }
        };
        let reads = async { tokio::try_join!(try_join_all(lists), read_holders) };
        let (lists, with_ports) = self.cluster.block_on(reads)?;
        let notes = reader.notes.take();
        let read: BTreeMap<&String, &Vec<Pod>> = unknown.iter().copied().zip(&lists).collect();
        let here = |node| known.get(node).or_else(|| read.get(node).copied());
        snapshot.pods_beside = nodes.iter().filter_map(here).flatten().cloned().collect();
        let all = holders.as_ref().or(with_ports.as_ref());
        let taken = all
            .into_iter()
            .flatten()
            .filter(|pod| takes_any(pod, &ports));
        snapshot.port_holders = taken.cloned().collect();
        if notes.is_empty() {
            let read = read
                .into_iter()
                .map(|(node, pods)| (node.clone(), pods.clone()));
            let read: Vec<_> = read.collect();
            known.extend(read);
            *holders = holders.take().or(with_ports);
        }
        snapshot.notes.extend(notes);
        snapshot.sort();
        Ok(())
    }
}

impl Source for ReadOnce<'_> {
    fn ask(&self, question: &Question) -> Result<Snapshot, SourceError> {
        let Some(all) = self.read_for(question) else {
            return self.cluster.ask(question);
        };
        let mut snapshot = narrow(all, question)?;
        self.add_pods_beside(question, &mut snapshot)?;
        Ok(snapshot)
    }

    fn default_namespace(&self) -> &str {
        self.cluster.default_namespace()
    }
}

/// What is read of each namespace; `None` where something is missing.
async fn read(
    transport: &Transport,
    namespaces: &[(&str, Vec<&DaemonSet>)],
) -> Result<Vec<Option<Snapshot>>, SourceError> {
    let (shared, snapshots) = tokio::try_join!(read_shared(transport), async {
        let mut snapshots = Vec::new();
        for some in namespaces.chunks(SIDE_BY_SIDE) {
            let some = some.iter();
            let reads = some.map(|(name, members)| read_namespace(transport, name, members));
            snapshots.extend(try_join_all(reads).await?);
        }
        Ok(snapshots)
    })?;
    let snapshots = snapshots.into_iter().map(|snapshot| {
        let shared = shared.as_ref()?;
        Some(Snapshot {
            nodes: shared.nodes.clone(),
            server_version: shared.version.clone(),
            ..snapshot?
        })
    });
    Ok(snapshots.collect())
}

async fn read_shared(transport: &Transport) -> Result<Option<SharedState>, SourceError> {
    let reader = QuestionReader::new(transport);
    let nodes = Resource::Nodes.list(None);
    let (nodes, version) = tokio::try_join!(
        reader.list::<Node>(Resource::Nodes, &nodes),
        reader.version()
    )?;
    let shared = SharedState {
        nodes: nodes.map(Into::into),
        version,
    };
    Ok(reader.has_read_all().then_some(shared))
}

async fn read_namespace(
    transport: &Transport,
    name: &str,
    members: &[&DaemonSet],
) -> Result<Option<Snapshot>, SourceError> {
    check_name(name).map_err(SourceError::Cluster)?;
    let reader = QuestionReader::new(transport);
    let mut snapshot = Snapshot::at(Timestamp::UNIX_EPOCH);
    match reader.members(name, members, &mut snapshot).await {
        // A single one may succeed anyway.
        Err(SourceError::Forbidden(_)) => return Ok(None),
        read => read?,
    }
    Ok(reader.has_read_all().then_some(snapshot))
}

impl QuestionReader<'_> {
    /// Whether nothing is missing of what was read so far.
    fn has_read_all(&self) -> bool {
        self.incomplete.borrow().is_empty() && self.notes.borrow().is_empty()
    }

    /// All objects of the DaemonSets of a namespace, and others of the same kinds.
    async fn members(
        &self,
        namespace: &str,
        members: &[&DaemonSet],
        snapshot: &mut Snapshot,
    ) -> Result<(), SourceError> {
        let among = DaemonSetScope {
            namespace: Some(namespace),
            selector: None,
        };
        let limit_ranges = Resource::LimitRanges.list(Some(namespace));
        let (sets, revisions, (events, namespaces), limit_ranges) = tokio::try_join!(
            self.daemon_sets(among),
            self.all_revisions(among),
            self.events_and_namespaces(SurroundingsOf::All(Some(namespace))),
            self.list(Resource::LimitRanges, &limit_ranges),
        )?;
        let made = revisions.as_deref().unwrap_or_default();
        let mut pods = match members {
            [one] => {
                let stored = sets.iter().find(|ds| ds.name == one.name);
                self.pods_of(stored.unwrap_or(one), made).await?
            }
            _ => {
                let request = Resource::Pods.list(Some(namespace));
                self.list(Resource::Pods, &request).await?
            }
        };
        if let Some(pods) = &mut pods {
            distinct(pods);
        }
        snapshot.daemon_sets = sets;
        snapshot.revisions = revisions;
        snapshot.events = events;
        snapshot.namespaces = namespaces;
        snapshot.limit_ranges = limit_ranges;
        snapshot.pods = pods.map(Into::into);
        let subject = Subject::DaemonSets {
            namespace: Some(namespace.to_owned()),
            selector: None,
        };
        let question = Question::new(subject, Scope::AllNodes).with_sums();
        let admission = self.admission(&question, snapshot).await?;
        snapshot.admission = Arc::new(admission);
        self.add_pod_events(snapshot).await
    }
}
