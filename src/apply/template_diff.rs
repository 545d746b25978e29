//! Which fields differ between two templates, or two specs.

use std::fmt;

use serde_json::Value;

/// A field that differs.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldChange {
    /// Where it is.
    pub path: FieldPath,
    /// Its value before; `None` when it was missing.
    pub before: Option<Value>,
    /// Its value after; `None` when it was removed.
    pub after: Option<Value>,
}

/// The path of a field, displayed as `spec.template.spec.containers[agent].image`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct FieldPath(Vec<Step>);

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Field(String),
    /// An item of a list, by the values of its merge keys.
    Item(Vec<String>),
    Index(usize),
}

impl FieldPath {
    fn with(&self, step: Step) -> Self {
        let mut steps = self.0.clone();
        steps.push(step);
        Self(steps)
    }

    /// The field's own name; for an item that of the list.
    fn field(&self) -> &str {
        let fields = self.0.iter().rev();
        let mut names = fields.filter_map(|step| match step {
            Step::Field(name) => Some(name.as_str()),
            _ => None,
        });
        names.next().unwrap_or_default()
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, step) in self.0.iter().enumerate() {
            match step {
                // Labels and annotations have dots and slashes in their names.
                Step::Field(name) if name.contains(['.', '/']) => write!(f, "[{name}]")?,
                Step::Field(name) if index == 0 => f.write_str(name)?,
                Step::Field(name) => write!(f, ".{name}")?,
                Step::Item(keys) => write!(f, "[{}]", keys.join("/"))?,
                Step::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

/// The fields of `spec.template` that differ, by path.
#[must_use]
pub fn template_diff(before: &Value, after: &Value) -> Vec<FieldChange> {
    changed_fields("spec.template", before, after)
}

/// The fields below `root` that differ, by path: the outermost one that was added or removed, else
/// the innermost. A null field counts as missing. Items of lists with merge keys are matched by
/// them, others by their index.
#[must_use]
pub fn changed_fields(root: &str, before: &Value, after: &Value) -> Vec<FieldChange> {
    let steps = root.split('.').map(|name| Step::Field(name.to_owned()));
    let mut changes = Vec::new();
    compare(
        &FieldPath(steps.collect()),
        given(before),
        given(after),
        &mut changes,
    );
    changes.sort_by(|a, b| a.path.cmp(&b.path));
    changes
}

/// Those of `changes` that add a field which `written` doesn't have: the server or its admission
/// added it. `written` is the value at `root`.
pub fn added_by_server<'a>(
    changes: &'a [FieldChange],
    root: &str,
    written: &'a Value,
) -> impl Iterator<Item = &'a FieldChange> {
    let depth = root.split('.').count();
    changes.iter().filter(move |change| {
        let below = change.path.0.get(depth..).unwrap_or_default();
        change.before.is_none() && find(written, &change.path, below).is_none()
    })
}

fn find<'a>(value: &'a Value, whole: &FieldPath, steps: &[Step]) -> Option<&'a Value> {
    let Some((step, rest)) = steps.split_first() else {
        return given(value);
    };
    let inner = match step {
        Step::Field(name) => value.get(name)?,
        Step::Index(index) => value.get(index)?,
        Step::Item(wanted) => {
            let done = whole.0.len() - rest.len() - 1;
            let list = FieldPath(whole.0.get(..done).unwrap_or_default().to_vec());
            let items = value.as_array()?;
            let keys = keys_of(list.field(), items, items)?;
            let at = keys.0.iter().position(|key| key == wanted)?;
            items.get(at)?
        }
    };
    find(inner, whole, rest)
}

fn given(value: &Value) -> Option<&Value> {
    (!value.is_null()).then_some(value)
}

fn compare(
    path: &FieldPath,
    before: Option<&Value>,
    after: Option<&Value>,
    changes: &mut Vec<FieldChange>,
) {
    match (before, after) {
        (before, after) if before == after => {}
        (Some(Value::Object(before)), Some(Value::Object(after))) => {
            let added = after.keys().filter(|key| !before.contains_key(*key));
            for key in before.keys().chain(added) {
                let step = Step::Field(key.clone());
                let (before, after) = (before.get(key), after.get(key));
                let (before, after) = (before.and_then(given), after.and_then(given));
                compare(&path.with(step), before, after, changes);
            }
        }
        (Some(Value::Array(before)), Some(Value::Array(after))) => {
            match keys_of(path.field(), before, after) {
                Some(keys) => compare_items(path, (before, &keys.0), (after, &keys.1), changes),
                None => compare_places(path, before, after, changes),
            }
        }
        (before, after) => changes.push(FieldChange {
            path: path.clone(),
            before: before.cloned(),
            after: after.cloned(),
        }),
    }
}

