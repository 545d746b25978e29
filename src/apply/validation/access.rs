//! Steps into JSON objects in their canonical form.

use serde_json::{Map, Value};

pub(super) type Object = Map<String, Value>;

/// The text in a field, empty where there is none.
pub(super) fn text<'a>(of: &'a Object, field: &str) -> &'a str {
    of.get(field).and_then(Value::as_str).unwrap_or_default()
}

/// The whole number in a field.
pub(super) fn number(of: &Object, field: &str) -> Option<i64> {
    of.get(field).and_then(Value::as_i64)
}

/// The boolean in a field.
pub(super) fn flag(of: &Object, field: &str) -> Option<bool> {
    of.get(field).and_then(Value::as_bool)
}

/// The object in a field.
pub(super) fn object<'a>(of: &'a Object, field: &str) -> Option<&'a Object> {
    of.get(field).and_then(Value::as_object)
}

/// Whether a field holds anything.
pub(super) fn has(of: &Object, field: &str) -> bool {
    of.get(field).is_some_and(|value| !value.is_null())
}

/// The values in the list of a field.
pub(super) fn list<'a>(of: &'a Object, field: &str) -> &'a [Value] {
    let values = of.get(field).and_then(Value::as_array);
    values.map_or(&[], Vec::as_slice)
}

/// The objects in the list of a field, each with its place.
pub(super) fn items<'a>(
    of: &'a Object,
    field: &str,
) -> impl Iterator<Item = (usize, &'a Object)> + use<'a> {
    let items = list(of, field).iter().enumerate();
    items.filter_map(|(index, item)| Some((index, item.as_object()?)))
}

/// The texts in the list of a field.
pub(super) fn texts<'a>(of: &'a Object, field: &str) -> impl Iterator<Item = &'a str> + use<'a> {
    list(of, field).iter().filter_map(Value::as_str)
}
