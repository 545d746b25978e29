//! The commands that change a template in the cluster: JSON patches, each for the DaemonSet as
//! it was read.

use serde_json::{Value, json};

use crate::model::{Command, DaemonSet};

use super::TemplateChange;
use super::apply::{term_for, toleration_for};

const SPEC: &str = "/spec/template/spec";
const TERMS: &str =
    "affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution/nodeSelectorTerms";

/// The command that makes all of `changes` at once; `None` where no shell could hand it on.
pub(super) fn patch(ds: &DaemonSet, changes: &[TemplateChange]) -> Option<Command> {
    Command::kubectl(&["patch", "daemonset"])
        .name(&ds.name)?
        .namespace(&ds.namespace)?
        .with(&["--type=json"])
        .option(
            ("-p", "--patch"),
            &Value::from(operations(ds, changes)).to_string(),
        )
}

fn operations(ds: &DaemonSet, changes: &[TemplateChange]) -> Vec<Value> {
    let mut operations = Vec::new();
    let mut tolerations = Vec::new();
    for change in changes {
        match change {
            TemplateChange::RemoveNodeName => operations.push(remove("nodeName")),
            TemplateChange::RemoveNodeSelector(key) => {
                operations.push(remove(&format!("nodeSelector/{}", escaped(key))));
            }
            TemplateChange::AddTerm(node) => {
                operations.push(add(&format!("{TERMS}/-"), &json!(term_for(node))));
            }
            TemplateChange::AddToleration(taint) => tolerations.push(json!(toleration_for(taint))),
        }
    }
    operations.extend(tolerate(ds, tolerations));
    operations
}

/// Tolerations are added to those that are there. Where there is none, the patch fails if
/// somebody has added one since: it would replace that.
fn tolerate(ds: &DaemonSet, tolerations: Vec<Value>) -> Vec<Value> {
    if tolerations.is_empty() {
        return Vec::new();
    }
    let there = ds.pod_spec().and_then(|spec| spec.tolerations.as_deref());
    if there.is_some_and(|there| !there.is_empty()) {
        let each = tolerations.iter();
        return each.map(|one| add("tolerations/-", one)).collect();
    }
    let path = format!("{SPEC}/tolerations");
    vec![
        json!({"op": "test", "path": path, "value": null}),
        json!({"op": "add", "path": path, "value": tolerations}),
    ]
}

fn add(path: &str, value: &Value) -> Value {
    json!({"op": "add", "path": format!("{SPEC}/{path}"), "value": value})
}

fn remove(path: &str) -> Value {
    json!({"op": "remove", "path": format!("{SPEC}/{path}")})
}

/// A key as a part of a JSON pointer (RFC 6901).
fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}
