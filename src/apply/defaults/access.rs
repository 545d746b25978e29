//! Steps into JSON objects in their canonical form.

use serde_json::{Map, Value};

pub(super) type Object = Map<String, Value>;

/// Sets an empty field; in the canonical form that is a missing one, or a null where the type
/// always writes it.
pub(super) fn default(object: &mut Object, field: &str, value: impl Into<Value>) {
    if object.get(field).is_none_or(Value::is_null) {
        object.insert(field.to_owned(), value.into());
    }
}

/// The object in a field.
pub(super) fn object<'a>(of: &'a mut Object, field: &str) -> Option<&'a mut Object> {
    of.get_mut(field)?.as_object_mut()
}

/// The object at the end of a path.
pub(super) fn nested<'a>(of: &'a mut Object, path: &[&str]) -> Option<&'a mut Object> {
    path.iter().try_fold(of, |at, field| object(at, field))
}

/// The objects in the list of a field.
pub(super) fn items<'a>(
    of: &'a mut Object,
    field: &str,
) -> impl Iterator<Item = &'a mut Object> + use<'a> {
    let list = of.get_mut(field).and_then(Value::as_array_mut);
    list.into_iter().flatten().filter_map(Value::as_object_mut)
}

/// The text in a field, empty where there is none.
pub(super) fn text<'a>(of: &'a Object, field: &str) -> &'a str {
    of.get(field).and_then(Value::as_str).unwrap_or_default()
}
