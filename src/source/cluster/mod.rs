//! A live cluster as a source.
//!
//! Every request is a GET. Requests that don't depend on each other run concurrently. Lists are
//! requested in full and without a resource version, so that each is a consistent read of the
//! newest state.

mod admission;
mod around;
mod authority;
mod body;
mod client_certificate;
mod clock;
mod config;
mod connector;
mod credentials;
mod entries;
mod exec;
mod expected;
mod failure;
mod flags;
mod flattened;
mod header;
mod identity;
mod impersonation;
mod json_list;
mod kubeconfig;
mod limit_ranges;
mod many;
mod missing;
mod names;
mod neighbours;
mod on_wire;
mod one;
mod overrides;
mod pages;
mod pod_events;
mod pods;
mod protobuf;
mod proxy;
mod read_once;
mod reader;
mod recreated;
mod request;
mod small_file;
#[cfg(test)]
mod tests;
mod timeout;
mod token;
mod trace;
mod transport;
mod unreachable;
mod watch;

use std::future::Future;

use jiff::{SignedDuration, Timestamp};
use tokio::runtime::Runtime;

use crate::model::{DaemonSet, FeatureGates, Snapshot};

use super::narrow::{narrow_to, without_unread};
use super::{ObjectName, Question, Scope, Source, SourceError, Subject};

use clock::{FRACTION, NO_CLOCK, ServerClock};
use many::DaemonSetScope;
use one::DaemonSetRef;
use read_once::ReadOnce;
use reader::QuestionReader;
use request::check_name;
use trace::Trace;
use transport::{SILENCE, Transport};

pub use config::is_configured;
pub use entries::{ContextEntry, KubeconfigEntries, kubeconfig_entries};
pub use flags::{ConnectionFlags, Token};
pub(in crate::source) use flattened::flattened_kubeconfig;
pub use timeout::parse_timeout;
pub use trace::REQUESTS;
pub use watch::{Followed, Notice, Update};

/// A cluster, reached as kubectl reaches it.
pub struct Cluster {
    /// There until the drop.
    runtime: Option<Runtime>,
    transport: Transport,
    namespace: String,
    now: Option<Timestamp>,
    gates: FeatureGates,
}

impl Cluster {
    /// Finds the selected server and gets the credentials for it. No request is made yet.
    ///
    /// `namespace` takes precedence over the context's, `now` over the server's clock.
    ///
    /// # Errors
    /// [`SourceError::Cluster`] when there is no usable configuration, or when
    /// the credentials can't be had.
    pub fn connect(
        flags: &ConnectionFlags,
        namespace: Option<&str>,
        now: Option<Timestamp>,
        gates: FeatureGates,
    ) -> Result<Self, SourceError> {
        let runtime = runtime().map_err(SourceError::Cluster)?;
        let connection = runtime.block_on(connect(flags));
        let (transport, context) = connection.map_err(SourceError::Cluster)?;
        let namespace = namespace.filter(|n| !n.is_empty());
        Ok(Self {
            runtime: Some(runtime),
            transport,
            namespace: namespace.unwrap_or(&context).to_owned(),
            now,
            gates,
        })
    }
}

/// One that runs on the thread that waits for it.
fn runtime() -> Result<Runtime, String> {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().build();
    runtime.map_err(|e| format!("error: no runtime: {e}"))
}

async fn connect(flags: &ConnectionFlags) -> Result<(Transport, String), String> {
    let target = config::target(flags)?;
    let trace = Trace::new(flags.verbosity);
    trace.config(&target.origin);
    let server = target.config.cluster_url.clone();
    if !config::is_tls(&server) {
        trace.no_credentials();
    }
    let proxy = target.config.proxy_url.clone();
    let compresses = !target.config.disable_compression;
    let transport = Transport {
        client: identity::client(target.config, target.source).await?,
        compresses,
        server,
        proxy,
        timeout: flags.request_timeout.filter(|limit| !limit.is_zero()),
        idle_limit: SILENCE,
        chunk_size: flags.chunk_size,
        trace,
        clock: ServerClock::new(),
    };
    Ok((transport, target.namespace))
}

impl Cluster {
    fn block_on<T>(
        &self,
        future: impl Future<Output = Result<T, SourceError>>,
    ) -> Result<T, SourceError> {
        let not_connected = || SourceError::Cluster("error: not connected".to_owned());
        let runtime = self.runtime.as_ref().ok_or_else(not_connected)?;
        runtime.block_on(future)
    }

    /// The error with the time at which it was so.
    fn at_this_time(&self, mut error: SourceError) -> SourceError {
        if let SourceError::Orphan(orphan) = &mut error {
            (orphan.now, _) = self.clock(&mut Vec::new());
        }
        error
    }

