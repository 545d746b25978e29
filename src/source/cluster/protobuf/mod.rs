//! The API's protobuf, as far as it is read.
//!
//! It is read as a serde format, by tables of the few fields: the conversion of an object exists
//! once for JSON and protobuf, texts are borrowed until they are kept, and fields outside the
//! tables are skipped. The full messages of `k8s-pb` 0.9 took 280 allocations for a node with 50
//! images and 133 for a daemon pod, and 430 KB of program.

mod envelope;
mod list;
mod reader;
mod schema;
mod value;

use serde::de::DeserializeOwned;

pub(super) use envelope::{Status, status};
pub(super) use list::ProtobufList;
pub(super) use schema::{CONTROLLER_REVISION, Field, NODE, POD};

use value::message;

/// The media type, and the beginning of every such response.
pub(super) const MEDIA_TYPE: &str = "application/vnd.kubernetes.protobuf";
const MAGIC: &[u8] = b"k8s\0";

/// Decodes an object of which `fields` are read.
///
/// # Errors
/// The path of the field with an unexpected value; `.` for the object itself.
pub(super) fn decode<T: DeserializeOwned>(
    bytes: &[u8],
    fields: &'static [Field],
) -> Result<T, String> {
    // Finding the path of a field takes time, so it is done only when needed.
    T::deserialize(message(bytes, fields))
        .or_else(|_| serde_path_to_error::deserialize(message(bytes, fields)))
        .map_err(|error: serde_path_to_error::Error<value::Error>| {
            match error.path().to_string().trim_end_matches('?') {
                "" => ".".to_owned(),
                // A field whose number can't be read has no name.
                path => path.trim_end_matches('.').to_owned(),
            }
        })
}
