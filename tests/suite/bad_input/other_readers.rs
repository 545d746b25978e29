//! Texts that other readers of YAML take for something else than kubectl does.

use super::{GOOD, error, read, with};
use crate::files::{open_text, options};
use kubectl_ds::source::files::Files;

/// A node in a list as kubectl prints it, with an annotation.
fn nodes(annotation: &str) -> String {
    format!(
        "apiVersion: v1\nitems:\n- apiVersion: v1\n  kind: Node\n  metadata:\n    annotations:\n      a: {annotation}\n    name: n1\nkind: List\n"
    )
}

/// What an annotation of a manifest means.
fn note(annotation: &str) -> String {
    let text = with(
        "    team: platform\n",
        &format!("    team: platform\n  annotations:\n    note: {annotation}\n"),
    );
    let annotations = &read(&text).unwrap().manifests[0]
        .daemon_set
        .object
        .metadata
        .annotations;
    annotations.as_ref().unwrap()["note"].clone()
}

fn open_error(text: &str) -> String {
    match open_text(text) {
        Ok(_) => "no error".to_owned(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn a_block_scalar_at_the_end_of_the_file() {
    let text = format!("{GOOD}        args:\n        - |\n          echo hi");
    for text in [
        text.clone(),
        text.clone() + "\n",
        text.replace('\n', "\r\n"),
    ] {
        let manifests = read(&text).unwrap();
        let container = &manifests.manifests[0].daemon_set.raw_template["spec"]["containers"][0];
        assert_eq!(container["args"][0], "echo hi\n", "{text:?}");
    }
}

#[test]
fn line_breaks_of_yaml_1_1() {
    for annotation in [
        "|2-\n\u{2028}        {\"a\":1}\n        *a",
        "'a\u{2029}        b'",
        "a\u{85}        b",
    ] {
        let text = nodes(annotation);
        for chunk in [None, Some(16)] {
            let options = kubectl_ds::source::files::FilesOptions { chunk, ..options() };
            let files = Files::open(&["-".to_owned()], options, text.as_bytes());
            let files = files.unwrap_or_else(|e| panic!("{e}\n{text}"));
            assert_eq!(&*files.all().nodes.as_ref().unwrap()[0].name, "n1");
        }
    }
    assert_eq!(note("|-\n      a\u{2028}      b"), "a\u{2028}b");
}

#[test]
fn an_indented_marker() {
    let text = "  ---\napiVersion: v1\nkind: Node\nmetadata:\n  name: n1\n";
    let message = open_error(text);
    assert!(message.starts_with("stdin:2: invalid YAML: "), "{message}");
    assert!(error(format!("  ---\n{GOOD}")).starts_with("stdin:2: invalid YAML: "));
}

/// A kind that has `items` and is no list.
#[test]
fn items_of_no_list() {
    let menu = "apiVersion: example.com/v1\nkind: Menu\nmetadata:\n  name: a\nitems:\n- name: soup\n- name: bread\n";
    let sorted = "apiVersion: example.com/v1\nitems:\n- name: soup\n- name: bread\nkind: Menu\nmetadata:\n  name: a\n";
    let node = "---\napiVersion: v1\nkind: Node\nmetadata:\n  name: n1\n";
    for text in [format!("{menu}{node}"), format!("{sorted}{node}")] {
        let files = open_text(&text).unwrap();
        assert_eq!(files.skipped(), 1, "{text}");
        assert_eq!(files.all().nodes.as_ref().unwrap().len(), 1);
        let manifests = read(format!("{text}---\n{GOOD}")).unwrap();
        assert_eq!(
            manifests.warnings[0],
            "stdin:1: skipped Menu `a`, which is no DaemonSet"
        );
    }
    let chunk = Some(16);
    let options = || kubectl_ds::source::files::FilesOptions { chunk, ..options() };
    let text = format!("{menu}{node}");
    let files = Files::open(&["-".to_owned()], options(), text.as_bytes()).unwrap();
    assert_eq!(files.skipped(), 1);
    // What comes too late to be told from a list says so.
    let files = Files::open(&["-".to_owned()], options(), sorted.as_bytes());
    assert_eq!(
        files.unwrap_err().to_string(),
        "stdin:1: `items` stands before `kind`, and the kind `Menu` is no list: put `kind` first, unless the file is cut off"
    );
}

#[test]
fn a_version_that_is_a_number() {
    let expected = "stdin:1: `serverVersion.gitVersion` is `1.37`, a number, where a string is wanted: quote it: \"1.37\"";
    for text in [
        "serverVersion: {gitVersion: 1.37}\n",
        "{\"serverVersion\": {\"gitVersion\": 1.37}}",
    ] {
        assert_eq!(open_error(text), expected);
    }
}

/// An entry of `<<` wins over one that stands before it.
#[test]
fn merge_keys_count_where_they_stand() {
    let text = with("disk: ssd", "disk: hdd\n        <<: {disk: ssd}");
    let manifests = read(&text).unwrap();
    assert_eq!(manifests.warnings, [""; 0]);
    let template = &manifests.manifests[0].daemon_set.raw_template;
    assert_eq!(template["spec"]["nodeSelector"]["disk"], "ssd");
}

#[test]
fn numbers_that_json_does_not_have() {
    assert_eq!(
        error(with("minReadySeconds: 5", "minReadySeconds: .inf")),
        "stdin:8: `.inf` is a number that JSON doesn't have: quote it"
    );
}

#[test]
fn what_follows_the_end_of_a_document() {
    assert_eq!(
        error(format!("{GOOD}...\n{GOOD}")),
        "stdin:41: kubectl reads nothing after `...`: write `---` in its place"
    );
}

#[test]
fn what_stands_beside_a_marker() {
    let expected =
        "kubectl takes nothing but a comment after `---`: begin the document on the next line";
    assert_eq!(
        error(format!("--- # one\n{GOOD}--- {{a: b}}\n")),
        format!("stdin:41: {expected}")
    );
    assert_eq!(error(format!("---{GOOD}")), format!("stdin:1: {expected}"));
}

/// Further lines of a text in quotes may stand anywhere.
#[test]
fn json_in_quotes() {
    assert_eq!(note("'{\n  \"a\": 1\n}'"), "{ \"a\": 1 }");
}

/// Few bytes that stand for many, wherever objects are read.
#[test]
fn aliases_without_end() {
    let long = "x".repeat(100_000);
    let labels: String = (0..3000).map(|n| format!("    k{n}: *a\n")).collect();
    let bomb = with(
        "    team: platform\n",
        &format!("    a: &a {long}\n{labels}"),
    );
    let expected = ": up to here the anchors and aliases of the file stand for more than 8 MiB: write the values out where they are needed";
    for message in [error(&bomb), open_error(&bomb)] {
        assert!(message.ends_with(expected), "{message}");
        assert!(message.starts_with("stdin:"), "{message}");
        assert_eq!(message.lines().count(), 1, "{message}");
    }
    // In many documents as in one.
    let labels: String = (0..20).map(|n| format!("    k{n}: *a\n")).collect();
    let small = with(
        "    team: platform\n",
        &format!("    a: &a {long}\n{labels}"),
    );
    let many: Vec<String> = (0..9)
        .map(|n| {
            small.replace(
                "name: agent\n  labels",
                &format!("name: agent{n}\n  labels"),
            )
        })
        .collect();
    let message = error(many.join("---\n"));
    assert!(message.ends_with(expected), "{message}");
}
