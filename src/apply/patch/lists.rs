//! The part of a patch for a list that is merged.

use std::cmp::Ordering;

use serde_json::{Map, Value, json};

use crate::apply::schema::Kind;

use super::diff::{Side, diff_maps};
use super::order::{Identity, sort_by, sort_by_key, sort_scalars};
use super::{DIRECTIVE, PatchError, are_maps, formatted, key_of};

/// How a list is to be compared.
pub(super) struct ListPatch {
    /// Empty for a list of plain values.
    pub(super) merge_key: &'static str,
    /// What its items are.
    pub(super) element: Option<&'static Kind>,
    pub(super) retain_keys: bool,
    pub(super) side: Side,
}

/// The three parts of a list's patch.
#[derive(Default)]
pub(super) struct ListDiff {
    /// Items that are added or changed, and directives that delete some.
    pub(super) patch: Vec<Value>,
    /// Plain values to be deleted.
    pub(super) deleted: Vec<Value>,
    /// The order of the modified list.
    pub(super) order: Vec<Value>,
}

/// `diffLists`.
pub(super) fn diff_lists(
    original: &[Value],
    modified: &[Value],
    list: &ListPatch,
) -> Result<ListDiff, PatchError> {
    if original.is_empty() {
        let patch = match list.side {
            Side::Changes => modified.to_vec(),
            Side::Deletions => Vec::new(),
        };
        return Ok(ListDiff {
            patch,
            ..ListDiff::default()
        });
    }
    if are_maps(original.iter().chain(modified))? == Some(true) {
        diff_maps_in_list(original, modified, list)
    } else {
        diff_scalars(original, modified, list.side)
    }
}

fn diff_maps_in_list(
    original: &[Value],
    modified: &[Value],
    list: &ListPatch,
) -> Result<ListDiff, PatchError> {
    let (patch, mut deletions) = diff_items(original, modified, list)?;
    let mut patch = sort_by(patch, modified, Identity::Key(list.merge_key))?;
    let order_same = is_order_same(original, modified, list.merge_key)?;
    patch.append(&mut deletions);
    let ordered = !patch.is_empty() || list.side == Side::Changes && !order_same;
    let mut order = Vec::new();
    if ordered {
        for item in modified {
            let mut name = Map::new();
            let key = key_of(item, list.merge_key)?.clone();
            name.insert(list.merge_key.to_owned(), key);
            order.push(Value::Object(name));
        }
    }
    Ok(ListDiff {
        patch,
        deleted: Vec::new(),
        order,
    })
}

/// `diffListsOfMaps`: walks both lists, sorted by the key.
fn diff_items(
    original: &[Value],
    modified: &[Value],
    list: &ListPatch,
) -> Result<(Vec<Value>, Vec<Value>), PatchError> {
    let key = list.merge_key;
    let (before, after) = (sort_by_key(original, key), sort_by_key(modified, key));
    let (mut before, mut after) = (before.iter().peekable(), after.iter().peekable());
    let (mut patch, mut deletions) = (Vec::new(), Vec::new());
    loop {
        let order = match (before.peek(), after.peek()) {
            (None, None) => return Ok((patch, deletions)),
            (Some(b), Some(a)) => formatted(key_of(b, key)?).cmp(&formatted(key_of(a, key)?)),
            (Some(b), None) => {
                key_of(b, key)?;
                Ordering::Less
            }
            (None, Some(a)) => {
                key_of(a, key)?;
                Ordering::Greater
            }
        };
        let b = before.next_if(|_| order != Ordering::Greater);
        let a = after.next_if(|_| order != Ordering::Less);
        match (b, a) {
            (Some(b), Some(a)) => patch.extend(diff_item(b, a, list)?),
            (None, Some(a)) if list.side == Side::Changes => patch.push(a.clone()),
            (Some(b), None) if list.side == Side::Deletions => {
                let mut directive = json!({DIRECTIVE: "delete"});
                if let Some(directive) = directive.as_object_mut() {
                    directive.insert(key.to_owned(), key_of(b, key)?.clone());
                }
                deletions.push(directive);
            }
            _ => {}
        }
    }
}

/// The patch of one item, with its key; `None` where nothing has to be done.
fn diff_item(
    original: &Value,
    modified: &Value,
    list: &ListPatch,
) -> Result<Option<Value>, PatchError> {
    let (Some(before), Some(after)) = (original.as_object(), modified.as_object()) else {
        return Err(PatchError::MixedItems);
    };
    let mut patch = diff_maps(before, after, list.element, list.side, list.retain_keys)?;
    if patch.is_empty() {
        return Ok(None);
    }
    let key = key_of(modified, list.merge_key)?.clone();
    patch.insert(list.merge_key.to_owned(), key);
    Ok(Some(Value::Object(patch)))
}

fn is_order_same(original: &[Value], modified: &[Value], key: &str) -> Result<bool, PatchError> {
    if original.len() != modified.len() {
        return Ok(false);
    }
    for (a, b) in original.iter().zip(modified) {
        if key_of(a, key)? != key_of(b, key)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// `diffListsOfScalars`, and the order that `diffLists` adds. Upstream sorts the original in place
/// and compares it afterwards: an unsorted list counts as moved.
fn diff_scalars(
    original: &[Value],
    modified: &[Value],
    side: Side,
) -> Result<ListDiff, PatchError> {
    let (before, after) = (sort_scalars(original), sort_scalars(modified));
    let (mut old, mut new) = (before.iter().peekable(), after.iter().peekable());
    let (mut added, mut deleted) = (Vec::new(), Vec::<Value>::new());
    loop {
        let order = match (old.peek(), new.peek()) {
            (None, None) => break,
            (Some(o), Some(n)) => formatted(o).cmp(&formatted(n)),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
        };
        let o = old.next_if(|_| order != Ordering::Greater);
        let n = new.next_if(|_| order != Ordering::Less);
        match (o, n) {
            (None, Some(n)) if side == Side::Changes => added.push(n.clone()),
            (Some(o), None) if side == Side::Deletions && !deleted.contains(o) => {
                deleted.push(o.clone());
            }
            _ => {}
        }
    }
    let patch = sort_by(added, modified, Identity::Itself)?;
    let ordered = match side {
        Side::Changes => before != modified,
        Side::Deletions => !deleted.is_empty(),
    };
    let order = if ordered {
        modified.to_vec()
    } else {
        Vec::new()
    };
    Ok(ListDiff {
        patch,
        deleted,
        order,
    })
}
