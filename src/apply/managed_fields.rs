//! What a server-side apply removes from an object that was applied client-side before.
//!
//! `kubectl apply --server-side` writes such an object twice: first as requested, and again after
//! it has taken over the fields that client-side applies own (`migrateToSSAIfNecessary`, kubectl
//! 0.37.1). Only the second write removes the fields that the manifest no longer has. A dry run
//! stores nothing in between, so it shows the result of the first write.

use serde_json::{Map, Value};

use crate::model::DecodeError;

use super::defaults::kept;

/// The object that the second apply makes of `first`, the answer to the first one by `manager` with
/// its managed fields; `None` where there is no second one, or it removes nothing from the spec.
///
/// The server's defaults are filled in again; generations don't change.
///
/// # Errors
/// When a field has another type than in the API.
pub fn after_migration(first: &Value, manager: &str) -> Result<Option<Value>, DecodeError> {
    let entries = Entries::of(first);
    let migrated = entries.client_side_managers();
    let Some(version) = entries.applied_by(manager) else {
        return Ok(None);
    };
    let taken_over: Vec<&Value> = migrated
        .iter()
        .filter_map(|name| entries.updated_by(name, version))
        .collect();
    let owned = entries.kept(&migrated);
    let mut second = first.clone();
    if let Some(spec) = second.get_mut("spec") {
        drop_items(
            spec,
            &below(&taken_over, "f:spec"),
            &below(&owned, "f:spec"),
        );
    }
    let second = kept(&second)?;
    let changed = second.get("spec") != kept(first)?.get("spec");
    Ok(changed.then_some(second))
}

/// `metadata.managedFields`.
struct Entries<'a>(Vec<&'a Value>);

impl<'a> Entries<'a> {
    fn of(object: &'a Value) -> Self {
        let entries = object.pointer("/metadata/managedFields");
        Self(
            entries
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
                .collect(),
        )
    }

    /// The managers whose last update wrote the annotation of a client-side apply.
    fn client_side_managers(&self) -> Vec<&'a str> {
        let owns = |entry: &&&Value| {
            let annotations = entry.pointer("/fieldsV1/f:metadata/f:annotations");
            annotations.and_then(|a| a.get(LAST_APPLIED)).is_some()
        };
        let updates = self
            .0
            .iter()
            .filter(|entry| text(entry, "operation") == "Update");
        updates
            .filter(owns)
            .map(|entry| text(entry, "manager"))
            .collect()
    }

    /// The API version of the manager's applies.
    fn applied_by(&self, manager: &str) -> Option<&'a str> {
        let applied = |entry: &&&Value| {
            text(entry, "manager") == manager
                && text(entry, "operation") == "Apply"
                && text(entry, "subresource").is_empty()
        };
        let entry = self.0.iter().find(applied)?;
        Some(text(entry, "apiVersion"))
    }

    /// The fields that become the applying manager's.
    fn updated_by(&self, manager: &str, version: &str) -> Option<&'a Value> {
        let taken_over =
            |entry: &&&Value| is_update_by(entry, manager) && text(entry, "apiVersion") == version;
        self.0.iter().find(taken_over)?.get("fieldsV1")
    }

    /// The fields of all entries except those of the migrated managers.
    fn kept(&self, migrated: &[&str]) -> Vec<&'a Value> {
        let kept = self
            .0
            .iter()
            .filter(|entry| !migrated.iter().any(|manager| is_update_by(entry, manager)));
        kept.filter_map(|entry| entry.get("fieldsV1")).collect()
    }
}

fn is_update_by(entry: &Value, manager: &str) -> bool {
    text(entry, "manager") == manager
        && text(entry, "operation") == "Update"
        && text(entry, "subresource").is_empty()
}

const LAST_APPLIED: &str = "f:kubectl.kubernetes.io/last-applied-configuration";

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// The nodes below `step` of those that have it.
fn below<'a>(nodes: &[&'a Value], step: &str) -> Vec<&'a Value> {
    nodes.iter().filter_map(|node| node.get(step)).collect()
}

/// Removes what is in `last` but in none of `owned`, which are tries of `FieldsV1`
/// (`Updater.prune`, structured-merge-diff 6): a field with everything in it where none of it is
/// owned, an item of a list where the item itself isn't owned, whoever owns a part of it.
fn drop_items(value: &mut Value, last: &[&Value], owned: &[&Value]) {
    match value {
        Value::Object(fields) => fields.retain(|name, inner| {
            let step = format!("f:{name}");
            let (last, owned) = (below(last, &step), below(owned, &step));
            if last.is_empty() || owned.iter().any(|node| is_leaf(node)) {
                return true;
            }
            if !owned.is_empty() {
                drop_items(inner, &last, &owned);
            }
            !owned.is_empty()
        }),
        Value::Array(items) => items.retain_mut(|item| {
            let (last, owned) = (of_item(last, item), of_item(owned, item));
            let is_member = |node: &&Value| is_leaf(node) || node.get(".").is_some();
            if owned.iter().any(is_member) || !last.iter().any(is_member) {
                drop_items(item, &last, &owned);
                return true;
            }
            false
        }),
        _ => {}
    }
}

