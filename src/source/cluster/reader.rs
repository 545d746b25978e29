//! What a list that may not be read means for a snapshot.

use std::cell::RefCell;

use serde_json::Value;

use crate::model::{DaemonSet, DecodeError, Incomplete, Pod};
use crate::source::{ObjectName, SourceError};

use super::failure::Failure;
use super::on_wire::OnWire;
use super::request::{Request, Resource};
use super::transport::Transport;

/// Reads for one question, and keeps what could not be read.
pub(super) struct Reader<'a> {
    pub transport: &'a Transport,
    /// Whether it is about claims: ControllerRevisions that a DaemonSet owns and doesn't
    /// select matter too, and the pods of those that it takes over.
    pub all_owned: bool,
    pub incomplete: RefCell<Vec<Incomplete>>,
    pub notes: RefCell<Vec<String>>,
}

impl<'a> Reader<'a> {
    pub(super) const fn new(transport: &'a Transport) -> Self {
        Self {
            transport,
            all_owned: false,
            incomplete: RefCell::new(Vec::new()),
            notes: RefCell::new(Vec::new()),
        }
    }

    /// A list that a verdict needs: without the right to it `None`, and an entry in `incomplete`.
    pub(super) async fn needed<T: OnWire>(
        &self,
        resource: Resource,
        request: &Request,
    ) -> Result<Option<Vec<T>>, SourceError> {
        let result = self.transport.list(request).await;
        self.unless_forbidden("list", resource, result)
    }

    /// The result; when it is a refusal for lack of rights, `None` and an entry in `incomplete`.
    pub(super) fn unless_forbidden<T>(
        &self,
        verb: &str,
        resource: Resource,
        result: Result<T, Failure>,
    ) -> Result<Option<T>, SourceError> {
        match result {
            Ok(value) => Ok(Some(value)),
            Err(failure) => {
                let Some(refusal) = failure.forbidden() else {
                    return Err(failure.into());
                };
                self.incomplete.borrow_mut().push(Incomplete {
                    verb: verb.to_owned(),
                    resource: resource.plural.to_owned(),
                    why: refusal.message.clone(),
                });
                Ok(None)
            }
        }
    }

    /// The result; when it is a refusal for lack of rights, `None` and a note.
    pub(super) fn noted_if_forbidden<T>(
        &self,
        resource: Resource,
        result: Result<T, Failure>,
    ) -> Result<Option<T>, SourceError> {
        match result {
            Ok(value) => Ok(Some(value)),
            Err(failure) if failure.forbidden().is_some() => {
                self.note(format!(
                    "{} can't be listed: {}",
                    resource.plural,
                    failure.message()
                ));
                Ok(None)
            }
            Err(failure) => Err(failure.into()),
        }
    }

    /// Something that only adds colour: what goes wrong with it is a note. An
    /// error are credentials that aren't accepted, for nothing else will work either.
    pub(super) fn colour<T>(
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
        let request = Resource::DAEMON_SETS
            .get(Some(&name.namespace), &name.name)
            .map_err(SourceError::Cluster)?;
        match self.transport.get::<Value>(&request).await {
            Ok(value) => decode(value, &name.namespace).map(Ok),
            Err(failure) => Ok(Err(failure)),
        }
    }

    /// A pod by its name.
    pub(super) async fn pod(&self, name: &ObjectName) -> Result<Pod, SourceError> {
        let request = Resource::PODS
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
                is_node: false,
            }
        })
    }
}

/// A DaemonSet from the API's answer.
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
