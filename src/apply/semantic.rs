//! Whether two pod templates mean the same to the API server.

use serde_json::{Value, json};

use super::defaults::kept;
use super::patch::discard_nulls;
use super::schema::{Kind, POD_TEMPLATE};
use crate::model::quantity::Quantity;
use crate::model::revision_data::restored_template;

/// `apiequality.Semantic.DeepEqual` (apimachinery 0.37.1) of two pod templates: an empty list or
/// map equals none, quantities are compared by value, and what isn't a pointer in the Go types is
/// never missing. Fields unknown to the release are compared as written, because a newer server
/// knows them.
#[must_use]
pub fn same_template(a: &Value, b: &Value) -> bool {
    same(&POD_TEMPLATE, a, b)
}

/// Whether the template that a revision's data restores equals `template` for the API server:
/// decoded again, and with today's defaults. A pod of the revision then runs the template, even if
/// the bytes differ, as with a release before 1.34, so that the controller creates a new revision.
#[must_use]
pub fn restores_template(data: &Value, template: &Value) -> bool {
    let read = |template: &Value| {
        let object = kept(&json!({"spec": {"template": template}}));
        let read = object.ok()?.pointer("/spec/template").cloned();
        Some(read.unwrap_or_default())
    };
    let Some(restored) = restored_template(data) else {
        return false;
    };
    same_template(&restored, template)
        || match (read(&restored), read(template)) {
            (Some(restored), Some(template)) => same_template(&restored, &template),
            // Something that can't be decoded was never stored.
            _ => false,
        }
}

/// `template` as the server that wrote `like` encodes it: a server before 1.34 writes an unset time
/// as `null`, a later one leaves it out. Equal parts are encoded in the same bytes.
#[must_use]
pub(super) fn written_like(template: Value, like: &Value) -> Value {
    if same_template(&template, like) {
        return like.clone();
    }
    let mut template = template;
    discard_nulls(&mut template);
    let writes_null = like
        .pointer("/metadata")
        .is_some_and(|metadata| metadata.get(CREATED).is_some());
    if writes_null {
        add_null(template.get_mut("metadata"));
        let volumes = template.pointer_mut("/spec/volumes");
        for volume in volumes.and_then(Value::as_array_mut).into_iter().flatten() {
            add_null(volume.pointer_mut("/ephemeral/volumeClaimTemplate/metadata"));
        }
    }
    template
}

/// The only time in a template that isn't a pointer in the Go types.
const CREATED: &str = "creationTimestamp";

fn add_null(metadata: Option<&mut Value>) {
    if let Some(metadata) = metadata.and_then(Value::as_object_mut) {
        metadata.entry(CREATED).or_insert(Value::Null);
    }
}

/// The same of two values of any kind.
pub(super) fn same(kind: &Kind, a: &Value, b: &Value) -> bool {
    match (kind, a, b) {
        (Kind::Pointer(_), Value::Null, other) | (Kind::Pointer(_), other, Value::Null) => {
            other.is_null()
        }
        (Kind::Pointer(to), a, b) => same(to, a, b),
        (Kind::Struct(_), a, b) => {
            kind.fields().iter().all(|field| {
                let (a, b) = (a.get(field.name), b.get(field.name));
                // Most fields are in neither.
                a.is_none() && b.is_none() || same(&field.kind, or_null(a), or_null(b))
            }) && same_unknown(kind, a, b)
        }
        (Kind::List(of), a, b) => {
            let (a, b) = (items(a), items(b));
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(of, a, b))
        }
        (Kind::Map(of), a, b) => {
            let in_b = |(key, value)| b.get(key).is_some_and(|b| same(of, value, b));
            members(a).count() == members(b).count() && members(a).all(in_b)
        }
        (Kind::Quantity, a, b) => a == b || same_quantity(a, b),
        (_, a, b) => a == b || is_zero(kind, a) && is_zero(kind, b),
    }
}

/// Fields that no release so far has.
fn same_unknown(kind: &Kind, a: &Value, b: &Value) -> bool {
    let is_known = |key: &str| kind.fields().iter().any(|field| field.name == key);
    let mut keys = members(a).chain(members(b)).map(|(key, _)| key);
    keys.all(|key| is_known(key) || or_null(a.get(key)) == or_null(b.get(key)))
}

fn or_null(value: Option<&Value>) -> &Value {
    value.unwrap_or(&Value::Null)
}

/// The members of an object; a missing one counts as empty.
fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