/// The end of a path: all that is in the field goes with it.
fn is_leaf(node: &Value) -> bool {
    node.as_object().is_none_or(Map::is_empty)
}

/// The nodes for an item of a list: by its keys, or by its value.
fn of_item<'a>(nodes: &[&'a Value], item: &Value) -> Vec<&'a Value> {
    let steps = nodes.iter().filter_map(|node| node.as_object()).flatten();
    steps
        .filter(|(step, _)| is_step_to(step, item))
        .map(|(_, node)| node)
        .collect()
}

fn is_step_to(step: &str, item: &Value) -> bool {
    let parsed = |text: &str| serde_json::from_str::<Value>(text).unwrap_or_default();
    if let Some(keys) = step.strip_prefix("k:") {
        let keys = parsed(keys);
        let mut keys = keys.as_object().into_iter().flatten();
        return keys.all(|(key, value)| item.get(key) == Some(value));
    }
    step.strip_prefix("v:")
        .is_some_and(|value| parsed(value) == *item)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use serde_json::json;

    use super::*;

    fn entry(manager: &str, operation: &str, spec: Value) -> Value {
        json!({"manager": manager, "operation": operation, "apiVersion": "apps/v1", "fieldsV1": {"f:spec": {"f:template": {"f:spec": spec}}}})
    }

    fn client_side(spec: Value) -> Value {
        let mut entry = entry("kubectl-client-side-apply", "Update", spec);
        entry["fieldsV1"]["f:metadata"] = json!({"f:annotations": {".": {}, (LAST_APPLIED): {}}});
        entry
    }

    /// The pod spec that remains of one with two containers and a grace period.
    fn left(entries: &[Value]) -> Option<Value> {
        let object = json!({
            "apiVersion": "apps/v1", "kind": "DaemonSet",
            "metadata": {"name": "agent", "managedFields": entries},
            "spec": {
                "selector": {"matchLabels": {"app": "a"}},
                "template": {"metadata": {"labels": {"app": "a"}}, "spec": {
                    "terminationGracePeriodSeconds": 5,
                    "containers": [{"name": "a", "image": "a:1", "tty": true}, {"name": "b", "image": "b:1"}],
                }},
            },
        });
        let left = after_migration(&object, "kubectl").unwrap()?;
        Some(left["spec"]["template"]["spec"].clone())
    }

    fn both() -> Value {
        json!({
            "f:terminationGracePeriodSeconds": {},
            "f:containers": {
                "k:{\"name\":\"a\"}": {".": {}, "f:name": {}, "f:tty": {}},
                "k:{\"name\":\"b\"}": {".": {}, "f:name": {}, "f:image": {}},
            },
        })
    }

    fn only_a() -> Value {
        json!({"f:containers": {"k:{\"name\":\"a\"}": {".": {}, "f:name": {}, "f:image": {}}}})
    }

    #[test]
    fn what_the_manifest_lost_goes_and_gets_its_default() {
        let entries = [entry("kubectl", "Apply", only_a()), client_side(both())];
        let left = left(&entries).unwrap();
        assert_eq!(left["terminationGracePeriodSeconds"], 30);
        let containers = left["containers"].as_array().unwrap();
        assert_eq!(containers.len(), 1);
        assert_eq!(containers[0]["image"], "a:1");
        assert_eq!(containers[0]["tty"], Value::Null);
        assert_eq!(containers[0]["terminationMessagePolicy"], "File");
    }

    #[test]
    fn what_others_own_stays_but_no_item_for_a_part_of_it() {
        let grace = json!({"f:terminationGracePeriodSeconds": {}});
        let image = json!({"f:containers": {"k:{\"name\":\"b\"}": {"f:image": {}}}});
        let entries = [
            entry("kubectl", "Apply", only_a()),
            client_side(both()),
            entry("other", "Update", grace),
            entry("other", "Apply", image),
        ];
        let left = left(&entries).unwrap();
        assert_eq!(left["terminationGracePeriodSeconds"], 5);
        assert_eq!(left["containers"].as_array().unwrap().len(), 1);
    }

    #[test]
    fn nothing_to_migrate_or_nothing_to_drop() {
        let apply = entry("kubectl", "Apply", only_a());
        let update = entry("kubectl-client-side-apply", "Update", both());
        assert_eq!(left(&[apply.clone(), update]), None);
        let all = entry("kubectl", "Apply", both());
        assert_eq!(left(&[all, client_side(both())]), None);
        assert_eq!(left(&[client_side(both())]), None);
        assert_eq!(left(&[apply]), None);
    }
}
