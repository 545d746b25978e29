//! One judgement for all commands: of the object that an apply leaves, not of the
//! manifest alone.

use serde_json::{Value, json};

use crate::binary::{kubectl_ds, stderr, stdout};

use super::dump::{Dump, template};

/// `command -f` of a manifest on the saved objects of `dump`.
fn ask(command: &str, dump: &Dump, manifest: &Value) -> (Option<i32>, String, String) {
    let folder = tempfile::tempdir().unwrap();
    let manifest_path = folder.path().join("new.json");
    std::fs::write(&manifest_path, manifest.to_string()).unwrap();
    let dump_path = folder.path().join("dump.json");
    let list = json!({"apiVersion": "v1", "kind": "List", "items": dump.objects()});
    std::fs::write(&dump_path, list.to_string()).unwrap();
    let path = |path: &std::path::Path| path.to_str().unwrap().to_owned();
    let (manifest, dump) = (path(&manifest_path), path(&dump_path));
    let output = kubectl_ds(&[command, "-f", &manifest, "--from", &dump], &[]);
    let err = stderr(&output).replace(&manifest, "new.json");
    (output.status.code(), stdout(&output), err)
}

/// Nothing but what it changes: a surge of 2.
fn surge() -> Value {
    json!({"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"name": "a", "namespace": "default"},
        "spec": {"selector": {"matchLabels": {"app": "a"}}, "template": template("a:3"),
            "updateStrategy": {"rollingUpdate": {"maxSurge": 2}}}})
}

/// The stored object has `maxUnavailable: 0`, which an apply leaves alone.
#[test]
fn what_is_stored_makes_it_valid() {
    let stored = Dump::new(4, 4).budget(0, 1);
    for command in ["plan", "why"] {
        let (code, out, err) = ask(command, &stored, &surge());
        assert_eq!(code, Some(0), "{command}: {err}");
        assert!(out.contains("default/a"), "{command}: {out}");
    }
}

/// One that is created anew has nothing of the stored one.
#[test]
fn one_that_is_created_has_the_default() {
    let (code, out, err) = ask("adopt", &Dump::new(4, 4).budget(0, 1), &surge());
    assert_eq!((code, out.as_str()), (Some(2), ""));
    assert!(
        err.contains("new.json:1: `spec.updateStrategy.rollingUpdate.maxSurge` and `maxUnavailable`, which is 1 where nothing is written, are both above 0"),
        "{err}"
    );
}

/// The same words, with file and line, and the same exit code from each.
#[test]
fn all_refuse_the_same() {
    let stored = Dump::new(4, 4);
    let mut wrong = surge();
    wrong["spec"]["template"]["spec"]["containers"][0]["ports"] =
        json!([{"containerPort": 80, "name": "x"}, {"containerPort": 81, "name": "x"}]);
    wrong["spec"]["updateStrategy"] = json!({"type": "Recreate"});
    let said = ["plan", "why", "adopt"].map(|command| ask(command, &stored, &wrong));
    for (code, out, err) in &said {
        assert_eq!((*code, out.as_str()), (Some(2), ""), "{err}");
        assert!(
            err.contains("new.json:1: `spec.updateStrategy.type` is `Recreate`"),
            "{err}"
        );
        assert!(
            err.contains("new.json:1: `spec.template.spec.containers[0].ports[1].name` is `x`"),
            "{err}"
        );
    }
    assert_eq!(said[0].2, said[1].2);
    assert_eq!(said[0].2, said[2].2);
}

/// An apply can't change a selector; one that is created anew may have any.
#[test]
fn another_selector() {
    let stored = Dump::new(4, 4);
    let mut other = surge();
    other["spec"]["updateStrategy"] = Value::Null;
    other["spec"]["selector"]["matchLabels"]["app"] = "b".into();
    other["spec"]["template"]["metadata"]["labels"]["app"] = "b".into();
    let (code, _, err) = ask("why", &stored, &other);
    assert_eq!(code, Some(2));
    let why = "can't be changed, it is `app=a`";
    assert!(
        err.contains(&format!("new.json:1: `spec.selector` {why}")),
        "{err}"
    );
    let (code, out, _) = ask("plan", &stored, &other);
    assert_eq!(code, Some(2));
    assert!(out.contains(why), "{out}");
    assert_eq!(ask("adopt", &stored, &other).0, Some(0));
}

/// What was set beside the manifest stays, and decides about nodes.
#[test]
fn why_sees_what_an_apply_keeps() {
    let mut stored = Dump::new(4, 4);
    stored.ds["spec"]["template"]["spec"]["nodeSelector"] = json!({"pool": "none"});
    let mut same = surge();
    same["spec"]["updateStrategy"] = Value::Null;
    let (code, out, err) = ask("why", &stored, &same);
    assert_eq!(code, Some(0), "{err}");
    assert!(out.contains("pool=none"), "{out}");
    assert!(out.contains("the server checks more"), "{out}");
}
