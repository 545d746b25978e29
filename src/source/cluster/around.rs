//! The surroundings of DaemonSets: events, namespaces, the server's version. They explain and
//! decide nothing, so anything unreadable is a note.

use serde::Deserialize;

use crate::model::{Event, Namespace, Snapshot};
use crate::source::needs::Resource;
use crate::source::{ObjectName, SourceError};

use super::failure::Failure;
use super::on_wire::NamedEvent;
use super::reader::QuestionReader;
use super::request::Request;

/// What the surroundings are read for.
#[derive(Clone, Copy)]
pub(super) enum SurroundingsOf<'a> {
    /// One DaemonSet.
    One(&'a ObjectName),
    /// All of a namespace, or of all namespaces.
    All(Option<&'a str>),
}

/// The surroundings as they were read.
pub(super) struct Surroundings {
    events: Option<Vec<Event>>,
    namespaces: Option<Vec<Namespace>>,
    version: Option<String>,
}

impl Surroundings {
    pub(super) fn put_into(self, snapshot: &mut Snapshot) {
        snapshot.events = self.events;
        snapshot.namespaces = self.namespaces;
        snapshot.server_version = self.version;
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Version {
    pub(super) git_version: String,
}

/// The events about DaemonSets.
pub(super) fn events_request(about: SurroundingsOf<'_>) -> Request {
    let kind = ("involvedObject.kind", "DaemonSet");
    match about {
        SurroundingsOf::One(ds) => Resource::Events
            .list(Some(&ds.namespace))
            .fields(&[kind, ("involvedObject.name", &ds.name)]),
        SurroundingsOf::All(namespace) => Resource::Events.list(namespace).fields(&[kind]),
    }
}

impl QuestionReader<'_> {
    /// Reads the surroundings. Only lost credentials are an error here, so that an expired session
    /// isn't reported as three notes.
    pub(super) async fn around(
        &self,
        about: SurroundingsOf<'_>,
    ) -> Result<Surroundings, SourceError> {
        let (read, version) = tokio::join!(self.events_and_namespaces(about), self.version());
        let (events, namespaces) = read?;
        Ok(Surroundings {
            events,
            namespaces,
            version: version?,
        })
    }

    /// The surroundings without what is the same for the whole cluster.
    pub(super) async fn events_and_namespaces(
        &self,
        about: SurroundingsOf<'_>,
    ) -> Result<(Option<Vec<Event>>, Option<Vec<Namespace>>), SourceError> {
        let (events, namespaces) = tokio::join!(self.events(about), self.namespaces(about));
        Ok((
            self.unless_unread("list", Resource::Events, events)?,
            self.unless_unread("get", Resource::Namespaces, namespaces)?,
        ))
    }

    /// The server's version.
    pub(super) async fn version(&self) -> Result<Option<String>, SourceError> {
        let version = self.transport.get::<Version>(&Request::version()).await;
        let version = self.best_effort("the server's version can't be read", version)?;
        Ok(version.map(|v| v.git_version))
    }

    async fn events(&self, about: SurroundingsOf<'_>) -> Result<Vec<Event>, Failure> {
        let events: Vec<NamedEvent> = self.transport.list(&events_request(about)).await?;
        Ok(events.into_iter().map(|named| named.event).collect())
    }

    async fn namespaces(&self, about: SurroundingsOf<'_>) -> Result<Vec<Namespace>, Failure> {
        let one = match about {
            SurroundingsOf::One(ds) => Some(&*ds.namespace),
            SurroundingsOf::All(namespace) => namespace,
        };
        let Some(name) = one else {
            return self.transport.list(&Resource::Namespaces.list(None)).await;
        };
        let request = Resource::Namespaces.get(None, name);
        let request = request.map_err(Failure::NoAnswer)?;
        match self.transport.get(&request).await {
            Ok(namespace) => Ok(vec![namespace]),
            Err(failure) if failure.is_not_found() => Ok(Vec::new()),
            Err(failure) => Err(failure),
        }
    }
}
