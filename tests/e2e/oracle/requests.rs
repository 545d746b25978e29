//! Quantities and sums of requests beside upstream's.

use std::collections::BTreeMap;

use fastrand::Rng;
use k8s_openapi::api::core::v1::PodSpec;
use kubectl_ds::engine::requests::pod_requests;
use kubectl_ds::model::quantity::Quantity;
use serde_json::{Map, Value, json};

use super::process::Oracle;

const SEED: u64 = 4_242;
const TEMPLATES: usize = 5_000;
const HUGE: &str = "hugepages-2Mi";
const QUANTITIES: usize = 20_000;

/// How quantities are read, added and written.
pub fn quantities_alone() -> Result<(), String> {
    let mut rng = Rng::with_seed(SEED);
    let requests: Vec<Value> = (0..QUANTITIES)
        .map(|id| json!({"id": id, "op": "quantity", "terms": [written(&mut rng), written(&mut rng)]}))
        .collect();
    let answers = Oracle::start()?.ask(&requests)?;
    let mut refused = 0;
    for (request, answer) in requests.iter().zip(&answers) {
        let term =
            |index: usize| Quantity::parse(request["terms"][index].as_str().unwrap_or_default());
        let engine = term(0).and_then(|first| Ok(first.plus(term(1)?).to_string()));
        let same = match &engine {
            Ok(sum) => answer["sum"] == **sum,
            Err(_) => answer["error"].is_string(),
        };
        if !same {
            return Err(format!("engine {engine:?}, upstream {answer}: {request}"));
        }
        refused += usize::from(engine.is_err());
    }
    println!("{QUANTITIES} sums, {refused} of them of what is no quantity");
    if refused * 50 > QUANTITIES && refused * 2 < QUANTITIES {
        return Ok(());
    }
    Err("too few or too many were refused".to_owned())
}

fn written(rng: &mut Rng) -> String {
    let sign = ["", "", "", "", "", "", "-", "+"][rng.usize(..8)];
    let digits = [
        "0",
        "1",
        "5",
        "10",
        "1024",
        "1000",
        "1536",
        "0.1",
        "0.5",
        "1.5",
        ".5",
        "5.",
        "007",
        "0.0000000001",
    ];
    let mut number = digits[rng.usize(..digits.len())].to_owned();
    let suffixes = [
        "", "", "n", "u", "m", "k", "M", "G", "T", "Ki", "Mi", "Gi", "Ti", "e3", "E2", "e-3", "e0",
    ];
    let mut suffix = suffixes[rng.usize(..suffixes.len())];
    match rng.u8(..40) {
        0 => suffix = ["K", "mi", "kb", "e", " Mi", "x"][rng.usize(..6)],
        1 => number = ["", ".", "1.2.3", "--1", "1 ", "٣"][rng.usize(..6)].to_owned(),
        _ => {}
    }
    format!("{sign}{number}{suffix}")
}

/// What a pod asks of its node, as the scheduler counts it once the API server
/// has filled in its defaults.
pub fn sums() -> Result<(), String> {
    let mut rng = Rng::with_seed(SEED);
    let requests: Vec<Value> = (0..TEMPLATES)
        .map(|id| json!({"id": id, "op": "podRequests", "template": {"spec": pod_spec(&mut rng)}}))
        .collect();
    let answers = Oracle::start()?.ask(&requests)?;
    for (request, answer) in requests.iter().zip(&answers) {
        let spec: PodSpec = serde_json::from_value(request["template"]["spec"].clone())
            .map_err(|e| e.to_string())?;
        let engine = pod_requests(&spec).map_err(|problem| problem.to_string())?;
        let engine: BTreeMap<_, _> = engine.iter().map(|(n, q)| (n, q.to_string())).collect();
        if json!(engine) != answer["requests"] {
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
        spec.insert("resources".to_owned(), pod_level(rng));
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
    // The API wants both to be there and equal for what can't be overcommitted.
    let huge = ["requests", "limits"].map(|list| resources.get(list)?.get(HUGE).cloned());
    if let Some(pages) = huge.into_iter().flatten().next() {
        for list in ["requests", "limits"] {
            resources.entry(list).or_insert(json!({}))[HUGE] = pages.clone();
        }
    }
    Value::Object(resources)
}

/// Requests and limits of the whole pod, of the resources that the API takes there.
fn pod_level(rng: &mut Rng) -> Value {
    let mut resources = resources(rng);
    for list in resources
        .as_object_mut()
        .into_iter()
        .flat_map(Map::values_mut)
    {
        if let Value::Object(list) = list {
            list.retain(|name, _| ["cpu", "memory", HUGE].contains(&name.as_str()));
        }
    }
    if let (true, Value::Object(requests)) = (rng.bool(), &mut resources["requests"]) {
        requests.remove(HUGE);
    }
    resources
}

fn quantities(rng: &mut Rng) -> Value {
    let mut list = Map::new();
    for name in ["cpu", "memory", "ephemeral-storage", HUGE, "x.io/gpu"] {
        if rng.u8(..10) < 4 {
            let quantity = match name {
                "cpu" => ["100m", "0.5", "1", "1500m", "0", "1e1", "0.1"][rng.usize(..7)],
                "x.io/gpu" => ["0", "1", "2"][rng.usize(..3)],
                HUGE => ["2Mi", "4Mi", "0"][rng.usize(..3)],
                _ => ["64Mi", "1Gi", "128M", "1e6", "1000", "0", "0.5Gi", "1500k"][rng.usize(..8)],
            };
            list.insert(name.to_owned(), json!(quantity));
        }
    }
    Value::Object(list)
}
