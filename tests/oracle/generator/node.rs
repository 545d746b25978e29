//! Nodes, and the neighbours of a node.

use fastrand::Rng;
use serde_json::{Map, Value, json};

use super::{Focus, insert, pools, taints};

pub(super) fn generate(rng: &mut Rng, focus: Focus) -> Value {
    let mut metadata = Map::new();
    insert(&mut metadata, "name", name(rng, focus));
    insert(&mut metadata, "labels", labels(rng));
    let mut spec = Map::new();
    insert(&mut spec, "taints", taints::taints(rng, focus));
    if rng.u8(..30) == 0 {
        insert(&mut spec, "unschedulable", Some(json!(true)));
    }
    json!({"metadata": metadata, "spec": spec})
}

/// A node without a name is one that `matchFields` can't see.
fn name(rng: &mut Rng, focus: Focus) -> Option<Value> {
    let most = if focus == Focus::Fields { 6 } else { 60 };
    match rng.u8(..most) {
        0 => None,
        1 => Some(json!("")),
        _ => Some(json!(pools::pick(rng, pools::NODE_NAMES))),
    }
}

fn labels(rng: &mut Rng) -> Option<Value> {
    match rng.u8(..40) {
        0 => return None,
        1 => return Some(Value::Null),
        _ => {}
    }
    let mut labels = Map::new();
    for _ in 0..rng.u8(0..=5) {
        let (key, value) = label(rng);
        labels.insert(key, value);
    }
    Some(Value::Object(labels))
}

fn label(rng: &mut Rng) -> (String, Value) {
    let keys = if rng.u8(..25) == 0 {
        pools::BAD_KEYS
    } else {
        pools::LABEL_KEYS
    };
    let values = if rng.u8(..12) == 0 {
        pools::BAD_VALUES
    } else {
        pools::LABEL_VALUES
    };
    (
        pools::pick(rng, keys).to_owned(),
        json!(pools::pick(rng, values)),
    )
}

/// The node with one thing changed.
pub(super) fn neighbour(rng: &mut Rng, focus: Focus, node: &Value) -> Value {
    let mut changed = node.clone();
    let tainted = matches!(
        focus,
        Focus::Taints | Focus::AutomaticTaints | Focus::Comparisons
    );
    match rng.u8(..10) {
        0 => set(&mut changed, "metadata", "name", name(rng, focus)),
        1..=5 if focus == Focus::Fields => set(&mut changed, "metadata", "name", name(rng, focus)),
        1..=6 if tainted => taints::change_taint(rng, focus, &mut changed),
        1..=6 => change_label(rng, &mut changed),
        7..=8 if !tainted => set(&mut changed, "metadata", "labels", labels(rng)),
        _ => set(&mut changed, "spec", "taints", taints::taints(rng, focus)),
    }
    changed
}

fn change_label(rng: &mut Rng, node: &mut Value) {
    let Some(labels) = node
        .pointer_mut("/metadata/labels")
        .and_then(Value::as_object_mut)
    else {
        return;
    };
    let keys: Vec<String> = labels.keys().cloned().collect();
    if !keys.is_empty() && rng.bool() {
        labels.remove(&keys[rng.usize(..keys.len())]);
    } else {
        let (key, value) = label(rng);
        labels.insert(key, value);
    }
}

fn set(node: &mut Value, part: &str, key: &str, value: Option<Value>) {
    let Some(part) = node.get_mut(part).and_then(Value::as_object_mut) else {
        return;
    };
    part.remove(key);
    insert(part, key, value);
}
