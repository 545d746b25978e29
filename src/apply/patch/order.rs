//! The order of lists.

use std::cmp::Ordering;

use serde_json::Value;

use super::{DIRECTIVE, PatchError, formatted, key_of};

/// What identifies a list's items: one of their keys, or the item itself.
#[derive(Clone, Copy)]
pub(super) enum Identity<'a> {
    Key(&'a str),
    Itself,
}

impl<'a> Identity<'a> {
    pub(super) const fn new(maps: bool, key: &'a str) -> Self {
        if maps { Self::Key(key) } else { Self::Itself }
    }

    fn of<'v>(&self, item: &'v Value) -> &'v Value {
        match self {
            Self::Key(key) => item.get(key).unwrap_or(&Value::Null),
            Self::Itself => item,
        }
    }

    /// `index`: where an item stands in a list.
    fn index(&self, list: &[Value], item: &Value) -> Option<usize> {
        let wanted = self.of(item);
        list.iter().position(|other| self.of(other) == wanted)
    }

    /// Whether the list has an equal item.
    pub(super) fn is_in(&self, list: &[Value], item: &Value) -> bool {
        self.index(list, item).is_some()
    }
}

/// `normalizeSliceOrder`: by the places in `order`, what is to be deleted last.
pub(super) fn sort_by(
    list: Vec<Value>,
    order: &[Value],
    identity: Identity<'_>,
) -> Result<Vec<Value>, PatchError> {
    let mut deleted = Vec::new();
    let mut kept = list;
    if let Identity::Key(key) = identity {
        for item in kept.iter().chain(order) {
            key_of(item, key)?;
        }
        let is_deleted = |item: &Value| item.get(DIRECTIVE).is_some_and(|d| d == "delete");
        (deleted, kept) = kept.into_iter().partition(is_deleted);
    }
    insertion_sort(&mut kept, |a, b| {
        match (identity.index(order, a), identity.index(order, b)) {
            (Some(a), Some(b)) => a < b,
            _ => true,
        }
    });
    kept.append(&mut deleted);
    Ok(kept)
}

/// By the text of the key, as `sortMapsBasedOnField` does. Its comparison treats equal keys as
/// less, so they change places.
pub(super) fn sort_by_key(list: &[Value], key: &str) -> Vec<Value> {
    let text = |item: &Value| item.get(key).map_or_else(|| "<nil>".to_owned(), formatted);
    let mut sorted = list.to_vec();
    insertion_sort(&mut sorted, |a, b| {
        text(a).cmp(&text(b)) != Ordering::Greater
    });
    sorted
}

/// By the text of the values themselves (`sortScalars`).
pub(super) fn sort_scalars(list: &[Value]) -> Vec<Value> {
    let mut sorted = list.to_vec();
    sorted.sort_by_key(formatted);
    sorted
}

/// Go's sort of short slices. The result of an inconsistent comparison depends on the steps, so
/// they are the same here.
fn insertion_sort(list: &mut [Value], less: impl Fn(&Value, &Value) -> bool) {
    for end in 1..list.len() {
        for at in (1..=end).rev() {
            let swap = match (list.get(at), list.get(at - 1)) {
                (Some(item), Some(before)) => less(item, before),
                _ => false,
            };
            if !swap {
                break;
            }
            list.swap(at, at - 1);
        }
    }
}

/// `normalizeElementOrder`: items of the patch in the patch's order, and between
/// them those that only the server has, in the server's.
pub(super) fn interleave(
    merged: Vec<Value>,
    patch_order: &[Value],
    server_order: &[Value],
    identity: Identity<'_>,
) -> Result<Vec<Value>, PatchError> {
    let (patch, server_only): (Vec<_>, Vec<_>) = merged
        .into_iter()
        .partition(|item| identity.is_in(patch_order, item));
    let patch = sort_by(patch, patch_order, identity)?;
    let server_only = sort_by(server_only, server_order, identity)?;
    let mut left = server_only.into_iter().peekable();
    let mut right = patch.into_iter().peekable();
    let mut all = Vec::new();
    while let (Some(l), Some(r)) = (left.peek(), right.peek()) {
        let places = (
            identity.index(server_order, l),
            identity.index(server_order, r),
        );
        let from_left = matches!(places, (Some(l), Some(r)) if l < r);
        all.extend(if from_left { left.next() } else { right.next() });
    }
    all.extend(left);
    all.extend(right);
    Ok(all)
}
