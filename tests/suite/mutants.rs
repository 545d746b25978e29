//! The list of one-line mistakes that the golden vectors must catch, without trying them.

use serde_json::Value;

use crate::binary::root;

/// Trying them takes minutes and Go; that the engine has moved on is seen here.
#[test]
fn each_is_a_change_of_a_line_that_is_there_once() {
    let read = |path: &str| std::fs::read_to_string(root().join(path)).unwrap();
    let mutants: Vec<Value> = serde_json::from_str(&read("tests/oracle/mutants.json")).unwrap();
    assert!(!mutants.is_empty());
    let mut wrong = Vec::new();
    for mutant in &mutants {
        let [file, old, new] = ["file", "old", "new"].map(|field| mutant[field].as_str().unwrap());
        let count = read(file).matches(old).count();
        if count != 1 || old == new {
            wrong.push(format!("{file}: {count} times: {old}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
