//! Whether a response is what was asked for. A proxy may answer for another server, and a server
//! that isn't an API server may answer any path with a page of its own.

use serde::Deserialize;

use super::body::Unusable;
use super::failure::{STATUS, json_status};
use super::on_wire::decode_json;

/// What the objects of a response must be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Expected {
    /// Their kind, such as `Node`; empty where the response isn't an API object.
    pub kind: &'static str,
    /// The namespace that all of them are in, if one was named.
    pub namespace: Option<String>,
    /// The name, if one was named.
    pub name: Option<String>,
}

/// A name longer than any that the API accepts isn't repeated in full.
const LONGEST_NAME: usize = 253;

/// The beginning of every API object.
#[derive(Deserialize)]
struct Head {
    #[serde(default)]
    kind: Option<String>,
    #[serde(default)]
    metadata: Option<Metadata>,
}

#[derive(Default, Deserialize)]
struct Metadata {
    #[serde(default)]
    namespace: Option<String>,
    #[serde(default)]
    name: Option<String>,
}

impl Expected {
    /// Checks that an object is one of those that were requested.
    ///
    /// # Errors
    /// What is wrong with it, to follow its place in the response.
    pub(super) fn check(&self, namespace: &str, name: &str) -> Result<(), String> {
        if name.is_empty() {
            return Err("has no name".to_owned());
        }
        if self.name.as_deref().is_some_and(|asked| asked != name) {
            return Err(format!("is {}, which wasn't asked for", quoted(name)));
        }
        match self.namespace.as_deref() {
            Some(asked) if asked != namespace => Err(format!(
                "is of namespace {}, and {} was asked for",
                quoted(namespace),
                quoted(asked)
            )),
            _ => Ok(()),
        }
    }

    /// Checks that `body` is the one requested object, in JSON.
    pub(super) fn check_object(&self, body: &[u8]) -> Result<(), Unusable> {
        let metadata = metadata(body, self.kind)?;
        if self.kind.is_empty() {
            return Ok(());
        }
        let namespace = metadata.namespace.unwrap_or_default();
        let name = metadata.name.unwrap_or_default();
        self.check(&namespace, &name)
            .map_err(|problem| Unusable::Problem(format!("it {problem}")))
    }
}

/// Checks that `body` is of this kind, in JSON.
pub(super) fn check_kind(body: &[u8], kind: &str) -> Result<(), Unusable> {
    metadata(body, kind).map(drop)
}

/// The metadata of `body`. Where `kind` is empty it only must not be a refusal.
fn metadata(body: &[u8], kind: &str) -> Result<Metadata, Unusable> {
    let head: Head = decode_json(body, "")?;
    let found = head.kind.unwrap_or_default();
    if found == STATUS {
        let status = json_status(body);
        return Err(status.map_or_else(|| Unusable::other_kind(&found, kind), Unusable::status));
    }
    if !kind.is_empty() && found != kind {
        return Err(Unusable::other_kind(&found, kind));
    }
    Ok(head.metadata.unwrap_or_default())
}

/// Foreign text for a message.
pub(super) fn quoted(name: &str) -> String {
    let name: String = name.chars().take(LONGEST_NAME).collect();
    format!("{name:?}")
}
