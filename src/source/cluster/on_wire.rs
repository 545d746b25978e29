//! How objects arrive: in which format, and lists item by item.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::model::{ControllerRevision, Event, Namespace, Node, Pod, WorkloadObject};
use crate::source::arrived::Arrived;

use super::body::Unusable;
use super::json_list::JsonList;
use super::protobuf::{self, Field, MEDIA_TYPE, NODE, POD, ProtobufList};

/// An object that is read from lists.
pub(super) trait OnWire: DeserializeOwned {
    /// Its list's kind and its fields in protobuf; `None` where it is read as
    /// JSON, which tells of a template also what isn't known of it.
    const PROTOBUF: Option<Protobuf> = None;

    /// What one that arrives is counted as.
    const ARRIVED: Arrived = Arrived::Other;

    /// What clients of the API accept.
    const ACCEPT: &str = match Self::PROTOBUF {
        Some(_) => "application/vnd.kubernetes.protobuf,application/json",
        None => JSON,
    };
}

/// What only JSON will do for.
pub(super) const JSON: &str = "application/json";

/// What protobuf has of a kind.
pub(super) struct Protobuf {
    list: &'static str,
    fields: &'static [Field],
}

impl OnWire for Node {
    const PROTOBUF: Option<Protobuf> = Some(Protobuf {
        list: "NodeList",
        fields: NODE,
    });
    const ARRIVED: Arrived = Arrived::Node;
}

impl OnWire for Pod {
    const PROTOBUF: Option<Protobuf> = Some(Protobuf {
        list: "PodList",
        fields: POD,
    });
    const ARRIVED: Arrived = Arrived::Pod;
}

impl OnWire for ControllerRevision {}
impl OnWire for Event {}
impl OnWire for Namespace {}
impl OnWire for Value {}
impl<S> OnWire for WorkloadObject<S> where Self: DeserializeOwned {}

/// What a list says of itself.
#[derive(Debug, Default, Deserialize)]
pub(super) struct ListMetadata {
    #[serde(default, rename = "continue")]
    pub next: Option<String>,
    #[serde(default, rename = "resourceVersion")]
    pub resource_version: String,
}

/// Takes the bytes of an item.
pub(super) type TakeItem<'a> = dyn FnMut(&[u8]) -> Result<(), Unusable> + 'a;

/// A list that is arriving.
pub(super) enum List {
    Json(JsonList),
    Protobuf(ProtobufList),
}

impl List {
    /// The list that an answer of this type is. Whatever was asked for, it may be JSON.
    pub(super) fn of<T: OnWire>(content_type: &str) -> Self {
        match T::PROTOBUF {
            Some(protobuf) if is_protobuf(content_type) => {
                Self::Protobuf(ProtobufList::of(protobuf.list))
            }
            _ => Self::Json(JsonList::new()),
        }
    }

    /// What decodes an item, whose number is the second argument.
    pub(super) fn decoder<T: OnWire>(&self) -> fn(&[u8], usize) -> Result<T, Unusable> {
        match (self, T::PROTOBUF) {
            (Self::Protobuf(_), Some(_)) => decode_protobuf,
            _ => |item, number| match serde_json::from_slice(item) {
                Ok(item) => Ok(item),
                Err(_) => decode_json(item, &place(number)),
            },
        }
    }

    /// Takes what is complete of `bytes`, which go on where the last call left
    /// off; the result says how many were done with.
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

    /// Checks that the list has ended when its bytes have, but for `rest`.
    pub(super) fn finish(self, rest: &[u8]) -> Result<ListMetadata, Unusable> {
        match self {
            Self::Json(list) => list.finish(rest),
            Self::Protobuf(list) => list.finish(rest),
        }
    }
}

/// Whether an answer of this `Content-Type` is protobuf.
pub(super) fn is_protobuf(content_type: &str) -> bool {
    let name = content_type.split(';').next().unwrap_or_default();
    name.trim().eq_ignore_ascii_case(MEDIA_TYPE)
}

fn decode_protobuf<T: OnWire>(item: &[u8], number: usize) -> Result<T, Unusable> {
    let fields = T::PROTOBUF.map_or(&[][..], |protobuf| protobuf.fields);
    protobuf::decode(item, fields).map_err(|path| foreign(&place(number), &path))
}

fn place(number: usize) -> String {
    format!("items[{number}]")
}

/// Decodes JSON; `place` is where in the answer it stands, empty for all of it.
pub(super) fn decode_json<T: DeserializeOwned>(bytes: &[u8], place: &str) -> Result<T, Unusable> {
    // The path of a field costs time, so it is looked for only when it is needed.
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
        ("", path) => path.to_owned(),
        (place, ".") => place.to_owned(),
        (place, path) => format!("{place}.{path}"),
    };
    Unusable::Problem(format!("{field} is not what the API has there"))
}
