//! `adopt` on small dumps: what scripts get, and what a long answer looks like.

mod manifests;
mod many;

use std::fs;

use serde_json::{Value, json};

use crate::binary::{kubectl_ds, stderr, stdout};
use crate::plans::dump::Dump;
use crate::schema::validator;

/// A dump that knows of all kinds beside DaemonSets.
fn whole(dump: &Dump) -> Vec<Value> {
    let mut objects = dump.objects();
    objects.push(json!({"apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": {"name": "web", "namespace": "default", "uid": "w"},
        "spec": {"selector": {"matchLabels": {"app": "web"}}, "template": {"metadata": {"labels": {"app": "web"}}}}}));
    objects
}

/// Nobody's any more, as after a deletion with `--cascade=orphan`.
fn orphaned(mut pod: Value) -> Value {
    pod["metadata"]["ownerReferences"] = json!([]);
    pod
}

/// Exit code, stdout and stderr of a question to these objects, with a manifest for `-f -`.
fn ask(objects: &[Value], question: &str, manifests: &[Value]) -> (Option<i32>, String, String) {
    let folder = tempfile::tempdir().unwrap();
    let list =
        |items: &[Value]| json!({"apiVersion": "v1", "kind": "List", "items": items}).to_string();
    let file = |name: &str, items: &[Value]| {
        let path = folder.path().join(name);
        fs::write(&path, list(items)).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let dump = file("dump.json", objects);
    let mut args: Vec<_> = question.split_whitespace().collect();
    args.extend(["--from", &dump]);
    let manifest = file("manifests.json", manifests);
    if !manifests.is_empty() {
        args.extend(["-f", &manifest]);
    }
    let output = kubectl_ds(&args, &[("COLUMNS", "100")]);
    (output.status.code(), stdout(&output), stderr(&output))
}

/// The JSON of an answer, which follows the schema.
fn json_of(objects: &[Value], question: &str, manifests: &[Value]) -> Value {
    let (_, out, err) = ask(objects, &format!("{question} -o json"), manifests);
    assert_eq!(err, "", "{question}");
    let answer: Value = serde_json::from_str(&out).unwrap();
    follows_the_schema(question, &answer);
    let (_, out, _) = ask(objects, &format!("{question} -o yaml"), manifests);
    let yaml: Value = serde_yaml::from_str(&out).unwrap();
    assert_eq!(yaml, answer, "{question}: YAML and JSON differ");
    answer
}

/// The answer against the schema of `adopt`.
pub(crate) fn follows_the_schema(name: &str, answer: &Value) {
    let validator = validator("claim-report");
    let errors: Vec<_> = validator
        .iter_errors(answer)
        .map(|e| format!("{e} at {}", e.instance_path()))
        .collect();
    assert_eq!(errors, Vec::<String>::new(), "{name}");
}

#[test]
fn nothing_to_say_is_one_good_line() {
    let objects = whole(&Dump::new(3, 3));
    let (code, out, err) = ask(&objects, "adopt a --exit-code", &[]);
    assert_eq!((code, err.as_str()), (Some(0), ""), "{out}");
    assert_eq!(json_of(&objects, "adopt a", &[])["clean"], true);
    let first = out.lines().next().unwrap();
    assert!(first.starts_with("✓ default/a "), "{out}");
    assert!(!out.contains("CLAIM") && !out.contains("Next"), "{out}");
    let (_, names, _) = ask(&objects, "adopt a -o name", &[]);
    assert_eq!(names, "");
}

#[test]
fn names_are_those_of_pods_that_are_not_plainly_owned() {
    let dump = Dump::new(4, 4).pod(2, orphaned).pod(4, orphaned);
    let (code, names, _) = ask(&whole(&dump), "adopt a -o name --exit-code", &[]);
    assert_eq!(code, Some(1));
    assert_eq!(names, "pod/a-n2-new\npod/a-n4-new\n");
}

#[test]
fn what_the_dump_does_not_hold_is_said() {
    let dump = Dump::new(3, 3);
    let (code, out, _) = ask(&dump.objects(), "adopt a --exit-code", &[]);
    assert_eq!(code, Some(0), "{out}");
    let out = out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        out.contains("note: the files contain no Deployment, ")
            && out.contains("kubectl get")
            && out.starts_with("? default/a"),
        "{out}"
    );
    let answer = json_of(&dump.objects(), "adopt a", &[]);
    assert_eq!(answer["clean"], Value::Null);
    let mut unread = whole(&dump);
    unread.retain(|o| o["kind"] != "Pod");
    let answer = json_of(&unread, "adopt a", &[]);
    assert_eq!(
        (&answer["pods"], &answer["clean"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(answer["incomplete"][0]["resource"], "pods");
    let mut unread = whole(&dump);
    unread.retain(|o| o["kind"] != "ControllerRevision");
    let answer = json_of(&unread, "adopt a", &[]);
    let nothing = (&Value::Null, &Value::Null);
    assert_eq!((&answer["revisions"], &answer["history"]), nothing);
    let mut unread = whole(&dump);
    unread.retain(|o| o["kind"] != "Node");
    let answer = json_of(&unread, "adopt a", &[]);
    assert_eq!(answer["clean"], Value::Null);
}

/// 500 pods to be adopted are one line, not 500.
#[test]
fn a_long_list_is_grouped() {
    let mut dump = Dump::new(500, 500);
    dump.pods = dump.pods.into_iter().map(orphaned).collect();
    let objects = whole(&dump);
    let (code, out, err) = ask(&objects, "adopt a", &[]);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    assert!(
        out.starts_with("▲ At its next sync, default/a adopts 500 orphan pods"),
        "{out}"
    );
    assert!(
        out.contains("\n✓  500 ") && out.contains("499 more"),
        "{out}"
    );
    assert!(out.lines().count() < 40, "{out}");
    let (_, out, _) = ask(&objects, "adopt a -o wide --limit 7", &[]);
    assert!(
        out.contains("… and 493 more pods (--limit 0 shows all)"),
        "{out}"
    );
    let (_, out, _) = ask(&objects, "adopt a -o wide --limit 0", &[]);
    assert!(out.lines().count() > 500, "{out}");
    let answer = json_of(&objects, "adopt a", &[]);
    assert_eq!(answer["pods"].as_array().unwrap().len(), 500);
}
