//! `why`, `--problems`, `--map`, and `node`.

use serde_json::{Value, json};

use super::{annotated, excluded, names, pool, report, text};

fn line<'a>(out: &'a str, first: &str) -> Vec<&'a str> {
    let mut lines = out.lines().map(|line| line.split_whitespace().collect());
    let found = lines.find(|words: &Vec<&str>| words.iter().take(2).any(|word| *word == first));
    found.unwrap_or_else(|| panic!("no line of {first}: {out}"))
}

#[test]
fn lists_and_maps_count_what_is_expected() {
    let objects = annotated(excluded(3), "pool=gpu", None).objects();
    let plain = excluded(3).objects();
    let (code, all) = report(&objects, "why --problems");
    assert_eq!((code, all["items"].as_array().unwrap().len()), (1, 1));
    let (code, none) = report(&plain, "why --problems");
    assert_eq!((code, &none["items"]), (0, &json!([])));
    assert!(text(&objects, "why").starts_with("✗ "));
    assert!(text(&plain, "why").starts_with("✓ "));
    // Name, desired, healthy, broken, misscheduled, excluded.
    assert_eq!(
        line(&text(&objects, "why"), "a")[..7],
        ["✗", "a", "3", "2", "1", "0", "0"]
    );
    assert_eq!(
        line(&text(&plain, "why"), "a")[..7],
        ["✓", "a", "2", "2", "0", "0", "1"]
    );
    let map = "why --map=kubernetes.io/hostname";
    assert_eq!(
        line(&text(&objects, map), "a")[..5],
        ["a", "no", "○0/1", "●1", "●1"]
    );
    let plain = text(&plain, map);
    assert_eq!(line(&plain, "a")[..5], ["a", "yes", "·", "●1", "●1"]);
}

#[test]
fn a_flag_is_of_all_that_are_asked_about() {
    let objects = excluded(3).objects();
    let (code, all) = report(&objects, "why --expect pool=gpu");
    assert_eq!(code, 1);
    assert_eq!(all["items"][0]["expected"]["covered"], 2);
    let (code, _) = report(&objects, "why --near-misses");
    assert_eq!(code, 1);
}

#[test]
fn a_node_tells_what_is_expected_on_it() {
    let objects = annotated(excluded(2), "pool=gpu", None).objects();
    let (code, n1) = report(&objects, "node n1");
    assert_eq!((code, &n1["clean"]), (1, &json!(false)));
    let a = &n1["daemonSets"][0];
    assert_eq!(
        (&a["expected"], &a["clean"], &a["state"]),
        (&json!(true), &json!(false), &json!("Excluded"))
    );
    assert!(text(&objects, "node n1").starts_with("✗ "));
    let (code, n2) = report(&objects, "node n2");
    assert_eq!((code, &n2["daemonSets"][0]["expected"]), (0, &json!(true)));
    let (code, n1) = report(&excluded(2).objects(), "node n1");
    assert_eq!((code, &n1["daemonSets"][0]["expected"]), (0, &json!(false)));
}

#[test]
fn a_what_if_of_a_node_says_which_expectations_it_breaks_and_mends() {
    let objects = annotated(excluded(2), "pool=gpu", None).objects();
    let of = |question: &str| {
        let (code, found) = report(&objects, question);
        let expectations = found["expectations"].clone();
        (code, expectations)
    };
    let (code, broken) = of("node n2 --taint x=y:NoSchedule");
    assert_eq!((code, names(&broken[0]["breaks"])), (1, vec!["n2"]));
    assert_eq!(
        broken[0]["daemonSet"],
        json!({"namespace": "default", "name": "a"})
    );
    let (_, mended) = of("node n1 --taint gpu:NoSchedule-");
    assert_eq!(names(&mended[0]["mends"]), ["n1"]);
    assert_eq!(names(&mended[0]["uncovered"]), Vec::<&str>::new());
    let (code, still) = of("node n1 --cordon");
    assert_eq!((code, names(&still[0]["uncovered"])), (0, vec!["n1"]));
    assert_eq!(names(&still[0]["breaks"]), Vec::<&str>::new());
    let (code, nothing) = of("node n2 --cordon");
    assert_eq!((code, nothing), (0, Value::Null));
}

/// Nodes of which one is expected to run it aren't alike.
#[test]
fn nodes_are_grouped_by_what_is_expected() {
    let mut dump = annotated(pool(2), "pool=gpu", None)
        .taint(1, "x", "NoSchedule")
        .taint(2, "x", "NoSchedule");
    dump.pods.clear();
    dump.nodes[1]["metadata"]["labels"]["pool"] = "cpu".into();
    let out = text(
        &dump.objects(),
        "node --node-selector kubernetes.io/hostname",
    );
    assert!(
        out.contains("\n1 node: n1\n") && out.contains("\n1 node: n2\n"),
        "{out}"
    );
}
