//! The encoding of responses, and lists item by item.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::model::{
    ControllerRevision, Event, LimitRange, Namespace, Node, PartialObjectMetadata, Pod,
    PriorityClass, ResourceQuota, Service, WebhookConfiguration, WorkloadObject,
};
use crate::source::arrived::CountedAs;

use super::body::Unusable;
use super::expected::Expected;
use super::json_list::JsonList;
use super::names::{METADATA, METADATA_LIST};
use super::protobuf::{self, CONTROLLER_REVISION, Field, MEDIA_TYPE, NODE, POD, ProtobufList};

/// An object that is read from lists.
pub(super) trait OnWire: DeserializeOwned {
    /// Its fields in protobuf; `None` where it is read as JSON, which preserves unknown fields of a
    /// template.
    const PROTOBUF: Option<&'static [Field]> = None;

    /// What it is counted as on arrival.
    const ARRIVED: CountedAs = CountedAs::Other;

    /// What clients of the API accept.
    const ACCEPT: &str = match Self::PROTOBUF {
        Some(_) => "application/vnd.kubernetes.protobuf,application/json",
        None => JSON,
    };

    /// The kind of a list of what was asked for.
    fn list_kind(asked: &Expected) -> String {
        format!("{}List", asked.kind)
    }

    /// `metadata.namespace`, empty where it has none.
    fn namespace(&self) -> &str;

    /// `metadata.name`.
    fn name(&self) -> &str;
}

/// What is only available in JSON.
pub(super) const JSON: &str = "application/json";

impl OnWire for Node {
    const PROTOBUF: Option<&'static [Field]> = Some(NODE);
    const ARRIVED: CountedAs = CountedAs::Node;

    fn namespace(&self) -> &str {
        ""
    }

    fn name(&self) -> &str {
        &self.name
    }
}

impl OnWire for Pod {
    const PROTOBUF: Option<&'static [Field]> = Some(POD);
    const ARRIVED: CountedAs = CountedAs::Pod;

    fn namespace(&self) -> &str {
        &self.namespace
    }

    fn name(&self) -> &str {
        &self.name
    }
}

/// JSON would hide the bytes in which its data is stored, which the controller compares.
impl OnWire for ControllerRevision {
    const PROTOBUF: Option<&'static [Field]> = Some(CONTROLLER_REVISION);

    fn namespace(&self) -> &str {
        &self.namespace
    }

    fn name(&self) -> &str {
        &self.name
    }
}

impl OnWire for Namespace {
    fn namespace(&self) -> &str {
        ""
    }

    fn name(&self) -> &str {
        &self.name
    }
}

impl OnWire for LimitRange {
    fn namespace(&self) -> &str {
        &self.namespace
    }

    fn name(&self) -> &str {
        &self.name
    }
}

impl OnWire for ResourceQuota {
    fn namespace(&self) -> &str {
        &self.namespace
    }

    fn name(&self) -> &str {
        &self.name
    }
}

impl OnWire for Service {
    fn namespace(&self) -> &str {
        &self.namespace
    }

    fn name(&self) -> &str {
        &self.name
    }
}

impl OnWire for WebhookConfiguration {
    fn namespace(&self) -> &str {
        ""
    }

    fn name(&self) -> &str {
        &self.name
    }
}

impl OnWire for PriorityClass {
    fn namespace(&self) -> &str {
        ""
    }

    fn name(&self) -> &str {
        &self.metadata.name
    }
}

impl OnWire for PartialObjectMetadata {
    const ACCEPT: &str = METADATA;

    fn list_kind(_: &Expected) -> String {
        METADATA_LIST.to_owned()
    }

    fn namespace(&self) -> &str {
        &self.namespace
    }

    fn name(&self) -> &str {
        &self.name
    }
}

/// A DaemonSet is decoded from the whole object, because its template is kept as it was read.
impl OnWire for Value {
    fn namespace(&self) -> &str {
        text_at(self, "/metadata/namespace")
    }

    fn name(&self) -> &str {
        text_at(self, "/metadata/name")
    }
}

fn text_at<'v>(value: &'v Value, path: &str) -> &'v str {
    let text = value.pointer(path).and_then(Value::as_str);
    text.unwrap_or_default()
}

impl<S> OnWire for WorkloadObject<S>
where
    Self: DeserializeOwned,
{
    fn namespace(&self) -> &str {
        self.namespace()
    }

    fn name(&self) -> &str {
        self.name()
    }
}

/// An event with its own name; an [`Event`] has the name of its object.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(try_from = "Value")]
pub(super) struct NamedEvent {
    namespace: Box<str>,
    name: Box<str>,
    pub event: Event,
}

impl TryFrom<Value> for NamedEvent {
    type Error = serde_json::Error;