type Keys = Vec<Vec<String>>;

/// Items matched by their keys.
fn compare_items(
    path: &FieldPath,
    (before, before_keys): (&[Value], &Keys),
    (after, after_keys): (&[Value], &Keys),
    changes: &mut Vec<FieldChange>,
) {
    let at = |items: &[Value], keys: &Keys, key: &Vec<String>| {
        let at = keys.iter().position(|k| k == key)?;
        items.get(at).cloned()
    };
    let added = after_keys.iter().filter(|key| !before_keys.contains(key));
    for key in before_keys.iter().chain(added) {
        let step = Step::Item(key.clone());
        let (before, after) = (at(before, before_keys, key), at(after, after_keys, key));
        compare(&path.with(step), before.as_ref(), after.as_ref(), changes);
    }
    // The order of containers and of variables matters.
    let kept = |keys: &Keys, others: &Keys| -> Vec<Value> {
        let kept = keys.iter().filter(|key| others.contains(key));
        kept.map(|key| Value::String(key.join("/"))).collect()
    };
    let (first, second) = (kept(before_keys, after_keys), kept(after_keys, before_keys));
    if first != second {
        changes.push(FieldChange {
            path: path.clone(),
            before: Some(Value::Array(first)),
            after: Some(Value::Array(second)),
        });
    }
}

/// Items matched by their index, after the common beginning and end.
fn compare_places(
    path: &FieldPath,
    before: &[Value],
    after: &[Value],
    changes: &mut Vec<FieldChange>,
) {
    let equal = |pair: &(&Value, &Value)| pair.0 == pair.1;
    let same_head = before.iter().zip(after).take_while(equal).count();
    let shorter = before.len().min(after.len());
    let tails = before.iter().rev().zip(after.iter().rev());
    let same_tail = tails.take_while(equal).count().min(shorter - same_head);
    for index in same_head..before.len().max(after.len()) - same_tail {
        let item = |items: &[Value]| {
            let inside = index < items.len() - same_tail;
            items.get(index).filter(|_| inside).cloned()
        };
        let (before, after) = (item(before), item(after));
        let step = path.with(Step::Index(index));
        compare(&step, before.as_ref(), after.as_ref(), changes);
    }
}

/// The merge keys of the lists in a pod template (`+listMapKey`, k8s.io/api 0.37.1) with their
/// default values.
const MERGE_KEYS: [(&str, &[(&str, &str)]); 12] = [
    ("containers", &[("name", "")]),
    ("initContainers", &[("name", "")]),
    ("ephemeralContainers", &[("name", "")]),
    ("env", &[("name", "")]),
    ("volumes", &[("name", "")]),
    ("imagePullSecrets", &[("name", "")]),
    ("resourceClaims", &[("name", "")]),
    ("ports", &[("containerPort", ""), ("protocol", "TCP")]),
    ("volumeMounts", &[("mountPath", "")]),
    ("volumeDevices", &[("devicePath", "")]),
    ("hostAliases", &[("ip", "")]),
    (
        "topologySpreadConstraints",
        &[("topologyKey", ""), ("whenUnsatisfiable", "")],
    ),
];

/// The keys of the items of both lists; `None` for a list without keys, and for one with two items
/// of the same key.
fn keys_of(field: &str, before: &[Value], after: &[Value]) -> Option<(Keys, Keys)> {
    let (_, names) = MERGE_KEYS.iter().find(|(list, _)| *list == field)?;
    let keys = |items: &[Value]| -> Option<Keys> {
        let keys: Keys = items
            .iter()
            .map(|item| item.as_object().map(|_| key(item, names)))
            .collect::<Option<_>>()?;
        let is_unique = |(index, key): (usize, &Vec<String>)| {
            keys.iter().skip(index + 1).all(|other| other != key)
        };
        keys.iter().enumerate().all(is_unique).then_some(keys)
    };
    Some((keys(before)?, keys(after)?))
}

