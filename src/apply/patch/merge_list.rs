//! Merging lists item by item.

use serde_json::Value;

use crate::apply::schema::Kind;

use super::merge::{Mode, merge_map};
use super::order::{Identity, interleave};
use super::{DIRECTIVE, PatchError, are_maps, key_of};

/// How a list is to be merged.
pub(super) struct ListMerge {
    /// Empty for a list of plain values.
    pub(super) merge_key: &'static str,
    /// What its items are.
    pub(super) element: Option<&'static Kind>,
    /// Whether the patch names values to delete.
    pub(super) is_delete_list: bool,
    pub(super) mode: Mode,
}

/// A list that was merged.
pub(super) struct Merged {
    pub(super) merged: Vec<Value>,
    /// The original as upstream finds it afterwards: it is a slice of an array that was
    /// overwritten, and the order is then read from it.
    pub(super) original_after: Vec<Value>,
}

/// `mergeSlice`.
pub(super) fn merge_list(
    original: Vec<Value>,
    patch: Vec<Value>,
    list: &ListMerge,
) -> Result<Merged, PatchError> {
    match are_maps(original.iter().chain(&patch))? {
        None => Ok(Merged {
            merged: original.clone(),
            original_after: original,
        }),
        Some(false) if list.is_delete_list && list.mode == Mode::Object => {
            let kept = original.iter().filter(|item| !patch.contains(item));
            Ok(Merged {
                merged: kept.cloned().collect(),
                original_after: original,
            })
        }
        Some(false) => {
            let merged = deduplicated(original.iter().chain(&patch).cloned().collect());
            let merged = interleave(merged, &patch, &original, Identity::Itself)?;
            Ok(Merged {
                merged,
                original_after: original,
            })
        }
        Some(true) if list.merge_key.is_empty() => {
            Err(PatchError::NoMergeKey(String::from("name")))
        }
        Some(true) => merge_items(original, patch, list),
    }
}

/// `deduplicateScalars`: the last one takes the place of a repeated one.
fn deduplicated(mut list: Vec<Value>) -> Vec<Value> {
    let mut first = 0;
    while first + 1 < list.len() {
        let mut second = first + 1;
        while second < list.len() {
            if list.get(first) == list.get(second) {
                list.swap_remove(second);
            } else {
                second += 1;
            }
        }
        first += 1;
    }
    list
}

fn merge_items(
    original: Vec<Value>,
    patch: Vec<Value>,
    list: &ListMerge,
) -> Result<Merged, PatchError> {
    let key = list.merge_key;
    let mut slice = Slice::new(original);
    let mut items = Vec::new();
    let mut replaced = false;
    for item in patch {
        match item.get(DIRECTIVE).map(|directive| directive.as_str()) {
            None => items.push(item),
            Some(Some("delete")) => slice.delete(key, key_of(&item, key)?)?,
            Some(Some("replace")) => replaced = true,
            Some(_) => return Err(PatchError::Directive(item.to_string())),
        }
    }
    if replaced {
        let original_after = slice.array;
        let identity = Identity::Key(key);
        // The patch's items take the place of the original, and the patch is then empty.
        let merged = interleave(items.clone(), &[], &items, identity)?;
        return Ok(Merged {
            merged,
            original_after,
        });
    }
    let server_order = slice.items().to_vec();
    for item in &items {
        merge_item(&mut slice, item, list)?;
    }
    for item in slice.items() {
        key_of(item, key)?;
    }
    let identity = Identity::Key(key);
    let merged = interleave(slice.items().to_vec(), &items, &server_order, identity)?;
    Ok(Merged {
        merged,
        original_after: slice.original(),
    })
}

/// Merges an item into the first of its key, or appends it.
fn merge_item(slice: &mut Slice, item: &Value, list: &ListMerge) -> Result<(), PatchError> {
    let wanted = key_of(item, list.merge_key)?;
    let Some(before) = slice.find(list.merge_key, wanted)? else {
        slice.append(item.clone());
        return Ok(());
    };
    let (Value::Object(original), Value::Object(patch)) = (before.take(), item.clone()) else {
        return Err(PatchError::MixedItems);
    };
    *before = Value::Object(merge_map(original, patch, list.element, list.mode)?);
    Ok(())
}

/// A Go slice: a deletion moves the rest of its array forward, and an append then overwrites the
/// end of it.
struct Slice {
    array: Vec<Value>,
    len: usize,
    /// The original length of the slice.
    first_len: usize,
}

impl Slice {
    const fn new(array: Vec<Value>) -> Self {
        let len = array.len();
        Self {
            array,
            len,
            first_len: len,
        }
    }

    fn items(&self) -> &[Value] {
        self.array.get(..self.len).unwrap_or(&self.array)
    }

    /// The original slice over the array as it is now.
    fn original(mut self) -> Vec<Value> {
        self.array.truncate(self.first_len);
        self.array
    }

    /// `findMapInSliceBasedOnKeyValue`.
    fn find(&mut self, key: &str, wanted: &Value) -> Result<Option<&mut Value>, PatchError> {
        let len = self.len;
        let items = self.array.iter_mut().take(len);
        for item in items {
            if !item.is_object() {
                return Err(PatchError::MixedItems);
            }
            if item.get(key) == Some(wanted) {
                return Ok(Some(item));
            }
        }
        Ok(None)
    }

    /// `deleteMatchingEntries`.
    fn delete(&mut self, key: &str, wanted: &Value) -> Result<(), PatchError> {
        while self.find(key, wanted)?.is_some() {
            let items = self.items();
            let at = items.iter().position(|item| item.get(key) == Some(wanted));
            let Some(at) = at else {
                return Ok(());
            };
            let moved = self.items().get(at + 1..).unwrap_or_default().to_vec();
            for (slot, item) in self.array.iter_mut().skip(at).zip(moved) {
                *slot = item;
            }
            self.len -= 1;
        }
        Ok(())
    }

    fn append(&mut self, item: Value) {
        match self.array.get_mut(self.len) {
            Some(slot) => *slot = item,
            None => self.array.push(item),
        }
        self.len += 1;
    }
}
