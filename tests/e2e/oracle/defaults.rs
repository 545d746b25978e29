//! The object that the server makes of a manifest, beside upstream's.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use kubectl_ds::apply::defaults::defaulted;
use serde_json::{Value, json};

use super::generator::{Care, Objects, Table, table};
use super::golden;
use super::golden_dir;
use super::process::Oracle;

const SEED: u64 = 6_371;
const MANIFESTS: usize = 20_000;
const VECTORS: usize = 300;
const CHUNK: usize = 500;

/// Below this share of the manifests, in percent, a default was hardly tested.
const LEAST: f64 = 0.5;

/// The table of fields that the engine was built with.
const TABLE: &str = "src/apply/schema/daemonset-v1.37.1.txt";

/// Fields that upstream adds, by the end of their path.
const ADDED: &[&str] = &[
    "/updateStrategy/type",
    "/updateStrategy/rollingUpdate",
    "/rollingUpdate/maxUnavailable",
    "/rollingUpdate/maxSurge",
    "/spec/revisionHistoryLimit",
    "/spec/serviceAccount",
    "/spec/serviceAccountName",
    "/spec/dnsPolicy",
    "/spec/restartPolicy",
    "/spec/securityContext",
    "/spec/terminationGracePeriodSeconds",
    "/spec/schedulerName",
    "/volumes/emptyDir",
    "/image/pullPolicy",
    "/hostPath/type",
    "/iscsi/iscsiInterface",
    "/rbd/pool",
    "/rbd/user",
    "/rbd/keyring",
    "/azureDisk/cachingMode",
    "/azureDisk/fsType",
    "/azureDisk/readOnly",
    "/azureDisk/kind",
    "/scaleIO/storageMode",
    "/scaleIO/fsType",
    "/secret/defaultMode",
    "/configMap/defaultMode",
    "/downwardAPI/defaultMode",
    "/projected/defaultMode",
    "/fieldRef/apiVersion",
    "/resourceFieldRef/divisor",
    "/serviceAccountToken/expirationSeconds",
    "/spec/volumeMode",
    "/containers/imagePullPolicy",
    "/containers/terminationMessagePath",
    "/containers/terminationMessagePolicy",
    "/containers/resources",
    "/ephemeralContainers/imagePullPolicy",
    "/initContainers/imagePullPolicy",
    "/ports/protocol",
    "/fileKeyRef/optional",
    "/livenessProbe/timeoutSeconds",
    "/readinessProbe/periodSeconds",
    "/startupProbe/successThreshold",
    "/livenessProbe/failureThreshold",
    "/httpGet/path",
    "/httpGet/scheme",
    "/grpc/service",
    "/postStart/httpGet/path",
];

/// Fields that upstream leaves out or writes otherwise.
const GONE: &[&str] = &[
    "notAField",
    "/defaultUser",
    "/items/user",
    "/lifecycle/stopSignal",
    "/emptyDir/mode",
    "/evictionResponders",
    "/grpc/mode",
    "/schedulingGroup",
    "/httpGet/protocol",
    "/bindMountOptions",
    "/init-containers",
];
const REWRITTEN: &[&str] = &[
    "/limits/cpu",
    "/requests/memory",
    "/overhead/cpu",
    "/sizeLimit",
];

/// The oracle's table of fields, which must be the engine's.
pub fn fields(oracle: &mut Oracle) -> Result<Table, String> {
    let answers = oracle.ask(&[json!({"id": 0, "op": "schema"})])?;
    let lines = answers[0]["types"].as_array();
    let lines = lines.ok_or_else(|| answers[0].to_string())?;
    let lines: Vec<String> = lines
        .iter()
        .filter_map(|l| l.as_str().map(str::to_owned))
        .collect();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(TABLE);
    golden::keep_or_compare(&path, &format!("{}\n", lines.join("\n")))?;
    Ok(table(&lines))
}

pub fn run() -> Result<(), String> {
    let mut oracle = Oracle::start()?;
    let mut objects = Objects::new(SEED, fields(&mut oracle)?, Care::Loose);
    let mut seen = BTreeMap::<String, u32>::new();
    let mut refused = 0;
    for _ in 0..MANIFESTS.div_ceil(CHUNK) {
        let manifests: Vec<Value> = (0..CHUNK).map(|_| objects.daemon_set()).collect();
        for (manifest, answer) in manifests.iter().zip(ask(&mut oracle, &manifests)?) {
            compare(manifest, &answer)?;
            refused += u32::from(!answer["error"].is_null());
            for change in changes(manifest, &answer["object"]) {
                *seen.entry(change).or_default() += 1;
            }
        }
    }
    println!("{MANIFESTS} manifests, {refused} refused by both, no mismatch");
    if refused < 200 {
        return Err(format!("only {refused} were refused"));
    }
    verify(&seen)
}

