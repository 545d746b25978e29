use k8s_openapi::api::core::v1::{NodeSelectorRequirement, NodeSelectorTerm, PodSpec};

use super::{Problems, one_of};
use crate::engine::qualified_name::{check_label_key, check_label_value};
use crate::source::document::shown;

const OPERATORS: [&str; 6] = ["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"];

/// `ValidateNodeSelector` and what it calls (1.37.1), on the node affinity that is required.
pub(super) fn check(spec: &PodSpec, problems: &mut Problems<'_>) {
    let affinity = spec
        .affinity
        .as_ref()
        .and_then(|a| a.node_affinity.as_ref());
    let required = affinity.and_then(|a| {
        a.required_during_scheduling_ignored_during_execution
            .as_ref()
    });
    let Some(required) = required else { return };
    let path = "spec.template.spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms";
    if required.node_selector_terms.is_empty() {
        problems.add(path, "is missing: there has to be at least one term");
    }
    for (index, one) in required.node_selector_terms.iter().enumerate() {
        term(&format!("{path}[{index}]"), one, problems);
    }
}

fn term(path: &str, term: &NodeSelectorTerm, problems: &mut Problems<'_>) {
    for (index, requirement) in term.match_expressions.iter().flatten().enumerate() {
        let path = format!("{path}.matchExpressions[{index}]");
        expression(&path, requirement, problems);
    }
    for (index, requirement) in term.match_fields.iter().flatten().enumerate() {
        field(
            &format!("{path}.matchFields[{index}]"),
            requirement,
            problems,
        );
    }
}

fn expression(path: &str, requirement: &NodeSelectorRequirement, problems: &mut Problems<'_>) {
    let values = requirement.values.as_deref().unwrap_or_default();
    let operator = requirement.operator.as_str();
    let values_path = format!("{path}.values");
    match (operator, values.len()) {
        ("In" | "NotIn", 0) => {
            let problem = format!("is missing: `{operator}` takes at least one");
            problems.add(&values_path, &problem);
        }
        ("Exists" | "DoesNotExist", 1..) => {
            let problem = format!("has to go: `{operator}` takes none");
            problems.add(&values_path, &problem);
        }
        ("Gt" | "Lt", count) if count != 1 => {
            let problem = format!("has {count} elements: `{operator}` takes exactly one");
            problems.add(&values_path, &problem);
        }
        ("In" | "NotIn" | "Exists" | "DoesNotExist" | "Gt" | "Lt", _) => {}
        (other, _) => {
            let problem = format!("is `{}`; it can be {}", shown(other), one_of(&OPERATORS));
            problems.add(&format!("{path}.operator"), &problem);
        }
    }
    problems.check(&format!("{path}.key"), check_label_key(&requirement.key));
    for (index, value) in values.iter().enumerate() {
        problems.check(&format!("{values_path}[{index}]"), check_label_value(value));
    }
}

fn field(path: &str, requirement: &NodeSelectorRequirement, problems: &mut Problems<'_>) {
    let values = requirement.values.as_deref().unwrap_or_default();
    if !matches!(requirement.operator.as_str(), "In" | "NotIn") {
        let problem = format!(
            "is `{}`; for a field it can be `In` or `NotIn`",
            shown(&requirement.operator)
        );
        problems.add(&format!("{path}.operator"), &problem);
    } else if values.len() != 1 {
        let problem = format!(
            "has {} elements: for a field it takes exactly one",
            values.len()
        );
        problems.add(&format!("{path}.values"), &problem);
    }
    if requirement.key != "metadata.name" {
        let problem = format!(
            "is `{}`; the only field is `metadata.name`",
            shown(&requirement.key)
        );
        problems.add(&format!("{path}.key"), &problem);
    }
}