    fn try_from(value: Value) -> Result<Self, Self::Error> {
        Ok(Self {
            namespace: value.namespace().into(),
            name: value.name().into(),
            event: serde_json::from_value(value)?,
        })
    }
}

impl OnWire for NamedEvent {
    fn namespace(&self) -> &str {
        &self.namespace
    }

    fn name(&self) -> &str {
        &self.name
    }
}

/// What a list says of itself.
#[derive(Debug, Default, Deserialize)]
pub(super) struct ListMetadata {
    #[serde(default, rename = "continue")]
    pub next: Option<String>,
    #[serde(default, rename = "resourceVersion")]
    pub resource_version: String,
    /// How many objects it leaves out, where the server counts them.
    #[serde(default, rename = "remainingItemCount")]
    pub remaining: Option<i64>,
}

/// Takes the bytes of an item.
pub(super) type TakeItem<'a> = dyn FnMut(&[u8]) -> Result<(), Unusable> + 'a;

/// A list that is arriving.
pub(super) enum List {
    Json(JsonList),
    Protobuf(ProtobufList),
}

impl List {
    /// The list in a response of this type, which may be JSON whatever was requested.
    pub(super) fn of<T: OnWire>(content_type: &str, asked: &Expected) -> Self {
        let kind = T::list_kind(asked);
        if T::PROTOBUF.is_some() && is_protobuf(content_type) {
            return Self::Protobuf(ProtobufList::of(kind));
        }
        Self::Json(JsonList::of(kind))
    }

    /// The decoder of an item, whose number is the second argument.
    pub(super) fn decoder<T: OnWire>(&self) -> fn(&[u8], usize) -> Result<T, Unusable> {
        match (self, T::PROTOBUF) {
            (Self::Protobuf(_), Some(_)) => decode_protobuf,
            _ => |item, number| match serde_json::from_slice(item) {
                Ok(item) => Ok(item),
                Err(_) => decode_json(item, &place(number)),
            },
        }
    }

    /// Takes the complete part of `bytes`, which continue where the last call stopped; returns how
    /// many were consumed.
    pub(super) fn advance(
        &mut self,
        bytes: &[u8],
        take: &mut TakeItem<'_>,
    ) -> Result<usize, Unusable> {
        match self {
            Self::Json(list) => list.advance(bytes, take),
            Self::Protobuf(list) => list.advance(bytes, take),
        }
    }

    /// Checks that the list has ended when its bytes have, except for `rest`.
    pub(super) fn finish(self, rest: &[u8]) -> Result<ListMetadata, Unusable> {
        match self {
            Self::Json(list) => list.finish(rest),
            Self::Protobuf(list) => list.finish(rest),
        }
    }
}

/// Whether a response with this `Content-Type` is protobuf.
pub(super) fn is_protobuf(content_type: &str) -> bool {
    let name = content_type.split(';').next().unwrap_or_default();
    name.trim().eq_ignore_ascii_case(MEDIA_TYPE)
}

fn decode_protobuf<T: OnWire>(item: &[u8], number: usize) -> Result<T, Unusable> {
    let fields = T::PROTOBUF.unwrap_or_default();
    protobuf::decode(item, fields).map_err(|path| foreign(&place(number), &path))
}

/// The place of an item in a response.
pub(super) fn place(number: usize) -> String {
    format!("items[{number}]")
}

/// Decodes JSON; `place` is its place in the response, empty for all of it.
pub(super) fn decode_json<T: DeserializeOwned>(bytes: &[u8], place: &str) -> Result<T, Unusable> {
    // Finding the path of a field takes time, so it is done only when needed.
    serde_json::from_slice(bytes).or_else(|_| {
        let mut decoder = serde_json::Deserializer::from_slice(bytes);
        serde_path_to_error::deserialize(&mut decoder).map_err(|error| {
            let inner: &serde_json::Error = error.inner();
            if inner.is_eof() {
                Unusable::problem(ENDS_EARLY)
            } else if inner.is_syntax() {
                Unusable::problem(NOT_JSON)
            } else {
                foreign(place, &error.path().to_string())
            }
        })
    })
}

/// Said of an answer that ends as if it were whole.
pub(super) const ENDS_EARLY: &str = "it ends in the middle";

/// Said of an answer that isn't even JSON.
pub(super) const NOT_JSON: &str = "it is not JSON; is this a Kubernetes API server?";

/// A field of another type than the API's.
fn foreign(place: &str, path: &str) -> Unusable {
    let field = match (place, path) {
        ("", ".") => "it".to_owned(),
        ("", path) => path.to_owned(),
        (place, ".") => place.to_owned(),
        (place, path) => format!("{place}.{path}"),
    };
    Unusable::Problem(format!("{field} is not what the API has there"))
}
