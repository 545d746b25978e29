#![allow(clippy::unwrap_used)]

use serde_json::{Value, json};

use super::*;

fn to_string(value: &Value) -> String {
    let mut text = Vec::new();
    write(&mut text, value).unwrap();
    String::from_utf8(text).unwrap()
}

/// The output of `kubectl config view -o kyaml` (1.37.1) for an extension with `VALUE`, unindented
/// by four columns.
const OF_KUBECTL: &str = r#"{
  "1e3": "1e3",
  "2026-11-29": "d",
  "a b": "tab	here",
  apiVersion: "x/v1",
  empty: [],
  kind: "Thing",
  kubernetes.io/os: "linux",
  list: [
    1,
    -2,
    0.5,
    null,
    true,
  ],
  long: "\
     one\n\
    \  two\n\
     \n\
    \	three\n\
    ",
  nested: [[[
    "z",
  ], []], [{}]],
  newline: "\
     \n\
    ",
  none: {},
  objects: [{
    "f": "x",
    g: {
      h: "y",
    },
  }, {}],
  odd: "q\"b\\ \_\u202e\u200b\a\e\u3000é節́\U000e0041",
  short: "\
     one\n\
     two\
    ",
  textlist: [
    "\
       a\n\
       b\
      ",
    "c",
  ],
  "yes": "no",
}"#;

const VALUE: &str = r#"{
 "1e3": "1e3",
 "2026-11-29": "d",
 "a b": "tab\there",
 "apiVersion": "x/v1",
 "empty": [],
 "kind": "Thing",
 "kubernetes.io/os": "linux",
 "list": [
  1,
  -2,
  0.5,
  null,
  true
 ],
 "long": "one\n  two\n\n\tthree\n",
 "nested": [
  [
   [
    "z"
   ],
   []
  ],
  [
   {}
  ]
 ],
 "newline": "\n",
 "none": {},
 "objects": [
  {
   "f": "x",
   "g": {
    "h": "y"
   }
  },
  {}
 ],
 "odd": "q\"b\\ \u00a0\u202e\u200b\u0007\u001b\u3000\u00e9\u7bc0\u0301\udb40\udc41",
 "short": "one\ntwo",
 "textlist": [
  "a\nb",
  "c"
 ],
 "yes": "no"
}"#;

#[test]
fn it_is_byte_for_byte_what_kubectl_prints() {
    let value: Value = serde_json::from_str(VALUE).unwrap();
    assert_eq!(to_string(&value), OF_KUBECTL);
}

#[test]
fn a_reader_of_yaml_reads_it_back() {
    let value: Value = serde_json::from_str(VALUE).unwrap();
    let read: Value = serde_yaml::from_str(&to_string(&value)).unwrap();
    assert_eq!(read, value);
}

#[test]
fn what_a_terminal_acts_on_is_escaped() {
    let value = json!({"a\u{202e}\n": "\u{7f}\u{9b}2J\u{1b}"});
    let text = "{\n  \"a\\u202e\\n\": \"\\x7f\\u009b2J\\e\",\n}";
    assert_eq!(to_string(&value), text);
}