fn key(item: &Value, names: &[(&str, &str)]) -> Vec<String> {
    let values = names.iter().map(|(name, default)| match item.get(name) {
        None | Some(Value::Null) => (*default).to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    });
    values.collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// `path: before -> after`.
    fn shown(before: &Value, after: &Value) -> Vec<String> {
        let text = |value: &Option<Value>| value.as_ref().map_or("-".to_owned(), Value::to_string);
        template_diff(before, after)
            .iter()
            .map(|c| format!("{}: {} -> {}", c.path, text(&c.before), text(&c.after)))
            .collect()
    }

    fn containers(list: Value) -> Value {
        json!({"spec": {"containers": list}})
    }

    #[test]
    fn items_are_told_apart_by_their_keys() {
        let before =
            containers(json!([{"name": "a", "image": "x:1"}, {"name": "b", "image": "y"}]));
        let after = containers(
            json!([{"name": "new", "image": "z"}, {"name": "a", "image": "x:2"}, {"name": "b", "image": "y"}]),
        );
        assert_eq!(
            shown(&before, &after),
            [
                r#"spec.template.spec.containers[a].image: "x:1" -> "x:2""#,
                r#"spec.template.spec.containers[new]: - -> {"image":"z","name":"new"}"#,
            ]
        );
        assert_eq!(shown(&before, &before), [""; 0]);
    }

    #[test]
    fn another_order_is_a_change() {
        let before = containers(json!([{"name": "a"}, {"name": "b"}]));
        let after = containers(json!([{"name": "b"}, {"name": "a"}]));
        let wanted = r#"spec.template.spec.containers: ["a","b"] -> ["b","a"]"#;
        assert_eq!(shown(&before, &after), [wanted]);
    }

    #[test]
    fn ports_of_one_number_differ_by_protocol() {
        let ports = |list: Value| containers(json!([{"name": "a", "ports": list}]));
        let before = ports(json!([{"containerPort": 53}]));
        let after = ports(
            json!([{"containerPort": 53, "protocol": "TCP"}, {"containerPort": 53, "protocol": "UDP"}]),
        );
        assert_eq!(
            shown(&before, &after),
            [
                r#"spec.template.spec.containers[a].ports[53/TCP].protocol: - -> "TCP""#,
                r#"spec.template.spec.containers[a].ports[53/UDP]: - -> {"containerPort":53,"protocol":"UDP"}"#,
            ]
        );
    }

    #[test]
    fn lists_without_keys_by_place() {
        let tolerations = |list: Value| json!({"spec": {"tolerations": list}});
        let before = tolerations(json!([{"key": "a"}, {"key": "c"}]));
        let inserted = tolerations(json!([{"key": "a"}, {"key": "b"}, {"key": "c"}]));
        let wanted = r#"spec.template.spec.tolerations[1]: - -> {"key":"b"}"#;
        assert_eq!(shown(&before, &inserted), [wanted]);
        let wanted = r#"spec.template.spec.tolerations[1]: {"key":"b"} -> -"#;
        assert_eq!(shown(&inserted, &before), [wanted]);
        let twice = |image: &str| containers(json!([{"name": "a", "image": image}, {"name": "a"}]));
        let wanted = r#"spec.template.spec.containers[0].image: "1" -> "2""#;
        assert_eq!(shown(&twice("1"), &twice("2")), [wanted]);
    }

    #[test]
    fn names_with_dots_and_nulls() {
        let labels = |value: Value| json!({"metadata": {"labels": {"app.kubernetes.io/v": value}, "creationTimestamp": null}});
        let after = json!({"metadata": {"labels": {"app.kubernetes.io/v": "2"}}});
        let wanted = r#"spec.template.metadata.labels[app.kubernetes.io/v]: "1" -> "2""#;
        assert_eq!(shown(&labels(json!("1")), &after), [wanted]);
        assert_eq!(shown(&labels(json!("2")), &after), [""; 0]);
    }

    #[test]
    fn what_nobody_wrote_was_added_by_the_server() {
        let before = containers(json!([{"name": "a", "image": "x"}]));
        let written = containers(json!([{"name": "s"}, {"name": "a", "image": "x", "tty": true}]));
        let after = containers(
            json!([{"name": "a", "image": "x", "tty": true, "terminationMessagePolicy": "File"}]),
        );
        let changes = template_diff(&before, &after);
        let added: Vec<String> = added_by_server(&changes, "spec.template", &written)
            .map(|change| change.path.to_string())
            .collect();
        assert_eq!(
            added,
            ["spec.template.spec.containers[a].terminationMessagePolicy"]
        );
    }
}