    /// The given time, or the server's, and how far the server's may be ahead of it.
    fn clock(&self, notes: &mut Vec<String>) -> (Timestamp, SignedDuration) {
        if let Some(now) = self.now {
            return (now, SignedDuration::ZERO);
        }
        if let Some(date) = self.transport.clock.latest() {
            return (date, FRACTION);
        }
        notes.push(NO_CLOCK.to_owned());
        (Timestamp::now(), SignedDuration::ZERO)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // A hanging name look-up must not delay the end.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl Source for Cluster {
    fn ask(&self, question: &Question) -> Result<Snapshot, SourceError> {
        let mut reader = QuestionReader::new(&self.transport);
        reader.is_about_claims = question.is_about_claims();
        let mut snapshot = Snapshot::at(Timestamp::UNIX_EPOCH);
        snapshot.gates = self.gates;
        let answer = self.block_on(read(&reader, question, &mut snapshot));
        answer.map_err(|error| self.at_this_time(error))?;
        snapshot.incomplete = reader.incomplete.take();
        snapshot.notes = reader.notes.take();
        (snapshot.now, snapshot.clock_tolerance) = self.clock(&mut snapshot.notes);
        snapshot.sort();
        Ok(snapshot)
    }

    fn default_namespace(&self) -> &str {
        &self.namespace
    }

    fn read_once(
        &self,
        daemon_sets: &[&DaemonSet],
    ) -> Result<Option<Box<dyn Source + '_>>, SourceError> {
        Ok(Some(Box::new(ReadOnce::new(self, daemon_sets)?)))
    }
}

async fn read(
    reader: &QuestionReader<'_>,
    question: &Question,
    snapshot: &mut Snapshot,
) -> Result<(), SourceError> {
    // A namespace is part of the path, where some names have another meaning.
    if let Some(namespace) = question.subject.namespace() {
        check_name(namespace).map_err(SourceError::Cluster)?;
    }
    let (neighbours, limit_ranges, ()) = tokio::try_join!(
        reader.neighbours(question),
        reader.limit_ranges(question),
        read_subject(reader, question, snapshot),
    )?;
    neighbours.put_into(snapshot, question);
    limit_ranges.put_into(snapshot, question);
    reader.after_pods(question, snapshot).await
}

async fn read_subject(
    reader: &QuestionReader<'_>,
    question: &Question,
    snapshot: &mut Snapshot,
) -> Result<(), SourceError> {
    let wanted = match &question.subject {
        Subject::DaemonSet(name) => DaemonSetRef::Stored(name.clone()),
        Subject::Manifest(ds) => DaemonSetRef::Manifest(ds),
        Subject::Recreated(ds) => return reader.recreated(ds, snapshot).await,
        Subject::Pod(name) => return read_pod(reader, name, &question.scope, snapshot).await,
        Subject::DaemonSets {
            namespace,
            selector,
        } => {
            let among = DaemonSetScope {
                namespace: namespace.as_deref(),
                selector: selector.as_deref(),
            };
            match &question.scope {
                Scope::Node(node) => {
                    let exists = reader.many_on_node(among, node, snapshot).await?;
                    reader.node_or_error(exists, node).await?;
                }
                Scope::NoNode => {
                    reader.many_on_no_node(among, snapshot).await?;
                    without_unread(snapshot, question);
                }
                _ => reader.many_on_all_nodes(among, snapshot).await?,
            }
            return narrow_many(question, snapshot);
        }
    };
    match &question.scope {
        Scope::Node(node) => {
            let exists = reader.on_node(&wanted, node, snapshot).await?;
            reader.node_or_error(exists, node).await
        }
        _ => reader.on_all_nodes(&wanted, snapshot).await,
    }
}

/// Drops what the lists hold in addition. The nodes aren't filtered, so they needn't be copied.
fn narrow_many(question: &Question, snapshot: &mut Snapshot) -> Result<(), SourceError> {
    let nodes = snapshot.nodes.take();
    // The server has applied the selector.
    let subject = Subject::DaemonSets {
        namespace: None,
        selector: None,
    };
    let whole = Question {
        subject,
        ..question.clone()
    };
    *snapshot = narrow_to(snapshot, &whole, question.is_about_the_gone())?;
    snapshot.nodes = nodes;
    Ok(())
}

/// From a pod to its DaemonSet and the node that it is bound to or meant for.
async fn read_pod(
    reader: &QuestionReader<'_>,
    name: &ObjectName,
    scope: &Scope,
    snapshot: &mut Snapshot,
) -> Result<(), SourceError> {
    let pod = reader.pod(name).await?;
    let Some(owner) = pod.daemon_set() else {
        return Err(reader.without_daemon_set(&pod).await);
    };
    let owner = ObjectName {
        namespace: name.namespace.clone(),
        name: owner.name.to_string(),
    };
    let wanted = DaemonSetRef::Owner(owner, &pod);
    match (scope, pod.target_node.as_deref()) {
        (Scope::AllNodes, _) => reader.on_all_nodes(&wanted, snapshot).await?,
        (Scope::Node(node), _) => {
            let exists = reader.on_node(&wanted, node, snapshot).await?;
            reader.node_or_error(exists, node).await?;
        }
        (Scope::NodeOfPod, Some(node)) => {
            if !reader.on_node(&wanted, node, snapshot).await? {
                reader.note(format!(
                    "node {node} of pod {} doesn't exist any more",
                    pod.name
                ));
            }
        }
        (Scope::NodeOfPod, None) | (Scope::NoNode, _) => {
            reader.on_no_node(&wanted, snapshot).await?
        }
    }
    let pods = snapshot.pods.get_or_insert_default();
    if !pods.iter().any(|p| p.uid == pod.uid) {
        pods.to_mut().push(pod);
    }
    Ok(())
}
