//! What is kept of an object of the files.

use jiff::Timestamp;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, DeserializeOwned, IgnoredAny, MapAccess};

use super::admission::AdmissionObject;
use super::clock::Clock;
use super::neighbours::Neighbours;
use super::newest::Newest;
use crate::model::{
    ControllerRevision, DaemonSet, Event, LimitRange, Namespace, Node, Pod, Workload, WorkloadKind,
};
use crate::source::SourceError;
use crate::source::document::{Body, Object, ObjectVisitor, decode, shown};
use crate::source::manifest::{is_foreign_group, old_api_version, read_stored};
use crate::source::needs::Resource;

/// What is kept of an object, and where it stands.
pub(super) struct Found {
    pub line: usize,
    pub value: Value,
    /// The newest time that it records; `None` also where another one has one that is as new.
    pub newest: Option<Timestamp>,
}

/// What is kept of an object.
pub(super) enum Value {
    DaemonSet(Box<DaemonSet>),
    Node(Node),
    Pod(Box<Pod>),
    Revision(ControllerRevision),
    Event(Box<NamedEvent>),
    Namespace(Namespace),
    LimitRange(LimitRange),
    Admission(AdmissionObject),
    Neighbour(WorkloadKind, Box<Result<Workload, SourceError>>),
    /// A DaemonSet of this API version, which is another controller's.
    Foreign(String),
    /// Of a kind that no question needs.
    Skipped,
}

/// An event by its own name.
#[derive(PartialEq)]
pub(super) struct NamedEvent {
    pub namespace: String,
    pub name: String,
    pub event: Event,
}

/// Reads objects of the files.
pub(super) struct StoreVisitor {
    pub default_namespace: String,
    /// Where the newest time is asked for.
    pub clock: Option<Clock>,
}

impl ObjectVisitor for StoreVisitor {
    type Output = Result<Found, SourceError>;
    type Decoded = Value;

    fn at_once<'de, A: MapAccess<'de>>(
        &self,
        api_version: &str,
        kind: &str,
        rest: A,
    ) -> Result<Option<Value>, A::Error> {
        let rest = MapAccessDeserializer::new(rest);
        // One without a name is to be told of, and its line.
        let named = |name: &str| !name.is_empty();
        match Resource::of_object(api_version, kind) {
            Some(Resource::Nodes) => {
                let node = Node::deserialize(rest)?;
                Ok(named(&node.name).then_some(Value::Node(node)))
            }
            Some(Resource::Pods) => {
                let pod = Pod::deserialize(rest)?;
                Ok(named(&pod.name).then(|| Value::Pod(Box::new(pod))))
            }
            Some(Resource::ControllerRevisions) => {
                let revision = ControllerRevision::deserialize(rest)?;
                Ok(named(&revision.name).then_some(Value::Revision(revision)))
            }
            // [`StoreVisitor::visit`] has something to say about these.
            Some(_) => Ok(None),
            None if kind == "DaemonSet" || kind.ends_with("List") => Ok(None),
            None => {
                IgnoredAny::deserialize(rest)?;
                Ok(Some(Value::Skipped))
            }
        }
    }

    fn finish(&self, mut value: Value, text: &str, line: usize) -> Self::Output {
        let default = self.default_namespace.as_str();
        match &mut value {
            Value::Pod(pod) if pod.namespace.is_empty() => pod.namespace = default.into(),
            Value::Revision(r) if r.namespace.is_empty() => r.namespace = default.into(),
            Value::Skipped => return Ok(Found::skipped(line)),
            _ => {}
        }
        let newest = self.clock.as_ref().and_then(|c| c.newest(text));
        Ok(Found {
            line,
            value,
            newest,
        })
    }

    fn visit(&self, object: Object<'_>) -> Self::Output {
        let line = object.line;
        let Some(value) = self.value(&object)? else {
            return Ok(Found::skipped(line));
        };
        if let Value::Neighbour(..) | Value::Foreign(_) = &value {
            // They don't count for the clock, which is the same for every question.
            let newest = None;
            return Ok(Found {
                line,
                value,
                newest,
            });
        }
        check_name(&object)?;
        let newest = self.clock.as_ref().and_then(|clock| match &object.body {
            Body::Json(text) => clock.newest(text),
            Body::Block(block) => block.decode::<Newest>()?.0,
            Body::Yaml(spanned) => decode::<Newest>(spanned).ok()?.0.0,
        });
        Ok(Found {
            line,
            value,
            newest,
        })
    }
}

