//! `--expect-file`, and what is refused.

use std::fs;

use serde_json::{Value, json};

use crate::binary::{ask, root};
use crate::schema::validator;

use super::{annotated, excluded, expected, pool, report, says};

const HEAD: &str = "apiVersion: ds.kubectl/v1alpha1\nkind: Expectations\nitems:\n";

/// What is asked with a file of this text; without the folder's name.
fn with_file(objects: &[Value], question: &str, text: &str) -> (Option<i32>, String, String) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("agents.yaml");
    fs::write(&file, text).unwrap();
    let path = file.to_str().unwrap();
    let (code, out, err) = ask(objects, &format!("{question} --expect-file {path}"));
    (code, out, err.replace(path, "agents.yaml"))
}

fn item(name: &str, selector: &str, more: &str) -> String {
    format!("- namespace: default\n  name: {name}\n  selector: {selector}\n{more}")
}

#[test]
fn a_file_goes_before_the_annotation_and_a_flag_before_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("agents.yaml");
    let text = format!("{HEAD}{}", item("a", "pool=gpu", "  atLeast: 2\n"));
    fs::write(&file, text).unwrap();
    let file = file.to_str().unwrap();
    let objects = annotated(excluded(3), "pool=tpu", None).objects();
    let (code, found) = report(&objects, &format!("why a --expect-file {file}"));
    assert_eq!(code, 1);
    assert_eq!(expected(&found), says("File", "pool=gpu", 2, 3, 2));
    let question = format!("why a --expect-file {file} --expect kubernetes.io/hostname=n2");
    let (code, found) = report(&objects, &question);
    assert_eq!((code, &expected(&found)["source"]), (0, &json!("Flag")));
    let (code, all) = report(&objects, &format!("why -A --expect-file {file}"));
    assert_eq!(
        (code, &all["items"][0]["expected"]["source"]),
        (1, &json!("File"))
    );
    let (code, node) = report(&objects, &format!("node n1 --expect-file {file}"));
    assert_eq!(
        (code, &node["daemonSets"][0]["expected"]),
        (1, &json!(true))
    );
}

#[test]
fn files_that_say_nothing_that_can_be_meant_are_refused() {
    let objects = pool(1).objects();
    let twice = item("a", "a=b", "") + &item("a", "c", "");
    let cases = [
        (
            format!("{HEAD}{}", item("b", "a=b", "")),
            "agents.yaml:5: daemonset `b` not found in namespace `default`; did you mean `a`?",
        ),
        (
            format!("{HEAD}{}", item("a", "a in b", "")),
            "agents.yaml:6: `items[0].selector`: invalid selector `a in b`: ",
        ),
        (
            format!("{HEAD}{twice}"),
            "agents.yaml:8: DaemonSet `default/a` is also at agents.yaml:5: keep one of them",
        ),
        (
            format!("{HEAD}{}", item("a", "a=b", "  atLeast: -1\n")),
            "agents.yaml:7: `items[0].atLeast`: `-1` is not a number of nodes: write 0 or more",
        ),
        (
            format!("{HEAD}{}", item("a", "a=b", "  atLeast: many\n")),
            "agents.yaml:7: `items[0].atLeast` is the string `many` where a whole number is wanted",
        ),
        (
            format!("{HEAD}{}", item("a", "a=b", "  atleast: 1\n")),
            "agents.yaml:7: unknown field `items[0].atleast`; did you mean `atLeast`?",
        ),
        (
            format!("{HEAD}- namespace: default\n  selector: a\n"),
            "agents.yaml:4: `items[0]` has no `name`",
        ),
        (
            "apiVersion: ds.kubectl/v1alpha1\nkind: Expectation\nitems: []\n".to_owned(),
            "agents.yaml:2: this is Expectation, where `kind: Expectations` of `apiVersion: ds.kubectl/v1alpha1` is wanted; did you mean `kind: Expectations`?",
        ),
        (
            "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: a}\n".to_owned(),
            "agents.yaml:2: this is DaemonSet `a`, where `kind: Expectations` of `apiVersion: ds.kubectl/v1alpha1` is wanted",
        ),
        (
            "apiVersion: v1\nkind: Expectations\nitems: []\n".to_owned(),
            "agents.yaml:1: `v1` has no `kind: Expectations`: write `apiVersion: ds.kubectl/v1alpha1`",
        ),
        (
            item("a", "a=b", ""),
            "agents.yaml:1: this is a list, where `kind: Expectations` of `apiVersion: ds.kubectl/v1alpha1` is wanted",
        ),
        (String::new(), "agents.yaml: the file is empty"),
    ];
    for (text, wanted) in cases {
        let (code, out, err) = with_file(&objects, "why -A", &text);
        assert_eq!((code, out.as_str()), (Some(2), ""), "{text}");
        let errors = err.lines().filter(|line| line.starts_with("error: "));
        assert_eq!(errors.count(), 1, "{err}");
        assert!(err.starts_with(&format!("error: {wanted}")), "{err}");
    }
}

