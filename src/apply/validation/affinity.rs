//! `validateNodeAffinity` (1.37.1) and what it calls.

use k8s_openapi::api::core::v1::{NodeSelectorRequirement, NodeSelectorTerm, PodSpec};

use super::{Problems, one_of};
use crate::model::qualified_name::{check_label_key, check_label_value, is_dns1123_subdomain};

const OPERATORS: [&str; 6] = ["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"];

const PATH: &str = "spec.template.spec.affinity.nodeAffinity";

/// Whether label values may not be empty: a preferred term may have any.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Values {
    Checked,
    Any,
}

pub(super) fn check(spec: &PodSpec, problems: &mut Problems) {
    let affinity = spec.affinity.as_ref();
    let Some(affinity) = affinity.and_then(|a| a.node_affinity.as_ref()) else {
        return;
    };
    let required = &affinity.required_during_scheduling_ignored_during_execution;
    if let Some(required) = required {
        let path =
            format!("{PATH}.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms");
        if required.node_selector_terms.is_empty() {
            problems.add(&path, "is missing: there has to be at least one term");
        }
        for (index, one) in required.node_selector_terms.iter().enumerate() {
            term(&format!("{path}[{index}]"), one, Values::Checked, problems);
        }
    }
    let preferred = &affinity.preferred_during_scheduling_ignored_during_execution;
    for (index, preferred) in preferred.iter().flatten().enumerate() {
        let path =
            format!("{PATH}.preferredDuringSchedulingIgnoredDuringExecution[{index}].preference");
        term(&path, &preferred.preference, Values::Any, problems);
    }
}

fn term(path: &str, term: &NodeSelectorTerm, values: Values, problems: &mut Problems) {
    for (index, requirement) in term.match_expressions.iter().flatten().enumerate() {
        let path = format!("{path}.matchExpressions[{index}]");
        expression(&path, requirement, values, problems);
    }
    for (index, requirement) in term.match_fields.iter().flatten().enumerate() {
        let path = format!("{path}.matchFields[{index}]");
        field(&path, requirement, problems);
    }
}

/// `ValidateNodeSelectorRequirement`
fn expression(
    path: &str,
    requirement: &NodeSelectorRequirement,
    checked: Values,
    problems: &mut Problems,
) {
    let values = requirement.values.as_deref().unwrap_or_default();
    let operator = requirement.operator.as_str();
    let values_path = format!("{path}.values");
    match (operator, values.len()) {
        ("In" | "NotIn", 0) => {
            let problem = format!("is missing: `{operator}` takes at least one");
            problems.add(&values_path, problem);
        }
        ("Exists" | "DoesNotExist", 1..) => {
            let problem = format!("has to go: `{operator}` takes none");
            problems.add(&values_path, problem);
        }
        ("Gt" | "Lt", count) if count != 1 => {
            let problem = format!("has {count} elements: `{operator}` takes exactly one");
            problems.add(&values_path, problem);
        }
        ("In" | "NotIn" | "Exists" | "DoesNotExist" | "Gt" | "Lt", _) => {}
        (other, _) => {
            let problem = format!("is `{}`; it can be {}", other, one_of(&OPERATORS));
            problems.add(&format!("{path}.operator"), problem);
        }
    }
    problems.check(&format!("{path}.key"), check_label_key(&requirement.key));
    if checked == Values::Any {
        return;
    }
    for (index, value) in values.iter().enumerate() {
        problems.check_kept(&format!("{values_path}[{index}]"), check_label_value(value));
    }
}

/// `ValidateNodeFieldSelectorRequirement`
fn field(path: &str, requirement: &NodeSelectorRequirement, problems: &mut Problems) {
    let values = requirement.values.as_deref().unwrap_or_default();
    if !matches!(requirement.operator.as_str(), "In" | "NotIn") {
        let problem = format!(
            "is `{}`; for a field it can be `In` or `NotIn`",
            requirement.operator
        );
        problems.add(&format!("{path}.operator"), problem);
    } else if values.len() != 1 {
        let problem = format!(
            "has {} elements: for a field it takes exactly one",
            values.len()
        );
        problems.add(&format!("{path}.values"), problem);
    }
    if requirement.key != "metadata.name" {
        let problem = format!(
            "is `{}`; the only field is `metadata.name`",
            requirement.key
        );
        problems.add(&format!("{path}.key"), problem);
    }
    let is_bad = |name: &&String| !is_dns1123_subdomain(name);
    if requirement.key == "metadata.name"
        && let Some(name) = values.iter().find(is_bad)
    {
        let problem = format!("has `{name}`, which is no name of a node");
        problems.add(&format!("{path}.values"), problem);
    }
}
