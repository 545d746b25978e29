//! ControllerRevisions of servers before 1.34, which wrote `creationTimestamp: null` into
//! the metadata of templates: every question comes to the same of them.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::binary::{kubectl_ds, root, stderr, stdout};
use crate::plans::dump::{Dump, revision, template};
use crate::plans::follows_the_schema;

fn file(name: &str) -> String {
    let folder: PathBuf = root().join("tests/suite/older_server");
    folder.join(name).to_str().unwrap().to_owned()
}

/// The exit code with `--exit-code`, and the JSON.
fn ask(dump: &str, question: &str, manifest: Option<&str>) -> (Option<i32>, Value) {
    let mut args: Vec<&str> = question.split_whitespace().collect();
    args.extend(["--from", dump, "-o", "json", "--exit-code"]);
    args.extend(manifest.iter().flat_map(|manifest| ["-f", manifest]));
    let output = kubectl_ds(&args, &[]);
    let said = stdout(&output);
    let json = serde_json::from_str(&said).unwrap_or_else(|_| panic!("{}", stderr(&output)));
    (output.status.code(), json)
}

/// The same of the objects of `dump`.
pub(crate) fn of_dump(
    dump: &Dump,
    question: &str,
    manifest: Option<&Value>,
) -> (Option<i32>, Value) {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, value: &Value| {
        let path = folder.path().join(name);
        std::fs::write(&path, value.to_string()).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let list = json!({"apiVersion": "v1", "kind": "List", "items": dump.objects()});
    let list = write("dump.json", &list);
    let manifest = manifest.map(|manifest| write("new.json", manifest));
    let question = format!("{question} --now 2026-01-01T02:00:00Z");
    ask(&list, &question, manifest.as_deref())
}

fn count(answer: &Value, list: &str) -> usize {
    answer.pointer(list).unwrap().as_array().unwrap().len()
}

#[test]
fn an_unchanged_manifest_changes_nothing() {
    let (dump, same) = (file("unchanged.yaml"), file("unchanged-manifest.yaml"));
    let (code, plan) = ask(&dump, "plan", Some(&same));
    assert_eq!(code, Some(0));
    assert_eq!(plan["change"]["template"], "Unchanged");
    assert_eq!(plan["change"]["fields"], json!([]));
    assert_eq!(plan["revision"]["state"], "Current");
    assert_eq!(plan["revision"]["hash"], "5f6d7c8b9");
    assert_eq!(
        (plan["revision"]["pods"].as_i64(), count(&plan, "/drift")),
        (Some(12), 0)
    );
    let text = stdout(&kubectl_ds(&["plan", "-f", &same, "--from", &dump], &[]));
    assert!(!text.contains("creationTimestamp"), "{text}");

    let (code, why) = ask(&dump, "why", Some(&same));
    assert_eq!(code, Some(0));
    assert_eq!(why["status"]["updated"], 12);
    let (_, stored) = ask(&dump, "why kube-proxy -n kube-system", None);
    assert_eq!(stored["clean"], true);
    let (_, adopt) = ask(&dump, "adopt", Some(&same));
    assert_eq!(adopt["history"]["state"], "Current");
    let by_hash = |pod: &Value| pod["then"] == "CountsAsUpdated" && pod["updatedBy"] == "Hash";
    assert!(
        adopt["pods"].as_array().unwrap().iter().all(by_hash),
        "{adopt}"
    );
    let (_, adopt) = ask(&dump, "adopt kube-proxy -n kube-system", None);
    assert_eq!(adopt["clean"], true);
}

#[test]
fn a_way_back_finds_the_old_revision_whichever_it_is() {
    let (dump, back) = (file("rollback.yaml"), file("rollback-manifest.yaml"));
    let ways = [
        ask(&dump, "plan", Some(&back)),
        ask(
            &dump,
            "plan npd -n kube-system --set-image npd=npd:v0.8.13",
            None,
        ),
        ask(&dump, "plan npd -n kube-system --to-revision 1", None),
        ask(&dump, "plan npd -n kube-system --to-revision 0", None),
    ];
    for (code, plan) in &ways {
        assert_eq!(*code, Some(1));
        assert_eq!(plan["revision"]["state"], "Existing");
        assert_eq!(plan["revision"]["number"], 1);
        assert_eq!(plan["revision"]["renumberedTo"], 3);
        assert_eq!(plan["revision"]["pods"], 3);
        for list in [
            "/revision",
            "/update",
            "/waves",
            "/old",
            "/drift",
            "/change/fields",
        ] {
            assert_eq!(plan.pointer(list), ways[0].1.pointer(list), "{list}");
        }
    }
}

fn with_null(image: &str) -> Value {
    let mut written = template(image);
    written["metadata"]["creationTimestamp"] = Value::Null;
    written
}

fn manifest(image: &str) -> Value {
    json!({"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"name": "a", "namespace": "default"},
        "spec": {"selector": {"matchLabels": {"app": "a"}}, "template": template(image)}})
}

/// A server of 1.34 or later leaves the null out: byte for byte no revision holds the
/// template, so the controller makes a new one. The pods run the template, and count as
/// updated by their generation.
#[test]
fn after_an_upgrade_the_pods_are_those_of_the_template() {
    let mut dump = Dump::new(3, 3);
    dump.revisions = vec![revision(2, "h2", &with_null("a:2"))];
    let with_the_new_one = |dump: &Dump| {
        let mut objects = Dump::new(3, 3);
        objects.revisions = dump.revisions.clone();
        objects.revisions.push(revision(3, "h3", &template("a:2")));
        objects
    };
    let later = with_the_new_one(&dump);
    for (dump, state, same_as) in [(&dump, "New", json!(2)), (&later, "Current", Value::Null)] {
        let (code, plan) = of_dump(dump, "plan a", None);
        assert_eq!((code, &plan["clean"]), (Some(0), &json!(true)), "{plan}");
        assert_eq!(plan["revision"]["state"], state);
        assert_eq!(plan["revision"]["number"], 3);
        assert_eq!(plan["revision"]["sameAs"], same_as);
        assert_eq!((count(&plan, "/drift"), count(&plan, "/old")), (0, 0));
        let (code, why) = of_dump(dump, "why a", None);
        assert_eq!((code, &why["clean"]), (Some(0), &json!(true)));
        let (_, adopt) = of_dump(dump, "adopt a", None);
        assert_eq!(adopt["findings"], json!([]));
        let (code, plan) = of_dump(dump, "plan", Some(&manifest("a:2")));
        assert_eq!(
            (code, &plan["change"]["template"]),
            (Some(0), &json!("Unchanged"))
        );
        assert_eq!(count(&plan, "/drift"), 0);
    }
}

/// The way back makes a new revision there, and pods that still run the old template are
/// replaced with the others: their generation is another too.
#[test]
fn after_an_upgrade_a_way_back_replaces_all_pods() {
    let mut dump = Dump::new(4, 2);
    dump.revisions[0] = revision(1, "h1", &with_null("a:1"));
    for (question, manifest) in [
        ("plan", Some(manifest("a:1"))),
        ("plan a --set-image agent=a:1", None),
        ("plan a --to-revision 1", None),
    ] {
        let (code, plan) = of_dump(&dump, question, manifest.as_ref());
        assert_eq!(code, Some(1));
        follows_the_schema(question, &plan);
        assert_eq!(plan["revision"]["state"], "New", "{question}");
        assert_eq!(plan["revision"]["sameAs"], 1);
        assert_eq!(plan["revision"]["pods"], 0);
        assert_eq!(plan["waves"]["replace"], 4);
    }
    // It is called what was typed, not what it becomes.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dump.json");
    let list = json!({"apiVersion": "v1", "kind": "List", "items": dump.objects()});
    std::fs::write(&path, list.to_string()).unwrap();
    let args = [
        "plan",
        "a",
        "--to-revision",
        "0",
        "--from",
        path.to_str().unwrap(),
    ];
    let text = stdout(&kubectl_ds(&args, &[]));
    assert!(text.contains("Going back to revision 1 replaces"), "{text}");
}
