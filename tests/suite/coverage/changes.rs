//! What-ifs and plans: which expectations a change breaks, and which it mends.

use std::fs;

use serde_json::{Value, json};

use crate::plans::dump::Dump;

use super::{annotated, excluded, names, pool, report, text};

/// The exit code, and what becomes of the one expectation.
fn change(objects: &[Value], question: &str) -> (i32, Value) {
    let (code, found) = report(objects, question);
    let changes = found["expectations"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    assert_eq!(changes.len(), 1, "{question}: {found}");
    (code, changes[0].clone())
}

#[test]
fn a_taint_breaks_an_expectation_and_one_taken_off_mends_it() {
    let objects = excluded(3).objects();
    let on = |nodes: &str, more: &str| {
        change(
            &objects,
            &format!("why a --expect pool=gpu --node-selector {nodes} {more}"),
        )
    };
    let (code, broken) = on("kubernetes.io/hostname=n2", "--taint x=y:NoExecute");
    assert_eq!((code, names(&broken["breaks"])), (1, vec!["n2"]));
    assert_eq!(names(&broken["mends"]), Vec::<&str>::new());
    assert_eq!(broken["nodes"], json!({"today": 3, "then": 3}));
    let (_, mended) = on("pool=gpu", "--taint gpu:NoSchedule-");
    assert_eq!(names(&mended["mends"]), ["n1"]);
    assert_eq!(names(&mended["uncovered"]), Vec::<&str>::new());
    let (code, same) = on("pool=gpu", "--cordon");
    assert_eq!((code, names(&same["uncovered"])), (0, vec!["n1"]));
    assert_eq!(names(&same["breaks"]), Vec::<&str>::new());
    let (_, one) = change(
        &objects,
        "why a n1 --expect pool=gpu --taint gpu:NoSchedule-",
    );
    assert_eq!(names(&one["mends"]), ["n1"]);
    assert_eq!(one["nodes"], Value::Null, "the others weren't asked for");
}

#[test]
fn labels_change_what_is_expected() {
    let objects = excluded(3).objects();
    let question = "why a --expect pool=gpu --expect-at-least 3 --node-selector kubernetes.io/hostname=n2 --label pool-";
    let (code, fewer) = change(&objects, question);
    assert_eq!(code, 1, "there are too few then");
    assert_eq!(fewer["nodes"], json!({"today": 3, "then": 2}));
    assert!(text(&objects, question).contains("2 nodes then, 3 today, at least 3 expected"));
    // The same of the one node that was asked about, for which the others are counted.
    let question = "why a n2 --expect pool=gpu --expect-at-least 3 --label pool-";
    let (code, fewer) = change(&objects, question);
    assert_eq!(
        (code, &fewer["nodes"]),
        (1, &json!({"today": 3, "then": 2}))
    );
    let (_, enough) = change(&objects, &question.replace("least 3", "least 2"));
    assert_eq!(enough["nodes"], json!({"today": 3, "then": 2}));
    // A node that is excluded anyway, and that somebody comes to expect.
    let question =
        "why a --expect pool=tpu --node-selector kubernetes.io/hostname=n1 --label pool=tpu";
    let (code, broken) = change(&objects, question);
    assert_eq!((code, names(&broken["breaks"])), (1, vec!["n1"]));
    assert_eq!(broken["nodes"], json!({"today": 0, "then": 1}));
}

#[test]
fn a_node_that_is_added_is_expected_too() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("node.json");
    let mut dump = pool(1).taint(1, "gpu", "NoSchedule");
    dump.nodes[0]["metadata"]["name"] = "added".into();
    fs::write(&file, dump.nodes[0].to_string()).unwrap();
    let question = format!(
        "why a --expect pool=gpu --node-file {}",
        file.to_str().unwrap()
    );
    let (code, broken) = change(&pool(2).objects(), &question);
    assert_eq!((code, names(&broken["breaks"])), (1, vec!["added"]));
    assert_eq!(broken["nodes"], json!({"today": 2, "then": 3}));
}

