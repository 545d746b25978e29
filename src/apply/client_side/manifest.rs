//! The manifest as kubectl sends it.

use serde_json::{Map, Number, Value};

use crate::apply::schema::{DAEMON_SET, Kind};
use crate::model::go_json::go_json;

/// The annotation that holds what was applied last.
pub(super) const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// `GetModifiedConfiguration`: the manifest with itself in the annotation, without fields unknown
/// to the API.
pub(super) fn modified(manifest: &Value, default_namespace: &str) -> Value {
    annotated(manifest, default_namespace, |kind, value| {
        known(kind, value);
    })
}

/// `CreateApplyAnnotation`: what kubectl sends where there is no object yet.
pub(super) fn created(manifest: &Value, default_namespace: &str) -> Value {
    annotated(manifest, default_namespace, |_, _| {})
}

fn annotated(
    manifest: &Value,
    default_namespace: &str,
    last: impl FnOnce(&Kind, &mut Value),
) -> Value {
    let mut written = manifest.clone();
    whole_numbers(&mut written);
    let annotations = annotations(&mut written, default_namespace);
    if let Some(annotations) = annotations {
        annotations.remove(LAST_APPLIED);
    }
    let text = go_json(&written) + "\n";
    last(&DAEMON_SET, &mut written);
    if let Some(annotations) = self::annotations(&mut written, default_namespace) {
        annotations.insert(LAST_APPLIED.to_owned(), Value::from(text));
    }
    written
}

/// The annotations, which kubectl writes even where there are none, and with empty texts for nulls.
/// The namespace is filled in too.
fn annotations<'a>(
    manifest: &'a mut Value,
    default_namespace: &str,
) -> Option<&'a mut Map<String, Value>> {
    let metadata = manifest.as_object_mut()?.entry("metadata");
    let metadata = map(metadata.or_insert(Value::Null))?;
    let namespace = metadata.entry("namespace").or_insert(Value::Null);
    if namespace.as_str().is_none_or(str::is_empty) {
        *namespace = Value::from(default_namespace);
    }
    let annotations = map(metadata.entry("annotations").or_insert(Value::Null))?;
    for value in annotations.values_mut().filter(|v| v.is_null()) {
        *value = Value::from("");
    }
    Some(annotations)
}

/// The object in a value; a null becomes an empty one.
fn map(value: &mut Value) -> Option<&mut Map<String, Value>> {
    if value.is_null() {
        *value = Value::Object(Map::new());
    }
    value.as_object_mut()
}

/// Leaves out the fields unknown to the API: a server that is asked to refuse them does, any other
/// drops them.
fn known(kind: &Kind, value: &mut Value) {
    match value {
        Value::Object(map) => {
            if !kind.fields().is_empty() {
                map.retain(|key, _| kind.field(key).is_some());
            }
            for (key, value) in map {
                let inner = kind.field(key).map(|field| &field.kind);
                if let Some(inner) = inner.or_else(|| kind.element()) {
                    known(inner, value);
                }
            }
        }
        Value::Array(list) => {
            if let Some(element) = kind.element() {
                list.iter_mut().for_each(|item| known(element, item));
            }
        }
        _ => {}
    }
}

/// kubectl reads 3.0 as a fraction and writes it as 3.
fn whole_numbers(value: &mut Value) {
    match value {
        Value::Object(map) => map.values_mut().for_each(whole_numbers),
        Value::Array(list) => list.iter_mut().for_each(whole_numbers),
        Value::Number(number) if number.is_f64() => {
            let text = number.as_f64().map(|float| float.to_string());
            let whole = text.and_then(|text| text.parse::<i64>().ok());
            if let Some(whole) = whole {
                *number = Number::from(whole);
            }
        }
        _ => {}
    }
}
