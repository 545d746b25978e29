//! Where DaemonSets are expected to run, and whether they do.

mod changes;
mod files;
mod lists;
mod nodes;

use serde_json::{Value, json};

use crate::binary::ask;
use crate::plans::dump::Dump;
use crate::schema::validator;

/// `a` with an available pod on each of `count` nodes, all of them of the pool `gpu`.
fn pool(count: usize) -> Dump {
    let mut dump = Dump::new(count, count);
    for node in &mut dump.nodes {
        node["metadata"]["labels"]["pool"] = "gpu".into();
    }
    dump
}

/// The same, and node 1 has a taint that excludes it and no pod.
fn excluded(count: usize) -> Dump {
    let mut dump = pool(count).taint(1, "gpu", "NoSchedule");
    dump.pods.remove(0);
    counted(dump)
}

/// With the status that the controller would have written, for as many nodes as have pods.
fn counted(mut dump: Dump) -> Dump {
    dump.count();
    let pods = dump.pods.len();
    for counter in ["desiredNumberScheduled", "currentNumberScheduled"] {
        dump.ds["status"][counter] = pods.into();
    }
    dump.ds["status"]["numberUnavailable"] = 0.into();
    dump
}

/// With the annotations of an expectation.
fn annotated(mut dump: Dump, expect: &str, at_least: Option<&str>) -> Dump {
    let annotations = &mut dump.ds["metadata"]["annotations"];
    annotations["ds.kubectl/expect"] = expect.into();
    if let Some(at_least) = at_least {
        annotations["ds.kubectl/expect-at-least"] = at_least.into();
    }
    dump
}

/// The exit code with `--exit-code`, and the report, which follows its schema.
fn report(objects: &[Value], question: &str) -> (i32, Value) {
    let (code, out, err) = ask(objects, &format!("{question} -o json --exit-code"));
    assert_eq!(err, "", "{question}");
    let report: Value = serde_json::from_str(&out).unwrap();
    let schema = match question.split_whitespace().next() {
        Some("plan") => "rollout-plan",
        Some("node") => "node-report",
        _ => "eligibility-report",
    };
    let errors = validator(schema);
    let errors: Vec<_> = errors.iter_errors(&report).map(|e| e.to_string()).collect();
    assert_eq!(errors, Vec::<String>::new(), "{question}");
    (code.unwrap(), report)
}

/// What people see.
fn text(objects: &[Value], question: &str) -> String {
    let (_, out, err) = ask(objects, question);
    assert_eq!(err, "", "{question}");
    out
}

/// The codes of a list of reasons.
fn codes(reasons: &Value) -> Vec<&str> {
    let reasons = reasons.as_array().into_iter().flatten();
    reasons.filter_map(|r| r["code"].as_str()).collect()
}

/// The uncovered nodes, each with the codes of its reasons.
fn uncovered(report: &Value) -> Vec<(&str, Vec<&str>)> {
    let nodes = report["expected"]["uncovered"].as_array();
    let nodes = nodes.into_iter().flatten();
    nodes
        .map(|one| (one["node"].as_str().unwrap(), codes(&one["reasons"])))
        .collect()
}

/// What is expected, without the nodes.
fn expected(report: &Value) -> Value {
    let mut expected = report["expected"].clone();
    if let Some(fields) = expected.as_object_mut() {
        fields.remove("uncovered");
    }
    expected
}

fn names(list: &Value) -> Vec<&str> {
    let names = list.as_array().into_iter().flatten();
    names.filter_map(Value::as_str).collect()
}

/// Who says it, a selector and a least number, and what came of it.
fn says(source: &str, selector: &str, at_least: u64, nodes: u64, covered: u64) -> Value {
    json!({"source": source, "selector": selector, "atLeast": at_least, "nodes": nodes, "covered": covered})
}