/// The manifest of `dump` with another pod spec, in a file.
fn manifest(dump: &Dump, edit: impl Fn(&mut Value)) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("new.json");
    let mut ds = dump.ds.clone();
    for field in ["uid", "generation", "creationTimestamp"] {
        ds["metadata"].as_object_mut().unwrap().remove(field);
    }
    ds.as_object_mut().unwrap().remove("status");
    edit(&mut ds);
    fs::write(&file, ds.to_string()).unwrap();
    let question = format!("plan -f {}", file.to_str().unwrap());
    (folder, question)
}

#[test]
fn a_plan_says_which_expectations_it_breaks_and_mends() {
    let dump = annotated(excluded(3), "pool=gpu", None);
    let selects = |ds: &mut Value| {
        ds["spec"]["template"]["spec"]["nodeSelector"] = json!({"kubernetes.io/hostname": "n2"});
    };
    let (_folder, question) = manifest(&dump, selects);
    let (code, broken) = change(&dump.objects(), &question);
    assert_eq!((code, names(&broken["breaks"])), (1, vec!["n3"]));
    assert_eq!(names(&broken["uncovered"]), ["n1", "n3"]);
    assert_eq!(broken["source"], "Annotation");
    assert_eq!(broken["nodes"], json!({"today": 3, "then": 3}));
    assert!(text(&dump.objects(), &question).starts_with("▲ "));
    let tolerates = |ds: &mut Value| {
        ds["spec"]["template"]["spec"]["tolerations"] =
            json!([{"key": "gpu", "operator": "Exists"}]);
    };
    let (_folder, question) = manifest(&dump, tolerates);
    let (_, mended) = change(&dump.objects(), &question);
    assert_eq!(names(&mended["mends"]), ["n1"]);
    assert_eq!(names(&mended["uncovered"]), Vec::<&str>::new());
    // Other budgets change nothing of it.
    let (_, trial) = change(&dump.objects(), &format!("{question} --max-unavailable 2"));
    assert_eq!(trial, mended);
    // Nothing changes, and a node stays uncovered.
    let (_folder, question) = manifest(&dump, |_| {});
    let (code, same) = change(&dump.objects(), &question);
    assert_eq!((code, names(&same["uncovered"])), (1, vec!["n1"]));
}

#[test]
fn a_daemon_set_that_is_not_there_yet_mends_what_it_runs_on() {
    let dump = annotated(excluded(3), "pool=gpu", None);
    let (_folder, question) = manifest(&dump, |ds| ds["metadata"]["name"] = "new".into());
    let (code, new) = change(&dump.objects(), &question);
    assert_eq!((code, names(&new["mends"])), (1, vec!["n2", "n3"]));
    assert_eq!(names(&new["uncovered"]), ["n1"]);
    assert_eq!(names(&new["breaks"]), Vec::<&str>::new());
}

#[test]
fn a_restart_breaks_nothing_and_a_flag_is_of_changes_alone() {
    let objects = pool(2).objects();
    let (_, found) = change(&objects, "plan a --restart --expect pool=gpu");
    assert_eq!(names(&found["breaks"]), Vec::<&str>::new());
    assert_eq!(names(&found["uncovered"]), Vec::<&str>::new());
    let (_, under_way) = report(&annotated(pool(2), "pool=gpu", None).objects(), "plan a");
    assert_eq!(under_way["expectations"], Value::Null);
}

#[test]
fn a_manifest_with_an_annotation_that_does_not_parse_is_warned_of() {
    let dump = pool(2);
    let (_folder, question) = manifest(&dump, |ds| {
        ds["metadata"]["annotations"]["ds.kubectl/expect"] = "a in b".into();
    });
    let (code, plan) = report(&dump.objects(), &question);
    let warnings = names(&plan["change"]["warnings"]);
    assert_eq!((code, warnings.len()), (1, 1), "{warnings:?}");
    assert!(warnings[0].contains("ds.kubectl/expect"), "{warnings:?}");
}
