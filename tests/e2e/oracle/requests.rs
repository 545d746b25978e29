//! Quantities and sums of requests beside upstream's.

use std::collections::BTreeMap;

use fastrand::Rng;
use k8s_openapi::api::core::v1::PodSpec;
use kubectl_ds::engine::requests::{Requests, pod_requests, scheduled_requests};
use kubectl_ds::model::quantity::Quantity;
use kubectl_ds::model::{LimitRange, Pod};
use serde_json::{Map, Value, json};

use super::process::Oracle;

const SEED: u64 = 4_242;
const TEMPLATES: usize = 5_000;
const PODS: usize = 20_000;
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

/// What a new pod asks of its node, as the scheduler counts it once the API server has
/// filled in its defaults and those of LimitRanges.
pub fn sums() -> Result<(), String> {
    let mut rng = Rng::with_seed(SEED);
    let requests: Vec<Value> = (0..TEMPLATES)
        .map(|id| {
            let limit_ranges: Vec<_> = (0..rng.usize(..3)).map(|n| limit_range(&mut rng, n)).collect();
            let template = json!({"spec": pod_spec(&mut rng)});
            json!({"id": id, "op": "podRequests", "template": template, "limitRanges": limit_ranges})
        })
        .collect();
    let answers = Oracle::start()?.ask(&requests)?;
    let (mut empty, mut given) = (0, 0);
    for (request, answer) in requests.iter().zip(&answers) {
        let spec: PodSpec = decode(&request["template"]["spec"])?;
        let limit_ranges: Vec<LimitRange> = decode(&request["limitRanges"])?;
        let engine = pod_requests(&spec, &limit_ranges).map_err(|problem| problem.to_string())?;
        compare(&engine, request, answer)?;
        let alone = pod_requests(&spec, &[]).map_err(|problem| problem.to_string())?;
        given += usize::from(alone != engine);
        empty += usize::from(engine.is_empty());
    }
    println!(
        "{TEMPLATES} templates, {empty} of them without requests, {given} with those of LimitRanges"
    );
    if empty * 4 < TEMPLATES && given * 4 > TEMPLATES {
        Ok(())
    } else {
        Err("too many ask for nothing, or too few for what LimitRanges give".to_owned())
    }
}

/// What the scheduler counts of a pod that is on a node, whatever the kubelet says of its
/// resources and of a resize.
pub fn scheduled() -> Result<(), String> {
    let mut rng = Rng::with_seed(SEED);
    let requests: Vec<Value> = (0..PODS)
        .map(|id| json!({"id": id, "op": "scheduled", "pod": pod(&mut rng)}))
        .collect();
    let answers = Oracle::start()?.ask(&requests)?;
    let (mut by_spec, mut infeasible) = (0, 0);
    for (request, answer) in requests.iter().zip(&answers) {
        let pod: Pod = decode(&request["pod"])?;
        let resources = pod.resources.ok_or("a pod has containers")?;
        let sum = |resources| scheduled_requests(resources).map_err(|e| e.to_string());
        let engine = sum(&resources)?;
        compare(&engine, request, answer)?;
        infeasible += usize::from(resources.is_resize_infeasible);
        let mut unsaid: Pod = decode(&json!({"spec": request["pod"]["spec"]}))?;
        let unsaid = unsaid.resources.take().ok_or("a pod has containers")?;
        by_spec += usize::from(sum(&unsaid)? == engine);
    }
    println!(
        "{PODS} pods, {by_spec} of them count by their spec alone, {infeasible} can't be resized"
    );
    if by_spec * 2 < PODS && by_spec * 20 > PODS && infeasible * 10 > PODS {
        Ok(())
    } else {
        Err("too many or too few count by their spec alone".to_owned())
    }
}

fn decode<T: serde::de::DeserializeOwned>(value: &Value) -> Result<T, String> {
    T::deserialize(value).map_err(|e| e.to_string())
}

fn compare(engine: &Requests, request: &Value, answer: &Value) -> Result<(), String> {
    let engine: BTreeMap<_, _> = engine.iter().map(|(n, q)| (n, q.to_string())).collect();
    if json!(engine) == answer["requests"] {
        return Ok(());
    }
    Err(format!("engine {engine:?}\nupstream {answer}\n{request}"))
}

