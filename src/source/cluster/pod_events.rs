//! What is read only where something is wrong. For pods that aren't ready it is the warnings about
//! them, one request per namespace, and the other pods on nodes without room for them, one request
//! per node. Where a manifest wants host ports that the stored one doesn't take, all pods are read
//! once, for any of them may have these.

use std::sync::Arc;

use futures_util::future::try_join_all;

use crate::model::{Event, Pod, Snapshot};
use crate::source::full_nodes::{full_nodes, takes_any};
use crate::source::needs::Resource;
use crate::source::unhealthy_pods::UnhealthyPods;
use crate::source::{Question, Scope, SourceError};

use super::on_wire::NamedEvent;
use super::reader::QuestionReader;
use super::request::Request;

/// How many events of a namespace are read.
const MOST: u32 = 500;

/// What a note begins with where the pods of all namespaces can't be listed.
const PORTS_UNKNOWN: &str =
    "whether the host ports are free isn't known, the pods of all namespaces can't be listed";

fn request(namespace: &str) -> Request {
    Resource::Events
        .list(Some(namespace))
        .fields(&[("involvedObject.kind", "Pod"), ("type", "Warning")])
}

impl QuestionReader<'_> {
    /// Adds what explains the pods of `snapshot` that aren't ready, and refused creates.
    pub(super) async fn after_pods(
        &self,
        question: &Question,
        snapshot: &mut Snapshot,
    ) -> Result<(), SourceError> {
        let nodes = full_nodes(snapshot);
        let beside = try_join_all(nodes.iter().map(|node| self.pods_beside(node)));
        let (warnings, beside, port_holders, admission) = tokio::try_join!(
            self.pod_events(snapshot),
            beside,
            self.new_port_holders(question, snapshot),
            self.admission(question, snapshot)
        )?;
        if let Some(events) = &mut snapshot.events {
            events.extend(warnings);
        }
        snapshot.pods_beside = beside.into_iter().flatten().collect();
        snapshot.port_holders = port_holders;
        snapshot.admission = Arc::new(admission);
        Ok(())
    }

    /// Adds only the warnings about the pods of `snapshot` that aren't ready.
    pub(super) async fn add_pod_events(&self, snapshot: &mut Snapshot) -> Result<(), SourceError> {
        let warnings = self.pod_events(snapshot).await?;
        if let Some(events) = &mut snapshot.events {
            events.extend(warnings);
        }
        Ok(())
    }

    /// The warnings about the pods that aren't ready. Where the events about DaemonSets couldn't be
    /// read, these can't either.
    async fn pod_events(&self, snapshot: &Snapshot) -> Result<Vec<Event>, SourceError> {
        let (Some(pods), Some(_)) = (&snapshot.pods, &snapshot.events) else {
            return Ok(Vec::new());
        };
        let troubled = UnhealthyPods::among(pods.iter());
        let namespaces = troubled.namespaces().into_iter();
        let reads = namespaces.map(|namespace| self.warnings(namespace));
        let warnings = try_join_all(reads).await?.into_iter().flatten();
        Ok(warnings.filter(|event| troubled.has(event)).collect())
    }

    /// All pods of a node without room for one of its pods.
    pub(super) async fn pods_beside(&self, node: &str) -> Result<Vec<Pod>, SourceError> {
        let request = Resource::Pods.list(None).fields(&[("spec.nodeName", node)]);
        let pods = self.transport.list(&request).await;
        let pods = self.best_effort("the other pods of full nodes can't be listed", pods)?;
        Ok(pods.unwrap_or_default())
    }

    /// The pods that have the new host ports which the question is about.
    async fn new_port_holders(
        &self,
        question: &Question,
        snapshot: &Snapshot,
    ) -> Result<Vec<Pod>, SourceError> {
        let ports = question.new_host_ports(&snapshot.daemon_sets);
        if ports.is_empty() {
            return Ok(Vec::new());
        }
        let mut holders = self.port_holders(&question.scope).await?;
        holders.retain(|pod| takes_any(pod, &ports));
        Ok(holders)
    }

    /// The pods that have host ports, of one node or of all.
    pub(super) async fn port_holders(&self, scope: &Scope) -> Result<Vec<Pod>, SourceError> {
        let all = Resource::Pods.list(None);
        let request = match scope {
            Scope::Node(node) => all.fields(&[("spec.nodeName", node)]),
            _ => all,
        };
        let pods = self.transport.list(&request).await;
        let pods: Option<Vec<Pod>> = self.best_effort(PORTS_UNKNOWN, pods)?;
        let mut pods = pods.unwrap_or_default();
        pods.retain(|pod| !pod.host_ports.is_empty());
        Ok(pods)
    }

    async fn warnings(&self, namespace: &str) -> Result<Vec<Event>, SourceError> {
        let request = request(namespace);
        let page = self.transport.first::<NamedEvent>(&request, MOST);
        let page = self.best_effort("events of pods can't be listed", page.await)?;
        let Some((events, is_cut)) = page else {
            return Ok(Vec::new());
        };
        if is_cut {
            self.note(format!(
                "namespace {namespace} has more than {MOST} warnings about pods: the others weren't read"
            ));
        }
        Ok(events.into_iter().map(|named| named.event).collect())
    }
}
