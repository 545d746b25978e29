//! Node affinity: terms, expressions and field requirements, whole and broken.

use fastrand::Rng;
use serde_json::{Map, Value, json};

use super::{insert, pools};

const OPERATORS: &[(u32, &str)] = &[
    (17, "In"),
    (17, "NotIn"),
    (8, "Exists"),
    (10, "DoesNotExist"),
    (20, "Gt"),
    (20, "Lt"),
];

const UNKNOWN_OPERATORS: &[&str] = &["", "in", "Equals", "=", "gt", "Not In"];

pub(super) fn generate(rng: &mut Rng, fields: bool, node: &Value) -> Option<Value> {
    let preferred = || {
        json!([{"weight": 1, "preference":
            {"matchExpressions": [{"key": "nowhere", "operator": "Exists"}]}}])
    };
    Some(match rng.u8(..100) {
        0 => Value::Null,
        1 => json!({}),
        2 => json!({"nodeAffinity": null}),
        3 => json!({"nodeAffinity": {}}),
        4 => json!({"nodeAffinity": {
            "preferredDuringSchedulingIgnoredDuringExecution": preferred()}}),
        5 => required(Value::Null),
        6 => required(json!({})),
        7 => required(json!({"nodeSelectorTerms": null})),
        8 => required(json!({"nodeSelectorTerms": []})),
        _ => required(json!({"nodeSelectorTerms": terms(rng, fields, node)})),
    })
}

fn required(selector: Value) -> Value {
    json!({"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": selector}})
}

fn terms(rng: &mut Rng, fields: bool, node: &Value) -> Vec<Value> {
    let count = pools::weighted(rng, &[(82, 1), (13, 2), (5, 3)]);
    (0..count).map(|_| term(rng, fields, node)).collect()
}

fn term(rng: &mut Rng, fields: bool, node: &Value) -> Value {
    let mut term = Map::new();
    if rng.u8(..100) < 6 {
        for list in ["matchExpressions", "matchFields"] {
            let empty = match rng.u8(..3) {
                0 => None,
                1 => Some(json!([])),
                _ => Some(Value::Null),
            };
            insert(&mut term, list, empty);
        }
        return Value::Object(term);
    }
    let percent_fields = if fields { 90 } else { 5 };
    let with_fields = rng.u8(..100) < percent_fields;
    if !with_fields || rng.u8(..100) < 20 {
        let count = pools::weighted(rng, &[(74, 1), (19, 2), (7, 3)]);
        let expressions: Vec<_> = (0..count).map(|_| expression(rng, node)).collect();
        insert(&mut term, "matchExpressions", Some(json!(expressions)));
    }
    if with_fields {
        let count = pools::weighted(rng, &[(80, 1), (20, 2)]);
        let requirements: Vec<_> = (0..count).map(|_| field(rng, node)).collect();
        insert(&mut term, "matchFields", Some(json!(requirements)));
    }
    Value::Object(term)
}

fn expression(rng: &mut Rng, node: &Value) -> Value {
    let operator = pools::weighted(rng, OPERATORS);
    let own = pools::own_label(rng, node).filter(|_| rng.u8(..100) < 85);
    let key = match &own {
        Some((key, _)) => key.clone(),
        None => pools::pick(rng, pools::LABEL_KEYS).to_owned(),
    };
    let values = values(rng, operator, own.map(|(_, value)| value));
    let mut requirement = Map::new();
    insert(&mut requirement, "key", Some(json!(key)));
    insert(&mut requirement, "operator", Some(json!(operator)));
    insert(&mut requirement, "values", values);
    if rng.u8(..100) < 22 {
        break_expression(rng, operator, &mut requirement);
    }
    Value::Object(requirement)
}

/// The values that the operator wants.
fn values(rng: &mut Rng, operator: &str, own: Option<String>) -> Option<Value> {
    match operator {
        "In" | "NotIn" => {
            let count = rng.usize(1..=3);
            let mut values: Vec<String> = (0..count)
                .map(|_| pools::pick(rng, pools::LABEL_VALUES).to_owned())
                .collect();
            if let Some(own) = own.filter(|_| rng.bool()) {
                values.push(own);
            }
            Some(json!(values))
        }
        "Gt" | "Lt" => {
            let number = ["0", "1", "5", "6", "007", "9223372036854775807"];
            Some(json!([pools::pick(rng, &number)]))
        }
        _ => match rng.u8(..4) {
            0 => Some(json!([])),
            1 => Some(Value::Null),
            _ => None,
        },
    }
}

/// One of the ways in which an expression doesn't parse.
fn break_expression(rng: &mut Rng, operator: &str, requirement: &mut Map<String, Value>) {
    let mut replace = |key: &str, value: Value| {
        requirement.insert(key.to_owned(), value);
    };
    match rng.u8(..8) {
        0 => replace("key", json!(pools::pick(rng, pools::BAD_KEYS))),
        1 => replace("operator", json!(pools::pick(rng, UNKNOWN_OPERATORS))),
        2..=4 if matches!(operator, "In" | "NotIn") => {
            replace("values", json!(["a", pools::pick(rng, pools::BAD_VALUES)]));
        }
        _ => match operator {
            "In" | "NotIn" if rng.bool() => replace("values", json!([])),
            "In" | "NotIn" => drop(requirement.remove("values")),
            "Gt" | "Lt" => {
                let broken = match rng.u8(..4) {
                    0 => json!([]),
                    1 => json!(["1", "2"]),
                    2 => json!([pools::pick(rng, pools::BAD_VALUES)]),
                    _ => json!([pools::pick(rng, pools::NO_NUMBERS)]),
                };
                replace("values", broken);
            }
            _ => replace("values", json!([pools::pick(rng, pools::LABEL_VALUES)])),
        },
    }
}

fn field(rng: &mut Rng, node: &Value) -> Value {
    let own = node.pointer("/metadata/name").and_then(Value::as_str);
    let key = match rng.u8(..10) {
        0..=2 => "metadata.namespace",
        3 => pools::pick(rng, &["", "a b", "metadata.Name", "spec.unschedulable"]),
        _ => "metadata.name",
    };
    let operator = match rng.u8(..40) {
        0 => pools::pick(rng, &["Exists", "DoesNotExist", "Gt", "Lt"]),
        1 => pools::pick(rng, UNKNOWN_OPERATORS),
        2..=18 => "In",
        _ => "NotIn",
    };
    let mut value = || match (rng.u8(..10), own) {
        (0, _) => "",
        (1..=5, Some(own)) => own,
        _ => pools::pick(rng, pools::NODE_NAMES),
    };
    let values = match (value(), value()) {
        (first, second) if first != second && second.is_empty() => json!([first, second]),
        (first, _) => json!([first]),
    };
    let mut requirement = Map::new();
    insert(&mut requirement, "key", Some(json!(key)));
    insert(&mut requirement, "operator", Some(json!(operator)));
    match rng.u8(..25) {
        0 => {}
        1 => insert(&mut requirement, "values", Some(json!([]))),
        _ => insert(&mut requirement, "values", Some(values)),
    }
    Value::Object(requirement)
}
