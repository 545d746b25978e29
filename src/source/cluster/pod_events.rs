//! Warnings about pods that aren't ready: one request a namespace, and only where there are
//! such pods.

use futures_util::future::try_join_all;

use crate::model::{Event, Snapshot};
use crate::source::SourceError;
use crate::source::needs::Resource;
use crate::source::troubled::Troubled;

use super::on_wire::NamedEvent;
use super::reader::QuestionReader;
use super::request::Request;

/// How many events of a namespace are read.
const MOST: u32 = 500;

fn request(namespace: &str) -> Request {
    Resource::Events
        .list(Some(namespace))
        .fields(&[("involvedObject.kind", "Pod"), ("type", "Warning")])
}

impl QuestionReader<'_> {
    /// Adds the warnings about the pods of `snapshot` that aren't ready. Where the events
    /// about DaemonSets couldn't be read, these can't either.
    pub(super) async fn pod_events(&self, snapshot: &mut Snapshot) -> Result<(), SourceError> {
        let (Some(pods), Some(events)) = (&snapshot.pods, &mut snapshot.events) else {
            return Ok(());
        };
        let troubled = Troubled::among(pods.iter());
        let namespaces = troubled.namespaces().into_iter();
        let reads = namespaces.map(|namespace| self.warnings(namespace));
        for warnings in try_join_all(reads).await? {
            events.extend(warnings.into_iter().filter(|event| troubled.has(event)));
        }
        Ok(())
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
