//! What is written as YAML, read by the reader of kubectl.

use fastrand::Rng;
use kubectl_ds::output::yaml;
use serde_json::{Value, json};

use super::process::Oracle;
use super::scalars::object;

const SEED: u64 = 1_120;
const OBJECTS: usize = 20_000;

/// Every text comes back, as a key and as a value.
pub fn run() -> Result<(), String> {
    let mut rng = Rng::with_seed(super::seed(SEED)?);
    let objects: Vec<Value> = (0..OBJECTS).map(|n| object(&mut rng, n)).collect();
    let texts = objects.iter().map(yaml::to_string);
    let texts: Vec<String> = texts.collect::<Result<_, _>>().map_err(|e| e.to_string())?;
    let requests = texts.iter().enumerate();
    let requests: Vec<Value> = requests
        .map(|(id, text)| json!({"id": id, "op": "yaml", "text": text}))
        .collect();
    let answers = Oracle::start()?.ask(&requests)?;
    for ((object, text), answer) in objects.iter().zip(&texts).zip(&answers) {
        if answer["value"] != *object {
            return Err(format!("written of {object}:\n{text}\nread: {answer}"));
        }
    }
    println!("{OBJECTS} objects");
    Ok(())
}
