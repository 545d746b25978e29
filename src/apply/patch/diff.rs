//! Making a patch.

use serde_json::Value;

use crate::apply::schema::{Field, Kind};

use super::lists::{ListPatch, diff_lists};
use super::{DELETE_FROM, ORDER, Object, PatchError, RETAIN_KEYS, element, field, same_type};

/// Which half of a three-way patch is computed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// What is added and changed; deletions are left out (`IgnoreDeletions`).
    Changes,
    /// What is deleted, and nothing else (`IgnoreChangesAndAdditions`).
    Deletions,
}

/// `diffMaps`: the patch that yields `modified`, as far as `side` goes.
pub(super) fn diff_maps(
    original: &Object,
    modified: &Object,
    kind: Option<&Kind>,
    side: Side,
    retain_keys: bool,
) -> Result<Object, PatchError> {
    let mut patch = Object::new();
    for (key, value) in modified {
        match original.get(key) {
            Some(before) if same_type(before, value) => {
                diff_field((key, field(kind, key)), before, value, side, &mut patch)?;
            }
            _ if side == Side::Changes => {
                patch.insert(key.clone(), value.clone());
            }
            _ => {}
        }
    }
    let mut missing = original
        .iter()
        .filter(|(key, _)| !modified.contains_key(*key));
    if side == Side::Deletions {
        for (key, _) in missing.clone() {
            patch.insert(key.clone(), Value::Null);
        }
    }
    if retain_keys {
        let kept = modified.iter().filter(|(_, value)| !value.is_null());
        // A map's keys are sorted already.
        let kept: Vec<Value> = kept.map(|(key, _)| Value::from(key.clone())).collect();
        let loses = missing.any(|(_, value)| !value.is_null());
        if !kept.is_empty() && (!patch.is_empty() || loses) {
            patch.insert(RETAIN_KEYS.to_owned(), Value::Array(kept));
        }
    }
    Ok(patch)
}

fn diff_field(
    (key, field): (&str, Option<&'static Field>),
    original: &Value,
    modified: &Value,
    side: Side,
    patch: &mut Object,
) -> Result<(), PatchError> {
    let merge_key = field.and_then(|f| f.merge_key);
    match (original, modified, merge_key) {
        (Value::Object(original), Value::Object(modified), _) => {
            let kind = field.map(|f| &f.kind);
            let inner = diff_maps(original, modified, kind, side, false)?;
            if !inner.is_empty() {
                patch.insert(key.to_owned(), Value::Object(inner));
            }
        }
        (Value::Array(original), Value::Array(modified), Some(merge_key)) => {
            let list = ListPatch {
                merge_key,
                element: element(field),
                retain_keys: field.is_some_and(|f| f.retain_keys),
                side,
            };
            let diff = diff_lists(original, modified, &list)?;
            for (name, items) in [
                (key.to_owned(), diff.patch),
                (format!("{DELETE_FROM}{key}"), diff.deleted),
                (format!("{ORDER}{key}"), diff.order),
            ] {
                if !items.is_empty() {
                    patch.insert(name, Value::Array(items));
                }
            }
        }
        _ if side == Side::Changes && original != modified => {
            patch.insert(key.to_owned(), modified.clone());
        }
        _ => {}
    }
    Ok(())
}
