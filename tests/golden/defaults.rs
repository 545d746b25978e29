//! The vectors of the defaulting: what upstream stored of a manifest.

use kubectl_ds::engine::VERIFIED_RELEASE;
use kubectl_ds::engine::defaults::defaulted;
use serde_json::Value;

const VECTORS: &str = include_str!("defaults-v1.37.1.jsonl");

fn vectors() -> impl Iterator<Item = (usize, Value)> {
    let lines = VECTORS.lines().enumerate().skip(1);
    lines.map(|(index, text)| {
        let vector = serde_json::from_str(text).expect("a vector is JSON");
        (index + 1, vector)
    })
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
    let first: Vec<_> = wrong.iter().take(2).collect();
    assert!(
        wrong.is_empty(),
        "{} wrong, the first: {first:#?}",
        wrong.len()
    );
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
    let header: Value = serde_json::from_str(VECTORS.lines().next().unwrap()).unwrap();
    assert_eq!(header["kubernetes"], VERIFIED_RELEASE);
    assert_eq!(header["vectors"], vectors().count());
    assert!(vectors().count() > 200);
}
