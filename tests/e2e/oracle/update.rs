//! The generations after an update, beside upstream's: of generated DaemonSets, and
//! of what a small edit makes of them.

use std::collections::BTreeMap;

use fastrand::Rng;
use kubectl_ds::apply::template_change::prepare_for_update;
use kubectl_ds::model::DaemonSet;
use serde_json::{Value, json};

use super::defaults::fields;
use super::generator::{Care, Objects};
use super::process::Oracle;

const SEED: u64 = 8_371;
const UPDATES: usize = 50_000;
const CHUNK: usize = 500;

/// Below this share of the updates, in percent, something was hardly tested.
const LEAST: f64 = 3.0;
const OUTCOMES: &[&str] = &[
    "nothing was edited, and nothing is changed",
    "something was edited, and nothing is changed",
    "the template is changed",
    "another part of spec is changed",
];

/// The engine reads a DaemonSet as a server writes it, and Go reads more than that.
const UNREAD: &str = "that no server would have written so";

/// Names of what the server drops before it compares: fields behind gates that are
/// off, annotations of the time before init containers, and what it doesn't know,
/// which the engine takes for a newer server's.
const DROPPED: &[&str] = &[
    "defaultUser",
    "user",
    "stopSignal",
    "mode",
    "evictionResponders",
    "schedulingGroup",
    "protocol",
    "bindMountOptions",
    "notAField",
    "pod.beta.kubernetes.io/init-containers",
    "pod.alpha.kubernetes.io/init-containers",
    "pod.beta.kubernetes.io/init-container-statuses",
    "pod.alpha.kubernetes.io/init-container-statuses",
];

pub fn run() -> Result<(), String> {
    let mut oracle = Oracle::start()?;
    let mut objects = Objects::new(SEED, fields(&mut oracle)?, Care::Loose);
    let mut seen = BTreeMap::<&str, u32>::new();
    let mut compared = 0;
    while compared < UPDATES {
        let requests: Vec<Value> = (0..CHUNK).map(|id| request(&mut objects, id)).collect();
        let answers = oracle.ask(&requests)?;
        for (request, answer) in requests.iter().zip(&answers) {
            // What can't be decoded is another test's.
            if answer["error"].is_string() {
                continue;
            }
            compared += 1;
            *seen.entry(compare(request, answer)?).or_default() += 1;
        }
    }
    println!("{compared} updates, no mismatch");
    let seen = |name: &str| seen.get(name).copied().unwrap_or_default();
    let unread = seen(UNREAD);
    println!("  {unread} {UNREAD}");
    if unread * 4 > compared as u32 {
        return Err(format!("too many {UNREAD}"));
    }
    super::none_is_rare(OUTCOMES, seen, compared, LEAST)
}

fn request(objects: &mut Objects, id: usize) -> Value {
    let mut old = objects.daemon_set();
    old["metadata"]["generation"] = json!(5);
    strip(&mut old);
    let mut new = old.clone();
    let rng = &mut objects.rng;
    match rng.u8(..10) {
        0..=1 => {}
        2..=4 => add_nothing(rng, &mut new["spec"]["template"]),
        5 => edit_beside_template(rng, &mut new["spec"]),
        _ => edit(rng, &mut new["spec"]["template"]),
    }
    json!({"id": id, "op": "update", "old": old, "new": new})
}

fn strip(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.retain(|key, _| !DROPPED.contains(&key.as_str()));
            map.values_mut().for_each(strip);
        }
        Value::Array(items) => items.iter_mut().for_each(strip),
        _ => {}
    }
}

/// Adds a field that holds nothing, which is a change for some kinds of fields.
fn add_nothing(rng: &mut Rng, template: &mut Value) {
    let additions = [
        ("/metadata", "annotations", json!({})),
        ("/metadata", "creationTimestamp", Value::Null),
        ("/spec", "tolerations", json!([])),
        ("/spec", "nodeSelector", json!({})),
        ("/spec", "hostPID", json!(false)),
        ("/spec", "subdomain", json!("")),
        ("/spec", "affinity", Value::Null),
        ("/spec", "affinity", json!({})),
        ("/spec", "securityContext", json!({})),
        ("/spec", "hostUsers", json!(false)),
        ("/spec", "priority", json!(0)),
        ("/spec/containers/0", "args", json!([])),
        ("/spec/containers/0", "tty", json!(false)),
        ("/spec/containers/0", "resources", json!({})),
        ("/spec/containers/0", "resources", json!({"limits": {}})),
        ("/spec/containers/0", "securityContext", json!({})),
        ("/spec/containers/0", "restartPolicy", json!("")),
    ];
    let (at, field, value) = &additions[rng.usize(..additions.len())];
    let at = template.pointer_mut(at).and_then(Value::as_object_mut);
    if let Some(object) = at {
        object.entry(*field).or_insert_with(|| value.clone());
    }
}

