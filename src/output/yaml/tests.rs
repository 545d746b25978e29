#![allow(clippy::unwrap_used)]

use serde_json::{Value, json};

use super::*;

#[test]
fn the_layout_is_kubectls() {
    let value = json!({
        "a": {"b": [], "c": {}, "d": [1, -2, 0.5, null, true]},
        "e": [{"f": "x", "g": {"h": "y"}}, [["z"], []], {}],
        "i": "one\n  two\n\nthree\n",
        "j": ["one\ntwo"],
    });
    let text = "\
a:
  b: []
  c: {}
  d:
  - 1
  - -2
  - 0.5
  - null
  - true
e:
- f: x
  g:
    h: \"y\"
- - - z
  - []
- {}
i: |
  one
    two

  three
j:
- |-
  one
  two
";
    assert_eq!(to_string(&value).unwrap(), text);
}

#[test]
fn what_a_reader_takes_for_something_else_is_quoted() {
    let quoted = [
        "",
        "y",
        "No",
        "on",
        "OFF",
        "~",
        "null",
        "TRUE",
        "1_0",
        "0o7",
        "0x1F",
        "0b1",
        "1:20",
        "1e3",
        ".inf",
        "-.INF",
        ".nan",
        "=",
        "<<",
        "2026-11-29",
        "2026-11-29T00:00:00Z",
        "1.5",
        "1,000",
        "-",
        "- a",
        "a: b",
        "a:",
        "a #b",
        "#a",
        "&a",
        "*a",
        "!a",
        "|",
        ">",
        "@a",
        "`a",
        "%a",
        "'a",
        "\"a",
        "[a",
        "{a",
        "? a",
        " a",
        "a ",
        "---",
        "...",
        "-1",
        "+1",
        "a\tb",
    ];
    for text in quoted {
        assert_eq!(to_string(&text).unwrap(), format!("{}\n", json!(text)));
    }
    let plain = [
        "a",
        "node-1",
        "100m",
        "128Mi",
        "app=x:NoSchedule",
        "it's \"a\" [b] {c}, d#e",
        "--config=/a.yaml",
    ];
    for text in plain {
        assert_eq!(to_string(&text).unwrap(), format!("{text}\n"));
    }
}

#[test]
fn what_is_not_seen_is_escaped() {
    let value = json!({"a\u{202e}": "x\u{200b}\u{85}\u{e0041}\n"});
    let text = "\"a\\u202e\": \"x\\u200b\\u0085\\U000e0041\\n\"\n";
    assert_eq!(to_string(&value).unwrap(), text);
}

#[test]
fn a_long_key_stands_on_its_own_line() {
    let key = "k".repeat(LONGEST_KEY + 1);
    let value = json!({"a": {key.clone(): {"b": 1}, "l": 2}});
    let text = format!("a:\n  ? {key}\n  :\n    b: 1\n  l: 2\n");
    assert_eq!(to_string(&value).unwrap(), text);
    let read: Value = serde_yaml::from_str(&text).unwrap();
    assert_eq!(read, value);
}