/// Two near names of namespaces that weren't asked about are nobody's mistake.
#[test]
fn only_what_was_asked_for_is_looked_up() {
    let objects = pool(1).objects();
    let text = format!("{HEAD}{}", item("b", "pool=gpu", ""));
    let elsewhere = text.replace("default", "other");
    let code = |question: &str, text: &str| with_file(&objects, question, text).0;
    assert_eq!(code("why", &elsewhere), Some(0));
    assert_eq!(code("why -A", &elsewhere), Some(2));
    assert_eq!(code("why -l x=y", &text), Some(0));
    assert_eq!(code("node n1", &elsewhere), Some(2));
    assert_eq!(code("node n1 -n default", &elsewhere), Some(0));
    // Of one that is asked about by name, entries for others aren't the question, but there has
    // to be who they are for.
    let both = format!("{text}{}", item("a", "pool=gpu", ""));
    for question in [
        "why a",
        "why a n1",
        "why pod/a-n1-new",
        "plan a --restart",
        "why a --taint x=y:NoSchedule n1",
    ] {
        for text in [&text, &both] {
            let (code, out, err) = with_file(&objects, question, text);
            assert_eq!((code, out.as_str()), (Some(2), ""), "{question}");
            let wanted = "error: agents.yaml:5: daemonset `b` not found in namespace `default`; did you mean `a`?";
            assert!(err.starts_with(wanted), "{question}: {err}");
        }
        let own = format!("{elsewhere}{}", item("a", "pool=gpu", ""));
        let (code, _, err) = with_file(&objects, question, &own);
        assert_eq!((code, err.as_str()), (Some(0), ""), "{question}");
        let (code, _, err) = with_file(&objects, question, &elsewhere);
        assert_eq!(code, Some(0), "{question}");
        assert!(
            err.starts_with("warning: `--expect-file` expects nothing of DaemonSet `a`"),
            "{question}: {err}"
        );
    }
}

/// What a stream brings is there; what is neither there nor in it, is a mistake.
#[test]
fn an_entry_may_be_for_what_the_manifests_bring() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("new.json");
    let mut ds = pool(1).ds;
    ds["metadata"] = json!({"name": "new", "namespace": "default"});
    fs::write(&file, ds.to_string()).unwrap();
    let objects = pool(1).objects();
    let text = |name: &str| format!("{HEAD}{}", item(name, "pool=gpu", ""));
    for command in ["plan", "why"] {
        let question = format!("{command} -f {}", file.display());
        let (code, _, err) = with_file(&objects, &question, &text("new"));
        assert_eq!((code, err.as_str()), (Some(0), ""), "{command}");
        let (code, _, err) = with_file(&objects, &question, &text("now"));
        assert_eq!(code, Some(2), "{command}");
        assert!(
            err.contains("daemonset `now` not found in namespace `default`; did you mean `new`?"),
            "{err}"
        );
    }
}

#[test]
fn flags_that_say_nothing_are_refused() {
    let objects = pool(1).objects();
    for (question, wanted) in [
        ("why a --expect a=b,(", "`a=b,(`: a `(` has no `)`"),
        (
            "why a --expect a=b --expect-at-least -1",
            "`-1` is not a number of nodes",
        ),
        (
            "why a --expect a=b --expect-at-least two",
            "`two` is not a number of nodes",
        ),
        ("why a --expect-at-least 2", "--expect <SELECTOR>"),
        (
            "plan a --expect a=b",
            "`--expect` and `--expect-file` are about a change",
        ),
        (
            "why a --watch --near-misses",
            "`--watch` goes by the DaemonSet's own annotations",
        ),
        (
            "why a --expect-file - --from -",
            "stdin can be read only once",
        ),
        (
            "why a --expect-file none.yaml",
            "none.yaml: no such file or folder",
        ),
    ] {
        let (code, out, err) = ask(&objects, question);
        assert_eq!((code, out.as_str()), (Some(2), ""), "{question}");
        assert!(err.starts_with("error: ") && err.contains(wanted), "{err}");
    }
}

#[test]
fn the_schema_takes_the_example_and_refuses_what_is_none() {
    let example = fs::read_to_string(root().join("docs/examples/agents.yaml")).unwrap();
    let example: Value = serde_yaml::from_str(&example).unwrap();
    let validator = validator("expectations");
    assert!(validator.is_valid(&example), "{example}");
    let breaks: [fn(&mut Value); 5] = [
        |f| f["kind"] = "Expectation".into(),
        |f| f["apiVersion"] = "v1".into(),
        |f| f["items"][0]["atLeast"] = (-1).into(),
        |f| f["items"][0]["atleast"] = 1.into(),
        |f| drop(f["items"][0].as_object_mut().unwrap().remove("selector")),
    ];
    for (index, break_it) in breaks.iter().enumerate() {
        let mut broken = example.clone();
        break_it(&mut broken);
        assert!(!validator.is_valid(&broken), "break {index} is allowed");
    }
}