fn edit_beside_template(rng: &mut Rng, spec: &mut Value) {
    let template = spec["template"].take();
    if rng.bool() {
        let (field, value) = [
            ("minReadySeconds", json!(0)),
            ("minReadySeconds", json!(7)),
            ("revisionHistoryLimit", json!(3)),
            ("updateStrategy", json!({})),
            ("updateStrategy", json!({"type": "OnDelete"})),
            ("updateStrategy", json!({"rollingUpdate": {}})),
            ("updateStrategy", json!({"rollingUpdate": {"maxSurge": 0}})),
            (
                "updateStrategy",
                json!({"rollingUpdate": {"maxUnavailable": "0%"}}),
            ),
        ][rng.usize(..8)]
        .clone();
        spec[field] = value;
    } else {
        edit(rng, spec);
    }
    spec["template"] = template;
}

/// Puts something else in the place of one thing in `value`, often what means the same.
fn edit(rng: &mut Rng, value: &mut Value) {
    let mut paths = Vec::new();
    collect(value, String::new(), &mut paths);
    let path = &paths[rng.usize(..paths.len())];
    let Some((parent, key)) = path.rsplit_once('/') else {
        return;
    };
    let key = key.replace("~1", "/").replace("~0", "~");
    if rng.u8(..4) == 0
        && let Some(parent) = value.pointer_mut(parent).and_then(Value::as_object_mut)
    {
        parent.remove(&key);
        return;
    }
    let at = value.pointer_mut(path).expect("it was collected");
    *at = match at {
        Value::String(text) => match rng.u8(..4) {
            0 => json!(""),
            1 => json!(format!("{text}0")),
            // A quantity in other words.
            _ => json!(other_words(text)),
        },
        Value::Bool(set) if rng.bool() => json!(!*set),
        Value::Number(_) if rng.bool() => json!(rng.u8(..2)),
        Value::Object(_) if rng.bool() => json!({}),
        Value::Array(_) if rng.bool() => json!([]),
        _ => Value::Null,
    };
}

fn collect(value: &Value, path: String, paths: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            for (key, inner) in map {
                let key = key.replace('~', "~0").replace('/', "~1");
                collect(inner, format!("{path}/{key}"), paths);
            }
        }
        Value::Array(items) => {
            for (index, inner) in items.iter().enumerate() {
                collect(inner, format!("{path}/{index}"), paths);
            }
        }
        _ => {}
    }
    paths.push(path);
}

fn other_words(text: &str) -> String {
    if let Some(number) = text.strip_suffix("Gi") {
        return format!("{}Mi", number.parse().unwrap_or(1.0) * 1024.0);
    }
    if let Some(number) = text.strip_suffix('m') {
        return format!("{number}000u");
    }
    match text.parse::<u32>() {
        Ok(number) => format!("{number}000m"),
        Err(_) => text.to_owned(),
    }
}

fn compare(request: &Value, answer: &Value) -> Result<&'static str, String> {
    let read = |name: &str| DaemonSet::from_value(request[name].clone(), "default");
    let (Ok(old), Ok(new)) = (read("old"), read("new")) else {
        return Ok(UNREAD);
    };
    let before = old.template_generation().unwrap_or_default();
    let changed = prepare_for_update(&old, new);
    let said = json!({"id": request["id"],
        "generation": changed.daemon_set.generation(),
        "templateGeneration": if changed.template { before + 1 } else { before }});
    if said != *answer {
        return Err(format!("engine {said}, upstream {answer}: {request}"));
    }
    Ok(match (changed.template, changed.spec) {
        (true, _) => "the template is changed",
        (false, true) => "another part of spec is changed",
        (false, false) if request["old"] == request["new"] => {
            "nothing was edited, and nothing is changed"
        }
        (false, false) => "something was edited, and nothing is changed",
    })
}
