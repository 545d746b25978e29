//! Whether two pod templates mean the same to the API server.

use serde_json::Value;

use super::schema::{Kind, POD_TEMPLATE};
use crate::model::quantity::Quantity;

/// `apiequality.Semantic.DeepEqual` (apimachinery 0.37.1) of two pod templates:
/// an empty list or map is as good as none, quantities are compared by what they
/// amount to, and what is no pointer in the Go types is never missing. Fields that
/// the release doesn't know are compared as they are written, for a newer server
/// knows them.
#[must_use]
pub fn same_template(a: &Value, b: &Value) -> bool {
    same(&POD_TEMPLATE, a, b)
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

/// The members of an object; none is as good as an empty one.
fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

/// The items of a list; none is as good as an empty one.
fn items(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// What a field of that kind holds where nothing is written.
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
mod tests {
    use serde_json::{Value, json};

    use super::same_template;

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
}
