//! Taints, and tolerations that nearly or wholly match them.

use fastrand::Rng;
use serde_json::{Map, Value, json};

use super::{Focus, insert, occasionally, pools};

const EFFECTS: &[(u32, &str)] = &[
    (44, "NoSchedule"),
    (40, "NoExecute"),
    (8, "PreferNoSchedule"),
    (2, ""),
    (2, "noschedule"),
    (2, "NoAdmit"),
];

pub(super) fn taints(rng: &mut Rng, focus: Focus) -> Option<Value> {
    let tainted = matches!(
        focus,
        Focus::Taints | Focus::AutomaticTaints | Focus::Comparisons
    );
    if !tainted && !occasionally(rng, focus) {
        return match rng.u8(..20) {
            0 => Some(Value::Null),
            1 => Some(json!([])),
            _ => None,
        };
    }
    let count = pools::weighted(rng, &[(4, 0), (66, 1), (22, 2), (8, 3)]);
    let taints: Vec<_> = (0..count).map(|_| taint(rng, focus)).collect();
    Some(json!(taints))
}

fn taint(rng: &mut Rng, focus: Focus) -> Value {
    if focus == Focus::AutomaticTaints || rng.u8(..100) < 6 {
        return automatic_taint(rng);
    }
    let mut taint = Map::new();
    let key = match rng.u8(..30) {
        0 => "",
        _ => pools::pick(rng, pools::TAINT_KEYS),
    };
    insert(&mut taint, "key", Some(json!(key)));
    insert(&mut taint, "value", value(rng, focus == Focus::Comparisons));
    let effect = pools::weighted(rng, EFFECTS);
    insert(&mut taint, "effect", Some(json!(effect)));
    Value::Object(taint)
}

/// What the node controller writes, now and then with the other effect: the
/// NoSchedule form of not-ready isn't tolerated automatically.
fn automatic_taint(rng: &mut Rng) -> Value {
    let (key, effect) = pools::automatic(rng);
    let effect = match rng.u8(..10) {
        0..=2 => pools::weighted(rng, EFFECTS),
        _ => effect,
    };
    let mut taint = Map::new();
    insert(&mut taint, "key", Some(json!(key)));
    if rng.u8(..10) == 0 {
        insert(&mut taint, "value", value(rng, false));
    }
    insert(&mut taint, "effect", Some(json!(effect)));
    Value::Object(taint)
}

fn value(rng: &mut Rng, comparable: bool) -> Option<Value> {
    if !comparable {
        return match rng.u8(..10) {
            0 => None,
            1 => Some(Value::Null),
            _ => Some(json!(pools::pick(rng, pools::TAINT_VALUES))),
        };
    }
    Some(match rng.u8(..10) {
        0..=1 => json!(pools::pick(rng, pools::NO_NUMBERS)),
        _ => json!(pools::pick(rng, pools::NUMBERS)),
    })
}

/// One taint of the node with another value or effect.
pub(super) fn change_taint(rng: &mut Rng, focus: Focus, node: &mut Value) {
    let Some(taints) = node
        .pointer_mut("/spec/taints")
        .and_then(Value::as_array_mut)
        .filter(|taints| !taints.is_empty())
    else {
        return;
    };
    let index = rng.usize(..taints.len());
    let Some(taint) = taints[index].as_object_mut() else {
        return;
    };
    if rng.u8(..10) < if focus == Focus::Comparisons { 8 } else { 5 } {
        taint.remove("value");
        insert(taint, "value", value(rng, focus == Focus::Comparisons));
    } else {
        let effect = pools::weighted(rng, EFFECTS);
        insert(taint, "effect", Some(json!(effect)));
    }
}

pub(super) fn tolerations(rng: &mut Rng, focus: Focus, node: &Value) -> Option<Value> {
    let taints = node
        .pointer("/spec/taints")
        .and_then(Value::as_array)
        .map_or(&[][..], Vec::as_slice);
    if taints.is_empty() && !occasionally(rng, focus) {
        return match rng.u8(..20) {
            0 => Some(Value::Null),
            1 => Some(json!([])),
            _ => None,
        };
    }
    let mut tolerations = Vec::new();
    for taint in taints {
        let percent = if focus == Focus::AutomaticTaints {
            25
        } else {
            92
        };
        if rng.u8(..100) < percent {
            tolerations.push(toleration(rng, focus, taint));
        }
    }
    if rng.u8(..100) < 20 {
        tolerations.push(automatic_toleration(rng));
    }
    if rng.u8(..100) < 10 {
        let other = taint(rng, focus);
        tolerations.push(toleration(rng, focus, &other));
    }
    rng.shuffle(&mut tolerations);
    Some(json!(tolerations))
}

