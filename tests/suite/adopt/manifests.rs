//! `adopt -f`: a DaemonSet that is created, or deleted with `--cascade=orphan` and created again.

use serde_json::{Value, json};

use super::{ask, json_of, orphaned, whole};
use crate::plans::dump::{Dump, template};

fn manifest(name: &str, image: &str) -> Value {
    json!({"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"name": name, "namespace": "default"},
        "spec": {"selector": {"matchLabels": {"app": "a"}}, "template": template(image)}})
}

/// The claims of an answer, each with its count.
fn claims(answer: &Value) -> Vec<(String, usize)> {
    let mut counts = std::collections::BTreeMap::new();
    for pod in answer["pods"].as_array().unwrap() {
        let claim = format!("{} {}", pod["claim"], pod["then"]).replace('"', "");
        *counts.entry(claim).or_default() += 1;
    }
    counts.into_iter().collect()
}

#[test]
fn one_that_is_stored_is_created_again() {
    let objects = whole(&Dump::new(3, 1));
    let answer = json_of(&objects, "adopt", &[manifest("a", "a:3")]);
    let change = json!({"kind": "Recreate", "obtained": "Local"});
    assert_eq!(answer["change"], change);
    // Made at generation 1, as those two were, whatever they run.
    let wanted = [
        ("Adopt CountsAsUpdated".to_owned(), 2),
        ("Adopt Replaced".to_owned(), 1),
    ];
    assert_eq!(claims(&answer), wanted);
    let findings = answer["findings"].as_array().unwrap();
    assert!(
        findings.iter().any(|f| f["code"] == "GenerationTrap"),
        "{answer}"
    );
    let notes = answer["notes"].as_array().unwrap();
    let asked = |n: &Value| {
        n.as_str()
            .unwrap()
            .contains("admission webhooks and policies weren't checked")
    };
    assert!(notes.iter().any(asked), "{answer}");
}

#[test]
fn a_higher_generation_in_the_manifest_is_the_way_round() {
    let mut manifest = manifest("a", "a:3");
    manifest["metadata"]["annotations"] = json!({"deprecated.daemonset.template.generation": "9"});
    let answer = json_of(&whole(&Dump::new(3, 1)), "adopt", &[manifest]);
    assert_eq!(claims(&answer), [("Adopt Replaced".to_owned(), 3)]);
}

/// What a saved object says of itself isn't what a server draws for the new one.
#[test]
fn a_saved_object_is_a_manifest_too() {
    let mut dump = Dump::new(3, 3);
    let objects = whole(&dump);
    dump.ds["metadata"]["deletionTimestamp"] = "2026-01-01T01:00:00Z".into();
    let answer = json_of(&objects, "adopt", &[dump.ds]);
    assert_eq!(
        claims(&answer),
        [("Adopt CountsAsUpdated".to_owned(), 3)],
        "{answer}"
    );
}

#[test]
fn one_that_is_not_stored_is_created() {
    let mut dump = Dump::new(3, 3);
    dump.pods = dump.pods.into_iter().map(orphaned).collect();
    let mut objects = whole(&dump);
    objects.retain(|o| o["kind"] != "DaemonSet");
    // Files that hold no DaemonSet don't say that there is none.
    let mut elsewhere = dump.ds.clone();
    elsewhere["metadata"]["namespace"] = "elsewhere".into();
    objects.push(elsewhere);
    let answer = json_of(&objects, "adopt", &[manifest("new", "a:2")]);
    assert_eq!(
        answer["change"],
        json!({"kind": "Create", "obtained": "Local"})
    );
    assert_eq!(claims(&answer)[0].1, 3, "{answer}");
}

#[test]
fn each_of_several_has_a_report() {
    let objects = whole(&Dump::new(2, 2));
    let both = [manifest("a", "a:2"), manifest("b", "a:2")];
    let answer = json_of(&objects, "adopt", &both);
    let items = answer["items"].as_array().unwrap();
    let names: Vec<_> = items.iter().map(|i| &i["daemonSet"]["name"]).collect();
    assert_eq!(names, ["a", "b"]);
    let answer = json_of(&objects, "adopt b", &both);
    assert_eq!(answer["daemonSet"]["name"], "b");
    let (code, _, err) = ask(&objects, "adopt c", &both);
    assert_eq!(code, Some(2));
    assert!(
        err.contains("the manifests hold no DaemonSet `c`, but `a`, `b`"),
        "{err}"
    );
}

#[test]
fn what_the_server_refuses_claims_nothing() {
    let objects = whole(&Dump::new(2, 2));
    let mut wrong = manifest("a", "a:2");
    wrong["spec"]["selector"]["matchLabels"]["app"] = "other".into();
    for name in ["a", "unheard-of"] {
        wrong["metadata"]["name"] = name.into();
        let (code, out, err) = ask(&objects, "adopt", std::slice::from_ref(&wrong));
        assert_eq!((code, out.as_str()), (Some(2), ""), "{name}");
        assert!(
            err.contains("spec.template.metadata.labels don't match the selector")
                || err.contains("selector"),
            "{err}"
        );
    }
}

/// Unlike an apply's, the selector of one that is created again may be another.
#[test]
fn another_selector_leaves_pods_behind() {
    let objects = whole(&Dump::new(3, 3));
    let mut other = manifest("a", "a:2");
    other["spec"]["selector"]["matchLabels"]["app"] = "other".into();
    other["spec"]["template"]["metadata"]["labels"]["app"] = "other".into();
    let answer = json_of(&objects, "adopt", &[other]);
    assert_eq!(
        claims(&answer),
        [("Ignored LeftBesideNew".to_owned(), 3)],
        "{answer}"
    );
}

/// A pod that was relabelled before its DaemonSet was deleted without its pods.
#[test]
fn a_pod_of_a_revision_that_is_taken_over_is_seen() {
    let mut dump = Dump::new(3, 3).pod(2, |mut pod| {
        pod["metadata"]["labels"]["app"] = "debug".into();
        pod
    });
    dump.pods = dump.pods.into_iter().map(orphaned).collect();
    dump.revisions = dump.revisions.into_iter().map(orphaned).collect();
    let mut objects = whole(&dump);
    objects.retain(|o| o["kind"] != "DaemonSet");
    let answer = json_of(&objects, "adopt", &[manifest("a", "a:2")]);
    let wanted = [
        ("Adopt CountsAsUpdated".to_owned(), 2),
        ("Ignored LeftBesideNew".to_owned(), 1),
    ];
    assert_eq!(claims(&answer), wanted, "{answer}");
}

#[test]
fn two_namespaces_are_one_too_many() {
    let objects = whole(&Dump::new(2, 2));
    let (code, _, err) = ask(&objects, "adopt -n other", &[manifest("a", "a:2")]);
    assert_eq!(code, Some(2));
    assert!(err.contains("`-n other` names another"), "{err}");
}
