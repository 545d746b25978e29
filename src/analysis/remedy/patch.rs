//! The commands that change a template in the cluster, each for the DaemonSet as it was read: a
//! strategic merge patch, which is short, where that says all of it, else a JSON patch.

use k8s_openapi::api::core::v1::NodeSelectorRequirement;
use serde_json::{Map, Value, json};

use crate::analysis::commands::{json_patch_daemon_set, patch_pod_spec};
use crate::model::{Command, DaemonSet};

use super::apply::{term_for, toleration_for};
use super::{Requirement, TemplateChange};

const SPEC: &str = "/spec/template/spec";
const FIELD: &str = "requiredDuringSchedulingIgnoredDuringExecution";
const REQUIRED: &str = "affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution";
const TERMS: &str =
    "affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution/nodeSelectorTerms";

/// The command that makes all of `changes` at once; `None` where it can't be passed to a shell.
pub(super) fn patch(ds: &DaemonSet, changes: &[TemplateChange]) -> Option<Command> {
    let name = (&*ds.namespace, &*ds.name);
    match merged(changes) {
        Some(spec) => patch_pod_spec(name, &spec.into()),
        None => json_patch_daemon_set(name, operations(ds, changes)),
    }
}

/// What the pod spec is merged with; `None` where lists change that are there, or may be by then:
/// they would be replaced as a whole.
fn merged(changes: &[TemplateChange]) -> Option<Map<String, Value>> {
    let mut spec = Map::new();
    let mut selector = Map::new();
    for change in changes {
        match change {
            TemplateChange::RemoveNodeName => {
                spec.insert("nodeName".to_owned(), Value::Null);
            }
            TemplateChange::RemoveNodeSelector(key) => {
                selector.insert(key.clone(), Value::Null);
            }
            TemplateChange::ReplaceNodeSelector { key, by, .. } => {
                selector.insert(key.clone(), Value::Null);
                selector.insert(by.0.clone(), json!(by.1));
            }
            TemplateChange::KeepOff {
                terms,
                requirements,
            } if terms.is_empty() => {
                let term = json!({"matchExpressions": expressions(requirements)});
                let required = json!({FIELD: {"nodeSelectorTerms": [term]}});
                spec.insert("affinity".to_owned(), json!({"nodeAffinity": required}));
            }
            TemplateChange::AddToleration(_)
            | TemplateChange::TolerateOwn(_)
            | TemplateChange::KeepOff { .. }
            | TemplateChange::AddTerm(_)
            | TemplateChange::JoinValues { .. }
            | TemplateChange::RemoveFields(_)
            | TemplateChange::RemoveSeconds(_) => return None,
        }
    }
    if !selector.is_empty() {
        spec.insert("nodeSelector".to_owned(), selector.into());
    }
    Some(spec)
}

fn expressions(requirements: &[Requirement]) -> Vec<Value> {
    let expressions = requirements.iter().map(NodeSelectorRequirement::from);
    expressions.map(|one| json!(one)).collect()
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
            TemplateChange::ReplaceNodeSelector { key, by, .. } if *key == by.0 => {
                let path = format!("{SPEC}/nodeSelector/{}", escaped(key));
                operations.push(json!({"op": "replace", "path": path, "value": by.1}));
            }
            TemplateChange::ReplaceNodeSelector { key, by, .. } => {
                operations.push(remove(&format!("nodeSelector/{}", escaped(key))));
                let path = format!("nodeSelector/{}", escaped(&by.0));
                operations.push(add(&path, &json!(by.1)));
            }
            TemplateChange::AddToleration(taint) | TemplateChange::TolerateOwn(taint) => {
                tolerations.push(json!(toleration_for(taint)));
            }
            TemplateChange::JoinValues {
                term,
                kept,
                dropped,
                values,
                ..
            } => {
                let expressions = format!("{TERMS}/{term}/matchExpressions");
                let path = format!("{SPEC}/{expressions}/{kept}/values");
                operations.push(json!({"op": "replace", "path": path, "value": values}));
                operations.push(remove(&format!("{expressions}/{dropped}")));
            }
            TemplateChange::RemoveFields(term) => {
                operations.push(remove(&fields_of(ds, *term)));
            }
            TemplateChange::KeepOff {
                terms,
                requirements,
            } => operations.extend(keep_off(ds, terms, requirements)),
            TemplateChange::RemoveSeconds(index) => {
                operations.push(remove(&format!("tolerations/{index}/tolerationSeconds")));
            }
        }
    }
    operations.extend(tolerate(ds, tolerations));
    operations
}

/// The JSON paths of a term's fields: a term without expressions is removed as a whole, and the
/// last term with the whole affinity.
fn fields_of(ds: &DaemonSet, term: usize) -> String {
    let terms = ds
        .required_node_affinity()
        .map(|required| required.node_selector_terms.as_slice());
    let terms = terms.unwrap_or_default();
    let found = terms.get(term);
    let expressions = found.and_then(|term| term.match_expressions.as_deref());
    match (expressions.unwrap_or_default(), terms.len()) {
        ([], 1) => REQUIRED.to_owned(),
        ([], _) => format!("{TERMS}/{term}"),
        _ => format!("{TERMS}/{term}/matchFields"),
    }
}

/// Adds the requirements to each of `terms`, or where there are none, creates everything above them
/// that is missing.
fn keep_off(ds: &DaemonSet, terms: &[usize], requirements: &[Requirement]) -> Vec<Value> {
    let requirements = expressions(requirements);
    if terms.is_empty() {
        let required = json!({"nodeSelectorTerms": [{"matchExpressions": requirements}]});
        let affinity = ds.pod_spec().and_then(|spec| spec.affinity.as_ref());
        let of_nodes = affinity.and_then(|affinity| affinity.node_affinity.as_ref());
        let (path, value) = match (affinity, of_nodes) {
            (_, Some(_)) => (REQUIRED, required),
            (Some(_), None) => ("affinity/nodeAffinity", json!({FIELD: required})),
            (None, None) => ("affinity", json!({"nodeAffinity": {FIELD: required}})),
        };
        let is_absent = json!({"op": "test", "path": format!("{SPEC}/{path}"), "value": null});
        return vec![is_absent, add(path, &value)];
    }
    let mut operations = Vec::new();
    for index in terms {
        let of_ds = ds
            .required_node_affinity()
            .and_then(|required| required.node_selector_terms.get(*index));
        let expressions = of_ds.and_then(|term| term.match_expressions.as_ref());
        let path = format!("{TERMS}/{index}/matchExpressions");
        match expressions {
            Some(_) => {
                let each = requirements.iter();
                operations.extend(each.map(|one| add(&format!("{path}/-"), one)));
            }
            None => operations.push(add(&path, &json!(requirements))),
        }
    }
    operations
}

/// Appends to the existing tolerations. Where there are none, the patch fails if somebody has added
/// one in the meantime, because it would replace that one.
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

/// A key as a segment of a JSON pointer (RFC 6901).
fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}
