//! What the server does to an update before it stores it.

use serde_json::{Map, Value};

use crate::apply::defaults::{
    drop_disabled_template_fields, set_template_generation, template_generation,
};
use crate::apply::schema::{POD_TEMPLATE, SPEC};
use crate::apply::semantic::same;
use crate::model::DecodeError;

/// Fields of the metadata that an update can't write, as far as they are handled here.
const SERVER_OWNED: [&str; 6] = [
    "creationTimestamp",
    "deletionGracePeriodSeconds",
    "deletionTimestamp",
    "generation",
    "managedFields",
    "resourceVersion",
];

/// `BeforeUpdate` and `PrepareForUpdate` of the DaemonSets' strategy (1.37.1): the server's own
/// metadata and the status stay, the generation rises with a change of the spec, and the template's
/// generation with one of the template.
pub(super) fn prepare_for_update(after: Value, live: &Value) -> Result<Value, DecodeError> {
    let (Value::Object(mut after), Some(live_object)) = (after, live.as_object()) else {
        return Ok(live.clone());
    };
    drop_disabled_template_fields(&mut after, Some(live));
    keep_metadata(&mut after, live_object);
    if let Some(status) = live_object.get("status") {
        after.insert("status".to_owned(), status.clone());
    }
    let part = |of: &Map<String, Value>, path: &[&str]| {
        let spec = of
            .get("spec")
            .and_then(|spec| path.iter().try_fold(spec, |at, p| at.get(p)));
        spec.cloned().unwrap_or_default()
    };
    let differs = |path: &[&str], kind| !same(kind, &part(live_object, path), &part(&after, path));
    let template = differs(&["template"], &POD_TEMPLATE);
    let spec = differs(&[], &SPEC);
    let generation = template_generation(live_object)?.unwrap_or_default();
    set_template_generation(&mut after, generation.wrapping_add(i64::from(template)));
    if spec {
        raise_generation(&mut after);
    }
    Ok(Value::Object(after))
}

fn keep_metadata(after: &mut Map<String, Value>, live: &Map<String, Value>) {
    let live = live.get("metadata").and_then(Value::as_object);
    let metadata = after.get_mut("metadata").and_then(Value::as_object_mut);
    let (Some(live), Some(metadata)) = (live, metadata) else {
        return;
    };
    for field in SERVER_OWNED {
        match live.get(field) {
            Some(value) => metadata.insert(field.to_owned(), value.clone()),
            None => metadata.remove(field),
        };
    }
    if let Some(uid) = live.get("uid") {
        metadata.entry("uid").or_insert_with(|| uid.clone());
    }
}

fn raise_generation(after: &mut Map<String, Value>) {
    let metadata = after.get_mut("metadata").and_then(Value::as_object_mut);
    if let Some(metadata) = metadata {
        let generation = metadata.get("generation").and_then(Value::as_i64);
        let next = generation.unwrap_or_default().saturating_add(1);
        metadata.insert("generation".to_owned(), Value::from(next));
    }
}
