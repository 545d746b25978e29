#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use serde_json::{Value, json};

use crate::model::{DaemonSet, TEMPLATE_GENERATION};

use super::{ApplyError, applied, apply};

fn manifest(image: &str) -> Value {
    json!({"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"name": "agent"},
        "spec": {"selector": {"matchLabels": {"app": "a"}},
            "template": {"metadata": {"labels": {"app": "a"}},
                "spec": {"hostNetwork": true, "containers": [{"name": "agent", "image": image}]}}}})
}

fn live() -> Value {
    let mut live = apply(None, &manifest("i:1"), "logging").unwrap();
    live["metadata"]["uid"] = json!("u");
    live["metadata"]["generation"] = json!(4);
    live["status"]["numberReady"] = json!(3);
    live
}

fn last_applied(object: &Value) -> &str {
    object["metadata"]["annotations"]["kubectl.kubernetes.io/last-applied-configuration"]
        .as_str()
        .unwrap()
}

#[test]
fn what_was_never_stored_gets_the_namespace_and_the_annotation() {
    let created = apply(None, &manifest("<i>&"), "logging").unwrap();
    assert_eq!(created["metadata"]["namespace"], "logging");
    assert_eq!(created["metadata"]["generation"], 1);
    let text = last_applied(&created);
    assert!(text.contains(r#""metadata":{"annotations":{},"name":"agent","namespace":"logging"}"#));
    assert!(text.contains(r#""image":"\u003ci\u003e\u0026""#), "{text}");
    assert!(text.ends_with("}\n"));
}

#[test]
fn what_the_manifest_drops_goes_and_what_others_wrote_stays() {
    let mut live = live();
    let template = &mut live["spec"]["template"];
    template["metadata"]["annotations"] = json!({"kubectl.kubernetes.io/restartedAt": "t"});
    template["spec"]["containers"]
        .as_array_mut()
        .unwrap()
        .push(json!({"name": "injected", "image": "x"}));
    let mut manifest = manifest("i:2");
    manifest["spec"]["template"]["spec"] =
        json!({"containers": [{"name": "agent", "image": "i:2"}]});
    let after = apply(Some(&live), &manifest, "logging").unwrap();
    let template = &after["spec"]["template"];
    assert_eq!(template["spec"].get("hostNetwork"), None);
    assert_eq!(template["spec"]["containers"][0]["image"], "i:2");
    assert_eq!(template["spec"]["containers"][1]["name"], "injected");
    assert_eq!(
        template["metadata"]["annotations"]["kubectl.kubernetes.io/restartedAt"],
        "t"
    );
    assert_eq!(after["metadata"]["uid"], "u");
    assert_eq!(after["metadata"]["generation"], 5);
    assert_eq!(after["metadata"]["annotations"][TEMPLATE_GENERATION], "2");
    assert_eq!(after["status"]["numberReady"], 3);
}

#[test]
fn the_same_manifest_changes_nothing() {
    let live = live();
    let after = apply(Some(&live), &manifest("i:1"), "logging").unwrap();
    assert_eq!(after, live);
}

#[test]
fn without_the_annotation_nothing_is_taken_away() {
    let mut live = live();
    live["metadata"]["annotations"] = json!({TEMPLATE_GENERATION: "1"});
    let mut manifest = manifest("i:1");
    let spec = manifest["spec"]["template"]["spec"].as_object_mut();
    spec.unwrap().remove("hostNetwork");
    let after = apply(Some(&live), &manifest, "logging").unwrap();
    assert_eq!(after["spec"]["template"]["spec"]["hostNetwork"], true);
    assert_eq!(after["metadata"]["generation"], 4);
    assert!(last_applied(&after).contains("agent"));
}

#[test]
fn what_a_newer_server_wrote_stays_and_what_a_manifest_invents_goes() {
    let mut live = live();
    live["spec"]["template"]["spec"]["fieldOfTomorrow"] = json!({"a": 1});
    let mut manifest = manifest("i:2");
    manifest["spec"]["template"]["spec"]["notAField"] = json!(1);
    let stored = DaemonSet::from_value(live, "logging").unwrap();
    let after = applied(Some(&stored), &manifest, "logging").unwrap();
    let spec = &after.raw_template["spec"];
    assert_eq!(spec["fieldOfTomorrow"], json!({"a": 1}));
    assert_eq!(spec.get("notAField"), None);
    assert_eq!(after.generation(), 5);
    assert_eq!(after.uid(), "u");
}

#[test]
fn an_annotation_that_is_no_json_is_named() {
    let mut live = live();
    live["metadata"]["annotations"]["kubectl.kubernetes.io/last-applied-configuration"] =
        json!("{");
    let error = apply(Some(&live), &manifest("i:2"), "logging").unwrap_err();
    assert!(matches!(&error, ApplyError::LastApplied(name) if name == "agent"));
}

#[test]
fn a_list_without_its_key_is_refused() {
    let mut manifest = manifest("i:2");
    manifest["spec"]["template"]["spec"]["containers"] = json!([{"image": "i:2"}]);
    let error = apply(Some(&live()), &manifest, "logging").unwrap_err();
    assert_eq!(
        error.to_string(),
        "the manifest can't be merged into the live object: an item has no `name`, by which the list is merged"
    );
}
