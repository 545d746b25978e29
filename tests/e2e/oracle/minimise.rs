//! Makes a mismatch as small as it goes.

use serde_json::{Value, json};

use super::eligibility::ask;
use super::evaluate::Question;
use super::generator::Case;
use super::process::Oracle;

/// Drops fields and items as long as the two sides still differ, and says how.
pub fn report(oracle: &mut Oracle, mut case: Case) -> String {
    loop {
        let found = smaller(&case).find(|candidate| differs(oracle, candidate));
        let Some(smaller) = found else { break };
        case = smaller;
    }
    let engine = match Question::read(case.comparison_operators, &case.daemon_set, &case.node) {
        Ok(question) => format!("{:?}", question.decide()),
        Err(problem) => problem,
    };
    let upstream = ask(oracle, std::slice::from_ref(&case));
    format!(
        "engine {engine}\nupstream {upstream:?}\nminimal pair {}",
        json(&case)
    )
}

/// The pair on one line, ready for a test.
pub fn json(case: &Case) -> Value {
    json!({"gates": case.gates(), "daemonSet": case.daemon_set, "node": case.node})
}

fn differs(oracle: &mut Oracle, case: &Case) -> bool {
    let Ok(upstream) = ask(oracle, std::slice::from_ref(case)) else {
        return false;
    };
    let question = Question::read(case.comparison_operators, &case.daemon_set, &case.node);
    question.is_ok_and(|question| question.decide() != Ok(upstream[0]))
}

/// The case with one thing less, for every thing in it.
fn smaller(case: &Case) -> impl Iterator<Item = Case> {
    let off = case.comparison_operators.then(|| Case {
        comparison_operators: false,
        ..case.clone()
    });
    let sets = reduced(&case.daemon_set)
        .into_iter()
        .map(|daemon_set| Case {
            daemon_set,
            ..case.clone()
        });
    let nodes = reduced(&case.node).into_iter().map(|node| Case {
        node,
        ..case.clone()
    });
    off.into_iter().chain(sets).chain(nodes)
}

/// `value` with one member or item less, outermost first, so that whole branches go.
fn reduced(value: &Value) -> Vec<Value> {
    let mut results = Vec::new();
    match value {
        Value::Object(map) => {
            for key in map.keys() {
                let mut less = map.clone();
                less.remove(key);
                results.push(Value::Object(less));
            }
            for (key, inner) in map {
                for inner in reduced(inner) {
                    let mut less = map.clone();
                    less.insert(key.clone(), inner);
                    results.push(Value::Object(less));
                }
            }
        }
        Value::Array(items) => {
            for index in 0..items.len() {
                let mut less = items.clone();
                less.remove(index);
                results.push(Value::Array(less));
            }
            for (index, inner) in items.iter().enumerate() {
                for inner in reduced(inner) {
                    let mut less = items.clone();
                    less[index] = inner;
                    results.push(Value::Array(less));
                }
            }
        }
        _ => {}
    }
    results
}
