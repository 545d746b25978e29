//! The vectors of the defaulting: what upstream stored of a manifest.

use kubectl_ds::apply::defaults::defaulted;
use serde_json::Value;

use crate::vector_file;

const VECTORS: &str = include_str!("defaults-v1.37.1.jsonl");

fn vectors() -> impl Iterator<Item = (usize, Value)> {
    vector_file::read(VECTORS)
}

#[test]
fn the_object_is_what_upstream_stored() {
    let (mut wrong, mut refused) = (Vec::new(), 0);
    for (line, vector) in vectors() {
        match (defaulted(&vector["manifest"]), &vector["object"]) {
            (Err(_), Value::Null) => refused += 1,
            (Ok(object), upstream) if object == *upstream => {}
            (object, upstream) => {
                wrong.push(format!("line {line}: {object:?}, upstream {upstream}"));
            }
        }
    }
    vector_file::nothing_wrong(&wrong);
    assert!(refused > 3, "{refused} refused");
}

#[test]
fn what_is_stored_stays_as_it_is() {
    for (line, vector) in vectors().filter(|(_, v)| v["object"].is_object()) {
        let again = defaulted(&vector["object"]).unwrap_or_else(|e| panic!("line {line}: {e}"));
        assert_eq!(again, vector["object"], "line {line}");
    }
}

#[test]
fn the_vectors_are_of_the_release_that_the_engine_names() {
    vector_file::check_header(VECTORS, 200);
}
