//! Whether two pod templates mean the same to the API server.

use serde_json::{Map, Value};

use super::quantity::Quantity;

/// Maps of strings: a value in them is never left out for being empty.
const TEXT_MAPS: &[&str] = &[
    "labels",
    "annotations",
    "nodeSelector",
    "matchLabels",
    "volumeAttributes",
    "options",
];
/// Maps whose values are quantities.
const QUANTITY_MAPS: &[&str] = &["limits", "requests", "overhead"];
/// Single quantities.
const QUANTITIES: &[&str] = &["sizeLimit", "divisor"];
/// Structures that the API's types hold by value: `{}` is as good as nothing.
const BY_VALUE: &[&str] = &["metadata", "spec", "resources"];
/// Flags and numbers that the API's types hold by value.
const ZERO_BY_VALUE: &[&str] = &[
    "hostNetwork",
    "hostPID",
    "hostIPC",
    "stdin",
    "stdinOnce",
    "tty",
    "readOnly",
    "hostPort",
    "initialDelaySeconds",
];
/// Strings of which the empty one means something else than none.
const EMPTY_COUNTS: &[&str] = &["storageClassName", "apiGroup"];

/// `apiequality.Semantic.DeepEqual` (apimachinery 0.37.1) of two pod templates
/// that have the server's defaults: nothing is as good as `null`, an empty list or
/// map and an empty text, and quantities are compared by what they amount to.
#[must_use]
pub fn same_template(a: &Value, b: &Value) -> bool {
    same(&mut Vec::new(), Some(a), Some(b))
}

/// `path` holds the names of the members that lead here, without indices.
fn same<'a>(path: &mut Vec<&'a str>, a: Option<&'a Value>, b: Option<&'a Value>) -> bool {
    let a = a.filter(|value| !is_nothing(path, value));
    let b = b.filter(|value| !is_nothing(path, value));
    match (a, b) {
        (None, None) => true,
        (Some(Value::Object(a)), Some(Value::Object(b))) => same_members(path, a, b),
        (Some(Value::Array(a)), Some(Value::Array(b))) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(path, Some(a), Some(b)))
        }
        (Some(a), Some(b)) => a == b || is_quantity(path) && same_quantity(a, b),
        _ => false,
    }
}

fn same_members<'a>(
    path: &mut Vec<&'a str>,
    a: &'a Map<String, Value>,
    b: &'a Map<String, Value>,
) -> bool {
    let alone = b.keys().filter(|key| !a.contains_key(*key));
    a.keys().chain(alone).all(|key| {
        // The older of two names of one field; the server writes both.
        if key == "serviceAccount" && path.as_slice() == ["spec"] {
            return true;
        }
        path.push(key);
        let same = same(path, a.get(key), b.get(key));
        path.pop();
        same
    })
}

fn is_nothing(path: &[&str], value: &Value) -> bool {
    let (key, parent) = ends(path);
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(map) if is_by_value(path) => {
            let mut members = map.iter();
            members.all(|(key, value)| is_nothing(&[path, &[key.as_str()]].concat(), value))
        }
        Value::Object(_) => false,
        _ if TEXT_MAPS.contains(&parent) => false,
        Value::String(text) if key == "divisor" => text == "0",
        Value::String(text) => text.is_empty() && !EMPTY_COUNTS.contains(&key),
        Value::Bool(set) => !set && ZERO_BY_VALUE.contains(&key),
        Value::Number(number) => number.as_i64() == Some(0) && ZERO_BY_VALUE.contains(&key),
    }
}

/// The last name and the one before it.
fn ends<'a>(path: &[&'a str]) -> (&'a str, &'a str) {
    match path {
        [.., parent, key] => (key, parent),
        [key] => (key, ""),
        [] => ("", ""),
    }
}

fn is_by_value(path: &[&str]) -> bool {
    match path {
        // The pod's own resources are held by reference, its security context is
        // always made.
        ["spec", "resources"] => false,
        ["spec", "securityContext"] => true,
        [.., key] => {
            BY_VALUE.contains(key) || TEXT_MAPS.contains(key) || QUANTITY_MAPS.contains(key)
        }
        [] => true,
    }
}

fn is_quantity(path: &[&str]) -> bool {
    let (key, parent) = ends(path);
    QUANTITY_MAPS.contains(&parent) || QUANTITIES.contains(&key)
}

fn same_quantity(a: &Value, b: &Value) -> bool {
    let read = |value: &Value| match value {
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

    use super::same_template;

    fn with(field: &str, value: Value) -> Value {
        let mut template = json!({"metadata": {"labels": {"app": "a"}},
            "spec": {"containers": [{"name": "c", "image": "i"}]}});
        if let Some((_, name)) = field.split_once("container.") {
            template["spec"]["containers"][0][name] = value;
        } else {
            template["spec"][field] = value;
        }
        template
    }

    #[test]
    fn what_amounts_to_nothing_is_no_change() {
        let bare = with("container.image", json!("i"));
        for (field, value) in [
            ("tolerations", json!([])),
            ("nodeSelector", json!({})),
            ("securityContext", json!({})),
            ("hostNetwork", json!(false)),
            ("affinity", Value::Null),
            ("serviceAccount", json!("")),
            ("container.resources", json!({})),
            ("container.resources", json!({"limits": {}})),
            ("container.stdin", json!(false)),
        ] {
            let other = with(field, value);
            assert!(same_template(&bare, &other), "{other}");
            assert!(same_template(&other, &bare), "{other}");
        }
        let mut stamped = bare.clone();
        stamped["metadata"]["creationTimestamp"] = Value::Null;
        assert!(same_template(&stamped, &bare));
    }

    #[test]
    fn what_is_held_by_reference_is_a_change_even_if_empty() {
        let bare = with("container.image", json!("i"));
        for (field, value) in [
            ("affinity", json!({})),
            ("resources", json!({})),
            ("hostUsers", json!(false)),
            ("container.securityContext", json!({})),
            ("nodeSelector", json!({"a": ""})),
            ("container.args", json!([""])),
        ] {
            let other = with(field, value);
            assert!(!same_template(&bare, &other), "{other}");
        }
    }

    #[test]
    fn quantities_are_compared_by_what_they_amount_to() {
        let requests = |cpu| with("container.resources", json!({"requests": {"cpu": cpu}}));
        assert!(same_template(
            &requests(json!("1000m")),
            &requests(json!(1))
        ));
        assert!(same_template(
            &requests(json!("1Ki")),
            &requests(json!("1024"))
        ));
        assert!(!same_template(
            &requests(json!("1")),
            &requests(json!("1.001"))
        ));
        // Nothing else that looks like one is.
        let named = |name| with("container.image", json!(name));
        assert!(!same_template(&named("1000m"), &named("1")));
    }
}
