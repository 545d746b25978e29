//! What YAML means to kubectl, and what is refused.

use serde_json::{Value, json};

use super::{Yaml, YamlError, parse};
use crate::source::document::budget::Budget;

fn read(text: &str) -> Result<Yaml, YamlError> {
    parse(text, 1, &Budget::default())
}

/// The documents of a text.
pub(in crate::source::document) fn values(text: &str) -> Vec<Value> {
    let yaml = read(text).unwrap_or_default();
    yaml.documents.iter().map(|d| d.to_value()).collect()
}

/// Each was seen on kubectl 1.37.1.
#[test]
fn merges() {
    let cases = [
        ("a: 1\n<<: {a: 2, b: 3}\n", json!({"a": 2, "b": 3})),
        ("<<: {a: 2, b: 3}\na: 1\n", json!({"a": 1, "b": 3})),
        ("<<: [{a: 1}, {a: 2, b: 3}]\n", json!({"a": 1, "b": 3})),
        ("\"<<\": {a: 1}\n", json!({"<<": {"a": 1}})),
    ];
    for (text, expected) in cases {
        assert_eq!(values(text), [expected], "{text}");
        let duplicates = read(text).unwrap_or_default().duplicates;
        assert_eq!(duplicates, [], "{text}");
    }
}

/// kubectl refuses each of them too.
#[test]
fn what_json_has_not() {
    for text in [
        "a: .inf\n",
        "a: -.Inf\n",
        "a: .NaN\n",
        "a: !!float .inf\n",
        "~: 1\n",
        ": 1\n",
        "18446744073709551615: 1\n",
        "[a]: 1\n",
        "{a: 1}: 1\n",
        "a: !!bool x\n",
        "a: !!int 1.5\n",
        "a: !!float x\n",
        "a: !!binary '*'\n",
        "<<: 1\n",
        "<<: [[a]]\n",
        "a: &x [{b: 1}]\n<<: *x\n",
        "a: &x {b: *x}\n",
        "a: *x\n",
        "  ---\na: 1\n",
        "a: \"b\\/c\"\n",
    ] {
        assert!(read(text).is_err(), "{text}");
    }
}

#[test]
fn documents_are_cut_elsewhere() {
    let error = read("a: 1\n...\nb: 2\n").err();
    let problem = error.map(|e| (e.line, e.problem)).unwrap_or_default();
    assert_eq!(problem.0, 3);
    assert!(problem.1.contains("`---`"), "{problem:?}");
    assert_eq!(values("---\na: 1\n...\n# b\n"), [json!({"a": 1})]);
}

/// Values that are far larger than the text, each of them in another way.
#[test]
fn bombs() {
    let list = |item: &str, times: usize| vec![item; times].join(",");
    let mut laughs = format!("a0: &a0 [{}]\n", list("x", 10));
    let mut deep = format!("a0: &a0 {}{}\n", "[".repeat(200), "]".repeat(200));
    let mut nested = String::from("a: ");
    let mut keys = String::from("m: &m\n");
    for n in 1..200 {
        let before = n - 1;
        laughs += &format!("a{n}: &a{n} [{}]\n", list(&format!("*a{before}"), 10));
        let (open, close) = ("[".repeat(200), "]".repeat(200));
        deep += &format!("a{n}: &a{n} {open}*a{before}{close}\n");
        nested += &format!("&a{n} [");
        keys += &format!("  k{n}: {}\n", "x".repeat(1000));
    }
    let long = "x".repeat(100_000);
    let bombs = [
        laughs,
        deep,
        format!("{nested}{long}{}\n", "]".repeat(199)),
        format!("{keys}n:\n  <<: [{}]\n", list("*m", 1000)),
        format!("a: &a {long}\nb: [{}]\n", list("*a", 3000)),
        format!("a: [{}]\n", list("b", 3_000_000)),
    ];
    for bomb in bombs {
        let problem = read(&bomb).err().map(|e| e.problem).unwrap_or_default();
        let is_said = problem.contains("aliases") || problem.contains("values");
        assert!(is_said, "{problem}: {:.100}", bomb);
    }
}

/// The copies of all documents of a file count.
#[test]
fn many_small_bombs() {
    let budget = Budget::default();
    let text = format!("a: &a {}\nb: [*a, *a]\n", "x".repeat(100_000));
    let read = (0..100).filter(|_| parse(&text, 1, &budget).is_ok());
    let read = read.count();
    assert!((20..30).contains(&read), "{read}");
}
