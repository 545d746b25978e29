//! The data of a ControllerRevision: a patch that puts a template in another's place.

use serde_json::{Map, Value};

use super::ControllerRevision;

/// `Match` and `getPatch` (1.37.1): the data is `{"spec":{"template":{…,"$patch":"replace"}}}`,
/// compared byte for byte with what Go's encoder makes of the DaemonSet's template.
///
/// A release before 1.34 wrote `"creationTimestamp":null` into the template's metadata,
/// later ones don't. Storage keeps the data as it is, so such a revision no longer holds
/// the template that it was made of. Nor does one that something else wrote, with other
/// white space or in another order, as far as that can be seen
/// ([`ControllerRevision::is_encoded_otherwise`]).
#[must_use]
pub fn holds_template(revision: &ControllerRevision, template: &Value) -> bool {
    match (template_of(&revision.data), template) {
        (Some(held), Value::Object(template)) => {
            let fields = held.iter().filter(|(key, _)| *key != PATCH_DIRECTIVE);
            !revision.is_encoded_otherwise && fields.eq(template.iter())
        }
        _ => false,
    }
}

/// What `getPatch` puts beside the template's fields.
const PATCH_DIRECTIVE: &str = "$patch";

/// `spec.template` of a revision's data with its `$patch: replace`; `None` if the
/// data is anything but a template that replaces another.
#[must_use]
pub fn template_of(data: &Value) -> Option<&Map<String, Value>> {
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

/// The same without the directive, as a template.
#[must_use]
pub fn restored_template(data: &Value) -> Option<Value> {
    let mut template = template_of(data)?.clone();
    template.remove(PATCH_DIRECTIVE);
    Some(Value::Object(template))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn revision(object: &Value) -> ControllerRevision {
        serde_json::from_value(object.clone()).unwrap()
    }

    fn of_text(data: &str) -> ControllerRevision {
        revision(&json!({"revision": 1, "storedData": {"raw": data}}))
    }

    #[test]
    fn bytes_are_compared_where_they_are_known() {
        let template = json!({"metadata": {"labels": {"a": "<&>"}}});
        let data = |template: &str| format!(r#"{{"spec":{{"template":{template}}}}}"#);
        let written =
            data(r#"{"$patch":"replace","metadata":{"labels":{"a":"\u003c\u0026\u003e"}}}"#);
        assert!(holds_template(&of_text(&written), &template));
        for otherwise in [
            r#"{"$patch":"replace", "metadata":{"labels":{"a":"\u003c\u0026\u003e"}}}"#,
            r#"{"metadata":{"labels":{"a":"\u003c\u0026\u003e"}},"$patch":"replace"}"#,
            r#"{"$patch":"replace","metadata":{"labels":{"a":"<&>"}}}"#,
        ] {
            let revision = of_text(&data(otherwise));
            assert!(revision.is_encoded_otherwise, "{otherwise}");
            assert!(!holds_template(&revision, &template), "{otherwise}");
            // What it says can be restored all the same.
            assert_eq!(restored_template(&revision.data).unwrap(), template);
        }
        // JSON has lost the white space: what it says is taken to be so written.
        let data: Value = serde_json::from_str(&written).unwrap();
        let as_json = revision(&json!({"revision": 1, "data": data}));
        assert!(!as_json.is_encoded_otherwise);
        assert!(holds_template(&as_json, &template));
        assert!(!holds_template(&of_text("no JSON"), &template));
    }
}
