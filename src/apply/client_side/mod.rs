//! The DaemonSet that `kubectl apply -f` would leave, without asking the server.
//!
//! Client side, as kubectl 0.37.1 applies: the manifest, the last applied configuration and the
//! live object give a strategic merge patch, which the server merges into its object, defaults and
//! stores. Authorisation, admission, webhooks and validation remain the server's.

mod manifest;
mod update;

use serde_json::{Map, Value};

use crate::apply::defaults::{defaulted, kept};
use crate::apply::patch::{PatchError, discard_nulls, strategic_merge, three_way_patch};
use crate::apply::template_change::written_like_stored;
use crate::model::{DaemonSet, DecodeError};

use manifest::{LAST_APPLIED, created, modified};
use update::prepare_for_update;

/// Why the result of an apply can't be computed.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// A field can't be read.
    #[error("{0}")]
    Decode(#[from] DecodeError),
    /// The annotation of what was applied last isn't an object in JSON.
    #[error(
        "the annotation `kubectl.kubernetes.io/last-applied-configuration` of DaemonSet `{0}` can't be read: apply its manifest with --server-side, or take the annotation away"
    )]
    LastApplied(String),
    /// The live object and the manifest can't be merged.
    #[error("the manifest can't be merged into the live object: {0}")]
    Merge(String),
}

impl From<PatchError> for ApplyError {
    fn from(error: PatchError) -> Self {
        Self::Merge(error.to_string())
    }
}

/// The DaemonSet after `kubectl apply -f` of `manifest`, an `apps/v1` DaemonSet as written, where
/// `live` is the server's DaemonSet of that name.
///
/// A live object that was never applied loses nothing; it gets the annotation of the applied
/// configuration. An object that the manifest doesn't change stays as it is.
///
/// # Errors
/// When a field of either object can't be read, or when kubectl or the server
/// couldn't merge them.
pub fn applied(
    live: Option<&DaemonSet>,
    manifest: &Value,
    default_namespace: &str,
) -> Result<DaemonSet, ApplyError> {
    let object = live.map(stored).transpose()?;
    let after = apply(object.as_ref(), manifest, default_namespace)?;
    let after = DaemonSet::from_value(after, default_namespace)?;
    Ok(match live {
        Some(live) => written_like_stored(after, live),
        None => after,
    })
}

/// [`applied`] on the objects' JSON.
///
/// # Errors
/// As [`applied`].
pub fn apply(
    live: Option<&Value>,
    manifest: &Value,
    default_namespace: &str,
) -> Result<Value, ApplyError> {
    let Some(live) = live else {
        let mut sent = created(manifest, default_namespace);
        discard_nulls(&mut sent);
        return Ok(defaulted(&sent)?);
    };
    let live = kept(live)?;
    let current = object(&live);
    let original = last_applied(&live)?;
    let modified = modified(manifest, default_namespace);
    let patch = three_way_patch(&original, &object(&modified), &current)?;
    if patch.is_empty() {
        return Ok(live);
    }
    let merged = strategic_merge(current, patch)?;
    let merged = kept(&Value::Object(merged))?;
    Ok(prepare_for_update(merged, &live)?)
}

/// The live object as the server would print it: with the template as it was read, because the
/// decoded type drops unknown fields.
fn stored(live: &DaemonSet) -> Result<Value, ApplyError> {
    let mut value =
        serde_json::to_value(&live.object).map_err(|error| ApplyError::Merge(error.to_string()))?;
    if let Some(template) = value.pointer_mut("/spec/template") {
        template.clone_from(&live.raw_template);
    }
    Ok(value)
}

/// `GetOriginalConfiguration`: empty for an object that was never applied.
fn last_applied(live: &Value) -> Result<Map<String, Value>, ApplyError> {
    let annotations = live.pointer("/metadata/annotations");
    let Some(Value::String(text)) = annotations.and_then(|a| a.get(LAST_APPLIED)) else {
        return Ok(Map::new());
    };
    if text.is_empty() {
        return Ok(Map::new());
    }
    serde_json::from_str(text).map_err(|_| {
        let name = live.pointer("/metadata/name").and_then(Value::as_str);
        ApplyError::LastApplied(name.unwrap_or_default().to_owned())
    })
}

fn object(value: &Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap_or_default()
}

#[cfg(test)]
mod tests;
