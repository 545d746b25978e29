//! `adopt` about all DaemonSets: those with findings only.

use serde_json::{Value, json};

use super::{ask, json_of, orphaned, whole};
use crate::plans::dump::Dump;

/// The DaemonSet of the dump beside another, `b`, that is nothing to be said of.
fn two(dump: &Dump) -> Vec<Value> {
    let mut objects = whole(dump);
    let mut other = dump.ds.clone();
    other["metadata"]["name"] = "b".into();
    other["metadata"]["uid"] = "v".into();
    other["metadata"]["labels"] = json!({"team": "b"});
    other["spec"]["selector"]["matchLabels"]["app"] = "b".into();
    other["spec"]["template"]["metadata"]["labels"]["app"] = "b".into();
    let mut template = other["spec"]["template"].clone();
    template["$patch"] = "replace".into();
    objects.push(json!({"apiVersion": "apps/v1", "kind": "ControllerRevision", "revision": 1,
        "metadata": {"name": "b-h1", "namespace": "default", "labels": {"app": "b", "controller-revision-hash": "h1"},
            "ownerReferences": [{"apiVersion": "apps/v1", "kind": "DaemonSet", "name": "b", "uid": "v", "controller": true}]},
        "data": {"spec": {"template": template}}}));
    objects.push(other);
    objects
}

#[test]
fn only_those_with_findings_have_a_line() {
    let objects = two(&Dump::new(3, 3).pod(1, orphaned));
    let (code, out, err) = ask(&objects, "adopt --exit-code", &[]);
    assert_eq!((code, err.as_str()), (Some(1), ""), "{out}");
    let lines: Vec<Vec<_>> = out
        .lines()
        .map(|l| l.split_whitespace().collect())
        .collect();
    assert_eq!(lines[0][..4], ["▲", "1", "of", "2"], "{out}");
    assert_eq!(
        lines[2][..4],
        ["NAME", "OWNED", "ADOPTED", "RELEASED"],
        "{out}"
    );
    assert_eq!(
        lines[3][..8],
        ["▲", "a", "2", "1", "0", "0", "0", "0"],
        "{out}"
    );
    assert!(out.contains("\n1 more DaemonSet "), "{out}");
    let (_, rows, _) = ask(&objects, "adopt --no-headers", &[]);
    assert_eq!(rows.lines().count(), 1, "{rows}");
    let answer = json_of(&objects, "adopt -A", &[]);
    let items = answer["items"].as_array().unwrap();
    let names: Vec<_> = items.iter().map(|i| &i["daemonSet"]["name"]).collect();
    assert_eq!(names, ["a"]);
    let (_, names, _) = ask(&objects, "adopt -A -o name", &[]);
    assert_eq!(names, "daemonset.apps/a\n");
    let (_, out, _) = ask(&objects, "adopt -A", &[]);
    assert!(out.contains("\n   NAMESPACE  NAME "), "{out}");
}

#[test]
fn all_clean_is_a_line() {
    let objects = two(&Dump::new(3, 3));
    let (code, out, _) = ask(&objects, "adopt -A --exit-code", &[]);
    assert_eq!((code, out.lines().count()), (Some(0), 1), "{out}");
    assert!(out.starts_with("✓ both DaemonSets"), "{out}");
    let (code, out, _) = ask(&objects, "adopt -l team=b --exit-code", &[]);
    assert_eq!(code, Some(0), "{out}");
    assert!(out.starts_with("✓ the DaemonSet owns"), "{out}");
    let (_, out, _) = ask(&objects, "adopt -n nowhere", &[]);
    assert!(
        out.starts_with("No DaemonSets found in namespace nowhere."),
        "{out}"
    );
    assert_eq!(json_of(&objects, "adopt -A", &[])["items"], json!([]));
}

/// An answer in part isn't one that all is clean.
#[test]
fn what_could_not_be_checked_is_not_called_clean() {
    let mut objects = two(&Dump::new(3, 3));
    objects.retain(|o| o["kind"] != "Deployment");
    let (code, out, _) = ask(&objects, "adopt -A --exit-code", &[]);
    assert_eq!(code, Some(0), "{out}");
    assert!(out.starts_with("? 2 of 2 DaemonSets"), "{out}");
    assert!(
        out.contains("note: the files contain no Deployment, "),
        "{out}"
    );
    assert!(!out.contains("incomplete"), "{out}");
    let answer = json_of(&objects, "adopt -A", &[]);
    assert_eq!(answer["items"].as_array().unwrap().len(), 2);
    assert_eq!(answer["items"][0]["clean"], Value::Null);
}

/// What a DaemonSet left that is gone has a line too, and no name that the server would take.
#[test]
fn what_is_left_of_a_daemon_set_that_is_gone_is_listed() {
    let mut objects = two(&Dump::new(2, 2));
    let mut left = orphaned(objects[2].clone());
    left["metadata"]["name"] = "gone-x7k2p".into();
    let labels =
        json!({"app": "gone", "controller-revision-hash": "g", "pod-template-generation": "1"});
    left["metadata"]["labels"] = labels;
    objects.push(left);
    let (code, out, _) = ask(&objects, "adopt -A --exit-code", &[]);
    assert_eq!(code, Some(1), "{out}");
    assert!(out.starts_with("▲ 1 of 3 DaemonSets"), "{out}");
    let answer = json_of(&objects, "adopt -A", &[]);
    let items = answer["items"].as_array().unwrap();
    let found: Vec<_> = items
        .iter()
        .map(|i| (&i["daemonSet"]["name"], &i["exists"], &i["pods"][0]["name"]))
        .collect();
    let gone = (&json!("gone"), &json!(false), &json!("gone-x7k2p"));
    assert_eq!(found, [gone]);
    assert_eq!(items[0]["findings"][0]["code"], "LeftBehindPods");
    let (_, names, _) = ask(&objects, "adopt -A -o name", &[]);
    assert_eq!(names, "");
    // With labels of DaemonSets those are meant that are there.
    let answer = json_of(&objects, "adopt -l team=b", &[]);
    assert_eq!(answer["items"], json!([]));
}
