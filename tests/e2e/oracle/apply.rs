//! What an apply leaves, beside what kubectl's patch and the server make of it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use kubectl_ds::apply::client_side::apply;
use serde_json::{Value, json};

use super::defaults::{difference, fields};
use super::generator::{Care, Objects};
use super::golden;
use super::golden_dir;
use super::process::Oracle;

const SEED: u64 = 7_371;
const APPLIES: usize = 20_000;
const VECTORS: usize = 250;
const CHUNK: usize = 500;

/// Below this share of the applies, in percent, an outcome was hardly tested.
const LEAST: f64 = 0.5;

const OUTCOMES: &[&str] = &[
    "created",
    "no patch",
    "never applied before",
    "template changed",
    "spec changed, not the template",
    "metadata changed alone",
    "field deleted",
    "item deleted",
    "order set",
    "order set, with items of others",
    "fields retained",
    "both refuse",
];

/// One question: what does applying this to that leave?
pub struct Apply {
    /// Null where there is no object yet.
    live: Value,
    manifest: Value,
}

pub fn run() -> Result<(), String> {
    let mut oracle = Oracle::start()?;
    let mut objects = Objects::new(SEED, fields(&mut oracle)?, Care::Mergeable);
    let mut seen = BTreeMap::<&str, u32>::new();
    for _ in 0..APPLIES.div_ceil(CHUNK) {
        let applies = draw(&mut oracle, &mut objects, CHUNK)?;
        for (apply, answer) in applies.iter().zip(ask(&mut oracle, &applies)?) {
            compare(apply, &answer)?;
            for outcome in outcomes(apply, &answer) {
                *seen.entry(outcome).or_default() += 1;
            }
        }
    }
    println!("{APPLIES} applies, no mismatch");
    let seen = |name: &str| seen.get(name).copied().unwrap_or_default();
    super::none_is_rare(OUTCOMES, seen, APPLIES, LEAST)
}

/// Asks the oracle again about everything, and compares byte for byte; with
/// `KUBECTL_DS_REGENERATE=1` it writes the file instead.
pub fn vectors() -> Result<(), String> {
    let mut oracle = Oracle::start()?;
    let version = golden::version(&mut oracle)?;
    let mut objects = Objects::new(SEED + 1, fields(&mut oracle)?, Care::Mergeable);
    let applies = draw(&mut oracle, &mut objects, VECTORS)?;
    let header = json!({"kubernetes": version, "vectors": VECTORS});
    let mut text = format!("{header}\n");
    for (apply, answer) in applies.iter().zip(ask(&mut oracle, &applies)?) {
        let vector = json!({"live": apply.live, "manifest": apply.manifest,
            "object": answer["object"]});
        let _ = writeln!(text, "{vector}");
    }
    let path = golden_dir().join(format!("apply-{version}.jsonl"));
    golden::keep_or_compare(&path, &text)
}

/// Manifests that were applied once, what others made of the live objects, and
/// the manifests as they are now.
fn draw(oracle: &mut Oracle, objects: &mut Objects, count: usize) -> Result<Vec<Apply>, String> {
    let first: Vec<Apply> = (0..count)
        .map(|_| Apply {
            live: Value::Null,
            manifest: objects.daemon_set(),
        })
        .collect();
    let answers = ask(oracle, &first)?;
    let mut applies = in_place(oracle, &answers, count / 50)?;
    let left = first.into_iter().zip(answers).skip(applies.len());
    for (first, answer) in left {
        if objects.percent(5) || answer["object"].is_null() {
            applies.push(first);
            continue;
        }
        let unchanged = objects.percent(8);
        let live = if unchanged {
            answer["object"].clone()
        } else {
            objects.touched(&answer["object"])
        };
        let manifest = if unchanged || objects.percent(10) {
            first.manifest
        } else {
            objects.edited(&first.manifest)
        };
        applies.push(Apply { live, manifest });
    }
    Ok(applies)
}

