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
        ("two lists", format!("{json}\n{json}")),
        ("JSON and YAML", format!("{json}\n---\n{MORE}")),
    ]
}

const MORE: &str = "apiVersion: v1\nkind: Node\nmetadata:\n  name: more\n  labels: {a: é}\n";

#[test]
fn of_any_size() {
    for (form, text) in forms() {
        let whole = open_by(text.len() + 1, &text).unwrap();
        for chunk in (1..200).chain((200..text.len()).step_by(61)) {
            assert_eq!(
                open_by(chunk, &text).as_ref(),
                Ok(&whole),
                "{form} by {chunk}"
            );
        }
    }
}