/// A LimitRange of containers, and sometimes of pods, which says nothing of containers.
fn limit_range(rng: &mut Rng, number: usize) -> Value {
    let item = |rng: &mut Rng, kind: &str| {
        let mut item = json!({"type": kind});
        for list in ["default", "defaultRequest", "min", "max"] {
            if rng.u8(..10) < 4 {
                item[list] = quantities(rng);
                item[list].as_object_mut().map(|list| list.remove(HUGE));
            }
        }
        // The API wants both to be equal for what can't be overcommitted.
        if rng.u8(..10) < 2 {
            for list in ["default", "defaultRequest"] {
                item[list][HUGE] = json!("2Mi");
            }
        }
        item
    };
    let mut limits = vec![item(rng, "Container")];
    if rng.u8(..10) < 3 {
        limits.insert(rng.usize(..2), item(rng, "Pod"));
    }
    json!({"metadata": {"name": format!("l{number}")}, "spec": {"limits": limits}})
}

/// A pod on a node, with what its kubelet says of it.
fn pod(rng: &mut Rng) -> Value {
    let mut spec = pod_spec(rng);
    spec["nodeName"] = json!("n");
    for (list, prefix) in [("containers", "c"), ("initContainers", "i")] {
        for (number, container) in spec[list].as_array_mut().into_iter().flatten().enumerate() {
            container["name"] = json!(format!("{prefix}{number}"));
        }
    }
    let mut status = json!({"phase": "Running"});
    for (list, of) in [
        ("containers", "containerStatuses"),
        ("initContainers", "initContainerStatuses"),
    ] {
        let names = spec[list].as_array().into_iter().flatten();
        let names: Vec<_> = names.map(|container| container["name"].clone()).collect();
        let statuses = names.into_iter().filter(|_| rng.u8(..10) < 8);
        let names: Vec<_> = statuses.collect();
        let statuses = names.into_iter().map(|name| container_status(rng, &name));
        status[of] = json!(statuses.collect::<Vec<_>>());
    }
    if rng.u8(..10) < 4 {
        status["resources"] = status_resources(rng);
    }
    if rng.u8(..10) < 4 {
        status["allocatedResources"] = quantities(rng);
    }
    status["conditions"] = json!(conditions(rng));
    let mut pod = json!({"metadata": {"name": "p"}, "spec": spec, "status": status});
    write_as_stored(&mut pod);
    pod
}

/// Quantities as the API server writes them: upstream adds some of the others into the pod
/// itself, so that a second sum of it is another.
fn write_as_stored(value: &mut Value) {
    for (name, value) in value.as_object_mut().into_iter().flatten() {
        let lists = ["requests", "limits", "overhead", "allocatedResources"];
        if !lists.contains(&name.as_str()) {
            write_as_stored(value);
            continue;
        }
        for quantity in value.as_object_mut().into_iter().flat_map(Map::values_mut) {
            let written = quantity.as_str().map(Quantity::parse);
            if let Some(Ok(read)) = written {
                *quantity = json!(read.to_string());
            }
        }
    }
    for item in value.as_array_mut().into_iter().flatten() {
        write_as_stored(item);
    }
}

fn container_status(rng: &mut Rng, name: &Value) -> Value {
    let mut status = json!({"name": name, "ready": rng.bool(), "restartCount": 0});
    if rng.u8(..10) < 6 {
        status["resources"] = status_resources(rng);
    }
    if rng.u8(..10) < 6 {
        status["allocatedResources"] = quantities(rng);
    }
    status
}

fn status_resources(rng: &mut Rng) -> Value {
    match rng.u8(..10) {
        0 => json!({}),
        1 => json!({"limits": quantities(rng)}),
        _ => json!({"requests": quantities(rng)}),
    }
}

/// What the kubelet says of a resize; of two conditions of a type the first counts.
fn conditions(rng: &mut Rng) -> Vec<Value> {
    let pending =
        |reason: &str| json!({"type": "PodResizePending", "status": "True", "reason": reason});
    let under_way = json!({"type": "PodResizeInProgress", "status": "True"});
    match rng.u8(..10) {
        0 | 1 => vec![pending("Infeasible")],
        2 => vec![pending("Deferred")],
        3 => vec![pending("Deferred"), pending("Infeasible")],
        4 => vec![under_way, pending("Infeasible")],
        5 => vec![under_way],
        6 => vec![json!({"type": "PodResizePending", "status": "True"})],
        _ => Vec::new(),
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
