//! The API's envelope around an object: `runtime.Unknown` (apimachinery 0.37.1).

use serde::Deserialize;

use super::MAGIC;
use super::reader::{Fields, Malformed, Value};
use super::schema::STATUS;
use super::value::message;

/// Numbers of the fields of `Unknown`.
pub(super) const TYPE_META: u32 = 1;
pub(super) const RAW: u32 = 2;
pub(super) const CONTENT_ENCODING: u32 = 3;

/// The number of the kind in `TypeMeta`.
const KIND: u32 = 2;

/// The kind in a `TypeMeta`.
pub(super) fn kind(type_meta: &[u8]) -> Result<&[u8], Malformed> {
    Fields(type_meta).bytes_of(KIND)
}

/// The fields of a `Status` that are read.
#[derive(Debug, Deserialize, PartialEq, Eq)]
pub(in crate::source::cluster) struct Status {
    status: Option<String>,
    pub(in crate::source::cluster) message: Option<String>,
    pub(in crate::source::cluster) reason: Option<String>,
    pub(in crate::source::cluster) code: Option<i64>,
}

impl Status {
    pub(in crate::source::cluster) fn is_success(&self) -> bool {
        self.status.as_deref() == Some("Success")
    }
}

/// The `Status` in a body; `None` when it isn't one.
pub(in crate::source::cluster) fn status(body: &[u8]) -> Option<Status> {
    let mut fields = Fields(body.strip_prefix(MAGIC)?);
    let (mut is_status, mut raw) = (false, None);
    while let Some((number, value)) = fields.next().ok()? {
        match (number, value) {
            (TYPE_META, Value::Bytes(meta)) => is_status = kind(meta).ok()? == b"Status",
            (RAW, Value::Bytes(bytes)) => raw = Some(bytes),
            (CONTENT_ENCODING, value) if value != Value::Bytes(b"") => return None,
            _ => {}
        }
    }
    decode_status(raw.filter(|_| is_status)?)
}

/// The `Status` of a message.
pub(super) fn decode_status(raw: &[u8]) -> Option<Status> {
    Status::deserialize(message(raw, STATUS)).ok()
}