/// Manifests that are in place already, word for word.
fn in_place(oracle: &mut Oracle, answers: &[Value], count: usize) -> Result<Vec<Apply>, String> {
    let objects = answers.iter().map(|answer| &answer["object"]);
    let objects = objects.filter(|object| object.is_object()).take(count);
    let first = objects.map(|object| {
        let metadata = json!({"name": "ds", "namespace": "default"});
        let manifest = json!({"apiVersion": "apps/v1", "kind": "DaemonSet",
            "metadata": metadata, "spec": object["spec"]});
        let live = Value::Null;
        Apply { live, manifest }
    });
    let first: Vec<Apply> = first.collect();
    let answers = ask(oracle, &first)?.into_iter();
    let applies = first.into_iter().zip(answers).map(|(first, mut answer)| {
        let live = answer["object"].take();
        Apply { live, ..first }
    });
    Ok(applies.collect())
}

fn ask(oracle: &mut Oracle, applies: &[Apply]) -> Result<Vec<Value>, String> {
    let requests = applies.iter().enumerate().map(|(id, apply)| {
        json!({"id": id, "op": "apply", "live": apply.live, "manifest": apply.manifest})
    });
    let requests: Vec<Value> = requests.collect();
    oracle.ask(&requests)
}

fn compare(question: &Apply, answer: &Value) -> Result<(), String> {
    let Apply { live, manifest } = question;
    let given = Some(live).filter(|live| !live.is_null());
    let said = apply(given, manifest, "default");
    let problem = match (said, answer.get("object")) {
        (Ok(object), Some(upstream)) if object == *upstream => return Ok(()),
        (Err(_), None) => return Ok(()),
        (Ok(object), Some(upstream)) => difference("", &object, upstream).unwrap_or_default(),
        (Ok(_), None) => format!("only upstream refuses: {answer}"),
        (Err(error), Some(_)) => format!("only the engine refuses: {error}"),
    };
    let patch = &answer["patch"];
    Err(format!(
        "{problem}\npatch {patch}\nof {manifest}\nto {live}"
    ))
}

fn outcomes(question: &Apply, answer: &Value) -> BTreeSet<&'static str> {
    let (before, after) = (&question.live, &answer["object"]);
    let patch = answer["patch"].to_string();
    let mut outcomes = BTreeSet::new();
    let mut note = |name, happened: bool| {
        if happened {
            outcomes.insert(name);
        }
    };
    note("both refuse", after.is_null());
    note("created", before.is_null() && !after.is_null());
    if before.is_null() || after.is_null() {
        return outcomes;
    }
    let generations = |object: &Value| {
        let annotations = &object["metadata"]["annotations"];
        let template = annotations["deprecated.daemonset.template.generation"].clone();
        (object["metadata"]["generation"].clone(), template)
    };
    let ((spec, template), (spec_after, template_after)) =
        (generations(before), generations(after));
    let sent = patch != "{}";
    note("no patch", !sent);
    let annotations = &before["metadata"]["annotations"];
    let last = &annotations["kubectl.kubernetes.io/last-applied-configuration"];
    note("never applied before", last.is_null());
    note("template changed", template != template_after);
    note(
        "spec changed, not the template",
        template == template_after && spec != spec_after,
    );
    note("metadata changed alone", sent && spec == spec_after);
    note("field deleted", patch.contains(":null"));
    note("item deleted", patch.contains("\"$patch\":\"delete\""));
    note("order set", patch.contains("$setElementOrder/"));
    note(
        "order set, with items of others",
        has_others(&answer["patch"], after),
    );
    note("fields retained", patch.contains("$retainKeys"));
    outcomes
}

/// Whether a list of the pod's spec has items that the patch's order doesn't name.
fn has_others(patch: &Value, after: &Value) -> bool {
    let (patch, after) = (
        &patch["spec"]["template"]["spec"],
        &after["spec"]["template"]["spec"],
    );
    let fields = patch.as_object().into_iter().flatten();
    let mut orders = fields.filter_map(|(key, order)| {
        let list = key.strip_prefix("$setElementOrder/")?;
        Some((order.as_array()?.len(), after[list].as_array()?.len()))
    });
    orders.any(|(named, all)| named < all)
}
