//! Applying a patch, to an object or to another patch.

use serde_json::Value;

use crate::apply::schema::Kind;

use super::merge_list::{ListMerge, merge_list};
use super::order::{Identity, interleave};
use super::{
    DELETE_FROM, DIRECTIVE, ORDER, Object, PatchError, RETAIN_KEYS, are_maps, element, field,
    key_of, same_type,
};

/// What a patch is merged into.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// Another patch: directives and nulls are kept for the server.
    Patches,
    /// An object: directives are carried out (`MergeParallelList`, `IgnoreUnmatchedNulls`).
    Object,
}

/// `mergeMap`.
pub(super) fn merge_map(
    mut original: Object,
    mut patch: Object,
    kind: Option<&Kind>,
    mode: Mode,
) -> Result<Object, PatchError> {
    if let Some(directive) = patch.remove(DIRECTIVE) {
        return match directive.as_str() {
            Some("replace") => Ok(patch),
            Some("delete") => Ok(Object::new()),
            _ => Err(PatchError::Directive(directive.to_string())),
        };
    }
    apply_retain_keys(&mut original, &mut patch, mode)?;
    merge_ordered_lists(&mut original, &mut patch, kind, mode)?;
    for (key, value) in patch {
        let deleted_from = key.strip_prefix(DELETE_FROM);
        match deleted_from {
            Some(_) if mode == Mode::Patches => {
                original.insert(key, value);
            }
            Some(list) => merge_field(&mut original, (list, true), value, kind, mode)?,
            None => merge_field(&mut original, (&key, false), value, kind, mode)?,
        }
    }
    Ok(original)
}

fn merge_field(
    original: &mut Object,
    (key, is_delete_list): (&str, bool),
    mut value: Value,
    kind: Option<&Kind>,
    mode: Mode,
) -> Result<(), PatchError> {
    if value.is_null() {
        original.remove(key);
        if mode == Mode::Object {
            return Ok(());
        }
    }
    let field = field(kind, key);
    let before = match original.remove(key) {
        Some(before) if same_type(&before, &value) => before,
        other => {
            if is_delete_list {
                original.extend(other.map(|other| (key.to_owned(), other)));
                return Ok(());
            }
            if mode == Mode::Object {
                discard_nulls(&mut value);
            }
            let kept = without_directives(value);
            original.extend(kept.map(|kept| (key.to_owned(), kept)));
            return Ok(());
        }
    };
    let merged = match (before, value) {
        (Value::Object(before), Value::Object(value)) => {
            Value::Object(merge_map(before, value, field.map(|f| &f.kind), mode)?)
        }
        (Value::Array(before), Value::Array(value)) => match field.and_then(|f| f.merge_key) {
            None if !is_delete_list => Value::Array(value),
            merge_key => {
                let list = ListMerge {
                    merge_key: merge_key.unwrap_or_default(),
                    element: element(field),
                    is_delete_list,
                    mode,
                };
                Value::Array(merge_list(before, value, &list)?.merged)
            }
        },
        (_, value) => value,
    };
    original.insert(key.to_owned(), merged);
    Ok(())
}

/// `applyRetainKeysDirective`.
fn apply_retain_keys(
    original: &mut Object,
    patch: &mut Object,
    mode: Mode,
) -> Result<(), PatchError> {
    let Some(retained) = patch.remove(RETAIN_KEYS) else {
        return Ok(());
    };
    if mode == Mode::Patches {
        let before = original
            .entry(RETAIN_KEYS)
            .or_insert_with(|| retained.clone());
        return if *before == retained {
            Ok(())
        } else {
            Err(PatchError::RetainKeys)
        };
    }
    let names = retained.as_array().ok_or(PatchError::RetainKeys)?;
    let is_named = |key: &str| names.iter().any(|name| name == key);
    let all_named = patch.iter().all(|(key, value)| {
        let directive = key.starts_with(DELETE_FROM) || key.starts_with(ORDER);
        value.is_null() || directive || is_named(key)
    });
    if !all_named {
        return Err(PatchError::RetainKeys);
    }
    original.retain(|key, _| is_named(key));
    Ok(())
}

