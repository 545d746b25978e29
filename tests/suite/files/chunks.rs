//! The same answer however much of a file is read at a time.

use super::{DUMP, dump_as_json, options, print};
use kubectl_ds::source::files::Files;

fn open_by(chunk: usize, text: &str) -> Result<String, String> {
    let mut options = options();
    options.chunk = Some(chunk);
    let files = Files::open(&["-".to_owned()], options, text.as_bytes());
    files.map(|f| print(&f)).map_err(|e| e.to_string())
}

/// The dump in forms that are cut in different ways.
fn forms() -> Vec<(&'static str, String)> {
    let json = dump_as_json();
    let value: serde_json::Value = serde_json::from_str(&json).unwrap();
    let items = value["items"].as_array().unwrap();
    let documents: Vec<String> = items
        .iter()
        .map(|i| serde_yaml::to_string(i).unwrap())
        .collect();
    let values: Vec<String> = items.iter().map(ToString::to_string).collect();
    let kind_first = values.join(", ");
    let kind_last = values.join("\r\n,\t");
    let indented = DUMP.replace("\n  ", "\n    ").replace("\n- ", "\n  - ");
    vec![
        ("YAML", DUMP.to_owned()),
        ("YAML with a mark", format!("\u{feff}{DUMP}")),
        ("YAML, indented", indented),
        ("documents", documents.join("---\n")),
        ("a list and documents", format!("{DUMP}--- # more\n{MORE}")),
        ("documents and a list", format!("{MORE}---\n{DUMP}")),
        ("JSON", json.clone()),
        ("JSON with a mark", format!("\u{feff}{json}")),
        ("JSON in one line", value.to_string()),
        ("values", values.join("\n")),
        (
            "kind first",
            format!(r#"{{"kind": "List", "apiVersion": "v1", "items": [{kind_first}]}}"#),
        ),
        (
            "kind last",
            format!(
                r#"{{"items": [{kind_last}], "metadata": {{}}, "apiVersion": "v1", "kind": "List"}}"#
            ),
        ),
        ("an array", format!("[{kind_first}]")),
        (
            "an array, indented",
            serde_json::to_string_pretty(items).unwrap(),
        ),
        ("a sequence", serde_yaml::to_string(items).unwrap()),
        ("arrays", format!("[{kind_first}]\n[{kind_last}]")),
        ("two lists", format!("{json}\n{json}")),
        ("JSON and YAML", format!("{json}\n---\n{MORE}")),
    ]
}

const MORE: &str = "apiVersion: v1\nkind: Node\nmetadata:\n  name: more\n  labels: {a: é}\n";

#[test]
fn of_any_size() {
    for (form, text) in forms() {
        let whole = open_by(text.len() + 1, &text).unwrap();
        for chunk in (1..40).chain((40..text.len()).step_by(83)) {
            assert_eq!(
                open_by(chunk, &text).as_ref(),
                Ok(&whole),
                "{form} by {chunk}"
            );
        }
    }
}

/// Three nodes; the second one stands on line 11 of the JSON and on line 7 of the YAML.
const NODES: [&str; 2] = [
    r#"{
  "apiVersion": "v1",
  "items": [
    {
      "apiVersion": "v1",
      "kind": "Node",
      "metadata": {
        "name": "a"
      }
    },
    {
      "apiVersion": "v1",
      "kind": "Node",
      "metadata": {
        "name": "b"
      }
    },
    {
      "apiVersion": "v1",
      "kind": "Node",
      "metadata": {
        "name": "c"
      }
    }
  ],
  "kind": "List"
}
"#,
    "apiVersion: v1\nitems:\n- apiVersion: v1\n  kind: Node\n  metadata:\n    name: a\n- apiVersion: v1\n  kind: Node\n  metadata:\n    name: b\n- apiVersion: v1\n  kind: Node\n  metadata:\n    name: c\nkind: List\n",
];

#[test]
fn cut_off_at_every_byte() {
    let [json, yaml] = NODES;
    let whole = open_by(1000, json).unwrap();
    for chunk in [1, 8, 64, 200, 1000] {
        for end in 0..=json.len() {
            let read = open_by(chunk, &json[..end]);
            if end >= json.trim_end().len() {
                assert_eq!(read.as_ref(), Ok(&whole));
            } else {
                read.unwrap_err();
            }
        }
        for end in 0..yaml.trim_end().len() {
            open_by(chunk, &yaml[..end]).unwrap_err();
        }
    }
}

#[test]
fn boundaries_at_every_byte() {
    let linked = NODES[1]
        .replace("name: a", "name: &a a")
        .replace("name: c", "name: c\n    labels: {a: *a}");
    for text in [NODES[0], NODES[1], &linked] {
        let whole = open_by(1000, text);
        for chunk in 1..text.len() {
            assert_eq!(open_by(chunk, text), whole, "by {chunk}");
        }
    }
}

/// What is wrong is said with the same line in the same words.
#[test]
fn the_same_error() {
    let [json, yaml] = NODES;
    let with = |text: &str, old: &str, new: &str| {
        assert_eq!(text.matches(old).count(), 1, "{old}");
        text.replace(old, new)
    };
    let cases = [
        (
            with(json, "\"b\"", "true"),
            "stdin:15: `metadata.name` is `true`, a boolean, where a string is wanted: quote it: \"true\"",
        ),
        (
            with(json, "\"b\"", "]"),
            "stdin:15: this is no JSON: expected value",
        ),
        (
            with(json, "\"b\"", "\"\""),
            "stdin:11: this Node has no `metadata.name`",
        ),
        (
            with(json, "\"b\"", "\"a\", \"labels\": {\"a\": \"b\"}"),
            "stdin:11: Node `a` is in the files twice and not the same; the other one is at stdin:4: keep one of them",
        ),
        (
            with(yaml, "name: b", "name: 1"),
            "stdin:10: `metadata.name` is `1`, a number, where a string is wanted: quote it: \"1\"",
        ),
        (
            with(yaml, "name: b", "nam: b"),
            "stdin:7: this Node has no `metadata.name`",
        ),
        (
            with(yaml, "    name: b", "   - name: b: c"),
            "stdin:10: invalid YAML: mapping values are not allowed in this context; check the indentation, quotes and brackets here and on the line before",
        ),
    ];
    for (text, expected) in cases {
        for chunk in 1..=text.len() + 1 {
            let error = open_by(chunk, &text).unwrap_err();
            assert_eq!(error, expected, "by {chunk}");
        }
    }
}
