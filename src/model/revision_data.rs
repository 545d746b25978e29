//! The data of a ControllerRevision: a patch that puts a template in another's place.

use serde_json::Value;

/// `Match` and `getPatch` (1.37.1): the data is
/// `{"spec":{"template":{…,"$patch":"replace"}}}`, compared byte for byte
/// upstream. Both sides were written by Go's encoder, so equal values are equal
/// bytes; only the order of the keys in a revision that something else wrote is
/// lost here.
///
/// A release before 1.34 wrote `"creationTimestamp":null` into the template's
/// metadata, later ones don't. Storage keeps the data as it is, so such a revision
/// no longer holds the template that it was made of.
#[must_use]
pub fn holds_template(data: &Value, template: &Value) -> bool {
    match (template_of(data), template) {
        (Some(held), Value::Object(template)) => {
            let fields = held.iter().filter(|(key, _)| *key != PATCH_DIRECTIVE);
            fields.eq(template.iter())
        }
        _ => false,
    }
}

/// Whether the revision says the same as `template`, be it not byte for byte: a pod
/// of it runs the template, whatever the controller makes of its label. What a
/// release before 1.34 wrote is such a one.
#[must_use]
pub fn says_the_same(data: &Value, template: &Value) -> bool {
    let without_null = |template: &serde_json::Map<String, Value>| {
        let mut template = template.clone();
        template.remove(PATCH_DIRECTIVE);
        if let Some(Value::Object(metadata)) = template.get_mut("metadata") {
            metadata.retain(|key, value| key != "creationTimestamp" || !value.is_null());
        }
        template
    };
    match (template_of(data), template) {
        (Some(held), Value::Object(template)) => without_null(held) == without_null(template),
        _ => false,
    }
}

/// What `getPatch` puts beside the template's fields.
pub const PATCH_DIRECTIVE: &str = "$patch";

/// `spec.template` of a revision's data with its `$patch: replace`; `None` if the
/// data is anything but a template that replaces another.
#[must_use]
pub fn template_of(data: &Value) -> Option<&serde_json::Map<String, Value>> {
    let only = |value: &'_ Value, key: &str| match value {
        Value::Object(map) if map.len() == 1 => map.contains_key(key),
        _ => false,
    };
    let spec = data.get("spec").filter(|_| only(data, "spec"))?;
    let template = spec.get("template").filter(|_| only(spec, "template"))?;
    let template = template.as_object()?;
    let directive = template.get(PATCH_DIRECTIVE).and_then(Value::as_str);
    (directive == Some("replace")).then_some(template)
}