/// Asks the oracle again about everything, and compares byte for byte; with
/// `KUBECTL_DS_REGENERATE=1` it writes the file instead.
pub fn vectors() -> Result<(), String> {
    let mut oracle = Oracle::start()?;
    let version = golden::version(&mut oracle)?;
    let mut objects = Objects::new(SEED + 1, fields(&mut oracle)?, Care::Loose);
    let manifests: Vec<Value> = (0..VECTORS).map(|_| objects.daemon_set()).collect();
    let header = json!({"kubernetes": version, "vectors": VECTORS});
    let mut text = format!("{header}\n");
    for (manifest, answer) in manifests.iter().zip(ask(&mut oracle, &manifests)?) {
        // What can't be read has no object; why it can't is said in other words here.
        let vector = json!({"manifest": manifest, "object": answer["object"]});
        let _ = writeln!(text, "{vector}");
    }
    let path = golden_dir().join(format!("defaults-{version}.jsonl"));
    golden::keep_or_compare(&path, &text)
}

fn ask(oracle: &mut Oracle, manifests: &[Value]) -> Result<Vec<Value>, String> {
    let requests = manifests.iter().enumerate();
    let requests: Vec<Value> = requests
        .map(|(id, manifest)| json!({"id": id, "op": "defaults", "manifest": manifest}))
        .collect();
    oracle.ask(&requests)
}

fn compare(manifest: &Value, answer: &Value) -> Result<(), String> {
    let upstream = answer.get("object");
    match (defaulted(manifest), upstream) {
        (Ok(object), Some(upstream)) if object == *upstream => Ok(()),
        (Err(_), None) => Ok(()),
        (Ok(object), Some(upstream)) => Err(format!(
            "{}\nof {manifest}",
            difference("", &object, upstream).unwrap_or_default()
        )),
        (Ok(_), None) => Err(format!("only upstream refuses: {answer}\n{manifest}")),
        (Err(error), Some(_)) => Err(format!("only the engine refuses: {error}\n{manifest}")),
    }
}

/// The first place where two values differ.
pub fn difference(path: &str, engine: &Value, upstream: &Value) -> Option<String> {
    match (engine, upstream) {
        (Value::Object(a), Value::Object(b)) => {
            let keys: BTreeSet<_> = a.keys().chain(b.keys()).collect();
            let null = Value::Null;
            keys.into_iter().find_map(|key| {
                let at = format!("{path}/{key}");
                match (a.get(key), b.get(key)) {
                    (Some(a), Some(b)) => difference(&at, a, b),
                    (a, b) => Some(format!(
                        "{at}: engine {:?}, upstream {:?}",
                        a.unwrap_or(&null),
                        b.unwrap_or(&null)
                    )),
                }
            })
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            let pairs = a.iter().zip(b).enumerate();
            let mut found =
                pairs.filter_map(|(i, (a, b))| difference(&format!("{path}/{i}"), a, b));
            found.next()
        }
        _ if engine == upstream => None,
        _ => Some(format!("{path}: engine {engine}, upstream {upstream}")),
    }
}

/// What became of the manifest's fields: `+`, `-` or `~` and the path without indexes.
fn changes(manifest: &Value, object: &Value) -> BTreeSet<String> {
    let mut changes = BTreeSet::new();
    let null = Value::Null;
    walk("", manifest, object, &null, &mut changes);
    changes
}

fn walk(path: &str, before: &Value, after: &Value, null: &Value, changes: &mut BTreeSet<String>) {
    if after.is_null() && !before.is_null() {
        changes.insert(format!("-{path}"));
        return;
    }
    match (before, after) {
        (Value::Null, Value::Object(map)) => {
            changes.insert(format!("+{path}"));
            for (key, value) in map {
                walk(&format!("{path}/{key}"), null, value, null, changes);
            }
        }
        (Value::Null, value) if !value.is_null() => {
            changes.insert(format!("+{path}"));
        }
        (Value::Object(a), Value::Object(b)) => {
            for key in a.keys().chain(b.keys()) {
                let (a, b) = (a.get(key).unwrap_or(null), b.get(key).unwrap_or(null));
                walk(&format!("{path}/{key}"), a, b, null, changes);
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            for (a, b) in a.iter().zip(b) {
                walk(path, a, b, null, changes);
            }
        }
        _ if before != after => {
            changes.insert(format!("~{path}"));
        }
        _ => {}
    }
}

fn verify(seen: &BTreeMap<String, u32>) -> Result<(), String> {
    let mut problems = Vec::new();
    for (sign, what, ends) in [
        ('+', "added", ADDED),
        ('-', "left out", GONE),
        ('~', "rewritten", REWRITTEN),
    ] {
        for end in ends {
            let of = seen.iter();
            let of = of.filter(|(path, _)| path.starts_with(sign) && path.ends_with(end));
            let count: u32 = of.map(|(_, count)| count).sum();
            let percent = 100.0 * f64::from(count) / MANIFESTS as f64;
            println!("  {percent:6.2} %  {what}: {end}");
            if percent < LEAST {
                problems.push(format!("`{end}` {what} too seldom"));
            }
        }
    }
    if problems.is_empty() {
        return Ok(());
    }
    Err(problems.join("; "))
}
