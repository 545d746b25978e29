//! Strategic merge patches as `k8s.io/apimachinery/pkg/util/strategicpatch` (0.37.1)
//! makes and applies them.
//!
//! Making and applying the patch are two steps, as in client and server, instead of one merge: the
//! result for lists whose items moved, were added by somebody else or were deleted depends on the
//! order in the patch.

mod diff;
mod lists;
mod merge;
mod merge_list;
mod order;

use serde_json::{Map, Value};

use crate::apply::schema::{DAEMON_SET, Field, Kind};

use diff::{Side, diff_maps};
use merge::{Mode, merge_map};

pub(in crate::apply) use merge::discard_nulls;

pub(super) type Object = Map<String, Value>;

/// Why two objects can't be merged, as far as upstream reports it too.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum PatchError {
    /// An item of a list that is merged by a key lacks the key.
    #[error("an item has no `{0}`, by which the list is merged")]
    NoMergeKey(String),
    /// Texts beside maps, or the like.
    #[error("the items of a list are not all of one kind")]
    MixedItems,
    /// A list in a list.
    #[error("a list of lists can't be merged")]
    ListOfLists,
    /// The patch contradicts itself.
    #[error("the order of `{0}` can't be kept")]
    Order(String),
    /// `$patch` with another value than replace and delete.
    #[error("`$patch: {0}` is no directive")]
    Directive(String),
    /// The fields that a patch names differ from those that it holds.
    #[error("`$retainKeys` doesn't name the fields of the patch")]
    RetainKeys,
}

const DIRECTIVE: &str = "$patch";
const RETAIN_KEYS: &str = "$retainKeys";
const DELETE_FROM: &str = "$deleteFromPrimitiveList/";
const ORDER: &str = "$setElementOrder/";

/// `CreateThreeWayMergePatch` of a DaemonSet: it brings `current` to `modified` without touching
/// other fields, and removes what `original` had.
pub(super) fn three_way_patch(
    original: &Object,
    modified: &Object,
    current: &Object,
) -> Result<Object, PatchError> {
    let schema = Some(&DAEMON_SET);
    let delta = diff_maps(current, modified, schema, Side::Changes, false)?;
    let deletions = diff_maps(original, modified, schema, Side::Deletions, false)?;
    merge_map(deletions, delta, schema, Mode::Patches)
}

/// `StrategicMergeMapPatch` of a DaemonSet.
pub(super) fn strategic_merge(original: Object, patch: Object) -> Result<Object, PatchError> {
    merge_map(original, patch, Some(&DAEMON_SET), Mode::Object)
}

/// The field of that name, where the kind is known.
fn field(kind: Option<&Kind>, name: &str) -> Option<&'static Field> {
    kind.and_then(|kind| kind.field(name))
}

/// The item type of a list in this field.
fn element(field: Option<&'static Field>) -> Option<&'static Kind> {
    field.and_then(|field| field.kind.element())
}

/// `reflect.TypeOf`: whether two values are of one type as Go decodes them.
fn same_type(a: &Value, b: &Value) -> bool {
    let tag = |value: &Value| match value {
        Value::Null => 0,
        Value::Bool(_) => 1,
        Value::Number(number) if number.is_f64() => 2,
        Value::Number(_) => 3,
        Value::String(_) => 4,
        Value::Array(_) => 5,
        Value::Object(_) => 6,
    };
    tag(a) == tag(b)
}

/// `sliceElementType` of all items: whether they are maps. `None` without items.
fn are_maps<'a>(mut items: impl Iterator<Item = &'a Value>) -> Result<Option<bool>, PatchError> {
    let Some(first) = items.next() else {
        return Ok(None);
    };
    if first.is_array() {
        return Err(PatchError::ListOfLists);
    }
    if items.all(|item| same_type(first, item)) {
        Ok(Some(first.is_object()))
    } else {
        Err(PatchError::MixedItems)
    }
}

/// The value of the merge key, which each item must have.
fn key_of<'a>(item: &'a Value, key: &str) -> Result<&'a Value, PatchError> {
    item.get(key)
        .ok_or_else(|| PatchError::NoMergeKey(key.to_owned()))
}

/// The value as `%v` formats it, by which upstream sorts.
fn formatted(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => "<nil>".to_owned(),
        other => other.to_string(),
    }
}