impl StoreVisitor {
    fn namespace(&self, object: &Object<'_>) -> String {
        if object.namespace.is_empty() {
            self.default_namespace.clone()
        } else {
            object.namespace.clone()
        }
    }

    /// Decodes an object; `None` for one of a kind that no question needs.
    fn value(&self, object: &Object<'_>) -> Result<Option<Value>, SourceError> {
        let namespace = || self.namespace(object);
        let Some(resource) = Resource::of_object(&object.api_version, &object.kind) else {
            if object.kind != "DaemonSet" {
                return Ok(None);
            }
            if is_foreign_group(&object.api_version) {
                return Ok(Some(Value::Foreign(object.api_version.clone())));
            }
            return Err(wrong_version(object));
        };
        let value = match resource {
            Resource::DaemonSets => {
                let ds = read_stored(object, &self.default_namespace)?;
                Value::DaemonSet(Box::new(ds))
            }
            Resource::Nodes => Value::Node(read(object)?),
            Resource::Pods => {
                let mut pod = read::<Pod>(object)?;
                pod.namespace = namespace().as_str().into();
                Value::Pod(Box::new(pod))
            }
            Resource::ControllerRevisions => {
                let mut revision = read::<ControllerRevision>(object)?;
                revision.namespace = namespace().into();
                Value::Revision(revision)
            }
            Resource::Events => Value::Event(Box::new(NamedEvent {
                event: read(object)?,
                namespace: namespace(),
                name: object.name.clone(),
            })),
            Resource::Namespaces => Value::Namespace(read(object)?),
            Resource::LimitRanges => {
                let mut limit_range = read::<LimitRange>(object)?;
                limit_range.namespace = namespace().into();
                Value::LimitRange(limit_range)
            }
            Resource::Admission(kind) => {
                Value::Admission(AdmissionObject::read(kind, object, &namespace())?)
            }
            Resource::Workloads(kind) => {
                let workload = Neighbours::read(kind, object, &namespace());
                Value::Neighbour(kind, Box::new(workload))
            }
        };
        Ok(Some(value))
    }
}

impl Found {
    const fn skipped(line: usize) -> Self {
        Self {
            line,
            value: Value::Skipped,
            newest: None,
        }
    }
}

/// An object without a name is no object of the API.
pub(super) fn check_name(object: &Object<'_>) -> Result<(), SourceError> {
    if !object.name.is_empty() {
        return Ok(());
    }
    let problem = format!("this {} has no `metadata.name`", object.kind);
    Err(object.error(object.line, &problem))
}

/// Decodes an object into the slim type `T`.
pub(super) fn read<T: DeserializeOwned>(object: &Object<'_>) -> Result<T, SourceError> {
    if let Body::Json(text) = &object.body
        && let Ok(value) = serde_json::from_str(text)
    {
        return Ok(value);
    }
    if let Body::Block(block) = &object.body
        && let Some(value) = block.decode()
    {
        return Ok(value);
    }
    // What is refused so is decoded again with lines: for the error, or
    // for a null where Go takes the zero value.
    let spanned = object.spanned()?;
    match decode::<T>(&spanned) {
        Ok((value, _)) => Ok(value),
        Err(failure) => Err(object.error(failure.line, &failure.problem)),
    }
}

/// A DaemonSet of Kubernetes, of a version that has none, or none any more.
fn wrong_version(object: &Object<'_>) -> SourceError {
    let version = shown(&object.api_version);
    let problem = if old_api_version(&version) {
        format!(
            "this DaemonSet is of `{version}`, which Kubernetes 1.16 removed: convert it to `apps/v1` (`kubectl get ds -o yaml` prints that, and `kubectl convert` makes it)"
        )
    } else if version.is_empty() {
        "this DaemonSet has no `apiVersion`: write `apiVersion: apps/v1`".to_owned()
    } else {
        format!(
            "this DaemonSet is of `{version}`, which has none: `kubectl get ds -o yaml` prints `apps/v1`"
        )
    };
    let line = object
        .spanned()
        .map_or(object.line, |m| m.line_of("apiVersion"));
    object.error(line, &problem)
}