/// The items of a list; a missing one counts as empty.
fn items(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// The empty value of a field of that kind.
fn is_zero(kind: &Kind, value: &Value) -> bool {
    match (kind, value) {
        (_, Value::Null) => true,
        (Kind::Text, Value::String(text)) => text.is_empty(),
        (Kind::Bool, Value::Bool(set)) => !set,
        (Kind::Int32 | Kind::Int64 | Kind::IntOrString, number) => number.as_i64() == Some(0),
        _ => false,
    }
}

fn same_quantity(a: &Value, b: &Value) -> bool {
    let read = |value: &Value| match value {
        Value::Null => Some(Quantity::default()),
        Value::String(text) => Quantity::parse(text).ok(),
        Value::Number(number) => Quantity::parse(&number.to_string()).ok(),
        _ => None,
    };
    match (read(a), read(b)) {
        (Some(a), Some(b)) => a == b,
        _ => false,
    }
}

#[cfg(test)]
#[allow(clippy::indexing_slicing)]
mod tests {
    use serde_json::{Value, json};

    use super::{restores_template, same_template, written_like};

    fn with(metadata: &Value, spec: &Value) -> Value {
        json!({"metadata": metadata, "spec": spec})
    }

    #[test]
    fn nothing_is_what_no_pointer_holds() {
        let bare = with(&json!({"labels": {"a": ""}}), &json!({}));
        let metadata = json!({"labels": {"a": null}, "annotations": {}, "creationTimestamp": null});
        let spec = json!({"tolerations": [], "nodeSelector": null, "hostNetwork": false});
        assert!(same_template(&bare, &with(&metadata, &spec)));
        assert!(same_template(&bare, &json!({"metadata": metadata})));
        for spec in [
            json!({"affinity": {}}),
            json!({"securityContext": {}}),
            json!({"hostUsers": false}),
            json!({"nodeSelector": {"a": ""}}),
        ] {
            let other = with(&json!({"labels": {"a": ""}}), &spec);
            assert!(!same_template(&bare, &other), "{other}");
            assert!(!same_template(&other, &bare), "{other}");
        }
    }

    #[test]
    fn what_only_a_newer_server_knows_counts_as_it_is_written() {
        let with = |value: Value| with(&json!({}), &json!({"fieldToBe": value}));
        assert!(same_template(
            &with(json!({"a": []})),
            &with(json!({"a": []}))
        ));
        assert!(!same_template(&with(json!({"a": []})), &with(json!({}))));
        assert!(!same_template(&with(json!(1)), &with(Value::Null)));
    }

    fn data(template: &Value) -> Value {
        let mut template = template.clone();
        template["$patch"] = json!("replace");
        json!({"spec": {"template": template}})
    }

    /// A template of a server before 1.34, whose volume has metadata of its own, and the
    /// same of a later one.
    fn of_both_servers(image: &str) -> (Value, Value) {
        let of = |metadata: Value, claim: Value| {
            json!({"metadata": metadata, "spec": {
                "containers": [{"name": "a", "image": image, "resources": {}}],
                "volumes": [{"name": "v", "ephemeral": {"volumeClaimTemplate": {
                    "metadata": claim, "spec": {"resources": {}}}}}]}})
        };
        let null = json!({"creationTimestamp": null});
        let old = json!({"creationTimestamp": null, "labels": {"a": "b"}});
        (of(old, null), of(json!({"labels": {"a": "b"}}), json!({})))
    }

    #[test]
    fn a_revision_of_an_older_server_restores_the_template() {
        let (old, new) = of_both_servers("i:1");
        let (_, other) = of_both_servers("i:2");
        assert!(restores_template(&data(&old), &new));
        assert!(restores_template(&data(&new), &old));
        assert!(!restores_template(&data(&old), &other));
        // Nor is a default that a later release adds another template.
        let mut defaulted = new.clone();
        defaulted["spec"]["containers"][0]["terminationMessagePolicy"] = json!("File");
        assert!(restores_template(&data(&old), &defaulted));
        defaulted["spec"]["containers"][0]["terminationMessagePolicy"] =
            json!("FallbackToLogsOnError");
        assert!(!restores_template(&data(&old), &defaulted));
        assert!(!restores_template(&json!({"spec": {}}), &new));
    }

    #[test]
    fn a_template_is_written_as_the_server_wrote_the_one_before() {
        let ((old_1, new_1), (old_2, new_2)) = (of_both_servers("i:1"), of_both_servers("i:2"));
        for template in [&old_2, &new_2] {
            assert_eq!(written_like(template.clone(), &old_1), old_2);
            assert_eq!(written_like(template.clone(), &new_1), new_2);
        }
        assert_eq!(written_like(new_1.clone(), &old_1), old_1);
        assert_eq!(written_like(old_1, &new_1), new_1);
    }
}
