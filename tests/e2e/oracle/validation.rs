//! What is refused before the server is asked, beside `ValidateDaemonSet`: nothing that
//! upstream accepts, and of the rest how much, by class.

use std::collections::{BTreeMap, BTreeSet};

use kubectl_ds::apply::defaults::defaulted;
use kubectl_ds::apply::validation::{changes_selector, violations};
use kubectl_ds::model::DaemonSet;
use serde_json::{Value, json};

use super::defaults::fields;
use super::generator::Mutations;
use super::process::Oracle;

const SEED: u64 = 9_371;
const MANIFESTS: usize = 20_000;
const UPDATES: usize = 3_000;
const CHUNK: usize = 500;

/// Of the manifests that upstream refuses, in percent, so many are refused here.
const FLOOR: f64 = 99.0;

/// The same of updates: what the stored object breaks already isn't refused again here, whatever
/// upstream says, so that nothing is refused in vain. Measured at 97.94 of 5,524.
const FLOOR_OF_UPDATES: f64 = 97.5;

/// A class in so many of them is frequent, and nearly all of it is refused here.
const FREQUENT: u32 = 100;
const FLOOR_OF_FREQUENT: f64 = 95.0;

/// Of those that are refused here for one class, in percent, so many name its field;
/// upstream itself leaves out steps, as in `spec.template.labels`.
const FLOOR_OF_PATHS: f64 = 90.0;

/// Classes that manifests really have.
const EXPECTED: [&str; 5] = [
    "FieldValueInvalid spec.template.spec.containers[].ports[].hostPort",
    "FieldValueInvalid spec.template.spec.containers[].resources.requests",
    "FieldValueRequired spec.template.spec.containers[].resources.limits",
    "FieldValueForbidden spec.template.spec.volumes[].hostPath",
    "FieldValueDuplicate spec.template.spec.containers[].ports[].name",
];

/// How often something was refused by upstream, and by the engine too.
#[derive(Default)]
struct Count {
    upstream: u32,
    engine: u32,
}

impl Count {
    fn add(&mut self, is_refused: bool) {
        self.upstream += 1;
        self.engine += u32::from(is_refused);
    }

    fn percent(&self) -> f64 {
        100.0 * f64::from(self.engine) / f64::from(self.upstream.max(1))
    }
}

pub fn run() -> Result<(), String> {
    let mut oracle = Oracle::start()?;
    let mut mutations = Mutations::new(SEED, fields(&mut oracle)?)?;
    let originals = mutations.originals().to_vec();
    for (manifest, errors) in originals.iter().zip(judged(&mut oracle, &originals)?) {
        if errors.is_none_or(|errors| !errors.is_empty()) {
            return Err(format!("upstream refuses an original: {manifest}"));
        }
    }
    let mut valid = 0;
    let mut all = Count::default();
    let mut paths = Count::default();
    let mut classes = BTreeMap::<String, Count>::new();
    while valid < MANIFESTS || (all.upstream as usize) < MANIFESTS {
        let manifests: Vec<Value> = (0..CHUNK).map(|_| mutations.manifest()).collect();
        for (manifest, errors) in manifests.iter().zip(judged(&mut oracle, &manifests)?) {
            // What can't be decoded is another trial's.
            let Some(errors) = errors else { continue };
            let refused = refused(None, manifest)?;
            if errors.is_empty() {
                valid += 1;
                if !refused.is_empty() {
                    return Err(format!("only the engine refuses {refused:?}\n{manifest}"));
                }
                continue;
            }
            all.add(!refused.is_empty());
            let of: BTreeSet<String> = errors.iter().map(class).collect();
            // Of several it couldn't be said which the engine has seen.
            if let [class] = of.iter().collect::<Vec<_>>()[..] {
                classes
                    .entry(class.clone())
                    .or_default()
                    .add(!refused.is_empty());
                if !refused.is_empty() {
                    paths.add(is_named(class, &refused));
                }
            }
        }
    }
    println!("{valid} manifests that upstream accepts, none of them refused here");
    report(&all, &paths, &classes)
}

