//! `ValidateDaemonSetSpec` (1.37.1) on the selector and the numbers.

use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;

use super::Problems;
use crate::model::selector::Selector;
use crate::model::{DaemonSet, Labels};

/// `ValidateDaemonSetSpec` (1.37.1), less strategy and template.
pub(super) fn check(ds: &DaemonSet, problems: &mut Problems) {
    selector(ds, problems);
    let spec = &ds.object.spec;
    let min_ready_seconds = spec.min_ready_seconds.map(i64::from);
    problems.non_negative("spec.minReadySeconds", min_ready_seconds);
    let limit = spec.revision_history_limit.map(i64::from);
    problems.non_negative("spec.revisionHistoryLimit", limit);
}

fn selector(ds: &DaemonSet, problems: &mut Problems) {
    const PATH: &str = "spec.selector";
    let selector = match Selector::new(ds.selector()) {
        Ok(selector) => selector,
        Err(problem) => {
            // An update may keep one with an invalid label value
            // (`AllowInvalidLabelValueInSelector`).
            problems.add_kept(PATH, format!("can't be used: {problem}"));
            return;
        }
    };
    if selector.is_empty() {
        problems.add(
            PATH,
            "is empty, and would select every pod of the namespace: name labels that the template has",
        );
        return;
    }
    let metadata = ds.template().metadata.as_ref();
    let labels = metadata.and_then(|m| m.labels.as_ref());
    let own: Labels = labels
        .into_iter()
        .flatten()
        .map(|(k, v)| (k.as_str(), v.as_str()))
        .collect();
    if !selector.matches(&own) {
        let problem = format!(
            "don't match `spec.selector`, which wants {}: they are {}; make them agree",
            wanted(ds.selector()),
            listed(labels),
        );
        problems.add("spec.template.metadata.labels", problem);
    }
}

fn wanted(selector: &LabelSelector) -> String {
    let labels = selector.match_labels.iter().flatten();
    let labels = labels.map(|(key, value)| format!("`{key}={value}`"));
    let expressions = selector.match_expressions.iter().flatten().map(|e| {
        let values = e.values.as_deref().unwrap_or_default().join(", ");
        match e.operator.as_str() {
            "In" => format!("`{} in ({values})`", e.key),
            "NotIn" => format!("`{} notin ({values})`", e.key),
            "DoesNotExist" => format!("`!{}`", e.key),
            _ => format!("`{}`", e.key),
        }
    });
    labels.chain(expressions).collect::<Vec<_>>().join(" and ")
}

fn listed(labels: Option<&BTreeMap<String, String>>) -> String {
    let labels = labels.into_iter().flatten();
    let labels: Vec<String> = labels.map(|(k, v)| format!("`{k}={v}`")).collect();
    if labels.is_empty() {
        return "none".to_owned();
    }
    labels.join(", ")
}
