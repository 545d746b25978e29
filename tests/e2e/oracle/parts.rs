//! The smaller parts of the engine, each beside upstream's own.

use std::collections::BTreeMap;

use fastrand::Rng;
use kubectl_ds::engine::VERIFIED_RELEASE;
use kubectl_ds::engine::toleration::{DaemonToleration, Origin};
use kubectl_ds::model::Labels;
use kubectl_ds::model::selector::Selector;
use serde_json::{Map, Value, json};

use super::evaluate::Question;
use super::generator::{Case, Generator};
use super::golden;
use super::process::Oracle;

const SEED: u64 = 4_242;
const SELECTORS: usize = 20_000;
const TEMPLATES: usize = 10_000;

/// The oracle is of the release that the engine says it agrees with.
pub fn version() -> Result<(), String> {
    let version = golden::version(&mut Oracle::start()?)?;
    if version == VERIFIED_RELEASE {
        return Ok(());
    }
    Err(format!(
        "the engine names {VERIFIED_RELEASE}, the oracle is {version}"
    ))
}

/// The tolerations of the pods, in their order: the template's, those that the
/// controller adds, and those that it replaces, with what is lost of them.
pub fn tolerations() -> Result<(), String> {
    let mut generator = Generator::new(SEED);
    let cases: Vec<Case> = (0..TEMPLATES).flat_map(|_| generator.cases(1)).collect();
    let template = |case: &Case| case.daemon_set["spec"]["template"].clone();
    let requests: Vec<Value> = cases
        .iter()
        .enumerate()
        .map(|(id, case)| json!({"id": id, "op": "tolerations", "template": template(case)}))
        .collect();
    let answers = Oracle::start()?.ask(&requests)?;
    let (mut replaced, mut lost) = (0, 0);
    for (case, answer) in cases.iter().zip(&answers) {
        let question = Question::read(case.comparison_operators, &case.daemon_set, &case.node)?;
        let engine = question.compiled.tolerations();
        let written: Vec<Value> = engine.iter().map(as_written).collect();
        if json!(written) != answer["tolerations"] {
            return Err(format!("engine {written:?}\nupstream {answer}\n{case:?}"));
        }
        for toleration in engine {
            let Origin::Automatic {
                replaced: Some(index),
            } = toleration.origin
            else {
                continue;
            };
            replaced += 1;
            let own = &template(case)["spec"]["tolerations"][index];
            lost += usize::from(own["key"] == toleration.key && own["tolerationSeconds"].is_i64());
        }
    }
    println!("{TEMPLATES} templates, {replaced} tolerations replaced");
    if replaced > 20 && replaced == lost {
        return Ok(());
    }
    Err(format!(
        "of {replaced} replaced tolerations {lost} lost their seconds"
    ))
}

fn as_written(toleration: &DaemonToleration) -> Value {
    let mut written = Map::new();
    let texts = [
        ("key", &toleration.key),
        ("operator", &toleration.operator),
        ("value", &toleration.value),
        ("effect", &toleration.effect),
    ];
    for (name, text) in texts {
        if !text.is_empty() {
            written.insert(name.to_owned(), json!(text));
        }
    }
    if let Some(seconds) = toleration.seconds {
        written.insert("tolerationSeconds".to_owned(), json!(seconds));
    }
    Value::Object(written)
}

/// `spec.selector` against labels, as `LabelSelectorAsSelector` and `Matches` have it.
pub fn label_selector() -> Result<(), String> {
    let mut rng = Rng::with_seed(SEED);
    let requests: Vec<Value> = (0..SELECTORS)
        .map(|id| {
            json!({"id": id, "op": "labelSelector", "selector": selector(&mut rng),
                "labels": labels(&mut rng)})
        })
        .collect();
    let answers = Oracle::start()?.ask(&requests)?;
    let mut seen = BTreeMap::<_, u32>::new();
    for (request, answer) in requests.iter().zip(&answers) {
        let upstream = match answer["error"].as_str() {
            Some(_) => "refused",
            None if answer["empty"] == true => "empty",
            None if answer["matches"] == true => "matches",
            None => "doesn't match",
        };
        let engine = engine_selects(request)?;
        if engine != upstream {
            return Err(format!("engine: {engine}, upstream {answer}: {request}"));
        }
        *seen.entry(upstream).or_default() += 1;
    }
    println!("{SELECTORS} selectors: {seen:?}");
    if seen.len() == 4 && seen.values().all(|&count| count > 200) {
        return Ok(());
    }
    Err(format!("an outcome was seen too seldom: {seen:?}"))
}

fn engine_selects(request: &Value) -> Result<&'static str, String> {
    let selector =
        serde_json::from_value(request["selector"].clone()).map_err(|e| e.to_string())?;
    let labels: Labels =
        serde_json::from_value(request["labels"].clone()).map_err(|e| e.to_string())?;
    Ok(match Selector::new(&selector) {
        Err(_) => "refused",
        Ok(selector) if selector.is_empty() => "empty",
        Ok(selector) if selector.matches(&labels) => "matches",
        Ok(_) => "doesn't match",
    })
}

fn selector(rng: &mut Rng) -> Value {
    let mut selector = Map::new();
    if rng.bool() {
        selector.insert("matchLabels".to_owned(), labels(rng));
    }
    if rng.bool() {
        let expressions: Vec<Value> = (0..rng.u8(..3)).map(|_| expression(rng)).collect();
        selector.insert("matchExpressions".to_owned(), json!(expressions));
    }
    Value::Object(selector)
}

fn expression(rng: &mut Rng) -> Value {
    let operators = ["In", "NotIn", "Exists", "DoesNotExist"];
    let operator = match rng.u8(..20) {
        0 => ["Gt", "", "in", "Equals"][rng.usize(..4)],
        _ => operators[rng.usize(..4)],
    };
    let wanted = matches!(operator, "In" | "NotIn") != (rng.u8(..12) == 0);
    let count = if wanted { rng.u8(1..3) } else { 0 };
    let values: Vec<_> = (0..count).map(|_| value(rng)).collect();
    json!({"key": key(rng), "operator": operator, "values": values})
}

fn labels(rng: &mut Rng) -> Value {
    let pairs = (0..rng.u8(..3)).map(|_| (key(rng).to_owned(), json!(value(rng))));
    Value::Object(pairs.collect())
}

fn key(rng: &mut Rng) -> &'static str {
    match rng.u8(..40) {
        0 => ["", "a b", "-a", "X.io/a"][rng.usize(..4)],
        _ => ["a", "b", "x.io/a"][rng.usize(..3)],
    }
}

fn value(rng: &mut Rng) -> &'static str {
    match rng.u8(..40) {
        0 => ["a b", "-1", "é"][rng.usize(..3)],
        _ => ["", "a", "1"][rng.usize(..3)],
    }
}