/// `mergePatchIntoOriginal`: lists for which the patch sets the order.
fn merge_ordered_lists(
    original: &mut Object,
    patch: &mut Object,
    kind: Option<&Kind>,
    mode: Mode,
) -> Result<(), PatchError> {
    let directives = patch.keys().filter(|key| key.starts_with(ORDER));
    let directives: Vec<String> = directives.cloned().collect();
    for directive in directives {
        let Some(order) = patch.remove(&directive) else {
            continue;
        };
        let key = directive.strip_prefix(ORDER).unwrap_or_default();
        if mode == Mode::Patches {
            let before = original
                .entry(directive.clone())
                .or_insert_with(|| order.clone());
            if *before != order {
                return Err(PatchError::Order(key.to_owned()));
            }
        }
        let Value::Array(order) = order else {
            return Err(PatchError::Order(key.to_owned()));
        };
        let lists = (list(original, key)?, list(patch, key)?);
        if let Some(merged) = merge_ordered(lists, &order, (key, kind), mode)? {
            original.insert(key.to_owned(), Value::Array(merged));
            patch.remove(key);
        }
    }
    Ok(())
}

/// The list in a field.
fn list(of: &Object, key: &str) -> Result<Option<Vec<Value>>, PatchError> {
    match of.get(key) {
        None => Ok(None),
        Some(Value::Array(list)) => Ok(Some(list.clone())),
        Some(_) => Err(PatchError::MixedItems),
    }
}

fn merge_ordered(
    (original, patch): (Option<Vec<Value>>, Option<Vec<Value>>),
    order: &[Value],
    (key, kind): (&str, Option<&Kind>),
    mode: Mode,
) -> Result<Option<Vec<Value>>, PatchError> {
    let field = field(kind, key);
    let merge_key = field.and_then(|f| f.merge_key).unwrap_or_default();
    check_order(
        patch.as_deref().unwrap_or_default(),
        order,
        (key, merge_key),
    )?;
    let both = original.iter().flatten().chain(patch.iter().flatten());
    let maps = are_maps(both)?;
    let (merged, server_order) = match (original, patch) {
        (None, None) => return Ok(None),
        (Some(original), None) => (original.clone(), original),
        (None, Some(patch)) => {
            let kept = patch.into_iter().filter_map(without_directives);
            (kept.collect(), Vec::new())
        }
        (Some(original), Some(patch)) => {
            let list = ListMerge {
                merge_key,
                element: element(field),
                is_delete_list: false,
                mode,
            };
            let list = merge_list(original, patch, &list)?;
            (list.merged, list.original_after)
        }
    };
    // Upstream can't determine the item type of an empty list, and refuses.
    let maps = maps.ok_or(PatchError::MixedItems)?;
    let identity = Identity::new(maps, merge_key);
    if let Identity::Key(key) = identity {
        for item in &merged {
            key_of(item, key)?;
        }
    }
    interleave(merged, order, &server_order, identity).map(Some)
}

/// `validatePatchWithSetOrderList`: the patch's items come in the order that it sets.
fn check_order(
    patch: &[Value],
    order: &[Value],
    (key, merge_key): (&str, &str),
) -> Result<(), PatchError> {
    if patch.is_empty() || order.is_empty() {
        return Ok(());
    }
    let marked = |item: &&Value| merge_key.is_empty() || item.get(DIRECTIVE).is_none();
    let mut places = order.iter();
    for item in patch.iter().filter(marked) {
        let identity = |value| {
            if merge_key.is_empty() {
                Ok(value)
            } else {
                key_of(value, merge_key)
            }
        };
        let wanted = identity(item)?;
        let found = places.any(|place| identity(place).is_ok_and(|place| place == wanted));
        if !found {
            return Err(PatchError::Order(key.to_owned()));
        }
    }
    Ok(())
}

/// `removeDirectives`: `None` for a map that is a directive itself.
pub(super) fn without_directives(value: Value) -> Option<Value> {
    match value {
        Value::Object(map) if map.contains_key(DIRECTIVE) => None,
        Value::Object(map) => {
            let kept = map.into_iter();
            let kept = kept.filter_map(|(key, value)| Some((key, without_directives(value)?)));
            Some(Value::Object(kept.collect()))
        }
        Value::Array(list) => {
            let kept = list.into_iter().filter_map(without_directives);
            Some(Value::Array(kept.collect()))
        }
        other => Some(other),
    }
}

/// Removes every null: `discardNullValuesFromPatch`, and `pruneNullsFromMap` of kubectl's create.
pub(in crate::apply) fn discard_nulls(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.retain(|_, value| !value.is_null());
            map.values_mut().for_each(discard_nulls);
        }
        Value::Array(list) => list.iter_mut().for_each(discard_nulls),
        _ => {}
    }
}