/// A toleration made for the taint, in half of the draws with one part off.
fn toleration(rng: &mut Rng, focus: Focus, taint: &Value) -> Value {
    let mut toleration = Map::new();
    insert(&mut toleration, "key", taint.get("key").cloned());
    insert(&mut toleration, "effect", taint.get("effect").cloned());
    let operator = match (focus, rng.u8(..10)) {
        (Focus::Comparisons, 0..=8) => Some(if rng.bool() { "Lt" } else { "Gt" }),
        (_, 0..=1) => None,
        (_, 2) => Some(""),
        (_, 3..=5) => Some("Equal"),
        (_, 6..=8) => Some("Exists"),
        _ => Some(pools::pick(rng, &["Lt", "Gt", "exists", "NotEqual"])),
    };
    insert(
        &mut toleration,
        "operator",
        operator.map(|name| json!(name)),
    );
    match operator {
        Some("Exists") if rng.u8(..100) < 90 => {}
        Some(operator @ ("Lt" | "Gt")) => {
            insert(&mut toleration, "value", bound(rng, operator));
        }
        _ => insert(&mut toleration, "value", taint.get("value").cloned()),
    }
    if rng.u8(..100) < if focus == Focus::Comparisons { 12 } else { 40 } {
        change(rng, focus, &mut toleration);
    }
    if rng.u8(..10) == 0 {
        let seconds = [json!(0), json!(300), json!(-5), Value::Null];
        let seconds = seconds[rng.usize(..seconds.len())].clone();
        insert(&mut toleration, "tolerationSeconds", Some(seconds));
    }
    Value::Object(toleration)
}

/// A bound that most numbers are on the right side of, in most draws.
fn bound(rng: &mut Rng, operator: &str) -> Option<Value> {
    let wide = match operator {
        "Lt" => ["6", "10", "9223372036854775807"],
        _ => ["-6", "-1", "0"],
    };
    match rng.u8(..10) {
        0..=5 => Some(json!(pools::pick(rng, &wide))),
        _ => value(rng, true),
    }
}

fn change(rng: &mut Rng, focus: Focus, toleration: &mut Map<String, Value>) {
    match rng.u8(..8) {
        0 => drop(toleration.remove("key")),
        1 | 7 => insert(toleration, "key", Some(json!(""))),
        2 | 3 => drop(toleration.remove("effect")),
        4 => {
            let effect = pools::weighted(rng, EFFECTS);
            insert(toleration, "effect", Some(json!(effect)));
        }
        5 => {
            let key = pools::pick(rng, pools::TAINT_KEYS);
            insert(toleration, "key", Some(json!(key)));
        }
        _ => {
            toleration.remove("value");
            insert(toleration, "value", value(rng, focus == Focus::Comparisons));
        }
    }
}

/// A toleration of the template that meets an automatic one: the same in key,
/// effect, operator and value is replaced, one that differs stays beside it.
fn automatic_toleration(rng: &mut Rng) -> Value {
    let (key, effect) = pools::automatic(rng);
    let mut toleration = Map::new();
    insert(&mut toleration, "key", Some(json!(key)));
    insert(&mut toleration, "operator", Some(json!("Exists")));
    insert(&mut toleration, "effect", Some(json!(effect)));
    match rng.u8(..6) {
        0 => insert(&mut toleration, "tolerationSeconds", Some(json!(300))),
        1 => insert(&mut toleration, "effect", Some(json!("NoExecute"))),
        2 => drop(toleration.remove("effect")),
        3 => insert(&mut toleration, "operator", Some(json!("Equal"))),
        4 => insert(&mut toleration, "value", Some(json!("a"))),
        _ => {}
    }
    Value::Object(toleration)
}
