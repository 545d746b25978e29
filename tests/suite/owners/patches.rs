//! `kubectl patch`, as far as the advice needs it: the operations of `--type=json` (RFC 6902), and
//! merges in which no list is merged with another.

use serde_json::Value;

/// The object after the command, which is read as a shell reads it; an error where the API
/// server would refuse it.
pub(super) fn patched(object: &Value, command: &str) -> Result<Value, String> {
    let words = shlex::split(command).unwrap();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let name = object["metadata"]["name"].as_str().unwrap();
    let namespace = object["metadata"]["namespace"].as_str().unwrap();
    let [front @ .., patch] = words.as_slice() else {
        panic!("{command}");
    };
    let plain = ["kubectl", "patch", "daemonset", name, "-n", namespace, "-p"];
    let mut object = object.clone();
    if front == plain {
        merge(&mut object, &serde_json::from_str(patch).unwrap());
        return Ok(object);
    }
    let json = [
        "kubectl",
        "patch",
        "daemonset",
        name,
        "-n",
        namespace,
        "--type=json",
        "-p",
    ];
    assert_eq!(front, json);
    let operations: Vec<Value> = serde_json::from_str(patch).unwrap();
    for operation in &operations {
        apply(&mut object, operation)?;
    }
    Ok(object)
}

fn merge(object: &mut Value, patch: &Value) {
    let Value::Object(fields) = patch else {
        *object = patch.clone();
        return;
    };
    if !object.is_object() {
        *object = serde_json::json!({});
    }
    for (key, field) in fields {
        if field.is_null() {
            object.as_object_mut().unwrap().remove(key);
        } else {
            merge(&mut object[key], field);
        }
    }
}

fn apply(object: &mut Value, operation: &Value) -> Result<(), String> {
    let path = operation["path"].as_str().unwrap();
    let (parent, last) = path.rsplit_once('/').unwrap();
    let last = last.replace("~1", "/").replace("~0", "~");
    if operation["op"] == "test" {
        // What isn't there is null to the API server's library.
        let found = object.pointer(path).cloned().unwrap_or_default();
        let is_empty = found == Value::Array(Vec::new());
        // The server stores no empty list.
        return (is_empty || found == operation["value"])
            .then_some(())
            .ok_or_else(|| format!("{path} is {found}"));
    }
    let parent = object
        .pointer_mut(parent)
        .ok_or_else(|| format!("no {parent}"))?;
    match (operation["op"].as_str(), parent) {
        (Some("add"), Value::Array(list)) => {
            assert_eq!(last, "-");
            list.push(operation["value"].clone());
        }
        (Some("remove"), Value::Array(list)) => {
            list.remove(last.parse().unwrap());
        }
        (Some("replace"), Value::Object(fields)) => {
            assert!(fields.contains_key(&last), "{path}");
            fields.insert(last, operation["value"].clone());
        }
        (Some("add"), Value::Object(fields)) => {
            fields.insert(last, operation["value"].clone());
        }
        (Some("remove"), Value::Object(fields)) => {
            fields.remove(&last).ok_or_else(|| format!("no {path}"))?;
        }
        (op, _) => return Err(format!("{op:?} of {path}")),
    }
    Ok(())
}
