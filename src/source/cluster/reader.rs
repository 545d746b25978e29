//! What an unreadable list means for a snapshot.

use std::cell::RefCell;

use serde_json::Value;

use crate::model::{DaemonSet, DecodeError, Incomplete, Pod};
use crate::source::kinds::Need;
use crate::source::needs::Resource;
use crate::source::{ObjectName, SourceError};

use super::failure::Failure;
use super::on_wire::OnWire;
use super::request::Request;
use super::transport::Transport;

/// Reads for one question, and records what couldn't be read.
pub(super) struct QuestionReader<'a> {
    pub transport: &'a Transport,
    /// Whether the question is about claims.
    pub is_about_claims: bool,
    pub incomplete: RefCell<Vec<Incomplete>>,
    pub notes: RefCell<Vec<String>>,
}

impl<'a> QuestionReader<'a> {
    pub(super) const fn new(transport: &'a Transport) -> Self {
        Self {
            transport,
            is_about_claims: false,
            incomplete: RefCell::new(Vec::new()),
            notes: RefCell::new(Vec::new()),
        }
    }

    /// A list; `None` where it may not be read, as defined by [`Self::unless_unread`].
    pub(super) async fn list<T: OnWire>(
        &self,
        resource: Resource,
        request: &Request,
    ) -> Result<Option<Vec<T>>, SourceError> {
        let result = self.transport.list(request).await;
        self.unless_unread("list", resource, result)
    }

    /// The result; `None` where it can't be read and the answer does without it: whether the answer
    /// is then incomplete or has a note depends on the resource.
    pub(super) fn unless_unread<T>(
        &self,
        verb: &str,
        resource: Resource,
        result: Result<T, Failure>,
    ) -> Result<Option<T>, SourceError> {
        let failure = match result {
            Ok(value) => return Ok(Some(value)),
            Err(failure) => failure,
        };
        match (resource.need(), failure.forbidden()) {
            (Need::Verdict, Some(refusal)) => self.incomplete.borrow_mut().push(Incomplete {
                verb: verb.to_owned(),
                resource: resource.plural().to_owned(),
                why: refusal.message.clone(),
            }),
            (Need::Names, Some(_)) => {
                self.note(format!("{}: {}", resource.unread(), failure.message()));
            }
            (Need::BestEffort, _) => return self.best_effort(&resource.unread(), Err(failure)),
            (Need::Verdict | Need::Names, None) => return Err(failure.into()),
        }
        Ok(None)
    }

    /// The result; a failure becomes a note that begins with `what`. Rejected credentials are an
    /// error, because nothing else will work either.
    pub(super) fn best_effort<T>(
        &self,
        what: &str,
        result: Result<T, Failure>,
    ) -> Result<Option<T>, SourceError> {
        match result {
            Ok(value) => Ok(Some(value)),
            Err(failure) if failure.is_unauthorized() => Err(failure.into()),
            Err(failure) => {
                self.note(format!("{what}: {}", failure.message()));
                Ok(None)
            }
        }
    }

    pub(super) fn note(&self, text: String) {
        self.notes.borrow_mut().push(text);
    }

    /// A DaemonSet as it is stored.
    pub(super) async fn daemon_set(
        &self,
        name: &ObjectName,
    ) -> Result<Result<DaemonSet, Failure>, SourceError> {
        let request = Resource::DaemonSets
            .get(Some(&name.namespace), &name.name)
            .map_err(SourceError::Cluster)?;
        match self.transport.get::<Value>(&request).await {
            Ok(value) => decode(value, &name.namespace).map(Ok),
            Err(failure) => Ok(Err(failure)),
        }
    }

    /// A pod by its name.
    pub(super) async fn pod(&self, name: &ObjectName) -> Result<Pod, SourceError> {
        let request = Resource::Pods
            .get(Some(&name.namespace), &name.name)
            .map_err(SourceError::Cluster)?;
        self.transport.get(&request).await.map_err(|failure| {
            if !failure.is_not_found() {
                return failure.into();
            }
            SourceError::NotFound {
                kind: "pod",
                name: name.name.clone(),
                namespace: Some(name.namespace.clone()),
                near: Vec::new(),
                elsewhere: Vec::new(),
                instead: None,
            }
        })
    }
}

/// A DaemonSet from the API's response.
pub(super) fn decode(value: Value, namespace: &str) -> Result<DaemonSet, SourceError> {
    let name = value.pointer("/metadata/name").and_then(Value::as_str);
    let name = name.unwrap_or_default().to_owned();
    DaemonSet::from_value(value, namespace).map_err(|DecodeError { path, .. }| {
        let problem = format!("{path} is not what the API has there");
        SourceError::Cluster(format!(
            "error: daemonset {namespace}/{name} can't be read: {problem}"
        ))
    })
}
