//! The vectors of an apply: what kubectl's patch and the server left.

use kubectl_ds::engine::VERIFIED_RELEASE;
use kubectl_ds::engine::apply::apply;
use serde_json::Value;

const VECTORS: &str = include_str!("apply-v1.37.1.jsonl");

fn vectors() -> impl Iterator<Item = (usize, Value)> {
    let lines = VECTORS.lines().enumerate().skip(1);
    lines.map(|(index, text)| {
        let vector = serde_json::from_str(text).expect("a vector is JSON");
        (index + 1, vector)
    })
}

#[test]
fn the_object_is_what_upstream_left() {
    let (mut wrong, mut created, mut refused) = (Vec::new(), 0, 0);
    for (line, vector) in vectors() {
        let live = Some(&vector["live"]).filter(|live| !live.is_null());
        created += usize::from(live.is_none());
        match (
            apply(live, &vector["manifest"], "default"),
            &vector["object"],
        ) {
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
    assert!(created > 5, "{created} created");
    assert!(refused > 0, "{refused} refused");
}

#[test]
fn the_vectors_are_of_the_release_that_the_engine_names() {
    let header: Value = serde_json::from_str(VECTORS.lines().next().unwrap()).unwrap();
    assert_eq!(header["kubernetes"], VERIFIED_RELEASE);
    assert_eq!(header["vectors"], vectors().count());
    assert!(vectors().count() > 200);
}
