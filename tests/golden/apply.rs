//! The vectors of an apply: what kubectl's patch and the server left.

use kubectl_ds::apply::client_side::apply;
use serde_json::Value;

use crate::vector_file;

const VECTORS: &str = include_str!("apply-v1.37.1.jsonl");

fn vectors() -> impl Iterator<Item = (usize, Value)> {
    vector_file::read(VECTORS)
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
    vector_file::nothing_wrong(&wrong);
    assert!(created > 5, "{created} created");
    assert!(refused > 0, "{refused} refused");
}

#[test]
fn the_vectors_are_of_the_release_that_the_engine_names() {
    vector_file::check_header(VECTORS, 200);
}