/// An update may keep some of what the server refuses in a new object.
pub fn updates() -> Result<(), String> {
    let mut oracle = Oracle::start()?;
    let mut mutations = Mutations::new(SEED + 1, fields(&mut oracle)?)?;
    let (mut accepted, mut kept, mut all) = (0, 0, Count::default());
    while accepted < UPDATES {
        let pairs: Vec<(Value, Value)> = (0..CHUNK)
            .map(|_| {
                let mut old = mutations.manifest();
                let mut new = mutations.mutated(old.clone());
                // An update is of the object of that name.
                for object in [&mut old, &mut new] {
                    object["metadata"]["name"] = json!("ds");
                }
                (old, new)
            })
            .collect();
        let requests = pairs.iter().enumerate();
        let requests: Vec<Value> = requests
            .map(|(id, (old, new))| json!({"id": id, "op": "validate", "old": old, "new": new}))
            .collect();
        for ((old, new), answer) in pairs.iter().zip(oracle.ask(&requests)?) {
            let Some(errors) = errors(&answer) else {
                continue;
            };
            let stored = object(old)?;
            let refused = refused(Some(&stored), new)?;
            if !errors.is_empty() {
                // What the stored one has already isn't said again.
                if self::refused(None, old)?.is_empty() {
                    all.add(!refused.is_empty());
                }
                continue;
            }
            accepted += 1;
            kept += u32::from(!self::refused(None, new)?.is_empty());
            if !refused.is_empty() {
                return Err(format!(
                    "only the engine refuses {refused:?}\n{new}\nfor {old}"
                ));
            }
        }
    }
    let percent = all.percent();
    println!(
        "{accepted} updates that upstream accepts, none of them refused here; {kept} keep what a new object can't have"
    );
    println!(
        "{} that it refuses, {percent:.2} % of them refused here",
        all.upstream
    );
    if kept == 0 || percent < FLOOR_OF_UPDATES {
        return Err("too little was seen".to_owned());
    }
    Ok(())
}

/// What upstream says to new objects; `None` for one that it can't decode.
fn judged(oracle: &mut Oracle, manifests: &[Value]) -> Result<Vec<Option<Vec<Value>>>, String> {
    let requests = manifests.iter().enumerate();
    let requests: Vec<Value> = requests
        .map(|(id, manifest)| json!({"id": id, "op": "validate", "new": manifest}))
        .collect();
    Ok(oracle.ask(&requests)?.iter().map(errors).collect())
}

fn errors(answer: &Value) -> Option<Vec<Value>> {
    answer["errors"].as_array().cloned()
}

fn object(manifest: &Value) -> Result<DaemonSet, String> {
    let object = defaulted(manifest).map_err(|e| format!("{e}\n{manifest}"))?;
    DaemonSet::from_value(object, "default").map_err(|e| format!("{e}\n{manifest}"))
}

/// The fields that the engine refuses.
fn refused(stored: Option<&DaemonSet>, manifest: &Value) -> Result<Vec<String>, String> {
    let new = object(manifest)?;
    let violations = violations(stored, &new).into_iter();
    let mut refused: Vec<String> = violations.map(|v| v.path).collect();
    if stored.is_some_and(|stored| changes_selector(stored, &new)) {
        refused.push("spec.selector".to_owned());
    }
    Ok(refused)
}

/// The type of an error and its field without indexes and keys.
fn class(error: &Value) -> String {
    let text = |field: &str| error[field].as_str().unwrap_or_default().to_owned();
    format!("{} {}", text("type"), without_keys(&text("field")))
}

fn without_keys(path: &str) -> String {
    let mut depth = 0;
    let kept = path.chars().filter(|c| {
        depth -= u32::from(*c == ']');
        let keep = depth == 0;
        depth += u32::from(*c == '[');
        keep
    });
    kept.collect()
}

/// Whether one of the fields is that of the class, in it, what it is in, or a field of
/// the same object: upstream says `operator` of what is wrong with a toleration's value.
fn is_named(class: &str, refused: &[String]) -> bool {
    let field = class.split_once(' ').map_or("", |(_, field)| field);
    refused.iter().any(|path| {
        let path = without_keys(path);
        let object = |field: &str| field.rsplit_once('.').map(|(object, _)| object.to_owned());
        path.starts_with(field) || field.starts_with(&path) || object(&path) == object(field)
    })
}

fn report(all: &Count, paths: &Count, classes: &BTreeMap<String, Count>) -> Result<(), String> {
    let (percent, named) = (all.percent(), paths.percent());
    println!(
        "{} that it refuses, {percent:.2} % of them refused here",
        all.upstream
    );
    println!("of those with one class, {named:.2} % name its field");
    let mut sorted: Vec<_> = classes.iter().collect();
    sorted.sort_by_key(|(_, count)| std::cmp::Reverse(count.upstream));
    let mut problems = Vec::new();
    for (class, count) in sorted {
        let percent = count.percent();
        println!("  {:5} {percent:6.2} %  {class}", count.upstream);
        if count.upstream >= FREQUENT && percent < FLOOR_OF_FREQUENT {
            problems.push(format!("only {percent:.2} % of `{class}`"));
        }
    }
    for class in EXPECTED {
        let count = classes.get(class);
        if count.is_none_or(|count| count.engine < count.upstream) {
            problems.push(format!("not all of `{class}`"));
        }
    }
    if percent < FLOOR || named < FLOOR_OF_PATHS {
        problems.push(format!("{percent:.2} % are refused, {named:.2} % named"));
    }
    if problems.is_empty() {
        return Ok(());
    }
    Err(problems.join("; "))
}
