//! The smaller parts of the engine, each beside upstream's own.

use std::collections::BTreeMap;

use fastrand::Rng;
use k8s_openapi::api::core::v1::PodSpec;
use kubectl_ds::engine::VERIFIED_RELEASE;
use kubectl_ds::engine::label_selector::Selector;
use kubectl_ds::engine::requests::{Requests, parse_quantity, pod_requests as engine_requests};
use kubectl_ds::model::Labels;
use serde_json::{Map, Value, json};

use super::golden;
use super::process::Oracle;

const SEED: u64 = 4_242;
const SELECTORS: usize = 20_000;
const TEMPLATES: usize = 5_000;

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

/// What a pod asks of its node, as the scheduler counts it once the API server
/// has filled in its defaults.
pub fn pod_requests() -> Result<(), String> {
    let mut rng = Rng::with_seed(SEED);
    let requests: Vec<Value> = (0..TEMPLATES)
        .map(|id| json!({"id": id, "op": "podRequests", "template": {"spec": pod_spec(&mut rng)}}))
        .collect();
    let answers = Oracle::start()?.ask(&requests)?;
    for (request, answer) in requests.iter().zip(&answers) {
        let spec: PodSpec = serde_json::from_value(request["template"]["spec"].clone())
            .map_err(|e| e.to_string())?;
        let engine = engine_requests(&spec)?;
        if engine != upstream_requests(answer)? {
            return Err(format!("engine {engine:?}\nupstream {answer}\n{request}"));
        }
    }
    let empty = answers
        .iter()
        .filter(|a| a["requests"] == json!({}))
        .count();
    println!("{TEMPLATES} templates, {empty} of them without requests");
    if empty * 4 < TEMPLATES {
        Ok(())
    } else {
        Err("too many ask for nothing".to_owned())
    }
}

fn upstream_requests(answer: &Value) -> Result<Requests, String> {
    let sums = answer["requests"]
        .as_object()
        .ok_or_else(|| answer.to_string())?;
    let parsed = sums.iter().map(|(name, sum)| {
        Ok((
            name.clone(),
            parse_quantity(sum.as_str().unwrap_or_default())?,
        ))
    });
    parsed.collect()
}

fn pod_spec(rng: &mut Rng) -> Value {
    let mut spec = Map::new();
    let containers: Vec<_> = (0..rng.u8(1..=3))
        .map(|n| container(rng, n, false))
        .collect();
    spec.insert("containers".to_owned(), json!(containers));
    if rng.u8(..10) < 6 {
        let containers: Vec<_> = (0..rng.u8(1..=3))
            .map(|n| container(rng, n, true))
            .collect();
        spec.insert("initContainers".to_owned(), json!(containers));
    }
    if rng.u8(..10) < 3 {
        spec.insert("resources".to_owned(), resources(rng));
    }
    if rng.u8(..10) < 3 {
        spec.insert("overhead".to_owned(), quantities(rng));
    }
    Value::Object(spec)
}

fn container(rng: &mut Rng, number: u8, init: bool) -> Value {
    let mut container = json!({"name": format!("c{number}"), "image": "i"});
    if rng.u8(..10) < 8 {
        container["resources"] = resources(rng);
    }
    if init && rng.bool() {
        container["restartPolicy"] = json!("Always");
    }
    container
}

fn resources(rng: &mut Rng) -> Value {
    let mut resources = Map::new();
    for list in ["requests", "limits"] {
        if rng.bool() {
            resources.insert(list.to_owned(), quantities(rng));
        }
    }
    Value::Object(resources)
}

fn quantities(rng: &mut Rng) -> Value {
    let mut list = Map::new();
    for name in [
        "cpu",
        "memory",
        "ephemeral-storage",
        "hugepages-2Mi",
        "x.io/gpu",
    ] {
        if rng.u8(..10) < 4 {
            let quantity = match name {
                "cpu" => ["100m", "0.5", "1", "1500m", "0", "1e1", "0.1"][rng.usize(..7)],
                "x.io/gpu" => ["0", "1", "2"][rng.usize(..3)],
                "hugepages-2Mi" => ["2Mi", "4Mi", "0"][rng.usize(..3)],
                _ => ["64Mi", "1Gi", "128M", "1e6", "1000", "0", "0.5Gi", "1500k"][rng.usize(..8)],
            };
            list.insert(name.to_owned(), json!(quantity));
        }
    }
    Value::Object(list)
}
