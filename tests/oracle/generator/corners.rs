//! The exact edges, which chance hits too seldom: one small pair for each.

use serde_json::{Value, json};

use super::{Case, pools};

/// Pairs at the edges of label syntax, of int64 and of strict decimals, and the
/// tolerations that the controller adds.
pub fn corners() -> Vec<Case> {
    let mut cases = Vec::new();
    keys(&mut cases);
    values(&mut cases);
    integers(&mut cases);
    comparisons(&mut cases);
    automatic(&mut cases);
    fields(&mut cases);
    cases
}

fn expressions(expressions: &Value) -> Value {
    json!({"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution":
        {"nodeSelectorTerms": [{"matchExpressions": expressions}]}}}})
}

fn pair(pod_spec: Value, node: Value) -> Case {
    Case {
        comparison_operators: true,
        daemon_set: json!({"spec": {"template": {"spec": pod_spec}}}),
        node,
    }
}

/// A key that isn't one makes even `DoesNotExist` match nothing.
fn keys(cases: &mut Vec<Case>) {
    let part = "a".repeat(63);
    let long = [part.as_str(); 4].join(".");
    let mut keys: Vec<String> = vec![
        part.clone(),
        format!("{part}a"),
        // 253 and 254 characters before the slash.
        format!("{}/a", &long[..253]),
        format!("{}a/a", &long[..253]),
        // A DNS label in a subdomain may be longer than 63.
        format!("{}/a", "a".repeat(64)),
        format!("a/{part}"),
        format!("a/{part}a"),
    ];
    let others = [
        "a.b", "a_b", "a-b", "A", "9", "a/A", "9/a", "a-", "a-/a", "a.b/c", "a./b", "a_b/c",
        "a--b/c", "a..b", "a b/c", "ä/a", "a/ä", "a/", "/", "a/b/", "//", "\u{0}", "a\n",
    ];
    keys.extend(others.iter().map(|&key| key.to_owned()));
    keys.extend(pools::BAD_KEYS.iter().map(|&key| key.to_owned()));
    for key in keys {
        let absent = expressions(&json!([{"key": key, "operator": "DoesNotExist"}]));
        cases.push(pair(absent, json!({"metadata": {"name": "n"}})));
    }
}

/// A value that isn't one makes even `NotIn` match nothing.
fn values(cases: &mut Vec<Case>) {
    let long = "a".repeat(63);
    let longer = "a".repeat(64);
    let mut values = vec![
        "", "a.b", "a_b", "a-b", "A", "9", "a..b", "a/b", "a\n", &long, &longer,
    ];
    values.extend(pools::BAD_VALUES);
    for value in values {
        let excluded =
            expressions(&json!([{"key": "a", "operator": "NotIn", "values": ["x", value]}]));
        cases.push(pair(excluded, json!({"metadata": {"name": "n"}})));
    }
}

fn integers(cases: &mut Vec<Case>) {
    let bounds = [
        "0",
        "5",
        "007",
        "9223372036854775806",
        "9223372036854775807",
        "9223372036854775808",
    ];
    let labels = [
        "-9223372036854775809",
        "-9223372036854775808",
        "-1",
        "-0",
        "0",
        "4",
        "5",
        "6",
        "+5",
        "+6",
        "-6",
        "008",
        " 6",
        "6 ",
        "6.0",
        "0x9",
        "1_0",
        "-",
        "+",
        "",
        "９",
        "9223372036854775807",
        "9223372036854775808",
    ];
    for operator in ["Gt", "Lt"] {
        for bound in bounds {
            for label in labels {
                let spec =
                    expressions(&json!([{"key": "a", "operator": operator, "values": [bound]}]));
                cases.push(pair(
                    spec,
                    json!({"metadata": {"name": "n", "labels": {"a": label}}}),
                ));
            }
        }
    }
}

fn comparisons(cases: &mut Vec<Case>) {
    let taint = |value: &str| json!({"spec": {"taints": [{"key": "a", "value": value, "effect": "NoSchedule"}]}});
    let toleration = |operator: &str, value: &str| json!({"tolerations": [{"key": "a", "operator": operator, "value": value}]});
    let values = pools::NUMBERS.iter().chain(pools::NO_NUMBERS);
    for operator in ["Lt", "Gt"] {
        for &value in values.clone() {
            cases.push(pair(toleration(operator, value), taint("5")));
            cases.push(pair(toleration(operator, "5"), taint(value)));
            cases.push(pair(toleration(operator, value), taint(value)));
        }
        let mut off = pair(
            toleration(operator, "5"),
            taint(if operator == "Lt" { "4" } else { "6" }),
        );
        cases.push(off.clone());
        off.comparison_operators = false;
        cases.push(off);
    }
}

fn automatic(cases: &mut Vec<Case>) {
    for &(key, _) in pools::AUTOMATIC {
        for effect in ["NoSchedule", "NoExecute", "PreferNoSchedule", "", "Other"] {
            for host_network in [true, false] {
                let node =
                    json!({"spec": {"taints": [{"key": key, "value": "x", "effect": effect}]}});
                cases.push(pair(json!({"hostNetwork": host_network}), node));
            }
        }
    }
}

fn fields(cases: &mut Vec<Case>) {
    for name in ["n", ""] {
        for key in ["metadata.name", "metadata.namespace", "", "a b"] {
            for operator in ["In", "NotIn", "Exists"] {
                for values in [
                    json!([]),
                    json!([""]),
                    json!(["n"]),
                    json!(["x"]),
                    json!(["n", "x"]),
                ] {
                    let spec = json!({"affinity": {"nodeAffinity": {
                        "requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [
                            {"matchFields": [{"key": key, "operator": operator, "values": values}]}]}}}});
                    cases.push(pair(spec, json!({"metadata": {"name": name}})));
                }
            }
        }
    }
}
